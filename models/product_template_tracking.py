from odoo import models

DEFINES_TRACKING = {"tracking", "is_storable", "type"}


class ProductTemplate(models.Model):
    """Tracking that begins, changes or ends while units of the product wait for a number."""

    _inherit = "product.template"

    def write(self, vals):
        if not DEFINES_TRACKING & set(vals):
            return super().write(vals)
        before = {template.id: template.tracking for template in self}
        result = super().write(vals)
        changed = self.filtered(lambda template: template.tracking != before[template.id])
        if changed:
            products = changed.with_context(active_test=False).product_variant_ids
            ended = products.filtered(lambda product: product.tracking == "none")
            ended.sudo()._end_waiting_for_numbers()
            products.sudo()._count_missing_numbers_anew()
        return result
