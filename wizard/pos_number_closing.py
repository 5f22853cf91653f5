from odoo import api, fields, models


class PosNumberClosing(models.TransientModel):
    """Asks why units are closed without number, and closes them."""

    _name = "pos.number.closing"
    _inherit = ["pos.number.dialog"]
    _description = "Close without Number"

    line_ids = fields.Many2many("pos.order.line", string="Units that Wait", readonly=True)
    is_single = fields.Boolean(compute="_compute_is_single")
    waiting = fields.Float(
        string="To Assign", digits="Product Unit", compute="_compute_waiting", compute_sudo=True
    )
    quantity = fields.Float(string="Units to Close", digits="Product Unit")
    reason = fields.Char(
        help="For example: the box was thrown away. It is told in the order's chatter."
    )

    _target_fields = ("line_ids",)

    def _get_target_lines(self):
        return self.line_ids

    @api.model
    def _open(self, lines):
        """An action that asks for the reason. :raises AccessError: see `create`"""
        waiting = lines.filtered(lambda line: line.waiting_number_qty > 0)
        wizard = self.create(
            {
                "line_ids": [fields.Command.set(waiting.ids)],
                "quantity": sum(waiting.mapped("waiting_number_qty")),
            }
        )
        return {
            "name": self.env._("Close without Number"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.depends("line_ids")
    def _compute_is_single(self):
        """Part of a line can be closed; of several lines or of a kit, all that waits."""
        for wizard in self:
            lines = wizard.line_ids
            wizard.is_single = len(lines) == 1 and lines.product_id.tracking != "none"

    @api.depends("line_ids.waiting_number_qty")
    def _compute_waiting(self):
        for wizard in self:
            wizard.waiting = sum(wizard.line_ids.mapped("waiting_number_qty"))

    def action_close(self):
        """Close the units, and say so.

        :raises UserError: with the reason why it cannot be
        """
        self.ensure_one()
        self.check_access("write")  # one's own only
        lines = self.line_ids
        lines._close_without_number(self.reason, self.quantity if self.is_single else None)
        orders = lines.sudo().order_id
        if self.is_single:
            message = self.env._(
                "%(product)s in %(order)s: units closed without number: %(quantity)g.",
                quantity=self.quantity,
                product=lines.sudo().product_id.display_name,
                order=orders._get_receipt_name(),
            )
        else:
            message = self.env._(
                "Closed without number: lines: %(lines)s, orders: %(orders)s.",
                lines=len(lines),
                orders=len(orders),
            )
        return lines._get_notification(message)
