"""Sequences over several places: another shop, transfers, deliveries, what waits.

The stock is true at the end, and so are flags and holds. Each class lives its days in real time;
the class of the same name at the end of this file lives them where stock moves when the session
closes. Both must end alike.
"""

from odoo import fields
from odoo.tests import tagged

from .common_sequences import AtNight, SequenceCase


@tagged("post_install", "-at_install")
class TestAnotherShop(SequenceCase):
    """A serial that lies in another shop's warehouse, mistyped here or really sold."""

    def setUp(self):
        super().setUp()
        self.depot_till, self.depot = self._second_shop()
        self.place = self.depot.lot_stock_id.complete_name

    def _close_both(self):
        self._night(self.till, self.other_till, self.depot_till)

    def _take_it(self, number):
        self._fresh()
        number.with_user(self.inventory).action_take_from_elsewhere()
        self._fresh()

    def test_sold_where_it_lies(self):
        """Mistyped here it waits; the shop where it lies sells it all the same."""
        wrong = self._sell(self._line(self.phone, 1, ["SN9"]))
        right = self._sell(self._line(self.phone, 1, ["SN9"]), till=self.depot_till)
        self.assertFlags(wrong | right, "SN9 not_here", "SN9")
        self._close_both()
        self.assertPlaces(self.phone, self.serials, ["SN9"])
        self.assertWaits((wrong, 1), (right, 0))
        self.assertHolds(self.phone, SN9=right)
        self.assertSaysWhy(wrong.lines.pack_lot_ids)
        self.assertFalse(wrong.lines.pack_lot_ids.elsewhere_location_ids, "nothing to take")

    def test_sold_where_it_lies_another_day(self):
        wrong = self._sell(self._line(self.phone, 1, ["SN9"]))
        self._close_both()
        right = self._sell(self._line(self.phone, 1, ["SN9"]), till=self.depot_till)
        self.assertFlags(right, "SN9")
        self._close_both()
        self.assertPlaces(self.phone, self.serials, ["SN9"])
        self.assertWaits((wrong, 1), (right, 0))

    def test_sold_there_first(self):
        """Sold where it lies, then mistyped here: a duplicate."""
        right = self._sell(self._line(self.phone, 1, ["SN9"]), till=self.depot_till)
        wrong = self._sell(self._line(self.phone, 1, ["SN9"]))
        self.assertEqual(self._flags(right), ["SN9"])
        self.assertIn("duplicate", wrong.lines.pack_lot_ids.flag_ids.mapped("code"))
        self._close_both()
        self.assertPlaces(self.phone, self.serials, ["SN9"])
        self.assertWaits((wrong, 1), (right, 0))
        self.assertHolds(self.phone, SN9=right)

    def test_mistyped_back_and_sold_there(self):
        """Sold there and refunded there after it was mistyped here: it lies there again."""
        self._sell(self._line(self.phone, 1, ["SN9"]))
        right = self._sell(self._line(self.phone, 1, ["SN9"]), till=self.depot_till)
        back = self._give_back(right, 1, ["SN9"], till=self.depot_till)
        self.assertFlags(back, "SN9")
        self._close_both()
        self.assertPlaces(self.phone, self.serials, **{self.place: ["SN9"]})
        self.assertHolds(self.phone)

    def _sell_what_comes_here(self, *, waits_since_yesterday):
        """Sold here, where it does not lie; sold there, brought back here, and sold here again."""
        first = self._sell(self._line(self.phone, 1, ["SN9"]))
        if waits_since_yesterday:
            self._close_both()
        there = self._sell(self._line(self.phone, 1, ["SN9"]), till=self.depot_till)
        back = self._return(self.phone, ["SN9"], there)
        again = self._sell(self._line(self.phone, 1, ["SN9"]))
        self.assertFlags(
            first | there | back | again, "SN9 not_here", "SN9", "SN9", "SN9 duplicate"
        )
        self._close_both()
        self.assertPlaces(self.phone, self.serials, ["SN9"])
        self.assertHolds(self.phone, SN9=first)
        self.assertWaits((first, 0), (again, 1))

    def test_comes_back_here(self):
        """The sale that waits for it has it as soon as it is here: no other sale gets it."""
        self._sell_what_comes_here(waits_since_yesterday=False)

    def test_comes_back_here_another_day(self):
        self._sell_what_comes_here(waits_since_yesterday=True)

    def test_comes_back_here_and_is_sold_in_one_order(self):
        """A wrong price is mended in one go: its customer keeps it."""
        first = self._sell(self._line(self.phone, 1, ["SN9"]))
        there = self._sell(self._line(self.phone, 1, ["SN9"]), till=self.depot_till)
        both = self._sell(
            self._back(self.phone, 1, ["SN9"], there), self._line(self.phone, 1, ["SN9"], price=90)
        )
        self.assertFlags(first | there | both, "SN9 not_here", "SN9", "SN9", "SN9")
        self._close_both()
        self.assertHolds(self.phone, SN9=both)
        self.assertWaits((first, 1), (both, 0))

    def test_mistyped_refunded(self):
        """What was mistyped and never left does not come back; nothing waits any more."""
        wrong = self._sell(self._line(self.phone, 1, ["SN9"]))
        self._give_back(wrong, 1, ["SN9"])
        self._close_both()
        self.assertPlaces(self.phone, self.serials, **{self.place: ["SN9"]})
        self.assertNothingWaits(self.phone)

    def test_taken(self):
        """Taken from there: at once, whether the session is open or closed, if it is offered."""
        sale = self._sell(self._line(self.phone, 1, ["SN9"]))
        number = sale.lines.pack_lot_ids
        self._fresh()
        if number.with_user(self.inventory).elsewhere_location_ids:
            self._take_it(number)
            self._close_both()
        else:
            self._close_both()
            self.assertEqual(number.elsewhere_location_ids, self.depot.lot_stock_id)
            self._take_it(number)
        self.assertPlaces(self.phone, self.serials, ["SN9"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN9=sale)

    def test_taken_after_closing(self):
        sale = self._sell(self._line(self.phone, 1, ["SN9"]))
        self._close_both()
        self.assertEqual(sale.lines.pack_lot_ids.elsewhere_location_ids, self.depot.lot_stock_id)
        self._take_it(sale.lines.pack_lot_ids)
        self.assertPlaces(self.phone, self.serials, ["SN9"])
        self.assertNothingWaits(self.phone)

    def test_taken_is_sold(self):
        """What was taken for a sale here is a duplicate there."""
        sale = self._sell(self._line(self.phone, 1, ["SN9"]))
        self._close_both()
        self._take_it(sale.lines.pack_lot_ids)
        there = self._sell(self._line(self.phone, 1, ["SN9"]), till=self.depot_till)
        self.assertIn("duplicate", there.lines.pack_lot_ids.flag_ids.mapped("code"))
        self._close_both()
        self.assertPlaces(self.phone, self.serials, ["SN9"])

    def test_brought_here(self):
        """It is brought here by a transfer: the sale takes it by itself."""
        sale = self._sell(self._line(self.phone, 1, ["SN9"]))
        self._close_both()
        self.assertSaysWhy(sale.lines.pack_lot_ids)
        move = self.env["stock.move"].create(
            {
                "product_id": self.phone.id,
                "product_uom_qty": 1,
                "location_id": self.depot.lot_stock_id.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "picking_type_id": self.warehouse.int_type_id.id,
            }
        )
        move._action_confirm()
        self._choose(move, ["SN9"])
        move.picked = True
        move._action_done()
        self.assertPlaces(self.phone, self.serials, ["SN9"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN9=sale)


@tagged("post_install", "-at_install")
class TestKnownAndWaiting(SequenceCase):
    """A number that is known and waits says why, and moves when the reason is gone."""

    def _transfer(self, order):
        """The transfer that moved the order, or its session."""
        pickings = order.picking_ids or self._transfers(order)
        return pickings.filtered(lambda picking: picking.state == "done")

    def test_counted_back(self):
        """Sold, counted back into the stock, sold again: it moves."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        self._count(self.phone, "SN1", 1)
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFlags(again, "SN1")
        self._night()
        self.assertEqual(self._here(self.phone), {"SN2": 1, "SN3": 1, "SN4": 1})
        self.assertEqual(set(self._gone(self.phone)), {"SN1"})
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN1=again)

    def _wait_for_counted(self, product=None):
        """SN1 is sold and counted back; then a unit is sold without its number."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        self._count(self.phone, "SN1", 1)
        sale = self._sell(self._line(product or self.phone))
        self._night()
        return sale

    def assertCountedBackLeft(self, sale):
        self._fresh()
        self.assertFlags(sale, "SN1")
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)

    def test_counted_back_assigned(self):
        """Sold, counted back, assigned to a unit that waits: it moves, as it does at the till."""
        sale = self._wait_for_counted()
        sale.lines.with_user(self.inventory)._assign_numbers([("SN1", 1)])
        self.assertCountedBackLeft(sale)
        self.assertHolds(self.phone, SN1=sale)

    def test_counted_back_corrected(self):
        """Likewise the right number of what was sold under another."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        self._count(self.phone, "SN1", 1)
        sale = self._sell(self._line(self.phone, 1, ["SN2"]))
        self._night()
        sale.lines.pack_lot_ids.with_user(self.inventory)._correct("SN1")
        self.assertCountedBackLeft(sale)
        self.assertHolds(self.phone, SN1=sale)

    def test_counted_back_written(self):
        """Likewise one that is written into the transfer that waits."""
        sale = self._wait_for_counted()
        self._write_number(sale.lines.waiting_move_ids, "SN1")
        self.assertCountedBackLeft(sale)
        self.assertHolds(self.phone, SN1=sale)

    def test_counted_back_written_by_name(self):
        """As text, in another spelling."""
        sale = self._wait_for_counted()
        self._write_number(sale.lines.waiting_move_ids, "sn1", is_text=True)
        self.assertCountedBackLeft(sale)
        self.assertHolds(self.phone, SN1=sale)

    def test_counted_back_in_a_kit(self):
        """Likewise a kit's component."""
        sale = self._wait_for_counted(self._kit("Kit", {self.phone: 1}))
        self._write_number(sale.lines.waiting_move_ids, "SN1")
        self.assertCountedBackLeft(sale)

    def _write_number(self, move, name, is_text=False):
        """Write a number into a transfer that waits, and validate it."""
        move = move.with_user(self.inventory)
        number = {"lot_name": name} if is_text else {"lot_id": self._lot(self.phone, name).id}
        move.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(quantity=0),
                "quantity": 1,
                "picked": True,
                **number,
            }
        )
        self.assertIs(move.picking_id.button_validate(), True)

    def test_counted_back_refunded(self):
        """Sold, counted back, then refunded: it is here, once."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        self._count(self.phone, "SN1", 1)
        back = self._give_back(sale, 1, ["SN1"])
        self._night()
        self.assertEqual(self._here(self.phone), dict.fromkeys(self.serials, 1))
        if self._open_moves(self.phone, ("outgoing", "incoming")):
            self.assertSaysWhy(back.lines.pack_lot_ids)

    def test_returned_by_the_warehouse(self):
        """Back by the Return button, then refunded at the till: here once, with customers never."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        self._return_transfer(self._transfer(sale), "SN1")
        self.assertPlaces(self.phone, self.serials)
        back = self._give_back(sale, 1, ["SN1"])
        self._night()
        self.assertPlaces(self.phone, self.serials)
        self.assertHolds(self.phone)
        self.assertSaysWhy(back.lines.pack_lot_ids)

    def test_returned_by_the_warehouse_sold_again(self):
        """And sold again: it leaves, without a flag; the refund holds nothing up."""
        sale = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._night()
        self._return_transfer(self._transfer(sale), "SN1")
        self._give_back(sale, 1, ["SN1"])
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFlags(again, "SN1")
        self._night()
        self.assertPlaces(self.phone, ["SN3", "SN4"], ["SN1", "SN2"])
        self.assertHolds(self.phone, SN1=again, SN2=sale)
        self.assertWaits((again, 0))

    def test_returned_by_the_warehouse_and_sold(self):
        """Back by the Return button, sold again at the till: no flag."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        self._return_transfer(self._transfer(sale), "SN1")
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFlags(again, "SN1")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertHolds(self.phone, SN1=again)

    def test_lot_returned_by_the_warehouse(self):
        """Of a lot what the warehouse took back is not taken back again: 5 sold, 1 + 5 back."""
        sale = self._sell(self._line(self.milk, 5, ["L1"]))
        self._night()
        self._return_transfer(self._transfer(sale), "L1")
        self._give_back(sale, 5, ["L1"])
        self._night()
        self.assertNoNegative(self.milk)
        places = self._places(self.milk)
        self.assertEqual(sum(places.values()), 10)
        self.assertEqual(places.get(("L1", "here", None)), 10)

    def test_lot_of_two_places_returned_by_the_warehouse(self):
        """Two of four came from a shelf: one that the warehouse took back is one, not two."""
        self._put(self.juice, {"J1": 2}, self.shelf)
        self._put(self.juice, {"J1": 2})
        sale = self._sell(self._line(self.juice, 4, ["J1"]))
        self._night()
        self._return_transfer(self._transfer(sale), "J1")
        self._give_back(sale, 4, ["J1"])
        self._night()
        self.assertPlaces(self.juice, [("J1", 4)])
        self.assertNothingWaits(self.juice)

    def test_lot_of_two_lines_returned_by_the_warehouse(self):
        """Two and three of a lot in one order: two that the warehouse took back count once."""
        sale = self._sell(
            self._line(self.milk, 2, ["L1"]), self._line(self.milk, 3, ["L1"], price=90)
        )
        self._night()
        self._return_transfer(self._transfer(sale), "L1", 2)
        first, second = sale.lines.sorted("id")
        self._sell(
            self._line(self.milk, -2, ["L1"], refunded_orderline_id=first.id),
            self._line(self.milk, -3, ["L1"], refunded_orderline_id=second.id),
            is_refund=True,
        )
        self._night()
        self.assertPlaces(self.milk, [("L1", 10)])
        self.assertNothingWaits(self.milk)

    def test_lot_of_two_orders_returned_by_the_warehouse(self):
        """And in two orders, which leave with one transfer at closing; refunded one by one."""
        first = self._sell(self._line(self.milk, 5, ["L1"]))
        second = self._sell(self._line(self.milk, 3, ["L1"]))
        self._night()
        self._return_transfer(self._transfer(second), "L1", 3)
        for sale, quantity in ((first, 2), (second, 3), (first, 3)):
            self._give_back(sale, quantity, ["L1"])
            self._night()
            self.assertNoNegative(self.milk)
        self.assertPlaces(self.milk, [("L1", 10)])
        self.assertNothingWaits(self.milk)

    def test_lot_returned_by_the_warehouse_in_parts(self):
        """Two of five by the warehouse; the till takes back three, then the two."""
        sale = self._sell(self._line(self.milk, 5, ["L1"]))
        self._night()
        self._return_transfer(self._transfer(sale), "L1", 2)
        for quantity in (3, 2):
            self._give_back(sale, quantity, ["L1"])
        self._night()
        self.assertPlaces(self.milk, [("L1", 10)])
        self.assertNothingWaits(self.milk)

    def test_lot_returned_by_the_warehouse_sold_again(self):
        """What it took back does not come back once more by the refund: eleven are short."""
        sale = self._sell(self._line(self.milk, 5, ["L1"]))
        self._night()
        self._return_transfer(self._transfer(sale), "L1", 2)
        self._give_back(sale, 1, ["L1"])
        self._give_back(sale, 4, ["L1"])
        again = self._sell(self._line(self.milk, 10, ["L1"]))
        more = self._sell(self._line(self.milk, 1, ["L1"]))
        self.assertFlags(again | more, "L1", "L1 short")
        self._night()
        self.assertPlaces(self.milk, [("L1", -1)], [("L1", 11)])

    def test_returned_by_the_warehouse_sold_again_then_refunded(self):
        """The refund of the first sale takes nothing from who has the serial now."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        self._return_transfer(self._transfer(sale), "SN1")
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(sale, 1, ["SN1"])
        wrong = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFlags(again | wrong, "SN1", "SN1 duplicate")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertHolds(self.phone, SN1=again)
        self.assertWaits((again, 0), (wrong, 1))

    def test_corrected_sale_beside_another(self):
        """What a correction takes back is no return: the other sale of the transfer comes back."""
        self._put(self.milk, {"L2": 10})
        wrong = self._sell(self._line(self.milk, 5, ["L1"]))
        other = self._sell(self._line(self.milk, 3, ["L1"]))
        self._night()
        wrong.lines.pack_lot_ids.with_user(self.inventory)._correct("L2")
        back = self._give_back(other, 3, ["L1"])
        self._night()
        self.assertPlaces(self.milk, [("L1", 10), ("L2", 5)], [("L2", 5)])
        self.assertNothingWaits(self.milk)
        self.assertFalse(back.lines.pack_lot_ids.waits_because)

    def test_returned_by_the_warehouse_and_sent_again(self):
        """Back by the Return button, and out again by that of the return: it comes back."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        back = self._return_transfer(self._transfer(sale), "SN1")
        self._return_transfer(back, "SN1")
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self._give_back(sale, 1, ["SN1"])
        self._night()
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone)

    def test_lot_returned_by_the_warehouse_assigned(self):
        """Two of five by the warehouse; a refund without number: three move, all five get it."""
        sale = self._sell(self._line(self.milk, 5, ["L1"]))
        self._night()
        self._return_transfer(self._transfer(sale), "L1", 2)
        back = self._give_back(sale, 5)
        self._night()
        line = back.lines.with_user(self.inventory)
        for quantity, waits in ((4, 1), (1, 0)):
            line._assign_numbers([("L1", quantity)])
            self._fresh()
            self.assertPlaces(self.milk, [("L1", 10)])
            self.assertWaits((back, waits))
        number = back.lines.pack_lot_ids
        self.assertEqual((number.lot_name, number.quantity), ("L1", 5))
        self.assertEqual(number._get_moved_quantity(), 3)

    def test_duplicate_says_why(self):
        self._sell(self._line(self.phone, 1, ["SN1"]))
        second = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        self.assertWaits((second, 1))
        self.assertSaysWhy(second.lines.pack_lot_ids)


@tagged("post_install", "-at_install")
class TestLeftBeforeClosing(AtNight, SequenceCase):
    """In closing mode: a serial that another document took between the sale and closing."""

    def _sell_and_ship(self):
        """SN1 is sold here; before the session closes a delivery ships it."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        delivery = self._sale_order(self.phone, 1).picking_ids
        self._choose(delivery.move_ids, ["SN1"])
        self._ship(delivery)
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self._night()  # no flag is added
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertWaits((sale, 1))
        return sale, delivery

    def test_waits(self):
        """It waits, without a new flag, and says why."""
        sale, _delivery = self._sell_and_ship()
        self.assertFlags(sale, "SN1")
        self.assertSaysWhy(sale.lines.pack_lot_ids)

    def test_back(self):
        """It comes back by a transfer: the sale takes it by itself."""
        sale, delivery = self._sell_and_ship()
        self._return_transfer(delivery, "SN1")
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)
        self.assertFlags(sale, "SN1")
        self.assertHolds(self.phone, SN1=sale)
        self.assertIn(sale, self._moved_for("SN1"))

    def _moved_for(self, name):
        """The orders whose transfers moved a number out."""
        lines = self.env["stock.move.line"].search(
            [("lot_id.name", "=", name), ("product_id", "=", self.phone.id), ("state", "=", "done")]
        )
        return lines.pos_number_id.order_id

    def test_refunded(self):
        """Refunded before it is back: nothing waits, the delivery's customer keeps the unit."""
        sale, _delivery = self._sell_and_ship()
        self._give_back(sale, 1, ["SN1"])
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)

    def test_scrapped(self):
        """Scrapped between sale and closing: it waits, and says why; no unit comes from nowhere."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._count(self.phone, "SN1", 0)
        self._night()
        self.assertFlags(sale, "SN1")
        self.assertEqual(
            sum(self._gone(self.phone).values()) + sum(sale.lines.mapped("waiting_number_qty")), 1
        )
        if sale.lines.waiting_number_qty:
            self.assertSaysWhy(sale.lines.pack_lot_ids)


@tagged("post_install", "-at_install")
class TestShipLater(SequenceCase):
    """Sales whose goods leave later, and their refunds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.till.ship_later = True

    def _sell_for_later(self, *lines):
        values = {"partner_id": self.customer.id, "shipping_date": fields.Date.today()}
        return self._sell(*lines, **values)

    def _ship_rest(self, *orders):
        """Ship whatever these orders still have to deliver, but for what waits for numbers."""
        for order in orders:
            moves = order.picking_ids.move_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            for picking in moves.picking_id:
                if picking.move_line_ids:
                    self._ship(picking)
        self._fresh()

    def _reserve(self, *orders):
        """What has no number takes what there is."""
        self._fresh()
        for order in orders:
            pickings = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
            pickings.action_assign()

    def test_refund_after_delivery(self):
        sale = self._sell_for_later(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._ship_rest(sale)
        back = self._give_back(sale, 1, ["SN2"], partner_id=self.customer.id)
        self.assertFlags(back, "SN2")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN1=sale)

    def test_refund_before_delivery(self):
        """What has not left does not come back; in the end it is here and nobody waits for it."""
        sale = self._sell_for_later(self._line(self.phone, 1, ["SN1"]))
        back = self._give_back(sale, 1, ["SN1"], partner_id=self.customer.id)
        self._night()
        self._ship_rest(sale, back)
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone)

    def test_lot_refund_before_delivery(self):
        sale = self._sell_for_later(self._line(self.milk, 5, ["L1"]))
        back = self._give_back(sale, 2, ["L1"], partner_id=self.customer.id)
        self._night()
        self._ship_rest(sale, back)
        self.assertPlaces(self.milk, [("L1", 7)], [("L1", 3)])
        self.assertNothingWaits(self.milk)

    def test_unnamed_refund_names_a_lot_before_delivery(self):
        """Nothing has left: it does not come in, whatever the refund names; less is shipped."""
        sale = self._sell_for_later(self._line(self.milk, 5))
        back = self._give_back(sale, 5, ["L1"], partner_id=self.customer.id)
        self.assertFlags(back, "L1 not_sold")
        resale = self._sell(self._line(self.milk, 11, ["L1"]))
        self.assertFlags(resale, "L1 short")  # nothing came in
        self._night()
        self._ship_rest(sale, back)
        self.assertPlaces(self.milk, [("L1", -1)], [("L1", 11)])
        self.assertNothingWaits(self.milk)

    def test_unnamed_refund_names_a_part_before_delivery(self):
        sale = self._sell_for_later(self._line(self.milk, 5))
        back = self._give_back(sale, 2, ["L1"], partner_id=self.customer.id)
        self._night()
        self._reserve(sale)
        self._ship_rest(sale, back)
        self.assertPlaces(self.milk, [("L1", 7)], [("L1", 3)])
        self.assertNothingWaits(self.milk)

    def test_delivery_after_an_unnamed_refund_was_paid(self):
        """Where the refund moves at closing, all was shipped before: a part comes back then."""
        sale = self._sell_for_later(self._line(self.milk, 5))
        self._give_back(sale, 2, ["L1"], partner_id=self.customer.id)
        self._reserve(sale)
        self._ship_rest(sale)
        self._night()
        self.assertPlaces(self.milk, [("L1", 7)], [("L1", 3)])
        self.assertNothingWaits(self.milk)
        rest = self._give_back(sale, 3, ["L1"], partner_id=self.customer.id)
        self._night()
        self.assertFlags(rest, "L1")
        self.assertPlaces(self.milk, [("L1", 10)])

    def test_unnamed_refund_names_what_is_shipped_then(self):
        """The refund took one unit less; the one that left all the same has not come back."""
        self.phone.categ_id.warranty_months = 12
        sale = self._sell_for_later(self._line(self.phone, 2))
        back = self._give_back(sale, 1, ["SN1"], partner_id=self.customer.id)
        self.assertFlags(back, "SN1 not_sold")
        self._night()
        self._choose(sale.picking_ids.move_ids, ["SN1"])
        self._ship_rest(sale)
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        number = sale.lines.pack_lot_ids
        self.assertEqual(
            (number.lot_name, number.holds, number.warranty_ended_on), ("SN1", True, False)
        )
        till = self.till.with_user(self.cashier)
        rows = till.get_refundable_numbers(sale.lines.ids)[sale.lines.id]
        self.assertEqual([row["lot_name"] for row in rows], ["SN1"])
        rest = self._give_back(sale, 1, ["SN1"], partner_id=self.customer.id)
        self.assertFlags(rest, "SN1")
        self._night()
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)

    def test_unnamed_refund_names_a_new_serial_before_delivery(self):
        """No lot is made of what has not left."""
        sale = self._sell_for_later(self._line(self.phone, 1))
        back = self._give_back(sale, 1, ["NEW1"], partner_id=self.customer.id)
        self.assertFlags(back, "NEW1 not_sold")
        self.assertFalse(back.lines.pack_lot_ids.lot_id)
        self._night()
        self._ship_rest(sale, back)
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)

    def test_refund_names_another_lot_after_a_part_was_delivered(self):
        """What has left comes back as what it is; of what has not, less is shipped."""
        sale = self._sell_for_later(self._line(self.milk, 5))
        self._reserve(sale)
        delivery = sale.picking_ids
        delivery.move_line_ids.quantity = 3
        self._ship(delivery)
        self._fresh()
        self.assertEqual(sale.lines.pack_lot_ids.mapped("quantity"), [3])
        self._put(self.milk, {"L2": 5})
        back = self._give_back(sale, 2, ["L2"], partner_id=self.customer.id)
        self.assertFlags(back, "L2 not_sold")
        self._night()
        self._ship_rest(sale, back)
        self.assertPlaces(self.milk, [("L1", 7), ("L2", 5)], [("L1", 3)])
        again = self._give_back(sale, 3, ["L1"], partner_id=self.customer.id)
        self.assertFlags(again, "L1")
        self._night()
        self.assertPlaces(self.milk, [("L1", 10), ("L2", 5)])
        self.assertNothingWaits(self.milk)

    def test_unnamed_refund_before_the_first_of_two_steps(self):
        """Where the last step is not made yet, less is picked."""
        self.warehouse.delivery_steps = "pick_ship"
        sale = self._sell_for_later(self._line(self.milk, 5))
        back = self._give_back(sale, 2, ["L1"], partner_id=self.customer.id)
        self._night()
        for _step in ("pick", "ship"):
            self._reserve(sale)
            self._ship_rest(sale, back)
        self.assertPlaces(self.milk, [("L1", 7)], [("L1", 3)])
        self.assertNothingWaits(self.milk)

    def test_refund_of_a_named_one_before_the_first_of_two_steps(self):
        self.warehouse.delivery_steps = "pick_ship"
        sale = self._sell_for_later(self._line(self.phone, 2, ["SN1", "SN2"]))
        back = self._give_back(sale, 1, ["SN1"], partner_id=self.customer.id)
        self._night()
        for _step in ("pick", "ship"):
            self._ship_rest(sale, back)
        self.assertPlaces(self.phone, ["SN1", "SN3", "SN4"], ["SN2"])
        self.assertNothingWaits(self.phone)

    def test_refund_after_delivery_of_another(self):
        """The warehouse shipped another serial: that one comes back."""
        sale = self._sell_for_later(self._line(self.phone, 1, ["SN1"]))
        self._choose(sale.picking_ids.move_ids, ["SN3"])
        self._ship_rest(sale)
        self.assertEqual(sale.lines.pack_lot_ids.mapped("lot_name"), ["SN3"])
        back = self._give_back(sale, 1, ["SN3"], partner_id=self.customer.id)
        self.assertFlags(back, "SN3")
        self._night()
        self.assertPlaces(self.phone, self.serials)
        self.assertHolds(self.phone)

    def test_cancelled(self):
        """Its delivery is cancelled: the serial can be sold at the till."""
        sale = self._sell_for_later(self._line(self.phone, 1, ["SN1"]))
        sale.picking_ids.action_cancel()
        self._fresh()
        other = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFlags(other, "SN1")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN1=other)

    def test_not_cancelled(self):
        """As long as its delivery is to come, the serial is sold."""
        sale = self._sell_for_later(self._line(self.phone, 1, ["SN1"]))
        other = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertIn("duplicate", other.lines.pack_lot_ids.flag_ids.mapped("code"))
        self._night()
        self.assertWaits((other, 1))
        self._ship_rest(sale)
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertHolds(self.phone, SN1=sale)


# The same days, where stock moves when the sessions close.


@tagged("post_install", "-at_install")
class TestAnotherShopAtNight(AtNight, TestAnotherShop):
    pass


@tagged("post_install", "-at_install")
class TestKnownAndWaitingAtNight(AtNight, TestKnownAndWaiting):
    pass


@tagged("post_install", "-at_install")
class TestShipLaterAtNight(AtNight, TestShipLater):
    pass
