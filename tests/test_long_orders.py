"""Orders with many numbers: what a further one costs, and what is checked all the same."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.pos_number_allocation import NumberPlan
from .against_core.common import AcceptanceCase


@tagged("post_install", "-at_install")
class TestLongOrders(AcceptanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls.names = [f"SN{number:03}" for number in range(100)]
        cls._put(cls.phone, cls.names)

    def _count_queries(self, names):
        order = self._paid(self._line(self.phone, len(names), names))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["pos.order"].with_user(self.cashier).sync_from_ui([order])
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_further_serial(self):
        """A serial more costs what core needs for its place at the customer, hardly more."""
        self._count_queries(self.names[:1])  # whatever is asked for once only
        few = self._count_queries(self.names[1:11])
        many = self._count_queries(self.names[11:91])
        self.assertLessEqual((many - few) / 70, 1.5)
        self.assertEqual(set(self._gone(self.phone)), set(self.names[:91]))
        self.assertNoNegative(self.phone)

    def test_other_company(self):
        """Of lines that have nearly everything in common, the one that must not move is found."""
        order = self._sell(self._line(self.phone, 3, self.names[:3]))
        lines = order.picking_ids.move_line_ids.with_context(**{NumberPlan.KEY: NumberPlan()})
        lines._check_company()
        other = self.env["res.company"].create({"name": "Another company"})
        self.env.cr.execute(
            "UPDATE stock_lot SET company_id = %s WHERE id = %s", [other.id, lines[1].lot_id.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, lines[1].lot_id.name):
            lines._check_company()
