"""A transfer that waits for numbers leads to where they are assigned, and promises nothing."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestTransfersToAssign(AssignmentCase):
    def _waiting(self, *lines):
        order = self._sell(*lines)
        return order, order.numbers_picking_ids.with_user(self.inventory)

    def test_one_line(self):
        """The dialog of its line opens, and assigning there empties the transfer."""
        order, picking = self._waiting(self._line(self.phone, 1))
        action = picking.action_assign_numbers()
        self.assertEqual(action["res_model"], "pos.number.assignment")
        self._assign(order.lines, "SN1")
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.waits_for_numbers)
        with self.assertRaisesRegex(UserError, "Nothing of .* waits"):
            picking.action_assign_numbers()

    def test_several_lines(self):
        """The worklist opens, with its lines and no others."""
        self._sell(self._line(self.phone, 1))
        order, picking = self._waiting(self._line(self.phone, 1), self._line(self.milk, 2))
        action = picking.action_assign_numbers()
        self.assertEqual(action["res_model"], "pos.order.line")
        lines = self.env["pos.order.line"].with_user(self.inventory).search(action["domain"])
        self.assertEqual(lines, order.lines)

    def test_kit(self):
        kit = self._kit("Kit", {self.phone: 1})
        _order, picking = self._waiting(self._line(kit))
        with self.assertRaisesRegex(UserError, "parts of a kit"):
            picking.action_assign_numbers()

    def test_promises_nothing(self):
        """Stock has five phones; none of them is the one that was sold."""
        _order, picking = self._waiting(self._line(self.phone, 1))
        self.assertEqual(picking.products_availability, "Numbers to assign")
        self.assertNotEqual(picking.products_availability_state, "available")
        self.assertEqual(picking.move_ids.forecast_availability, 0)
        delivery = self._sale_order(self.phone, 1).picking_ids
        self.assertEqual(delivery.products_availability, "Available")

    def test_filter(self):
        _order, picking = self._waiting(self._line(self.phone, 1))
        delivery = self._sale_order(self.milk, 1).picking_ids
        pickings = self.env["stock.picking"].with_user(self.inventory)
        found = pickings.search([("waits_for_numbers", "=", True)])
        self.assertIn(picking, found)
        self.assertNotIn(delivery, found)
        others = pickings.search([("waits_for_numbers", "=", False)])
        self.assertIn(delivery, others)
        self.assertNotIn(picking, others)

    def test_check_availability(self):
        _order, picking = self._waiting(self._line(self.phone, 1))
        answer = picking.action_assign()
        self.assertIn("Press Assign Numbers", answer["params"]["message"])

    def test_views(self):
        """The button is in the form and the filter in the search, for inventory users."""
        pickings = self.env["stock.picking"].with_user(self.inventory)
        form = pickings.get_view(self.env.ref("stock.view_picking_form").id, "form")["arch"]
        self.assertIn('name="action_assign_numbers"', form)
        search = self.env.ref("stock.view_picking_internal_search")
        self.assertIn("numbers_to_assign", pickings.get_view(search.id, "search")["arch"])
