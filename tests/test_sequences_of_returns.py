"""Sequences with returns, of our goods and of others'.

The stock is true at the end, and so are flags and holds. Each class lives its days in real time;
the class of the same name at the end of this file lives them where stock moves when the session
closes. Both must end alike.
"""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_sequences import AtNight, SequenceCase


@tagged("post_install", "-at_install")
class TestReturns(SequenceCase):
    """Returns of what was sold today, moved or not."""

    def test_without_receipt(self):
        """A serial of today, without its receipt: nothing is out of order."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._return(self.phone, ["SN1"])
        self.assertFlags(sale | back, "SN1", "SN1")
        self.assertHolds(self.phone)
        self._night()
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)

    def test_without_receipt_of_another_day(self):
        """A serial that is with a customer."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        back = self._return(self.phone, ["SN1"])
        self.assertFlags(sale | back, "SN1", "SN1")
        self._night()
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone)

    def test_without_receipt_sold_again(self):
        """And sold again: it leaves, without a flag."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._return(self.phone, ["SN1"])
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFlags(back | again, "SN1", "SN1")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN1=again)

    def test_without_receipt_at_the_other_till(self):
        """Sold at one till, back at the other: whichever closes first."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._return(self.phone, ["SN1"], till=self.other_till)
        self.assertFlags(sale | back, "SN1", "SN1")
        self._night(self.other_till, self.till)
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)

    def test_lot_without_receipt(self):
        """Part of a lot of today."""
        sale = self._sell(self._line(self.milk, 4, ["L1"]))
        back = self._return(self.milk, ["L1"], quantity=3)
        self.assertFlags(sale | back, "L1", "L1")
        self._night()
        self.assertPlaces(self.milk, [("L1", 9)], [("L1", 1)])
        self.assertNothingWaits(self.milk)

    def test_new_number_without_receipt(self):
        """A number that today's sale brought to be."""
        sale = self._sell(self._line(self.phone, 1, ["NEW1"]))
        back = self._return(self.phone, ["NEW1"])
        self.assertFlags(sale | back, "NEW1 unknown", "NEW1")
        self._night()
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)

    def test_not_out_without_receipt(self):
        """A serial that lies in the shop: flagged, and it stays where it is."""
        back = self._return(self.phone, ["SN4"])
        self.assertIn("not_sold", back.lines.pack_lot_ids.flag_ids.mapped("code"))
        self._night()
        self.assertPlaces(self.phone, self.serials)

    def test_wrong_receipt(self):
        """A serial of another sale: flagged, but it comes back, and that sale has it no more."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        back = self._return(self.phone, ["SN2"], first)
        self.assertFlags(back, "SN2 not_sold")
        self.assertHolds(self.phone, SN1=first)
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)
        self.assertFlags(first | second, "SN1", "SN2")

    def test_wrong_receipt_of_another_day(self):
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self._night()
        back = self._return(self.phone, ["SN2"], first)
        self.assertFlags(back, "SN2 not_sold")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN1=first)

    def test_wrong_receipt_sold_again(self):
        """And sold again: it leaves, without a flag."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self._return(self.phone, ["SN2"], first)
        again = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertFlags(again, "SN2")
        self._night()
        self.assertPlaces(self.phone, ["SN3", "SN4"], ["SN1", "SN2"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN1=first, SN2=again)

    def test_wrong_receipt_then_the_right_one(self):
        """What came back on the wrong receipt does not come back on its own once more."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        self._return(self.phone, ["SN2"], first)
        self._return(self.phone, ["SN2"], second)
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNoNegative(self.phone)

    def test_named_twice_by_the_sale(self):
        """One of two units was never named right: the one that left comes back, and is free."""
        sale = self._sell(self._line(self.phone, 2, ["SN1", "SN1"]))
        back = self._return(self.phone, ["SN1"], sale)
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._night()
        self.assertFlags(sale | back | again, "SN1", "SN1 duplicate", "SN1", "SN1")
        self.assertPlaces(self.phone, here=["SN2", "SN3", "SN4"], customers=["SN1"])

    def test_broken_unit(self):
        """Serials move in whole units: the second number of 1.5 stays, and can be sold."""
        first = self._sell(self._line(self.phone, 1.5, ["SN1", "SN2"]))
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertFlags(first | second, "SN1", "SN2", "SN2")
        self._night()
        self.assertPlaces(self.phone, here=["SN3", "SN4"], customers=["SN1", "SN2"])
        self.assertHolds(self.phone, SN1=first, SN2=second)
        back = self._return(self.phone, ["SN2"], second)
        self._night()
        self.assertFlags(back, "SN2")
        self.assertPlaces(self.phone, here=["SN2", "SN3", "SN4"], customers=["SN1"])
        self.assertHolds(self.phone, SN1=first)

    def test_refund_of_a_duplicate(self):
        """The duplicate never left, so nothing comes back: the first sale has it still."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        wrong = self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._return(self.phone, ["SN1"], wrong)
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(
            self._flags(sale | wrong | back | again),
            ["SN1", "SN1 duplicate", "SN1", "SN1 duplicate"],
        )
        self._night()
        self.assertPlaces(self.phone, here=["SN2", "SN3", "SN4"], customers=["SN1"])
        self.assertHolds(self.phone, SN1=sale)

    def test_refund_of_a_lot_too_many(self):
        """Of L2 nothing was sold, for L1 took the whole line: nothing of it comes back."""
        self._put(self.juice, {"L1": 5, "L2": 1})
        lots = self._lots(L1=1, L2=3)
        sale = self._sell(self._line(self.juice, 1, pack_lot_ids=lots))
        back = self._return(self.juice, ["L2"], sale)
        more = self._sell(self._line(self.juice, 2, pack_lot_ids=self._lots(L2=2)))
        self.assertFlags(sale | back | more, "L1", "L2 surplus", "L2 not_sold", "L2 short")
        self._night()
        self.assertPlaces(self.juice, [("L1", 4), ("L2", -1)], [("L1", 1), ("L2", 2)])

    def test_one_sale_on_two_lines_of_a_refund(self):
        """Three of L1 were sold: of three and two that come back in one order, two are not."""
        self._put(self.juice, {"L1": 5})
        sale = self._sell(self._line(self.juice, 5, pack_lot_ids=self._lots(L1=3, L2=2)))
        back = self._sell(
            self._back(self.juice, 3, ["L1"], sale),
            self._back(self.juice, 2, ["L1"], sale),
            is_refund=True,
        )
        self.assertFlags(back, "L1", "L1 not_sold")
        self._night()
        self.assertFlags(back, "L1", "L1 not_sold")

    def test_twice_without_receipt(self):
        """One unit comes back once, in one order or in two."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._return(self.phone, ["SN1", "SN1"])
        back |= self._return(self.phone, ["SN1"])
        flags = self._flags(back)
        self.assertEqual(flags[0], "SN1")
        self.assertIn("duplicate", flags[1])
        self.assertIn("duplicate", flags[2])
        self._night()
        self.assertPlaces(self.phone, self.serials)

    def test_lot_on_the_wrong_receipt(self):
        self._put(self.juice, {"J1": 5, "J2": 5})
        first = self._sell(self._line(self.juice, 2, ["J1"]))
        self._sell(self._line(self.juice, 3, ["J2"]))
        back = self._return(self.juice, ["J2"], first, quantity=2)
        self.assertFlags(back, "J2 not_sold")
        self._night()
        self.assertPlaces(self.juice, [("J1", 3), ("J2", 4)], [("J1", 2), ("J2", 1)])
        self.assertNothingWaits(self.juice)

    def test_lots_without_quantity_on_two_lines(self):
        """What one line of a refund, or of a sale, takes is nothing that the other may take."""
        self._put(self.juice, {"L1": 3, "L2": 2})
        names = ["L1", "L2"]
        flags = ["L1", "L2 surplus", "L1 surplus", "L2"]
        sale = self._sell(self._line(self.juice, 3, names), self._line(self.juice, 2, names))
        self.assertFlags(sale, *flags)
        self._night()
        self.assertPlaces(self.juice, customers=[("L1", 3), ("L2", 2)])
        self._sell(
            self._back(self.juice, 3, ["L1"], sale),
            self._line(self.juice, -2, ["L2"], refunded_orderline_id=sale.lines.sorted("id")[1].id),
            is_refund=True,
        )
        sale = self._sell(self._line(self.juice, 5, pack_lot_ids=self._lots(L1=3, L2=2)))
        back = self._sell(
            self._back(self.juice, 3, names, sale),
            self._back(self.juice, 2, names, sale),
            is_refund=True,
        )
        self.assertFlags(back, *flags)
        self._night()
        self.assertPlaces(self.juice, [("L1", 3), ("L2", 2)])

    def test_lot_without_quantity_beside_a_line_without_choice(self):
        """The line with two lots takes what the line with one leaves, whichever comes first."""
        self._put(self.juice, {"L1": 3, "L2": 2})
        sale = self._sell(self._line(self.juice, 5, pack_lot_ids=self._lots(L1=3, L2=2)))
        back = self._sell(
            self._back(self.juice, 3, ["L1", "L2"], sale),
            self._back(self.juice, 2, ["L1"], sale),
            is_refund=True,
        )
        self.assertFlags(back, "L1", "L2", "L1")
        self._night()
        self.assertPlaces(self.juice, [("L1", 3), ("L2", 2)])

    def _sell_before_tracking(self, quantity):
        radio = self._product("Radio", tracking="none")
        self._put(radio, {None: quantity})
        sale = self._sell(self._line(radio, quantity))
        self._night()
        radio.tracking = "serial"
        return radio, sale

    def _give_back_without_number(self, sale, name):
        """A unit comes back without its number, which is assigned another day."""
        back = self._give_back(sale, 1)
        self._night()
        self._fresh()
        back.lines.with_user(self.inventory)._assign_numbers([(name, 1)])
        self._fresh()
        return back

    def test_sold_before_tracking(self):
        """Its number is known from now on, said at the till or afterwards; then there is none."""
        radio, sale = self._sell_before_tracking(2)
        back = self._give_back(sale, 1, ["R1"])
        back |= self._give_back_without_number(sale, "R2")
        back |= self._give_back(sale, 1, ["R3"])
        self.assertFlags(back, "R1", "R2", "R3 not_sold")
        self._night()
        self.assertEqual(self._here(radio), {"R1": 1, "R2": 1, "R3": 1})
        self.assertNothingWaits(radio)

    def test_sold_before_tracking_in_one_order(self):
        """One was sold: of two numbers, on one line or on two, one is not of it."""
        radio, sale = self._sell_before_tracking(1)
        back = self._sell(self._back(radio, 2, ["R1", "R2"], sale), is_refund=True)
        self.assertFlags(back, "R1", "R2 not_sold")
        radio, sale = self._sell_before_tracking(1)
        lines = [self._back(radio, 1, [name], sale) for name in ("R3", "R4")]
        self.assertFlags(self._sell(*lines, is_refund=True), "R3", "R4 not_sold")

    def test_sold_before_tracking_and_by_another(self):
        """What another sale has is none of these units, said at the till or afterwards."""
        radio, sale = self._sell_before_tracking(2)
        self._put(radio, ["R1", "R2"])
        self._sell(self._line(radio, 2, ["R1", "R2"]))
        back = self._give_back(sale, 1, ["R1"])
        back |= self._give_back_without_number(sale, "R2")
        self.assertFlags(back, "R1 not_sold", "R2 not_sold")
        self._night()
        self.assertPlaces(radio, ["R1", "R2"], [(None, 2)])

    def test_new_number_of_a_unit_that_waits(self):
        """A unit that its sale still waits for has not left under a new number: it cancels that."""
        sale = self._sell(self._line(self.phone, 2, ["SN1"]))
        back = self._give_back(sale, 1, ["NEW1"])
        self.assertFlags(sale | back, "SN1", "NEW1 not_sold")
        self.assertSaysWhy(back.lines.pack_lot_ids)
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)
        self.assertFalse(back.lines.pack_lot_ids.lot_id)
        with self.assertRaises(UserError):
            self._correct(back.lines.pack_lot_ids, "NEW2")
        self.assertFlags(self._give_back(sale, 1, ["SN1"]), "SN1")
        self._night()
        self.assertPlaces(self.phone, self.serials)

    def test_new_lot_of_units_that_wait(self):
        """Of five that wait two come back: three wait."""
        sale = self._sell(self._line(self.juice, 5))
        back = self._give_back(sale, 2, ["NEW1"])
        self.assertFlags(back, "NEW1 not_sold")
        self._night()
        self.assertPlaces(self.juice)
        self.assertWaits((sale, 3), (back, 0))

    def test_new_number_of_a_unit_that_waits_sold_again(self):
        """And is sold in the same order: that sale brings the number to be."""
        sale = self._sell(self._line(self.phone, 1))
        again = self._sell(
            self._back(self.phone, 1, ["NEW1"], sale), self._line(self.phone, 1, ["NEW1"])
        )
        self.assertFlags(again, "NEW1 not_sold", "NEW1 unknown")
        self._night()
        self.assertPlaces(self.phone, [*self.serials, ("NEW1", -1)], ["NEW1"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, NEW1=again)

    def _correct(self, number, name):
        self._fresh()
        number.with_user(self.inventory)._correct(name)
        self._fresh()

    def test_corrected(self):
        """The other of two came back: corrected at once, before the session closes."""
        sale = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        back = self._give_back(sale, 1, ["SN1"])
        self._correct(back.lines.pack_lot_ids, "SN2")
        self.assertHolds(self.phone, SN1=sale)
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)

    def test_corrected_from_one_that_was_here(self):
        """A serial of the shelf was typed: corrected to the one that came back."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._give_back(sale, 1, ["SN4"])
        self._correct(back.lines.pack_lot_ids, "SN1")
        self.assertHolds(self.phone)
        self._night()
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)

    def test_corrected_to_what_its_sale_still_lacks(self):
        """A unit that waits for its number has not left under a new one."""
        sale = self._sell(self._line(self.phone, 2, ["SN1"]))
        back = self._give_back(sale, 1, ["SN1"])
        self._night()
        # Before and after the unit is taken back as well.
        for reason in ("still lacks one: assign it there first", "had another one"):
            with self.assertRaisesRegex(UserError, reason):
                self._correct(back.lines.pack_lot_ids, "NEW1")
            self._give_back(sale, 1, [])
            self._night()
        self.assertPlaces(self.phone, self.serials)

    def test_corrected_sold_again(self):
        """The one that it is corrected to can be sold again."""
        sale = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        back = self._give_back(sale, 1, ["SN1"])
        self._correct(back.lines.pack_lot_ids, "SN2")
        again = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertFlags(again, "SN2")
        self._night()
        self.assertPlaces(self.phone, ["SN3", "SN4"], ["SN1", "SN2"])
        self.assertHolds(self.phone, SN1=sale, SN2=again)

    def test_missing_units_of_a_refund(self):
        """Two sold without number, one back: one can be assigned, not two."""
        sale = self._sell(self._line(self.phone, 2))
        self._give_back(sale, 1)
        self._fresh()
        line = sale.lines.with_user(self.inventory)
        with self.assertRaises(UserError):
            line._assign_numbers([("SN1", 1), ("SN2", 1)])
        self._fresh()
        line._assign_numbers([("SN3", 1)])
        self._night()
        self.assertPlaces(self.phone, ["SN1", "SN2", "SN4"], ["SN3"])
        self.assertNothingWaits(self.phone)


@tagged("post_install", "-at_install")
class TestOwners(SequenceCase):
    """Goods in consignment, and customers with a location of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consignor = cls.env["res.partner"].create({"name": "Bea"})
        cls.radio = cls._product("Radio")
        cls.own_place = cls.env["stock.location"].create(
            {"name": "At Carl's", "usage": "customer", "location_id": cls._customers().id}
        )
        cls.neighbour = cls.env["res.partner"].create(
            {"name": "Carl", "property_stock_customer": cls.own_place.id}
        )

    @classmethod
    def _customers(cls):
        return cls.env.ref("stock.stock_location_customers")

    def setUp(self):
        super().setUp()
        self._put(self.radio, ["R1"])
        self._put_of(self.consignor, self.radio, "R2")
        self.all_here = ["R1", ("R2", 1, "Bea")]

    def _sell_and_give_back(self, back_values=None, names=("R1", "R2"), **values):
        """The units are sold and come back, today."""
        sale = self._sell(self._line(self.radio, len(names), names), **values)
        back_values = values if back_values is None else back_values
        back = self._give_back(sale, len(names), names, **back_values)
        self.assertFlags(sale | back, *names, *names)
        self._night()
        self.assertPlaces(self.radio, self.all_here)
        self.assertNothingWaits(self.radio)

    def _sell_and_give_back_later(self, back_values=None, names=("R1", "R2"), **values):
        """The units are sold, have moved, and come back another day, one by one."""
        sale = self._sell(self._line(self.radio, len(names), names), **values)
        self._night()
        for name in reversed(names):
            self._give_back(sale, 1, [name], **(values if back_values is None else back_values))
            self._night()
        self.assertPlaces(self.radio, self.all_here)
        self.assertNothingWaits(self.radio)

    def test_anonymous(self):
        self._sell_and_give_back()

    def test_anonymous_later(self):
        self._sell_and_give_back_later()

    def test_customer(self):
        self._sell_and_give_back(partner_id=self.customer.id)

    def test_customer_later(self):
        self._sell_and_give_back_later(partner_id=self.customer.id)

    def test_customer_not_named(self):
        self._sell_and_give_back({}, partner_id=self.customer.id)

    def test_customer_not_named_later(self):
        self._sell_and_give_back_later({}, partner_id=self.customer.id)

    def test_customer_named_late(self):
        self._sell_and_give_back({"partner_id": self.customer.id})

    def test_customer_named_late_later(self):
        self._sell_and_give_back_later({"partner_id": self.customer.id})

    def test_another_customer(self):
        values = {"partner_id": self.consignor.id}
        self._sell_and_give_back(values, partner_id=self.customer.id)

    def test_another_customer_later(self):
        values = {"partner_id": self.consignor.id}
        self._sell_and_give_back_later(values, partner_id=self.customer.id)

    def test_own_place(self):
        """Carl's goods lie in a location of his own; ours first, without any consignor."""
        self._sell_and_give_back(names=["R1"], partner_id=self.neighbour.id)

    def test_own_place_later(self):
        self._sell_and_give_back_later(names=["R1"], partner_id=self.neighbour.id)

    def test_own_place_not_named(self):
        self._sell_and_give_back({}, ["R1"], partner_id=self.neighbour.id)

    def test_own_place_not_named_later(self):
        self._sell_and_give_back_later({}, ["R1"], partner_id=self.neighbour.id)

    def test_own_place_named_late(self):
        self._sell_and_give_back({"partner_id": self.neighbour.id}, ["R1"])

    def test_own_place_named_late_later(self):
        self._sell_and_give_back_later({"partner_id": self.neighbour.id}, ["R1"])

    def test_own_place_of_another(self):
        values = {"partner_id": self.customer.id}
        self._sell_and_give_back(values, ["R1"], partner_id=self.neighbour.id)

    def test_own_place_of_another_later(self):
        values = {"partner_id": self.customer.id}
        self._sell_and_give_back_later(values, ["R1"], partner_id=self.neighbour.id)

    def test_own_place_of_both_owners(self):
        self._sell_and_give_back({}, partner_id=self.neighbour.id)

    def test_own_place_of_both_owners_later(self):
        self._sell_and_give_back_later({}, partner_id=self.neighbour.id)

    def test_own_place_lot(self):
        """Of a lot some lie at Carl's, some with other customers: all come back."""
        self._put(self.juice, {"J1": 5})
        sales = self._sell(self._line(self.juice, 2, ["J1"]), partner_id=self.neighbour.id)
        sales |= self._sell(self._line(self.juice, 3, ["J1"]))
        self._night()
        for sale, quantity in zip(sales, (2, 3), strict=True):
            self._give_back(sale, quantity, ["J1"])
        self._night()
        self.assertPlaces(self.juice, [("J1", 5)])

    def test_without_receipt(self):
        """The consignor's unit comes back as hers, though nobody knows its sale."""
        self._sell(self._line(self.radio, 1, ["R2"]))
        self._night()
        self._return(self.radio, ["R2"])
        self._night()
        self.assertPlaces(self.radio, self.all_here)

    def test_sold_again(self):
        """Sold, back and sold again today: hers is still hers."""
        sale = self._sell(self._line(self.radio, 1, ["R2"]))
        self._give_back(sale, 1, ["R2"])
        self._sell(self._line(self.radio, 1, ["R2"]))
        self._night()
        self.assertPlaces(self.radio, ["R1"], [("R2", 1, "Bea")])
        self.assertNothingWaits(self.radio)

    def test_lot_of_two_owners(self):
        """Three of a lot are ours, three hers: four leave, and come back in two parts."""
        self._put(self.juice, {"J1": 3})
        self._put_of(self.consignor, self.juice, "J1", 3)
        sale = self._sell(self._line(self.juice, 4, ["J1"]))
        self._night()
        for _part in range(2):
            self._give_back(sale, 2, ["J1"])
            self._night()
        self.assertPlaces(self.juice, [("J1", 3), ("J1", 3, "Bea")])

    def test_lot_of_two_owners_today(self):
        self._put(self.juice, {"J1": 3})
        self._put_of(self.consignor, self.juice, "J1", 3)
        sale = self._sell(self._line(self.juice, 4, ["J1"]))
        self._give_back(sale, 2, ["J1"])
        self._give_back(sale, 2, ["J1"])
        self._night()
        self.assertPlaces(self.juice, [("J1", 3), ("J1", 3, "Bea")])

    def _sell_ours_and_hers(self):
        """Three of a lot are ours, three hers: a sale of ours, then one of hers."""
        self._put(self.juice, {"J1": 3})
        self._put_of(self.consignor, self.juice, "J1", 3)
        ours = self._sell(self._line(self.juice, 3, ["J1"]))
        return ours, self._sell(self._line(self.juice, 3, ["J1"]))

    def test_lot_hers_comes_back(self):
        """On the receipt of hers, hers comes back, though ours was sold first."""
        _ours, hers = self._sell_ours_and_hers()
        self.assertFlags(self._give_back(hers, 3, ["J1"]), "J1")
        self._night()
        self.assertPlaces(self.juice, [("J1", 3, "Bea")], [("J1", 3)])

    def test_lot_hers_comes_back_and_is_sold_again(self):
        """And is sold again: what is here is sold, and ours comes back as ours."""
        ours, hers = self._sell_ours_and_hers()
        self._give_back(hers, 2, ["J1"])
        self._sell(self._line(self.juice, 1, ["J1"]))
        self._give_back(ours, 3, ["J1"])
        self._night()
        self.assertPlaces(self.juice, [("J1", 3), ("J1", 1, "Bea")], [("J1", 2, "Bea")])

    def test_lot_comes_back_at_both_tills(self):
        """Sold another day, back today at two tills: whichever closes first."""
        ours, hers = self._sell_ours_and_hers()
        self._night()
        self._give_back(hers, 1, ["J1"])
        self._give_back(ours, 3, ["J1"], till=self.other_till)
        self._night(self.other_till, self.till)
        self.assertPlaces(self.juice, [("J1", 3), ("J1", 1, "Bea")], [("J1", 2, "Bea")])

    def _sell_and_return(self, sold, returned, origin=None):
        sale = self._sell(self._line(self.radio, 1, ["R1"]), **sold)
        back = self._return(self.radio, ["R1"], origin, **returned)
        self.assertFlags(sale | back, "R1", "R1 not_sold" if origin else "R1")
        self._night()
        hers = [("R2", 1, "Bea")]
        here, customers = (["R1"], hers) if origin else (["R1", *hers], [])
        self.assertPlaces(self.radio, here, customers)
        self.assertNothingWaits(self.radio)

    def test_own_place_without_receipt(self):
        """What lies at Carl's comes back from there, whoever brings it."""
        self._sell_and_return({"partner_id": self.neighbour.id}, {})

    def test_own_place_without_receipt_named_late(self):
        self._sell_and_return({}, {"partner_id": self.neighbour.id})

    def test_own_place_without_receipt_of_another(self):
        values = {"partner_id": self.customer.id}
        self._sell_and_return({"partner_id": self.neighbour.id}, values)

    def test_own_place_wrong_receipt(self):
        wrong = self._sell(self._line(self.radio, 1, ["R2"]))
        self._sell_and_return({"partner_id": self.neighbour.id}, {}, wrong)

    def test_own_place_wrong_receipt_named_late(self):
        wrong = self._sell(self._line(self.radio, 1, ["R2"]))
        self._sell_and_return({}, {"partner_id": self.neighbour.id}, wrong)

    def test_own_place_at_the_other_till(self):
        """Sold at one till, back at the other without a receipt: whichever closes first."""
        self._sell(self._line(self.radio, 1, ["R1"]), partner_id=self.neighbour.id)
        self._return(self.radio, ["R1"], till=self.other_till)
        self._night(self.other_till, self.till)
        self.assertPlaces(self.radio, self.all_here)

    def test_own_place_lot_today(self):
        """Of a lot some were sold to Carl, some to others: all come back on their receipts."""
        self._put(self.juice, {"J1": 5})
        others = self._sell(self._line(self.juice, 3, ["J1"]))
        carls = self._sell(self._line(self.juice, 2, ["J1"]), partner_id=self.neighbour.id)
        self._give_back(carls, 2, ["J1"])
        self._give_back(others, 1, ["J1"])
        self._night()
        self.assertPlaces(self.juice, [("J1", 3)], [("J1", 2)])

    def test_own_place_after_one_too_many(self):
        """More came back than left, and then one is sold to Carl: it comes back from his place."""
        self._put(self.juice, {"J1": 5})
        first = self._sell(self._line(self.juice, 1, ["J1"]))
        self._give_back(first, 1, ["J1"])
        self._sell(self._line(self.juice, 2, ["J1"]), partner_id=self.neighbour.id)
        self._return(self.juice, ["J1"], quantity=2)
        self._night()
        self.assertPlaces(self.juice, [("J1", 5)])

    def test_corrected(self):
        """Ours was written, hers was sold: hers leaves, ours is back."""
        sale = self._sell(self._line(self.radio, 1, ["R1"]))
        self._fresh()
        sale.lines.pack_lot_ids.with_user(self.inventory)._correct("R2")
        self._night()
        self.assertPlaces(self.radio, ["R1"], [("R2", 1, "Bea")])

    def _write_number(self, move, name, quantity=1, **values):
        """Write a number into a transfer that waits, and validate it."""
        move = move.with_user(self.inventory)
        known = move.env["stock.lot"].search(
            [("product_id", "=", move.product_id.id), ("name", "=", name)]
        )
        move.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(quantity=0),
                "quantity": quantity,
                "lot_id": known.id,
                "lot_name": not known and name,
                "picked": True,
                **values,
            }
        )
        self.assertIs(move.picking_id.button_validate(), True)
        self._fresh()

    def _wait(self, product, quantity=1):
        sale = self._sell(self._line(product, quantity))
        self._night()
        return sale.lines.waiting_move_ids

    def test_written(self):
        """Hers, written into the transfer that waits without saying so: hers leaves."""
        self._write_number(self._wait(self.radio), "R2")
        self.assertPlaces(self.radio, ["R1"], [("R2", 1, "Bea")])

    def test_written_in_a_package(self):
        package = self.env["stock.package"].create({"name": "P1"})
        self.env["stock.quant"]._update_available_quantity(
            self.radio,
            self.warehouse.lot_stock_id,
            1,
            lot_id=self._lot(self.radio, "R3"),
            package_id=package,
        )
        self._write_number(self._wait(self.radio), "R3")
        self.assertPlaces(self.radio, self.all_here, ["R3"])
        self.assertNoNegative(self.radio)
        self.assertFalse(package.quant_ids.filtered("quantity"))

    def test_written_with_owner(self):
        """Whoever names the owner is taken at his word, where she has no such unit too."""
        move = self._wait(self.radio)
        self._write_number(move, "R1", owner_id=self.consignor.id)
        self.assertPlaces(
            self.radio,
            [("R1", 1), ("R1", -1, "Bea"), ("R2", 1, "Bea")],
            [("R1", 1, "Bea")],
        )

    def test_written_in_a_kit(self):
        kit = self._kit("Kit", {self.radio: 1})
        self._write_number(self._wait(kit), "R2")
        self.assertPlaces(self.radio, ["R1"], [("R2", 1, "Bea")])

    def test_written_new_name(self):
        """A new name takes her unit without number, if that is all there is."""
        tuner = self._product("Tuner")
        self.env["stock.quant"]._update_available_quantity(
            tuner, self.shelf, 1, owner_id=self.consignor
        )
        self._write_number(self._wait(tuner), "T1")
        self.assertPlaces(tuner, customers=[("T1", 1, "Bea")])

    def test_written_lot_of_two_owners(self):
        """Three of a lot are ours, three hers: of five all of ours leave, and two of hers."""
        self._put(self.juice, {"J1": 3})
        self._put_of(self.consignor, self.juice, "J1", 3)
        move = self._wait(self.juice, 5)
        sale = move.pos_numbers_line_id.order_id
        self._write_number(move, "J1", 5)
        self.assertPlaces(self.juice, [("J1", 1, "Bea")], [("J1", 3), ("J1", 2, "Bea")])
        self.assertEqual(sale.lines.pack_lot_ids.mapped("quantity"), [5])

    def test_written_return(self):
        """What comes back is hers as well."""
        sale = self._sell(self._line(self.radio, 1, ["R2"]))
        self._night()
        back = self._return(self.radio, [], sale, 1)
        self._night()
        self._write_number(back.lines.waiting_move_ids, "R2")
        self.assertPlaces(self.radio, self.all_here)


@tagged("post_install", "-at_install")
class TestReturnsAtNight(AtNight, TestReturns):
    pass


@tagged("post_install", "-at_install")
class TestOwnersAtNight(AtNight, TestOwners):
    pass
