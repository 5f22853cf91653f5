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
