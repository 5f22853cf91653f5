"""A shop that has just switched tracking on: stock without numbers, sold by new ones."""

from odoo.tests import tagged

from .against_core.common import AcceptanceCase


@tagged("post_install", "-at_install")
class TestStockWithoutNumbers(AcceptanceCase):
    """The new number takes stock without one, wherever it lies and whoever reserved it."""

    def _codes(self, order):
        return sorted(order.lines.pack_lot_ids.flag_ids.mapped("code"))

    def test_reserved(self):
        """The document that had reserved it gives up exactly that."""
        radio = self._product("Radio", tracking="none")
        self._put(radio, {None: 2})
        sale_order = self._sale_order(radio, 2)
        radio.tracking = "serial"
        order = self._sell(self._line(radio, 1, ["NEW1"]))
        self.assertEqual(self._codes(order), [])
        self.assertStock(radio, {None: 1}, {"NEW1": 1})
        reserved = sale_order.picking_ids.move_line_ids
        self.assertEqual(sum(reserved.mapped("quantity")), 1)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", radio.id), ("location_id.usage", "=", "internal")]
        )
        self.assertEqual(sum(quants.mapped("reserved_quantity")), 1)

    def test_reserved_and_there_is_more(self):
        """It reserves anew where there is more."""
        radio = self._product("Radio", tracking="none")
        self._put(radio, {None: 2})
        sale_order = self._sale_order(radio, 2)
        radio.tracking = "serial"
        self._put(radio, ["SN1"])
        self._sell(self._line(radio, 1, ["NEW1"]))
        self.assertStock(radio, {None: 1, "SN1": 1}, {"NEW1": 1})
        self.assertEqual(sale_order.picking_ids.move_ids.quantity, 2)

    def test_partly_there(self):
        """What is more than that stock is short."""
        oil = self._product("Oil", tracking="lot")
        self._put(oil, {None: 3})
        order = self._sell(self._line(oil, 5, ["B1"]))
        self.assertEqual(self._codes(order), ["unknown"])
        self.assertStock(oil, {"B1": -2}, {"B1": 5})

    def test_package_and_owner(self):
        radio = self._product("Radio")
        package = self.env["stock.package"].create({"name": "P1"})
        self.env["stock.quant"]._update_available_quantity(
            radio, self.shelf, 1, package_id=package, owner_id=self.customer
        )
        order = self._sell(self._line(radio, 1, ["NEW1"]))
        self.assertEqual(self._codes(order), [])
        self.assertStock(radio, {}, {"NEW1": 1})
        self.assertEqual(order.picking_ids.move_line_ids.owner_id, self.customer)

    def test_two_places_and_two_lots(self):
        oil = self._product("Oil", tracking="lot")
        self._put(oil, {None: 2})
        self._put(oil, {None: 2}, self.shelf)
        order = self._sell(self._line(oil, 3, ["B1"]), self._line(oil, 1, ["B2"]))
        self.assertEqual(self._codes(order), [])
        self.assertStock(oil, {}, {"B1": 3, "B2": 1})
        self.assertNoNegative(oil)

    def test_the_same_new_lot_again(self):
        """Stock without number goes on being what its lot is sold from."""
        oil = self._product("Oil", tracking="lot")
        self._put(oil, {None: 5})
        self._put(oil, {None: 1}, self.shelf)
        self._sell(self._line(oil, 3, ["B1"]))
        order = self._sell(self._line(oil, 3, ["B1"]))
        self.assertEqual(self._codes(order), [])
        self.assertStock(oil, {}, {"B1": 6})
        self.assertNoNegative(oil)
