"""Transfers that stock refuses: the sale is stored all the same."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import NumberedShopCase


@tagged("post_install", "-at_install")
class TestRefusedTransfer(NumberedShopCase):
    """One line's transfer is refused."""

    def test_real_time(self):
        """The others move, the sale is stored, what was refused waits with its number."""
        with self._refuse(self.phone), self.assertLogs(level="WARNING"):
            order = self._sell(
                self._line(self.phone, 1, ["SN1"]),
                self._line(self.milk, 2, ["L1"]),
                self._line(self.cable, 3),
            )
        self.assertStock(self.phone, dict.fromkeys(["SN1", "SN2", "SN3", "SN4"], 1), {})
        self.assertStock(self.milk, {"L1": 8}, {"L1": 2})
        self.assertStock(self.cable, {None: 7}, {None: 3})
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(order.lines[0].pack_lot_ids.lot_name, "SN1")

    def test_closing(self):
        """At closing it is the same, for the orders concerned only."""
        self.till.current_session_id.update_stock_at_closing = True
        refused = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable))
        self._sell(self._line(self.milk, 2, ["L1"]), self._line(self.cable))
        self._sell(self._line(self.milk, 1, ["L1"]))
        with self._refuse(self.phone), self.assertLogs(level="WARNING"):
            self._close()
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertWaiting(self.phone, 1, refused)

    def test_any_error(self):
        """Whatever another add-on raises: the sale is stored, and the log tells."""
        MoveLine = self.env.registry["stock.move.line"]
        done = MoveLine._action_done

        def fail(lines):
            if self.phone in lines.product_id:
                raise ValueError("no such thing")
            return done(lines)

        with patch.object(MoveLine, "_action_done", fail), self.assertLogs(level="WARNING"):
            order = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.milk, 2, ["L1"]))
        self.assertWaiting(self.phone, 1, order)
        self.assertStock(self.milk, {"L1": 8}, {"L1": 2})

    def test_untracked(self):
        """An untracked product that is refused does not hold the numbers back."""
        with self._refuse(self.cable):
            self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable, 3))
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertStock(self.cable, {None: 10}, {})
