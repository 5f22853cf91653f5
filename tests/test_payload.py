"""What an order from a till may say about numbers: any value is stored safely, none authorises."""

from uuid import uuid4

from odoo.fields import Command
from odoo.tests import tagged

from .common import RawSaleCase


@tagged("post_install", "-at_install")
class TestPayloadValues(RawSaleCase):
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
class TestPayloadAuthority(RawSaleCase):
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
