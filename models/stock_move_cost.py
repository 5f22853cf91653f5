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


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    pos_cost_share = fields.Float(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What this line is worth of its move, where the move has several lots and each has a "
        "cost of its own.",
    )

    def _note_cost_shares(self):
        """Note what each lot of an outgoing move was worth: lots change in value afterwards."""
        for move, move_lines in self.filtered("pos_number_id").sudo().grouped("move_id").items():
            if move.is_out and move.product_id.lot_valuated and len(move.move_line_ids.lot_id) > 1:
                for move_line in move_lines:
                    move_line.pos_cost_share = (
                        (move_line.lot_id or move_line.product_id)
                        .with_company(move.company_id)
                        .standard_price
                    ) * move_line.quantity_product_uom

    def _is_consigned_at_standard_cost(self):
        """Another owner's unit of a product at standard cost: its move has no value."""
        self.ensure_one()
        return bool(self._should_exclude_for_valuation()) and (
            self.product_id.with_company(self.company_id).cost_method == "standard"
        )

    def _get_cost_share(self):
        """What this done line is worth, in the company's currency, without sign."""
        self.ensure_one()
        move = self.move_id
        if self._should_exclude_for_valuation():
            return 0.0
        if len(move.move_line_ids.lot_id) > 1 and any(move.move_line_ids.mapped("pos_cost_share")):
            return self.pos_cost_share
        valued = move._get_valued_qty()
        return move.value * self.quantity_product_uom / valued if valued else 0.0
