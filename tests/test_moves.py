"""Moves of one order: kits, variants, packages and owners."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import NumberedShopCase


@tagged("post_install", "-at_install")
class TestMoves(NumberedShopCase):
    """One product in several moves, packages and owners."""

    def test_kits_are_listed(self):
        """Kits whose components wait are in the list of lines to assign, each by itself."""
        kits = self._kit("Kit", {self.phone: 1}), self._kit("Second kit", {self.milk: 2})
        order = self._sell(*(self._line(product) for product in (*kits, self.cable)))
        self.assertEqual(order.lines.mapped("waiting_number_qty"), [1, 2, 0])

    def test_attributes_that_make_no_variant(self):
        """Two moves of one product: each number moves once."""
        attribute = self.env["product.attribute"].create(
            {
                "name": "Engraving",
                "create_variant": "no_variant",
                "value_ids": [Command.create({"name": "A"}), Command.create({"name": "B"})],
            }
        )
        line = self.env["product.template.attribute.line"].create(
            {
                "product_tmpl_id": self.phone.product_tmpl_id.id,
                "attribute_id": attribute.id,
                "value_ids": [Command.set(attribute.value_ids.ids)],
            }
        )
        first, second = line.product_template_value_ids
        order = self._sell(
            self._line(self.phone, 1, ["SN1"], attribute_value_ids=[Command.set(first.ids)]),
            self._line(
                self.phone, 2, ["SN2", "SN3"], attribute_value_ids=[Command.set(second.ids)]
            ),
        )
        self.assertStock(self.phone, {"SN4": 1}, {"SN1": 1, "SN2": 1, "SN3": 1})
        self.assertEqual(sorted(order.picking_ids.move_ids.mapped("quantity")), [1, 2])

    def test_owner_and_package(self):
        """Goods in consignment and in a package leave as what they are."""
        radio = self._product("Radio")
        package = self.env["stock.package"].create({"name": "PACK1"})
        self.env["stock.quant"]._update_available_quantity(
            radio,
            self.shelf,
            1,
            lot_id=self._lot(radio, "R1"),
            package_id=package,
            owner_id=self.customer,
        )
        order = self._sell(self._line(radio, 1, ["R1"]))
        self.assertStock(radio, {}, {"R1": 1})
        moved = order.picking_ids.move_line_ids
        self.assertEqual((moved.owner_id, moved.package_id), (self.customer, package))
        self.assertEqual(moved.location_id, self.shelf)
