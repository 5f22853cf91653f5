"""Lots that the till chooses: those that Odoo's own reservation would take."""

import random
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import pos_config_lookup
from .against_core.common import AcceptanceCase

STOCKS = 50  # of each strategy


@tagged("post_install", "-at_install")
class TestLikeOdoosReservation(AcceptanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk = cls._product("Milk", tracking="lot", use_expiration_date=True)
        cls.places = (
            cls.warehouse.lot_stock_id,
            cls.shelf,
            cls._location("Fridge", cls.warehouse.lot_stock_id),
        )

    def _fill(self, draw):
        """Some lots, of which some are past their date, in one place or several."""
        now = fields.Datetime.now()
        for number in range(draw.randint(1, 8)):
            # Days that several lots share, and lots without any.
            days = draw.choice([-3, 1, 2, 2, 5, 9, None])
            date = days is not None and now.replace(hour=12, minute=0) + timedelta(days=days)
            lot = self._lot(self.milk, f"L{number}")
            lot.write({"expiration_date": date, "removal_date": date})
            for place in draw.sample(self.places, draw.randint(1, 3)):
                self.env["stock.quant"]._update_available_quantity(
                    self.milk,
                    place,
                    draw.randint(1, 6),
                    lot_id=lot,
                    in_date=now - timedelta(days=draw.randint(0, 4)),
                )

    def _stock(self, **quantities):
        """Lots that keep for ever; Odoo would have them expire when they are created."""
        self._put(self.milk, quantities)
        for name in quantities:
            self._lot(self.milk, name).write({"expiration_date": False, "removal_date": False})

    def _reserve(self, quantity):
        """What a delivery of the shop gets: its move lines, `{lot name: quantity}`."""
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": quantity,
                "product_uom": self.milk.uom_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "picking_type_id": self.warehouse.pos_type_id.id,
            }
        )
        move = move._action_confirm(merge=False)
        move._action_assign()
        return self._sum((line.lot_id.name, line.quantity) for line in move.move_line_ids)

    def _sum(self, pairs):
        result = {}
        for name, quantity in pairs:
            result[name] = result.get(name, 0) + quantity
        return result

    def _proposed(self, quantity, exclude=None):
        self._fresh()
        till = self.till.with_user(self.cashier)
        rows = till.propose_numbers_for(self.milk.id, quantity, exclude)
        return self._sum((row["name"], row["take"]) for row in rows)

    def _compare(self, strategy):
        self.milk.categ_id.removal_strategy_id = self.env.ref(strategy)
        taken = 0
        for seed in range(STOCKS):
            draw = random.Random(f"{strategy} {seed}")
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._fill(draw)
                if draw.random() < 0.6:
                    self._reserve(draw.randint(1, 8))
                quantity = draw.randint(1, 15)
                proposed = self._proposed(quantity)
                self.assertEqual(proposed, self._reserve(quantity))
                taken += len(proposed)
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertGreater(taken, STOCKS, "these stocks were empty")

    def test_first_to_expire(self):
        self._compare("product_expiry.removal_fefo")

    def test_first_in(self):
        """A lot that came in twice is taken in two parts, with another one between them."""
        self._compare("stock.removal_fifo")

    def test_spread_and_sold(self):
        """One lot does not reach: the next one follows, less what was sold and has not moved."""
        self._stock(A=2, B=5)
        self.assertEqual(self._proposed(4), {"A": 2, "B": 2})
        self._sell(self._line(self.milk, 1, ["A"]))
        self.assertEqual(self._proposed(4), {"A": 1, "B": 3})
        self.assertEqual(self._proposed(99, exclude=["A"]), {"B": 5})

    def test_many_units(self):
        """How many units a lot has is no limit, how many lots there are is one."""
        self._stock(A=1200, B=900)
        self.assertEqual(self._proposed(2000), {"A": 1200, "B": 800})
        self.assertEqual(self._proposed(1e9), {"A": 1200, "B": 900})
        with self.assertRaises(UserError):
            self._proposed(1e10)

    def test_many_lots(self):
        self._stock(A=1, B=1, C=1, D=1)
        with patch(f"{pos_config_lookup.__name__}.MAX_NAMES", 3):
            self.assertEqual(self._proposed(99), {"A": 1, "B": 1, "C": 1})
            self.assertEqual(self._proposed(2, exclude=["A"]), {"B": 1, "C": 1})

    def test_expired_without_removal_date(self):
        """Odoo would deliver it; nobody chooses it without looking."""
        self._stock(OLD=2, NEW=2)
        past = fields.Datetime.now() - timedelta(days=1)
        self._lot(self.milk, "OLD").write({"expiration_date": past, "removal_date": False})
        self.assertEqual(self._proposed(3), {"NEW": 2})

    def test_nothing_free(self):
        self.assertEqual(self._proposed(1), {})
        self._stock(A=2)
        self.assertEqual(self._reserve(2), {"A": 2})
        self.assertEqual(self._proposed(1), {})


@tagged("post_install", "-at_install")
class TestBeforeClosing(AcceptanceCase):
    """Where stock moves when the session closes, what is paid for is not proposed again."""

    update_stock = "closing"

    def test_sold_and_not_moved(self):
        milk = self._product("Milk", tracking="lot")
        self._put(milk, {"A": 2, "B": 5})
        self._sell(self._line(milk, 2, ["A"]), self._line(milk, 1, ["B"]))
        self._fresh()
        rows = self.till.with_user(self.cashier).propose_numbers_for(milk.id, 9)
        self.assertEqual([(row["name"], row["take"]) for row in rows], [("B", 4)])
