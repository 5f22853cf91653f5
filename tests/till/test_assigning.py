from odoo.tests import new_test_user, tagged

from ..against_core.common import POS_USER, STOCK_USER, AcceptanceCase
from .browser import driven_browser
from .common import TillCase

REVIEW = "/odoo/pos-number-review"
WORKLIST = "/odoo/pos-numbers-to-assign"


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestAssigning(TillCase):
    """What an inventory user without any Point of Sale right does at the end of a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inventory = new_test_user(cls.env, "numbers_inventory", name="Ines", groups=STOCK_USER)
        cls.customer = cls.env["res.partner"].create({"name": "Ada"})

    def setUp(self):
        super().setUp()
        self.shop = AcceptanceCase("run")
        self.shop.env, self.shop.till, self.shop.cashier = self.env, self.config, self.cashier

    def _sell(self, *baskets):
        """Orders as the till sends them: each a list of numbers, and how many phones."""
        if not self.config.current_session_id:
            self.config.with_user(self.cashier).open_ui()
            self.config.current_session_id.set_opening_control(0, "")
        payloads = [
            self.shop._paid(
                self.shop._line(self.phone, quantity, numbers), partner_id=self.customer.id
            )
            for numbers, quantity in baskets
        ]
        self.env["pos.order"].with_user(self.cashier).sync_from_ui(payloads)
        uuids = [payload["uuid"] for payload in payloads]
        return self.env["pos.order"].search([("uuid", "in", uuids)], order="id")

    def _browse(self, path, tour, user=None):
        self.env.flush_all()
        with driven_browser():
            self.start_tour(path, tour, login=(user or self.inventory).login, timeout=150)
        self.env.invalidate_all()

    def _get_moved(self, order):
        lines = order.picking_ids.move_line_ids.filtered(lambda line: line.state == "done")
        return sorted(lines.mapped("lot_id.name"))

    # ------------------------------------------------------------------------- ten orders

    def test_ten_orders(self):
        """Ten orders without a number get theirs by scanning; whoever asks later is told it."""
        names = [f"SN{number}" for number in range(1, 11)]
        for name in names:
            self.put_in_stock(self.phone, name)
        orders = self._sell(*[([], 1)] * 10)
        self.assertEqual(sum(orders.lines.mapped("waiting_number_qty")), 10)
        self._browse(WORKLIST, "numbers_assign_ten")
        self.assertEqual(set(orders.lines.pack_lot_ids.mapped("origin")), {"later"})
        self.assertFalse(orders.lines.pack_lot_ids.flag_ids)
        self.assertFalse(sum(orders.lines.mapped("waiting_number_qty")))
        for order, name in zip(orders, names, strict=True):
            self.assert_numbers(order, {name: 1})
            self.assert_moved(order, {(name, self.stock): 1})
            self.assert_on_hand(self.phone, name, 0)
            message = order.message_ids[0]
            self.assertEqual(message.author_id, self.inventory.partner_id)
            self.assertIn(f"After: {name}", message.body)
            self._check_traced(order, order.lines.pack_lot_ids.lot_id)
        self._check_invoiced(orders[0], names[0])
        self._check_reprinted_elsewhere()

    def _check_traced(self, order, lot):
        """From the lot to the order's transfer and to its customer, as the inventory user."""
        lot = lot.with_user(self.inventory)
        self.assertEqual(lot.partner_ids, self.customer)
        report = self.env["stock.traceability.report"].with_user(self.inventory)
        rows = report.with_context(model="stock.lot", active_id=lot.id).get_lines()
        sold = [row for row in rows if row["res_model"] == "stock.picking"]
        self.assertEqual([row["res_id"] for row in sold], order.picking_ids.ids)
        self.assertEqual(sold[0]["partner_id"], self.customer.id)

    def _check_invoiced(self, order, name):
        """An invoice that is first made now has the number."""
        order.action_pos_order_invoice()
        invoice = order.account_move
        self.assertEqual([v["lot_name"] for v in invoice._get_invoiced_lot_values()], [name])
        html = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice_with_payments", invoice.ids
        )[0]
        self.assertIn(f">{name}<", html.decode())

    def _check_reprinted_elsewhere(self):
        """Another till of the company prints the receipts with their numbers."""
        till = self.config.copy(
            {
                "name": "Other till",
                "payment_method_ids": [(6, 0, self.bank_method.ids)],
                # Odoo lists the orders of trusted tills only.
                "trusted_config_ids": [(6, 0, self.config.ids)],
            }
        )
        cashier = new_test_user(self.env, "other_cashier", groups=POS_USER)
        till.with_user(cashier).open_ui()
        till.current_session_id.set_opening_control(0, "")
        self._browse(f"/pos/ui/{till.id}", "numbers_reprint_ten", cashier)

    def test_round(self):
        """Skip and Assign and Next go through the list; what is pasted is looked up at once."""
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        orders = self._sell(*[([], 1)] * 3)
        self._browse(WORKLIST, "numbers_round")
        self.assertEqual(orders.lines.mapped("waiting_number_qty"), [1, 0, 1])
        self.assert_numbers(orders[1], {"SN2": 1})

    # ----------------------------------------------------------------------- a clerk's pile

    def _shops(self):
        """Three shops with warehouses of their own, the first is the one at hand."""
        shops = self.config
        for code in ("B", "C"):
            warehouse = self.env["stock.warehouse"].create({"name": f"Shop {code}", "code": code})
            shops |= self.config.copy(
                {
                    "name": f"Shop {code}",
                    "warehouse_id": warehouse.id,
                    "picking_type_id": warehouse.pos_type_id.id,
                    "payment_method_ids": [(6, 0, self.bank_method.ids)],
                }
            )
        return shops

    def _sell_at(self, shop, *baskets):
        self.shop.till, self.config = shop, shop
        return self._sell(*baskets)

    def _get_figures(self, shops):
        """Of each place that tells what waits: (units, lines) or the orders of the shops."""
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("waiting_number_qty", ">", 0), ("order_id.config_id", "in", shops.ids)]
        lines = self.env["pos.order.line"].with_user(self.inventory).search(domain)
        report = self.env["pos.number.coverage.report"].with_user(self.inventory)
        (ages,) = report._read_group(
            [("quantity_waiting", ">", 0), ("config_id", "in", shops.ids)],
            [],
            ["quantity_waiting:sum", "__count"],
        )
        moves = lines.sudo().waiting_move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        figures = (sum(lines.mapped("waiting_number_qty")), len(lines))
        self.assertEqual((ages[0] or 0, ages[1]), figures, "the ages count what the list counts")
        self.assertEqual(sum(moves.mapped("product_qty")), figures[0], "and so does the stock")
        cards = sum(shops.mapped("numbers_to_assign_count"))
        self.assertEqual(cards, len(lines.sudo().order_id), "and so do the shops' cards")
        told = [session._get_numbers_to_assign() for session in shops.current_session_id]
        amounts = [t["amounts"].split()[0] for t in told if t["orders"]]
        closing = (sum(map(float, amounts)), sum(t["orders"] for t in told))
        self.assertEqual(closing, (figures[0], cards), "and so do the closing dialogs")
        sales = lines.filtered(lambda line: line.qty > 0)
        ((without,),) = report._read_group(
            [("config_id", "in", shops.ids)], [], ["quantity_without:sum"]
        )
        self.assertEqual(without, sum(sales.mapped("waiting_number_qty")), "and so does coverage")
        return figures

    def test_clerk(self):
        """28 lines of three shops are cleared with scanner and keyboard; figures agree.

        Two numbers that were handed out crosswise are exchanged, 24 boxes and one return are
        scanned, one of them twice, and three boxes are lost and closed.
        """
        shops = self._shops()
        orders = self.env["pos.order"]
        for shop, letter in zip(shops, "ABC", strict=True):
            names = [f"{letter}{number}" for number in range(8)]
            for name in names:
                self.put_in_stock(self.phone, name, location=shop.warehouse_id.lot_stock_id)
            orders |= self._sell_at(shop, *[([], 1)] * 9)
        first = shops[0]
        for name in ("BACK1", "BACK2", "X1", "X2"):
            self.put_in_stock(self.phone, name)
        sold, crossed, other = self._sell_at(
            first, (["BACK1", "BACK2"], 2), (["X1"], 1), (["X2"], 1)
        )
        payload = self.shop._paid(
            self.shop._line(self.phone, -1, refunded_orderline_id=sold.lines.id), is_refund=True
        )
        self.env["pos.order"].with_user(self.cashier).sync_from_ui([payload])
        self.assertEqual(self._get_figures(shops), (28, 28))
        self._browse(WORKLIST, "numbers_clerk")
        lost = orders.lines.filtered("closed_number_qty")
        self.assertEqual(lost.order_id.config_id, shops, "each shop's youngest was left")
        for order in lost.order_id:
            self.assertIn("The boxes are gone", order.message_ids[0].body)
        self.assertEqual(self._get_figures(shops), (0, 0))
        self.assert_numbers(crossed, {"X2": 1})
        self.assert_numbers(other, {"X1": 1})
        for letter in "ABC":
            for number in range(8):
                self.assert_on_hand(self.phone, f"{letter}{number}", 0)
        self.assert_on_hand(self.phone, "BACK2", 1)
        self.assert_on_hand(self.phone, "BACK1", 0)
        report = self.env["pos.number.coverage.report"].with_user(self.inventory)
        ((closed,),) = report._read_group(
            [("config_id", "in", shops.ids)], [], ["quantity_closed:sum"]
        )
        self.assertEqual(closed, 3)
        for order, before in ((crossed, "X1"), (other, "X2")):
            message = order.message_ids[0]
            self.assertEqual(message.author_id, self.inventory.partner_id)
            self.assertIn(f"Before: {before}", message.body)

    # ------------------------------------------------------------------------- CSV import

    def test_import(self):
        """A file with a bad row assigns nothing and says why; corrected, it assigns all."""
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 5)
        order = self._sell(([], 3))
        messages = len(order.message_ids)
        self._browse(WORKLIST, "numbers_import_bad_file")
        self.assertFalse(order.lines.pack_lot_ids)
        self.assertEqual(order.lines.waiting_number_qty, 3)
        self.assertEqual(self._get_moved(order), [])
        self.assertEqual(len(order.message_ids), messages)
        self._browse(WORKLIST, "numbers_import_corrected")
        self.assert_numbers(order, {"SN1": 1, "SN2": 1, "SN3": 1})
        self.assertEqual(self._get_moved(order), ["SN1", "SN2", "SN3"])
        self.assertEqual(order.lines.waiting_number_qty, 0)

    # -------------------------------------------------------------------- flags to review

    def test_review(self):
        """A mistyped number is corrected, one reviewed, one taken from another warehouse."""
        self.put_in_stock(self.phone, "SN1")
        self.put_in_stock(self.phone, "SN5")
        depot = self.env["stock.warehouse"].create({"name": "Depot", "code": "DEPO"})
        self.put_in_stock(self.phone, "SN9", location=depot.lot_stock_id)
        self.put_in_stock(self.tablets, "LOT-A", 5)
        self._sell((["SN5"], 1))
        mistyped, again, elsewhere = self._sell((["SNX"], 1), (["SN5"], 1), (["SN9"], 1))
        self._browse(REVIEW, "numbers_review")
        self.assert_numbers(mistyped, {"SN1": 1})
        number = mistyped.lines.pack_lot_ids
        self.assertEqual(number.corrected_from, "SNX")
        self.assertEqual(number.flag_ids.mapped("code"), ["unknown"])
        self.assert_on_hand(self.phone, "SN1", 0)
        self.assert_on_hand(self.phone, "SNX", 0)
        self.assertIn("Before: SNX", mistyped.message_ids[0].body)
        self.assertIn("After: SN1", mistyped.message_ids[0].body)
        number = again.lines.pack_lot_ids
        self.assertEqual((number.lot_name, number.flag_ids.mapped("code")), ("SN5", ["duplicate"]))
        self.assertEqual(number.reviewed_by_id, self.inventory)
        self.assertEqual(again.lines.waiting_number_qty, 1)
        self.assert_moved(elsewhere, {("SN9", depot.lot_stock_id): 1})
        self.assertEqual(elsewhere.lines.waiting_number_qty, 0)
        numbers = (mistyped | again | elsewhere).lines.pack_lot_ids
        self.assertFalse(any(numbers.mapped("needs_review")))

    # ----------------------------------------------------- the order, its waiting transfer

    def test_order_form(self):
        """From a flag to its order and the transfer that waits; Validate says what to do."""
        self.put_in_stock(self.phone, "SN1")
        self._sell((["SN1"], 1))
        order = self._sell((["SN1"], 1))
        self._browse(REVIEW, "numbers_order_form")
        picking = order.numbers_picking_ids
        self.assertEqual(picking.state, "confirmed")
        self.assertFalse(picking.move_line_ids)
        self.assertEqual(self._get_moved(order), [])

    def test_counts(self):
        """The shop's card and the till's closing dialog tell what is left to do."""
        self._sell(*[([], 1)] * 3)
        self._browse(
            "/odoo/action-point_of_sale.action_pos_config_kanban", "numbers_shop_card", self.cashier
        )
        self._browse(f"/pos/ui/{self.config.id}", "numbers_closing_dialog", self.cashier)
        told = self.config.current_session_id._get_numbers_to_assign()
        self.assertEqual(told, {"amounts": "3 units", "orders": 3})
