"""A lot that is short takes stock without number, unless what was sold before has taken it."""

from odoo.tests import tagged

from .against_core.common import ShopCase


@tagged("post_install", "-at_install")
class TestShortLots(ShopCase):
    """Ten of lot L1 and two units of milk without number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put(cls.milk, {None: 2})

    def _night(self):
        self._fresh()

    def _flags(self, orders):
        return [sorted(order.lines.pack_lot_ids.flag_ids.mapped("code")) for order in orders]

    def test_taken_before(self):
        first = self._sell(self._line(self.milk, 2, ["NEW"]))
        second = self._sell(self._line(self.milk, 11, ["L1"]))
        self.assertEqual(self._flags([first, second]), [[], ["short"]])
        self._night()
        self.assertStock(self.milk, {"L1": -1}, {"NEW": 2, "L1": 11})

    def test_there_for_it(self):
        order = self._sell(self._line(self.milk, 11, ["L1"]))
        self.assertEqual(self._flags([order]), [[]])
        self._night()
        self.assertStock(self.milk, {None: 1}, {"L1": 11})


@tagged("post_install", "-at_install")
class TestShortLotsAtNight(TestShortLots):
    """And where stock moves when the session closes."""

    update_stock = "closing"

    def _night(self):
        self._close()
