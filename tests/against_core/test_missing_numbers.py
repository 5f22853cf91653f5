"""Tracked units sold without their number: what is known moves, the rest waits."""

import contextlib

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MissingCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestSomeNumbers(MissingCase):
    """One of three numbers is given."""

    def setUp(self):
        super().setUp()
        lines = self._line(self.phone, 3, ["SN1"]), self._line(self.cable, 2)
        self.order = self._sell(*lines)
        self.rest = {"SN2": 1, "SN3": 1, "SN4": 1, "SN5": 1}

    def test_known_moves_rest_waits(self):
        """The known serial and the untracked goods leave; two units wait without a number."""
        self.assertStock(self.phone, self.rest, {"SN1": 1})
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertWaiting(self.phone, 2, self.order)

    def test_waiting_transfer_names_its_order(self):
        """From the waiting transfer one finds the order."""
        self.assertIn(self.order.name, self._open_moves(self.phone).picking_id.origin or "")

    @passes_on_stock
    def test_done_transfer_is_the_orders(self):
        """What moved is done, in a transfer of the order."""
        done = self._transfers(self.order).move_line_ids
        self.assertEqual(set(done.mapped("state")), {"done"})
        self.assertEqual(done.lot_id.mapped("name"), ["SN1"])
        self.assertFalse(self._open_moves(self.cable))

    def test_validate_ships_nothing_arbitrary(self):
        """Validate on the waiting transfer moves no serial that nobody chose."""
        self._validate(self._open_moves(self.phone).picking_id)
        self.assertStock(self.phone, self.rest, {"SN1": 1})

    def test_check_availability_reserves_nothing(self):
        """Neither does Check Availability choose serials, nor the scheduler."""
        picking = self._open_moves(self.phone).picking_id
        picking.do_unreserve()
        picking.with_user(self.inventory).action_assign()
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)
        self._fresh()
        self.assertWaiting(self.phone, 2)

    @passes_on_stock
    def test_receipt_reserves_nothing(self):
        """Nor do new goods that come in."""
        self._open_moves(self.phone).picking_id.do_unreserve()
        self._receive(self.phone, ["SN6", "SN7"], cost=10)
        self._fresh()
        self.assertWaiting(self.phone, 2)

    @passes_on_stock
    def test_freed_serial_is_not_taken(self):
        """Nor a serial that another document gives free."""
        self._open_moves(self.phone).picking_id.do_unreserve()
        sale_order = self._sale_order(self.phone, 4)
        sale_order.picking_ids.do_unreserve()
        self._fresh()
        self.assertWaiting(self.phone, 2 + 4)
        sale_order.picking_ids.action_cancel()
        self._fresh()
        self.assertWaiting(self.phone, 2)

    @passes_on_stock
    def test_cost_is_complete(self):
        """The line costs three units, at the cost of the day where the number is not known."""
        line = self.order.lines.filtered(lambda line: line.product_id == self.phone)
        self.assertEqual(line.total_cost, 30)

    @passes_on_stock
    def test_missing_units_are_not_free(self):
        """Units that left the shop are not offered to others: two of four are free."""
        product = self.phone.with_context(warehouse_id=self.warehouse.id)
        self.assertEqual(product.qty_available, 4)
        self.assertEqual(product.free_qty, 2)

    def test_hand_written_number(self):
        """A number written by hand on the waiting transfer is refused, or reaches the order."""
        move = self._open_moves(self.phone)
        self._fresh()
        with contextlib.suppress(UserError), self.env.cr.savepoint():
            move = move.with_user(self.inventory)
            move.move_line_ids.unlink()
            for name in ("SN4", "SN5"):
                values = move._prepare_move_line_vals(quantity=1)
                lot = self._lot(self.phone, name)
                self.env["stock.move.line"].with_user(self.inventory).create(
                    {**values, "lot_id": lot.id, "picked": True}
                )
        self._validate(move.picking_id)
        moved = set(self._gone(self.phone))
        line = self.order.lines.filtered(lambda line: line.product_id == self.phone)
        self.assertEqual(moved, set(line.pack_lot_ids.mapped("lot_name")), "order and stock agree")

    def test_close_session(self):
        """The session closes; what waits goes on waiting."""
        self._close()
        self.assertWaiting(self.phone, 2, self.order)


@tagged("post_install", "-at_install")
class TestNoNumber(MissingCase):
    """No number is given."""

    @passes_on_stock
    def test_alone_waits(self):
        """Alone in its order the unit waits, and nothing else happens to the stock."""
        order = self._sell(self._line(self.phone, 2))
        self.assertStock(self.phone, dict.fromkeys(["SN1", "SN2", "SN3", "SN4", "SN5"], 1), {})
        self.assertWaiting(self.phone, 2, order)

    def test_untracked_goes_out(self):
        """Untracked goods of the order leave, the tracked ones wait without a number."""
        order = self._sell(self._line(self.phone, 1), self._line(self.cable, 2))
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertWaiting(self.phone, 1, order)

    def test_other_tracked_goes_out(self):
        """A second tracked product that has its number leaves too."""
        radio = self._product("Radio")
        self._put(radio, ["R1"])
        order = self._sell(self._line(self.phone, 1), self._line(radio, 1, ["R1"]))
        self.assertStock(radio, {}, {"R1": 1})
        self.assertWaiting(self.phone, 1, order)

    def test_lot_without_number(self):
        """A lot product waits the same way."""
        milk = self._product("Milk", tracking="lot")
        self._put(milk, {"L1": 10})
        order = self._sell(self._line(milk, 3), self._line(self.cable, 1))
        self.assertStock(milk, {"L1": 10}, {})
        self.assertWaiting(milk, 3, order)

    def test_cost_is_never_zero(self):
        """The unit's cost is the product's current cost until its number is known."""
        order = self._sell(self._line(self.phone, 2))
        self.assertEqual(order.lines.total_cost, 20)

    def test_missing_units_are_not_free(self):
        """Units that left the shop are not offered to others: three of five are free."""
        self._sell(self._line(self.phone, 2))
        self.assertEqual(self.phone.with_context(warehouse_id=self.warehouse.id).free_qty, 3)

    def test_second_order_cannot_take_them(self):
        """A sales order of all five gets only what is still there."""
        self._sell(self._line(self.phone, 2))
        sale_order = self._sale_order(self.phone, 5)
        self.assertEqual(sum(sale_order.picking_ids.move_ids.mapped("quantity")), 3)

    def test_waits_for_the_receipt(self):
        """With nothing in stock the unit waits, and a receipt does not give it a number."""
        radio = self._product("Radio")
        order = self._sell(self._line(radio, 1), self._line(self.cable, 1))
        self._put(radio, ["R1"])
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)
        self._open_moves(radio).picking_id.action_assign()
        self._fresh()
        self.assertWaiting(radio, 1, order)
        self.assertStock(self.cable, {None: 9}, {None: 1})
        self.assertNotIn("done", self._open_moves(radio).mapped("state"))


@tagged("post_install", "-at_install")
class TestCostBySerial(MissingCase):
    """A product valued by serial: SN8 cost 30, all others 10."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.radio = cls._product("Radio", method="fifo", lot_valuated=True)
        cls._receive(cls.radio, ["SN7"], cost=10)
        cls._receive(cls.radio, ["SN8"], cost=30)

    @passes_on_stock
    def test_known(self):
        """A serial costs what it cost."""
        self.assertEqual(self._sell(self._line(self.radio, 1, ["SN8"])).lines.total_cost, 30)
        self.assertEqual(self._sell(self._line(self.radio, 1, ["SN7"])).lines.total_cost, 10)

    def test_unknown(self):
        """A unit without its serial costs what the product costs now."""
        cost = self.radio.standard_price
        self.assertTrue(cost)
        self.assertEqual(self._sell(self._line(self.radio, 1)).lines.total_cost, cost)


@tagged("post_install", "-at_install")
class TestSentAgain(MissingCase):
    """A till that got no answer sends its order again."""

    @passes_on_stock
    def test_sent_twice_is_stored_once(self):
        """The same order is stored once and moves once."""
        sent = self._paid(self._line(self.phone, 1, ["SN1"]))
        first = self._sync(sent)
        self.assertEqual(self._sync(sent), first)
        self.assertStock(self.phone, dict.fromkeys(["SN2", "SN3", "SN4", "SN5"], 1), {"SN1": 1})

    @passes_on_stock
    def test_sent_again_with_more_numbers(self):
        """Numbers that come after payment are no part of the sale."""
        line = self._line(self.phone, 2, ["SN1"])
        sent = self._paid(line)
        order = self._sync(sent)
        more = {**line, "pack_lot_ids": [Command.create({"lot_name": "SN2"})]}
        self._sync({**sent, "lines": [Command.update(order.lines.id, more)]})
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN1"])
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_sent_twice_waits_once(self):
        """What waits, waits once."""
        sent = self._paid(self._line(self.phone, 2, ["SN1"]))
        order = self._sync(sent)
        self._sync(sent)
        self.assertWaiting(self.phone, 1, order)
