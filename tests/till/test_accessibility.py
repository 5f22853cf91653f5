"""What axe-core finds against the screens of the till, wide and narrow."""

import unittest

from odoo.tests import tagged

from .browser import AXE
from .common import TillCase


class AccessibilityCase(TillCase):
    def _check(self, tour):
        for name in ("SN1", "SN2", "SN3", "SN4", "SN5", "SN6"):
            self.put_in_stock(self.phone, name)
        customers = self.env.ref("stock.stock_location_customers")
        self.put_in_stock(self.phone, "GONE1", 1, customers)
        order = self.sell(tour)
        self.assertEqual(order.lines.qty, 20)
        self.assertEqual(len(order.lines.pack_lot_ids), 15)


@tagged("post_install", "-at_install", "pos_lot_browser")
@unittest.skipUnless(AXE, "axe-core is installed by dev/test only")
class TestAccessibility(AccessibilityCase):
    def test_desktop(self):
        self._check("numbers_accessible_on_desktop")


@tagged("post_install", "-at_install", "pos_lot_browser")
@unittest.skipUnless(AXE, "axe-core is installed by dev/test only")
class TestAccessibilityOnPhone(AccessibilityCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        self._check("numbers_accessible_on_phone")
