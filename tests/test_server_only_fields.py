"""What a payload says of the server's findings is ignored, whoever stores it.

Orders of kiosks are stored as superuser (pos_self_order, `process_order`): no access right stands
between their payload and the database. The loop goes over the fields of the models themselves, so
that a field that is added later is covered by construction.
"""

from odoo.fields import Command
from odoo.tests import tagged

from .against_core.common import AtClosing
from .common_kiosk import KioskCase, PayloadCase


@tagged("post_install", "-at_install")
class TestClaims(PayloadCase):
    """The order is stored as if its claims had not been made."""

    def test_there_are_claims(self):
        """The loop sees the fields that matter."""
        self.assertLessEqual(
            {"stock_done", "numbers_locked", "waiting_move_ids", "number_flag_ids"}
            | {"cost_estimates", "numbers_changed_on", "waiting_number_qty"},
            set(self._own_fields("pos.order.line")),
        )
        self.assertLessEqual(
            {"lot_id", "holds", "flag_ids", "corrected_from", "reviewed_by_id", "new_lot_key"},
            set(self._own_fields("pos.pack.operation.lot")),
        )
        self.assertLessEqual(
            {"waiting_number_qty", "numbers_picking_ids"}, set(self._own_fields("pos.order"))
        )

    def test_paid_order(self):
        """Created and paid in one go."""
        for sender, user in self.senders.items():
            with self.subTest(sender=sender):
                expected = self._look(self._sync(self._paid(*self._two_lines()), user=user))
                order = self._send(self._claim_all(self._paid(*self._two_lines())), user)
                self.assertIn(order.state, ("paid", "done"))
                self.assertEqual(self._look(order), expected)
                self._check_other()

    def test_draft_that_is_paid_later(self):
        """Claims in the commands that create, then in those that update."""
        for sender, user in self.senders.items():
            with self.subTest(sender=sender):
                looks = []
                for dress in (lambda order: order, self._claim_all):
                    paid = self._paid(*self._two_lines(), access_token="token")
                    draft = {**paid, "state": "draft", "payment_ids": []}
                    order = self._send(dress(draft), user)
                    looks.append(self._look(order))
                    commands = []
                    for line, (_code, _id, values) in zip(order.lines, paid["lines"], strict=True):
                        numbers = [
                            Command.update(number.id, {"quantity": 3})
                            for number in line.pack_lot_ids
                        ]
                        commands.append(
                            Command.update(line.id, {**values, "pack_lot_ids": numbers})
                        )
                    self._send(dress({**paid, "lines": commands}), user)
                    self.assertIn(order.state, ("paid", "done"))
                    looks.append(self._look(order))
                self.assertEqual(looks[2:], looks[:2])
                self._check_other()

    def test_claims_deeper_down(self):
        """Commands for lines and numbers can stand in the commands of other lines."""
        for sender, user in self.senders.items():
            with self.subTest(sender=sender):
                paid = self._paid(*self._two_lines(), access_token="token")
                order = self._send({**paid, "state": "draft", "payment_ids": []}, user)
                expected = self._look(order)
                first, second = order.lines
                numbers = [
                    Command.update(number.id, self._claims(number._name))
                    for number in second.pack_lot_ids
                ]
                claims = {**self._claims("pos.order.line"), "pack_lot_ids": numbers}
                claims["customer_note"] = "read"
                inner = Command.update(second.id, claims)
                lines = [Command.update(first.id, {"combo_line_ids": [inner]})]
                self._send({**paid, "state": "draft", "payment_ids": [], "lines": lines}, user)
                self.assertEqual(second.customer_note, "read")
                self.assertEqual(self._look(order), expected)
                self._check_other()

    def test_locked_numbers_deeper_down(self):
        """Numbers of a paid order are out of reach from there as well."""
        number = self.other.lines.pack_lot_ids
        for sender, user in self.senders.items():
            for command in (
                Command.update(number.id, {"lot_name": "X"}),
                Command.create({"lot_name": "Y"}),
                Command.clear(),
            ):
                with self.subTest(sender=sender, command=command):
                    inner = Command.update(self.other.lines.id, {"pack_lot_ids": [command]})
                    order = self._send(
                        self._paid(self._line(self.cable, 0.1, combo_line_ids=[inner])), user
                    )
                    self.assertIn(order.state, ("paid", "done"))
                    self.assertEqual(self.other.lines.pack_lot_ids.mapped("lot_name"), ["SN1"])

    def test_claims_by_uuid(self):
        """A till links new records by uuid: the server's fields are none of its business."""
        for sender, user in self.senders.items():
            with self.subTest(sender=sender):
                line = self._line(self.cable, 0.1)
                order = self._paid(line)
                order["relations_uuid_mapping"] = {
                    "pos.order": {
                        order["uuid"]: {
                            name: [self.other.uuid] for name in self._own_fields("pos.order")
                        }
                    },
                    "pos.order.line": {
                        line["uuid"]: {
                            name: [self.other.lines.uuid]
                            for name in self._own_fields("pos.order.line")
                        }
                    },
                }
                self.assertIn(self._send(order, user).state, ("paid", "done"))
                self._check_other()

    def test_stock_that_a_claim_would_keep_back(self):
        """`stock_done` is believed nowhere: the serial leaves."""
        for sender, user in self.senders.items():
            with self.subTest(sender=sender):
                serial = {"cashier": "SN2", "superuser": "SN3"}[sender]
                line = self._line(
                    self.phone,
                    1,
                    [serial],
                    stock_done=True,
                    numbers_locked=True,
                    missing_number_qty=5,
                    waiting_number_qty=5,
                )
                order = self._send(self._paid(line, waiting_number_qty=5), user)
                self.assertEqual(self._gone(self.phone)[serial], 1)
                self.assertEqual(order.waiting_number_qty, 0)


@tagged("post_install", "-at_install")
class TestClaimsAtClosing(AtClosing, TestClaims):
    """The same where stock moves when the session closes."""


@tagged("post_install", "-at_install")
class TestKiosk(KioskCase):
    """A kiosk asks for no numbers: what it sells is numbered at the till, or afterwards."""

    def test_claims(self):
        """The route stores the order as if its claims had not been made."""
        expected = self._look(self._order_at_kiosk(*self._two_lines())[0])
        claimed = self._claim_all(self._paid(*self._two_lines()))
        claims = {name: claimed[name] for name in self._own_fields("pos.order")}
        order, _sent = self._order_at_kiosk(
            *(values for _code, _id, values in claimed["lines"]), **claims
        )
        self.assertEqual(order.state, "draft")
        self.assertEqual(self._look(order), expected)
        self._check_other()

    def test_claims_for_nothing(self):
        """An order without amount is paid by the route itself."""
        line = self._line(self.phone, 1, price=0.0, **self._claims("pos.order.line"))
        order, _sent = self._order_at_kiosk(line)
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.waiting_number_qty, 1)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self._check_other()

    def test_number_entered_at_the_till(self):
        """Ordered at the kiosk, paid at the counter: the number is the one that moves."""
        order, sent = self._order_at_kiosk(self._line(self.phone, 1))
        self.assertEqual((order.state, order.source), ("draft", "kiosk"))
        self._pay_at_till(order, sent, ["SN3"])
        self.assertEqual(order.state, "paid")
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN3": 1})
        self.assertEqual(order.waiting_number_qty, 0)

    def test_paid_without_number(self):
        """Nobody entered one: the unit waits, and no other number is taken."""
        order, sent = self._order_at_kiosk(self._line(self.phone, 1))
        self._pay_at_till(order, sent)
        self.assertEqual(order.state, "paid")
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertEqual(order.waiting_number_qty, 1)

    def test_lot_entered_at_the_till(self):
        """The same of a lot."""
        order, sent = self._order_at_kiosk(self._line(self.milk, 3))
        self._pay_at_till(order, sent, ["L1"])
        self.assertStock(self.milk, {"L1": 97}, {"L1": 3})


@tagged("post_install", "-at_install")
class TestKioskAtClosing(KioskCase):
    """A kiosk with a payment terminal, where stock moves when the session closes."""

    update_stock = "closing"

    def test_paid_by_terminal(self):
        """Nothing was concluded when it was paid: that is done when the session closes."""
        named, _sent = self._order_at_kiosk(self._line(self.milk, 3))
        wrong, _sent = self._order_at_kiosk(self._line(self.phone, 1))
        for order, name in ((named, "L1"), (wrong, "NEVER")):
            order.lines.pack_lot_ids.create(
                {
                    "pos_order_line_id": order.lines.id,
                    "lot_name": name,
                    "quantity": order.lines.qty,
                }
            )
        unnamed, _sent = self._order_at_kiosk(self._line(self.phone, 1))
        plain, _sent = self._order_at_kiosk(self._line(self.cable, 2))
        for order in (named, wrong, unnamed, plain):
            self._pay_at_kiosk(order)
            self.assertEqual(order.state, "paid")
        self._close()
        self.assertStock(self.milk, {"L1": 97}, {"L1": 3})
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "NEVER": 1})
        self.assertEqual(wrong.lines.pack_lot_ids.flag_ids.mapped("code"), ["unknown"])
        self.assertEqual(unnamed.waiting_number_qty, 1)
        for order in (named, wrong, unnamed):
            self.assertTrue(order.lines.sudo().numbers_locked, "numbers of a closed session")
