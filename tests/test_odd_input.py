"""Odd values that tills send, and numbers that come back in odd ways."""

from uuid import uuid4

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.pos_number_history import END
from .against_core.common import POS_USER, SALESMAN, STOCK_USER, AcceptanceCase


class OddCase(AcceptanceCase):
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


@tagged("post_install", "-at_install")
class TestOddInput(OddCase):
    """No value of a number refuses a paid order."""

    def test_no_name(self):
        """Numbers without a name are dropped."""
        for name in (None, "", "   ", False, 0, "\x00", [], "\ud800"):
            with self.subTest(name=repr(name)):
                order = self._sell_raw(self.phone, 1, {"lot_name": name})
                self.assertFalse(order.lines.pack_lot_ids)
                self.assertEqual(order.waiting_number_qty, 1)

    def test_odd_names(self):
        """Any other text is kept, as far as the database can hold it."""
        for name, stored in (
            ("A\x00B", "AB"),
            ("A\ud800B", "AB"),
            ("<b>", "<b>"),
            ("=1+1", "=1+1"),
            ("'; DROP", "'; DROP"),
            ("😀", "😀"),
            (12345, "12345"),
        ):
            with self.subTest(name=repr(name)):
                order = self._sell_raw(self.phone, 1, {"lot_name": name})
                self.assertEqual(order.lines.pack_lot_ids.lot_name, stored)

    def test_endless_name(self):
        """A name that no lot can have waits; what of it is kept fits into an index."""
        endless = "".join(str(uuid4()) for _i in range(1000))
        order = self._sell_raw(self.phone, 1, {"lot_name": endless})
        number = order.lines.pack_lot_ids
        self.assertTrue(endless.startswith(number.lot_name))
        self.assertGreater(len(number.lot_name), 128)
        self.assertFalse(number.lot_id)
        self.assertEqual(self._codes(order), ["unknown"])
        self.assertWaiting(self.phone, 1, order)

    def test_odd_quantities(self):
        """What is no quantity is shared out like none."""
        odd = (None, "", "abc", -1, 0, float("nan"), float("inf"), 1e300, [], {})
        for quantity in odd:
            with self.subTest(quantity=quantity):
                order = self._sell_raw(self.milk, 0.5, {"lot_name": "L1", "quantity": quantity})
                self.assertEqual(order.lines.pack_lot_ids.mapped("quantity"), [0.5])

    def test_findings_of_the_server(self):
        """A till cannot say what the server finds out."""
        order = self._sell_raw(
            self.phone,
            1,
            {
                "lot_name": "SN1",
                "origin": "magic",
                "lot_id": self._lot(self.phone, "SN2").id,
                "holds": False,
                "flag_ids": [Command.set(self.env["pos.number.flag"].search([]).ids)],
                "reviewed_by_id": self.cashier.id,
                "order_id": 1,
                "product_id": self.milk.id,
                "nonsense": 1,
                "uuid": None,
            },
        )
        number = order.lines.pack_lot_ids
        self.assertEqual(number.lot_id, self._lot(self.phone, "SN1"))
        self.assertEqual(number.product_id, self.phone)
        self.assertFalse(number.origin or number.flag_ids or number.reviewed_by_id)
        self.assertTrue(number.uuid and number.holds)

    def test_odd_commands(self):
        """What is no command is passed over."""
        good = Command.create({"lot_name": "L1", "pos_order_line_id": "x"})
        odd = ([], 7, None, "x", [1], [0, 0, None], [1, "x", {}], [2, []], [6, 0, ["x"]], {})
        for command in (*odd, [4, 2**40], [99, 1, {}]):
            with self.subTest(command=command):
                line = self._line(self.milk, 0.1, pack_lot_ids=[command, good])
                order = self._sell(line)
                self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["L1"])

    def test_odd_uuids(self):
        """They are replaced: the number counts."""
        for uuid in ("", " ", "\x00", "\ud800", "x" * 5000, 7, [], "é"):
            with self.subTest(uuid=repr(uuid)[:20]):
                order = self._sell_raw(self.milk, 1, {"lot_name": "L1", "uuid": uuid})
                self.assertEqual(order.lines.pack_lot_ids.lot_name, "L1")
                self.assertNotIn(order.lines.pack_lot_ids.uuid, (uuid, False))

    def test_uuid_of_another_order(self):
        """It does not reach the other order's number."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        uuid = first.lines.pack_lot_ids.uuid
        second = self._sell_raw(self.phone, 1, {"lot_name": "SN2", "uuid": uuid})
        self.assertEqual(first.lines.pack_lot_ids.lot_name, "SN1")
        self.assertEqual(second.lines.pack_lot_ids.lot_name, "SN2")

    def test_two_names_with_one_uuid(self):
        """Both are kept."""
        uuid = str(uuid4())
        order = self._sell_raw(
            self.phone, 2, {"lot_name": "SN1", "uuid": uuid}, {"lot_name": "SN2", "uuid": uuid}
        )
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN1", "SN2"])
        self.assertStock(self.phone, {"SN3": 1}, {"SN1": 1, "SN2": 1})

    def test_lots_without_quantities(self):
        """Each up to its stock, in their order, the rest to the last."""
        self._put(self.milk, {"L2": 4})
        order = self._sell_raw(self.milk, 12, {"lot_name": "L2"}, {"lot_name": "L1"})
        self.assertEqual(order.lines.pack_lot_ids.mapped("quantity"), [4, 8])
        self.assertStock(self.milk, {"L1": 2}, {"L2": 4, "L1": 8})


@tagged("post_install", "-at_install")
class TestTheTillsWord(OddCase):
    """What an order says about numbers counts for that order, also when a kiosk sent it.

    Orders of kiosks are stored as superuser.
    """

    def setUp(self):
        super().setUp()
        self.paid = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.number = self.paid.lines.pack_lot_ids

    def _sync_as(self, user, order):
        """Store an order as a cashier, or as superuser where there is none."""
        if user:
            return self._sync(order)
        self._fresh()
        self.env["pos.order"].sudo().sync_from_ui([dict(order)])
        self._fresh()
        return self.env["pos.order"].search([("uuid", "=", order["uuid"])])

    def _check_paid(self):
        self.assertEqual(self.paid.lines.pack_lot_ids, self.number)
        self.assertEqual(self.number.lot_name, "SN1")

    def test_findings(self):
        """Only the server says which lot it is, and what is wrong with it."""
        findings = {
            "lot_name": "SN2",
            "lot_id": self.number.lot_id.id,
            "holds": False,
            "flag_ids": [Command.set(self.env["pos.number.flag"].search([]).ids)],
        }
        line = self._line(self.phone, 1, pack_lot_ids=[Command.create(findings)])
        order = self._sync_as(None, self._paid(line))
        number = order.lines.pack_lot_ids
        self.assertEqual((number.lot_id.name, number.holds), ("SN2", True))
        self.assertFalse(number.flag_ids)

    def test_numbers_of_a_paid_order(self):
        """They stay, and the order that came along is stored."""
        number, line = self.number, self.paid.lines
        for user in (self.cashier, None):
            for command in (
                Command.update(number.id, {"lot_name": "X"}),
                Command.delete(number.id),
                Command.unlink(number.id),
                Command.clear(),
                Command.set([]),
                Command.create({"lot_name": "Y"}),
            ):
                with self.subTest(user=user, command=command):
                    order = self._paid(self._line(self.milk, 0.1, ["L1"]))
                    order["lines"].append(Command.update(line.id, {"pack_lot_ids": [command]}))
                    self.assertEqual(self._sync_as(user, order).state, "paid")
                    self._check_paid()

    def test_taken_from_a_paid_order(self):
        """No new line gets them."""
        number = self.number
        for user in (self.cashier, None):
            for command in (
                Command.link(number.id),
                Command.set(number.ids),
                Command.update(number.id, {"lot_name": "X"}),
                Command.create({"lot_name": "Y", "pos_order_line_id": self.paid.lines.id}),
            ):
                with self.subTest(user=user, command=command):
                    line = self._line(self.milk, 0.1, pack_lot_ids=[command])
                    self._sync_as(user, self._paid(line))
                    self._check_paid()

    def test_linked_by_uuid(self):
        """Nor by the way that tills link new records."""
        for user in (self.cashier, None):
            with self.subTest(user=user):
                line = self._line(self.phone, 1, ["SN2"])
                order = self._paid(
                    line,
                    relations_uuid_mapping={
                        "pos.order.line": {line["uuid"]: {"pack_lot_ids": [self.number.uuid]}},
                        "pos.pack.operation.lot": {
                            self.number.uuid: {"pos_order_line_id": line["uuid"]}
                        },
                    },
                )
                self._sync_as(user, order)
                self._check_paid()


@tagged("post_install", "-at_install")
class TestSurplus(OddCase):
    """Numbers beyond the units of a line are noted, and nothing is sold of them."""

    def test_serial(self):
        """The extra serial can be sold by the next order, and this one cannot give it back."""
        order = self._sell(self._line(self.phone, 1, ["SN1", "SN2"]))
        self.assertEqual(self._codes(order), ["surplus"])
        self.assertEqual(self._refundable(order), {"SN1": 1})
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertEqual(self._codes(second), [])
        self.assertStock(self.phone, {"SN3": 1}, {"SN1": 1, "SN2": 1})

    def test_lot(self):
        """No more of the lot than was sold."""
        order = self._sell_raw(self.milk, 3, {"lot_name": "L1", "quantity": 8})
        self.assertEqual(self._codes(order), ["surplus"])
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self.assertEqual(self._refundable(order), {"L1": 3})


@tagged("post_install", "-at_install")
class TestOddReturns(OddCase):
    """What comes back is known again."""

    def test_serial_in_other_letters(self):
        """It is the one that was sold: no flag, and free to be sold again."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        refund = self._give_back(sale, 1, ["sn1"])
        self.assertEqual(self._codes(refund), [])
        self.assertEqual(self._refundable(sale), {})
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._codes(again), [])
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_lot_in_other_letters(self):
        sale = self._sell(self._line(self.milk, 5, ["L1"]))
        refund = self._give_back(sale, 2, ["l1"])
        self.assertEqual(self._codes(refund), [])
        self.assertEqual(self._refundable(sale), {"L1": 3})

    def test_sold_before_the_add_on_came(self):
        """Nothing links that sale's number to its move: it comes back all the same."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        sale.picking_ids.move_line_ids.pos_number_id = False
        sale.lines.pack_lot_ids.write({"holds": False, "lot_id": False})
        self.env["ir.config_parameter"].set_param(END, str(sale.lines.pack_lot_ids.id))
        refund = self._give_back(sale, 1, ["SN1"])
        self.assertEqual(self._codes(refund), [])
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {})

    def test_sold_again_in_the_same_order(self):
        """A wrong price is mended by a refund and a sale in one go."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._line(self.phone, -1, ["SN1"], refunded_orderline_id=sale.lines.id)
        order = self._sell(back, self._line(self.phone, 1, ["SN1"], price=90))
        self.assertEqual(self._codes(order), [])
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._codes(again), ["duplicate"])

    def test_return_that_waits_is_not_ready(self):
        """Nobody has said which lot came back: its transfer says so."""
        sale = self._sell(self._line(self.milk, 5, ["L1"]))
        back = self._give_back(sale, 3)
        picking = back.numbers_picking_ids
        self.assertEqual((picking.state, picking.move_ids.state), ("confirmed", "confirmed"))
        self.assertEqual(back.waiting_number_qty, 3)

    def test_refund_of_a_duplicate(self):
        """It never left: its unit is not waited for any more, and the right sale keeps it."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        second = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._codes(second), ["duplicate"])
        self._give_back(second, 1, ["SN1"])
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertWaiting(self.phone, 0)

    def test_returned_by_inventory(self):
        """A transfer that waited and was completed is returned like any other."""
        order = self._sell(self._line(self.phone, 1))
        picking = order.numbers_picking_ids
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.phone.id,
                    "quantity": 1,
                    "lot_id": self._lot(self.phone, "SN1").id,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                    "picking_id": picking.id,
                }
            )
        ]
        picking.button_validate()
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        self.assertFalse(back.move_ids.filtered("pos_numbers_waiting"))
        back.button_validate()
        self.assertEqual(self._gone(self.phone), {})

    def test_validate_says_what_to_do(self):
        """Nobody validates a transfer that waits by just any number."""
        order = self._sell(self._line(self.phone, 1))
        user = new_test_user(self.env, login="stocker", groups=STOCK_USER)
        with self.assertRaisesRegex(UserError, "assign them first"):
            order.numbers_picking_ids.with_user(user).button_validate()


@tagged("post_install", "-at_install")
class TestInvoicedBeforeClosing(OddCase):
    """An order whose stock moves early because it is invoiced is settled once."""

    update_stock = "closing"

    def test_number_moves_once(self):
        self.company.anglo_saxon_accounting = True
        order = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        order.action_pos_order_invoice()
        self._fresh()
        self.assertEqual(self._codes(order), [])
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self._close()
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})

    def test_sales_order_gives_up_once(self):
        """The sales order still ships what was not settled here."""
        self.company.anglo_saxon_accounting = True
        seller = new_test_user(self.env, login="seller", groups=f"{POS_USER},{SALESMAN}")
        sale_order = self._sale_order(self.phone, 3)
        sale_order.user_id = seller
        line = self._line(
            self.phone,
            1,
            ["SN1"],
            sale_order_origin_id=sale_order.id,
            sale_order_line_id=sale_order.order_line.id,
        )
        order = self._sell(line, user=seller, partner_id=self.customer.id)
        order.action_pos_order_invoice()
        self._fresh()
        moves = sale_order.order_line.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 2)
