"""What a user with till rights only can and cannot do."""

import contextlib

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import POS_USER, SALESMAN, RightsCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestCashierSells(RightsCase):
    """A user with only Point of Sale / User sells, refunds and ships tracked products."""

    def test_sell_serial(self):
        """A serial is sold and leaves the shop."""
        self._sell(self._line(self.phone, 1, ["SN1"]), user=self.pos_only)
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})

    def test_sell_lot(self):
        """A lot is sold and leaves the shop."""
        self._sell(self._line(self.milk, 4, ["L1"]), user=self.pos_only)
        self.assertStock(self.milk, {"L1": 6}, {"L1": 4})

    def test_sell_new_number(self):
        """A number that is not on file yet is created by the sale."""
        radio = self._product("Radio")
        self._put(radio, {None: 2})
        self._sell(self._line(radio, 1, ["NEW1"]), user=self.pos_only)
        self.assertStock(radio, {None: 1}, {"NEW1": 1})

    def test_sell_without_number(self):
        """A tracked product without its number is sold too; the unit waits."""
        order = self._sell(self._line(self.phone, 1), user=self.pos_only)
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {})
        self.assertWaiting(self.phone, 1, order)

    def test_sell_and_invoice(self):
        """The same with an invoice."""
        line = self._line(self.phone, 1, ["SN1"])
        values = {"partner_id": self.customer.id, "to_invoice": True}
        order = self._sell(line, user=self.pos_only, **values)
        self.assertEqual(order.account_move.state, "posted")
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})

    def test_refund(self):
        """A sold serial comes back."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]), user=self.pos_only)
        self._give_back(order, 1, ["SN1"], user=self.pos_only)
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {})


@tagged("post_install", "-at_install")
class TestCashierCloses(RightsCase):
    """A user with only Point of Sale / User closes a session whose stock moves at closing."""

    update_stock = "closing"

    def test_close_session(self):
        """The session closes and what was sold moves."""
        self._sell(self._line(self.phone, 1, ["SN1"]), user=self.pos_only)
        self._sell(self._line(self.milk, 4, ["L1"]), user=self.pos_only)
        self._close(user=self.pos_only)
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertStock(self.milk, {"L1": 6}, {"L1": 4})


@tagged("post_install", "-at_install")
class TestCashierSettles(RightsCase):
    """A user with Point of Sale and Sales rights loads and settles sales orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = f"{POS_USER},{SALESMAN}"
        cls.seller = new_test_user(cls.env, login="seller", groups=groups)
        cls.sale_order = cls._sale_order(cls.phone, 2)
        cls.sale_order.user_id = cls.seller

    def test_load_sale_order(self):
        """A sales order with reserved serials loads."""
        self._fresh()
        lines = self.sale_order.order_line.with_user(self.seller).read_converted()
        self.assertEqual([line["product_uom_qty"] for line in lines], [2])

    def test_settle_sale_order(self):
        """Its units are sold at the till and count as delivered."""
        line = self._line(
            self.phone,
            2,
            ["SN1", "SN2"],
            sale_order_line_id=self.sale_order.order_line.id,
            sale_order_origin_id=self.sale_order.id,
        )
        self._sell(line, user=self.seller, partner_id=self.customer.id)
        self.assertStock(self.phone, {"SN3": 1}, {"SN1": 1, "SN2": 1})
        self.assertEqual(self.sale_order.order_line.qty_delivered, 2)


@tagged("post_install", "-at_install")
class TestNoMoreRights(RightsCase):
    """Nothing beyond Odoo's own rights is granted."""

    @passes_on_stock
    def test_no_stock_rights(self):
        """A till user does not read the numbers on file, and changes neither them nor stock."""
        for model in ("stock.quant", "stock.lot"):
            for operation in ("create", "write", "unlink"):
                self.assertFalse(self.env[model].with_user(self.pos_only).has_access(operation))
        with self.assertRaises(AccessError):
            self.env["stock.lot"].with_user(self.pos_only).search([]).read(["name"])

    @passes_on_stock
    def test_inventory_user_cannot_sell(self):
        """An inventory user gets no right to sell."""
        with self.assertRaises(AccessError):
            self._sell(self._line(self.phone, 1, ["SN1"]), user=self.inventory)


@tagged("post_install", "-at_install")
class TestNumbersOfPaidOrders(RightsCase):
    """The numbers of a paid order are fixed for the till's user, by whatever route."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_till = cls._till("Other till")

    def setUp(self):
        super().setUp()
        self.order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))

    def _attempt(self, action):
        """Try a change: a refusal is fine, what counts is that the numbers stay."""
        self._fresh()
        with contextlib.suppress(AccessError, UserError), self.env.cr.savepoint():
            action()
            self.env.flush_all()
        self._fresh()
        numbers = self.order.lines.pack_lot_ids.mapped("lot_name")
        self.assertEqual(sorted(numbers), ["SN1", "SN2"], "numbers of the paid order")

    def _as_cashier(self, records):
        return records.with_user(self.pos_only)

    def test_write_number(self):
        """A number cannot be changed."""
        number = self.order.lines.pack_lot_ids[0]
        self._attempt(lambda: self._as_cashier(number).write({"lot_name": "SN3"}))

    def test_create_number(self):
        """A number cannot be added."""
        values = {"pos_order_line_id": self.order.lines.id, "lot_name": "SN3"}
        self._attempt(lambda: self._as_cashier(self.env["pos.pack.operation.lot"]).create(values))

    def test_unlink_number(self):
        """A number cannot be deleted."""
        self._attempt(lambda: self._as_cashier(self.order.lines.pack_lot_ids[0]).unlink())

    def test_move_number(self):
        """A number cannot be moved to another line."""
        other = self._sell(self._line(self.phone, 1, ["SN3"]))
        values = {"pos_order_line_id": other.lines.id}
        self._attempt(lambda: self._as_cashier(self.order.lines.pack_lot_ids[0]).write(values))

    def test_through_the_line(self):
        """Nor through the line."""
        values = {"pack_lot_ids": [Command.clear(), Command.create({"lot_name": "SN3"})]}
        self._attempt(lambda: self._as_cashier(self.order.lines).write(values))

    def test_through_the_order(self):
        """Nor through the order."""
        line = {"pack_lot_ids": [Command.create({"lot_name": "SN3"})]}
        values = {"lines": [Command.update(self.order.lines.id, line)]}
        self._attempt(lambda: self._as_cashier(self.order).write(values))

    def test_through_another_order(self):
        """Nor through an order of one's own that names the paid line."""
        line = {"pack_lot_ids": [Command.create({"lot_name": "SN3"})]}
        draft = self._paid(self._line(self.milk, 1), state="draft", payment_ids=[])
        draft = self._sync(draft)
        sent = {
            **self._paid(state="draft", payment_ids=[], uuid=draft.uuid, access_token=""),
            "lines": [Command.update(self.order.lines.id, line)],
        }
        self._attempt(lambda: self._as_cashier(self.env["pos.order"]).sync_from_ui([sent]))

    def test_with_a_context(self):
        """Nor by any word in the browser's context."""
        context = {"su": True, "install_mode": True, "uninstall": True, "module": "x"}
        number = self.order.lines.pack_lot_ids[0]
        number = self._as_cashier(number).with_context(**context)
        self._attempt(lambda: number.write({"lot_name": "SN3"}))

    def test_after_closing(self):
        """Nor once the session is closed."""
        self._close()
        number = self.order.lines.pack_lot_ids[0]
        self._attempt(lambda: self._as_cashier(number).write({"lot_name": "SN3"}))

    @passes_on_stock
    def test_draft_stays_open(self):
        """The numbers of an order that is not paid are the till's own."""
        line = self._line(self.phone, 1, ["SN3"])
        draft = self._sync(self._paid(line, state="draft", payment_ids=[]))
        self._as_cashier(draft.lines.pack_lot_ids).write({"lot_name": "SN4"})
        self.assertEqual(draft.lines.pack_lot_ids.lot_name, "SN4")
        self._as_cashier(draft.lines.pack_lot_ids).unlink()
        self.assertFalse(draft.lines.pack_lot_ids)


@tagged("post_install", "-at_install")
class TestOtherCompany(RightsCase):
    """A till user of another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env["res.company"].create({"name": "Elsewhere"})
        values = {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        cls.stranger = new_test_user(cls.env, login="stranger", groups=POS_USER, **values)

    def _visible(self, number):
        self._fresh()
        numbers = self.env["pos.pack.operation.lot"].with_user(self.stranger)
        return numbers.search([("id", "=", number.id)])

    def test_read_numbers(self):
        """He does not see our numbers."""
        number = self._sell(self._line(self.phone, 1, ["SN1"])).lines.pack_lot_ids
        self.assertFalse(self._visible(number))

    def test_write_numbers(self):
        """He does not change those of our open orders."""
        line = self._line(self.phone, 1, ["SN1"])
        number = self._sync(self._paid(line, state="draft", payment_ids=[])).lines.pack_lot_ids
        self._fresh()
        with self.assertRaises(AccessError):
            number.with_user(self.stranger).write({"lot_name": "SN2"})

    @passes_on_stock
    def test_ask_what_is_in_stock(self):
        """He is told nothing of our stock."""
        self._fresh()
        lines = self.env["pos.order.line"].with_user(self.stranger)
        with self.assertRaises(AccessError):
            lines.get_existing_lots(self.company.id, self.till.id, self.phone.id)


@tagged("post_install", "-at_install")
class TestInventoryReads(RightsCase):
    """An inventory user reads the sales behind the numbers, and changes nothing there."""

    def test_read_numbers(self):
        """The sold numbers, with line and order, can be read."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        number = order.lines.pack_lot_ids.with_user(self.inventory)
        self._fresh()
        self.assertEqual(number.read(["lot_name"])[0]["lot_name"], "SN1")
        self.assertEqual(number.pos_order_line_id.order_id.name, order.name)

    @passes_on_stock
    def test_write_numbers(self):
        """They cannot be changed by hand."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        with self.assertRaises(AccessError):
            order.lines.pack_lot_ids.with_user(self.inventory).write({"lot_name": "SN3"})
