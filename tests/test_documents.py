"""Numbers on the invoice, and on what a till loads to print a receipt again."""

from datetime import timedelta

from odoo import fields, tools
from odoo.tests import new_test_user, tagged

from .against_core.common import STOCK_USER, AcceptanceCase


@tagged("post_install", "-at_install")
class TestDocuments(AcceptanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk = cls._product("Milk", tracking="lot", use_expiration_date=True)
        cls._put(cls.milk, {"L1": 10, "L2": 10})
        cls._lot(cls.milk, "L1").expiration_date = False
        cls.expiration = fields.Datetime.now().replace(microsecond=0) + timedelta(days=100)
        cls._lot(cls.milk, "L2").expiration_date = cls.expiration
        cls.date = cls.env["ir.qweb.field.date"].value_to_html(cls.expiration.date(), {})

    def _sell_two_lots(self, **values):
        line = self._line(self.milk, 5)
        line["pack_lot_ids"] = [
            (0, 0, {"lot_name": "L1", "quantity": 2}),
            (0, 0, {"lot_name": "L2", "quantity": 3}),
        ]
        return self._sell(line, **values)

    def _print(self, report, record):
        """A report's text, in the order of the page, as the record's user gets it."""
        reports = record.env["ir.actions.report"]
        html = reports._render_qweb_html(report, record.ids)[0].decode()
        text = " ".join(tools.html2plaintext(html).split())
        return text.split(" [1] data:")[0]  # without the logo

    def _print_numbers(self, order, user):
        self._fresh()
        return self._print("pos_lot_traceability.report_order_numbers", order.with_user(user))

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
        text = self._print("account.report_invoice_with_payments", invoice)
        self.assertIn(f"L2 (exp. {self.date}", text)

    def test_invoice_of_many_serials(self):
        """Thirty serials, the longest name there is: each stands on the invoice, once and whole."""
        phone = self._product("Phone")
        names = [f"SERIAL-{number:02}" for number in range(29)] + ["X" * 128]
        self._put(phone, names)
        order = self._sell(
            self._line(phone, 30, names), partner_id=self.customer.id, to_invoice=True
        )
        text = self._print("account.report_invoice_with_payments", order.account_move)
        for name in names:
            self.assertEqual(text.split().count(name), 1, name)

    def test_receipt_by_mail(self):
        """The mail of a sale goes out, with its receipt, whatever its numbers."""
        order = self._sell_two_lots(partner_id=self.customer.id)
        pixel = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="
        order.with_user(self.cashier).action_send_receipt("ada@example.com", pixel, False)
        self.assertEqual(order.email, "ada@example.com")
        receipt = [
            ("res_model", "=", "pos.order"),
            ("res_id", "=", order.id),
            ("name", "like", "Receipt-"),
        ]
        self.assertTrue(self.env["ir.attachment"].search(receipt))

    def test_rounded_to_cash(self):
        """Cash rounding changes what is paid, and nothing about numbers."""
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "To five",
                "rounding": 5,
                "strategy": "add_invoice_line",
                "profit_account_id": self.env["account.account"]
                .search([("account_type", "=", "income")], limit=1)
                .id,
                "loss_account_id": self.env["account.account"]
                .search([("account_type", "=", "expense")], limit=1)
                .id,
            }
        )
        self.till.write({"cash_rounding": True, "rounding_method": rounding.id})
        line = self._line(self.milk, 1)
        line["pack_lot_ids"] = [(0, 0, {"lot_name": "L1", "quantity": 1})]
        paid = self._paid(line)
        paid["amount_paid"] = paid["payment_ids"][0][2]["amount"] = (
            round(paid["amount_total"] / 5) * 5
        )
        order = self._sync(paid)
        self.assertIn(order.state, ("paid", "done"))
        self.assertEqual(order.lines.pack_lot_ids.lot_name, "L1")
        self.assertFalse(order.lines.pack_lot_ids.flag_ids)
        self.assertStock(self.milk, {"L1": 9, "L2": 10}, {"L1": 1})

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

    def test_numbers_report(self):
        """Product by product: its numbers, quantities with units, dates, and what is missing."""
        phone = self._product("Phone")
        self._put(phone, ["SN1"])
        bottle = self._line(self.milk, 6)
        bottle["pack_lot_ids"] = [
            (0, 0, {"lot_name": "L1", "quantity": 2}),
            (0, 0, {"lot_name": "L2", "quantity": 3}),
        ]
        order = self._sell(bottle, self._line(phone, 1, ["SN1"]), partner_id=self.customer.id)
        inventory = new_test_user(self.env, login="inventory_only", groups=STOCK_USER)
        for user in (self.cashier, inventory):
            with self.subTest(user=user.login):
                text = self._print_numbers(order, user)
                self.assertIn(order.name, text)
                self.assertIn("Customer* Ada", text)
                rows = [
                    "Milk 6.00 Units",
                    "L1 2.00 Units",
                    f"L2 3.00 Units {self.date}",
                    "Not assigned yet 1.00 Units",
                    "Phone 1.00 Units",
                    "SN1 1.00 Units",
                ]
                self.assertEqual([row for row in rows if row not in text], [], text)
                places = [text.index(row) for row in rows]
                self.assertEqual(places, sorted(places))
                self.assertNotIn("to be confirmed", text)

    def test_numbers_report_of_what_waits(self):
        """A number that moves nothing as it is does not pass for the one that was sold."""
        phone = self._product("Phone")
        self._put(phone, ["SN1"])
        self._sell(self._line(phone, 1, ["SN1"]))
        order = self._sell(self._line(phone, 1, ["SN1"]))
        self.assertIn("SN1 (to be confirmed)", self._print_numbers(order, self.cashier))

    def test_numbers_report_without_numbers(self):
        """An order of untracked products says so."""
        order = self._sell(self._line(self._product("Bag", tracking="none")))
        text = self._print_numbers(order, self.cashier)
        self.assertIn("Nothing on this order has a Lot/Serial Number", text)
        self.assertNotIn("Bag", text)

    def test_numbers_report_is_text(self):
        """Long names and names that look like markup are printed as they are."""
        name = "<i>" + "W" * 120 + "</i>"
        phone = self._product("Phone")
        self._put(phone, {None: 1})
        order = self._sell(self._line(phone, 1, [name]))
        self.assertIn(name, self._print_numbers(order, self.cashier))
