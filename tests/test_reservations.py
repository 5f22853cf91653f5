"""Reservations of others on what the till sells."""

from odoo.tests import tagged

from .common import NumberedShopCase


@tagged("post_install", "-at_install")
class TestReservations(NumberedShopCase):
    """The till does not reserve what it moves; the books of reservations stay right."""

    def setUp(self):
        super().setUp()
        self.delivery = self._sale_order(self.milk, 8).picking_ids

    def _assert_reserved(self, quantity):
        self._fresh()
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.milk.id),
                ("location_id", "child_of", self.warehouse.lot_stock_id.id),
            ]
        )
        self.assertEqual(sum(quants.mapped("reserved_quantity")), quantity)
        self.assertEqual(sum(self.delivery.move_ids.mapped("quantity")), quantity)

    def test_enough_for_both(self):
        self._sell(self._line(self.milk, 2, ["L1"]))
        self._assert_reserved(8)

    def test_not_enough(self):
        """The delivery keeps what is left."""
        self._sell(self._line(self.milk, 5, ["L1"]))
        self.assertStock(self.milk, {"L1": 5}, {"L1": 5})
        self._assert_reserved(5)

    def test_at_closing(self):
        self.till.current_session_id.update_stock_at_closing = True
        self._sell(self._line(self.milk, 4, ["L1"]))
        self._sell(self._line(self.milk, 3, ["L1"]))
        self._close()
        self.assertStock(self.milk, {"L1": 3}, {"L1": 7})
        self._assert_reserved(3)

    def test_refused(self):
        """What the till could not move was not reserved, and takes nothing away."""
        with self._refuse(self.milk), self.assertLogs(level="WARNING"):
            self._sell(self._line(self.milk, 5, ["L1"]), self._line(self.cable))
        self._assert_reserved(8)
        self.assertEqual(self._gone(self.cable), {None: 1})
