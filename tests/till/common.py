"""A shop with tracked products for the tours, run by a cashier with POS rights only."""

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user

from .browser import driven_browser


class TillCase(HttpCase):
    """A small shop on the database's own company: core's common class builds a company and a
    catalogue of its own, which takes most of a minute for each test class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        if not company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
        cls.cashier = new_test_user(
            cls.env,
            "numbers_cashier",
            groups="base.group_user,point_of_sale.group_pos_user",
            tz="Europe/Paris",
        )
        cls.cash_method, cls.bank_method = cls._create_payment_methods(company)
        cls.config = cls.env["pos.config"].create(
            {
                "name": "Numbers shop",
                "payment_method_ids": [Command.set((cls.cash_method | cls.bank_method).ids)],
            }
        )
        cls.warehouse = cls.config.warehouse_id
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf 2", "location_id": cls.stock.id, "usage": "internal"}
        )
        cls.env["product.template"].search([("available_in_pos", "=", True)]).write(
            {"available_in_pos": False}
        )
        cls.phone = cls._add_product("Phone (serial)", "serial", 100, "5901234123457")
        cls.tablets = cls._add_product("Tablets (lot)", "lot", 12, "5901234123464")
        cls.cream = cls._add_product("Cream (lot, kg)", "lot", 40, "5901234123471")
        cls.cream.uom_id = cls.env.ref("uom.product_uom_kgm")
        pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Shop prices",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": cls.tablets.product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": 10,
                            "min_quantity": 8,
                        }
                    )
                ],
            }
        )
        cls.config.write(
            {
                "available_pricelist_ids": [Command.set(pricelist.ids)],
                "pricelist_id": pricelist.id,
                "use_pricelist": True,
            }
        )

    @classmethod
    def _create_payment_methods(cls, company):
        journals = cls.env["account.journal"].create(
            [
                {"name": "Till cash", "type": "cash", "code": "TCSH", "company_id": company.id},
                {"name": "Till bank", "type": "bank", "code": "TBNK", "company_id": company.id},
            ]
        )
        return cls.env["pos.payment.method"].create(
            [
                {"name": name, "journal_id": journal.id}
                for name, journal in zip(("Cash", "Bank"), journals, strict=True)
            ]
        )

    @classmethod
    def _add_product(cls, name, tracking, price, barcode):
        return cls.env["product.product"].create(
            {
                "name": name,
                "barcode": barcode,
                "type": "consu",
                "is_storable": True,
                "tracking": tracking,
                "list_price": price,
                "taxes_id": False,
                "available_in_pos": True,
            }
        )

    def put_in_stock(self, product, name, quantity=1, location=None):
        """Put a number on hand and return its `stock.lot`."""
        lot = self.env["stock.lot"].search(
            [("product_id", "=", product.id), ("name", "=", name)]
        ) or self.env["stock.lot"].create({"product_id": product.id, "name": name})
        self.env["stock.quant"]._update_available_quantity(
            product, location or self.stock, quantity, lot_id=lot
        )
        return lot

    def sell(self, tour, **kwargs):
        """Run a tour as the cashier and return the orders it paid, oldest first."""
        before = self.env["pos.order"].search([])
        self.config.with_user(self.cashier).open_ui()
        with driven_browser():
            self.start_tour(
                f"/pos/ui/{self.config.id}", tour, login="numbers_cashier", timeout=180, **kwargs
            )
        paid = [("state", "not in", ("draft", "cancel"))]
        orders = self.env["pos.order"].search(paid, order="id")
        return orders - before

    def assert_numbers(self, order, expected):
        """The order's numbers are exactly `{name: quantity}`, each once."""
        numbers = order.lines.pack_lot_ids
        self.assertEqual(
            sorted((number.lot_name, number.quantity) for number in numbers),
            sorted(expected.items()),
        )

    def assert_moved(self, order, expected):
        """Exactly `{(number, source location): quantity}` left the shop for this order."""
        moved = {}
        lines = order.picking_ids.move_line_ids.filtered(lambda line: line.state == "done")
        for line in lines:
            key = (line.lot_id.name, line.location_id)
            moved[key] = moved.get(key, 0) + line.quantity
        self.assertEqual(moved, expected)

    def assert_on_hand(self, product, name, expected):
        """Quantity of a number in the shop's stock and below."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("lot_id.name", "=", name),
                ("location_id", "child_of", self.stock.id),
            ]
        )
        self.assertEqual(sum(quants.mapped("quantity")), expected, name)


class OrderLoadingCase(TillCase):
    """A cashier with Sales rights and none on stock, and orders of one customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier.group_ids |= cls.env.ref("sales_team.group_sale_salesman")
        cls.customer = cls.env["res.partner"].create({"name": "Ada"})
        # The till lists orders by date; there shall be none but those of the test.
        cls.env["sale.order"].search([("state", "!=", "cancel")])._action_cancel()

    def order(self, *lines, confirm=True):
        """A sales order of `(product, quantity)` or `(product, quantity, linked lots)`."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.cashier.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": 10,
                            "lot_ids": [Command.link(lot.id) for lot in lots],
                        }
                    )
                    for product, quantity, *rest in lines
                    for lots in (rest[0] if rest else (),)
                ],
            }
        )
        if confirm:
            order.action_confirm()
            order.picking_ids.action_assign()
        return order

    def assert_settled(self, sale_order, *delivered):
        self.assertEqual(sale_order.order_line.mapped("qty_delivered"), list(delivered))
