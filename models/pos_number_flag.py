from odoo import fields, models


class PosNumberFlag(models.Model):
    """Something that was out of order with a number at the moment of its sale."""

    _name = "pos.number.flag"
    _inherit = ["pos.number.guard"]
    _description = "Lot/Serial Number Flag"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    explanation = fields.Char(
        translate=True, help="What happened, in a sentence that a shop manager understands."
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()

    _unique_code = models.Constraint("UNIQUE(code)", "A flag with this code exists already.")

    def _get(self, *codes):
        """The flags of these codes."""
        return self.sudo().search([("code", "in", codes)])
