"""The nightly check: damage is found, told and closed when it is gone; nothing is repaired."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

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

    def _title(self, order):
        return f"receipt {order.pos_reference} of {format_date(self.env, order.date_order)}"

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
        sentence = findings.filtered("line_id").explanation
        self.assertIn("shows 3 units of Phone", sentence)
        self.assertIn("but 1 unit wait in its transfers", sentence)
        self._damage("UPDATE pos_order_line SET waiting_number_qty = 0 WHERE id = %s", line.id)
        self.assertIn("line_figure", self._check().mapped("kind"), "a line without its figure")

    def test_waiting_figure_of_an_order(self):
        order = self._sell_and_close("SN1", quantity=2)
        self._damage("UPDATE pos_order SET waiting_number_qty = 0 WHERE id = %s", order.id)
        finding = self._assert_found("order_figure", self._title(order), "shows 0 units")
        self._damage("UPDATE pos_order SET waiting_number_qty = 1 WHERE id = %s", order.id)
        self._assert_gone(finding)

    def test_paid_order_in_a_closed_session(self):
        """Taken into the open session it moves and is posted."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        session = order.session_id
        self._damage("UPDATE pos_session SET state = 'closed' WHERE id = %s", session.id)
        finding = self._assert_found("stranded", self._title(order), session.name)
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
        finding = self._assert_found("other_lot", self._title(order), "SN1", "SN2")
        self.assertEqual(finding.action_open_document()["res_model"], "pos.pack.operation.lot")

    def test_number_that_has_not_moved(self):
        order = self._sell_and_close("SN1")
        self._damage(
            "UPDATE stock_move_line SET pos_number_id = NULL WHERE pos_number_id = %s",
            order.lines.pack_lot_ids.id,
        )
        self._assert_found("not_moved", self._title(order), "SN1")

    # ----------------------------------------------------------------- what to do

    def _mend(self, finding, **dialog):
        """What a clerk does: press the finding's button, and fill in the dialog that it opens."""
        clerk = self.env["res.users"].search([("login", "=", "clerk")]) or new_test_user(
            self.env, login="clerk", groups=STOCK_USER
        )
        self._fresh()
        action = finding.with_user(clerk).action_mend()
        if dialog:
            wizard = self.env[action["res_model"]].with_user(clerk)
            wizard = wizard.with_context(**action["context"]).create({})
            wizard.new_name = dialog["new_name"]
            self.assertTrue(wizard.is_valid, wizard.message)
            wizard.action_correct()
        self._fresh()
        return action

    def test_count_anew(self):
        """The figures are those of the transfers again; no stock moves; the order tells who."""
        order = self._sell_and_close("SN1", quantity=2)
        for figure in (3, 0):
            with self.subTest(figure=figure):
                self._damage(
                    "UPDATE pos_order_line SET waiting_number_qty = %s WHERE id = %s",
                    figure,
                    order.lines.id,
                )
                findings = self._check()
                self._mend(findings.filtered("line_id"))
                self.assertEqual(order.lines.waiting_number_qty, 1)
                self.assertEqual(order.waiting_number_qty, 1)
                self.assertFalse(self._check())
        self.assertIn("clerk", order.message_ids[0].author_id.name)
        self._damage("UPDATE pos_order SET waiting_number_qty = 7 WHERE id = %s", order.id)
        self._mend(self._check())
        self.assertEqual(order.waiting_number_qty, 1)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertFalse(self._check())

    def test_give_back_to_its_sale(self):
        """Units that lost their sale are on the worklist again, and can get their number."""
        order = self._sell_and_close("SN1", quantity=2)
        move = order.lines.waiting_move_ids
        self._damage("UPDATE stock_move SET pos_numbers_line_id = NULL WHERE id = %s", move.id)
        finding = self._check().filtered(lambda f: f.kind == "no_line")
        self.assertIn("does not say any more for which line", finding.explanation)
        self._mend(finding)
        self.assertEqual(move.pos_numbers_line_id, order.lines)
        self.assertFalse(self._check())
        order.lines._assign_numbers([("SN2", 1)])
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_make_an_ordinary_transfer(self):
        """Units that no sale lacks are moved or cancelled as any others."""
        order = self._sell_and_close("SN1", quantity=2)
        move = order.lines.waiting_move_ids
        order.lines._assign_numbers([("SN2", 1)])
        stray = move.copy({"picking_id": move.picking_id.copy({"move_ids": []}).id})
        stray._action_confirm(merge=False)
        self._damage("UPDATE stock_move SET pos_numbers_waiting = TRUE WHERE id = %s", stray.id)
        self._damage("UPDATE stock_move SET state = 'confirmed' WHERE id = %s", stray.id)
        with self.assertRaises(UserError):
            stray._action_cancel()
        finding = self._assert_found("no_line", stray.picking_id.name, "no sale lacks them")
        self._mend(finding)
        self._assert_gone(finding)
        stray._action_cancel()
        self.assertEqual(stray.state, "cancel")
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_make_free(self):
        """A serial that no sale has is sold again, and is no duplicate."""
        number = self._sell_and_close("SN1").lines.pack_lot_ids
        self._damage(
            "UPDATE pos_pack_operation_lot SET pos_order_line_id = NULL WHERE id = %s", number.id
        )
        finding = self._assert_found("hold", "SN1", "Phone", "no paid sale has it")
        self._mend(finding)
        self._assert_gone(finding)
        self.assertFalse(number.holds)
        self.assertIn("is free", number.lot_id.message_ids[0].body)

    def test_correct_a_number_that_inventory_lost(self):
        """Its record is gone: the same name, or another one, is entered."""
        for name in ("SN1", "SN2"):
            with self.subTest(name=name), self.env.cr.savepoint() as point:
                number = self._sell_and_close("SN1").lines.pack_lot_ids
                self._damage(
                    "UPDATE pos_pack_operation_lot SET lot_id = NULL WHERE id = %s", number.id
                )
                finding = self._assert_found("hold", "SN1", "its record was deleted")
                self._mend(finding, new_name=name)
                self._assert_gone(finding)
                self.assertEqual(number.lot_id.name, name)
                self.assertEqual(self._gone(self.phone), {name: 1})
                point.rollback()
                self.env.invalidate_all()

    def _move_another(self, order, name):
        """Its transfer brought another serial away than the order says, and stock knows it."""
        moved = order.lines.pack_lot_ids.move_line_ids
        other = self._lot(self.phone, name)
        for lot, sign in ((moved.lot_id, 1), (other, -1)):
            for location, change in (
                (moved.location_id, sign),
                (moved.location_dest_id, -sign),
            ):
                self.env["stock.quant"]._update_available_quantity(
                    self.phone, location, change, lot_id=lot
                )
        self._damage("UPDATE stock_move_line SET lot_id = %s WHERE id = %s", other.id, moved.id)

    def test_correct_what_another_lot_moved(self):
        """The customer has the one that moved, or the one on the receipt: stock follows."""
        for name in ("SN1", "SN2"):
            with self.subTest(name=name), self.env.cr.savepoint() as point:
                order = self._sell_and_close("SN1")
                self._move_another(order, "SN2")
                self.assertEqual(self._gone(self.phone), {"SN2": 1})
                finding = self._assert_found("other_lot", "SN1", "SN2")
                self._mend(finding, new_name=name)
                self._assert_gone(finding)
                number = order.lines.pack_lot_ids
                self.assertEqual((number.lot_name, number.lot_id.name), (name, name))
                self.assertEqual(self._gone(self.phone), {name: 1})
                self.assertNoNegative(self.phone)
                point.rollback()
                self.env.invalidate_all()

    def test_exchange_what_moved_crosswise(self):
        """Two receipts have each other's serial in their transfers: the dialog exchanges them."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        self._close()
        lots = [order.lines.pack_lot_ids.lot_id for order in (first, second)]
        for order, lot in zip((first, second), reversed(lots), strict=True):
            self._damage(
                "UPDATE stock_move_line SET lot_id = %s WHERE pos_number_id = %s",
                lot.id,
                order.lines.pack_lot_ids.id,
            )
        findings = self._check()
        self.assertEqual(findings.mapped("kind"), ["other_lot", "other_lot"])
        clerk = new_test_user(self.env, login="clerk", groups=STOCK_USER)
        action = findings[0].with_user(clerk).action_mend()
        wizard = self.env[action["res_model"]].with_user(clerk).with_context(**action["context"])
        number = findings[0].number_id
        wanted = (first | second).lines.pack_lot_ids - number
        wizard = wizard.create({"new_name": wanted.lot_name})
        self.assertEqual(wizard.exchange_number_id, wanted)
        wizard.action_exchange()
        self.assertFalse(self._check())
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_let_it_move(self):
        """A sold number that nothing moved leaves now; or what moved it says so."""
        order = self._sell_and_close("SN1")
        number = order.lines.pack_lot_ids
        self._damage(
            "UPDATE stock_move_line SET pos_number_id = NULL WHERE pos_number_id = %s", number.id
        )
        finding = self._assert_found("not_moved", "SN1", "has not left stock")
        self._mend(finding)
        self._assert_gone(finding)
        self.assertEqual(number.move_line_ids.lot_id, number.lot_id)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self._damage(
            "UPDATE stock_move_line SET pos_number_id = NULL WHERE pos_number_id = %s", number.id
        )
        self._damage(
            "UPDATE stock_move_line SET state = 'cancel' WHERE lot_id = %s", number.lot_id.id
        )
        for location, change in (
            (self.warehouse.lot_stock_id, 1),
            (order.lines._get_customer_location(), -1),
        ):
            self.env["stock.quant"]._update_available_quantity(
                self.phone, location, change, lot_id=number.lot_id
            )
        finding = self._assert_found("not_moved", "SN1")
        self._mend(finding)
        self._assert_gone(finding)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertNoNegative(self.phone)

    def _make_stranger(self):
        """An inventory user of another company."""
        company = self.env["res.company"].create({"name": "Other"})
        return new_test_user(
            self.env,
            login="stranger",
            groups=STOCK_USER,
            company_id=company.id,
            company_ids=[company.id],
        )

    def test_who_may_mend(self):
        """Neither a cashier nor a stranger; and not what is gone."""
        number = self._sell_and_close("SN1").lines.pack_lot_ids
        self._damage(
            "UPDATE pos_pack_operation_lot SET pos_order_line_id = NULL WHERE id = %s", number.id
        )
        finding = self._check()
        stranger = self._make_stranger()
        for user in (self.cashier, stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                finding.with_user(user).action_mend()
        self.assertTrue(number.holds)
        self._mend(finding)
        with self.assertRaises(UserError):
            self._mend(finding)

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
        stranger = self._make_stranger()
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
