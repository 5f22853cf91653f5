"""More numbers than units."""

from odoo.tests import tagged

from .common import RawSaleCase


@tagged("post_install", "-at_install")
class TestSurplus(RawSaleCase):
    """Numbers beyond the units of a line are noted, and nothing is sold of them."""

    def test_serial(self):
        """The extra serial can be sold by the next order, and this one cannot give it back."""
        order = self._sell(self._line(self.phone, 1, ["SN1", "SN2"]))
        self.assertEqual(self._codes(order), ["surplus"])
        self.assertEqual(self._refundable(order), {"SN1": 1})
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertEqual(self._codes(second), [])
        self.assertStock(self.phone, {"SN3": 1}, {"SN1": 1, "SN2": 1})

    def test_lot(self):
        """No more of the lot than was sold."""
        order = self._sell_raw(self.milk, 3, {"lot_name": "L1", "quantity": 8})
        self.assertEqual(self._codes(order), ["surplus"])
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self.assertEqual(self._refundable(order), {"L1": 3})
