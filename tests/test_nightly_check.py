"""The nightly check: damage is found, told and closed when it is gone; nothing is repaired."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .against_core.common import POS_USER, STOCK_USER, AcceptanceCase

BATCH = "odoo.addons.pos_lot_traceability.models.pos_number_check.BATCH"


@tagged("post_install", "-at_install")
class TestNightlyCheck(AcceptanceCase):
    update_stock = "closing"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, login="night", groups="stock.group_stock_manager,base.group_user"
        )
        cls.phone = cls._product("Phone")
        cls._put(cls.phone, ["SN1", "SN2", "SN3"])
        # What other data in this database has is not this test's.
        cls.env["pos.number.check"]._check_all()
        cls.before = cls.env["pos.number.finding"].search([])

    def _check(self):
        """:return: the open findings"""
        self.env["pos.number.check"]._check_all()
        return self.env["pos.number.finding"].search([("closed_on", "=", False)]) - self.before

    def _damage(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute(query, args)
        self.assertTrue(self.env.cr.rowcount, "the damage is done")
        self.env.invalidate_all()

    def _sell_and_close(self, *numbers, quantity=1):
        order = self._sell(self._line(self.phone, quantity, numbers))
        self._close()
        return order

    def _assert_found(self, kind, *words):
        """One finding of this kind, with these words; it is closed when the damage is gone."""
        finding = self._check()
        self.assertEqual(finding.mapped("kind"), [kind])
        self.assertEqual(self._check(), finding, "found again, it is the same")
        for word in words:
            self.assertIn(word, finding.explanation)
        return finding

    def _assert_gone(self, finding):
        self.assertFalse(self._check())
        self.assertTrue(finding.closed_on)
        self.assertFalse(finding.activity_ids)

    # ------------------------------------------------------------------ no damage

    def test_all_is_well(self):
        """Sold, waiting, returned, before and after closing: nothing is found."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self.assertFalse(self._check())
        self._close()
        self._open_till(self.till)
        self._give_back(order, 1, ["SN1"])
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFalse(self._check())
        self._close()
        self.assertFalse(self._check())

    # --------------------------------------------------------------------- damage

    def test_waiting_figure_of_a_line(self):
        line = self._sell_and_close("SN1", quantity=2).lines
        self._damage("UPDATE pos_order_line SET waiting_number_qty = 3 WHERE id = %s", line.id)
        findings = self._check()
        self.assertEqual(set(findings.mapped("kind")), {"line_figure", "order_figure"})
        self.assertIn("3 units to assign, but 1 wait", findings.filtered("line_id").explanation)
        self._damage("UPDATE pos_order_line SET waiting_number_qty = 0 WHERE id = %s", line.id)
        self.assertIn("line_figure", self._check().mapped("kind"), "a line without its figure")

    def test_waiting_figure_of_an_order(self):
        order = self._sell_and_close("SN1", quantity=2)
        self._damage("UPDATE pos_order SET waiting_number_qty = 0 WHERE id = %s", order.id)
        finding = self._assert_found("order_figure", order.name, "counts 0 units")
        self._damage("UPDATE pos_order SET waiting_number_qty = 1 WHERE id = %s", order.id)
        self._assert_gone(finding)

    def test_paid_order_in_a_closed_session(self):
        """Taken into the open session it moves and is posted."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        session = order.session_id
        self._damage("UPDATE pos_session SET state = 'closed' WHERE id = %s", session.id)
        finding = self._assert_found("stranded", order.name, session.name)
        cashier = finding.with_user(self.cashier)
        with self.assertRaises(AccessError):
            cashier.action_take_into_session()
        clerk = new_test_user(self.env, login="clerk", groups=STOCK_USER)
        with self.assertRaises(AccessError):
            finding.with_user(clerk).action_take_into_session()
        boss = new_test_user(
            self.env, login="boss", groups="base.group_user,point_of_sale.group_pos_manager"
        )
        with self.assertRaises(UserError):
            finding.with_user(boss).action_take_into_session()
        self._open_till(self.till)
        finding.with_user(boss).action_take_into_session()
        self.assertEqual(order.session_id, self.till.current_session_id)
        self._assert_gone(finding)
        self._close()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_units_that_wait_for_no_sale(self):
        order = self._sell_and_close("SN1", quantity=2)
        move = order.lines.waiting_move_ids
        self._damage("UPDATE stock_move SET pos_numbers_line_id = NULL WHERE id = %s", move.id)
        kinds = self._check().grouped("kind")
        self.assertIn(move.picking_id.name, kinds["no_line"].explanation)
        self.assertEqual(kinds["no_line"].action_open_document()["res_id"], move.picking_id.id)

    def test_hold_without_a_sale(self):
        number = self._sell_and_close("SN1").lines.pack_lot_ids
        self._damage(
            "UPDATE pos_pack_operation_lot SET pos_order_line_id = NULL WHERE id = %s", number.id
        )
        finding = self._assert_found("hold", "SN1")
        self._damage("UPDATE pos_pack_operation_lot SET holds = FALSE WHERE id = %s", number.id)
        self._assert_gone(finding)

    def test_another_lot_has_moved(self):
        order = self._sell_and_close("SN1")
        other = self._lot(self.phone, "SN2")
        self._damage(
            "UPDATE stock_move_line SET lot_id = %s WHERE pos_number_id = %s",
            other.id,
            order.lines.pack_lot_ids.id,
        )
        finding = self._assert_found("other_lot", order.name, "SN1", "SN2")
        self.assertEqual(finding.action_open_document()["res_model"], "pos.pack.operation.lot")

    def test_number_that_has_not_moved(self):
        order = self._sell_and_close("SN1")
        self._damage(
            "UPDATE stock_move_line SET pos_number_id = NULL WHERE pos_number_id = %s",
            order.lines.pack_lot_ids.id,
        )
        self._assert_found("not_moved", order.name, "SN1")

    # -------------------------------------------------------------------- who and how

    def test_rights(self):
        """Inventory users and POS managers read it, cashiers do not; nobody writes; companies."""
        number = self._sell_and_close("SN1").lines.pack_lot_ids
        self._damage("UPDATE pos_pack_operation_lot SET lot_id = NULL WHERE id = %s", number.id)
        finding = self._check().filtered(lambda f: f.kind == "hold")
        clerk = new_test_user(self.env, login="clerk", groups=STOCK_USER)
        seen = finding.with_user(clerk)
        self.assertTrue(seen.explanation)
        self.assertTrue(seen.action_open_document())
        with self.assertRaises(AccessError):
            seen.write({"closed_on": "2026-01-01"})
        cashier = new_test_user(self.env, login="till_only", groups=POS_USER)
        with self.assertRaises(AccessError):
            finding.with_user(cashier).read(["explanation"])
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups=STOCK_USER,
            company_id=company.id,
            company_ids=[company.id],
        )
        self.assertFalse(finding.with_user(stranger).search([("id", "=", finding.id)]))
        with self.assertRaises(AccessError):
            finding.with_user(stranger).action_open_document()

    def test_one_activity(self):
        """However many are found, on however many nights."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        numbers = (first | second).lines.pack_lot_ids
        self.env["pos.number.finding"].search([]).activity_ids.unlink()
        self._damage(
            "UPDATE pos_pack_operation_lot SET lot_id = NULL WHERE id = ANY(%s)", numbers.ids
        )
        self._check()
        findings = self._check()
        self.assertEqual(len(findings), 2)
        activity = findings.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertTrue(activity.user_id.has_group("stock.group_stock_manager"))

    def test_resumes(self):
        """A run that is out of time goes on where it was, and commits batch by batch."""
        numbers = self._sell_and_close("SN1", "SN2", "SN3", quantity=3).lines.pack_lot_ids
        self._damage(
            "UPDATE pos_pack_operation_lot SET lot_id = NULL WHERE id = ANY(%s)", numbers.ids
        )
        committed = []

        def commit(cron, processed=0, *, remaining=None, deactivate=False):
            committed.append(remaining)
            return 0 if len(committed) % 3 == 0 else 10

        check = self.env["pos.number.check"]
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit), patch(BATCH, 1):
            for _run in range(500):
                check._cron_check()
                if committed[-1] == 0:
                    break
        self.assertEqual(committed[-1], 0)
        self.assertEqual(len(self._check().filtered(lambda f: f.kind == "hold")), 3)
