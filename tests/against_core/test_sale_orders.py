"""Sales orders that are loaded and settled at the till."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import SaleOrderCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestLoad(SaleOrderCase):
    """What is loaded is what is still to deliver, each number once."""

    @passes_on_stock
    def test_reserved_serials(self):
        """Serials reserved for the order."""
        sale_order = self._sale_order(self.phone, 2)
        self._choose(sale_order.picking_ids.move_ids, ["SN2", "SN4"])
        self.assertEqual(self._loaded(sale_order), {"SN2": 1, "SN4": 1})

    def test_same_lot_in_two_places(self):
        """A lot reserved on two shelves counts with the sum."""
        self._put(self.milk, {"L1": 5})
        self._put(self.milk, {"L1": 3}, self.shelf)
        self.assertEqual(self._loaded(self._sale_order(self.milk, 8)), {"L1": 8})

    def test_partly_picked(self):
        """In several steps: what is picked and what is still to pick, together."""
        self._steps("pick_ship")
        self._put(self.milk, {"L1": 4})
        sale_order = self._sale_order(self.milk, 4)
        pick = sale_order.picking_ids
        pick.move_ids.quantity = 3
        pick.move_ids.picked = True
        pick._action_done()
        self.assertEqual(len(sale_order.picking_ids), 3, "done, still to pick, still to ship")
        self.assertEqual(self._loaded(sale_order), {"L1": 4})

    @passes_on_stock
    def test_three_steps(self):
        """In three steps each number counts once."""
        self._steps("pick_pack_ship")
        sale_order = self._sale_order(self.phone, 2)
        self._choose(sale_order.picking_ids.move_ids, ["SN1", "SN2"])
        self._ship(sale_order.picking_ids)
        self.assertEqual(self._loaded(sale_order), {"SN1": 1, "SN2": 1})

    def test_delivered_are_left_out(self):
        """Serials delivered already are not offered again."""
        sale_order = self._sale_order(self.phone, 5)
        self._ship(sale_order.picking_ids, ["SN1", "SN2"])
        self.assertEqual(self._loaded(sale_order), self._rest("SN1", "SN2"))

    def test_delivered_and_returned(self):
        """Of two delivered serials one came back: neither is still to deliver."""
        sale_order = self._delivered_and_returned()
        self.assertEqual(self._here(self.phone)["SN1"], 1)
        self.assertEqual(self._loaded(sale_order), {})

    @passes_on_stock
    def test_cancelled(self):
        """Numbers of a cancelled delivery are not loaded."""
        sale_order = self._sale_order(self.phone, 2)
        sale_order.picking_ids.action_cancel()
        self.assertEqual(self._loaded(sale_order), {})

    @passes_on_stock
    def test_other_unit(self):
        """Quantities are in the product's unit."""
        self._put(self.milk, {"L1": 20})
        sale_order = self._sale_order(self.milk, 1)
        sale_order.action_cancel()
        sale_order.action_draft()
        sale_order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        sale_order.action_confirm()
        sale_order.picking_ids.action_assign()
        self.assertEqual(self._loaded(sale_order), {"L1": 12})


@tagged("post_install", "-at_install")
class TestSettle(SaleOrderCase):
    """What is settled at the till counts as delivered and ships once."""

    @passes_on_stock
    def test_all_numbers(self):
        """With all numbers: they move, and the order ships nothing any more."""
        sale_order = self._sale_order(self.phone, 2)
        self._settle(sale_order, 2, ["SN1", "SN2"])
        self.assertStock(self.phone, self._rest("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertDelivered(sale_order, 2)
        self.assertWaiting(self.phone, 0)

    @passes_on_stock
    def test_other_numbers(self):
        """With other numbers than those reserved: the chosen ones move, the reserved are free."""
        sale_order = self._sale_order(self.phone, 2)
        self._choose(sale_order.picking_ids.move_ids, ["SN1", "SN2"])
        self._settle(sale_order, 2, ["SN4", "SN5"])
        self.assertStock(self.phone, self._rest("SN4", "SN5"), {"SN4": 1, "SN5": 1})
        self.assertDelivered(sale_order, 2)
        self.assertWaiting(self.phone, 0)

    def test_shipped_between_loading_and_payment(self):
        """Somebody ships the order while its cart is open: the sale stands, nothing ships twice."""
        sale_order = self._sale_order(self.phone, 2)
        self._choose(sale_order.picking_ids.move_ids, ["SN1", "SN2"])
        self._ship(sale_order.picking_ids)
        order = self._settle(sale_order, 2, ["SN1", "SN2"])
        self.assertStock(self.phone, self._rest("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertNoNegative(self.phone)
        self.assertWaiting(self.phone, 2, order)

    def test_no_number(self):
        """Without numbers: delivered by the order's account, and waiting in one place only."""
        sale_order = self._sale_order(self.phone, 2)
        order = self._settle(sale_order, 2)
        self.assertStock(self.phone, self.all, {})
        self.assertDelivered(sale_order, 2)
        self.assertWaiting(self.phone, 2, order)

    def test_some_numbers(self):
        """With one of two numbers: it moves, one unit waits, the order ships nothing any more."""
        sale_order = self._sale_order(self.phone, 2)
        order = self._settle(sale_order, 2, ["SN1"])
        self.assertStock(self.phone, self._rest("SN1"), {"SN1": 1})
        self.assertDelivered(sale_order, 2)
        self.assertWaiting(self.phone, 1, order)

    def test_some_reserved(self):
        """Two of three are in stock: two move, the third waits and nothing ships it twice."""
        radio = self._product("Radio")
        self._put(radio, ["R1", "R2"])
        sale_order = self._sale_order(radio, 3)
        order = self._settle(sale_order, 3, ["R1", "R2"])
        self._put(radio, ["R3"])
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)
        self._fresh()
        self.assertStock(radio, {"R3": 1}, {"R1": 1, "R2": 1})
        self.assertDelivered(sale_order, 3)
        self.assertWaiting(radio, 1, order)

    @passes_on_stock
    def test_a_part(self):
        """Of three units one is settled: the order still ships the other two."""
        sale_order = self._sale_order(self.phone, 3)
        self._settle(sale_order, 1, ["SN1"])
        self.assertStock(self.phone, self._rest("SN1"), {"SN1": 1})
        self.assertDelivered(sale_order, 1, still_open=2)
        self.assertEqual(len(self._reserved(self.phone)), 2)

    def test_a_part_without_number(self):
        """Of three units one is settled without its number: one waits, two are the order's."""
        sale_order = self._sale_order(self.phone, 3)
        order = self._settle(sale_order, 1)
        self.assertStock(self.phone, self.all, {})
        self.assertDelivered(sale_order, 1, still_open=2)
        moves = self._open_moves(self.phone)
        waiting = moves.filtered(lambda move: order.name in (move.picking_id.origin or ""))
        self.assertEqual(
            (sum(waiting.mapped("product_uom_qty")), waiting.mapped("state")), (1, ["confirmed"])
        )
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 3)
        self.assertFalse(waiting.move_line_ids.lot_id)

    @passes_on_stock
    def test_after_a_delivery(self):
        """Two of five are delivered: the till settles the other three."""
        sale_order = self._sale_order(self.phone, 5)
        self._ship(sale_order.picking_ids, ["SN1", "SN2"])
        self._settle(sale_order, 3, ["SN3", "SN4", "SN5"])
        self.assertStock(self.phone, {}, self.all)
        self.assertDelivered(sale_order, 5)
        self.assertWaiting(self.phone, 0)

    def test_picked_already(self):
        """A serial picked to the output leaves from there."""
        self._steps("pick_ship")
        sale_order = self._sale_order(self.phone, 1)
        self._choose(sale_order.picking_ids.move_ids, ["SN2"])
        self._ship(sale_order.picking_ids)
        self._settle(sale_order, 1, ["SN2"])
        self.assertStock(self.phone, self._rest("SN2"), {"SN2": 1})
        self.assertNoNegative(self.phone)
        self.assertDelivered(sale_order, 1)
        self.assertWaiting(self.phone, 0)

    def test_half_picked(self):
        """One serial in the packing zone, one in stock: both leave from where they lie."""
        self._steps("pick_pack_ship")
        sale_order = self._sale_order(self.phone, 2)
        pick = sale_order.picking_ids
        self._choose(pick.move_ids, ["SN1", "SN2"])
        self._ship(pick, ["SN1"])
        self._settle(sale_order, 2, ["SN1", "SN2"])
        self.assertStock(self.phone, self._rest("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertNoNegative(self.phone)
        self.assertDelivered(sale_order, 2)

    def test_other_warehouse(self):
        """An order of another warehouse: its serial stays there and the unit waits here."""
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTHER"})
        self._put(self.phone, ["FAR1"], other.lot_stock_id)
        sale_order = self._sale_order(self.phone, 1, other)
        order = self._settle(sale_order, 1, ["FAR1"])
        self.assertNoNegative(self.phone)
        self.assertStock(self.phone, self.all, {})
        self.assertEqual(self._here(self.phone, other.lot_stock_id), {"FAR1": 1})
        self.assertDelivered(sale_order, 1)
        self.assertWaiting(self.phone, 1, order)


@tagged("post_install", "-at_install")
class TestSettleExactly(SaleOrderCase):
    """The order gives up the units that were settled, and nothing else."""

    def _order_lines(self, *lines):
        """A confirmed and reserved order of `(product, quantity)`."""
        sale_order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "user_id": self.cashier.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in lines
                ],
            }
        )
        sale_order.action_confirm()
        sale_order.picking_ids.action_assign()
        return sale_order

    def _settled(self, line, quantity, numbers=()):
        """A line of the till that settles units of an order line."""
        line.order_id.user_id = self.cashier
        return self._line(
            line.product_id,
            quantity,
            numbers,
            sale_order_line_id=line.id,
            sale_order_origin_id=line.order_id.id,
        )

    def _own(self, sale_order):
        """Numbers that the order's own open moves have reserved."""
        lines = sale_order.picking_ids.filtered("sale_id").move_line_ids
        lines = lines.filtered(lambda line: line.state not in ("done", "cancel"))
        return sorted(lines.mapped("lot_id.name"))

    def test_keeps_its_other_numbers(self):
        """Of three chosen serials one is settled: the other two stay, not any two."""
        sale_order = self._sale_order(self.phone, 3)
        self._choose(sale_order.picking_ids.move_ids, ["SN3", "SN4", "SN5"])
        self._settle(sale_order, 1, ["SN4"])
        self.assertEqual(self._own(sale_order), ["SN3", "SN5"])
        self.assertDelivered(sale_order, 1, still_open=2)

    def test_two_lines_of_a_product(self):
        """Two order lines of a product, one of them settled: the other one still ships."""
        sale_order = self._order_lines((self.phone, 1), (self.phone, 2))
        first, second = sale_order.order_line
        self._sell(self._settled(first, 1, ["SN5"]))
        self.assertEqual((first.qty_delivered, second.qty_delivered), (1, 0))
        self.assertEqual(sum(first.move_ids.mapped("product_uom_qty")), 0)
        self.assertEqual(second.move_ids.mapped("product_uom_qty"), [2])
        self.assertEqual(second.move_ids.state, "assigned")
        self.assertEqual(len(self._own(sale_order)), 2)

    def test_two_lines_settled_in_part(self):
        """Both lines in part: each one ships its own rest."""
        sale_order = self._order_lines((self.phone, 3), (self.phone, 2))
        first, second = sale_order.order_line
        self._sell(self._settled(first, 1, ["SN1"]), self._settled(second, 1, ["SN2"]))
        self.assertEqual(first.move_ids.mapped("product_uom_qty"), [2])
        self.assertEqual(second.move_ids.mapped("product_uom_qty"), [1])
        self.assertStock(self.phone, self._rest("SN1", "SN2"), {"SN1": 1, "SN2": 1})

    def test_partly_picked_and_settled_in_part(self):
        """One serial in the output, two on the shelf, one of these settled: two still ship."""
        self._steps("pick_ship")
        sale_order = self._sale_order(self.phone, 3)
        pick = sale_order.picking_ids
        self._choose(pick.move_ids, ["SN1", "SN2", "SN3"])
        self._ship(pick, ["SN1"])
        self._settle(sale_order, 1, ["SN3"])
        self.assertDelivered(sale_order, 1, still_open=2)
        self.assertEqual(self._own(sale_order), ["SN1", "SN2"])
        for _step in range(3):
            for picking in sale_order.picking_ids.filtered(lambda p: p.state == "assigned"):
                self._ship(picking)
        self.assertStock(
            self.phone, self._rest("SN1", "SN2", "SN3"), {"SN1": 1, "SN2": 1, "SN3": 1}
        )
        self.assertEqual(sale_order.order_line.qty_delivered, 3)

    def test_saved_cart_changes_nothing(self):
        """A cart that is saved and not paid leaves a partly picked order as it is."""
        self._steps("pick_ship")
        sale_order = self._sale_order(self.phone, 3)
        pick = sale_order.picking_ids
        self._choose(pick.move_ids, ["SN1", "SN2", "SN3"])
        self._ship(pick, ["SN1"])
        cart = self._paid(self._settled(sale_order.order_line, 3), state="draft", payment_ids=[])
        self._sync({**cart, "amount_paid": 0})
        self.assertDelivered(sale_order, 0, still_open=3)
        self.assertEqual(self._own(sale_order), ["SN1", "SN2", "SN3"])

    def test_dozens(self):
        """5 of a dozen are settled: 7 units still ship, also when transfers are in dozens."""
        self._put(self.milk, {"L1": 24})
        for propagate in ("0", "1"):
            self.env["ir.config_parameter"].set_param("stock.propagate_uom", propagate)
            sale_order = self._order_lines((self.milk, 1))
            sale_order.action_cancel()
            sale_order.action_draft()
            sale_order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
            sale_order.action_confirm()
            sale_order.picking_ids.action_assign()
            self._settle(sale_order, 5, ["L1"])
            move = sale_order.order_line.move_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            self.assertEqual((move.product_qty, move.state), (7, "assigned"))
            self._ship(move.picking_id)
        self.assertStock(self.milk, {}, {"L1": 24})

    @passes_on_stock
    def test_two_orders_in_a_cart(self):
        """Two orders settled at once: each one gives up its own."""
        one, two = self._sale_order(self.phone, 1), self._sale_order(self.phone, 2)
        self._sell(
            self._settled(one.order_line, 1, ["SN1"]),
            self._settled(two.order_line, 2, ["SN2", "SN3"]),
        )
        self.assertDelivered(one, 1)
        self.assertDelivered(two, 2)
        self.assertStock(
            self.phone, self._rest("SN1", "SN2", "SN3"), {"SN1": 1, "SN2": 1, "SN3": 1}
        )

    @passes_on_stock
    def test_more_than_ordered(self):
        """Three units for an order of two: all delivered, nothing left to ship."""
        sale_order = self._sale_order(self.phone, 2)
        self._settle(sale_order, 3, ["SN1", "SN2", "SN3"])
        self.assertDelivered(sale_order, 3)
        self.assertEqual(self._reserved(self.phone), set())

    @passes_on_stock
    def test_numbers_of_others(self):
        """Numbers that another order had reserved: it gets others, and keeps its quantity."""
        other = self._sale_order(self.phone, 2)
        self._choose(other.picking_ids.move_ids, ["SN1", "SN2"])
        sale_order = self._sale_order(self.phone, 1)
        self._choose(sale_order.picking_ids.move_ids, ["SN5"])
        self._settle(sale_order, 1, ["SN1"])
        self.assertStock(self.phone, self._rest("SN1"), {"SN1": 1})
        self.assertEqual(len(self._own(other)), 2)
        self.assertIn("SN2", self._own(other))
        self.assertNotIn("SN1", self._own(other))

    @passes_on_stock
    def test_other_warehouse_is_freed(self):
        """An order of another warehouse ships nothing from there any more, and reserves nothing."""
        far = self.env["stock.warehouse"].create({"name": "Other", "code": "OTHER"})
        self._put(self.phone, ["FAR1", "FAR2"], far.lot_stock_id)
        sale_order = self._sale_order(self.phone, 2, far)
        self._settle(sale_order, 1, ["SN1"])
        self.assertDelivered(sale_order, 1, still_open=1)
        self.assertEqual(len(self._own(sale_order)), 1)
        self.assertStock(self.phone, self._rest("SN1"), {"SN1": 1})

    @passes_on_stock
    def test_returned_and_settled_again(self):
        """Delivered, one returned for another: the till delivers it, and it counts once."""
        sale_order = self._delivered_and_returned(to_refund=True)
        self.assertEqual(sale_order.order_line.qty_delivered, 1)
        self._settle(sale_order, 1, ["SN3"])
        self.assertEqual(sale_order.order_line.qty_delivered, 2)
        self.assertStock(self.phone, self._rest("SN2", "SN3"), {"SN2": 1, "SN3": 1})

    def test_kit(self):
        """A kit with a tracked component: it waits for its number, and the order ships none."""
        if "mrp.bom" not in self.env:
            self.skipTest("no kits without Manufacturing")
        cable = self._product("Cable", tracking="none")
        self._put(cable, {None: 10})
        kit = self._product("Kit", tracking="none", is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.phone.id, "product_qty": 1}),
                    Command.create({"product_id": cable.id, "product_qty": 2}),
                ],
            }
        )
        sale_order = self._order_lines((kit, 2), (self.phone, 1))
        self.assertEqual(len(self._own(sale_order)), 3)
        kits, phone = sale_order.order_line
        order = self._sell(self._settled(kits, 1))
        own = sale_order.picking_ids.filtered("sale_id").move_ids
        self.assertEqual(
            {
                (move.sale_line_id, move.product_id): move.product_uom_qty
                for move in own
                if move.state not in ("done", "cancel")
            },
            {(kits, self.phone): 1, (kits, cable): 2, (phone, self.phone): 1},
        )
        self.assertStock(self.phone, self.all, {})
        waiting = self._open_moves(self.phone) - own
        self.assertEqual(waiting.mapped("product_uom_qty"), [1])
        self.assertEqual(set(waiting.picking_id.mapped("origin")), {order.name})

    @passes_on_stock
    def test_down_payment(self):
        """A down payment moves nothing; the settlement after it moves all, once."""
        sale_order = self._sale_order(self.phone, 2)
        sale_order.user_id = self.cashier
        self._choose(sale_order.picking_ids.move_ids, ["SN1", "SN2"])
        advance = self._product("Down payment", tracking="none", type="service", is_storable=False)
        self.till.down_payment_product_id = advance
        self._sell(
            self._line(advance, 1, price=50, sale_order_origin_id=sale_order.id),
            partner_id=self.customer.id,
        )
        self.assertEqual(self._own(sale_order), ["SN1", "SN2"])
        line = sale_order.order_line.filtered(lambda line: line.product_id == self.phone)
        paid = sale_order.order_line.filtered(
            lambda line: line.is_downpayment and not line.display_type
        )
        self._sell(
            self._settled(line, 2, ["SN1", "SN2"]),
            self._line(
                advance,
                -1,
                price=50,
                sale_order_line_id=paid.id,
                sale_order_origin_id=sale_order.id,
            ),
        )
        self.assertEqual((line.qty_delivered, line.qty_invoiced), (2, 2))
        self.assertEqual(self._own(sale_order), [])
        self.assertStock(self.phone, self._rest("SN1", "SN2"), {"SN1": 1, "SN2": 1})


@tagged("post_install", "-at_install")
class TestSettleAtClosing(SaleOrderCase):
    """The same where stock moves when the session closes."""

    update_stock = "closing"

    @passes_on_stock
    def test_reserved_by_others(self):
        """Serials that another order reserved between payment and closing are the till's."""
        radio = self._product("Radio")
        self._put(radio, ["R1", "R2"])
        sale_order = self._sale_order(radio, 2)
        self._settle(sale_order, 2, ["R1", "R2"])
        second = self._sale_order(radio, 2)
        self._close()
        self.assertStock(radio, {}, {"R1": 1, "R2": 1})
        self.assertDelivered(sale_order, 2)
        self.assertEqual(sum(second.picking_ids.move_ids.mapped("quantity")), 0)

    def test_shipped_by_others(self):
        """Of two serials one was shipped to somebody else meanwhile: the other one moves."""
        radio = self._product("Radio")
        self._put(radio, ["R1", "R2"])
        sale_order = self._sale_order(radio, 2)
        order = self._settle(sale_order, 2, ["R1", "R2"])
        second = self._sale_order(radio, 1)
        self._choose(second.picking_ids.move_ids, ["R1"])
        self._ship(second.picking_ids)
        self._close()
        self.assertStock(radio, {}, {"R1": 1, "R2": 1})
        self.assertWaiting(radio, 1)
        self.assertEqual(sorted(order.lines.pack_lot_ids.mapped("lot_name")), ["R1", "R2"])

    def test_no_number(self):
        """Without numbers the units wait, and the order ships nothing any more."""
        sale_order = self._sale_order(self.phone, 2)
        self._settle(sale_order, 2)
        self._sell(self._line(self.phone, 1, ["SN5"]))
        self._close()
        self.assertStock(self.phone, self._rest("SN5"), {"SN5": 1})
        self.assertDelivered(sale_order, 2)
        self.assertWaiting(self.phone, 2)
