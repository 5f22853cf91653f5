from odoo import api, fields, models


class StockMove(models.Model):
    """What units sold at the till cost is read from their moves, whoever does them."""

    _inherit = "stock.move"

    pos_cost_line_id = fields.Many2one(
        "pos.order.line",
        string="Sold Line by Cost",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
        help="This line bears the cost of the move, which needs no number for that: a component "
        "of a kit in which something has a number, or units of a product that is not tracked any "
        "more.",
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), "pos_cost_line_id"]

    def _prepare_move_split_vals(self, qty):
        return {
            **super()._prepare_move_split_vals(qty),
            "pos_cost_line_id": self.pos_cost_line_id.id,
        }

    def _add_mls_related_to_order(self, related_order_lines, are_qties_done=True):
        """Note which kit components are of: `stock.picking` makes moves of such kits one by one."""
        if are_qties_done and len(related_order_lines) == 1:
            product = related_order_lines.product_id
            components = self.filtered(lambda move: move.product_id != product)
            if any(move.product_id.tracking != "none" for move in components):
                components.pos_cost_line_id = related_order_lines
        return super()._add_mls_related_to_order(related_order_lines, are_qties_done=are_qties_done)

    def _action_done(self, cancel_backorder=False):
        """What waited has moved: its cost takes the place of the estimate."""
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves.move_line_ids._note_cost_shares()
        (moves.pos_numbers_line_id | moves.pos_cost_line_id).sudo()._update_moved_cost()
        return moves

    def _get_value_from_returns(self, quantity, at_date=None):
        """A lot that comes back alone, of a move with several, is worth what it was worth there.

        Core values it by the average of that move.
        """
        result = super()._get_value_from_returns(quantity, at_date=at_date)
        origin_lines = self.origin_returned_move_id.move_line_ids.sudo()
        if result["quantity"] and any(origin_lines.mapped("pos_cost_share")):
            same = origin_lines.filtered(lambda line: line.lot_id in self.lot_ids)
            units = sum(same.mapped("quantity_product_uom"))
            if units:
                result["value"] = sum(same.mapped("pos_cost_share")) * quantity / units
        return result
