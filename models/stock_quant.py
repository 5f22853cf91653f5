from odoo import models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    # The first numbers of a product, without reading all of them.
    _product_in_date_idx = models.Index(
        "(product_id, in_date, id) WHERE lot_id IS NOT NULL AND quantity > 0"
    )
