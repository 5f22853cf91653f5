"""Grounds of sequences of sales and returns, and short words for what happens in them."""

from odoo.fields import Command
from odoo.tests import new_test_user

from .against_core.common import STOCK_USER, ShopCase


class SequenceCase(ShopCase):
    """Two tills of one warehouse, an inventory user, and words for what a day leaves behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_till = cls._till("Other till")
        cls.inventory = new_test_user(cls.env, login="inventory_only", groups=STOCK_USER)
        cls.juice = cls._product("Juice", tracking="lot")

    # ------------------------------------------------------------------ builders

    def _night(self, *tills):
        """The tills close, in this order, and open again; nothing to do where stock has moved."""
        self._fresh()

    def _lots(self, **quantities):
        """Lots of a line with their quantities, as the till sends them."""
        return [
            Command.create({"lot_name": name, "quantity": quantity})
            for name, quantity in quantities.items()
        ]

    def _back(self, product, quantity=1, numbers=(), origin=None, **values):
        """A line that comes back: of an order's first line, or without a receipt."""
        line_id = origin.lines[:1].id if origin else False
        return self._line(product, -quantity, numbers, refunded_orderline_id=line_id, **values)

    def _return(self, product, numbers, origin=None, quantity=None, **values):
        """Give numbers back at the till: on the receipt of an order, or without a receipt."""
        line = self._back(product, quantity or len(numbers), numbers, origin)
        return self._sell(line, is_refund=True, **values)

    def _second_shop(self):
        """A till with a warehouse of its own, where serial SN9 lies."""
        warehouse = self.env["stock.warehouse"].create({"name": "Depot", "code": "DEPO"})
        self._put(self.phone, ["SN9"], warehouse.lot_stock_id)
        return self._till("Depot till", warehouse), warehouse

    def _put_of(self, owner, product, number, quantity=1):
        """Put an owner's goods into the shop's stock."""
        self.env["stock.quant"]._update_available_quantity(
            product,
            self.warehouse.lot_stock_id,
            quantity,
            lot_id=self._lot(product, number),
            owner_id=owner,
        )

    def _count(self, product, number, quantity):
        """Count a number in the shop's stock, as Physical Inventory does."""
        quants = self.env["stock.quant"].with_user(self.inventory).with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": product.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "lot_id": self._lot(product, number).id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()
        self._fresh()

    def _return_transfer(self, picking, number, quantity=1):
        """Return units of a number of a transfer with its Return button, and receive them."""
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in wizard.product_return_moves:
            has_it = number in row.move_id.move_line_ids.lot_id.mapped("name")
            row.quantity = quantity if has_it else 0
        back = wizard._create_return()
        self._choose_returned(back, number, quantity)
        back.move_ids.picked = True
        back._action_done()
        self._fresh()
        return back

    def _choose_returned(self, picking, number, quantity):
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": move.product_id.id,
                    "quantity": quantity,
                    "lot_id": self._lot(move.product_id, number).id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picking_id": picking.id,
                }
            )
        ]

    # ------------------------------------------------------------------ what is where

    def _places(self, product):
        """{(number, place, owner): quantity}: "here", "customers", or a location's name."""
        self._fresh()
        here = self.warehouse.view_location_id.parent_path
        customers = self.env.ref("stock.stock_location_customers")
        places = {}
        for quant in self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id.usage", "in", ("internal", "transit", "customer")),
            ]
        ):
            location = quant.location_id
            place = "customers" if location == customers else location.complete_name
            place = "here" if location.parent_path.startswith(here) else place
            key = (quant.lot_id.name or None, place, quant.owner_id.name or None)
            places[key] = places.get(key, 0) + quant.quantity
            # A +1 and a -1 in one place would hide here.
            if quant.location_id.usage == "customer":
                self.assertGreaterEqual(quant.quantity, 0, key)
        return {key: quantity for key, quantity in places.items() if quantity}

    def assertPlaces(self, product, here=(), customers=(), **more):
        """Numbers by place; each a number, (number, quantity) or (number, quantity, owner)."""
        expected = {}
        for place, rows in {"here": here, "customers": customers, **more}.items():
            for row in rows:
                name, quantity, owner = (row, 1, None) if isinstance(row, str) else (*row, None)[:3]
                expected[name, place, owner] = quantity
        self.assertEqual(self._places(product), expected)

    def _flags(self, orders):
        """["number flag flag", ...] of each number, in the order of sale."""
        return [
            " ".join([number.lot_name, *sorted(number.flag_ids.mapped("code"))])
            for order in orders
            for line in order.lines.sorted("id")
            for number in line.pack_lot_ids.sorted("id")
        ]

    def assertFlags(self, orders, *expected):
        """Each number with its flags, of one order or of several in this order."""
        self.assertEqual(self._flags(orders), list(expected))

    def assertWaits(self, *quantities):
        """(order, quantity): the lines of this order wait for as much."""
        for order, quantity in quantities:
            self.assertEqual(sum(order.lines.mapped("waiting_number_qty")), quantity, order.name)

    def assertNothingWaits(self, product):
        moves = self._open_moves(product, ("outgoing", "incoming"))
        self.assertFalse(moves.mapped("origin"), "transfers that wait")

    def assertHolds(self, product, **orders):
        """Which order has each serial that was sold; all others nobody has."""
        numbers = self.env["pos.pack.operation.lot"].search(
            [("lot_id.product_id", "=", product.id), ("holds", "=", True)]
        )
        held = {number.lot_id.name: number.order_id for number in numbers}
        self.assertEqual(held, orders)

    def assertSaysWhy(self, number):
        """A sentence tells why a number that is known waits, or what was wrong with it."""
        reason = number.explanation
        if "waiting_reason" in number._fields:
            reason = reason or number.waiting_reason
        self.assertTrue(reason, f"{number.lot_name}: no reason")


class AtNight:
    """The days of the class after it, where stock moves when the sessions close."""

    update_stock = "closing"

    def _night(self, *tills):
        """The tills close in this order and open again; closing adds no flag, takes none."""
        tills = tills or (self.till, self.other_till)
        sessions = self.env["pos.session"].union(*(till.current_session_id for till in tills))
        orders = sessions.order_ids.sorted("id")
        before = self._flags(orders)
        for till in tills:
            self._close(till)
            self._open_till(till)
        self._fresh()
        self.assertEqual(self._flags(orders), before, "flags are facts of the sale")
