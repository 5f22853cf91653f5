from odoo import fields, models
from odoo.exceptions import UserError


class PosNumberReplacement(models.TransientModel):
    """Takes the number off again, or swaps it with the order that has the right one."""

    _inherit = "pos.number.replacement"

    exchange_number_id = fields.Many2one(
        "pos.pack.operation.lot",
        compute="_compute_message",
        help="The number of another order that is typed here: both can be exchanged.",
    )
    exchange_offer = fields.Char(compute="_compute_message")

    def _compute_message(self):  # pylint: disable=missing-return
        super()._compute_message()
        for wizard in self:
            other = wizard.number_id.browse()
            if wizard.new_name and not wizard.is_valid:
                name, message = wizard._read_new_name()
                if not message:
                    other = (
                        self.env["pos.number.correction"].sudo()._find_other(wizard.number_id, name)
                    )
            wizard.exchange_number_id = other.with_env(self.env)
            wizard.exchange_offer = bool(other) and wizard._get_exchange_offer(other)

    def _get_exchange_offer(self, other):
        """What an exchange does: names both receipts. `other`: as superuser"""
        return self.env._(
            "%(other_number)s stands on %(other_order)s. Were the two boxes handed out crosswise? "
            "Then exchange them: that receipt gets %(number)s, and %(order)s gets "
            "%(other_number)s.",
            other_number=other.lot_name,
            other_order=other.order_id._get_receipt_title(),
            number=self.old_name,
            order=self.sudo().order_id._get_receipt_title(),
        )

    def action_release(self):
        """Take the number off, and say so: its unit waits for one.

        :raises UserError: with the reason why it cannot be
        """
        self.ensure_one()
        self.check_access("write")  # one's own only
        message = self.env._(
            "%(number)s is taken off %(order)s: its unit waits for a number.",
            number=self.old_name,
            order=self.sudo().order_id._get_receipt_name(),
        )
        self.number_id._take_off()
        return self._tell(message)

    def action_exchange(self):
        """Swap the numbers of the two orders, and say so.

        :raises UserError: no other order has this number, or the reason why it cannot be
        """
        self.ensure_one()
        self.check_access("write")  # one's own only
        if not self.exchange_number_id:
            raise UserError(self.env._("No other order has this number."))
        mine, others = self.number_id._exchange_with(self.exchange_number_id)
        return self._tell(
            self.env._(
                "%(order)s has %(number)s now, and %(other_order)s has %(other_number)s.",
                order=mine.sudo().order_id._get_receipt_name(),
                number=mine.sudo().lot_name,
                other_order=others.sudo().order_id._get_receipt_name(),
                other_number=others.sudo().lot_name,
            )
        )
