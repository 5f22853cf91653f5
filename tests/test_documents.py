"""Numbers on the invoice, and on what a till loads to print a receipt again."""

from datetime import timedelta

from odoo import fields, tools
from odoo.tests import tagged

from .stock.common import StockCase


@tagged("post_install", "-at_install")
class TestDocuments(StockCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk = cls._product("Milk", tracking="lot", use_expiration_date=True)
        cls._put(cls.milk, {"L1": 10, "L2": 10})
        cls._lot(cls.milk, "L1").expiration_date = False
        cls.expiration = fields.Datetime.now().replace(microsecond=0) + timedelta(days=100)
        cls._lot(cls.milk, "L2").expiration_date = cls.expiration

    def _sell_two_lots(self, **values):
        line = self._line(self.milk, 5)
        line["pack_lot_ids"] = [
            (0, 0, {"lot_name": "L1", "quantity": 2}),
            (0, 0, {"lot_name": "L2", "quantity": 3}),
        ]
        return self._sell(line, **values)

    def test_invoice(self):
        """The invoice has one price line, and below it each lot with its quantity and date."""
        order = self._sell_two_lots(partner_id=self.customer.id, to_invoice=True)
        invoice = order.account_move
        self.assertEqual(invoice.invoice_line_ids.quantity, 5)
        lots = {value["lot_name"]: value for value in invoice._get_invoiced_lot_values()}
        self.assertEqual(
            {name: value["quantity"] for name, value in lots.items()}, {"L1": 2, "L2": 3}
        )
        self.assertEqual(lots["L2"]["expiration_date"], self.expiration)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("account.report_invoice_with_payments", invoice.ids)[0]
            .decode()
        )
        date = self.env["ir.qweb.field.date"].value_to_html(self.expiration.date(), {})
        text = " ".join(tools.html2plaintext(html).split())
        self.assertIn(f"L2 (exp. {date}", text)

    def test_receipt_at_another_till(self):
        """Another till that loads the order gets names, quantities and dates."""
        order = self._sell_two_lots()
        data = order.with_user(self.cashier).read_pos_data([], self.till)
        numbers = {number["lot_name"]: number for number in data["pos.pack.operation.lot"]}
        self.assertEqual(numbers["L1"]["quantity"], 2)
        self.assertEqual(numbers["L2"]["quantity"], 3)
        self.assertFalse(numbers["L1"]["expiration_date"])
        self.assertEqual(
            fields.Datetime.to_datetime(numbers["L2"]["expiration_date"]), self.expiration
        )
