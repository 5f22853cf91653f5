from odoo import api, fields, models

from .pos_number_settings import MARKS


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = ["product.category", "pos.number.settings"]

    warranty_months = fields.Integer(
        "Warranty in Months", help="0: as in the category above. A product may have its own."
    )

    _warranty_months_positive = models.Constraint(
        "CHECK(warranty_months BETWEEN 0 AND 1200)",
        "A warranty has 0 to 1,200 months.",
    )

    def _get_number_entry(self):
        """What the nearest of these categories upwards says; False for nothing."""
        category = self
        while category and not category.pos_number_entry:
            category = category.parent_id
        return category.pos_number_entry

    def _get_number_format(self):
        category = self
        while category and not category.pos_number_kind:
            category = category.parent_id
        return category._get_own_number_format() if category else {}

    def _get_warranty_months(self):
        """The months of this category, or of the nearest one above that has some."""
        category = self
        while category and not category.warranty_months:
            category = category.parent_id
        return category.warranty_months

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), *MARKS]

    @api.model
    def _load_pos_data_read(self, records, config):
        """Each category's own rules: the till walks up to its parents."""
        rows = super()._load_pos_data_read(records, config)
        rules = records._read_number_rules(rows)
        for row in rows:
            row["_number_rules"] = rules.get(row["id"], False)
        return rows
