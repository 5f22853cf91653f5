"""Two companies that sell the same products."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .against_core.common import STOCK_USER
from .common import NumberedShopCase, TwoCompaniesAtClosing, TwoCompaniesCase


@tagged("post_install", "-at_install")
class TestTwoCompanies(TwoCompaniesCase, NumberedShopCase):
    """Two companies sell the same products, each its own stock."""

    def test_same_name(self):
        """Each company has a serial of that name: two units, no duplicate."""
        self._put_there(self._other_lot("SN1", self.other))
        here = self._sell(self._line(self.phone, 1, ["SN1"]))
        there = self._sell_there(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual((self._codes(here), self._codes(there)), ([], []))
        self.assertEqual(here.lines.pack_lot_ids.lot_id.company_id, self.company)
        self.assertEqual(there.lines.pack_lot_ids.lot_id.company_id, self.other)
        self.assertEqual((self._here(self.phone), self._lots_there()), (self._left("SN1"), {}))
        self.assertEqual((here.waiting_number_qty, there.waiting_number_qty), (0, 0))

    def test_number_of_the_other_company(self):
        """A serial of this company is not known there: nothing of this stock moves."""
        order = self._sell_there(self._line(self.phone, 1, ["SN2"]))
        self.assertEqual(self._here(self.phone), self._left())
        self.assertNotEqual(order.lines.pack_lot_ids.lot_id, self._lot(self.phone, "SN2"))
        self.assertFalse(order.picking_ids.filtered(lambda p: p.company_id == self.company))
        here = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertEqual(self._codes(here), [])
        self.assertEqual(self._here(self.phone), self._left("SN2"))

    def test_waiting_units_are_each_companys_own(self):
        order = self._sell_there(self._line(self.phone, 1))
        move = order.lines.waiting_move_ids
        self.assertEqual((move.company_id, move.location_id.company_id), (self.other, self.other))
        inventory = new_test_user(self.env, login="inventory_here", groups=STOCK_USER)
        with self.assertRaises(AccessError):
            order.lines.with_user(inventory)._assign_numbers([("SN1", 1)])
        self.assertEqual(self._here(self.phone), self._left())


@tagged("post_install", "-at_install")
class TestTwoCompaniesAtClosing(TwoCompaniesAtClosing, TestTwoCompanies):
    """And where stock moves at closing."""
