from odoo.tests import tagged

from .common import OrderLoadingCase


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestOrderLoading(OrderLoadingCase):
    """What a cashier loads with a sales order, pays, and what the stock does then."""

    def test_serials_and_split_lot(self):
        """Reserved serials and two lots, one of them on two shelves: asked once, one line each."""
        for name in ("SN1", "SN2"):
            self.put_in_stock(self.phone, name)
        self.put_in_stock(self.tablets, "LOT-A", 2)
        self.put_in_stock(self.tablets, "LOT-A", 3, self.shelf)
        self.put_in_stock(self.tablets, "LOT-B", 1)
        sale_order = self.order((self.phone, 2), (self.tablets, 6))
        order = self.sell("order_numbers_serials_and_split_lot")
        self.assertEqual(order.lines.mapped("qty"), [2, 6])
        self.assertEqual(set(order.lines.pack_lot_ids.mapped("origin")), {"order"})
        self.assert_numbers(order, {"SN1": 1, "SN2": 1, "LOT-A": 5, "LOT-B": 1})
        self.assert_moved(
            order,
            {
                ("SN1", self.stock): 1,
                ("SN2", self.stock): 1,
                ("LOT-A", self.stock): 2,
                ("LOT-A", self.shelf): 3,
                ("LOT-B", self.stock): 1,
            },
        )
        self.assertFalse(order.lines.pack_lot_ids.flag_ids)
        self.assert_settled(sale_order, 2, 6)
        self.assertEqual(sale_order.picking_ids.filtered("sale_id").mapped("state"), ["cancel"])

    def test_quotation(self):
        """Numbers linked on a quotation, one of them replaced by another with the list button."""
        lots = self.env["stock.lot"]
        for name in ("SN1", "SN2", "SN3"):
            lots |= self.put_in_stock(self.phone, name)
        quotation = self.order((self.phone, 2, lots[1:]), confirm=False)
        order = self.sell("order_numbers_quotation")
        self.assert_numbers(order, {"SN1": 1, "SN3": 1})
        self.assertEqual(quotation.state, "sale")
        self.assert_settled(quotation, 2)
        self.assert_on_hand(self.phone, "SN2", 1)
        self.assertFalse(
            self.env["stock.move.line"].search(
                [("lot_id", "in", lots.ids), ("state", "not in", ("done", "cancel"))]
            )
        )

    def test_half_delivered(self):
        """Two of five are delivered: three come in, and answering No leaves them red."""
        for number in range(1, 6):
            self.put_in_stock(self.phone, f"SN{number}")
        sale_order = self.order((self.phone, 5))
        delivery = sale_order.picking_ids
        delivery.move_line_ids.filtered(
            lambda line: line.lot_id.name not in ("SN1", "SN2")
        ).unlink()
        delivery.move_ids.picked = True
        delivery._action_done()
        order = self.sell("order_numbers_half_delivered")
        self.assert_numbers(order, {"SN3": 1, "SN4": 1, "SN5": 1})
        self.assert_settled(sale_order, 5)
        self.assertEqual(sale_order.order_line.qty_invoiced, 3, "what was paid at the till")

    def test_not_available(self):
        """What somebody else has meanwhile is told and not loaded; the sale goes through."""
        lots = self.env["stock.lot"]
        for name in ("SN1", "SN2", "SN3"):
            lots |= self.put_in_stock(self.phone, name)
        quotation = self.order((self.phone, 2, lots[:2]), confirm=False)
        other = self.order((self.phone, 1, lots[:1]))
        other.user_id = self.env.user
        order = self.sell("order_numbers_not_available")
        self.assert_numbers(order, {"SN2": 1})
        self.assertEqual(order.waiting_number_qty, 1)
        self.assert_settled(quotation, 2)
        self.assertEqual(other.picking_ids.move_line_ids.lot_id.name, "SN1")

    def test_units_that_are_not_grouped(self):
        """Core makes lines of at most one unit: the lots are spread over them in order."""
        self.cream.uom_id.is_pos_groupable = False
        self.put_in_stock(self.cream, "C1", 1.4)
        self.put_in_stock(self.cream, "C2", 2)
        sale_order = self.order((self.cream, 2.5))
        order = self.sell("order_numbers_not_grouped")
        self.assertEqual(sorted(order.lines.mapped("qty")), [0.5, 1, 1])
        by_name = {}
        for number in order.lines.pack_lot_ids:
            name = number.lot_name
            by_name[name] = round(by_name.get(name, 0) + number.quantity, 2)
        self.assertEqual(by_name, {"C1": 1.4, "C2": 1.1})
        self.assertEqual(order.waiting_number_qty, 0)
        self.assert_settled(sale_order, 2.5)

    def test_connection_lost(self):
        """The network goes while the order is loaded: a message, and an empty cart."""
        self.put_in_stock(self.phone, "SN1")
        sale_order = self.order((self.phone, 1))
        order = self.sell("order_numbers_connection_lost")
        self.assert_numbers(order, {"SN1": 1})
        self.assert_settled(sale_order, 1)

    def test_loaded_twice(self):
        """The second time its serials are in the cart already, and its lot does not reach."""
        self.put_in_stock(self.phone, "SN1")
        self.put_in_stock(self.tablets, "LOT-A", 10)
        self.order((self.phone, 1), (self.tablets, 8))
        order = self.sell("order_numbers_loaded_twice")
        numbers = order.lines.pack_lot_ids
        self.assertEqual(
            sorted((number.lot_name, number.quantity) for number in numbers),
            [("LOT-A", 8), ("LOT-A", 8), ("SN1", 1)],
        )
        self.assertEqual(numbers.flag_ids.mapped("code"), ["short"])
        self.assertEqual(order.waiting_number_qty, 1)
        self.assert_on_hand(self.tablets, "LOT-A", -6)


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestOrderLoadingOnPhone(OrderLoadingCase):
    """The question on a screen of 390 px, by keyboard."""

    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        self.put_in_stock(self.phone, "SN1")
        self.put_in_stock(self.tablets, "LOT-A", 5)
        self.order((self.phone, 2), (self.tablets, 6))
        order = self.sell("order_numbers_on_a_phone")
        self.assert_numbers(order, {"SN1": 1, "LOT-A": 5})
