"""Ground of the acceptance tests: a shop with its cashier, in core fields and methods only.

These tests name no field and no method of the add-on, so that they run on stock Odoo too: there
each one must fail, and for the reason its name gives. A test that stock Odoo passes as well is a
guard against regressions and carries `stock_passes`.

`AtClosing` runs a class of tests once more where stock moves when the session closes.
"""

import contextlib
from unittest import SkipTest

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from ...number.paid_order import get_till_values, make_line, make_order

POS_USER = "base.group_user,point_of_sale.group_pos_user"
SALESMAN = "sales_team.group_sale_salesman"
STOCK_USER = "base.group_user,stock.group_stock_user"


def passes_on_stock(test):
    """Mark a control: expected to pass on stock Odoo as well."""
    test.stock_passes = True
    return test


class AcceptanceCase(TransactionCase):
    """A warehouse with a till, and short words for what is sold, held, sold out and waiting."""

    update_stock = "real"
    cashier_groups = (POS_USER,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )
        cls.company.point_of_sale_update_stock_quantities = cls.update_stock
        cls.warehouse = cls.env["stock.warehouse"].create({"name": "Shop", "code": "SHOP"})
        cls.shelf = cls._location("Shelf", cls.warehouse.lot_stock_id)
        cls.customer = cls.env["res.partner"].create({"name": "Ada"})
        cls.till = cls._till("Till")
        cls.cashier = cls._cashier("cashier")

    # ------------------------------------------------------------------ builders

    @classmethod
    def _cashier(cls, login):
        """A user with till rights only; on stock Odoo also those without which nothing is sold."""
        groups = set(cls.cashier_groups)
        if "pos_lot_traceability" not in cls.env.registry._init_modules:
            groups |= {STOCK_USER, SALESMAN}
        return new_test_user(cls.env, login=login, groups=",".join(groups))

    @classmethod
    def _till(cls, name, warehouse=None):
        """An open till of the warehouse, paid by card (so that closing counts no cash)."""
        bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        card = cls.env["pos.payment.method"].create({"name": f"Card {name}", "journal_id": bank.id})
        warehouse = warehouse or cls.warehouse
        till = cls.env["pos.config"].create(
            {
                "name": name,
                "warehouse_id": warehouse.id,
                "picking_type_id": warehouse.pos_type_id.id,
                "payment_method_ids": [Command.set(card.ids)],
            }
        )
        cls._open_till(till)
        return till

    @classmethod
    def _open_till(cls, till):
        """Open the till's next session."""
        till.open_ui()
        till.current_session_id.set_opening_control(0, "")

    @classmethod
    def _location(cls, name, parent):
        return cls.env["stock.location"].create(
            {"name": name, "location_id": parent.id, "usage": "internal"}
        )

    @classmethod
    def _product(cls, name, tracking="serial", method="standard", **values):
        """A storable product without taxes at 100, that costs 10."""
        category = cls.env["product.category"].create(
            {"name": f"Category of {name}", "property_cost_method": method}
        )
        product = cls.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "tracking": tracking,
                "available_in_pos": True,
                "list_price": 100.0,
                "standard_price": 10.0,
                "taxes_id": [Command.clear()],
                "categ_id": category.id,
                **values,
            }
        )
        return product.with_env(cls.env)

    @classmethod
    def _kit(cls, name, components):
        """A kit of `{product: quantity}`."""
        if "mrp.bom" not in cls.env:
            raise SkipTest("Kits need Manufacturing")
        kit = cls._product(name, tracking="none", is_storable=False)
        lines = [
            Command.create({"product_id": product.id, "product_qty": quantity})
            for product, quantity in components.items()
        ]
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": lines,
            }
        )
        return kit

    @classmethod
    def _lot(cls, product, name, **values):
        known = [("product_id", "=", product.id), ("name", "=", name)]
        lot = cls.env["stock.lot"].search(known, limit=1)
        return lot or cls.env["stock.lot"].create(
            {"product_id": product.id, "name": name, "company_id": cls.company.id, **values}
        )

    @classmethod
    def _put(cls, product, numbers, location=None):
        """Put stock on hand: {number: quantity}, or serials; a number of None is stock without."""
        if not isinstance(numbers, dict):
            numbers = dict.fromkeys(numbers, 1)
        for name, quantity in numbers.items():
            cls.env["stock.quant"]._update_available_quantity(
                product,
                location or cls.warehouse.lot_stock_id,
                quantity,
                lot_id=cls._lot(product, name) if name else None,
            )

    @classmethod
    def _receive(cls, product, serials, cost):
        """Receive serials from a supplier at a cost, as a valued move."""
        move = cls.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": len(serials),
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": cls.warehouse.lot_stock_id.id,
                "picking_type_id": cls.warehouse.in_type_id.id,
            }
        )
        move._action_confirm()
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": product.id,
                    "quantity": 1,
                    "lot_id": cls._lot(product, name).id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
            for name in serials
        ]
        move.picked = True
        move._action_done()
        move.value_manual = cost * len(serials)

    @classmethod
    def _sale_order(cls, product, quantity, warehouse=None):
        """A confirmed sales order with its delivery, reserved as far as there is stock."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "warehouse_id": (warehouse or cls.warehouse).id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.action_assign()
        return order

    def _choose(self, move, numbers):
        """Reserve exactly these numbers for a move: {number: quantity}, or serials."""
        if not isinstance(numbers, dict):
            numbers = dict.fromkeys(numbers, 1)
        move._do_unreserve()
        for name, quantity in numbers.items():
            move._update_reserved_quantity(
                quantity, move.location_id, lot_id=self._lot(move.product_id, name)
            )
        move._recompute_state()

    @classmethod
    def _ship(cls, picking, numbers=None):
        """Validate a delivery of what is reserved, or of these of its numbers only."""
        if numbers is not None:
            picking.move_line_ids.filtered(lambda line: line.lot_id.name not in numbers).unlink()
        picking.move_ids.picked = True
        picking._action_done()

    # ------------------------------------------------------------------ the till

    def _line(self, product, quantity=1, numbers=(), price=100.0, **values):
        """A line as the till sends it: numbers go along by name."""
        values = {
            "pack_lot_ids": [Command.create({"lot_name": name}) for name in numbers],
            **values,
        }
        return make_line(product.id, product.display_name, quantity, price, **values)

    def _paid(self, *lines, till=None, **values):
        """A paid order as the till sends it."""
        values = {"user_id": self.cashier.id, **get_till_values(till or self.till), **values}
        date = values.pop("date_order", fields.Datetime.to_string(fields.Datetime.now()))
        return make_order(lines, date=date, **values)

    def _fresh(self):
        """Nothing read before is known any more, as at the start of each request."""
        self.env.flush_all()
        self.env.invalidate_all()

    def _sync(self, *orders, user=None):
        """Send orders as the cashier; give them back as seen from above."""
        sent = [dict(order) for order in orders]
        self._fresh()
        self.env["pos.order"].with_user(user or self.cashier).sync_from_ui(sent)
        self._fresh()
        stored = self.env["pos.order"].search(
            [("uuid", "in", [order["uuid"] for order in orders])], order="id"
        )
        self._let_stock_move(stored)
        return stored

    def _let_stock_move(self, orders):
        """Stock has moved with the paid orders; `AtClosing` closes their sessions here."""

    def _sell(self, *lines, user=None, **values):
        """Sell lines at the till; the order is stored, whatever its numbers."""
        order = self._sync(self._paid(*lines, **values), user=user)
        self.assertEqual(len(order), 1, "a paid order is stored, once")
        self.assertIn(order.state, ("paid", "done"))
        return order

    def _give_back(self, order, quantity=1, numbers=(), **values):
        """Refund units of the order's first line at the till."""
        line = self._line(
            order.lines[0].product_id, -quantity, numbers, refunded_orderline_id=order.lines[0].id
        )
        return self._sell(line, is_refund=True, **values)

    def _close(self, till=None, user=None):
        session = (till or self.till).current_session_id
        self._fresh()
        result = session.with_user(user or self.cashier).close_session_from_ui()
        self._fresh()
        self.assertEqual((result["successful"], session.state), (True, "closed"))
        return session

    def _transfers(self, order):
        """Transfers that moved with the order, or with its session."""
        return order.picking_ids | order.session_id.picking_ids

    # ------------------------------------------------------------------ what is where

    def _quants(self, product, *domain):
        self.env["stock.quant"].flush_model()
        quants = {}
        for quant in self.env["stock.quant"].search([("product_id", "=", product.id), *domain]):
            name = quant.lot_id.name or None
            quants[name] = quants.get(name, 0) + quant.quantity
        return {name: quantity for name, quantity in quants.items() if quantity}

    def _here(self, product, location=None):
        """{number: quantity} in a location and below; the whole warehouse when none is named."""
        location = location or self.warehouse.view_location_id
        return self._quants(product, ("location_id", "child_of", location.id))

    def _gone(self, product):
        """{number: quantity} at customers."""
        return self._quants(product, ("location_id.usage", "=", "customer"))

    def _reserved(self, product):
        """Numbers that some document holds."""
        lines = self.env["stock.move.line"].search(
            [("product_id", "=", product.id), ("state", "not in", ("done", "cancel", "draft"))]
        )
        return set(lines.filtered("quantity").mapped("lot_id.name"))

    def _open_moves(self, product, codes=("outgoing",)):
        """Transfers of the product that are still to be done."""
        return self.env["stock.move"].search(
            [
                ("product_id", "=", product.id),
                ("picking_code", "in", codes),
                ("state", "not in", ("done", "cancel")),
            ]
        )

    def assertStock(self, product, here, gone):
        """What lies in the warehouse and what customers have, number by number."""
        self.assertEqual(self._gone(product), gone, "what customers have")
        self.assertEqual(self._here(product), here, "what lies in the warehouse")

    def assertNoNegative(self, product):
        negative = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("quantity", "<", 0),
                ("location_id.usage", "=", "internal"),
            ]
        )
        where = [(quant.location_id.complete_name, quant.lot_id.name) for quant in negative]
        self.assertFalse(where, "negative stock")

    def assertWaiting(self, product, quantity, order=None, code="outgoing"):
        """Units wait for their number in a confirmed transfer of the order, and hold no number."""
        moves = self._open_moves(product, (code,))
        self.assertEqual(self._reserved(product), set(), "arbitrary numbers reserved")
        self.assertEqual(sum(moves.mapped("product_uom_qty")), quantity, "units that wait")
        self.assertEqual(set(moves.mapped("state")), {"confirmed"} if quantity else set())
        if order:
            origins = {picking.origin for picking in moves.picking_id}
            self.assertEqual(origins, {order.name}, "the transfer names its order")


class ShopCase(AcceptanceCase):
    """Serials and a lot in the shop, and an untracked product."""

    serials = ("SN1", "SN2", "SN3", "SN4")
    lots = {"L1": 10}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls.milk = cls._product("Milk", tracking="lot")
        cls.cable = cls._product("Cable", tracking="none")
        cls._put(cls.phone, cls.serials)
        cls._put(cls.milk, cls.lots)
        cls._put(cls.cable, {None: 10})


class ClosingCase(ShopCase):
    """Tills whose stock moves at closing."""

    update_stock = "closing"

    def assertAllHere(self, *but):
        """These serials are with customers, all others in the shop; nothing is under way."""
        here = dict.fromkeys(set(self.serials) - set(but), 1)
        self.assertStock(self.phone, here, dict.fromkeys(but, 1))
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))

    def _offered(self, product):
        """{number: quantity} that a till is told to have at hand."""
        self._fresh()
        lines = self.env["pos.order.line"].with_user(self.cashier)
        offered = lines.get_existing_lots(self.company.id, self.till.id, product.id)
        return {lot["name"]: lot["product_qty"] for lot in offered if lot["product_qty"]}


class MissingCase(AcceptanceCase):
    """A FIFO product with five serials received at 10, and an untracked one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inventory = new_test_user(cls.env, login="inventory_only", groups=STOCK_USER)
        cls.phone = cls._product("Phone", method="fifo")
        cls._receive(cls.phone, ["SN1", "SN2", "SN3", "SN4", "SN5"], cost=10)
        cls.cable = cls._product("Cable", tracking="none")
        cls._put(cls.cable, {None: 10})

    def _validate(self, picking):
        """Press Validate, and answer what is asked with yes; a refusal is an answer too."""
        self._fresh()
        picking = picking.with_user(self.inventory)
        with contextlib.suppress(UserError), self.env.cr.savepoint():
            answer = picking.button_validate()
            if isinstance(answer, dict):
                wizard = self.env[answer["res_model"]].with_user(self.inventory)
                wizard.with_context(**answer["context"]).create({}).process()
        self._fresh()


class TraceCase(AcceptanceCase):
    """Serials sold to a customer, with and without a sales order."""

    cashier_groups = (POS_USER, SALESMAN)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls._put(cls.phone, ["SN1", "SN2", "SN3", "SN4"])
        cls.other = cls.env["res.partner"].create({"name": "Bob"})

    def _number(self, name):
        return self._lot(self.phone, name)

    def _settle(self, sale_order, *numbers):
        sale_order.user_id = self.cashier
        line = self._line(
            self.phone,
            len(numbers),
            numbers,
            sale_order_line_id=sale_order.order_line.id,
            sale_order_origin_id=sale_order.id,
        )
        return self._sell(line, partner_id=self.customer.id)

    def _of(self, partner):
        """Names of the numbers that a search for their customer finds."""
        numbers = self.env["stock.lot"].search(
            [("product_id", "=", self.phone.id), ("partner_ids", "in", partner.ids)]
        )
        return set(numbers.mapped("name"))


class RefundCase(ShopCase):
    """Goods of the shop that come back."""

    def _refund_in_the_back_office(self, order):
        """The refund that the order's Return Products button prepares."""
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        self._fresh()
        return refund


class RightsCase(AcceptanceCase):
    """A serial and a lot product, and users with one right each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pos_only = new_test_user(cls.env, login="pos_only", groups=POS_USER)
        cls.inventory = new_test_user(cls.env, login="inventory_only", groups=STOCK_USER)
        cls.phone = cls._product("Phone")
        cls.milk = cls._product("Milk", tracking="lot")
        cls._put(cls.phone, ["SN1", "SN2", "SN3"])
        cls._put(cls.milk, {"L1": 10})


class SaleOrderCase(AcceptanceCase):
    """Serials SN1 to SN5 and two lots in the shop, and a cashier with Sales rights."""

    cashier_groups = (POS_USER, SALESMAN)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls.milk = cls._product("Milk", tracking="lot")
        cls.all = dict.fromkeys(["SN1", "SN2", "SN3", "SN4", "SN5"], 1)
        cls._put(cls.phone, cls.all)

    def _rest(self, *gone):
        return {name: 1 for name in self.all if name not in gone}

    def _loaded(self, sale_order):
        """{number: quantity} that the till gets with the order."""
        sale_order.user_id = self.cashier
        self._fresh()
        (line,) = sale_order.order_line.with_user(self.cashier).read_converted()
        return line["lot_qty_by_name"]

    def _delivered_and_returned(self, to_refund=False):
        """An order of phones SN1 and SN2, both delivered, of which SN1 came back.

        :param to_refund: whether it is still to deliver again
        """
        sale_order = self._sale_order(self.phone, 2)
        self._choose(sale_order.picking_ids.move_ids, ["SN1", "SN2"])
        delivery = sale_order.picking_ids
        self._ship(delivery)
        wizard = self.env["stock.return.picking"].with_context(
            active_id=delivery.id, active_ids=delivery.ids, active_model="stock.picking"
        )
        wizard = wizard.create({})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        if to_refund:
            back.move_ids.to_refund = True
        back.move_line_ids.lot_id = self._lot(self.phone, "SN1")
        self._ship(back)
        return sale_order

    def _settle(self, sale_order, quantity, numbers=(), **values):
        """Sell units of the order at the till."""
        sale_order.user_id = self.cashier
        line = self._line(
            sale_order.order_line.product_id,
            quantity,
            numbers,
            sale_order_line_id=sale_order.order_line.id,
            sale_order_origin_id=sale_order.id,
        )
        return self._sell(line, partner_id=self.customer.id, **values)

    def _steps(self, steps):
        """A sales order's goods leave in several steps."""
        self.warehouse.delivery_steps = steps

    def assertDelivered(self, sale_order, quantity, still_open=0):
        """What the order says is delivered, and what its own deliveries will still ship."""
        own = sale_order.picking_ids.filtered("sale_id").move_ids
        own = own.filtered(
            lambda move: move.state not in ("done", "cancel") and not move.move_dest_ids
        )
        self.assertEqual(sum(own.mapped("product_uom_qty")), still_open, "its own delivery")
        self.assertEqual(sale_order.order_line.qty_delivered, quantity, "delivered")


class TwoSessionsCase(AcceptanceCase):
    """A second till beside the first, both open."""

    update_stock = "closing"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._till("Other till")
        cls.phone = cls._product("Phone", method="fifo")
        cls._receive(cls.phone, ["SN1", "SN2", "SN3"], cost=10)
        cls.milk = cls._product("Milk", tracking="lot")
        cls._put(cls.milk, {"L1": 10})
        cls.cable = cls._product("Cable", tracking="none")
        cls._put(cls.cable, {None: 10})

    def assertNothingOpen(self, product):
        """Nothing of the product waits, neither to leave nor to come back."""
        self.assertFalse(self._open_moves(product, ("outgoing", "incoming")))


class WrongCase(ShopCase):
    """Serials SN1 to SN3, two units of lot L1 and an untracked product."""

    serials = ("SN1", "SN2", "SN3")
    lots = {"L1": 2}

    def _lots(self, product):
        return set(self.env["stock.lot"].search([("product_id", "=", product.id)]).mapped("name"))

    def assertCableGone(self):
        """The untracked unit sold along has left."""
        self.assertStock(self.cable, {None: 9}, {None: 1})


class AtClosing:
    """The tests of the class after it, where stock moves at closing.

    After each sale its session closes and the next one opens, so that what the tests say of
    stock holds as it stands. `stock_fails_too` names controls that stock Odoo fails in this mode.
    """

    update_stock = "closing"
    stock_fails_too = ()

    def _let_stock_move(self, orders):  # pylint: disable=missing-return
        super()._let_stock_move(orders)
        for session in orders.session_id:
            if session.state == "opened" and "draft" not in session.order_ids.mapped("state"):
                self._close(session.config_id)
                self._open_till(session.config_id)
