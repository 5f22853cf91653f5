from odoo import fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    pos_number_id = fields.Many2one(
        "pos.pack.operation.lot",
        string="Sold Number",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )
