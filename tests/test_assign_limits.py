"""Returns that change what may be assigned, held or taken back."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .against_core.common import AtClosing
from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestLimitBeforeClosing(AssignmentCase):
    """What came back without number is not to be given one any more."""

    update_stock = "closing"

    def setUp(self):
        super().setUp()
        self.order = self._sell(self._line(self.phone, 3, ["SN1"]))

    def test_returned_without_number(self):
        self.assertEqual(self.order.lines._get_assignable_quantity(), 2)
        refund = self._give_back(self.order, 1)
        self.assertEqual(self.order.lines._get_assignable_quantity(), 1)
        self.assertEqual(refund.lines._get_assignable_quantity(), 0)
        with self.assertRaisesRegex(UserError, "only 1 to assign"), self.env.cr.savepoint():
            self._assign(self.order.lines, "SN2", "SN3")
        self._assign(self.order.lines, "SN2")
        self.assertEqual(self.order.lines._get_assignable_quantity(), 0)
        self._close()
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))

    def test_returned_with_number(self):
        """A number that came back changes nothing for the units without."""
        self._give_back(self.order, 1, ["SN1"])
        self.assertEqual(self.order.lines._get_assignable_quantity(), 2)

    def test_more_returns_than_wait(self):
        """Those beyond take a number themselves."""
        first, second = self._give_back(self.order, 2), self._give_back(self.order, 1)
        self.assertEqual(self.order.lines._get_assignable_quantity(), 0)
        self.assertEqual(first.lines._get_assignable_quantity(), 0)
        self.assertEqual(second.lines._get_assignable_quantity(), 1)
        self._close()
        waiting = (first | second).lines.filtered("waiting_number_qty")
        self._assign(waiting, "SN1")
        self.assertStock(self.phone, self.rest, {})
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))

    def test_sale_of_an_earlier_session(self):
        """Its transfer waits, and one of its units is back in a session that is still open."""
        self._close()
        self._open_till(self.till)
        self._give_back(self.order, 1)
        self.assertEqual(self.order.lines._get_assignable_quantity(), 1)
        self._assign(self.order.lines, "SN2")
        self._close()
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))


@tagged("post_install", "-at_install")
class TestSoldBeforeTracking(AssignmentCase):
    """A unit that was sold when nobody asked for numbers comes back."""

    def setUp(self):
        super().setUp()
        self.radio = self._product("Radio", tracking="none")
        self._put(self.radio, {None: 2})
        self.order = self._sell(self._line(self.radio, 1))
        self._close_if_open()
        self.radio.tracking = "serial"
        self.refund = self._give_back(self.order, 1)

    def _close_if_open(self):
        """Tracking is switched on between two sessions."""
        if self.till.current_session_id.order_ids:
            self._close()
            self._open_till(self.till)

    def test_new_number(self):
        """The number that is on it becomes known with the return."""
        self.assertEqual(self.refund.waiting_number_qty, 1)
        self._assign(self.refund.lines, "R1")
        self.assertStock(self.radio, {None: 1, "R1": 1}, {})
        self.assertEqual(self.refund.waiting_number_qty, 0)

    def test_shop_creates_none(self):
        self.till.number_creation = False
        with self.assertRaisesRegex(UserError, "creates no new ones"):
            self._assign(self.refund.lines, "R1")

    def test_sale_had_its_number(self):
        """Where the sale's number is known, another one that nobody knows is refused as that."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        refund = self._give_back(order, 1)
        with self.assertRaisesRegex(UserError, "Nobody has sold"):
            self._assign(refund.lines, "NEW1")


@tagged("post_install", "-at_install")
class TestSoldBeforeTrackingAtClosing(AtClosing, TestSoldBeforeTracking):
    pass


@tagged("post_install", "-at_install")
class TestShipLaterCancelled(AssignmentCase):
    """A delivery that is cancelled gives its serials free."""

    def setUp(self):
        super().setUp()
        self.till.ship_later = True
        self.order = self._sell(
            self._line(self.phone, 2, ["SN1", "SN2"]),
            partner_id=self.customer.id,
            shipping_date=fields.Date.today(),
        )
        self.delivery = self.order.picking_ids

    def _sell_again(self, name):
        """Whether another sale of it is a duplicate."""
        order = self._sell(self._line(self.phone, 1, [name]))
        return "duplicate" in order.lines.pack_lot_ids._get_flag_codes()

    def test_open(self):
        """As long as it is to be shipped, its serials are sold."""
        self.assertTrue(self._sell_again("SN1"))

    def test_cancelled(self):
        self.delivery.with_user(self.inventory).action_cancel()
        self._fresh()
        self.assertFalse(self._sell_again("SN1"))
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_rest_cancelled(self):
        """What was shipped stays sold."""
        self._ship(self.delivery, ["SN1"])
        self._fresh()
        self.assertTrue(self._sell_again("SN2"))
        rest = self.order.picking_ids.filtered(lambda picking: picking.state != "done")
        rest.with_user(self.inventory).action_cancel()
        self._fresh()
        self.assertFalse(self._sell_again("SN2"))
        self.assertTrue(self._sell_again("SN1"))

    def test_without_backorder(self):
        self.delivery.move_line_ids.filtered(lambda ml: ml.lot_id.name == "SN2").unlink()
        self.delivery.move_ids.picked = True
        self.delivery.with_user(self.inventory).with_context(cancel_backorder=True)._action_done()
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertFalse(self._sell_again("SN2"))

    def test_several_steps(self):
        """The first step is cancelled, before there is another."""
        self.warehouse.delivery_steps = "pick_ship"
        order = self._sell(
            self._line(self.phone, 1, ["SN3"]),
            partner_id=self.customer.id,
            shipping_date=fields.Date.today(),
        )
        self.assertTrue(self._sell_again("SN3"))
        order.picking_ids.with_user(self.inventory).action_cancel()
        self._fresh()
        self.assertFalse(self._sell_again("SN3"))
