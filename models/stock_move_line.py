from odoo import fields, models

from .stock_move import FREES_RESERVATION


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line", "pos.number.guard"]

    pos_number_id = fields.Many2one(
        "pos.pack.operation.lot",
        string="Sold Number",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )

    pos_cost_share = fields.Float(
        "Share of the Cost",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What this line is worth of its move, where the move has several lots and each has a "
        "cost of its own.",
    )

    # Trace pages through a lot's life by it; what tills sold is found by its numbers.
    _pos_trace_idx = models.Index(
        "(lot_id, date, id) WHERE state = 'done' AND pos_number_id IS NULL AND lot_id IS NOT NULL"
    )

    # Recalls sum what moved of each lot by it.
    _pos_lot_idx = models.Index("(lot_id) WHERE state = 'done' AND lot_id IS NOT NULL")

    def _filter_sold(self):
        return self.filtered(lambda line: line.state == "done" and line.pos_number_id)

    def _exclude_requiring_lot(self):
        """Units that are closed without number move without one, see `pos.number.closure`."""
        return super()._exclude_requiring_lot() or self.move_id.pos_numbers_closed

    def _free_reservation(self, *args, **kwargs):
        """Documents that had reserved what was sold give it up, as core has it.

        That the sale's own move was not reserved is no reason to spare them.
        """
        lines = self
        if self.pos_number_id:
            lines = self.with_context(**{FREES_RESERVATION: True})
        return super(StockMoveLine, lines)._free_reservation(*args, **kwargs)

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
