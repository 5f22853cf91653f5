from odoo import api, fields, models
from odoo.exceptions import UserError


class PosNumberReplacement(models.TransientModel):
    """Replaces one wrong number of a paid order."""

    _name = "pos.number.replacement"
    _inherit = ["pos.number.dialog"]
    _description = "Correct Lot/Serial Number"

    number_id = fields.Many2one(
        "pos.pack.operation.lot", required=True, readonly=True, ondelete="cascade"
    )
    line_id = fields.Many2one(related="number_id.pos_order_line_id")
    order_id = fields.Many2one(related="line_id.order_id")
    product_id = fields.Many2one(related="line_id.product_id")
    flag_ids = fields.Many2many(related="number_id.flag_ids")
    explanation = fields.Char(related="number_id.explanation")
    advice = fields.Char(related="number_id.advice")
    old_name = fields.Char(related="number_id.lot_name", string="Wrong Number")
    new_name = fields.Char(string="Right Number", help="Scan or type it, exactly as it is.")
    message = fields.Char(compute="_compute_message", string="Check")
    is_valid = fields.Boolean(compute="_compute_message")

    _target_fields = ("number_id",)

    def _get_target_lines(self):
        return self.number_id.pos_order_line_id

    @api.depends("new_name", "number_id")
    def _compute_message(self):
        for wizard in self:
            wizard.message, wizard.is_valid = False, False
            if not wizard.new_name:
                continue
            # As superuser: whoever may correct sees why a number cannot be taken.
            number = wizard.number_id.sudo()
            name, message = wizard._read_new_name()
            lot = self.env["stock.lot"]
            if not message:
                ((_name, _quantity, lot, message),) = (
                    wizard.env["pos.number.correction"]
                    .sudo()
                    ._judge(number.pos_order_line_id, [(name, number.quantity)], number)
                )
            wizard.is_valid = not message
            wizard.message = message or (
                self.env._("%s can be taken.", lot.name)
                if lot
                else self.env._("%s is new: it will be created.", name)
            )

    def _read_new_name(self):
        """:return: the number that the text stands for, and why it stands for none"""
        entry = self._read_entry()
        return entry.name, entry.message

    def _read_entry(self):
        """:return: what the text stands for: `NumberText`"""
        number = self.number_id.sudo()
        company = number.pos_order_line_id.company_id
        text = self.env["pos.number.text"].sudo()
        return text._read_name(number._get_own_product(), company, self.new_name)

    def action_correct(self):
        """Replace the number, and say so.

        :raises UserError: with the reason why it cannot be
        """
        self.ensure_one()
        self.check_access("write")  # one's own only
        entry = self._read_entry()
        if entry.message:
            raise UserError(entry.message)
        old = self.old_name
        number = self.number_id._correct(entry.name, days=dict(entry.days))
        return self._tell(
            self.env._(
                "%(old)s is corrected to %(number)s in %(order)s.",
                old=old,
                number=number.sudo().lot_name,
                order=number.sudo().order_id._get_receipt_name(),
            )
        )

    def _tell(self, message):
        """:return: an action that closes the dialog, and says what was done"""
        return self.env["pos.order.line"]._get_notification(message)
