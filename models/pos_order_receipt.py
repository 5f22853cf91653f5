from odoo import models
from odoo.tools import format_date


class PosOrder(models.Model):
    """How sentences name an order: by what is printed on its receipt."""

    _inherit = "pos.order"

    def _get_receipt_title(self, is_return=False):
        """The order by receipt number and day, in the reader's language and time zone.

        Its name alone (often six digits) is found by nobody who holds the receipt.

        :param is_return: the sentence speaks of something that came back with it
        """
        self.ensure_one()
        values = {
            "receipt": self.pos_reference or self.name,
            "date": format_date(self.env, self.date_order),
        }
        if is_return or self.is_refund or self.refunded_order_id:
            return self.env._("return %(receipt)s of %(date)s", **values)
        return self.env._("receipt %(receipt)s of %(date)s", **values)
