from odoo import api, fields, models

from .pos_number_settings import SETTINGS


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
        """The till has to know kits (mrp): they ask for no number."""
        own = ["warranty_period", "use_expiration_date"]
        names = [*super()._load_pos_data_fields(config), *own]
        return [*names, "is_kits"] if "is_kits" in self._fields else names

    @api.model
    def _load_pos_data_read(self, records, config):
        """Kits, the rules of tracked products that have their own, and warranties."""
        rows = super()._load_pos_data_read(records, config)
        if "is_kits" in self._fields:
            # Of the shop's company, whatever company its cashier has chosen.
            kits = set(records.with_company(config.company_id).filtered("is_kits").ids)
            for row in rows:
                row["is_kits"] = row["id"] in kits
        rules = self._read_number_rules(rows)
        for row in rows:
            if row["id"] in rules:
                row["_number_rules"] = rules[row["id"]]
            # Products without a warranty or dates, most of them, say nothing about it.
            for name in ("warranty_period", "use_expiration_date"):
                if not row.get(name):
                    row.pop(name, None)
        return rows

    @api.model
    def _read_number_rules(self, rows):
        """The rules of the tracked products among rows, by one query.

        :return: `{id: rules}`, see `_get_own_number_rules`; False where a product says nothing: a
            key that is always there, else a till that has loaded rules would keep them
        """
        tracked = [row["id"] for row in rows if row.get("tracking") in ("serial", "lot")]
        if not tracked:
            return {}
        told = self.with_context(active_test=False).search_fetch(
            [
                ("id", "in", tracked),
                "|",
                ("pos_number_entry", "!=", False),
                ("pos_number_kind", "!=", False),
            ],
            SETTINGS,
        )
        rules = {template.id: template._get_own_number_rules() for template in told}
        return {template_id: rules.get(template_id, False) for template_id in tracked}
