from odoo import models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _create_return(self):
        """Core copies the links of the transfer that is returned."""
        picking = super()._create_return()
        picking._link_like(self.picking_id)
        return picking
