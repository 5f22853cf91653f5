from odoo import api, fields, models


class PosNumberAssignmentCandidate(models.TransientModel):
    """A number on hand that may be the one that was sold."""

    _name = "pos.number.assignment.candidate"
    _inherit = ["pos.number.dialog"]
    _description = "Lot/Serial Number on Hand"

    assignment_id = fields.Many2one("pos.number.assignment", required=True, ondelete="cascade")
    tracking = fields.Selection(related="assignment_id.tracking")
    lot_id = fields.Many2one("stock.lot", string="Lot/Serial Number", readonly=True)
    available = fields.Float(string="On Hand", digits="Product Unit", readonly=True)
    reserved_for = fields.Char(readonly=True)
    status = fields.Char(string="Note", readonly=True)
    level = fields.Char(readonly=True, help="How the candidate is coloured.")
    expiration_date = fields.Datetime(readonly=True)
    is_taken = fields.Boolean(
        string="Assign", compute="_compute_is_taken", inverse="_inverse_is_taken"
    )
    quantity = fields.Float(string="Assign Quantity", digits="Product Unit")

    _target_fields = ("assignment_id",)

    def _get_target_lines(self):
        return self.assignment_id.line_id

    @api.depends("quantity")
    def _compute_is_taken(self):
        for candidate in self:
            candidate.is_taken = candidate.quantity > 0

    @api.onchange("is_taken")
    def _inverse_is_taken(self):
        for candidate in self:
            if candidate.is_taken != (candidate.quantity > 0):
                candidate.quantity = 1.0 if candidate.is_taken else 0.0
