from odoo.tests import new_test_user, tagged

from ..stock.common import STOCK_USER, StockCase
from .browser import driven_browser
from .common import TillCase


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestAssigning(TillCase):
    """The inventory user's list, worked through with a scanner."""

    def test_ten_orders(self):
        """Ten orders without a number get theirs, by a user with inventory rights only."""
        names = [f"SN{number}" for number in range(1, 11)]
        for name in names:
            self.put_in_stock(self.phone, name)
        inventory = new_test_user(self.env, "numbers_inventory", groups=STOCK_USER)
        orders = self._sell_without_numbers(10)
        self.assertEqual(sum(orders.lines.mapped("waiting_number_qty")), 10)
        with driven_browser():
            self.start_tour(
                "/odoo/pos-numbers-to-assign",
                "numbers_assign_ten",
                login=inventory.login,
                timeout=120,
            )
        self.env.invalidate_all()
        self.assertEqual(set(orders.lines.pack_lot_ids.mapped("lot_name")), set(names))
        self.assertEqual(set(orders.lines.pack_lot_ids.mapped("origin")), {"later"})
        for order in orders:
            name = order.lines.pack_lot_ids.lot_name
            self.assert_moved(order, {(name, self.stock): 1})
            lot = order.lines.pack_lot_ids.lot_id
            self.assertEqual(lot.partner_ids, order.partner_id)
            printed = order.with_user(self.cashier).read_pos_data([], self.config)
            self.assertEqual(printed["pos.pack.operation.lot"][0]["lot_name"], name)
        self.assertFalse(sum(orders.lines.mapped("waiting_number_qty")))

    def _sell_without_numbers(self, count):
        """Orders of one phone each, to a customer, as the till sends them."""
        customer = self.env["res.partner"].create({"name": "Ada"})
        self.config.with_user(self.cashier).open_ui()
        self.config.current_session_id.set_opening_control(0, "")
        shop = StockCase("run")
        shop.env, shop.till, shop.cashier = self.env, self.config, self.cashier
        payloads = [
            shop._paid(shop._line(self.phone), partner_id=customer.id) for _number in range(count)
        ]
        self.env["pos.order"].with_user(self.cashier).sync_from_ui(payloads)
        return self.env["pos.order"].search(
            [("uuid", "in", [payload["uuid"] for payload in payloads])], order="id"
        )
