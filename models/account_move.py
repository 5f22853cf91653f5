from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_invoiced_lot_values(self):
        """Each lot of a till's sale with its own quantity, expiration date and warranty.

        Core gives each lot the quantity of the whole line.
        """
        values = super()._get_invoiced_lot_values()
        # Who may see the invoice may see what it invoices, as in core.
        numbers = self.env["pos.pack.operation.lot"].sudo()
        for value in values:
            number = numbers.browse(value.get("pos_lot_id") or [])
            if number.quantity:
                value["quantity"] = number.quantity
                value["expiration_date"] = number.expiration_date
            if number.pos_order_line_id.qty > 0 and not number.warranty_ended_on:
                value["warranty_end"] = number.warranty_end
        return values
