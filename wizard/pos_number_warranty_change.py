from odoo import api, fields, models


class PosNumberWarrantyChange(models.TransientModel):
    """Changes the warranty of a sold number by hand, with a reason."""

    _name = "pos.number.warranty.change"
    _inherit = ["pos.number.dialog"]
    _description = "Change Warranty"

    number_id = fields.Many2one(
        "pos.pack.operation.lot", required=True, readonly=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="number_id.order_id")
    product_id = fields.Many2one(related="number_id.product_id")
    name = fields.Char(related="number_id.lot_name", string="Lot/Serial Number")
    start = fields.Date("From", compute="_compute_period", store=True, readonly=False)
    end = fields.Date(
        "Until",
        compute="_compute_period",
        store=True,
        readonly=False,
        help="The last day, that day included. Empty: no warranty.",
    )
    reason = fields.Char(required=True)

    _target_fields = ("number_id",)

    def _get_target_lines(self):
        return self.number_id.pos_order_line_id

    @api.depends("number_id")
    def _compute_period(self):
        for wizard in self:
            wizard.start = wizard.number_id.warranty_start or fields.Date.context_today(self)
            wizard.end = wizard.number_id.warranty_end

    def action_change(self):
        """Change the warranty; the order's chatter keeps who and why."""
        self.ensure_one()
        self.check_access("write")  # one's own only
        self.env["pos.number.warranty"]._change(self.number_id, self.start, self.end, self.reason)
        return {"type": "ir.actions.act_window_close"}
