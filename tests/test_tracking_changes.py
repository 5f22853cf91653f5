"""Tracking of a product that begins, changes or ends while units of it wait for a number."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .against_core.common import AtClosing
from .common import AssignmentCase


class TrackingCase(AssignmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = new_test_user(
            cls.env,
            login="editor",
            groups="base.group_user,product.group_product_manager,stock.group_stock_user",
        )

    def _set(self, product, **values):
        """Change the product as somebody who may edit products and no orders."""
        self._fresh()
        product.with_user(self.editor).write(values)
        self._fresh()

    def _worklist(self):
        return self.env["pos.order.line"].search([("waiting_number_qty", ">", 0)])

    def _gone_quantity(self, product):
        """Units that have left, of a product without inventory too."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", product.id),
                ("state", "=", "done"),
                ("location_dest_id.usage", "=", "customer"),
            ]
        )
        return sum(moves.mapped("quantity"))


@tagged("post_install", "-at_install")
class TestSwitchedOff(TrackingCase):
    """Units need no number any more: none waits, and the order tells why."""

    def _check_moved(self, order, quantity=2):
        self.assertFalse(order.lines & self._worklist())
        self.assertEqual(order.waiting_number_qty, 0)
        self.assertEqual(order.lines.missing_number_qty, 0)
        self.assertEqual(self._gone_quantity(order.lines.product_id), quantity)
        self.assertFalse(self._open_moves(order.lines.product_id, ("outgoing", "incoming")))
        self.assertFalse(order.numbers_picking_ids.filtered(lambda p: p.state != "done"))
        messages = order.message_ids.mapped("body")
        self.assertEqual(len([body for body in messages if "not tracked" in body]), 1)
        with self.assertRaisesRegex(UserError, "is not tracked"):
            self._assign(order.lines, "SN1")

    def test_tracking(self):
        order = self._sell(self._line(self.phone, 2))
        self._set(self.phone, tracking="none")
        self._check_moved(order)
        self.assertEqual(order.lines.total_cost, 20)

    def test_track_inventory(self):
        order = self._sell(self._line(self.milk, 2))
        self._set(self.milk, is_storable=False)
        self._check_moved(order)

    def test_on_the_template(self):
        order = self._sell(self._line(self.phone, 2))
        self._fresh()
        self.phone.product_tmpl_id.with_user(self.editor).number_tracking = "none"
        self._fresh()
        self._check_moved(order)

    def test_to_a_service(self):
        """What needs no stock at all does not wait either."""
        order = self._sell(self._line(self.phone, 2))
        self._set(self.phone, type="service")
        self.assertFalse(order.lines & self._worklist())
        self.assertFalse(self._open_moves(self.phone).filtered("pos_numbers_waiting"))

    def test_partly_assigned(self):
        order = self._sell(self._line(self.phone, 3, ["SN1"]))
        self._assign(order.lines, "SN2")
        self._set(self.phone, tracking="none")
        self._check_moved(order, 3)
        self.assertEqual(self._names(order.lines), ["SN1", "SN2"])
        self.assertEqual(order.lines.total_cost, 30)

    def test_others_wait(self):
        """Another product in the same transfer goes on waiting."""
        order = self._sell(self._line(self.phone, 1), self._line(self.milk, 3))
        self._set(self.phone, tracking="none")
        self.assertWaiting(self.milk, 3, order)
        self.assertEqual(self._gone_quantity(self.phone), 1)
        self._assign(order.lines[1], ("L1", 3))
        self.assertEqual(self._gone(self.milk), {"L1": 3})

    def test_returned(self):
        """A unit that came back without number is here."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        refund = self._give_back(order)
        self.assertEqual(refund.lines.waiting_number_qty, 1)
        self._set(self.phone, tracking="none")
        self.assertEqual(refund.lines.waiting_number_qty, 0)
        self.assertEqual(sum(self._here(self.phone).values()), 5)

    def test_cannot_move(self):
        """What cannot move is an ordinary transfer, which can be validated afterwards."""
        order = self._sell(self._line(self.phone, 2))
        refused = UserError("not now")
        with patch.object(self.registry["stock.picking"], "_action_done", side_effect=refused):
            self._set(self.phone, tracking="none")
        self.assertFalse(order.lines & self._worklist())
        picking = self._open_moves(self.phone).picking_id
        self.assertEqual((picking.state, picking.pos_order_id), ("assigned", order))
        self.assertIn(picking.name, order.message_ids[0].body)
        picking = picking.with_user(self.inventory)
        picking.move_ids.quantity = 2
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(self._gone_quantity(self.phone), 2)

    def test_component_of_a_kit(self):
        cable = self._product("Cable", tracking="none")
        self._put(cable, {None: 5})
        kit = self._kit("Kit", {self.phone: 1, cable: 1})
        order = self._sell(self._line(kit))
        self.assertEqual(order.lines.waiting_number_qty, 1)
        self._set(self.phone, tracking="none")
        self.assertEqual(order.lines.waiting_number_qty, 0)
        self.assertEqual(self._gone_quantity(self.phone), 1)

    def test_on_again(self):
        """What has moved does not wait again, and what is sold then does."""
        order = self._sell(self._line(self.phone, 1))
        self._set(self.phone, tracking="none")
        self._set(self.phone, tracking="serial")
        self.assertFalse(order.lines & self._worklist())
        again = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertFalse(again.lines.waiting_number_qty)


@tagged("post_install", "-at_install")
class TestSwitchedOffAtClosing(AtClosing, TestSwitchedOff):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestBeforeClosing(TrackingCase):
    """Tracking changes between the sale and the closing that moves its stock."""

    update_stock = "closing"

    def test_off(self):
        order = self._sell(self._line(self.phone, 2, ["SN1"]), self._line(self.milk, 1))
        self.assertEqual(order.lines[0].missing_number_qty, 1)
        self._set(self.phone, tracking="none")
        self.assertEqual(order.lines.mapped("missing_number_qty"), [0, 1])
        told = order.session_id.get_closing_control_data()["numbers_to_assign"]
        self.assertEqual(told, {"amounts": "1 unit", "orders": 1})
        self._close()
        self.assertEqual(self._gone_quantity(self.phone), 2)
        self.assertEqual(order.lines.mapped("waiting_number_qty"), [0, 1])

    def test_on(self):
        """What was sold when nobody asked for a number waits for it."""
        radio = self._product("Radio", tracking="none")
        self._put(radio, {None: 5})
        order = self._sell(self._line(radio, 2))
        self._set(radio, tracking="serial")
        self.assertEqual(order.lines.missing_number_qty, 2)
        self._assign(order.lines, "NEW1")
        self.assertEqual(order.lines.missing_number_qty, 1)
        self._close()
        self.assertEqual(order.lines.waiting_number_qty, 1)
        self.assertStock(radio, {None: 4}, {"NEW1": 1})
        self._assign(order.lines, "NEW2")
        self.assertStock(radio, {None: 3}, {"NEW1": 1, "NEW2": 1})

    def test_serial_to_lot(self):
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._set(self.phone, tracking="lot")
        self._close()
        self.assertEqual(order.lines.waiting_number_qty, 1)
        self._assign(order.lines, ("SN2", 1))
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_lot_to_serial(self):
        """A lot of several units is no serial: its units wait, none is lost."""
        order = self._sell(self._line(self.milk, 3, pack_lot_ids=self._lots(L1=3)))
        self._set(self.milk, tracking="serial")
        self._close()
        self.assertEqual(order.lines.waiting_number_qty + self._gone_quantity(self.milk), 3)


@tagged("post_install", "-at_install")
class TestSwitchedKind(TrackingCase):
    """From serial numbers to lots and back."""

    def test_waiting_units_get_lots(self):
        order = self._sell(self._line(self.phone, 3))
        self._set(self.phone, tracking="lot")
        self.assertEqual(order.lines.waiting_number_qty, 3)
        self._assign(order.lines, ("SN1", 1), ("SN2", 1))
        self._set(self.phone, tracking="serial")
        self.assertEqual(order.lines.waiting_number_qty, 1)
        self._assign(order.lines, "SN3")
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1, "SN3": 1})

    def test_sold_again(self):
        """A serial that came back as a lot can be sold as a serial."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._set(self.phone, tracking="lot")
        self._give_back(order, 1, ["SN1"])
        self._set(self.phone, tracking="serial")
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)
        self.assertStock(self.phone, self._left("SN1"), {"SN1": 1})


@tagged("post_install", "-at_install")
class TestSwitchedKindAtClosing(AtClosing, TestSwitchedKind):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestTillIsBehind(TrackingCase):
    """A till that loaded the product before its tracking changed."""

    def test_sells_with_a_number(self):
        """The till still asks: the sale counts, and moves without."""
        self._set(self.phone, tracking="none")
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFalse(order.lines.waiting_number_qty)
        self.assertEqual(self._gone_quantity(self.phone), 1)
        self.assertEqual(self._names(order.lines), ["SN1"])

    def test_sells_without(self):
        """The till does not ask yet: the units wait."""
        radio = self._product("Radio", tracking="none")
        self._put(radio, {None: 5})
        self._set(radio, tracking="lot")
        order = self._sell(self._line(radio, 2))
        self.assertWaiting(radio, 2, order)


@tagged("post_install", "-at_install")
class TestTillIsBehindAtClosing(AtClosing, TestTillIsBehind):
    """And where stock moves at closing."""
