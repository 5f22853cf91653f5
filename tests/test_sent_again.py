"""Orders that a till sends more than once."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import NumberedShopCase


@tagged("post_install", "-at_install")
class TestLostAnswers(NumberedShopCase):
    """A till that hears nothing sends again."""

    def test_paid_order_sent_twice(self):
        sent = self._paid(self._numbered(self.milk, 3, {"L1": 3}))
        order = self._sync(sent)
        self.assertEqual(self._sync(sent), order)
        self.assertEqual(order.lines.pack_lot_ids.mapped("quantity"), [3])
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})

    def test_draft_sent_twice_then_paid(self):
        """The same lines and numbers come again by their uuids, first unpaid, then paid."""
        line = self._numbered(self.phone, 2, {"SN1": 1, "SN2": 1})
        draft = self._paid(line, state="draft", payment_ids=[], access_token="token")
        order = self._sync(draft)
        self.assertEqual(len(order.lines.pack_lot_ids), 2)
        self._sync(draft)
        self.assertEqual(len(order.lines), 1)
        self.assertEqual(len(order.lines.pack_lot_ids), 2)
        paid = self._paid(line, access_token="token")
        self._sync({**paid, "uuid": draft["uuid"]})
        self.assertIn(order.state, ("paid", "done"))
        self.assertEqual(sorted(order.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])
        self.assertStock(self.phone, {"SN3": 1, "SN4": 1}, {"SN1": 1, "SN2": 1})

    def test_number_added_to_a_draft(self):
        """The second sending brings one number more; the first one's stays one."""
        line = self._numbered(self.phone, 2, {"SN1": 1})
        draft = self._paid(line, state="draft", payment_ids=[], access_token="token")
        order = self._sync(draft)
        more = self._numbered(self.phone, 2, {"SN2": 1})["pack_lot_ids"]
        self._sync(
            {
                **draft,
                "lines": [Command.create({**line, "pack_lot_ids": line["pack_lot_ids"] + more})],
            }
        )
        self.assertEqual(sorted(order.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])

    def test_number_taken_off_a_draft(self):
        """What the cashier took off between the two sendings is gone."""
        line = self._numbered(self.phone, 2, {"SN1": 1, "SN2": 1})
        draft = self._paid(line, state="draft", payment_ids=[], access_token="token")
        order = self._sync(draft)
        rest = line["pack_lot_ids"][1:]
        self._sync({**draft, "lines": [Command.create({**line, "pack_lot_ids": rest})]})
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN2"])

    def test_lock_of_a_paid_order(self):
        """An order that is paid takes no other numbers by being sent again."""
        line = self._numbered(self.phone, 2, {"SN1": 1})
        sent = self._paid(line, access_token="token")
        order = self._sync(sent)
        more = self._numbered(self.phone, 2, {"SN2": 1})["pack_lot_ids"]
        self._sync({**sent, "lines": [Command.create({**line, "pack_lot_ids": more})]})
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN1"])


@tagged("post_install", "-at_install")
class TestTwoDevices(NumberedShopCase):
    """Two devices have the popup of one line open."""

    def test_both_add_a_number(self):
        """All numbers are stored, and what is too many says so."""
        line = self._numbered(self.phone, 2, {"SN1": 1, "SN2": 1})
        draft = self._paid(line, state="draft", payment_ids=[], access_token="token")
        order = self._sync(draft)
        for name in ("SN3", "SN4"):
            # Neither has heard of the other's: each raises the quantity to three.
            more = self._numbered(self.phone, 3, {name: 1})["pack_lot_ids"]
            changes = {"qty": 3, "pack_lot_ids": more}
            self._sync(
                {**draft, "id": order.id, "lines": [Command.update(order.lines.id, changes)]}
            )
        numbers = order.lines.pack_lot_ids
        self.assertEqual(numbers.mapped("lot_name"), ["SN1", "SN2", "SN3", "SN4"])
        paid = self._paid(self._line(self.phone, 3), access_token="token")
        self._sync({**paid, "uuid": draft["uuid"], "id": order.id, "lines": []})
        self.assertIn(order.state, ("paid", "done"))
        flags = {number.lot_name: number.flag_ids.mapped("code") for number in numbers}
        self.assertEqual(flags.pop("SN4"), ["surplus"])
        self.assertFalse(any(flags.values()))
        self.assertStock(self.phone, {"SN4": 1}, {"SN1": 1, "SN2": 1, "SN3": 1})
