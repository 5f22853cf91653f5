"""Reports add what has one unit: kilograms and pieces have no sum."""

from odoo.tests import tagged

from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestReportUnits(AssignmentCase):
    def setUp(self):
        super().setUp()
        self.kilogram = self.env.ref("uom.product_uom_kgm")
        self.cream = self._product("Cream", tracking="lot", uom_id=self.kilogram.id)
        self._put(self.cream, {"C1": 10})
        self._sell(self._line(self.phone, 2, ["SN1"]), self._line(self.cream, 4, ["C1"]))
        self._sell(self._line(self.cream, 4))
        self._fresh()
        self.report = self.env["pos.number.coverage.report"].with_user(self.inventory)
        self.domain = [("product_id", "in", (self.phone | self.cream).ids)]

    def _read(self, *groups, domain=()):
        return self.report._read_group(
            [*self.domain, *domain],
            list(groups),
            [
                "quantity:sum",
                "quantity_with:sum",
                "quantity_without:sum",
                "quantity_closed:sum",
                "quantity_waiting:sum",
                "coverage:avg",
            ],
        )

    def test_several_units(self):
        """No figure, and not a wrong one."""
        self.assertEqual(self._read(), [(False, False, False, False, False, False)])

    def test_closing_dialog(self):
        """Each unit has its amount; orders are counted once."""
        for update_at_closing in (False, True):
            session = self.till.current_session_id
            session.update_stock_at_closing = update_at_closing
            told = session.with_user(self.cashier)._get_numbers_to_assign()
            self.assertEqual(told, {"amounts": "1 unit, 4 kg", "orders": 2})

    def test_each_unit(self):
        rows = {unit.id: values for unit, *values in self._read("product_uom_id")}
        self.assertEqual(rows[self.phone.uom_id.id], [2, 1, 1, 0, 1, 50])
        self.assertEqual(rows[self.kilogram.id], [8, 4, 4, 0, 4, 50])

    def test_pages_show_units(self):
        """Both reports open with a row or a bar for each unit, as an inventory user sees them."""
        graph = self.report.get_view(view_type="graph")["arch"]
        pivot = self.report.get_view(view_type="pivot")["arch"]
        self.assertIn('name="product_uom_id"', graph)
        self.assertIn('name="product_uom_id"', pivot)
        context = self.env.ref("pos_lot_traceability.action_number_gaps").context
        self.assertEqual(context.count("product_uom_id"), 2)
        ages = self._read("age", "product_uom_id", domain=[("quantity_waiting", ">", 0)])
        self.assertEqual(sorted(row[6] for row in ages), [1, 4])
