from odoo import models


class StockPicking(models.Model):
    """What is made of a transfer of a sale belongs to that sale: the server says so."""

    _inherit = "stock.picking"

    def _link_like(self, origin):
        """Link new transfers to the sale and the session of another one."""
        origin = origin.sudo()
        self.sudo().write(
            {
                "pos_order_id": origin.pos_order_id.id,
                "pos_session_id": origin.pos_session_id.id,
            }
        )

    def _create_backorder_picking(self):
        """What is left of a waiting transfer waits for the same order; a return of it does not."""
        backorder = super()._create_backorder_picking()
        backorder._link_like(self)
        backorder.sudo().pos_numbers_order_id = self.sudo().pos_numbers_order_id
        return backorder


class StockMove(models.Model):
    _inherit = "stock.move"

    def _assign_picking_post_process(self, new=False):
        """Core says in the new transfer's values which order its goods are of."""
        result = super()._assign_picking_post_process(new=new)
        order = self.sudo().reference_ids.pos_order_ids[:1]
        picking = self.picking_id.sudo()
        if new and order and not picking.pos_order_id:
            picking.write({"pos_order_id": order.id, "pos_session_id": order.session_id.id})
        return result
