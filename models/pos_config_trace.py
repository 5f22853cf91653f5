from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .pos_number_trace import TILL


class PosConfig(models.Model):
    """What a till may ask about the life of a number: no costs, suppliers or other companies."""

    _inherit = "pos.config"

    @api.readonly
    def trace_number(self, query, cursor=None, oldest_first=False):
        """The trace of a number, as far as a cashier may know it.

        :param dict query: see `pos.number.trace._trace`
        :return: see there
        :raises AccessError: the caller may not read this shop, or it is another company's
        """
        self._check_number_call([])
        return (
            self.env["pos.number.trace"]
            .sudo()
            ._trace(query, self.company_id, TILL, cursor, oldest_first)
        )

    def claim_number(self, number_id):
        """Note a warranty claim on the sale of a number: an activity of its order.

        :return: the sentence that the till shows
        """
        self._check_number_call([])
        Trace = self.env["pos.number.trace"]
        number = self.env["pos.pack.operation.lot"].browse(Trace._read_id(number_id)).exists()
        if not number:
            raise UserError(self.env._("This number does not exist any more."))
        number.check_access("read")
        sold = number.sudo()
        if sold.pos_order_line_id.company_id != self.company_id:
            raise AccessError(self.env._("This sale belongs to another company."))
        if sold.order_id.state in ("draft", "cancel"):
            raise UserError(self.env._("Only what was sold has a warranty."))
        self.env["pos.number.warranty"].sudo()._create_claim_activity(sold)
        return self.env._(
            "The claim is noted on %s.", sold.order_id.pos_reference or sold.order_id.name
        )
