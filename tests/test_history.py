"""Numbers sold before the add-on was there, lots that lead to their sales, and uninstalling."""

from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import uninstall_hook
from ..models.pos_number_history import END
from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestHistory(AssignmentCase):
    """Old numbers know no lot; they are linked in batches."""

    def setUp(self):
        super().setUp()
        self.order = self._sell(
            self._line(self.phone, 3, ["SN1", "SN2", "SN3"]), self._line(self.milk, 4, ["L1"])
        )
        self.numbers = self.order.lines.pack_lot_ids
        # As stock Odoo has them.
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE pos_pack_operation_lot
               SET lot_id = NULL, quantity = NULL, origin = NULL, holds = NULL,
                   awaits_linking = TRUE
             WHERE id = ANY(%s)
            """,
            (self.numbers.ids,),
        )
        self.env.cr.execute(
            "UPDATE stock_move_line SET pos_number_id = NULL WHERE pos_number_id = ANY(%s)",
            (self.numbers.ids,),
        )
        self.env.invalidate_all()
        self.env["ir.config_parameter"].set_param(END, str(max(self.numbers.ids)))
        self.history = self.env["pos.number.history"]

    def _named(self, name):
        return self.numbers.filtered(lambda number: number.lot_name == name)

    def test_linked(self):
        """Each number finds its lot, quantity and move."""
        self.assertEqual(self.history._link_batch(100), 4)
        self.assertEqual(self.numbers.lot_id.mapped("name"), ["SN1", "SN2", "SN3", "L1"])
        self.assertEqual(self.numbers.mapped("quantity"), [1, 1, 1, 4])
        self.assertEqual(self.numbers.move_line_ids.mapped("state"), ["done"] * 4)
        self.assertEqual(self.history._count_left(), 0)

    def test_in_batches(self):
        """Batch after batch by id, and what is left is known."""
        self.assertEqual(self.history._count_left(), 4)
        self.assertEqual(self.history._link_batch(3), 3)
        self.assertEqual(self.history._count_left(), 1)
        self.assertFalse(self._named("L1").lot_id)
        self.assertEqual(self.history._link_batch(3), 1)
        self.assertEqual(self.history._link_batch(3), 0)

    def test_what_fits_nothing(self):
        """A number without a lot stays as it is, and does not stop the others."""
        self._named("SN1").sudo().lot_name = "GONE"
        self.history._link_batch(100)
        self.assertFalse(self._named("GONE").lot_id)
        self.assertEqual(self._named("SN2").lot_id.name, "SN2")

    def test_letter_case(self):
        """Exact first, then letter case when it leaves one."""
        self._named("SN1").sudo().lot_name = "sn1"
        self._lot(self.phone, "sn2")
        self.history._link_batch(100)
        self.assertEqual(self._named("sn1").lot_id.name, "SN1")
        self.assertEqual(self._named("SN2").lot_id.name, "SN2")

    def test_scheduled(self):
        """The action goes on until nothing is left or its time is over, and tells how much."""
        progress = []

        def commit(cron, processed=0, *, remaining=None, deactivate=False):
            progress.append((processed, remaining, deactivate))
            return 0 if processed else 10  # time for one batch

        cron = type(self.env["ir.cron"])
        batch = "odoo.addons.pos_lot_traceability.models.pos_number_history.BATCH"
        with patch.object(cron, "_commit_progress", commit), patch(batch, 3):
            self.history._cron_link()
            self.assertEqual(progress, [(0, 4, False), (3, 1, False)])
            self.history._cron_link()
        self.assertEqual(progress[2:], [(0, 1, False), (1, 0, False), (0, None, True)])

    def test_refund_before_it_is_linked(self):
        """What was sold before comes back into stock, linked or not."""
        line = self.order.lines.filtered(lambda line: line.product_id == self.phone)
        refund = self._line(self.phone, -1, ["SN1"], refunded_orderline_id=line.id)
        self._sell(refund, is_refund=True)
        self.assertEqual(self._here(self.phone).get("SN1"), 1)

    def test_correct_after_linking(self):
        """An old number can be corrected once its move is known; before, it says why not."""
        with self.assertRaisesRegex(UserError, "not known"):
            self._correct(self._named("SN1"), "SN5")
        self.history._link_batch(100)
        self._correct(self._named("SN1"), "SN5")
        self.assertEqual(set(self._gone(self.phone)), {"SN2", "SN3", "SN5"})

    def test_a_till_changes_a_number_meanwhile(self):
        """The action begins that batch again: nothing is skipped, nothing fails."""
        link, calls = self.registry["pos.number.history"]._link_batch, []

        def link_batch(history, size):
            calls.append(size)
            if len(calls) == 1:
                raise psycopg2.errors.SerializationFailure("concurrent update")
            return link(history, size)

        with (
            patch.object(self.registry["pos.number.history"], "_link_batch", link_batch),
            patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **kw: 10),
            patch.object(self.env.cr, "rollback"),
        ):
            self.history._cron_link()
        self.assertEqual(self.history._count_left(), 0)
        self.assertEqual(self._named("SN1").lot_id.name, "SN1")

    def test_carts_and_orphans(self):
        """What is in a cart is not sold yet, what has no line never was: both are done with."""
        line = self._line(self.phone, 1, ["SN4"])
        cart = self._sync(self._paid(line, state="draft", payment_ids=[], access_token="token"))
        orphan = self.env["pos.pack.operation.lot"].create({"lot_name": "SN5"})
        numbers = cart.lines.pack_lot_ids | orphan
        numbers.awaits_linking = True
        self.history._link_batch(100)
        numbers.awaits_linking = True
        self.assertEqual(self.history._link_batch(100), 2)
        self.assertEqual(self.history._count_left(), 0)
        self.assertFalse(numbers.lot_id)
        self.assertEqual(numbers.mapped("quantity"), [0, 0])

    def test_settings_tell_what_is_left(self):
        """The administrator sees how many are left, and nothing once all are linked."""
        settings = self.env["res.config.settings"].create({"pos_config_id": self.till.id})
        self.assertEqual(settings.pos_history_left, 4)
        self.history._link_batch(100)
        settings = self.env["res.config.settings"].create({"pos_config_id": self.till.id})
        self.assertEqual(settings.pos_history_left, 0)


@tagged("post_install", "-at_install")
class TestLotForm(AssignmentCase):
    """From a lot to its orders and customers."""

    def test_orders(self):
        """The button counts and opens the orders."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        lot = self._lot(self.phone, "SN1").with_user(self.inventory)
        self._fresh()
        self.assertEqual(lot.pos_order_count, 1)
        self.assertEqual(lot.action_view_pos_orders()["res_id"], order.id)

    def test_customers(self):
        """So does the one for customers."""
        self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        lot = self._lot(self.phone, "SN1").with_user(self.inventory)
        self._fresh()
        self.assertEqual(lot.pos_customer_count, 1)
        self.assertEqual(lot.action_view_customers()["domain"], [("id", "in", self.customer.ids)])

    def test_assigned_later(self):
        """A number that was assigned later leads to its sale as well, a wrong one does not."""
        order = self._sell(self._line(self.phone, 1), partner_id=self.customer.id)
        self._assign(order.lines, "SN2")
        self.assertEqual(self._lot(self.phone, "SN2").partner_ids, self.customer)
        self._correct(order.lines.pack_lot_ids, "SN3")
        self.assertEqual(self._lot(self.phone, "SN3").pos_order_count, 1)
        self.assertEqual(self._lot(self.phone, "SN2").pos_order_count, 0)

    def test_report(self):
        """The order's Numbers report shows what is assigned and what is not."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        for user in (self.inventory, self.cashier):
            with self.subTest(user=user.login):
                html, _kind = (
                    self.env["ir.actions.report"]
                    .with_user(user)
                    ._render_qweb_html("pos_lot_traceability.report_order_numbers", order.ids)
                )
                self.assertIn("SN1", html.decode())
                self.assertIn("Not assigned yet", html.decode())


@tagged("post_install", "-at_install")
class TestUninstall(AssignmentCase):
    """Taking the add-on away."""

    def test_refused_while_a_session_is_open(self):
        """Not while a till sells."""
        module = self.env["ir.module.module"].search([("name", "=", "pos_lot_traceability")])
        with self.assertRaisesRegex(UserError, "Close these sessions"):
            module.button_uninstall()

    def test_waiting_transfers_become_the_orders(self):
        """What waits is left to stock Odoo as an open transfer of its order."""
        order = self._sell(self._line(self.phone, 1))
        picking = order.numbers_picking_ids
        uninstall_hook(self.env)
        self.assertEqual(picking.pos_order_id, order)
        self.assertEqual(picking.pos_session_id, order.session_id)
