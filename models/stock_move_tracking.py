from odoo import models
from odoo.exceptions import UserError, ValidationError


class StockMove(models.Model):
    """What waits for a number of a product that is not tracked any more."""

    _inherit = "stock.move"

    def _move_without_numbers(self):
        """Let moves of one transfer that waited for a number move, or be ready to.

        What else the transfer has goes on waiting.
        """
        waiting = self.picking_id
        picking = waiting
        if waiting.move_ids.filtered(lambda move: move.state not in ("done", "cancel")) - self:
            picking = waiting._create_transfer_beside()
        order = waiting.pos_numbers_order_id
        self._stop_waiting()
        self.write({"picking_id": picking.id})
        moved = self._try_to_move_without_numbers()
        if not moved:
            # One of the order's transfers, as core's own that cannot move.
            picking.write(
                {
                    "pos_numbers_order_id": False,
                    "pos_order_id": order.id,
                    "pos_session_id": order.session_id.id,
                }
            )
            for move in self:
                move.write(
                    {"pos_numbers_line_id": False, "pos_cost_line_id": move.pos_numbers_line_id.id}
                )
            self._action_assign()
        if order:
            products = ", ".join(self.product_id.mapped("display_name"))
            if moved:
                body = self.env._(
                    "%(products)s: not tracked by Lot/Serial Number any more. What waited for a "
                    "number has moved without one.",
                    products=products,
                )
            else:
                body = self.env._(
                    "%(products)s: not tracked by Lot/Serial Number any more. What waited for a "
                    "number can move without one: validate %(transfer)s.",
                    products=products,
                    transfer=picking.name,
                )
            order.message_post(body=body)

    def _try_to_move_without_numbers(self):
        """:return: whether these moves are done"""
        try:
            with self.env.cr.savepoint():
                self.move_line_ids.unlink()
                for move in self:
                    move.quantity = move.product_uom_qty
                self.picked = True
                self.picking_id._action_done()
                if set(self.mapped("state")) != {"done"}:
                    raise UserError(self.env._("The stock cannot move now."))
        except (UserError, ValidationError):
            self.invalidate_recordset()
            return False
        return True
