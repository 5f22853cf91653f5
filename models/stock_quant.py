from odoo import models
from odoo.tools import SQL


class StockQuant(models.Model):
    _inherit = "stock.quant"

    # The first numbers of a product, without reading all of them.
    _product_in_date_idx = models.Index(
        "(product_id, in_date, id) WHERE lot_id IS NOT NULL AND quantity > 0"
    )
    # The same where what expires first leaves first.
    _product_removal_date_idx = models.Index(
        "(product_id, removal_date, in_date, id) WHERE lot_id IS NOT NULL AND quantity > 0"
    )

    def _get_reserve_quantity(
        self,
        product_id,
        location_id,
        quantity,
        uom_id=None,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        """Whoever takes just any units leaves as many as left the shop without their number.

        Who names a lot is not held back: whether it has that lot is plain.
        """
        if not lot_id and quantity > 0 and product_id.tracking != "none":
            quantity = min(quantity, self._get_quantity_without_waiting(product_id, location_id))
        return super()._get_reserve_quantity(
            product_id,
            location_id,
            quantity,
            uom_id=uom_id,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            strict=strict,
        )

    def _get_quantity_without_waiting(self, product, location):
        """What of a product may be reserved in a location, so that waiting units find theirs.

        :return: quantity in the product's unit; infinite where nothing waits
        """
        # One row of the index of what waits; nearly always there is none.
        Move = self.env["stock.move"]
        Move.flush_model(
            ["pos_numbers_waiting", "state", "product_id", "location_id", "product_qty"]
        )
        waiting = self.env.execute_query(
            SQL(
                """
                SELECT move.location_id, SUM(move.product_qty)
                  FROM stock_move move
                  JOIN stock_location location ON location.id = move.location_id
                 WHERE move.product_id = %(product)s
                   AND move.pos_numbers_waiting IS TRUE
                   AND move.state = 'confirmed'
                   AND (starts_with(location.parent_path, %(path)s)
                        OR starts_with(%(path)s, location.parent_path))
                 GROUP BY move.location_id
                """,
                product=product.id,
                path=location.parent_path or "",
            )
        )
        allowed = float("inf")
        for location_id, quantity in waiting:
            waiting_location = location.browse(location_id).sudo()
            is_inside = waiting_location.parent_path.startswith(location.parent_path)
            area = location if is_inside else waiting_location
            ((on_hand, reserved),) = self.sudo()._read_group(
                [
                    ("product_id", "=", product.id),
                    ("location_id", "child_of", area.id),
                    ("quantity", ">", 0),
                ],
                [],
                ["quantity:sum", "reserved_quantity:sum"],
            )
            allowed = min(allowed, max(0.0, (on_hand or 0.0) - (reserved or 0.0) - quantity))
        return allowed
