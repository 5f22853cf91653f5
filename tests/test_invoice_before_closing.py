"""Orders whose stock moves before closing, because they are invoiced."""

from odoo.tests import new_test_user, tagged

from .against_core.common import POS_USER, SALESMAN
from .common import RawSaleCase


@tagged("post_install", "-at_install")
class TestInvoicedBeforeClosing(RawSaleCase):
    """An order whose stock moves early because it is invoiced is concluded once."""

    update_stock = "closing"

    def test_number_moves_once(self):
        self.company.anglo_saxon_accounting = True
        order = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        order.action_pos_order_invoice()
        self._fresh()
        self.assertEqual(self._codes(order), [])
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self._close()
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})

    def test_kit_counts_once(self):
        """What has moved of a kit is not carried out once more before its session closes."""
        self.company.anglo_saxon_accounting = True
        kit = self._sell(self._line(self._kit("Kit", {self.phone: 1})), partner_id=self.customer.id)
        kit.action_pos_order_invoice()
        self._fresh()
        move = kit.lines.waiting_move_ids
        values = move._prepare_move_line_vals(quantity=1)
        lot = self._lot(self.phone, "SN1")
        self.env["stock.move.line"].create({**values, "lot_id": lot.id, "picked": True})
        move.picking_id.button_validate()
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self._sell(self._line(self.phone, -1, ["SN1"]), is_refund=True)
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._codes(again), [])
        self._close()
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertEqual(again.lines.waiting_number_qty, 0)

    def test_sales_order_gives_up_once(self):
        """The sales order still ships what was not settled here."""
        self.company.anglo_saxon_accounting = True
        seller = new_test_user(self.env, login="seller", groups=f"{POS_USER},{SALESMAN}")
        sale_order = self._sale_order(self.phone, 3)
        sale_order.user_id = seller
        line = self._line(
            self.phone,
            1,
            ["SN1"],
            sale_order_origin_id=sale_order.id,
            sale_order_line_id=sale_order.order_line.id,
        )
        order = self._sell(line, user=seller, partner_id=self.customer.id)
        order.action_pos_order_invoice()
        self._fresh()
        moves = sale_order.order_line.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 2)
