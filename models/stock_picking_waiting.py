from odoo import models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """The transfer of units that wait for their number, as its buttons meet it."""

    _inherit = "stock.picking"

    def action_assign(self):
        """Check Availability says that what waits is not reserved, and how it gets its number."""
        result = super().action_assign()
        waiting = self.move_ids._waits_for_numbers()
        if not waiting:
            return result
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Nothing is reserved"),
                "message": waiting._get_waiting_advice(),
            },
        }

    def button_validate(self):
        """Say what to do, before the questions about quantities and backorders are asked.

        What really moves is judged by `stock.move._action_done`, on every way.
        """
        for picking in self:
            waiting = picking.move_ids._waits_for_numbers().filtered(
                lambda move: move.product_id.tracking != "none"
            )
            lines = waiting.move_line_ids.filtered("quantity")
            is_empty = waiting and not picking.move_line_ids.filtered("quantity")
            if is_empty or any(not line.lot_id and not line.lot_name for line in lines):
                raise UserError(
                    self.env._(
                        "%(transfer)s waits for the Lot/Serial Numbers of %(order)s: assign them "
                        "first.\n%(advice)s",
                        transfer=picking.name,
                        order=picking.sudo().pos_numbers_order_id.name,
                        advice=waiting._get_waiting_advice(),
                    )
                )
        return super().button_validate()
