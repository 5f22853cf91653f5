"""What a till is told of goods that come back without a receipt."""

from odoo.tests import tagged

from .against_core.common import ShopCase


@tagged("post_install", "-at_install")
class TestReturnLookups(ShopCase):
    """SN1 and two of L1 are sold, SN2 is on the shelf."""

    def setUp(self):
        super().setUp()
        self.shop = self.till.with_user(self.cashier)
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._sell(self._line(self.milk, 2, ["L1"]))
        self._fresh()

    def _names(self, product, *args):
        found = self.shop.search_numbers(product.id, *args, is_return=True)
        return [info["name"] for info in found]

    def test_verdict(self):
        """The server's flags of a return, and not those of a sale."""
        names = ["SN1", "SN2", "NOBODY", "L1"]
        found = self.shop.check_numbers(self.phone.id, names, is_return=True)
        self.assertEqual(found["SN1"]["flags"], [])
        self.assertIn("duplicate", found["SN2"]["flags"])
        self.assertNotIn("NOBODY", found)
        self.assertEqual(found["L1"]["other_product"], self.milk.display_name)
        sale = self.shop.check_numbers(self.phone.id, ["SN1", "SN2"])
        self.assertIn("duplicate", sale["SN1"]["flags"])
        self.assertEqual(sale["SN2"]["flags"], [])

    def test_candidates(self):
        """Those that customers have: by a part of the name, and without those that are taken."""
        self.assertEqual(self._names(self.phone), ["SN1"])
        self.assertEqual(self._names(self.phone, "sn"), ["SN1"])
        self.assertEqual(self._names(self.phone, "SN2"), [])
        self.assertEqual(self._names(self.phone, "%"), [])
        for term in ("", "SN1"):
            self.assertEqual(self._names(self.phone, term, 20, ["SN1"]), [])
        self.assertEqual(self._names(self.milk), ["L1"])

    def test_back_again(self):
        """What came back is no candidate any more."""
        self._sell(self._line(self.phone, -1, ["SN1"]))
        self._fresh()
        self.assertEqual(self._names(self.phone), [])
        found = self.shop.check_numbers(self.phone.id, ["SN1"], is_return=True)
        self.assertIn("duplicate", found["SN1"]["flags"])

    def test_odd_names(self):
        """What no lot can be called hides nothing and breaks nothing."""
        for name in ("\0", "\ud800", "A\0B"):
            with self.subTest(name=name):
                self.assertEqual(self._names(self.phone, "", 20, [name]), ["SN1"])
                self._names(self.phone, name)
                self.assertEqual(self.shop.check_numbers(self.phone.id, [name], is_return=True), {})


@tagged("post_install", "-at_install")
class TestReturnLookupsBeforeClosing(TestReturnLookups):
    """And while what was sold has not moved yet."""

    update_stock = "closing"
