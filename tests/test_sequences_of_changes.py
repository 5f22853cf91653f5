"""Sequences in which numbers of sales and returns are changed afterwards.

Who has a serial, whose warranty runs, what is flagged and where the stock is: alike in real time
and, by the classes at the end of this file, where stock moves when the session closes.
"""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_sequences import AtNight, SequenceCase


class ChangesCase(SequenceCase):
    """An inventory user who changes numbers, and what became of warranties."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone.categ_id.warranty_months = 24

    def _number(self, order, name=None):
        self._fresh()
        numbers = order.lines.pack_lot_ids
        return numbers.filtered(lambda number: name in (None, number.lot_name))

    def _correct(self, number, name):
        number.with_user(self.inventory)._correct(name)
        self._fresh()

    def _take_off(self, number):
        number.with_user(self.inventory)._take_off()
        self._fresh()

    def _assign(self, order, *entries):
        self._fresh()
        entries = [(entry, 1) if isinstance(entry, str) else entry for entry in entries]
        order.lines.with_user(self.inventory)._assign_numbers(entries)
        self._fresh()

    def _exchange(self, number, other):
        number.with_user(self.inventory)._exchange_with(other.with_user(self.inventory), None)
        self._fresh()

    def assertRuns(self, **names):
        """Of each serial's first sale: whether its warranty runs."""
        self._fresh()
        numbers = self.env["pos.pack.operation.lot"].search(
            [("lot_id.product_id", "=", self.phone.id), ("warranty_end", "!=", False)], order="id"
        )
        runs = {}
        for number in numbers:
            runs.setdefault(number.lot_name, not number.warranty_ended_on)
        self.assertEqual(runs, names)


@tagged("post_install", "-at_install")
class TestChangedReturns(ChangesCase):
    """Returns that named the wrong serial, or none."""

    def setUp(self):
        super().setUp()
        self.first = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.second = self._sell(self._line(self.phone, 1, ["SN2"]))

    def test_misread_without_receipt(self):
        """SN2 came back, SN1 was read: its sale has SN1 again, and its warranty runs."""
        back = self._return(self.phone, ["SN1"])
        self.assertHolds(self.phone, SN2=self.second)
        self.assertRuns(SN1=False, SN2=True)
        self._correct(self._number(back), "SN2")
        self.assertHolds(self.phone, SN1=self.first)
        self.assertRuns(SN1=True, SN2=False)
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)

    def test_misread_on_another_receipt(self):
        back = self._return(self.phone, ["SN1"], self.second)
        self._correct(self._number(back), "SN2")
        self.assertHolds(self.phone, SN1=self.first)
        self.assertRuns(SN1=True, SN2=False)
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])

    def test_misread_another_day(self):
        self._night()
        back = self._return(self.phone, ["SN1"], self.second)
        self._night()
        self._correct(self._number(back), "SN2")
        self.assertHolds(self.phone, SN1=self.first)
        self.assertRuns(SN1=True, SN2=False)
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])

    def test_misread_taken_off(self):
        """And the unit that came back is named another day: it ends that sale's warranty."""
        back = self._return(self.phone, ["SN1"], self.second)
        self._take_off(self._number(back))
        self.assertHolds(self.phone, SN1=self.first, SN2=self.second)
        self.assertRuns(SN1=True, SN2=True)
        self._night()
        self.assertWaits((back, 1))
        self._assign(back, "SN2")
        self.assertHolds(self.phone, SN1=self.first)
        self.assertRuns(SN1=True, SN2=False)
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])

    def test_misread_of_the_sale_before(self):
        """Of two sales of one serial, the last has it again."""
        self._return(self.phone, ["SN1"], self.first)
        third = self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._return(self.phone, ["SN1"])
        self._correct(self._number(back), "SN2")
        self.assertHolds(self.phone, SN1=third)
        self.assertRuns(SN1=False, SN2=False)
        self.assertFalse(self._number(third).warranty_ended_on)

    def test_misread_of_what_is_back(self):
        """A serial that came back on another return stays free."""
        self._return(self.phone, ["SN1"])
        back = self._return(self.phone, ["SN1"])
        self._correct(self._number(back), "SN2")
        self.assertHolds(self.phone)
        self.assertRuns(SN1=False, SN2=False)
        self._night()
        self.assertPlaces(self.phone, self.serials)

    def test_assigned_on_another_receipt(self):
        """What comes back ends the warranty of the sale that had it, named today or tomorrow."""
        back = self._give_back(self.first, 1)
        self._assign(back, "SN2")
        self.assertHolds(self.phone, SN1=self.first)
        self.assertRuns(SN1=True, SN2=False)
        self._night()
        self.assertFlags(back, "SN2 not_sold")
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])

    def test_corrected_to_another_sales(self):
        back = self._give_back(self.first, 1, ["SN1"])
        self._correct(self._number(back), "SN2")
        self.assertFlags(back, "SN2 not_sold")
        self.assertHolds(self.phone, SN1=self.first)
        self.assertRuns(SN1=True, SN2=False)

    def test_exchanged(self):
        """Both came back, whichever receipt each was on: nobody has one of them."""
        back = self._give_back(self.first, 1, ["SN1"])
        other = self._give_back(self.second, 1, ["SN2"])
        self._exchange(self._number(back), self._number(other))
        self.assertHolds(self.phone)
        self.assertRuns(SN1=False, SN2=False)
        self._night()
        self.assertPlaces(self.phone, self.serials)

    def test_exchanged_with_one_sold_later(self):
        back = self._give_back(self.first, 1, ["SN1"])
        third = self._sell(self._line(self.phone, 1, ["SN3"]))
        other = self._give_back(third, 1, ["SN3"])
        self._night()
        self._exchange(self._number(back), self._number(other))
        self.assertHolds(self.phone, SN2=self.second)
        self.assertRuns(SN1=False, SN2=True, SN3=False)


@tagged("post_install", "-at_install")
class TestFlagsOfChanges(ChangesCase):
    """What is assigned or corrected is flagged like what is sold."""

    def test_new_name_assigned(self):
        sale = self._sell(self._line(self.phone, 1))
        self._assign(sale, "NEW1")
        self.assertFlags(sale, "NEW1 unknown")
        self.assertSaysWhy(self._number(sale))
        self._night()
        self.assertPlaces(self.phone, [*self.serials, ("NEW1", -1)], ["NEW1"])

    def test_new_name_corrected(self):
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._correct(self._number(sale), "NEW1")
        self.assertFlags(sale, "NEW1 unknown")
        self._night()
        self.assertFlags(sale, "NEW1 unknown")

    def test_known_name(self):
        """Nothing is out of order."""
        sale = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._assign(sale, "SN2")
        self._correct(self._number(sale, "SN1"), "SN3")
        self.assertFlags(sale, "SN3", "SN2")
        self._night()
        self.assertPlaces(self.phone, ["SN1", "SN4"], ["SN2", "SN3"])

    def test_lot_that_is_short(self):
        self._put(self.juice, {"J1": 5})
        sale = self._sell(self._line(self.juice, 7))
        self._assign(sale, ("J1", 7))
        self.assertFlags(sale, "J1 short")
        self._night()
        self.assertPlaces(self.juice, [("J1", -2)], [("J1", 7)])

    def test_not_here(self):
        self._put(self.phone, ["SN8"], self.warehouse.wh_input_stock_loc_id)
        sale = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._assign(sale, "SN8")
        self.assertFlags(sale, "SN1", "SN8 not_here")
        self._night()

    def test_exchanged(self):
        """Two that are in order stay so."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        other = self._sell(self._line(self.phone, 1, ["SN2"]))
        self._exchange(self._number(sale), self._number(other))
        self.assertFlags(sale | other, "SN2", "SN1")
        self._night()
        self.assertPlaces(self.phone, ["SN3", "SN4"], ["SN1", "SN2"])


@tagged("post_install", "-at_install")
class TestSettledNumbers(ChangesCase):
    """Numbers of a return whose unit neither moves nor waits, beside a unit that does."""

    def _try(self, change, *args):
        """Try a change that may be refused; then nothing of it is done."""
        try:
            with self.env.cr.savepoint():
                change(*args)
        except UserError:
            self.env.invalidate_all()

    def assertOneWaits(self, back):
        """The unnamed unit waits still, and SN1 is what it was."""
        self._fresh()
        self.assertWaits((back, 1))
        self.assertEqual(back.lines._get_assignable_quantity(), 1)
        self._assign(back, "SN1")
        self.assertWaits((back, 0))
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)

    def _give_back_two(self):
        """SN2 came back by a transfer of Inventory; then both, and SN2 is named."""
        sale = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._night()
        picking = self._number(sale, "SN2").move_line_ids.picking_id
        self._return_transfer(picking, "SN2")
        back = self._give_back(sale, 2, ["SN2"])
        self._night()
        self.assertEqual(self._number(back).waits_because, "already_back")
        return back

    def test_back_already_and_corrected(self):
        """The correction does not take the unit that waits."""
        back = self._give_back_two()
        self._try(self._correct, self._number(back), "SN1")
        self.assertEqual(self._number(back).lot_name, "SN2")
        self.assertOneWaits(back)

    def test_back_already_and_taken_off(self):
        back = self._give_back_two()
        self._try(self._take_off, self._number(back))
        self.assertOneWaits(back)
        self.assertFlags(back, "SN2", "SN1")

    def _give_back_one_that_waits(self):
        """SN9 lies in another shop and never left: its return cancels what its sale waits for."""
        self._second_shop()
        sale = self._sell(self._line(self.phone, 2, ["SN1", "SN9"]))
        self._night()
        back = self._give_back(sale, 2, ["SN9"])
        self._night()
        self.assertEqual(self._number(back).waits_because, "not_left")
        self.assertWaits((sale, 0), (back, 1))
        return back

    def test_not_left_and_corrected(self):
        back = self._give_back_one_that_waits()
        self._try(self._correct, self._number(back), "SN1")
        self.assertEqual(self._number(back).lot_name, "SN9")
        self._assign(back, "SN1")
        self.assertWaits((back, 0))
        self.assertNothingWaits(self.phone)

    def test_not_left_and_taken_off(self):
        back = self._give_back_one_that_waits()
        self._try(self._take_off, self._number(back))
        self._assign(back, "SN1")
        self.assertFlags(back, "SN9", "SN1")
        self.assertWaits((back, 0))

    def test_lot_back_already(self):
        """Three of five came back by a transfer: two are assigned to the lot, and count with it."""
        self._put(self.juice, {"J1": 5, "J2": 5})
        lots = self._lots(J1=3, J2=2)
        sale = self._sell(self._line(self.juice, 5, pack_lot_ids=lots))
        self._night()
        picking = self._number(sale, "J1").move_line_ids.picking_id
        self._return_transfer(picking, "J1", 3)
        line = self._line(
            self.juice,
            -5,
            refunded_orderline_id=sale.lines.id,
            pack_lot_ids=self._lots(J1=3),
        )
        back = self._sell(line, is_refund=True)
        self._night()
        self.assertWaits((back, 2))
        self._try(self._correct, self._number(back), "J2")
        self.assertWaits((back, 2))
        self._assign(back, ("J2", 2))
        self.assertPlaces(self.juice, [("J1", 5), ("J2", 5)])
        self.assertEqual(sum(self._number(back).mapped("quantity")), 5)
        self.assertNothingWaits(self.juice)


@tagged("post_install", "-at_install")
class TestBackAlready(ChangesCase):
    """A unit that comes back without its number, which is in stock already: it waits no more."""

    def setUp(self):
        super().setUp()
        self.sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()

    def assertSettled(self, back):
        self.assertFlags(back, "SN1")
        self.assertWaits((back, 0))
        self.assertHolds(self.phone)
        self.assertRuns(SN1=False)
        self.assertNothingWaits(self.phone)
        self.assertSaysWhy(self._number(back))
        self.assertPlaces(self.phone, self.serials)

    def test_counted(self):
        """It was counted back: what the customer has by the books is written off."""
        self._count(self.phone, "SN1", 1)
        back = self._give_back(self.sale, 1)
        self._night()
        self.assertWaits((back, 1))
        self._assign(back, "SN1")
        self.assertSettled(back)

    def test_counted_and_assigned_before_closing(self):
        self._count(self.phone, "SN1", 1)
        back = self._give_back(self.sale, 1)
        self._assign(back, "SN1")
        self._night()
        self.assertSettled(back)

    def test_by_transfer(self):
        picking = self._number(self.sale).move_line_ids.picking_id
        self._return_transfer(picking, "SN1")
        back = self._give_back(self.sale, 1)
        self._night()
        self._assign(back, "SN1")
        self.assertSettled(back)

    def test_sold_again_since(self):
        """Another sale has it, and keeps it."""
        picking = self._number(self.sale).move_line_ids.picking_id
        self._return_transfer(picking, "SN1")
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        back = self._give_back(self.sale, 1)
        self._night()
        self._assign(back, "SN1")
        self.assertHolds(self.phone, SN1=again)
        self.assertFalse(self._number(again).warranty_ended_on)
        self.assertNothingWaits(self.phone)
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])

    def test_beside_another(self):
        """The line's other unit waits still."""
        sale = self._sell(self._line(self.phone, 2, ["SN2", "SN3"]))
        self._night()
        self._count(self.phone, "SN2", 1)
        back = self._give_back(sale, 2)
        self._night()
        self._assign(back, "SN2")
        self.assertWaits((back, 1))
        self._assign(back, "SN3")
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)

    def test_correction(self):
        """What has moved is not corrected to it: that unit would come back twice."""
        other = self._sell(self._line(self.phone, 1, ["SN2"]))
        self._night()
        self._count(self.phone, "SN1", 1)
        back = self._give_back(other, 1, ["SN2"])
        self._night()
        with self.assertRaisesRegex(UserError, "in stock already"):
            self._correct(self._number(back), "SN1")


@tagged("post_install", "-at_install")
class TestReturnsBeforeShipping(ChangesCase):
    """Returns of what ships later and has not left: less is shipped, and nothing moves."""

    def _sell_later(self, product, quantity, names=()):
        order = self._sell(
            self._line(product, quantity, names),
            partner_id=self.customer.id,
            shipping_date=fields.Date.today(),
        )
        self._fresh()
        return order

    def _demand(self, order):
        moves = order.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        return sum(moves.mapped("product_qty"))

    def test_known_lot(self):
        self._put(self.juice, {"J1": 10})
        sale = self._sell_later(self.juice, 5)
        back = self._return(self.juice, ["J1"], sale, quantity=2)
        self.assertFlags(back, "J1 not_sold")
        self.assertSaysWhy(self._number(back))
        seen = self._sell(self._line(self.juice, 1, ["J1"]))
        self.assertFlags(seen, "J1")
        self._night()
        self.assertEqual(self._demand(sale), 3)
        self.assertPlaces(self.juice, [("J1", 9)], [("J1", 1)])
        self.assertWaits((back, 0))

    def test_more_than_is_to_be_shipped(self):
        """The rest waits for its number."""
        self._put(self.juice, {"J1": 10})
        sale = self._sell_later(self.juice, 5)
        back = self._return(self.juice, ["J1"], sale, quantity=6)
        self._night()
        self.assertEqual(self._demand(sale), 0)
        self.assertPlaces(self.juice, [("J1", 10)])
        self.assertWaits((back, 1))

    def test_new_serial(self):
        """No lot is made of a name that is not of this sale."""
        sale = self._sell_later(self.phone, 2)
        back = self._return(self.phone, ["NEW1"], sale)
        self.assertFlags(back, "NEW1 not_sold")
        self.assertFalse(self._number(back).lot_id)
        self._night()
        self.assertEqual(self._demand(sale), 1)
        self.assertPlaces(self.phone, self.serials)

    def test_known_serial(self):
        sale = self._sell_later(self.phone, 2)
        back = self._return(self.phone, ["SN4"], sale)
        self.assertFlags(back, "SN4 not_sold")
        self._night()
        self.assertEqual(self._demand(sale), 1)
        self.assertPlaces(self.phone, self.serials)
        self.assertWaits((back, 0))

    def test_serial_of_another_sale(self):
        """The wrong receipt: it comes back, and as much is shipped."""
        other = self._sell(self._line(self.phone, 1, ["SN1"]))
        sale = self._sell_later(self.phone, 2)
        back = self._return(self.phone, ["SN1"], sale)
        self.assertFlags(other | back, "SN1", "SN1 not_sold")
        self.assertHolds(self.phone)
        self._night()
        self.assertEqual(self._demand(sale), 2)
        self.assertPlaces(self.phone, self.serials)

    def test_named_by_the_sale(self):
        sale = self._sell_later(self.phone, 2, ["SN1", "SN2"])
        back = self._return(self.phone, ["SN1"], sale)
        self.assertFlags(back, "SN1")
        self._night()
        self.assertEqual(self._demand(sale), 1)
        self.assertPlaces(self.phone, self.serials)

    def test_shipped(self):
        """What has left comes back, under the number it was shipped with."""
        self._put(self.juice, {"J1": 10})
        sale = self._sell_later(self.juice, 5)
        picking = sale.picking_ids
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        self._fresh()
        back = self._return(self.juice, ["J1"], sale, quantity=2)
        self.assertFlags(back, "J1")
        self._night()
        self.assertPlaces(self.juice, [("J1", 7)], [("J1", 3)])
        self.assertWaits((back, 0))


@tagged("post_install", "-at_install")
class TestChangedReturnsAtNight(AtNight, TestChangedReturns):
    pass


@tagged("post_install", "-at_install")
class TestFlagsOfChangesAtNight(AtNight, TestFlagsOfChanges):
    pass


@tagged("post_install", "-at_install")
class TestSettledNumbersAtNight(AtNight, TestSettledNumbers):
    pass


@tagged("post_install", "-at_install")
class TestBackAlreadyAtNight(AtNight, TestBackAlready):
    pass


@tagged("post_install", "-at_install")
class TestReturnsBeforeShippingAtNight(AtNight, TestReturnsBeforeShipping):
    pass
