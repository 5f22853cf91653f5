from odoo import models
from odoo.exceptions import UserError, ValidationError

DEFINES_TRACKING = {"tracking", "is_storable", "type"}


class ProductTemplate(models.Model):
    """Tracking that begins, changes or ends while units of the product wait for a number."""

    _inherit = "product.template"

    def write(self, vals):
        if not DEFINES_TRACKING & set(vals):
            return super().write(vals)
        before = {template.id: template.tracking for template in self}
        result = super().write(vals)
        changed = self.filtered(lambda template: template.tracking != before[template.id])
        if changed:
            products = changed.with_context(active_test=False).product_variant_ids
            ended = products.filtered(lambda product: product.tracking == "none")
            ended.sudo()._end_waiting_for_numbers()
            products.sudo()._count_missing_numbers_anew()
        return result


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _end_waiting_for_numbers(self):
        """These products have no numbers any more: what waits for one moves without."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", self.ids),
                ("pos_numbers_waiting", "=", True),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        for company, company_moves in moves.grouped("company_id").items():
            for picking_moves in company_moves.grouped("picking_id").values():
                picking_moves.with_company(company)._move_without_numbers()

    def _count_missing_numbers_anew(self):
        """What is sold in sessions still open asks for numbers as its product does now."""
        lines = self.env["pos.order.line"].search(
            [("product_id", "in", self.ids), ("order_id.session_id.state", "!=", "closed")]
        )
        lines |= lines.search([("product_id", "in", self.ids), ("missing_number_qty", ">", 0)])
        lines.invalidate_recordset(["is_number_tracked"])
        self.env.add_to_compute(lines._fields["missing_number_qty"], lines)


class StockMove(models.Model):
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


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _create_transfer_beside(self):
        """An empty transfer for some of what this one waits with."""
        return self.copy(
            {
                "move_ids": [],
                "move_line_ids": [],
                "pos_numbers_order_id": self.pos_numbers_order_id.id,
                "origin": self.origin,
            }
        )
