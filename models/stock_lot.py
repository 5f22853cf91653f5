from odoo import api, fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    pos_number_ids = fields.One2many(
        "pos.pack.operation.lot", "lot_id", string="Sold at the Till", readonly=True
    )

    # Names are compared without letter case when nothing fits exactly.
    _folded_name_idx = models.Index("(lower(name), product_id)")
