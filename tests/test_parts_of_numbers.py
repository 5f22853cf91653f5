"""Numbers of which only a part still waits, and numbers written by hand that lie nowhere."""

from odoo.tests import tagged

from .common import ExchangeCase, NumberedShopCase, WaitingCase


@tagged("post_install", "-at_install")
class TestPartsExchanged(ExchangeCase):
    """As much changes hands as still waits, and not as much as was written."""

    _refuse_moving = NumberedShopCase._refuse

    def _numbers(self, *orders):
        return [order.lines.pack_lot_ids for order in orders]

    def test_closed_in_part(self):
        """Of four that wait three are closed: one is left to exchange."""
        with self._refuse_moving(self.milk), self.assertLogs(level="WARNING"):
            first = self._sell(self._line(self.milk, 4, pack_lot_ids=self._lots(L1=4)))
        second = self._sell(self._line(self.milk, 4, pack_lot_ids=self._lots(L2=4)))
        first.lines.with_user(self.inventory)._close_without_number("Lost", 3)
        self._fresh()
        number, other = self._numbers(first, second)
        exchange = number.with_user(self.inventory)._exchange_with
        self._refused(exchange, other, 2, reason="1 units can be exchanged, not 2")
        self._exchange(number, other)
        self.assertEqual(self._gone(self.milk), {"L1": 1, "L2": 4})
        self.assertEqual(self._quantities(second), {"L1": 1, "L2": 3})
        self.assertEqual(first.waiting_number_qty, 0)


@tagged("post_install", "-at_install")
class TestWrittenByHand(WaitingCase):
    def test_lies_nowhere(self):
        """A known number without stock can be written by hand, as it can be assigned."""
        self.env["stock.lot"].create({"name": "SN0", "product_id": self.phone.id})
        self._write_lines("SN0", "SN1")
        self.picking.button_validate()
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN0": 1, "SN1": 1})
        self.assertEqual(self._names(self.line), ["SN0", "SN1"])
        self.assertEqual(self._here(self.phone)["SN0"], -1)
