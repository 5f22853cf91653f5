"""Grounds of tests that several modules share: shops, users, and short words for what they do."""

from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from ..number.page_token import make_token
from .against_core.common import (
    POS_USER,
    STOCK_USER,
    AcceptanceCase,
    AtClosing,
    SaleOrderCase,
    ShopCase,
)


class RawSaleCase(AcceptanceCase):
    """Serials SN1 to SN3 and ten of lot L1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls.milk = cls._product("Milk", tracking="lot")
        cls._put(cls.phone, ["SN1", "SN2", "SN3"])
        cls._put(cls.milk, {"L1": 10})

    def _sell_raw(self, product, quantity, *vals_list):
        """Sell with numbers exactly as a till, or somebody else, sends them."""
        commands = [Command.create(vals) for vals in vals_list]
        return self._sell(self._line(product, quantity, pack_lot_ids=commands))

    def _codes(self, order):
        return sorted(order.lines.pack_lot_ids.flag_ids.mapped("code"))

    def _refundable(self, order):
        """{name: quantity} that the till offers to take back."""
        self._fresh()
        till = self.till.with_user(self.cashier)
        rows = till.get_refundable_numbers(order.lines.ids)[order.lines.id]
        return {row["lot_name"]: row["quantity"] for row in rows}


class NumberedShopCase(ShopCase):
    """Goods of the shop, sold as this add-on's till does."""

    def _codes(self, order):
        return sorted(order.lines.pack_lot_ids.flag_ids.mapped("code"))

    def _left(self, *names):
        return {name: 1 for name in self.serials if name not in names}

    def _identified(self, *names):
        return [Command.create({"lot_name": name, "uuid": str(uuid4())}) for name in names]

    def _numbered(self, product, quantity, numbers, **values):
        """A line whose numbers carry uuids and quantities, as this add-on's till sends them."""
        commands = [
            Command.create(
                {"uuid": str(uuid4()), "lot_name": name, "quantity": share, "origin": "scanned"}
            )
            for name, share in numbers.items()
        ]
        return self._line(product, quantity, pack_lot_ids=commands, **values)

    def _refuse(self, product):
        """Stock refuses to move this product, whatever the reason."""
        MoveLine = self.env.registry["stock.move.line"]
        done = MoveLine._action_done

        def refuse(lines):
            if product in lines.product_id:
                raise UserError(product.display_name)
            return done(lines)

        return patch.object(MoveLine, "_action_done", refuse)


class AssignmentCase(AcceptanceCase):
    """Phones by serial and milk by lot, an inventory user without any Point of Sale right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inventory = new_test_user(
            cls.env, login="inventory_only", name="Ines", groups=STOCK_USER
        )
        cls.phone = cls._product("Phone", method="fifo")
        cls._receive(cls.phone, ["SN1", "SN2", "SN3", "SN4", "SN5"], cost=10)
        cls.milk = cls._product("Milk", tracking="lot")
        cls._put(cls.milk, {"L1": 10, "L2": 10})
        cls.rest = dict.fromkeys(["SN1", "SN2", "SN3", "SN4", "SN5"], 1)

    def _lots(self, **quantities):
        """Numbers of a line with their quantities, as the till sends them."""
        return [
            Command.create({"lot_name": name, "quantity": quantity})
            for name, quantity in quantities.items()
        ]

    def _left(self, *names):
        return {name: 1 for name in self.rest if name not in names}

    def _assign(self, line, *numbers, user=None):
        """Assign serials, or (lot, quantity), as the inventory user."""
        self._fresh()
        entries = [(n, 1) if isinstance(n, str) else n for n in numbers]
        line = line.with_user(user or self.inventory)
        found = line._assign_numbers(entries)
        self._fresh()
        return found.sudo()

    def _correct(self, number, new_name, user=None):
        self._fresh()
        number = number.with_user(user or self.inventory)._correct(new_name)
        self._fresh()
        return number.sudo()

    def _names(self, line):
        return sorted(line.pack_lot_ids.mapped("lot_name"))

    def _elsewhere(self, product, *names):
        """Put serials into another warehouse of the company."""
        warehouse = self.env["stock.warehouse"].create({"name": "Depot", "code": "DEPO"})
        self._put(product, list(names), warehouse.lot_stock_id)
        return warehouse


class NumberPageCase(AssignmentCase):
    """A shop with the page; a till's order as it is sent, with its link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.till.number_page = True
        cls.phone.categ_id.warranty_months = 24
        cls.customer.write({"email": "ada@example.com", "phone": "+33 6 12 34 56 78"})

    def _sell_with_link(self, *lines, **values):
        token = make_token()
        order = self._sell(
            *(lines or [self._line(self.phone, 1, ["SN1"])]), number_page_token=token, **values
        )
        return order, token

    def _leave(self, order, email="", phone=""):
        return self.env["pos.safety.contact"]._leave(order, email, phone, "page")

    def _contacts(self, order):
        self._fresh()
        return self.env["pos.safety.contact"].search([("order_id", "=", order.id)])


class WizardCase(AssignmentCase):
    """Two orders that wait for numbers, and the dialogs as an inventory user."""

    def setUp(self):
        super().setUp()
        self.order = self._sell(self._line(self.phone, 3))
        self.milk_order = self._sell(self._line(self.milk, 5))

    def _open(self, line, user=None):
        self._fresh()
        action = line.with_user(user or self.inventory).action_assign_numbers()
        wizard = self.env["pos.number.assignment"].with_user(user or self.inventory)
        return Form(wizard.browse(action["res_id"]))

    def _open_correction(self, number):
        self._fresh()
        action = number.with_user(self.inventory).action_correct()
        wizard = self.env[action["res_model"]].with_user(self.inventory)
        return Form(wizard.with_context(**action["context"]))


class NumberTextCase(AssignmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone.barcode = "5901234123457"
        cls.milk.barcode = "5901234123464"

    def _read(self, text, product=None):
        """[(name, quantity)], or the reason in the place of the name."""
        entries = self.env["pos.number.text"]._read_text(
            product or self.phone, self.env.company, text
        )
        return [(entry.message or entry.name, entry.quantity) for entry in entries]

    def _names(self, text, product=None):
        return [name for name, _quantity in self._read(text, product)]

    def assertRefused(self, text, reason, product=None):
        entry = self.env["pos.number.text"]._read_text(
            product or self.phone, self.env.company, text
        )
        self.assertEqual(len(entry), 1)
        self.assertIn(reason, entry[0].message or "")


class AccountsCase(AssignmentCase):
    """Radios valued by serial: R1 cost 10, R2 cost 30."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"].create(
            [
                {"name": "Radios in stock", "code": "STK991", "account_type": "asset_current"},
                {"name": "Radios sold", "code": "EXP991", "account_type": "expense"},
            ]
        )
        cls.stock_account, cls.expense_account = accounts
        cls.company.inventory_valuation = "real_time"
        cls.radio = cls._product("Radio", method="fifo", lot_valuated=True)
        cls.radio.categ_id.write(
            {
                "property_valuation": "real_time",
                "property_stock_valuation_account_id": cls.stock_account.id,
                "property_account_expense_categ_id": cls.expense_account.id,
            }
        )
        cls._receive(cls.radio, ["R1"], cost=10)
        cls._receive(cls.radio, ["R2"], cost=30)

    def _booked(self, entry):
        """What an entry takes out of stock and books as expense."""
        lines = entry.line_ids
        return (
            -sum(lines.filtered(lambda ml: ml.account_id == self.stock_account).mapped("balance")),
            sum(lines.filtered(lambda ml: ml.account_id == self.expense_account).mapped("balance")),
        )

    def _all_entries(self):
        """Everything that is booked, by account and amount."""
        self._fresh()
        lines = self.env["account.move.line"].search([("company_id", "=", self.company.id)])
        return sorted((line.move_id.id, line.account_id.code, line.balance) for line in lines)


class OrderNumbersCase(SaleOrderCase):
    def _ask(self, sale_order, user=None):
        """Answer of the look-up as a cashier without rights on stock gets it."""
        sale_order.user_id = self.cashier
        self._fresh()
        till = self.till.with_user(user or self.cashier)
        return till.get_sale_order_numbers(sale_order.id)

    def _numbers(self, sale_order):
        """`[(line, {number: (take, problem)})]`"""
        return [
            (
                line["id"],
                {
                    number["info"]["name"]: (number["take"], number["problem"])
                    for number in line["numbers"]
                },
            )
            for line in self._ask(sale_order)["lines"]
        ]

    def _quotation(self, *lines, **values):
        """A quotation of `(product, quantity, linked names)`."""
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "lot_ids": [
                                Command.link(self._lot(product, name).id) for name in names
                            ],
                        }
                    )
                    for product, quantity, names in lines
                ],
                **values,
            }
        )

    def assertLoads(self, sale_order, *expected):
        self.assertEqual(
            [
                {name: take for name, (take, _problem) in numbers.items() if take}
                for _line, numbers in self._numbers(sale_order)
            ],
            list(expected),
        )


class TwoCompaniesCase(ShopCase):
    """A second company with a till of its own, that sells the same products."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.other, install_demo=False
        )
        cls.other.point_of_sale_update_stock_quantities = cls.update_stock
        cls.other_warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.other.id)], limit=1
        )
        bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.other.id)], limit=1
        )
        env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.other.ids})
        card = env["pos.payment.method"].create({"name": "Other card", "journal_id": bank.id})
        cls.other_till = env["pos.config"].create(
            {
                "name": "Other till",
                "warehouse_id": cls.other_warehouse.id,
                "picking_type_id": cls.other_warehouse.pos_type_id.id,
                "payment_method_ids": [Command.set(card.ids)],
            }
        )
        cls._open_till(cls.other_till)
        cls.other_cashier = new_test_user(
            cls.env,
            login="other cashier",
            groups=POS_USER,
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )

    def _other_lot(self, name, company):
        return self.env["stock.lot"].create(
            {"name": name, "product_id": self.phone.id, "company_id": company.id}
        )

    def _put_there(self, lot):
        self.env["stock.quant"]._update_available_quantity(
            self.phone, self.other_warehouse.lot_stock_id, 1, lot_id=lot
        )

    def _sell_there(self, *lines):
        return self._sell(*lines, user=self.other_cashier, till=self.other_till)

    def _sell(self, *lines, user=None, till=None, **values):
        order = self._sync(self._paid(*lines, till=till, **values), user=user)
        self.assertEqual(len(order), 1)
        return order

    def _lots_there(self):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.phone.id),
                ("location_id", "child_of", self.other_warehouse.view_location_id.id),
            ]
        )
        return {
            (quant.lot_id.name, quant.lot_id.company_id): quant.quantity
            for quant in quants
            if quant.quantity
        }


class TwoCompaniesAtClosing(AtClosing):
    """The tests of the class after it, where the stock of both moves at closing."""

    def _let_stock_move(self, orders):  # pylint: disable=missing-return
        """Each company's session is closed by its own cashier."""
        for session in orders.session_id:
            there = session.config_id == self.other_till
            self._close(session.config_id, user=self.other_cashier if there else None)
            self._open_till(session.config_id)


class ExchangeCase(AssignmentCase):
    """Numbers that are taken off or swapped, by an inventory user."""

    def _release(self, number, user=None):
        self._fresh()
        number.with_user(user or self.inventory)._take_off()
        self._fresh()

    def _exchange(self, number, other, quantity=None, user=None):
        self._fresh()
        user = user or self.inventory
        number.with_user(user)._exchange_with(other.with_user(user), quantity)
        self._fresh()

    def _quantities(self, order):
        return {number.lot_name: number.quantity for number in order.lines.pack_lot_ids}

    def _refused(self, method, *args, reason="", error=UserError):
        with self.assertRaises(error) as caught, self.env.cr.savepoint():
            method(*args)
        self._fresh()
        self.assertIn(reason, str(caught.exception))

    def assertHeld(self, order, *names):
        held = order.lines.pack_lot_ids.filtered("holds")
        self.assertEqual(sorted(held.mapped("lot_name")), sorted(names))


class WaitingCase(AssignmentCase):
    """Two phones sold without numbers, and an inventory user who tries Odoo's own buttons."""

    def setUp(self):
        super().setUp()
        self.order = self._sell(self._line(self.phone, 2))
        self.line = self.order.lines
        self.move = self._open_moves(self.phone).with_user(self.inventory)
        self.picking = self.move.picking_id

    def _refuse(self, method, *args, reason="Close without Number"):
        """This is refused, and says what to do instead; nothing has changed."""
        with self.assertRaisesRegex(UserError, reason), self.env.cr.savepoint():
            method(*args)
            self.env.flush_all()
        self._fresh()
        self.assertUntouched()

    def assertUntouched(self):
        self.assertEqual(self.line.waiting_number_qty, 2)
        self.assertStock(self.phone, self.rest, {})
        self.assertFalse(self.line.pack_lot_ids)
        self.assertEqual(sum(self._open_moves(self.phone).mapped("product_uom_qty")), 2)

    def _write_lines(self, *names, move=None, quantity=1, picked=True):
        """Write move lines with these serials by hand."""
        move = move or self.move
        move.env["stock.move.line"].create(
            [
                {
                    **move._prepare_move_line_vals(quantity=0),
                    "quantity": quantity,
                    "lot_id": self._lot(move.product_id, name).id,
                    "picked": picked,
                }
                for name in names
            ]
        )

    def _answer(self, answer, method="process"):
        """Answer the question about a backorder."""
        self.assertEqual(answer["res_model"], "stock.backorder.confirmation")
        wizard = self.env[answer["res_model"]].with_user(self.inventory)
        return getattr(Form(wizard.with_context(**answer["context"])).save(), method)()
