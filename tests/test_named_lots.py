"""Documents that name their serial, while other units of the product wait for theirs."""

from odoo.tests import tagged

from .against_core.common import AtClosing
from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestNamedLots(AssignmentCase):
    """Who names a lot gets it from where it lies; who takes any leaves what was sold."""

    def setUp(self):
        super().setUp()
        self.radio = self._product("Radio")
        self._put(self.radio, ["R1"], self.shelf)
        self.delivery = self._sale_order(self.radio, 1).picking_ids
        self.delivery.do_unreserve()
        self.order = self._sell(self._line(self.radio, 1))
        self.move = self.delivery.move_ids.with_user(self.inventory)

    def test_serial_numbers_column(self):
        """The serial in the column leaves from the shelf where it lies."""
        self.move.lot_ids = self._lot(self.radio, "R1")
        self.assertEqual(self.move.move_line_ids.location_id, self.shelf)
        self.delivery.with_user(self.inventory).button_validate()
        self._fresh()
        self.assertStock(self.radio, {}, {"R1": 1})
        self.assertNoNegative(self.radio)

    def test_linked_on_the_order(self):
        """So does the one that a salesperson linked."""
        self.move.sale_line_id.sudo().lot_ids = self._lot(self.radio, "R1")
        self.delivery.action_assign()
        self.assertEqual(self.move.move_line_ids.lot_id.name, "R1")

    def test_any(self):
        """Any unit is not to be had: the one that is left was sold."""
        self.delivery.action_assign()
        self.assertFalse(self.move.quantity)
        self._put(self.radio, ["R2", "R3"])
        self.delivery.action_assign()
        self.assertEqual(self.move.quantity, 1)

    def test_quantity_typed(self):
        """Nor by a quantity that is typed, or in a line that says no number."""
        self.move.quantity = 1
        self._fresh()
        self.assertFalse(self.move.move_line_ids.lot_id)

    def test_other_warehouse(self):
        """What waits here holds nothing back there."""
        depot = self._elsewhere(self.radio, "R8")
        delivery = self._sale_order(self.radio, 1, depot).picking_ids
        self.assertEqual(delivery.move_ids.move_line_ids.lot_id.name, "R8")

    def test_one_query(self):
        """Where nothing waits, a reservation asks once more than stock Odoo, by index."""
        self._put(self.phone, ["SN7"])
        Quant = self.env["stock.quant"]
        here = self.warehouse.lot_stock_id
        self.env.flush_all()
        here.parent_path  # noqa: B018  # read before
        before = self.env.cr.sql_log_count
        self.assertEqual(Quant._get_quantity_without_waiting(self.phone, here), float("inf"))
        self.assertEqual(self.env.cr.sql_log_count - before, 1)


@tagged("post_install", "-at_install")
class TestNamedLotsAtClosing(AtClosing, TestNamedLots):
    pass
