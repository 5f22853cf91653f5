"""What the server answers on the lines of a sales order."""

from odoo.tests import tagged

from .against_core.common import SaleOrderCase


@tagged("post_install", "-at_install")
class TestOrderAnswer(SaleOrderCase):
    def test_lot_names(self):
        """They stand in the answer as core gives them; the till's browser leaves them out."""
        sale_order = self._sale_order(self.phone, 2)
        sale_order.user_id = self.cashier
        names = sale_order.order_line.move_ids.move_line_ids.lot_id.mapped("name")
        self.assertEqual(len(names), 2)
        self._fresh()
        (item,) = sale_order.order_line.with_user(self.cashier).read_converted()
        self.assertEqual(item["lot_names"], names)
