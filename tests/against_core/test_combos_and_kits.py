"""Combos ask for the numbers of their items; tracked components of kits wait for theirs."""

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import STOCK_USER, ShopCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestCombo(ShopCase):
    """A phone and a cable, sold as one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.choices = [
            cls.env["product.combo"].create(
                {
                    "name": product.name,
                    "combo_item_ids": [Command.create({"product_id": product.id})],
                }
            )
            for product in (cls.phone, cls.cable)
        ]
        cls.combo = cls._product(
            "Bundle",
            tracking="none",
            type="combo",
            is_storable=False,
            combo_ids=[Command.set([choice.id for choice in cls.choices])],
        )

    def _sell_combo(self, quantity=1, numbers=(), more=(), refunded=None, **values):
        """Sell combos, whose items are lines below theirs as the till sends them."""
        items = [choice.combo_item_ids.id for choice in self.choices]
        combo = self._line(self.combo, quantity, price=0.0)
        phone = self._line(self.phone, quantity, numbers, combo_item_id=items[0])
        cable = self._line(self.cable, quantity, combo_item_id=items[1])
        lines = [combo, phone, cable]
        for line, origin in zip(lines, refunded.lines if refunded else (), strict=False):
            line["refunded_orderline_id"] = origin.id
        parent = {line["uuid"]: {"combo_parent_id": combo["uuid"]} for line in (phone, cable)}
        mapping = {"pos.order.line": parent}
        order = self._sell(*lines, *more, relations_uuid_mapping=mapping, **values)
        self.assertEqual(order.lines[:1].combo_line_ids, order.lines[1:3])
        return order

    @passes_on_stock
    def test_number(self):
        """The number of the item leaves, with the other item."""
        self._sell_combo(1, ["SN2"])
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})
        self.assertStock(self.cable, {None: 9}, {None: 1})

    def test_letter_case(self):
        """Typed in other letter case it is the same."""
        self._sell_combo(1, ["sn2"])
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})

    def test_no_number(self):
        """Without its number the item waits, the other one leaves."""
        order = self._sell_combo(1)
        self.assertStock(self.phone, dict.fromkeys(self.serials, 1), {})
        self.assertStock(self.cable, {None: 9}, {None: 1})
        self.assertWaiting(self.phone, 1, order)

    def test_one_of_two(self):
        """One number for two combos: one item leaves, one waits."""
        order = self._sell_combo(2, ["SN2"])
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertWaiting(self.phone, 1, order)

    def test_same_number_beside_it(self):
        """The serial of the combo sold again beside it waits."""
        order = self._sell_combo(1, ["SN2"], more=[self._line(self.phone, 1, ["SN2"])])
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})
        self.assertWaiting(self.phone, 1, order)

    @passes_on_stock
    def test_refund(self):
        """A combo that comes back brings its number."""
        order = self._sell_combo(1, ["SN2"])
        self._sell_combo(-1, ["SN2"], refunded=order, is_refund=True)
        self.assertStock(self.phone, dict.fromkeys(self.serials, 1), {})
        self.assertStock(self.cable, {None: 10}, {})

    def test_refund_of_what_waits(self):
        """A combo whose item waits and that comes back is not waited for."""
        order = self._sell_combo(1)
        self._sell_combo(-1, refunded=order, is_refund=True)
        self.assertStock(self.phone, dict.fromkeys(self.serials, 1), {})
        self.assertStock(self.cable, {None: 10}, {})
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))

    def test_refund_without_number(self):
        """An item that comes back without its number waits; the other one is here."""
        order = self._sell_combo(1, ["SN2"])
        refund = self._sell_combo(-1, refunded=order, is_refund=True)
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})
        self.assertStock(self.cable, {None: 10}, {})
        move = self._open_moves(self.phone, ("outgoing", "incoming"))
        self.assertEqual(move.product_uom_qty, 1)
        self.assertFalse(move.move_line_ids.filtered("quantity"), "no unit without a number")
        self.assertIn(refund.name, move.picking_id.origin or "")


@tagged("post_install", "-at_install")
class TestKit(ShopCase):
    """A phone, two units of a lot and two cables, sold as one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inventory = new_test_user(cls.env, login="inventory_only", groups=STOCK_USER)
        cls.kit = cls._kit("Kit", {cls.phone: 1, cls.milk: 2, cls.cable: 2})

    def _write_by_hand(self, numbers):
        """Write `{number: quantity}` on the transfers that wait, and validate them."""
        moves = (self._open_moves(self.phone) | self._open_moves(self.milk)).with_user(
            self.inventory
        )
        for move in moves:
            move.move_line_ids.unlink()
            for name, quantity in numbers[move.product_id].items():
                values = move._prepare_move_line_vals(quantity=quantity)
                lot = self._lot(move.product_id, name)
                move.env["stock.move.line"].create({**values, "lot_id": lot.id, "picked": True})
        for picking in moves.picking_id:
            self.assertIs(picking.button_validate(), True)
        self._fresh()

    def test_refund_of_what_waits(self):
        """A kit that comes back before its numbers are known is not waited for any more."""
        order = self._sell(self._line(self.kit, 2))
        self._give_back(order, 1)
        self.assertWaiting(self.phone, 1, order)
        self._give_back(order, 1)
        self.assertStock(self.cable, {None: 10}, {})
        moves = self._open_moves(self.phone, ("outgoing", "incoming"))
        moves |= self._open_moves(self.milk, ("outgoing", "incoming"))
        self.assertFalse(moves)

    def test_components_wait(self):
        """What needs no number leaves, the components that need one wait for it."""
        order = self._sell(self._line(self.kit))
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertStock(self.phone, dict.fromkeys(self.serials, 1), {})
        self.assertStock(self.milk, {"L1": 10}, {})
        self.assertWaiting(self.phone, 1, order)
        self.assertWaiting(self.milk, 2, order)

    def test_two_orders(self):
        """Each order's components wait in its own transfer."""
        orders = self._sync(
            self._paid(self._line(self.kit), partner_id=self.customer.id),
            self._paid(self._line(self.kit, 2), self._line(self.cable)),
        )
        quantities = {
            move.picking_id.origin: move.product_uom_qty for move in self._open_moves(self.phone)
        }
        self.assertEqual(quantities, {orders[0].name: 1, orders[1].name: 2})

    def test_two_kits_in_an_order(self):
        """Two kits of one order, beside goods that need no number: each component waits."""
        radio = self._product("Radio")
        second = self._kit("Second kit", {radio: 1})
        order = self._sell(self._line(self.kit), self._line(second), self._line(self.cable))
        self.assertStock(self.cable, {None: 7}, {None: 3})
        self.assertWaiting(self.phone, 1, order)
        self.assertWaiting(radio, 1, order)

    def test_only_tracked_components(self):
        """A kit of nothing else waits, and leaves no empty transfer behind."""
        order = self._sell(self._line(self._kit("Second kit", {self.phone: 1})))
        self.assertWaiting(self.phone, 1, order)
        self.assertFalse(self._transfers(order).filtered(lambda picking: not picking.move_ids))
        self.assertFalse(order.failed_pickings)

    def test_check_availability(self):
        """Neither Check Availability nor the scheduler chooses their numbers."""
        order = self._sell(self._line(self.kit))
        self.assertWaiting(self.phone, 1, order)
        picking = self._open_moves(self.phone).picking_id
        picking.with_user(self.inventory).action_assign()
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)
        self._fresh()
        self.assertWaiting(self.phone, 1, order)
        self.assertWaiting(self.milk, 2, order)

    def test_number_by_hand(self):
        """The numbers written on the waiting transfer leave, and lead to customer and order."""
        order = self._sell(self._line(self.kit), partner_id=self.customer.id)
        self.assertWaiting(self.phone, 1, order)
        self._write_by_hand({self.phone: {"SN3": 1}, self.milk: {"L1": 2}})
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN4": 1}, {"SN3": 1})
        self.assertStock(self.milk, {"L1": 8}, {"L1": 2})
        self.assertFalse(self._open_moves(self.phone) | self._open_moves(self.milk))
        number = self._lot(self.phone, "SN3")
        self.assertEqual(number.partner_ids, self.customer)
        moved = self.env["stock.move.line"].search([("lot_id", "=", number.id)])
        self.assertEqual(moved.picking_id.pos_order_id, order)

    def test_refund(self):
        """A kit that comes back waits for the numbers of its components; the rest is here."""
        order = self._sell(self._line(self.kit))
        self._write_by_hand({self.phone: {"SN3": 1}, self.milk: {"L1": 2}})
        refund = self._give_back(order)
        self.assertStock(self.cable, {None: 10}, {})
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN4": 1}, {"SN3": 1})
        move = self._open_moves(self.phone, ("outgoing", "incoming"))
        self.assertEqual((move.product_uom_qty, move.picking_id.origin), (1, refund.name))
        self.assertFalse(move.move_line_ids.filtered("quantity"), "no unit without a number")
