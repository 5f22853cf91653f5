"""Serials that go from the supplier to the customer."""

from odoo.tests import tagged

from .against_core.common import AtClosing
from .common import NumberedShopCase


@tagged("post_install", "-at_install")
class TestDropshipped(NumberedShopCase):
    """A serial goes from the supplier to the customer, and never lies here."""

    def setUp(self):
        super().setUp()
        move = self.env["stock.move"].create(
            {
                "product_id": self.phone.id,
                "product_uom_qty": 1,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "picking_type_id": self.warehouse.out_type_id.id,
            }
        )
        move._action_confirm()
        move.move_line_ids.lot_id = self._lot(self.phone, "DS1")
        move.picked = True
        move._action_done()
        self.assertEqual(self._gone(self.phone), {"DS1": 1})

    def test_sold(self):
        """Somebody has it already."""
        order = self._sell(self._line(self.phone, 1, ["DS1"]))
        self.assertEqual(self._codes(order), ["duplicate"])
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(self._here(self.phone), self._left())

    def test_taken_back_and_sold(self):
        self._sell(self._line(self.phone, -1, ["DS1"]), is_refund=True)
        self.assertStock(self.phone, {**self._left(), "DS1": 1}, {})
        order = self._sell(self._line(self.phone, 1, ["DS1"]))
        self.assertEqual(self._codes(order), [])
        self.assertStock(self.phone, self._left(), {"DS1": 1})


@tagged("post_install", "-at_install")
class TestDropshippedAtClosing(AtClosing, TestDropshipped):
    """And where stock moves at closing."""
