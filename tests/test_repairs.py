"""Parts that a repair order has used and a till is paid for (pos_repair)."""

from unittest import SkipTest

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .against_core.common import POS_USER, SALESMAN, AtClosing
from .common import AssignmentCase
from .common_sequences import AtNight, SequenceCase


class Repairs:
    """Repairs with parts, and the lines that a till is paid for these."""

    cashier_groups = (POS_USER, SALESMAN)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "repair.order" not in cls.env or "is_repair_line" not in cls.env["sale.order.line"]:
            raise SkipTest("pos_repair is not installed")
        cls.toaster = cls._product("Toaster", tracking="none")

    def _repair(self, product, quantity, numbers, done=True):
        """Repair with parts of these numbers. :return: the repair, its sales order confirmed"""
        repair = self.env["repair.order"].create(
            {
                "product_id": self.toaster.id,
                "partner_id": self.customer.id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "repair_line_type": "add",
                        }
                    )
                ],
            }
        )
        repair._action_repair_confirm()
        repair.action_repair_start()
        self._choose(repair.move_ids, numbers)
        if done:
            self._end(repair)
        repair.action_create_sale_order()
        repair.sale_order_id.user_id = self.cashier
        repair.sale_order_id.action_confirm()
        return repair

    def _end(self, repair):
        repair.move_ids.picked = True
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")

    def _part(self, repair, quantity=1, numbers=(), **values):
        line = repair.sale_order_id.order_line
        return self._line(
            line.product_id,
            quantity,
            numbers,
            sale_order_line_id=line.id,
            sale_order_origin_id=line.order_id.id,
            **values,
        )


@tagged("post_install", "-at_install")
class TestRepair(Repairs, AssignmentCase):
    """The repair moves its parts: no till asks for their numbers, nothing of them waits."""

    def _check(self, order, product, gone, names):
        """Nothing waits or is missing, and no second unit has left."""
        line = order.lines
        self.assertFalse(line.is_number_tracked)
        self.assertEqual((line.missing_number_qty, line.waiting_number_qty), (0, 0))
        self.assertFalse(self._open_moves(product))
        self.assertEqual(self._here(product), gone)
        self.assertEqual(self._gone(product), {})
        self.assertEqual(sorted(number.lot_id.name or "-" for number in line.pack_lot_ids), names)
        self.assertFalse(line.pack_lot_ids.flag_ids)
        self.assertEqual(order.waiting_number_qty, 0)

    def test_not_asked_for(self):
        repair = self._repair(self.phone, 1, ["SN1"])
        order = self._sell(self._part(repair), partner_id=self.customer.id)
        self._check(order, self.phone, self._left("SN1"), ["SN1"])

    def test_number_given(self):
        """The right serial, given all the same, is no other than that of the repair."""
        repair = self._repair(self.phone, 1, ["SN1"])
        order = self._sell(self._part(repair, 1, ["SN1"]), partner_id=self.customer.id)
        self._check(order, self.phone, self._left("SN1"), ["SN1"])

    def test_other_number_given(self):
        """A name that the repair has not used stays on the line, for no unit."""
        repair = self._repair(self.phone, 1, ["SN1"])
        order = self._sell(self._part(repair, 1, ["SN4"]), partner_id=self.customer.id)
        self.assertEqual(self._here(self.phone), self._left("SN1"))
        numbers = {number.lot_name: number for number in order.lines.pack_lot_ids}
        self.assertEqual(sorted(numbers), ["SN1", "SN4"])
        self.assertEqual(numbers["SN4"].quantity, 0)
        self.assertEqual(numbers["SN4"].flag_ids.mapped("code"), ["surplus"])
        again = self._sell(self._line(self.phone, 1, ["SN4"]))
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)

    def test_lots(self):
        repair = self._repair(self.milk, 3, {"L1": 2, "L2": 1})
        order = self._sell(self._part(repair, 3), partner_id=self.customer.id)
        self._check(order, self.milk, {"L1": 8, "L2": 9}, ["L1", "L2"])
        quantities = {n.lot_name: n.quantity for n in order.lines.pack_lot_ids}
        self.assertEqual(quantities, {"L1": 2, "L2": 1})

    def test_paid_before_the_repair_is_done(self):
        """Its numbers are noted once they are known."""
        repair = self._repair(self.phone, 1, ["SN2"], done=False)
        order = self._sell(self._part(repair), partner_id=self.customer.id)
        self.assertEqual((order.lines.missing_number_qty, order.lines.waiting_number_qty), (0, 0))
        self._end(repair)
        self._fresh()
        self._check(order, self.phone, self._left("SN2"), ["SN2"])

    def test_beside_a_part_that_moves(self):
        """The till moves what it sells, and only that."""
        repair = self._repair(self.phone, 1, ["SN1"])
        order = self._sell(
            self._part(repair),
            self._line(self.phone, 1, ["SN2"]),
            self._line(self.phone, 1),
            partner_id=self.customer.id,
        )
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN2": 1})
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(order.lines.mapped("waiting_number_qty"), [0, 0, 1])

    def test_assigning_is_refused(self):
        repair = self._repair(self.phone, 1, ["SN1"])
        order = self._sell(self._part(repair), partner_id=self.customer.id)
        with self.assertRaisesRegex(UserError, "repair"):
            self._assign(order.lines, "SN3")
        self.assertEqual(self._here(self.phone), self._left("SN1"))

    def test_sold_again(self):
        """A serial that is in a repaired thing is not sold once more."""
        repair = self._repair(self.phone, 1, ["SN1"])
        self._sell(self._part(repair), partner_id=self.customer.id)
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(again.lines.pack_lot_ids.flag_ids.mapped("code"), ["duplicate"])
        self.assertEqual(again.lines.waiting_number_qty, 1)

    def test_order_loading_offers_nothing(self):
        repair = self._repair(self.phone, 1, ["SN1"])
        self.assertEqual(repair.sale_order_id._get_numbers_for_till(self.till), [])


@tagged("post_install", "-at_install")
class TestRepairAtClosing(AtClosing, TestRepair):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestRepairsOfTheDay(Repairs, SequenceCase):
    """What a repair has used is gone already, whenever the till's own stock moves."""

    def _pay(self, repair, quantity=1, numbers=()):
        return self._sell(self._part(repair, quantity, numbers), partner_id=self.customer.id)

    def test_lot_sold_beside(self):
        """Three of ten by the repair: the other seven can be sold."""
        self._pay(self._repair(self.milk, 3, {"L1": 3}), 3)
        sale = self._sell(self._line(self.milk, 7, ["L1"]))
        self.assertFlags(sale, "L1")
        short = self._sell(self._line(self.milk, 1, ["L1"]))
        self.assertFlags(short, "L1 short")
        self._night()
        self.assertPlaces(self.milk, [("L1", -1)], [("L1", 8)])
        self.assertNothingWaits(self.milk)

    def test_lot_of_a_shelf(self):
        """And are taken from the shelf where they lie."""
        self._put(self.juice, {"J1": 3})
        repair = self._repair(self.juice, 3, {"J1": 3})
        self._put(self.juice, {"J1": 7}, self.shelf)
        self._pay(repair, 3)
        self._sell(self._line(self.juice, 7, ["J1"]))
        self._night()
        self.assertPlaces(self.juice, [], [("J1", 7)])
        self.assertNoNegative(self.juice)

    def test_refund(self):
        """The money comes back, the part stays in what was repaired: nobody else can have it."""
        sale = self._pay(self._repair(self.phone, 1, ["SN1"]))
        back = self._give_back(sale, 1, ["SN1"])
        self.assertEqual((back.lines.missing_number_qty, back.lines.is_number_tracked), (0, False))
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFlags(back | again, "SN1", "SN1 duplicate")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"])
        self.assertHolds(self.phone, SN1=sale)
        self.assertWaits((back, 0), (again, 1))
        with self.assertRaisesRegex(UserError, "repair"):
            back.lines.with_user(self.inventory)._assign_numbers([("SN1", 1)])

    def test_refund_of_a_lot(self):
        """A part of a lot, refunded with the name, and once more without."""
        sale = self._pay(self._repair(self.milk, 3, {"L1": 3}), 3)
        named, unnamed = self._give_back(sale, 2, ["L1"]), self._give_back(sale, 1)
        self._night()
        self.assertPlaces(self.milk, [("L1", 7)])
        self.assertWaits((named, 0), (unnamed, 0))
        self.assertNothingWaits(self.milk)

    def test_refund_beside_one_that_comes_back(self):
        """Of one receipt the part stays, and what the till sold comes back."""
        repair = self._repair(self.phone, 1, ["SN1"])
        sale = self._sell(
            self._part(repair), self._line(self.phone, 1, ["SN2"]), partner_id=self.customer.id
        )
        part, sold = sale.lines.sorted("id")
        back = self._sell(
            self._line(self.phone, -1, ["SN1"], refunded_orderline_id=part.id),
            self._line(self.phone, -1, ["SN2"], refunded_orderline_id=sold.id),
            is_refund=True,
        )
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"])
        self.assertHolds(self.phone, SN1=sale)
        self.assertWaits((back, 0))
        self.assertNothingWaits(self.phone)

    def test_refund_in_the_back_office(self):
        """As at the till."""
        sale = self._pay(self._repair(self.phone, 1, ["SN1"]))
        back = self.env["pos.order"].browse(sale.refund()["res_id"])
        payment = self.env["pos.make.payment"].with_context(active_id=back.id, active_ids=back.ids)
        payment.create({"payment_method_id": self.till.payment_method_ids.id}).check()
        self.assertEqual(back.state, "paid")
        self._night()
        self.assertPlaces(self.phone, ["SN2", "SN3", "SN4"])
        self.assertHolds(self.phone, SN1=sale)
        self.assertWaits((back, 0))
        self.assertNothingWaits(self.phone)

    def test_part_is_back_in_stock(self):
        """Taken out of the thing and counted in: it can be sold, whether it was refunded or not."""
        for is_refunded, name in ((False, "SN1"), (True, "SN2")):
            with self.subTest(is_refunded=is_refunded):
                sale = self._pay(self._repair(self.phone, 1, [name]))
                if is_refunded:
                    self._give_back(sale, 1, [name])
                self._count(self.phone, name, 1)
                again = self._sell(self._line(self.phone, 1, [name]))
                self.assertFlags(again, name)
                self._night()
                self.assertEqual(self._gone(self.phone).get(name), 1)
                self.assertTrue(again.lines.pack_lot_ids.holds)
        self.assertNothingWaits(self.phone)


@tagged("post_install", "-at_install")
class TestRepairsOfTheDayAtNight(AtNight, TestRepairsOfTheDay):
    pass
