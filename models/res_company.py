from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    warranty_exchange_months = fields.Integer(
        "Least Warranty of Exchanged Units",
        help="In months. An exchanged unit keeps the rest of the first one's warranty, and has at "
        "least this.",
    )

    _warranty_exchange_months_positive = models.Constraint(
        "CHECK(warranty_exchange_months BETWEEN 0 AND 1200)",
        "A warranty has 0 to 1,200 months.",
    )

    safety_contact_months = fields.Integer(
        "Keep Product Safety Contacts",
        default=60,
        help="In months. After them, what buyers left for product safety is deleted.",
    )

    _safety_contact_months_range = models.Constraint(
        "CHECK(safety_contact_months BETWEEN 1 AND 360)",
        "Product safety contacts are kept 1 to 360 months.",
    )
