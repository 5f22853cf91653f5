from odoo import api, fields, models


class PosNumberReplacement(models.TransientModel):
    """Replaces one wrong number of a paid order."""

    _name = "pos.number.replacement"
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

    @api.depends("new_name", "number_id")
    def _compute_message(self):
        for wizard in self:
            # As superuser: whoever may correct sees why a number cannot be taken.
            number = wizard.number_id.sudo()
            wizard.message, wizard.is_valid = False, False
            if not wizard.new_name:
                continue
            correction = wizard.env["pos.number.correction"].sudo()
            ((_name, _quantity, lot, message),) = correction._judge(
                number.pos_order_line_id, [(wizard.new_name, number.quantity)], number
            )
            wizard.is_valid = not message
            wizard.message = message or (
                self.env._("This number can be taken.")
                if lot
                else self.env._("This number is new: it will be created.")
            )

    def action_correct(self):
        """Replace the number.

        :raises UserError: with the reason why it cannot be
        """
        self.ensure_one()
        self.number_id._correct(self.new_name)
        return {"type": "ir.actions.act_window_close"}
