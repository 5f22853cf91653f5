from odoo import api, fields, models


class PosOrderLine(models.Model):
    """Units whose waiting was ended without number, see `pos.number.closure`."""

    _inherit = "pos.order.line"

    closed_number_qty = fields.Float(
        string="Closed without Number",
        digits="Product Unit",
        compute="_compute_closed_number_qty",
        store=True,
        help="Units whose Lot/Serial Number nobody will ever know, by the word of an inventory "
        "user, in the product's unit.",
    )

    _closed_idx = models.Index("(id) WHERE closed_number_qty > 0")

    @api.depends("waiting_move_ids.pos_numbers_closed", "waiting_move_ids.product_qty")
    def _compute_closed_number_qty(self):
        for line in self:
            line.closed_number_qty = sum(
                line.waiting_move_ids.filtered("pos_numbers_closed").mapped("product_qty")
            )

    def _close_without_number(self, reason, quantity=None):
        """End the waiting of units whose number nobody will ever know.

        :param str reason: told in the orders' chatter
        :param quantity: how many units of a single line, in the product's unit; None: all
        :raises AccessError: a cashier, or somebody of another company
        :raises UserError: with the reason why it cannot be
        """
        self.env["pos.number.closure"]._close(self, reason, quantity)

    def _reopen_numbers(self):
        """Let all closed units of these lines wait for their number again.

        :raises AccessError: a cashier, or somebody of another company
        :raises UserError: with the reason why it cannot be
        """
        self.env["pos.number.closure"]._reopen(self)

    def action_close_without_number(self):
        """Open what asks for the reason to close these lines without number."""
        self.env["pos.number.correction"]._check_caller(self)
        return self.env["pos.number.closing"]._open(self)

    def action_reopen_numbers(self):
        """Let the closed units of these lines wait again, and say so."""
        self._reopen_numbers()
        return self._get_notification(
            self.env._("Lines whose units wait for their numbers again: %s.", len(self))
        )

    def _cancel_waiting_sale(self, quantity, product=None):
        """What was closed and has never moved comes back without moving either."""
        quantity = super()._cancel_waiting_sale(quantity, product)
        product = product or self.product_id
        uom = product.uom_id
        for move in self.refunded_orderline_id.waiting_move_ids:
            if not move.pos_numbers_closed or move.state != "cancel" or move.product_id != product:
                continue
            back = min(quantity, move._get_closed_open_quantity())
            if uom.compare(back, 0) > 0:
                move.pos_numbers_back_qty += back
                quantity = uom.round(quantity - back)
        return quantity
