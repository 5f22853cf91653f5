"""What is learnt of scanners, and the sheet that they are checked with."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestScannerCheck(AssignmentCase):
    def test_cashier_keeps_a_separator(self):
        config = self.till.with_user(self.cashier)
        config.keep_scanner_separator("~")
        self.assertEqual(self.till.scanner_separator, "~")
        gtin = self.phone.barcode = "9506000134352"
        answer = config.find_numbers_by_text(f"01{gtin.zfill(14)}10P2409~21SN-7")
        self.assertEqual([each["name"] for each in answer["choices"]], ["SN-7"])

    def test_what_numbers_may_hold_separates_nothing(self):
        config = self.till.with_user(self.cashier)
        for text in ("", "-", "A1", " ", "~ ", "~" * 9, "\n~", None, 7, ["~"]):
            with self.subTest(text), self.assertRaises(UserError):
                config.keep_scanner_separator(text)
        with self.assertRaises(ValidationError):
            self.till.scanner_separator = "1"
        self.assertFalse(self.till.scanner_separator)

    def test_others_do_not(self):
        clerk = new_test_user(self.env, "scanner_clerk", groups="stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.till.with_user(clerk).keep_scanner_separator("~")
        with self.assertRaises(AccessError):
            self.till.with_user(self.cashier).write({"scanner_separator": "~"})


@tagged("post_install", "-at_install")
class TestScannerSheet(HttpCase):
    def test_who_sees_it(self):
        url = "/pos_lot_traceability/scanner_sheet"
        new_test_user(self.env, "sheet_cashier", groups="point_of_sale.group_pos_user")
        new_test_user(self.env, "sheet_stranger", groups="base.group_user")
        self.authenticate("sheet_cashier", "sheet_cashier")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.text.count("<img"), 5)
        self.authenticate("sheet_stranger", "sheet_stranger")
        self.assertEqual(self.url_open(url).status_code, 404)
