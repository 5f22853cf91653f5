"""Scans on the product screen, with real keys, by a cashier with POS rights only."""

from odoo.tests import tagged

from ...number.warranty import get_day
from .common import TillCase


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestScanning(TillCase):
    def test_on_the_product_screen(self):
        """Serials, lots, a reference, a number of two products, a sold one, and unknown ones."""
        for name in ("SN1", "SN2", "2250X17", "BOTH", "SN5", "SN6"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.phone, "SN4").ref = "SECOND-IMEI"
        self.put_in_stock(self.tablets, "LOT-A", 5)
        self.put_in_stock(self.tablets, "BOTH", 5)
        customers = self.env.ref("stock.stock_location_customers")
        self.put_in_stock(self.phone, "GONE1", 1, customers)
        order = self.sell("numbers_scan_on_product_screen")
        self.assert_numbers(
            order,
            {
                **dict.fromkeys(("SN1", "SN2", "2250X17", "SN4", "SN5", "SN6", "GONE1"), 1),
                "LOT-A": 2,
                "BOTH": 1,
            },
        )
        self.assertEqual(order.lines.mapped("qty"), [7, 3])
        self.assertEqual(order.lines.mapped("discount"), [0, 0])
        numbers = order.lines.pack_lot_ids
        self.assertEqual(set(numbers.mapped("origin")), {"scanned"})
        flags = {number.lot_name: number.flag_ids.mapped("code") for number in numbers}
        self.assertEqual(flags.pop("GONE1"), ["duplicate"])
        self.assertFalse(any(flags.values()), flags)

    def test_undo(self):
        """The last scan is taken back: on the product screen, and in the popup."""
        for name in ("SN1", "SN2", "SN3", "SN4"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 5)
        order = self.sell("numbers_scan_undone")
        self.assert_numbers(order, {"SN1": 1, "SN2": 1, "SN3": 1, "LOT-A": 1})
        self.assertEqual(order.lines.mapped("qty"), [3, 1])

    def test_refund(self):
        """Orders are found by number; a scanned unit opens its sale, chosen to come back."""
        for name in ("SN1", "SN2", "SN3", "SN9"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 5)
        sale, other, refund = self.sell("numbers_refund_by_scan")
        self.assertEqual(refund.lines.refunded_orderline_id.order_id, sale)
        self.assertEqual(refund.lines.qty, -2)
        self.assert_numbers(refund, {"SN1": 1, "SN2": 1})
        self.assertFalse(refund.lines.pack_lot_ids.flag_ids)
        self.assert_numbers(other, {"LOT-A": 1})

    def test_refund_without_focus(self):
        """Units scanned with the focus nowhere: these come back, their digits are no quantity."""
        names = ("SN1", "SN2", "356938035643809")
        for name in (*names, "SN3"):
            self.put_in_stock(self.phone, name)
        sale, scanned, typed = self.sell("numbers_refund_by_scan_without_focus")
        self.assertEqual((scanned | typed).lines.refunded_orderline_id, sale.lines)
        self.assertEqual((scanned | typed).lines.mapped("qty"), [-3, -1])
        self.assert_numbers(scanned, dict.fromkeys(names, 1))
        self.assert_numbers(typed, {"SN3": 1})
        self.assert_on_hand(self.phone, "SN3", 1)

    def test_refund_from_trace(self):
        """Trace's Refund chooses the unit that it shows, on whatever screen it was opened."""
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        sale, refund = self.sell("numbers_refund_from_trace")
        self.assertEqual(refund.lines.refunded_orderline_id, sale.lines)
        self.assertEqual(refund.lines.qty, -2)
        self.assert_numbers(refund, {"SN2": 1, "SN3": 1})

    def test_exchange_in_one_order(self):
        """What comes back and what is sold stand on lines of their own, each with its numbers."""
        for name in ("SN1", "SN2"):
            self.put_in_stock(self.phone, name)
        customers = self.env.ref("stock.stock_location_customers")
        self.put_in_stock(self.phone, "GONE1", 1, customers)
        order = self.sell("numbers_exchange_in_one_order")
        lines = {line.qty: set(line.pack_lot_ids.mapped("lot_name")) for line in order.lines}
        self.assertEqual(lines, {-1: {"GONE1"}, 2: {"SN1", "SN2"}})
        self.assertEqual(order.amount_total, 100)
        self.assertFalse(order.lines.pack_lot_ids.flag_ids)
        self.assert_on_hand(self.phone, "GONE1", 1)
        self.assert_on_hand(self.phone, "SN1", 0)

    def test_refund_of_a_sale_not_sent(self):
        """A unit that was sold while the server was out of reach comes back as any other."""
        self.put_in_stock(self.phone, "SN1")
        sale, refund = self.sell("numbers_refund_of_a_sale_not_sent")
        self.assertEqual(refund.lines.refunded_orderline_id, sale.lines)
        self.assert_numbers(refund, {"SN1": 1})
        self.assertFalse((sale | refund).lines.pack_lot_ids.flag_ids)

    def test_scanner_check(self):
        """The sheet can be read, the dialog says what the scanner does, the shop learns from it."""
        self.put_in_stock(self.tablets, "P2409", 5)
        order = self.sell("numbers_scanner_check")
        self.assertEqual(self.config.scanner_separator, "~")
        self.assert_numbers(order, {"P2409": 1})

    def test_gs1(self):
        """Element strings, printed text, an address, FNC1 as Ctrl+], a carton, a weight, dates."""
        self.cream.use_expiration_date = True
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "P2409", 20)
        self.put_in_stock(self.cream, "C1", 5).expiration_date = "2049-10-01 12:00:00"
        self.env["product.uom"].create(
            {
                "product_id": self.tablets.id,
                "uom_id": self.env.ref("uom.product_uom_dozen").id,
                "barcode": "15901234123461",
            }
        )
        order = self.sell("numbers_scan_gs1")
        self.assertEqual(order.lines.mapped("qty"), [3, 15, 1, 1.25, 1])
        numbers = [
            (number.lot_name, number.quantity) for number in order.lines.pack_lot_ids.sorted("id")
        ]
        self.assertEqual(
            sorted(numbers),
            [
                *(("C1", 1), ("C1", 1.25), ("C2", 1), ("P2409", 15)),
                *(("SN1", 1), ("SN2", 1), ("SN3", 1)),
            ],
        )
        known, _weighed, new = order.lines.filtered(
            lambda line: line.product_id == self.cream
        ).pack_lot_ids.sorted("id")
        zone = order._get_shop_zone()
        self.assertEqual(str(get_day(new.lot_id.expiration_date, zone)), "2049-12-31")
        self.assertEqual(str(get_day(known.lot_id.expiration_date, zone)), "2049-10-01")
        self.assertEqual(known.flag_ids.mapped("code"), ["other_date"])
        self.assertNotIn("other_date", new.flag_ids.mapped("code"))

    def test_fifty_in_a_row(self):
        """Scans at 2 ms a key, back to back: none is lost."""
        names = [f"UNIT{number:03}" for number in range(50)]
        for name in names:
            self.put_in_stock(self.phone, name)
        order = self.sell("numbers_scan_fifty")
        self.assertEqual(order.lines.qty, 50)
        self.assert_numbers(order, dict.fromkeys(names, 1))

    def test_product_not_loaded(self):
        """Its barcode and its serial at once; and a lone lot of such a product."""
        self.put_in_stock(self.phone, "SN1")
        self.put_in_stock(self.cream, "C1-CREAM", 5)
        self.env["ir.config_parameter"].sudo().set_param("point_of_sale.limited_product_count", "1")
        self.tablets.is_favorite = True  # it is the one that is loaded
        order = self.sell("numbers_scan_of_a_product_not_loaded")
        self.assert_numbers(order, {"SN1": 1, "C1-CREAM": 1})

    def test_scans_elsewhere(self):
        """A scan where no product is sold adds nothing; a long number is whole on every receipt."""
        long_number = f"L{'0123456789' * 5}ABCDEFGHI"
        names = [*(f"UNIT{number:02}" for number in range(1, 29)), "SN30", long_number]
        for name in (*names, "SN31"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 5)
        self.env["res.partner"].create({"name": "Ada Lovelace"})
        accounts = self.env["account.account"]
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "To five",
                "rounding": 5,
                "strategy": "add_invoice_line",
                "profit_account_id": accounts.search([("account_type", "=", "income")], limit=1).id,
                "loss_account_id": accounts.search([("account_type", "=", "expense")], limit=1).id,
            }
        )
        self.config.write(
            {
                "cash_rounding": True,
                "only_round_cash_method": True,
                "rounding_method": rounding.id,
            }
        )
        sale, refund = self.sell("numbers_scanned_elsewhere")
        self.assert_numbers(sale, {**dict.fromkeys(names, 1), "LOT-A": 1})
        self.assertEqual(sale.lines.mapped("qty"), [30, 1])
        self.assertEqual((sale.amount_total, sale.amount_paid), (3012, 3010))
        self.assertEqual(sale.email, "ada@example.com")
        mail = [("res_model", "=", "pos.order"), ("res_id", "=", sale.id)]
        self.assertTrue(self.env["ir.attachment"].search([*mail, ("name", "like", "Receipt-")]))
        self.assert_numbers(refund, {long_number: 1})
        self.assertFalse((sale | refund).lines.pack_lot_ids.flag_ids)
        self.assertFalse(sum((sale | refund).mapped("waiting_number_qty")))
        self.assert_on_hand(self.phone, long_number, 1)
        self.assert_on_hand(self.phone, "UNIT01", 0)
        self.assert_on_hand(self.phone, "SN31", 1)
        self.assertFalse(sale.session_id.statement_line_ids, "nothing went out of the drawer")

    def test_search(self):
        """A number in the search box finds its product, which comes with it."""
        for name in ("SN-ONE", "SN-TWO"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "234123457")  # in the phone's barcode
        order = self.sell("numbers_search")
        self.assert_numbers(order, {"SN-ONE": 1, "SN-TWO": 1, "234123457": 1})
