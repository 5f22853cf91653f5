"""Orders that arrive when their session is closed, and sessions that Odoo opens for them."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .against_core.common import AtClosing
from .common import NumberedShopCase


@tagged("post_install", "-at_install")
class TestLateOrder(NumberedShopCase):
    """An order arrives after its session was closed."""

    def test_next_session(self):
        """It is sold in the session that is open now, once, however often it is sent."""
        late = self._paid(
            self._line(self.phone, 2, pack_lot_ids=self._identified("SN2")),
        )
        first = self._close()
        self._open_till(self.till)
        order = self._sync(late)
        self.assertEqual(self._sync(late), order)
        self.assertNotEqual(order.session_id, first)
        self.assertStock(self.phone, self._left("SN2"), {"SN2": 1})
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(order.lines.pack_lot_ids.mapped("holds"), [True])

    def test_sold_meanwhile(self):
        """The order that is stored first has the serial."""
        late = self._paid(self._line(self.phone, 1, ["SN2"]))
        self._close()
        self._open_till(self.till)
        other = self._sell(self._line(self.phone, 1, ["SN2"]))
        order = self._sync(late)
        self.assertEqual((self._codes(other), self._codes(order)), ([], ["duplicate"]))
        self.assertStock(self.phone, self._left("SN2"), {"SN2": 1})
        self.assertWaiting(self.phone, 1, order)

    def test_no_session_open(self):
        """It stays with its till, and leaves nothing behind here."""
        late = self._paid(self._line(self.phone, 1, ["NEW1"]))
        self._close()
        with self.assertRaisesRegex(UserError, "session"), self.env.cr.savepoint():
            self._sync(late)
        self._fresh()
        self.assertFalse(self.env["stock.lot"].search([("name", "=", "NEW1")]))
        self._open_till(self.till)
        order = self._sync(late)
        self.assertEqual(order.lines.pack_lot_ids.lot_id.name, "NEW1")


@tagged("post_install", "-at_install")
class TestLateOrderAtClosing(AtClosing, TestLateOrder):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestRescueSession(NumberedShopCase):
    """A recovery session beside the one that is open, closed from the back office."""

    update_stock = "closing"

    def test_both_close(self):
        open_session = self.till.current_session_id
        rescue = self.env["pos.session"].create(
            {"config_id": self.till.id, "rescue": True, "user_id": self.env.uid}
        )
        rescue.state = "opened"
        recovered = self._sell(
            self._line(self.phone, 2, ["SN1"]),
            self._line(self.phone, 1, ["SN2"]),
            session_id=rescue.id,
        )
        self.assertEqual(recovered.session_id, rescue)
        order = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.phone, 1, ["SN3"]))
        self.assertEqual(order.session_id, open_session)
        self.assertEqual((self._codes(recovered), self._codes(order)), ([], ["duplicate"]))
        rescue.action_pos_session_closing_control()
        self._fresh()
        self.assertEqual(rescue.state, "closed")
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self._close()
        self.assertStock(
            self.phone, self._left("SN1", "SN2", "SN3"), {"SN1": 1, "SN2": 1, "SN3": 1}
        )
        self.assertEqual(recovered.waiting_number_qty, 1)
        self.assertEqual(order.waiting_number_qty, 1)
        self.assertEqual((self._codes(recovered), self._codes(order)), ([], ["duplicate"]))
