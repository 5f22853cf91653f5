from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    number_tracking = fields.Selection(
        selection=lambda self: self._fields["tracking"]._description_selection(self.env),
        string="Traceability",
        compute="_compute_number_tracking",
        inverse="_inverse_number_tracking",
        help="How each unit is told apart: by a serial number of its own, by the lot it comes "
        "from, or not at all. Lots and serial numbers need Track Inventory, which is switched on "
        "along with them.",
    )

    @api.depends("tracking", "is_storable")
    def _compute_number_tracking(self):
        for template in self:
            template.number_tracking = template.tracking or "none"

    def _inverse_number_tracking(self):
        # Read first: each assignment below has the choice computed again.
        for template, tracking in [(template, template.number_tracking) for template in self]:
            if tracking != "none" and not template.is_storable:
                template.is_storable = True
            template.tracking = tracking

    @api.onchange("number_tracking")
    def _onchange_number_tracking(self):
        """Show at once what saving will do."""
        self._inverse_number_tracking()
