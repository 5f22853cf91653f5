"""Sequences of sales and returns: the stock is true at the end, and so are flags and holds.

Each class lives its days in real time; the class of the same name at the end of this file lives
them where stock moves when the session closes. Both must end alike.
"""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .against_core.common import STOCK_USER, ShopCase


class SequenceCase(ShopCase):
    """Two tills of one warehouse, an inventory user, and words for what a day leaves behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_till = cls._till("Other till")
        cls.inventory = new_test_user(cls.env, login="inventory_only", groups=STOCK_USER)
        cls.juice = cls._product("Juice", tracking="lot")

    # ------------------------------------------------------------------ builders

    def _night(self, *tills):
        """The tills close, in this order, and open again; nothing to do where stock has moved."""
        self._fresh()

    def _lots(self, **quantities):
        """Lots of a line with their quantities, as the till sends them."""
        return [
            Command.create({"lot_name": name, "quantity": quantity})
            for name, quantity in quantities.items()
        ]

    def _back(self, product, quantity=1, numbers=(), origin=None, **values):
        """A line that comes back: of an order's first line, or without a receipt."""
        line_id = origin.lines[:1].id if origin else False
        return self._line(product, -quantity, numbers, refunded_orderline_id=line_id, **values)

    def _return(self, product, numbers, origin=None, quantity=None, **values):
        """Give numbers back at the till: on the receipt of an order, or without a receipt."""
        line = self._back(product, quantity or len(numbers), numbers, origin)
        return self._sell(line, is_refund=True, **values)

    def _second_shop(self):
        """A till with a warehouse of its own, where serial SN9 lies."""
        warehouse = self.env["stock.warehouse"].create({"name": "Depot", "code": "DEPO"})
        self._put(self.phone, ["SN9"], warehouse.lot_stock_id)
        return self._till("Depot till", warehouse), warehouse

    def _put_of(self, owner, product, number, quantity=1):
        """Put an owner's goods into the shop's stock."""
        self.env["stock.quant"]._update_available_quantity(
            product,
            self.warehouse.lot_stock_id,
            quantity,
            lot_id=self._lot(product, number),
            owner_id=owner,
        )

    def _count(self, product, number, quantity):
        """Count a number in the shop's stock, as Physical Inventory does."""
        quants = self.env["stock.quant"].with_user(self.inventory).with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": product.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "lot_id": self._lot(product, number).id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()
        self._fresh()

    def _return_transfer(self, picking, number):
        """Return one number of a transfer with its Return button, and receive it."""
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in wizard.product_return_moves:
            has_it = number in row.move_id.move_line_ids.lot_id.mapped("name")
            row.quantity = 1 if has_it else 0
        back = wizard._create_return()
        self._choose_returned(back, number)
        back.move_ids.picked = True
        back._action_done()
        self._fresh()
        return back

    def _choose_returned(self, picking, number):
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": move.product_id.id,
                    "quantity": 1,
                    "lot_id": self._lot(move.product_id, number).id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picking_id": picking.id,
                }
            )
        ]

    # ------------------------------------------------------------------ what is where

    def _places(self, product):
        """{(number, place, owner): quantity}: "here", "customers", or a location's name."""
        self._fresh()
        here = self.warehouse.view_location_id.parent_path
        customers = self.env.ref("stock.stock_location_customers")
        places = {}
        for quant in self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id.usage", "in", ("internal", "transit", "customer")),
            ]
        ):
            location = quant.location_id
            place = "customers" if location == customers else location.complete_name
            place = "here" if location.parent_path.startswith(here) else place
            key = (quant.lot_id.name or None, place, quant.owner_id.name or None)
            places[key] = places.get(key, 0) + quant.quantity
            # A +1 and a -1 in one place would hide here.
            if quant.location_id.usage == "customer":
                self.assertGreaterEqual(quant.quantity, 0, key)
        return {key: quantity for key, quantity in places.items() if quantity}

    def assertPlaces(self, product, here=(), customers=(), **more):
        """Numbers by place; each a number, (number, quantity) or (number, quantity, owner)."""
        expected = {}
        for place, rows in {"here": here, "customers": customers, **more}.items():
            for row in rows:
                name, quantity, owner = (row, 1, None) if isinstance(row, str) else (*row, None)[:3]
                expected[name, place, owner] = quantity
        self.assertEqual(self._places(product), expected)

    def _flags(self, orders):
        """["number flag flag", ...] of each number, in the order of sale."""
        return [
            " ".join([number.lot_name, *sorted(number.flag_ids.mapped("code"))])
            for order in orders
            for line in order.lines.sorted("id")
            for number in line.pack_lot_ids.sorted("id")
        ]

    def assertFlags(self, orders, *expected):
        """Each number with its flags, of one order or of several in this order."""
        self.assertEqual(self._flags(orders), list(expected))

    def assertWaits(self, *quantities):
        """(order, quantity): the lines of this order wait for as much."""
        for order, quantity in quantities:
            self.assertEqual(sum(order.lines.mapped("waiting_number_qty")), quantity, order.name)

    def assertNothingWaits(self, product):
        moves = self._open_moves(product, ("outgoing", "incoming"))
        self.assertFalse(moves.mapped("origin"), "transfers that wait")

    def assertHolds(self, product, **orders):
        """Which order has each serial that was sold; all others nobody has."""
        numbers = self.env["pos.pack.operation.lot"].search(
            [("lot_id.product_id", "=", product.id), ("holds", "=", True)]
        )
        held = {number.lot_id.name: number.order_id for number in numbers}
        self.assertEqual(held, orders)

    def assertSaysWhy(self, number):
        """A sentence tells why a number that is known waits, or what was wrong with it."""
        reason = number.explanation
        if "waiting_reason" in number._fields:
            reason = reason or number.waiting_reason
        self.assertTrue(reason, f"{number.lot_name}: no reason")


class AtNight:
    """The days of the class after it, where stock moves when the sessions close."""

    update_stock = "closing"

    def _night(self, *tills):
        """The tills close in this order and open again; closing adds no flag, takes none."""
        tills = tills or (self.till, self.other_till)
        sessions = self.env["pos.session"].union(*(till.current_session_id for till in tills))
        orders = sessions.order_ids.sorted("id")
        before = self._flags(orders)
        for till in tills:
            self._close(till)
            self._open_till(till)
        self._fresh()
        self.assertEqual(self._flags(orders), before, "flags are facts of the sale")


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

    def test_corrected(self):
        """Ours was written, hers was sold: hers leaves, ours is back."""
        sale = self._sell(self._line(self.radio, 1, ["R1"]))
        self._fresh()
        sale.lines.pack_lot_ids.with_user(self.inventory)._correct("R2")
        self._night()
        self.assertPlaces(self.radio, ["R1"], [("R2", 1, "Bea")])


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
        return self._transfers(order).filtered(lambda picking: picking.state == "done")

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
class TestBothSwitchesOffAtNight(AtNight, TestBothSwitchesOff):
    pass


@tagged("post_install", "-at_install")
class TestSoldAgainAtNight(AtNight, TestSoldAgain):
    pass


@tagged("post_install", "-at_install")
class TestNewNumbersAtNight(AtNight, TestNewNumbers):
    pass


@tagged("post_install", "-at_install")
class TestTwoTillsAtNight(AtNight, TestTwoTills):
    pass


@tagged("post_install", "-at_install")
class TestReturnsAtNight(AtNight, TestReturns):
    pass


@tagged("post_install", "-at_install")
class TestOwnersAtNight(AtNight, TestOwners):
    pass


@tagged("post_install", "-at_install")
class TestAnotherShopAtNight(AtNight, TestAnotherShop):
    pass


@tagged("post_install", "-at_install")
class TestKnownAndWaitingAtNight(AtNight, TestKnownAndWaiting):
    pass


@tagged("post_install", "-at_install")
class TestLotSharesAtNight(AtNight, TestLotShares):
    pass


@tagged("post_install", "-at_install")
class TestMixedAtNight(AtNight, TestMixed):
    pass


@tagged("post_install", "-at_install")
class TestShipLaterAtNight(AtNight, TestShipLater):
    pass
