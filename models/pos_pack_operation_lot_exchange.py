from odoo import models


class PosPackOperationLot(models.Model):
    """Numbers of paid orders that are taken off again, or swapped."""

    _inherit = "pos.pack.operation.lot"

    def _take_off(self):
        """Take this number off its paid line, see `pos.number.exchange`."""
        self.env["pos.number.exchange"]._release(self)

    def _exchange_with(self, other, quantity=None):
        """Swap this number with the one of another order, see `pos.number.exchange`."""
        return self.env["pos.number.exchange"]._exchange(self, other, quantity)
