"""How many units were sold with and without number."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestCoverage(AssignmentCase):
    """The report counts units, not rows."""

    def setUp(self):
        super().setUp()
        self.order = self._sell(
            self._line(self.phone, 3, ["SN1"]), self._line(self.milk, 8, ["L1"])
        )
        self._fresh()
        self.report = self.env["pos.number.coverage.report"].with_user(self.inventory)
        self.domain = [("config_id", "=", self.till.id)]

    def _read(self, *groups, domain=()):
        rows = self.report._read_group(
            [*self.domain, *domain],
            list(groups),
            ["quantity:sum", "quantity_with:sum", "quantity_without:sum", "coverage:avg"],
        )
        return {row[: len(groups)]: row[len(groups) :] for row in rows}

    def test_totals(self):
        """Eleven units, nine with number."""
        ((_key, values),) = self._read().items()
        self.assertEqual(values[:3], (11, 9, 2))
        self.assertAlmostEqual(values[3], 100 * 9 / 11)

    def test_by_product_and_origin(self):
        """By every dimension; without number is an origin of its own."""
        rows = self._read("product_id", "origin")
        phone = self.phone.with_user(self.inventory)
        self.assertEqual(rows[phone, "none"][:3], (2, 0, 2))
        for group in ("config_id", "user_id", "date:month", "categ_id", "session_id", "age"):
            with self.subTest(group=group):
                self.assertEqual(sum(row[0] for row in self._read(group).values()), 11)

    def test_by_cashier(self):
        """Employees who share one login are told apart; without them it is the user."""
        self.assertEqual(list(self._read("cashier")), [(self.order.user_id.name,)])
        self.order.employee_id = self.env["hr.employee"].create({"name": "Ines Employed"})
        self._fresh()
        self.assertEqual(self._read("cashier")["Ines Employed",][:3], (11, 9, 2))

    def test_assigned_later(self):
        """A number that is assigned closes its gap."""
        line = self.order.lines.filtered(lambda line: line.product_id == self.phone)
        self._assign(line, "SN2", "SN3")
        rows = self._read("origin")
        self.assertNotIn(("none",), rows)
        self.assertEqual(rows["later",][:3], (2, 2, 0))

    def test_age_of_gaps(self):
        """Gaps by age."""
        self.order.date_order = fields.Datetime.now() - timedelta(days=3)
        self._fresh()
        rows = self._read("age", domain=[("quantity_without", ">", 0)])
        self.assertEqual(rows["2_week",][2], 2)

    def test_history_without_missing(self):
        """Orders from before the add-on count by what they have."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pos_order_line SET missing_number_qty = NULL WHERE order_id = %s",
            (self.order.id,),
        )
        self.env.invalidate_all()
        ((_key, values),) = self._read().items()
        self.assertEqual(values[:3], (11, 9, 2))

    def test_rights(self):
        """A cashier does not read it."""
        with self.assertRaises(AccessError):
            self.report.with_user(self.cashier).search([])
