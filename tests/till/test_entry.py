from datetime import timedelta

from odoo import api, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...controllers.scanner_sheet import CODE128
from .common import TillCase


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestNumberEntry(TillCase):
    """What a cashier types or scans is what the order has and what the stock moves."""

    def test_three_serials_typed(self):
        """Three serials need four Enters, raise the line to three and leave the shop."""
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        order = self.sell("numbers_three_serials_typed")
        self.assertEqual(order.lines.qty, 3)
        self.assert_numbers(order, {"SN1": 1, "SN2": 1, "SN3": 1})
        self.assertEqual(set(order.lines.pack_lot_ids.mapped("origin")), {"typed"})
        self.assert_moved(order, {(f"SN{i}", self.stock): 1 for i in (1, 2, 3)})
        self.assert_on_hand(self.phone, "SN1", 0)

    def _test_fifty_scanned(self, suffix):
        codes = [f"IMEI3512345678{i:02}" for i in range(50)]
        for code in codes:
            self.put_in_stock(self.phone, code)
        order = self.sell(f"numbers_fifty_scanned_{suffix}")
        self.assertEqual(order.lines.qty, 50)
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), codes)
        self.assertEqual(set(order.lines.pack_lot_ids.mapped("origin")), {"scanned"})
        self.assert_moved(order, {(code, self.stock): 1 for code in codes})

    def test_fifty_scanned_with_enter(self):
        """50 codes at 2 ms a key, back to back: none lost, merged or doubled."""
        self._test_fifty_scanned("enter")

    def test_fifty_scanned_with_tab(self):
        """The same with a scanner that ends with Tab."""
        self._test_fifty_scanned("tab")

    def test_fifty_scanned_without_suffix(self):
        """The same with a scanner that ends with nothing but a pause."""
        self._test_fifty_scanned("none")

    def test_exact_number_wins(self):
        """SN1 is SN1, though SN10 and SN11 are on hand as well."""
        for name in ("SN10", "SN1", "SN11"):
            self.put_in_stock(self.phone, name)
        order = self.sell("numbers_exact_wins")
        self.assert_numbers(order, {"SN1": 1})
        self.assert_moved(order, {("SN1", self.stock): 1})
        self.assert_on_hand(self.phone, "SN10", 1)

    def test_new_number_beside_a_longer_one(self):
        """With only SN10 on hand SN1 is a new number, flagged as unknown."""
        self.put_in_stock(self.phone, "SN10")
        order = self.sell("numbers_exact_wins")
        self.assert_numbers(order, {"SN1": 1})
        self.assert_on_hand(self.phone, "SN10", 1)
        self.assert_on_hand(self.phone, "SN1", -1)
        self.assertEqual(order.lines.pack_lot_ids.flag_ids.mapped("code"), ["unknown"])

    def test_letter_case_blanks_and_doubles(self):
        """` sn1 ` is SN1; entered again it is refused and the text gives way to the next."""
        self.put_in_stock(self.phone, "SN1")
        order = self.sell("numbers_letter_case_and_blanks")
        self.assert_numbers(order, {"SN1": 1})
        self.assert_moved(order, {("SN1", self.stock): 1})

    def test_scan_before_the_popup(self):
        """A scan begun with the click, and one with the focus elsewhere, reach the popup."""
        (self.tablets | self.cream).write({"available_in_pos": True})
        codes = ["IMEI351234567", "IMEI351234568", "IMEI351234569"]
        for code in codes:
            self.put_in_stock(self.phone, code)
        self.phone.is_favorite = True  # the first card
        order = self.sell("numbers_scan_before_popup")
        self.assertEqual(order.lines.qty, 3)
        self.assert_numbers(order, dict.fromkeys(codes, 1))
        self.assert_moved(order, {(code, self.stock): 1 for code in codes})

    def test_gs1_in_the_popup(self):
        """A GS1 code scanned into the popup gives its serial, never itself as a number."""
        for name in ("SN1", "SN4"):
            self.put_in_stock(self.phone, name)
        order = self.sell("numbers_gs1_in_the_popup")
        self.assert_numbers(order, {"SN1": 1, "SN4": 1})
        self.assert_moved(order, {("SN1", self.stock): 1, ("SN4", self.stock): 1})

    def test_run_of_serials(self):
        """Consecutive serials are one text in popup and cart, and each one on the receipt."""
        names = [f"R{number:06}" for number in range(700, 822)]
        for name in names:
            self.put_in_stock(self.phone, name)
        order = self.sell("numbers_run")
        self.assert_numbers(order, dict.fromkeys(names, 1))

    def test_surplus_and_fill(self):
        """Buttons beside a surplus; Fill says what it takes before it takes it."""
        for name in ("SN1", "SN2", "SN3", "SN4", "SN5"):
            self.put_in_stock(self.phone, name)
        for name in ("LOT-A", "LOT-B"):
            self.put_in_stock(self.tablets, name, 10)
        order = self.sell("numbers_surplus_and_fill")
        serials = dict.fromkeys(("SN1", "SN2", "SN3", "SN4", "SN5"), 1)
        self.assert_numbers(order, {**serials, "LOT-A": 6, "LOT-B": 2})
        self.assertEqual(order.lines.mapped("qty"), [8, 5])
        self.assertFalse(order.lines.pack_lot_ids.flag_ids)

    def test_decimal_comma(self):
        """A cashier who writes quantities as in most of Europe."""
        self.put_in_stock(self.cream, "C1", 5)
        self.env.ref("base.lang_en").write({"decimal_point": ",", "thousands_sep": "."})
        order = self.sell("numbers_with_decimal_comma")
        self.assert_numbers(order, {"C1": 1.25})
        self.assertEqual(order.lines.qty, 1.25)

    def test_camera(self):
        """The popup's own camera reads a real picture of a code."""
        self.put_in_stock(self.phone, CODE128)
        order = self.sell("numbers_camera")
        self.assert_numbers(order, {CODE128: 1})
        self.assertEqual(order.lines.pack_lot_ids.origin, "scanned")

    def test_next_product(self):
        """The next product's code leaves a complete popup; nothing that follows it is lost."""
        for name in ("SN1", "SN2", "SN3", "SN4", "SN5"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 5)
        self._add_product("Strap", "none", 5, "5901234123488")
        order = self.sell("numbers_next_product")
        self.assert_numbers(
            order, {**dict.fromkeys(("SN1", "SN2", "SN3", "SN4", "SN5"), 1), "LOT-A": 2}
        )
        self.assertEqual(
            sorted((line.product_id.name, line.qty) for line in order.lines),
            [("Phone (serial)", 5), ("Strap", 1), ("Tablets (lot)", 2)],
        )

    def test_awkward_entries(self):
        """Short lots into a quantity, a held key, `1,5`, a refused range; what is shipped later."""
        self.put_in_stock(self.cream, "12345", 5)
        self.put_in_stock(self.cream, "TEA-A", 3)
        self.put_in_stock(self.phone, "SN1")
        self.put_in_stock(self.phone, "SN2")
        self.config.ship_later = True
        country = self.env.ref("base.fr")
        address = {"street": "1 Quai", "city": "Lyon", "country_id": country.id}
        self.cashier.partner_id.write(address)
        sale, shipped = self.sell("numbers_awkward_entries")
        wide = "WM" * 20
        sold = {"12345": 2, "TEA-A": 1.5, "SN1": 1, "constructor": 1, wide: 1}
        self.assert_numbers(sale, sold)
        self.assertEqual(sorted(sale.lines.mapped("qty")), [3, 3.5])
        self.assert_moved(sale, {(name, self.stock): quantity for name, quantity in sold.items()})
        numbers = {number.lot_name: number for number in sale.lines.pack_lot_ids}
        typed = numbers.pop("constructor")
        self.assertEqual(typed.origin, "typed")
        self.assertEqual({number.origin for number in numbers.values()}, {"scanned"})
        self.assertEqual((typed | numbers.pop(wide)).flag_ids.mapped("code"), ["unknown"])
        self.assertFalse(any(number.flag_ids for number in numbers.values()))
        products = self.phone | self.cream | self.tablets
        lots = self.env["stock.lot"].search([("product_id", "in", products.ids)])
        self.assertEqual(set(lots.mapped("name")), {*sold, "SN2"}, "nothing else was made")
        self.assert_on_hand(self.phone, "SN2", 1)
        self.assertTrue(shipped.shipping_date)
        self.assert_numbers(shipped, {})
        self.assertFalse(shipped.waiting_number_qty)
        self.assert_moved(shipped, {})

    def test_server_hangs(self):
        """Checks that take too long, a refusal, 1,200 units, an order that others take away."""
        serials = [f"SN{number}" for number in range(1, 8)]
        for name in serials:
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 1500)
        self.put_in_stock(self.cream, "C1", 5)
        shop = type(self.config)
        propose = shop.propose_numbers_for
        counted = "Cream is being counted."

        @api.readonly
        def propose_unless_cream(config, product_id, *args, **kwargs):
            if product_id == self.cream.id:
                raise UserError(counted)
            return propose(config, product_id, *args, **kwargs)

        self.patch(shop, "propose_numbers_for", propose_unless_cream)
        with mute_logger("odoo.http"):  # the refusal
            first, last = self.sell("numbers_server_hangs")
        sold = {**dict.fromkeys(serials[:4], 1), "C1": 1, "LOT-A": 1200}
        self.assert_numbers(first, sold)
        self.assert_moved(first, {(name, self.stock): quantity for name, quantity in sold.items()})
        self.assert_numbers(last, {"SN7": 1})
        self.assert_moved(last, {("SN7", self.stock): 1})
        self.assertFalse((first | last).lines.pack_lot_ids.flag_ids)
        self.assertFalse((first | last).lines.filtered("waiting_number_qty"))
        orders = first.session_id.order_ids
        self.assertEqual(sorted(orders.mapped("state")), ["cancel", "paid", "paid"])
        for name in ("SN5", "SN6"):
            self.assert_on_hand(self.phone, name, 1)
        self.assert_on_hand(self.tablets, "LOT-A", 300)


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestRedAndGreen(TillCase):
    """The list button tells the truth, and payment asks once."""

    def test_red_and_green(self):
        """Numpad, applying, removing, Esc, two reloads and completing at payment."""
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        order = self.sell("numbers_red_and_green")
        self.assertEqual(order.lines.qty, 3)
        self.assert_numbers(order, {"SN1": 1, "SN2": 1, "SN3": 1})
        self.assert_moved(order, {(f"SN{i}", self.stock): 1 for i in (1, 2, 3)})

    def test_checkout_with_missing_numbers(self):
        """The sale goes through; what has no number waits and reserves nothing."""
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        order = self.sell("numbers_checkout_with_missing")
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.lines.mapped("qty"), [3, 1])
        self.assert_moved(order, {("SN1", self.stock): 1})
        waiting = self.env["stock.picking"].search([("pos_numbers_order_id", "=", order.id)])
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in waiting.move_ids},
            {self.phone: 2, self.tablets: 1},
        )
        self.assertFalse(waiting.move_line_ids)
        self.assert_on_hand(self.phone, "SN2", 1)

    def test_fast_payment_asks_too(self):
        """The one-click payment asks the same question, once."""
        self.config.fast_payment_method_ids = self.bank_method
        self.config.use_fast_payment = True
        order = self.sell("numbers_fast_payment_with_missing")
        self.assertEqual(order.state, "paid")
        self.assert_numbers(order, {})

    def test_refusing_shop(self):
        """A shop that refuses: no payment without numbers, no expired lot, no new number."""
        self.config.write(
            {
                "missing_number_policy": "block",
                "expired_number_policy": "block",
                "number_creation": False,
            }
        )
        self.put_in_stock(self.phone, "SN1")
        self.tablets.use_expiration_date = True
        old = self.put_in_stock(self.tablets, "OLD", 5)
        old.expiration_date = fields.Datetime.now() - timedelta(days=1)
        fresh = self.put_in_stock(self.tablets, "LOT-A", 5)
        fresh.expiration_date = fields.Datetime.now() + timedelta(days=100)
        order = self.sell("numbers_blocked")
        self.assert_numbers(order, {"SN1": 1, "LOT-A": 1})
        self.assertFalse(order.lines.pack_lot_ids.flag_ids)

    def test_reload_while_paying(self):
        """The till opens again where it was, and asks nothing where nothing is missing."""
        self.put_in_stock(self.phone, "SN1")
        order = self.sell("numbers_reload_while_paying")
        self.assert_numbers(order, {"SN1": 1})

    def test_refusing_shop_refunds(self):
        """No refund without its number either: from the order list, or after a reload."""
        self.config.missing_number_policy = "block"
        for name in ("SN1", "SN2"):
            self.put_in_stock(self.phone, name)
        sale, refund = self.sell("numbers_blocked_refund")
        self.assertTrue(refund.is_refund)
        self.assertEqual(refund.lines.refunded_orderline_id, sale.lines, "known after a reload")
        self.assertEqual(refund.lines.qty, -1)
        self.assert_numbers(refund, {"SN2": 1})
        self.assertFalse(refund.lines.pack_lot_ids.flag_ids)
        self.assertFalse(refund.lines.waiting_number_qty)

    def test_silent_shop_that_proposes(self):
        """A shop that says nothing and proposes: the popup opens filled, payment asks nothing."""
        self.config.write({"missing_number_policy": "silent", "propose_numbers": True})
        self.put_in_stock(self.phone, "SN1")
        order = self.sell("numbers_silent_and_proposed")
        self.assertEqual(order.lines.waiting_number_qty, 1)
        self.assert_numbers(order, {})

    def test_two_lots_one_on_two_shelves(self):
        """8 units of two lots, one of them on two shelves: that is what moves, at one price."""
        self.put_in_stock(self.tablets, "LOT-A", 2)
        self.put_in_stock(self.tablets, "LOT-A", 3, self.shelf)
        self.put_in_stock(self.tablets, "LOT-B", 10)
        order = self.sell("numbers_two_lots")
        self.assertEqual(len(order.lines), 1)
        self.assertEqual(order.lines.qty, 8)
        self.assertEqual(order.amount_total, 80)
        self.assert_numbers(order, {"LOT-A": 4, "LOT-B": 4})
        self.assert_on_hand(self.tablets, "LOT-A", 1)
        self.assert_on_hand(self.tablets, "LOT-B", 6)
        negative = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.tablets.id),
                ("location_id", "child_of", self.stock.id),
                ("quantity", "<", 0),
            ]
        )
        self.assertFalse(negative)

    def test_decimal_lot(self):
        """0.75 kg with 0.5 of it numbered: half a kilo moves, a quarter waits."""
        self.put_in_stock(self.cream, "C-1", 3)
        order = self.sell("numbers_decimal_lot")
        self.assertEqual(order.lines.qty, 0.75)
        self.assert_numbers(order, {"C-1": 0.5})
        self.assert_moved(order, {("C-1", self.stock): 0.5})
        waiting = self.env["stock.picking"].search([("pos_numbers_order_id", "=", order.id)])
        self.assertEqual(waiting.move_ids.product_uom_qty, 0.25)

    def test_serials_are_sold_in_whole_units(self):
        """1.5 units of a serial product stay red; 2 are green again."""
        for name in ("SN1", "SN2"):
            self.put_in_stock(self.phone, name)
        order = self.sell("numbers_serial_in_whole_units")
        self.assertEqual(order.lines.qty, 2)
        self.assert_moved(order, {("SN1", self.stock): 1, ("SN2", self.stock): 1})

    def test_offline_sale(self):
        """A number entered without a network is sold once the network is back, once."""
        for name in ("SN1", "SN2"):
            self.put_in_stock(self.phone, name)
        order = self.sell("numbers_offline")
        self.assertEqual(len(order), 1)
        self.assert_numbers(order, {"SN1": 1, "SN2": 1})
        self.assert_moved(order, {("SN1", self.stock): 1, ("SN2", self.stock): 1})

    def test_lost_answer_and_reload(self):
        """Reloaded, paid, answer lost, reloaded, sent again: one order, each number once."""
        for name in ("SN1", "SN2"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 5)
        order = self.sell("numbers_lost_answer")
        self.assertEqual(len(order), 1)
        self.assert_numbers(order, {"SN1": 1, "SN2": 1, "LOT-A": 1})
        self.assert_moved(
            order,
            {("SN1", self.stock): 1, ("SN2", self.stock): 1, ("LOT-A", self.stock): 1},
        )

    def test_reload_at_once(self):
        """A till that is loaded anew in the moment of a change has kept that change."""
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 5)
        order = self.sell("numbers_reload_at_once")
        self.assert_numbers(order, {"SN1": 1, "SN3": 1, "LOT-A": 1})
        self.assertEqual(sum(order.lines.mapped("waiting_number_qty")), 1)

    def test_split_bill(self):
        """A bill is split: each guest's units take their numbers along, each number once."""
        if "restaurant.floor" not in self.env:
            self.skipTest("needs pos_restaurant")
        self.config.write({"module_pos_restaurant": True, "iface_splitbill": True})
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 10)
        orders = self.sell("numbers_split_bill")
        self.assertEqual(len(orders), 2)
        sold = [
            {number.lot_name: number.quantity for number in order.lines.pack_lot_ids}
            for order in orders
        ]
        self.assertEqual(
            sorted(sold, key=len), [{"SN1": 1, "LOT-A": 1}, {"SN2": 1, "SN3": 1, "LOT-A": 3}]
        )
        self.assertFalse(sum(orders.lines.mapped("waiting_number_qty")))
        self.assert_on_hand(self.tablets, "LOT-A", 6)

    def test_refund_asks_which_one(self):
        """One of two comes back: the cashier says which, and that one is in stock again."""
        for name in ("SN1", "SN2"):
            self.put_in_stock(self.phone, name)
        sale, refund = self.sell("numbers_refund_one_of_two")
        self.assert_numbers(sale, {"SN1": 1, "SN2": 1})
        self.assertEqual(refund.lines.qty, -1)
        self.assert_numbers(refund, {"SN2": 1})
        self.assert_on_hand(self.phone, "SN1", 0)
        self.assert_on_hand(self.phone, "SN2", 1)


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestPhone(TillCase):
    """The same on a screen of 390 px."""

    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        """Enter, see on the product screen that something is missing, complete, pay."""
        for name in ("SN1", "SN2"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 5)
        order = self.sell("numbers_on_a_phone")
        self.assert_numbers(order, {"SN1": 1, "LOT-A": 1})
        self.assert_moved(order, {("SN1", self.stock): 1, ("LOT-A", self.stock): 1})
