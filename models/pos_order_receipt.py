from odoo import api, models
from odoo.tools import format_date
from odoo.tools.misc import get_lang

from ..number.verdict import DIGITS


class PosOrder(models.Model):
    """How sentences name an order, by what is printed on its receipt, and quantities."""

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

    @api.model
    def _format_units(self, quantity, uom):
        """A quantity with its unit, as people write it: *1 unit*, *2.5 kg*.

        :param uom: uom.uom; empty: units of several kinds
        """
        text = f"{quantity:.{DIGITS}f}".rstrip("0").rstrip(".")
        if not uom or uom == self.env.ref("uom.product_uom_unit", raise_if_not_found=False):
            if text == "1":
                return self.env._("1 unit")
            return self.env._("%s units", text)
        return f"{text.replace('.', get_lang(self.env).decimal_point)} {uom.name}"
