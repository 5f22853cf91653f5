"""Products and lots that change between a sale and the closing of its session."""

from odoo.tests import tagged

from .common import NumberedShopCase


@tagged("post_install", "-at_install")
class TestChangesBeforeClosing(NumberedShopCase):
    """Between sale and closing of the session somebody changes the data."""

    update_stock = "closing"

    def test_archived_product(self):
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self.phone.action_archive()
        self._close()
        self.assertEqual(self._gone(self.phone.with_context(active_test=False)), {"SN1": 1})

    def test_renamed_lot(self):
        """It is still the one that was sold."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._lot(self.phone, "SN1").name = "SN1-A"
        self._close()
        self.assertEqual(self._gone(self.phone), {"SN1-A": 1})

    def test_deleted_lot(self):
        """The number keeps its name and waits; nothing else does."""
        order = self._sell(self._line(self.phone, 1, ["NEW1"]), self._line(self.cable))
        self._lot(self.phone, "NEW1").unlink()
        self._close()
        self.assertEqual(order.lines[0].pack_lot_ids.lot_name, "NEW1")
        self.assertWaiting(self.phone, 1, order)
        self.assertStock(self.cable, {None: 9}, {None: 1})

    def test_tracking_switched_off(self):
        """What was sold leaves, the session closes."""
        self._sell(self._line(self.milk, 4, ["L1"]), self._line(self.cable))
        self.milk.tracking = "none"
        self._close()
        self.assertEqual(sum(self._here(self.milk).values()), 6)
        self.assertEqual(sum(self._gone(self.milk).values()), 4)

    def test_tracking_switched_on(self):
        """Units sold before nobody asked for numbers wait for them."""
        order = self._sell(self._line(self.cable, 2), self._line(self.milk, 1, ["L1"]))
        self.cable.tracking = "serial"
        self._close()
        self.assertWaiting(self.cable, 2, order)
        self.assertEqual(self._gone(self.milk), {"L1": 1})
