from odoo import fields, models

from ..number.stock import STORED
from ..number.verdict import clean
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

    # How much of what left for a customer was stock without number until then, in the product's
    # unit. A transfer that takes this back (a correction) says the same of itself.
    pos_unnumbered_qty = fields.Float(
        "Without Number",
        digits="Product Unit",
        readonly=True,
        copy=False,
        groups="base.group_system",
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

    def _synchronize_quant(
        self, quantity, location, action="available", in_date=False, **quants_value
    ):
        """Note how much stock without number a sold number takes; a correction gives it back."""
        moves = action == "available" and self.lot_id and location.usage in STORED
        leaves = moves and quantity < 0 and self.location_dest_id.usage == "customer"
        before = self._get_quantity_at(location) if leaves else 0.0
        result = super()._synchronize_quant(
            quantity, location, action=action, in_date=in_date, **quants_value
        )
        if leaves:
            # As superuser: a field of the server's own.
            line = self.sudo()
            taken = clean(before - self._get_quantity_at(location)) if before > 0 else 0.0
            if line.pos_unnumbered_qty != taken:
                line.pos_unnumbered_qty = taken
        elif moves and quantity > 0 and self.location_id.usage == "customer":
            self._give_back_unnumbered(location, quants_value.get("package", self.package_id))
        return result

    def _get_quantity_at(self, location, lot=None, package=None):
        """What lies at a location of a lot, or of stock without number, of this line's owner."""
        package = self.package_id if package is None else package
        quants = self.env["stock.quant"]._gather(
            self.product_id,
            location,
            lot_id=lot,
            package_id=package,
            owner_id=self.owner_id,
            strict=True,
        )
        lot = lot or self.env["stock.lot"]
        return sum(quants.filtered(lambda quant: quant.lot_id == lot).mapped("quantity"))

    def _give_back_unnumbered(self, location, package):
        """What a correction has brought back has no number again, as far as it had none before.

        Less where others have taken more of the lot since than there was.
        """
        there = self._get_quantity_at(location, self.lot_id, package)
        quantity = clean(min(self.sudo().pos_unnumbered_qty, there))
        if quantity <= 0:
            return
        for lot, change in ((self.lot_id, -quantity), (self.env["stock.lot"], quantity)):
            self.env["stock.quant"]._update_available_quantity(
                self.product_id,
                location,
                change,
                lot_id=lot,
                package_id=package,
                owner_id=self.owner_id,
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
