from odoo import models


class PosNumberCorrection(models.AbstractModel):
    """Numbers that a return brings, and nobody has heard of."""

    _inherit = "pos.number.correction"

    def _judge_lot(self, line, name, lot, foreign):
        """A unit that was sold without number may come back with one that is new.

        It was sold before tracking was switched on, or closed without number. Where the numbers of
        the sale are known, one that nobody knows is a mistake.
        """
        message = super()._judge_lot(line, name, lot, foreign)
        if lot or not message or line.qty > 0 or name in foreign:
            return message
        config = line.order_id.config_id
        if not (config.number_creation and config.picking_type_id.use_create_lots):
            return message
        sale = line.refunded_orderline_id
        if not sale:
            return self.env._("Nobody has sold this Lot/Serial Number: it cannot come back.")
        unnumbered = sale._get_asked_number_quantity() - sum(sale.pack_lot_ids.mapped("quantity"))
        if line.product_id.uom_id.compare(unnumbered, 0) > 0:
            return None
        return self.env._(
            "Nobody has sold this Lot/Serial Number: all units of %(order)s had another one.",
            order=sale.order_id.name,
        )
