"""A lot that belongs to no company and lies in another company's stock."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .against_core.common import STOCK_USER
from .common import TwoCompaniesAtClosing, TwoCompaniesCase


@tagged("post_install", "-at_install")
class TestOtherCompany(TwoCompaniesCase):
    """Serial SHARED1 and five of lot SHARED lie in the other company's stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inventory = new_test_user(cls.env, login="inventory_here", groups=STOCK_USER)
        cls.serial = cls._share(cls.phone, "SHARED1", 1)
        cls.lot = cls._share(cls.milk, "SHARED", 5)

    @classmethod
    def _share(cls, product, name, quantity):
        lot = cls.env["stock.lot"].create(
            {"name": name, "product_id": product.id, "company_id": False}
        )
        cls._move_there(lot, quantity)
        return lot

    @classmethod
    def _move_there(cls, lot, quantity):
        cls.env["stock.quant"]._update_available_quantity(
            lot.product_id, cls.other_warehouse.lot_stock_id, quantity, lot_id=lot
        )

    def _flags(self, order):
        return sorted(order.lines.pack_lot_ids.flag_ids.mapped("code"))

    def _places(self, lot):
        """{where: quantity}: here, there, or at customers."""
        self.env["stock.quant"].flush_model()
        places = {}
        for quant in self.env["stock.quant"].search([("lot_id", "=", lot.id)]):
            location = quant.location_id
            if location.usage != "internal":
                where = location.usage
            else:
                where = "there" if location.company_id == self.other else "here"
            places[where] = places.get(where, 0) + quant.quantity
        return {where: quantity for where, quantity in places.items() if quantity}

    def test_serial_waits(self):
        order = self._sell(self._line(self.phone, 1, ["SHARED1"]))
        self.assertEqual((self._flags(order), order.waiting_number_qty), (["not_here"], 1))
        self.assertEqual(self._places(self.serial), {"there": 1})
        number = order.lines.pack_lot_ids
        self.assertIn("another company", number.explanation)
        self.assertFalse(number.elsewhere_location_ids, "none of it is ours to take")
        self.assertFalse(number.holds)
        with self.assertRaisesRegex(UserError, "another company"):
            number.with_user(self.inventory).action_take_from_elsewhere()
        self.assertEqual(self._places(self.serial), {"there": 1})

    def test_sold_where_it_lies(self):
        """Mistyped here, it does not keep the other company from selling it."""
        wrong = self._sell(self._line(self.phone, 1, ["SHARED1"]))
        right = self._sell_there(self._line(self.phone, 1, ["SHARED1"]))
        self.assertEqual((self._flags(wrong), self._flags(right)), (["not_here"], []))
        self.assertEqual((wrong.waiting_number_qty, right.waiting_number_qty), (1, 0))
        self.assertEqual(self._places(self.serial), {"customer": 1})

    def test_buyer_there(self):
        """Who has bought it there is not told here: not on the lot, nor by a search."""
        buyer = self.env["res.partner"].create({"name": "Bea"})
        order = self._sell(
            self._line(self.phone, 1, ["SHARED1"]),
            user=self.other_cashier,
            till=self.other_till,
            partner_id=buyer.id,
        )
        here = new_test_user(self.env, login="reader_here", groups=STOCK_USER)
        there = new_test_user(
            self.env,
            login="reader_there",
            groups=STOCK_USER,
            company_id=self.other.id,
            company_ids=[Command.set(self.other.ids)],
        )
        self.assertEqual(order.lines.pack_lot_ids.lot_id, self.serial)
        for user, partners in ((here, self.env["res.partner"]), (there, buyer)):
            self._fresh()
            lot = self.serial.with_user(user)
            self.assertEqual(lot.partner_ids.sudo(), partners)
            Lot = self.env["stock.lot"].with_user(user)
            found = Lot.search([("partner_ids", "in", buyer.ids), ("id", "=", lot.id)])
            self.assertEqual(bool(found), bool(partners))
            found = Lot.search([("partner_ids", "=", False), ("id", "=", lot.id)])
            self.assertEqual(bool(found), not partners)

    def test_sold_there_first(self):
        right = self._sell_there(self._line(self.phone, 1, ["SHARED1"]))
        wrong = self._sell(self._line(self.phone, 1, ["SHARED1"]))
        self.assertEqual((self._flags(right), self._flags(wrong)), ([], ["duplicate"]))
        self.assertEqual(self._places(self.serial), {"customer": 1})

    def test_it_comes_here(self):
        """Booked to where it was really sold, it can be assigned."""
        order = self._sell(self._line(self.phone, 1, ["SHARED1"]))
        self._move_there(self.serial, -1)
        self._put(self.phone, ["SHARED1"])
        self._fresh()
        order.lines.with_user(self.inventory)._assign_numbers([("SHARED1", 1)])
        self._fresh()
        self.assertEqual(order.waiting_number_qty, 0)
        self.assertEqual(self._places(self.serial), {"customer": 1})

    def test_lot_waits(self):
        order = self._sell(self._line(self.milk, 2, ["SHARED"]))
        self.assertEqual((self._flags(order), order.waiting_number_qty), (["not_here"], 2))
        self.assertEqual(self._places(self.lot), {"there": 5})

    def test_lot_of_both(self):
        """What is here of it moves, and goes negative by the excess: it is ours too."""
        self._put(self.milk, {"SHARED": 1})
        order = self._sell(self._line(self.milk, 3, ["SHARED"]))
        self.assertEqual((self._flags(order), order.waiting_number_qty), (["short"], 0))
        self.assertEqual(self._places(self.lot), {"here": -2, "there": 5, "customer": 3})

    def test_return_without_receipt(self):
        """What lies in the other company's stock comes back from no customer."""
        order = self._sell(self._line(self.phone, -1, ["SHARED1"]), is_refund=True)
        self.assertEqual(order.waiting_number_qty, 1)
        self.assertEqual(self._flags(order), ["duplicate", "not_sold"])
        self.assertEqual(self._places(self.serial), {"there": 1})

    def test_what_the_till_is_told(self):
        self._fresh()
        till = self.till.with_user(self.cashier)
        told = till.check_numbers(self.phone.id, ["SHARED1"])["SHARED1"]
        self.assertEqual(
            (told["quantity"], told["elsewhere"], told["flags"]), (0, False, ["not_here"])
        )


@tagged("post_install", "-at_install")
class TestOtherCompanyAtClosing(TwoCompaniesAtClosing, TestOtherCompany):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestOpenInOtherCompany(TwoCompaniesCase):
    """Nothing moves: the same whenever stock does."""

    def test_open_there(self):
        """Another company may call its own unit the same: its unpaid order is not ours to tell."""
        draft = self._paid(
            self._line(self.phone, 1, ["SN1"]),
            till=self.other_till,
            state="draft",
            payment_ids=[],
            access_token="token",
        )
        order = self._sync(draft, user=self.other_cashier)
        self.assertEqual((order.state, order.company_id), ("draft", self.other))
        self._fresh()
        infos = self.till.with_user(self.cashier).check_numbers(self.phone.id, ["SN1"])
        self.assertFalse(infos["SN1"]["open_in"])
