"""What customers send by phone or kiosk: no number of theirs is stored."""

from odoo.fields import Command
from odoo.tests import tagged

from .common_kiosk import KioskCase


@tagged("post_install", "-at_install")
class TestNumbersOfCustomers(KioskCase):
    def test_named_by_a_stranger(self):
        """Anybody reaches the route: what it names is not believed, known or not."""
        for product, name in ((self.milk, "L1"), (self.phone, "SN3"), (self.phone, "NEVER")):
            with self.subTest(name=name):
                order, _sent = self._order_at_kiosk(self._line(product, 1, [name]))
                self.assertFalse(order.lines.pack_lot_ids)
        self.assertFalse(self.env["stock.lot"].search([("name", "=", "NEVER")]))

    def test_named_for_nothing(self):
        """Nor where the route itself pays the order: the unit waits."""
        line = self._line(self.phone, 1, ["SN3"], price=0.0)
        order, _sent = self._order_at_kiosk(line)
        self.assertEqual(order.state, "paid")
        self.assertFalse(order.lines.pack_lot_ids)
        self.assertEqual(order.waiting_number_qty, 1)
        self.assertNotIn("SN3", self._gone(self.phone))

    def test_sent_again(self):
        """The customer orders more, and sends all again: what a cashier entered stays."""
        first = self._line(self.phone, 1)
        order, _sent = self._order_at_kiosk(first)
        order.lines.write({"pack_lot_ids": [Command.create({"lot_name": "SN3", "quantity": 1})]})
        again, _sent = self._order_at_kiosk(first, self._line(self.cable, 1), uuid=order.uuid)
        self.assertEqual(again, order)
        self.assertEqual(len(order.lines), 2)
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN3"])
