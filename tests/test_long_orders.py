"""Orders with many numbers: what a further one costs."""

from odoo.tests import tagged

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

    def test_further_serial_locked_before(self):
        """Nor where somebody has locked the quants, and changed nothing."""
        savepoint = self.env.cr.savepoint()
        self.env["stock.quant"].search([("product_id", "=", self.phone.id)]).lock_for_update()
        savepoint.close(rollback=True)
        self.test_further_serial()
