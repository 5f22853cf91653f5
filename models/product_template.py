from odoo import api, fields, models

from .pos_number_settings import MARKS

TRACKED = ("serial", "lot")


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "pos.number.settings"]

    number_tracking = fields.Selection(
        selection=lambda self: self._fields["tracking"]._description_selection(self.env),
        string="Traceability",
        compute="_compute_number_tracking",
        inverse="_inverse_number_tracking",
        help="How each unit is told apart: by a serial number of its own, by the lot it comes "
        "from, or not at all. Lots and serial numbers need Track Inventory, which is switched on "
        "along with them.",
    )
    warranty_policy = fields.Selection(
        [
            ("category", "As its category"),
            ("own", "Own period"),
            ("none", "No warranty"),
        ],
        string="Warranty",
        default="category",
        help="How long each unit sold at the till with its lot or serial number is under warranty.",
    )
    warranty_months = fields.Integer("Warranty in Months")
    warranty_period = fields.Integer("Months of Warranty", compute="_compute_warranty_period")

    _warranty_months_positive = models.Constraint(
        "CHECK(warranty_months BETWEEN 0 AND 1200)",
        "A warranty has 0 to 1,200 months.",
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

    # ------------------------------------------------------------ numbers and warranty

    def _get_number_entry(self):
        """What a till does when this product is sold: "ask", "auto" or "none"."""
        self.ensure_one()
        entry = self.pos_number_entry or self.categ_id._get_number_entry() or "ask"
        return "ask" if entry == "auto" and self.tracking == "serial" else entry

    def _get_number_format(self):
        """:return: dict, see `number.format.read_new_number`; empty: whatever is typed"""
        self.ensure_one()
        return self._get_own_number_format() or self.categ_id._get_number_format()

    def _explain_number_fault(self, reason):
        """Why a name is no new number of this product, in a sentence.

        :param reason: as `number.format.read_new_number` says
        """
        number_format = self._get_number_format()
        return {
            "empty": self.env._("The Lot/Serial Number is empty."),
            "digits": self.env._("New numbers of this product have digits only."),
            "short": self.env._(
                "New numbers of this product have at least %s digits.",
                number_format.get("shortest"),
            ),
            "long": self.env._(
                "New numbers of this product have at most %s digits.", number_format.get("longest")
            ),
            "imei_length": self.env._("An IMEI has 15 digits."),
            "imei_check_digit": self.env._(
                "This is no IMEI: its check digit is wrong. Read it again."
            ),
            "mask": self.env._(
                "New numbers of this product look like %s (9: a digit, A: a letter, *: either).",
                number_format.get("mask"),
            ),
        }[reason]

    @api.depends("warranty_policy", "warranty_months", "categ_id.warranty_months")
    def _compute_warranty_period(self):
        for template in self:
            template.warranty_period = template._get_warranty_months()

    def _get_warranty_months(self):
        """:return: int, months in which each unit sold now is under warranty; 0: none"""
        self.ensure_one()
        if self.warranty_policy == "none":
            return 0
        if self.warranty_policy == "own":
            return self.warranty_months
        return self.categ_id._get_warranty_months()

    # ------------------------------------------------------------------ what tills know

    @api.model
    def _load_pos_data_fields(self, config):
        own = ["use_expiration_date", *MARKS]
        return [*super()._load_pos_data_fields(config), *own]

    @api.model
    def _load_pos_data_read(self, records, config):
        """Of tracked products: kits, rules of their own, warranties.

        These are always there where a product is tracked, else a till that has loaded them would
        keep them.
        """
        rows = super()._load_pos_data_read(records, config)
        tracked = self.browse(row["id"] for row in rows if row.get("tracking") in TRACKED)
        kits = tracked._get_kits(config.company_id)
        rules = tracked._read_number_rules(rows)
        for row in rows:
            if row["id"] in rules:
                template = self.browse(row["id"]).with_prefetch(tracked.ids)
                row["_number_rules"] = rules[template.id]
                row["_is_kits"] = template.id in kits
                row["_warranty_months"] = template._get_warranty_months()
            # Most products have no dates: they say nothing about it.
            if not row.get("use_expiration_date"):
                row.pop("use_expiration_date", None)
        return rows

    def _get_kits(self, company):
        """Which of these products are kits (mrp) of a company: a till asks for no number of them.

        :param company: the shop's, whatever company its cashier has chosen
        :return: set of ids
        """
        if "is_kits" not in self._fields:
            return set()
        return set(self.with_company(company).filtered("is_kits").ids)
