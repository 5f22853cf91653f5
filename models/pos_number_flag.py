from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

SEVERITIES = {
    **dict.fromkeys(("duplicate", "mismatch", "recalled", "expired"), "wait"),
    **dict.fromkeys(("reserved", "surplus", "other_date"), "note"),
}
# Of Odoo's tags: red, orange, light blue.
COLORS = {"wait": 1, "stock": 2, "note": 4}


class PosNumberFlag(models.Model):
    """Something that was out of order with a number at the moment of its sale.

    Flags are found by their code, in every company: an administrator may reword, translate, colour
    and sort them, and that is all.
    """

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
    severity = fields.Selection(
        [("wait", "Act"), ("stock", "Check"), ("note", "Note")],
        compute="_compute_severity",
        store=True,
        help="Act: units wait, or a customer may be harmed. Check: stock is not as counted. Note: "
        "nothing is wrong with the stock.",
    )
    color = fields.Integer(
        compute="_compute_color", help="The colour of its tag: each severity has one."
    )

    _unique_code = models.Constraint("UNIQUE(code)", "A flag with this code exists already.")

    @api.model_create_multi
    def create(self, vals_list):
        """:raises AccessError: anybody but the superuser, who installs the flags"""
        self._check_installer()
        return super().create(vals_list)

    def write(self, vals):
        """:raises AccessError: somebody changes the code"""
        if "code" in vals:
            self._check_installer()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_installer()
        if self.env["pos.pack.operation.lot"].search_count([("flag_ids", "in", self.ids)], limit=1):
            raise UserError(self.env._("Numbers have this flag: it cannot be deleted."))

    def _check_installer(self):
        if not self.env.su:
            raise AccessError(
                self.env._("The flags of Lot/Serial Numbers are part of the add-on itself.")
            )

    @api.depends("code")
    def _compute_severity(self):
        for flag in self:
            flag.severity = SEVERITIES.get(flag.code, "stock")

    @api.depends("severity")
    def _compute_color(self):
        for flag in self:
            flag.color = COLORS.get(flag.severity, 0)

    def _get(self, *codes):
        """The flags of these codes."""
        return self.sudo().search([("code", "in", codes)])
