from odoo import models

from .server_only_fields import MODULE

# Of core's fields, those that the worklist shows, and that its dialogs and filters ask for.
CLERK_FIELDS = frozenset(
    {
        *("id", "display_name", "create_date", "create_uid", "write_date", "write_uid"),
        *("company_id", "order_id", "product_id", "product_uom_id", "full_product_name", "qty"),
        *("pack_lot_ids", "refunded_orderline_id", "refund_orderline_ids", "refunded_qty"),
    }
)


class PosOrderLine(models.Model):
    """What inventory users may read of sold lines: no costs, prices or notes."""

    _inherit = "pos.order.line"

    def _has_field_access(self, field, operation):
        """Narrow the right to read lines that this add-on gives, field by field.

        Odoo asks here for whatever leads to a value: reading, exporting, searching, sorting and
        grouping by it. Core gives inventory users no right on lines at all. Of the fields that
        this add-on adds, their groups decide.
        """
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or field.name in CLERK_FIELDS or field._modules[:1] == (MODULE,):
            return True
        return self.env.user.has_group("point_of_sale.group_pos_user")
