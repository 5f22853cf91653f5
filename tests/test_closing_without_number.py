"""Units whose number nobody will ever know: closed, counted, and opened again."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .against_core.common import AtClosing
from .common import AssignmentCase


class ClosingCase(AssignmentCase):
    def _shut(self, line, reason="The box is gone", quantity=None, user=None):
        self._fresh()
        line.with_user(user or self.inventory)._close_without_number(reason, quantity)
        self._fresh()

    def _reopen(self, line, user=None):
        self._fresh()
        line.with_user(user or self.inventory)._reopen_numbers()
        self._fresh()

    def assertLine(self, line, waiting, closed):
        self.assertEqual((line.waiting_number_qty, line.closed_number_qty), (waiting, closed))
        self.assertEqual(line.order_id.waiting_number_qty, waiting)


@tagged("post_install", "-at_install")
class TestClose(ClosingCase):
    """What closing does to the line and to stock."""

    def setUp(self):
        super().setUp()
        self.order = self._sell(self._line(self.phone, 3))
        self.line = self.order.lines

    def test_no_unnumbered_stock(self):
        """Where each unit on hand has a number, nothing moves."""
        self._shut(self.line)
        self.assertLine(self.line, 0, 3)
        self.assertStock(self.phone, self.rest, {})
        self.assertFalse(self._open_moves(self.phone))

    def test_part(self):
        """One of three: two wait on."""
        self._shut(self.line, quantity=1)
        self.assertLine(self.line, 2, 1)
        self.assertWaiting(self.phone, 2, self.order)
        self._assign(self.line, "SN1", "SN2")
        self.assertLine(self.line, 0, 1)
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_unnumbered_stock(self):
        """Stock without number leaves with them, as far as there is any."""
        radio = self._product("Radio")
        self._put(radio, {None: 1}, self.shelf)
        self._put(radio, ["R1"])
        line = self._sell(self._line(radio, 2)).lines
        self._shut(line)
        self.assertLine(line, 0, 2)
        self.assertStock(radio, {"R1": 1}, {None: 1})
        self.assertNoNegative(radio)
        moves = line.waiting_move_ids
        self.assertEqual(set(moves.mapped("state")), {"done", "cancel"})
        done = moves.filtered(lambda move: move.state == "done").picking_id
        self.assertEqual((done.pos_order_id, done.state), (line.order_id, "done"))
        self._reopen(line)
        self.assertLine(line, 2, 0)
        self.assertStock(radio, {None: 1, "R1": 1}, {})
        self.assertEqual(self._quants(radio, ("location_id", "=", self.shelf.id)), {None: 1})
        self._assign(line, "R1", "NEW")
        self.assertStock(radio, {}, {"R1": 1, "NEW": 1})

    def test_lot_part_of_which_is_unnumbered(self):
        oil = self._product("Oil", tracking="lot")
        self._put(oil, {None: 1.5, "B1": 5})
        line = self._sell(self._line(oil, 4)).lines
        self._shut(line, quantity=2.5)
        self.assertLine(line, 1.5, 2.5)
        self.assertStock(oil, {"B1": 5}, {None: 1.5})
        self._reopen(line)
        self.assertLine(line, 4, 0)
        self.assertStock(oil, {None: 1.5, "B1": 5}, {})

    def test_reopened(self):
        """Somebody found the box after all."""
        self._shut(self.line)
        self._reopen(self.line)
        self.assertLine(self.line, 3, 0)
        self.assertWaiting(self.phone, 3, self.order)
        self._assign(self.line, "SN1", "SN2", "SN3")
        self.assertLine(self.line, 0, 0)
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1, "SN3": 1})

    def test_free_for_others(self):
        """Others reserve what the books show, once nothing waits."""
        self._shut(self.line)
        self.assertEqual(self._sale_order(self.phone, 5).picking_ids.move_ids.quantity, 5)

    def test_chatter(self):
        self._shut(self.line, reason="<i>thrown</i> away")
        body = self.order.message_ids[0].body
        self.assertIn("Ines", body)
        self.assertIn("&lt;i&gt;thrown&lt;/i&gt; away", body)
        self.assertEqual(self.order.message_ids[0].author_id, self.inventory.partner_id)
        self._reopen(self.line)
        self.assertIn("Waits for Lot/Serial Numbers again", self.order.message_ids[0].body)

    def test_refused(self):
        """Without reason, without anything that waits, more than waits, in parts of a serial."""
        for reason, quantity in (("", None), (" \n", None), ("x", 4), ("x", 0), ("x", 0.5)):
            with self.subTest(reason=reason, quantity=quantity), self.assertRaises(UserError):
                self._shut(self.line, reason, quantity)
        with self.assertRaises(UserError):
            self._reopen(self.line)
        self._assign(self.line, "SN1", "SN2", "SN3")
        with self.assertRaises(UserError):
            self._shut(self.line)
        self.assertLine(self.line, 0, 0)

    def test_cashier(self):
        """Neither by the method nor by the wizard, nor may the count be written."""
        for name in ("_close_without_number", "action_close_without_number", "_reopen_numbers"):
            method = getattr(self.line.with_user(self.cashier), name)
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                method(*(["no"] if name == "_close_without_number" else []))
        wizards = self.env["pos.number.closing"].with_user(self.cashier)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            wizards.create({"line_ids": self.line.ids})
        self.line.with_user(self.inventory).waiting_move_ids.write({"pos_numbers_closed": True})
        self._fresh()
        self.assertLine(self.line, 3, 0)

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.inventory.write({"company_ids": [(4, other.id)]})
        line = self.line.with_user(self.inventory).with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError):
            line._close_without_number("no")

    def test_coverage(self):
        """Closed units are neither with number nor a gap: they have a measure of their own."""
        self._assign(self.line, "SN1")
        self._shut(self.line, quantity=1)
        report = self.env["pos.number.coverage.report"].with_user(self.inventory)
        measures = ["quantity", "quantity_with", "quantity_without", "quantity_closed"]
        ((*values,),) = report._read_group(
            [("order_id", "=", self.order.id)], [], [f"{name}:sum" for name in measures]
        )
        self.assertEqual(values, [3, 1, 1, 1])
        self._shut(self.line)
        gaps = report.search([("order_id", "=", self.order.id), ("age", "!=", False)])
        self.assertFalse(gaps)

    def test_cost(self):
        """What left stock costs what it costs there; what did not keeps its estimate."""
        radio = self._product("Radio", method="fifo")
        self._put(radio, {None: 1})
        line = self._sell(self._line(radio, 2)).lines
        cost = line.total_cost
        self._shut(line)
        moved = line.waiting_move_ids.filtered(lambda move: move.state == "done")
        self.assertEqual(line.total_cost, cost / 2 + moved.value)
        self._reopen(line)
        self.assertEqual(line.total_cost, cost)
        self.assertFalse(self.line.is_cost_estimated and not self.line.waiting_number_qty)

    def test_wizard(self):
        """From the worklist's line: the reason is asked for."""
        action = self.line.with_user(self.inventory).action_close_without_number()
        wizard = self.env[action["res_model"]].with_user(self.inventory).browse(action["res_id"])
        with Form(wizard) as form:
            form.reason = "Nobody knows"
            form.quantity = 2
        wizard.action_close()
        self._fresh()
        self.assertLine(self.line, 1, 2)
        self.assertIn("Nobody knows", self.order.message_ids[0].body)

    def test_mass_action(self):
        """Several lines at once, whole; those that do not wait are passed over."""
        other = self._sell(self._line(self.milk, 2)).lines
        done = self._sell(self._line(self.milk, 1, ["L1"])).lines
        lines = (self.line | other | done).with_user(self.inventory)
        server_action = self.env.ref("pos_lot_traceability.action_close_without_number")
        action = (
            server_action.with_user(self.inventory)
            .with_context(active_model=lines._name, active_ids=lines.ids, active_id=lines[0].id)
            .run()
        )
        wizard = self.env[action["res_model"]].with_user(self.inventory).browse(action["res_id"])
        wizard.reason = "Old"
        wizard.action_close()
        self._fresh()
        self.assertEqual((self.line | other | done).mapped("closed_number_qty"), [3, 2, 0])
        (self.line | other).with_user(self.inventory).action_reopen_numbers()
        self.assertLine(self.line, 3, 0)


@tagged("post_install", "-at_install")
class TestCloseAtClosing(AtClosing, TestClose):
    pass


@tagged("post_install", "-at_install")
class TestCloseAndRefund(ClosingCase):
    """Closed units that come back."""

    def test_nothing_had_moved(self):
        """What never left stock comes back without a move; nothing waits."""
        order = self._sell(self._line(self.phone, 2))
        self._shut(order.lines)
        refund = self._give_back(order, 1)
        self.assertLine(refund.lines, 0, 0)
        self.assertStock(self.phone, self.rest, {})
        self.assertLine(order.lines, 0, 2)
        self._reopen(order.lines)
        self.assertLine(order.lines, 1, 1)
        self._give_back(order, 1)
        self.assertLine(order.lines, 0, 1)
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))
        with self.assertRaises(UserError):
            self._reopen(order.lines)

    def test_left_without_number(self):
        """It waits for its number, and is closed like the sale: it comes back without one."""
        radio = self._product("Radio")
        self._put(radio, {None: 2})
        order = self._sell(self._line(radio, 1))
        self._shut(order.lines)
        refund = self._give_back(order, 1)
        self.assertLine(refund.lines, 1, 0)
        self._shut(refund.lines)
        self.assertLine(refund.lines, 0, 1)
        self.assertStock(radio, {None: 2}, {})
        with self.assertRaisesRegex(UserError, "come back"):
            self._reopen(order.lines)

    def test_waiting_first(self):
        """A refund takes what waits before what is closed."""
        order = self._sell(self._line(self.phone, 2))
        self._shut(order.lines, quantity=1)
        self._give_back(order, 1)
        self.assertLine(order.lines, 0, 1)
        self._reopen(order.lines)
        self.assertLine(order.lines, 1, 0)


@tagged("post_install", "-at_install")
class TestCloseAndRefundAtClosing(AtClosing, TestCloseAndRefund):
    pass


@tagged("post_install", "-at_install")
class TestCloseKit(ClosingCase):
    """All that waits of a kit is closed at once."""

    def test_kit(self):
        kit = self._kit("Kit", {self.phone: 1, self.milk: 2})
        self._put(self.milk, {None: 2})
        line = self._sell(self._line(kit)).lines
        self.assertLine(line, 3, 0)
        with self.assertRaises(UserError):
            self._shut(line, quantity=1)
        self._shut(line)
        self.assertLine(line, 0, 3)
        self.assertStock(self.phone, self.rest, {})
        self.assertStock(self.milk, {"L1": 10, "L2": 10}, {None: 2})
        self._reopen(line)
        self.assertLine(line, 3, 0)
        self.assertStock(self.milk, {"L1": 10, "L2": 10, None: 2}, {})
        self.assertWaiting(self.phone, 1, line.order_id)
        self.assertWaiting(self.milk, 2, line.order_id)
