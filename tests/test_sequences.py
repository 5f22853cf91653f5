"""Sequences of sales: sold again, new numbers, lots in parts, two tills.

The stock is true at the end, and so are flags and holds. Each class lives its days in real time;
the class of the same name at the end of this file lives them where stock moves when the session
closes. Both must end alike.
"""

from odoo.fields import Command
from odoo.tests import tagged

from .common_sequences import AtNight, SequenceCase


@tagged("post_install", "-at_install")
class TestBothSwitchesOff(SequenceCase):
    """The operation type uses no numbers; those given are those that move."""

    def setUp(self):
        super().setUp()
        self.warehouse.pos_type_id.write({"use_create_lots": False, "use_existing_lots": False})

    def assertMoved(self, order, units, *numbers):
        """The numbers given are with customers, and each unit has left or waits."""
        gone = self._gone(self.phone)
        self.assertEqual(set(numbers) - set(gone), set())
        waiting = sum(order.lines.mapped("waiting_number_qty"))
        self.assertEqual(sum(gone.values()) + waiting, units)

    def test_numbered_and_not(self):
        """One product on two lines, one with a number and one without."""
        order = self._sell(self._line(self.phone, 1, ["SN3"]), self._line(self.phone))
        self._night()
        self.assertMoved(order, 2, "SN3")

    def test_not_numbered_first(self):
        order = self._sell(self._line(self.phone, 2), self._line(self.phone, 1, ["SN1"]))
        self._night()
        self.assertMoved(order, 3, "SN1")

    def test_two_orders(self):
        """In one session: it closes."""
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self._sell(self._line(self.phone))
        self._night()
        self.assertIn("SN2", self._gone(self.phone))

    def test_lot_numbered_and_not(self):
        order = self._sell(self._line(self.milk, 2, ["L1"]), self._line(self.milk, 3))
        self._night()
        gone = sum(self._gone(self.milk).values())
        self.assertEqual(gone + sum(order.lines.mapped("waiting_number_qty")), 5)

    def test_refund(self):
        """The number that was sold comes back."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._night()
        self._give_back(order, 1, ["SN2"])
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)

    def test_refund_of_both_lines(self):
        """Numbered and not, sold and back: as many are here as before, and SN3 among them."""
        order = self._sell(self._line(self.phone, 1, ["SN3"]), self._line(self.phone))
        self._night()
        lines = [
            self._line(self.phone, -1, numbers, refunded_orderline_id=line.id)
            for line, numbers in zip(order.lines.sorted("id"), (["SN3"], ()), strict=True)
        ]
        self._sell(*lines, is_refund=True)
        self._night()
        self.assertEqual(sum(self._gone(self.phone).values()), 0)
        self.assertEqual(sum(self._here(self.phone).values()), 4)
        self.assertEqual(self._here(self.phone).get("SN3"), 1)


@tagged("post_install", "-at_install")
class TestSoldAgain(SequenceCase):
    """What comes back is sold again; what was sold first leaves first."""

    def test_one_of_a_line(self):
        """A and B on one line, A back, A sold again: customers have both, once each."""
        first = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        back = self._give_back(first, 1, ["SN1"])
        second = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFlags(first | back | second, "SN1", "SN2", "SN1", "SN1")
        self._night()
        self.assertPlaces(self.phone, ["SN3", "SN4"], ["SN1", "SN2"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN1=second, SN2=first)

    def test_twice_around(self):
        """A serial that comes and goes, and is here at last."""
        orders = self.env["pos.order"]
        for _round in range(3):
            order = self._sell(self._line(self.phone, 1, ["SN1"]))
            orders |= order | self._give_back(order, 1, ["SN1"])
        self.assertFlags(orders, *["SN1"] * 6)
        self._night()
        self.assertPlaces(self.phone, self.serials)
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone)

    def test_back_and_again_in_one_order(self):
        """A comes back and is sold again, with C, in one order."""
        first = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        again = self._sell(
            self._back(self.phone, 1, ["SN1"], first),
            self._line(self.phone, 2, ["SN1", "SN3"]),
        )
        self.assertFlags(again, "SN1", "SN1", "SN3")
        self._night()
        self.assertPlaces(self.phone, ["SN4"], ["SN1", "SN2", "SN3"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN1=again, SN2=first, SN3=again)

    def test_sold_at_the_other_till(self):
        """Sold here, back there, sold again here: whichever till closes first."""
        for name, tills in (
            ("here first", (self.till, self.other_till)),
            ("there first", (self.other_till, self.till)),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                first = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
                self._give_back(first, 1, ["SN1"], till=self.other_till)
                second = self._sell(self._line(self.phone, 1, ["SN1"]))
                self.assertFlags(first | second, "SN1", "SN2", "SN1")
                self._night(*tills)
                self.assertPlaces(self.phone, ["SN3", "SN4"], ["SN1", "SN2"])
                self.assertNothingWaits(self.phone)
                self.assertHolds(self.phone, SN1=second, SN2=first)
                self._undo(savepoint)

    def _undo(self, savepoint):
        self.env.flush_all()
        savepoint.rollback()
        self.env.invalidate_all(flush=False)

    def test_lot_short(self):
        """A lot of 5, sold 4 then 3: the second is short, by 2."""
        self._put(self.juice, {"J1": 5})
        first = self._sell(self._line(self.juice, 4, ["J1"]))
        second = self._sell(self._line(self.juice, 3, ["J1"]))
        self.assertFlags(first | second, "J1", "J1 short")
        self._night()
        self.assertPlaces(self.juice, [("J1", -2)], [("J1", 7)])
        self.assertNothingWaits(self.juice)

    def test_lot_short_but_for_a_return(self):
        """A lot of 5, sold 4, 2 back, 3 sold: nobody is short."""
        self._put(self.juice, {"J1": 5})
        first = self._sell(self._line(self.juice, 4, ["J1"]))
        back = self._give_back(first, 2, ["J1"])
        second = self._sell(self._line(self.juice, 3, ["J1"]))
        self.assertFlags(first | back | second, "J1", "J1", "J1")
        self._night()
        self.assertPlaces(self.juice, [], [("J1", 5)])

    def test_lot_short_and_back(self):
        """A lot of 5, sold 7 (short), 3 back, 3 sold: short again, by what lacks."""
        self._put(self.juice, {"J1": 5})
        first = self._sell(self._line(self.juice, 7, ["J1"]))
        self._give_back(first, 3, ["J1"])
        second = self._sell(self._line(self.juice, 3, ["J1"]))
        self.assertFlags(first | second, "J1 short", "J1 short")
        self._night()
        self.assertPlaces(self.juice, [("J1", -2)], [("J1", 7)])

    def test_lots_over_lines(self):
        """Two lots over two lines of one order, some of them back in the next, sold after that."""
        self._put(self.juice, {"J1": 5, "J2": 3})
        first = self._sell(
            self._line(self.juice, 4, pack_lot_ids=self._lots(J1=3, J2=1)),
            self._line(self.juice, 2, pack_lot_ids=self._lots(J2=2), price=90),
        )
        self._sell(
            self._back(self.juice, 2, origin=first, pack_lot_ids=self._lots(J1=1, J2=1)),
            self._line(self.juice, 3, pack_lot_ids=self._lots(J1=3)),
        )
        self._night()
        self.assertPlaces(self.juice, [("J2", 1)], [("J1", 5), ("J2", 2)])


@tagged("post_install", "-at_install")
class TestNewNumbers(SequenceCase):
    """New numbers take the stock that has none, in the order in which they were sold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.radio = cls._product("Radio")

    def test_one_unit(self):
        """One unit without number: the first new number takes it, the second is unknown."""
        self._put(self.radio, {None: 1})
        first = self._sell(self._line(self.radio, 1, ["N1"]))
        second = self._sell(self._line(self.radio, 1, ["N2"]))
        self.assertFlags(first | second, "N1", "N2 unknown")
        self._night()
        self.assertPlaces(self.radio, [("N2", -1)], ["N1", "N2"])
        self.assertNothingWaits(self.radio)

    def test_enough(self):
        self._put(self.radio, {None: 3})
        orders = self._sell(self._line(self.radio, 1, ["N1"]))
        orders |= self._sell(self._line(self.radio, 1, ["N2"]))
        self.assertFlags(orders, "N1", "N2")
        self._night()
        self.assertPlaces(self.radio, [(None, 1)], ["N1", "N2"])

    def test_first_comes_back(self):
        """N1 took the only unit and is back: N2 is unknown all the same, N1 sold again is not."""
        self._put(self.radio, {None: 1})
        first = self._sell(self._line(self.radio, 1, ["N1"]))
        self._give_back(first, 1, ["N1"])
        second = self._sell(self._line(self.radio, 1, ["N2"]))
        third = self._sell(self._line(self.radio, 1, ["N1"]))
        self.assertFlags(first | second | third, "N1", "N2 unknown", "N1")
        self._night()
        self.assertPlaces(self.radio, [("N2", -1)], ["N1", "N2"])
        self.assertNothingWaits(self.radio)

    def test_in_one_order(self):
        """On two lines of one order."""
        self._put(self.radio, {None: 1})
        order = self._sell(
            self._line(self.radio, 1, ["N1"]), self._line(self.radio, 1, ["N2"], price=90)
        )
        self.assertFlags(order, "N1", "N2 unknown")
        self._night()
        self.assertPlaces(self.radio, [("N2", -1)], ["N1", "N2"])

    def test_lots(self):
        """A known lot that is short takes stock without number first; a new lot gets the rest."""
        self._put(self.juice, {"J1": 2, None: 3})
        orders = self._sell(self._line(self.juice, 4, ["J1"]))
        orders |= self._sell(self._line(self.juice, 2, ["J2"]))
        self.assertFlags(orders, "J1", "J2 unknown")
        self._night()
        self.assertPlaces(self.juice, [("J2", -1)], [("J1", 4), ("J2", 2)])

    def test_count_after_the_sale(self):
        """Stock without number that comes after the sale changes nothing about its flag."""
        order = self._sell(self._line(self.radio, 1, ["N1"]))
        self._put(self.radio, {None: 1})
        self.assertFlags(order, "N1 unknown")
        self._night()
        self.assertFlags(order, "N1 unknown")
        self.assertEqual(self._gone(self.radio), {"N1": 1})
        self.assertEqual(sum(self._here(self.radio).values()), 0)


@tagged("post_install", "-at_install")
class TestNewNumbersCorrected(SequenceCase):
    """A new number that took stock without number was a typing error, and that stock has moved.

    It ends as if the right number had been entered in the first place.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.radio = cls._product("Radio")

    def _sell_new(self, product, number, quantity=1):
        sale = self._sell(self._line(product, quantity, [number]))
        self._night()
        return sale

    def _correct(self, sale, name):
        sale.lines.pack_lot_ids.with_user(self.inventory)._correct(name)
        self._fresh()

    def _release(self, sale):
        sale.lines.pack_lot_ids.with_user(self.inventory)._take_off()
        self._fresh()

    def test_to_a_new_one(self):
        """The unit is N2's; N1 is nowhere, and nobody is offered it."""
        self._put(self.radio, {None: 1})
        sale = self._sell_new(self.radio, "N1")
        self._correct(sale, "N2")
        self.assertFlags(sale, "N2")
        self.assertPlaces(self.radio, customers=["N2"])
        self.assertNoNegative(self.radio)
        lines = self.env["pos.order.line"].with_user(self.cashier)
        offered = lines.get_existing_lots(self.company.id, self.till.id, self.radio.id)
        self.assertEqual([lot["name"] for lot in offered], [])

    def test_to_a_known_one(self):
        """The unit has no number again."""
        self._put(self.radio, {None: 1, "R1": 1})
        sale = self._sell_new(self.radio, "N1")
        self._correct(sale, "R1")
        self.assertFlags(sale, "R1")
        self.assertPlaces(self.radio, [(None, 1)], ["R1"])

    def test_released(self):
        """The unit has no number again, and its name is as new as it was."""
        self._put(self.radio, {None: 1})
        sale = self._sell_new(self.radio, "N1")
        self._release(sale)
        self.assertPlaces(self.radio, [(None, 1)])
        self.assertWaits((sale, 1))
        again = self._sell_new(self.radio, "N1")
        self.assertFlags(again, "N1")
        self.assertPlaces(self.radio, customers=["N1"])

    def test_typed_once_more(self):
        """What was a typing error once is the right name of the next unit, and a new one."""
        self._put(self.radio, {None: 2})
        sale = self._sell_new(self.radio, "N1")
        self._correct(sale, "N2")
        other = self._sell_new(self.radio, "N1")
        self.assertFlags(sale | other, "N2", "N1")
        self.assertPlaces(self.radio, customers=["N1", "N2"])
        self.assertNoNegative(self.radio)

    def test_there_and_back(self):
        self._put(self.radio, {None: 1})
        sale = self._sell_new(self.radio, "N1")
        for name in ("N2", "N1", "N3"):
            self._correct(sale, name)
        self.assertFlags(sale, "N3")
        self.assertPlaces(self.radio, customers=["N3"])

    def test_exchanged(self):
        """Two boxes crosswise: each new number took what had none."""
        self._put(self.radio, {None: 1, "R1": 1})
        sale, other = self._sell_new(self.radio, "N1"), self._sell_new(self.radio, "R1")
        number = sale.lines.pack_lot_ids.with_user(self.inventory)
        number._exchange_with(other.lines.pack_lot_ids.with_user(self.inventory))
        self._fresh()
        self.assertFlags(sale | other, "R1", "N1")
        self.assertPlaces(self.radio, customers=["N1", "R1"])
        self._correct(other, "N2")
        self.assertPlaces(self.radio, customers=["N2", "R1"])

    def test_owner_package_and_shelf(self):
        """The unit without number is back where it lay, as whose it was."""
        package = self.env["stock.package"].create({"name": "P1"})
        self.env["stock.quant"]._update_available_quantity(
            self.radio, self.shelf, 1, package_id=package, owner_id=self.customer
        )
        sale = self._sell_new(self.radio, "N1")
        self._release(sale)
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.radio.id), ("quantity", ">", 0)]
        )
        self.assertEqual(
            (quant.location_id, quant.package_id, quant.owner_id, quant.lot_id.name),
            (self.shelf, package, self.customer, False),
        )

    def test_lot(self):
        """Of a known lot that was short, as much has no number again as had none."""
        self._put(self.juice, {"J1": 2, None: 3})
        sale = self._sell_new(self.juice, "J1", 6)
        self.assertFlags(sale, "J1 short")
        self._release(sale)
        self.assertPlaces(self.juice, [("J1", 2), (None, 3)])

    def test_lot_partly_there(self):
        self._put(self.juice, {None: 3})
        sale = self._sell_new(self.juice, "J1", 5)
        self.assertFlags(sale, "J1 unknown")
        self._correct(sale, "J2")
        self.assertPlaces(self.juice, [("J2", -2)], [("J2", 5)])

    def test_sold_by_others(self):
        """What came back as N1 and was sold again is N1, whatever it was before."""
        self._put(self.radio, {None: 1})
        first = self._sell_new(self.radio, "N1")
        self._return(self.radio, ["N1"], first)
        self._night()
        again = self._sell_new(self.radio, "N1")
        self._correct(again, "N2")
        self.assertFlags(again, "N2 unknown")
        self.assertPlaces(self.radio, ["N1", ("N2", -1)], ["N2"])

    def test_counted_before(self):
        """What was counted as N1 before it was sold is N1."""
        self._put(self.radio, {None: 1})
        self._count(self.radio, "N1", 1)
        sale = self._sell_new(self.radio, "N1")
        self._correct(sale, "N2")
        self.assertFlags(sale, "N2")
        self.assertPlaces(self.radio, ["N1"], ["N2"])

    def test_counted_since(self):
        """N1 was counted here since: it is here once, and what was sold is N2."""
        self._put(self.radio, {None: 1})
        sale = self._sell_new(self.radio, "N1")
        self._count(self.radio, "N1", 1)
        self._correct(sale, "N2")
        self.assertFlags(sale, "N2")
        self.assertPlaces(self.radio, ["N1"], ["N2"])

    def test_received_since(self):
        """More of the lot came since: that stays."""
        self._put(self.juice, {None: 3})
        sale = self._sell_new(self.juice, "J1", 3)
        self._put(self.juice, {"J1": 5})
        self._correct(sale, "J2")
        self.assertFlags(sale, "J2")
        self.assertPlaces(self.juice, [("J1", 5)], [("J2", 3)])

    def test_sold_short_since(self):
        """Others sold more of the lot than there was: what comes back is theirs first."""
        self._put(self.juice, {None: 3})
        sale = self._sell_new(self.juice, "J1", 3)
        self._sell_new(self.juice, "J1", 2)
        self._correct(sale, "J2")
        self.assertPlaces(self.juice, [("J2", -2)], [("J1", 2), ("J2", 3)])

    def test_written_by_hand(self):
        """So does a number that was written into the transfer that waits."""
        self._put(self.radio, {None: 1})
        sale = self._sell(self._line(self.radio))
        self._night()
        move = sale.lines.waiting_move_ids.with_user(self.inventory)
        move.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(quantity=0),
                "quantity": 1,
                "lot_name": "N1",
                "picked": True,
            }
        )
        move.picking_id.button_validate()
        self._fresh()
        self.assertPlaces(self.radio, customers=["N1"])
        self._correct(sale, "N2")
        self.assertFlags(sale, "N2")
        self.assertPlaces(self.radio, customers=["N2"])


@tagged("post_install", "-at_install")
class TestTwoTills(SequenceCase):
    """Two tills of one stock; the flags are those of the moment of each sale."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.radio = cls._product("Radio")
        cls._put(cls.radio, {None: 1})
        cls._put(cls.juice, {"J1": 5})

    def _live(self, *tills):
        """Everything is sold here first, then at the other till."""
        orders = self.env["pos.order"]
        for till, radio, quantity in ((self.till, "N1", 4), (self.other_till, "N2", 3)):
            orders |= self._sell(self._line(self.phone, 1, ["SN1"]), till=till)
            orders |= self._sell(self._line(self.radio, 1, [radio]), till=till)
            orders |= self._sell(self._line(self.juice, quantity, ["J1"]), till=till)
        flags = ("SN1", "N1", "J1", "SN1 duplicate", "N2 unknown", "J1 short")
        self.assertFlags(orders, *flags)
        self._night(*tills)
        self.assertFlags(orders, *flags)
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertPlaces(self.radio, [("N2", -1)], ["N1", "N2"])
        self.assertPlaces(self.juice, [("J1", -2)], [("J1", 7)])
        self.assertWaits((orders[0], 0), (orders[3], 1))
        self.assertHolds(self.phone, SN1=orders[0])
        self.assertHolds(self.radio, N1=orders[1], N2=orders[4])

    def test_first_closes_first(self):
        self._live(self.till, self.other_till)

    def test_second_closes_first(self):
        self._live(self.other_till, self.till)

    def test_one_stays_open(self):
        """The till that sold second closes; the first one a day later."""
        first = self._sell(self._line(self.juice, 4, ["J1"]))
        second = self._sell(self._line(self.juice, 3, ["J1"]), till=self.other_till)
        self._night(self.other_till)
        third = self._sell(self._line(self.juice, 1, ["J1"]), till=self.other_till)
        self._night(self.till, self.other_till)
        self.assertFlags(first | second | third, "J1", "J1 short", "J1 short")
        self.assertPlaces(self.juice, [("J1", -3)], [("J1", 8)])

    def test_open_at_the_other_till(self):
        """What the other till has open counts as used here, until it gives it up."""
        self.other_till.trusted_config_ids = False
        line = self._line(self.phone, 1, ["SN1"])
        draft = self._paid(
            line, till=self.other_till, state="draft", payment_ids=[], access_token="token"
        )
        order = self._sync(draft)
        name = order._get_receipt_name()

        def ask(till, method="check_numbers", *args):
            self._fresh()
            args = args or (self.phone.id, ["SN1", "SN2"])
            return getattr(till.with_user(self.cashier), method)(*args)

        infos = ask(self.till)
        self.assertEqual(infos["SN1"]["open_in"], name)
        self.assertFalse(infos["SN2"]["open_in"])
        (choice,) = ask(self.till, "find_numbers_by_text", "SN1")["choices"]
        self.assertEqual(choice["info"]["open_in"], name)
        # The till itself knows, and so does one that shares its orders.
        self.assertFalse(ask(self.other_till)["SN1"]["open_in"])
        self.till.trusted_config_ids = self.other_till
        self.assertFalse(ask(self.till)["SN1"]["open_in"])
        self.till.trusted_config_ids = False
        order.state = "cancel"
        self.assertFalse(ask(self.till)["SN1"]["open_in"])


@tagged("post_install", "-at_install")
class TestLotShares(SequenceCase):
    """Lots that come without quantities."""

    def setUp(self):
        super().setUp()
        self._put(self.juice, {"J1": 5, "J2": 5})
        self.sale = self._sell(self._line(self.juice, 6, pack_lot_ids=self._lots(J1=2, J2=4)))

    def _quantities(self, order):
        return {number.lot_name: number.quantity for number in order.lines.pack_lot_ids}

    def test_all(self):
        """All comes back: as much of each lot as was sold."""
        back = self._give_back(self.sale, 6, ["J1", "J2"])
        self.assertEqual(self._quantities(back), {"J1": 2, "J2": 4})
        self.assertFlags(back, "J1", "J2")
        self._night()
        self.assertPlaces(self.juice, [("J1", 5), ("J2", 5)])

    def test_other_order(self):
        """Whatever comes first."""
        back = self._give_back(self.sale, 6, ["J2", "J1"])
        self.assertEqual(self._quantities(back), {"J1": 2, "J2": 4})
        self.assertFlags(back, "J2", "J1")
        self._night()
        self.assertPlaces(self.juice, [("J1", 5), ("J2", 5)])

    def test_rest(self):
        """After a part came back: the rest of each."""
        self._sell(
            self._back(self.juice, 3, origin=self.sale, pack_lot_ids=self._lots(J2=3)),
            is_refund=True,
        )
        back = self._give_back(self.sale, 3, ["J2", "J1"])
        self.assertEqual(self._quantities(back), {"J1": 2, "J2": 1})
        self.assertFlags(back, "J2", "J1")
        self._night()
        self.assertPlaces(self.juice, [("J1", 5), ("J2", 5)])

    def test_some(self):
        """Fewer than were sold: no more of a lot than was sold of it, nothing is flagged."""
        back = self._give_back(self.sale, 4, ["J1", "J2"])
        self.assertFlags(back, "J1", "J2")
        quantities = self._quantities(back)
        self.assertEqual(sum(quantities.values()), 4)
        self.assertLessEqual(quantities["J1"], 2)
        self._night()
        self.assertEqual(sum(self._gone(self.juice).values()), 2)

    def test_sale(self):
        """A sale without quantities: shared out by what is here, what was sold today left out."""
        order = self._sell(self._line(self.juice, 4, ["J1", "J2"]))
        self.assertEqual(self._quantities(order), {"J1": 3, "J2": 1})
        self.assertFlags(order, "J1", "J2")
        self._night()
        self.assertPlaces(self.juice, [], [("J1", 5), ("J2", 5)])


@tagged("post_install", "-at_install")
class TestMixed(SequenceCase):
    """Several lines, several lots and a refund in one order."""

    def test_lots(self):
        self._put(self.milk, {"L2": 6})
        sale = self._sell(self._line(self.milk, 3, ["L1"]))
        mixed = self._sell(
            self._back(self.milk, 2, ["L1"], sale),
            self._line(self.milk, 4, ["L2"]),
            self._line(self.milk, 5, pack_lot_ids=self._lots(L1=3, L2=2), price=90),
        )
        self.assertFlags(mixed, "L1", "L2", "L1", "L2")
        self._night()
        self.assertPlaces(self.milk, [("L1", 6)], [("L1", 4), ("L2", 6)])
        self.assertNothingWaits(self.milk)

    def test_what_comes_back_is_needed(self):
        """The order sells what it takes back: no flag."""
        self._put(self.juice, {"J1": 3})
        sale = self._sell(self._line(self.juice, 3, ["J1"]))
        mixed = self._sell(
            self._line(self.juice, 2, ["J1"]), self._back(self.juice, 2, ["J1"], sale)
        )
        self.assertFlags(mixed, "J1", "J1")
        self._night()
        self.assertPlaces(self.juice, [], [("J1", 3)])

    def test_what_comes_back_is_not_enough(self):
        self._put(self.juice, {"J1": 3})
        sale = self._sell(self._line(self.juice, 3, ["J1"]))
        mixed = self._sell(
            self._back(self.juice, 1, ["J1"], sale), self._line(self.juice, 3, ["J1"])
        )
        self.assertFlags(mixed, "J1", "J1 short")
        self._night()
        self.assertPlaces(self.juice, [("J1", -2)], [("J1", 5)])

    def test_serials(self):
        sale = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        mixed = self._sell(
            self._line(self.phone, 1, ["SN1"], price=90),
            self._back(self.phone, 1, ["SN1"], sale),
            self._line(self.phone, 2, ["SN3"]),
        )
        self.assertFlags(mixed, "SN1", "SN1", "SN3")
        self._night()
        self.assertPlaces(self.phone, ["SN4"], ["SN1", "SN2", "SN3"])
        self.assertWaits((sale, 0), (mixed, 1))
        self.assertHolds(self.phone, SN1=mixed, SN2=sale, SN3=mixed)

    def test_without_receipt(self):
        """A unit comes back without receipt and another is sold, in one order."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        mixed = self._sell(self._back(self.phone, 1, ["SN1"]), self._line(self.phone, 1, ["SN1"]))
        self.assertFlags(sale | mixed, "SN1", "SN1", "SN1")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])
        self.assertNothingWaits(self.phone)
        self.assertHolds(self.phone, SN1=mixed)

    def test_deleted_order_line(self):
        """The sales-order line of a cart line was deleted meanwhile: the sale is stored."""
        sale_order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.phone.id}),
                    Command.create({"product_id": self.cable.id}),
                ],
            }
        )
        gone, kept = sale_order.order_line
        lines = [
            self._line(self.phone, 1, ["SN1"], sale_order_line_id=gone.id),
            self._line(self.cable, 1, sale_order_line_id=kept.id),
        ]
        for line in lines:
            line["sale_order_origin_id"] = sale_order.id
        gone.unlink()
        order = self._sell(*lines, partner_id=self.customer.id)
        self.assertEqual(order.lines.sale_order_line_id, kept)
        self.assertFlags(order, "SN1")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])

    def test_deleted_order(self):
        """The whole quotation was deleted meanwhile."""
        sale_order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.phone.id})],
            }
        )
        line = self._line(
            self.phone,
            1,
            ["SN1"],
            sale_order_line_id=sale_order.order_line.id,
            sale_order_origin_id=sale_order.id,
        )
        sale_order.unlink()
        self._sell(line, partner_id=self.customer.id)
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"], ["SN1"])


@tagged("post_install", "-at_install")
class TestBothSwitchesOffAtNight(AtNight, TestBothSwitchesOff):
    pass


@tagged("post_install", "-at_install")
class TestSoldAgainAtNight(AtNight, TestSoldAgain):
    pass


@tagged("post_install", "-at_install")
class TestNewNumbersAtNight(AtNight, TestNewNumbers):
    pass


@tagged("post_install", "-at_install")
class TestNewNumbersCorrectedAtNight(AtNight, TestNewNumbersCorrected):
    pass


@tagged("post_install", "-at_install")
class TestTwoTillsAtNight(AtNight, TestTwoTills):
    pass


@tagged("post_install", "-at_install")
class TestLotSharesAtNight(AtNight, TestLotShares):
    pass


@tagged("post_install", "-at_install")
class TestMixedAtNight(AtNight, TestMixed):
    pass
