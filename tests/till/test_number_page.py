from odoo.tests import tagged

from .common import TillCase


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestNumberPageOnReceipt(TillCase):
    """The receipt's QR code and the contact for product safety, as a cashier uses them."""

    def _contacts(self, order):
        return self.env["pos.safety.contact"].search([("order_id", "=", order.id)])

    def test_receipt_and_contact(self):
        """The code opens the page of that sale; a contact is noted without a customer."""
        self.config.number_page = True
        self.put_in_stock(self.phone, "SN1")
        order = self.sell("number_page_on_receipt")
        self.assertFalse(order.partner_id)
        self.assertEqual(self._contacts(order).mapped("phone"), ["0612345678"])
        answer = self.url_open(f"/pos/numbers/{order.number_page_token}")
        self.assertIn("SN1", answer.text)

    def test_offline(self):
        """A receipt printed without the server has the code; the contact follows its order."""
        self.config.number_page = True
        self.put_in_stock(self.phone, "SN1")
        order = self.sell("number_page_offline")
        self.assertEqual(len(order.number_page_token), 22)
        self.assertEqual(self._contacts(order).mapped("email"), ["bo@example.com"])

    def test_switched_off(self):
        self.put_in_stock(self.phone, "SN1")
        order = self.sell("number_page_off")
        self.assertFalse(order.number_page_token)
