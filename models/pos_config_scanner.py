from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..number.gs1 import MAX_SEPARATOR_LENGTH, is_safe_separator


class PosConfig(models.Model):
    """What this shop's scanners send."""

    _inherit = "pos.config"

    scanner_separator = fields.Char(
        string="Separator of GS1 Codes",
        size=MAX_SEPARATOR_LENGTH,
        help="What the shop's scanners send between the parts of a GS1 code instead of the "
        "separator FNC1. Scanner Check finds it out.",
    )

    @api.constrains("scanner_separator")
    def _check_scanner_separator(self):
        for config in self:
            if config.scanner_separator and not is_safe_separator(config.scanner_separator):
                raise ValidationError(
                    self.env._("Numbers may hold this text: it separates nothing.")
                )

    def keep_scanner_separator(self, separator):
        """Read a text as the separator of GS1 codes in this shop from now on.

        Cashiers may: it can be nothing that a number holds, so no code that is read well today is
        read otherwise.

        :param str separator: what a scanner was seen to send, see `gs1.is_safe_separator`
        :raises AccessError: the caller has no till, or the shop is another company's
        :raises UserError: numbers may hold this text
        """
        self._check_number_call([separator])
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Only users of the Point of Sale may do this."))
        if not is_safe_separator(separator):
            raise UserError(self.env._("Numbers may hold this text: it separates nothing."))
        self.sudo().scanner_separator = separator
