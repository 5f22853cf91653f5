from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def read_converted(self):
        """As superuser once the caller may read the lines: core reads their lots inside."""
        self.check_access("read")
        return super(SaleOrderLine, self.sudo()).read_converted()
