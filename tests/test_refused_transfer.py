"""Transfers that stock refuses: the sale is stored all the same."""

from unittest.mock import patch

from odoo.tests import tagged

from .against_core.common import AtClosing
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


@tagged("post_install", "-at_install")
class TestRefusedBesideKit(NumberedShopCase):
    """A transfer that is refused is tried again in parts: what a kit waits for waits once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.adapter = cls._product("Adapter", tracking="none")
        cls._put(cls.adapter, {None: 10})
        cls.kit = cls._kit("Kit", {cls.phone: 1, cls.adapter: 1})

    def _sold_along(self):
        """A line with its number: without one core alone moves the order."""
        return self._line(self.milk, 1, ["L1"])

    def assertOneKitWaits(self, order, code="outgoing"):
        self.assertWaiting(self.phone, 1, order, code)
        line = order.lines.filtered(lambda line: line.product_id == self.kit)
        self.assertEqual(line.waiting_number_qty, 1)

    def test_untracked_refused(self):
        with self._refuse(self.cable):
            order = self._sell(self._line(self.kit), self._line(self.cable), self._sold_along())
        self.assertOneKitWaits(order)
        self.assertStock(self.adapter, {None: 9}, {None: 1})
        self.assertStock(self.cable, {None: 10}, {})

    def test_number_refused(self):
        with self._refuse(self.milk), self.assertLogs(level="WARNING"):
            order = self._sell(self._line(self.kit), self._line(self.milk, 2, ["L1"]))
        self.assertOneKitWaits(order)
        self.assertWaiting(self.milk, 2, order)
        self.assertStock(self.adapter, {None: 9}, {None: 1})

    def test_own_component_refused(self):
        """The kit's other component is what stock refuses: its transfer stays as core leaves it."""
        with self._refuse(self.adapter):
            order = self._sell(self._line(self.kit), self._line(self.cable), self._sold_along())
        self.assertOneKitWaits(order)
        self.assertStock(self.cable, {None: 9}, {None: 1})
        self.assertStock(self.adapter, {None: 10}, {})

    def test_several_kits(self):
        with self._refuse(self.cable):
            order = self._sell(
                self._line(self.kit),
                self._line(self.kit, 2),
                self._line(self.cable),
                self._sold_along(),
            )
        self.assertWaiting(self.phone, 3, order)
        self.assertEqual(order.lines.mapped("waiting_number_qty"), [1, 2, 0, 0])

    def test_refund(self):
        """What comes back takes what its sale waits for once, and the sale's other unit waits."""
        order = self._sell(self._line(self.kit, 2), self._line(self.cable), self._sold_along())
        with self._refuse(self.cable):
            self._sell(
                self._line(self.kit, -1, refunded_orderline_id=order.lines[0].id),
                self._line(self.cable, -1, refunded_orderline_id=order.lines[1].id),
                self._line(self.milk, -1, ["L1"], refunded_orderline_id=order.lines[2].id),
                is_refund=True,
            )
        self.assertOneKitWaits(order)
        self.assertFalse(self._open_moves(self.phone, ("incoming",)))
        self.assertStock(self.adapter, {None: 9}, {None: 1})


@tagged("post_install", "-at_install")
class TestRefusedBesideKitAtClosing(AtClosing, TestRefusedBesideKit):
    """And where stock moves at closing."""

    def test_many_orders(self):
        """The transfer of a session is halved again and again."""
        orders = (
            self._paid(self._line(self.kit)),
            *(
                self._paid(self._line(self.milk, 1, ["L1"]), self._line(self.cable))
                for _each in "1234"
            ),
        )
        with self._refuse(self.cable):
            order = self._sync(*orders)[0]
        self.assertOneKitWaits(order)
        self.assertEqual(self._gone(self.milk), {"L1": 4})
