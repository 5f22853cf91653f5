from odoo.fields import Command, Datetime
from odoo.tests import tagged

from ...number.paid_order import get_till_values, make_line, make_order
from .common import TillCase


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestTables(TillCase):
    """Orders of two tables that come together, and that part again."""

    def setUp(self):
        super().setUp()
        if "restaurant.floor" not in self.env:
            self.skipTest("needs pos_restaurant")
        floor = self.env["restaurant.floor"].create({"name": "Terrace"})
        self.config.write({"module_pos_restaurant": True, "floor_ids": [Command.set(floor.ids)]})
        self.env["restaurant.table"].create(
            [
                {
                    "table_number": number,
                    "floor_id": floor.id,
                    "position_h": 150 * number,
                    "position_v": 150,
                    "width": 100,
                    "height": 100,
                }
                for number in (1, 2)
            ]
        )
        for name in ("SN1", "SN2", "SN3"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 10)

    def test_together(self):
        """The numbers of both come along, each once; the same lot adds up."""
        order = self.sell("numbers_merge_tables")
        self.assert_numbers(order, {"SN1": 1, "SN2": 1, "SN3": 1, "LOT-A": 5})
        self.assertFalse(order.waiting_number_qty)
        self.assert_on_hand(self.tablets, "LOT-A", 5)

    def test_split_bill(self):
        """The guest has the unit that the cashier named, whatever its place in the list."""
        long_number = f"SN3-{'0123456789' * 12}"
        part, rest = self.sell("numbers_bill_of_two_guests").sorted("amount_total")
        self.assert_numbers(part, {long_number: 1})
        self.assert_numbers(rest, {"SN1": 1, "SN2": 1})

    def test_courses(self):
        """Each course has its own lines and numbers, when an answer was lost on the way too."""
        order = self.sell("numbers_courses")
        self.assertEqual(
            {
                course.index: sorted(
                    (number.lot_name, number.quantity) for number in course.line_ids.pack_lot_ids
                )
                for course in order.course_ids
            },
            {1: [("LOT-A", 1), ("SN1", 1)], 2: [("LOT-A", 1), ("SN2", 1), ("SN3", 1)]},
        )
        self.assertFalse(order.waiting_number_qty)
        self.assert_on_hand(self.tablets, "LOT-A", 8)

    def _order_elsewhere(self, table_number, *lines):
        """Another device has an order on a table: `(product, quantity, serials)` each."""
        self.config.with_user(self.cashier).open_ui()
        table = self.config.floor_ids.table_ids.filtered(
            lambda table: table.table_number == table_number
        )
        order = make_order(
            [
                make_line(
                    product.id,
                    product.display_name,
                    quantity,
                    product.list_price,
                    [{"lot_name": name, "quantity": 1} for name in names],
                )
                for product, quantity, names in lines
            ],
            date=Datetime.to_string(Datetime.now()),
            user_id=self.cashier.id,
            table_id=table.id,
            last_order_preparation_change='{"lines": {}, "metadata": {}}',
            **get_till_values(self.config),
        )
        order.update({"state": "draft", "payment_ids": [], "amount_paid": 0})
        self.env["pos.order"].with_user(self.cashier).sync_from_ui([order])

    def test_two_devices(self):
        """Loaded from another device, edited on both, dragged together and apart, split, tipped."""
        self.config.write(
            {
                "iface_splitbill": True,
                "iface_tipproduct": True,
                "tip_product_id": self.env.ref("point_of_sale.product_product_tip").id,
            }
        )
        for name in ("SN4", "SN5", "SN6"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.phone, "GONE1", 1, self.env.ref("stock.stock_location_customers"))
        # Odoo lets nobody else drag tables.
        self.cashier.group_ids |= self.env.ref("point_of_sale.group_pos_manager")
        self._order_elsewhere(2, (self.phone, 2, ["SN3", "GONE1"]), (self.tablets, 2, []))
        orders = self.sell("numbers_of_two_devices")
        first = orders.filtered(lambda order: order.table_id.table_number == 1)
        guest, rest = (orders - first).sorted("amount_total")
        self.assertEqual((guest | rest).table_id.table_number, 2)
        self.assert_numbers(first, {"SN1": 1, "LOT-A": 1})
        self.assert_numbers(guest, {"SN5": 1})
        self.assertEqual((guest.tip_amount, guest.amount_total), (5, 105))
        self.assert_numbers(rest, {"SN2": 1, "SN3": 1, "SN4": 1, "SN6": 1, "LOT-A": 2})
        self.assertEqual(rest.payment_ids.sorted("amount").mapped("amount"), [100, 324])
        self.assertFalse(orders.lines.pack_lot_ids.flag_ids)
        self.assertFalse(sum(orders.mapped("waiting_number_qty")))
        for name in ("SN1", "SN2", "SN3", "SN4", "SN5", "SN6"):
            self.assert_on_hand(self.phone, name, 0)
        self.assert_on_hand(self.tablets, "LOT-A", 7)


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestCombos(TillCase):
    """A set of a phone and tablets at one price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        combos = cls.env["product.combo"].create(
            [
                {"name": item.name, "combo_item_ids": [Command.create({"product_id": item.id})]}
                for item in (cls.phone, cls.tablets)
            ]
        )
        cls.starter_set = cls.env["product.product"].create(
            {
                "name": "Starter set",
                "type": "combo",
                "list_price": 110,
                "taxes_id": False,
                "available_in_pos": True,
                "combo_ids": [Command.set(combos.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        for name in ("SN1", "SN2"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 10)

    def test_combo(self):
        """Both items have their numbers, nothing is raised by them, and exactly they leave."""
        order = self.sell("numbers_combo")
        self.assert_numbers(order, {"SN1": 1, "SN2": 1, "LOT-A": 2})
        self.assertEqual(set(order.lines.mapped("qty")), {2})
        self.assertEqual(order.amount_total, 220)
        self.assert_moved(
            order,
            {("SN1", self.stock): 1, ("SN2", self.stock): 1, ("LOT-A", self.stock): 2},
        )

    def test_without_a_number(self):
        """The item without its number waits, the other one leaves."""
        order = self.sell("numbers_combo_without")
        self.assert_numbers(order, {"LOT-A": 1})
        self.assert_moved(order, {("LOT-A", self.stock): 1})
        waiting = {line.product_id: line.waiting_number_qty for line in order.lines}
        self.assertEqual(waiting, {self.starter_set: 0, self.phone: 1, self.tablets: 0})
