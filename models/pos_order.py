from odoo import api, fields, models


class PosOrder(models.Model):
    _inherit = "pos.order"

    # Computed, so that the till does not send it back: it loads every field of this model.
    waiting_number_qty = fields.Float(
        string="Quantity to Assign",
        digits="Product Unit",
        compute="_compute_waiting_number_qty",
        store=True,
        help="Units sold whose stock waits for a Lot/Serial Number.",
    )
    numbers_picking_ids = fields.One2many(
        "stock.picking", "pos_numbers_order_id", string="Transfers to Assign"
    )

    _waiting_number_idx = models.Index("(date_order) WHERE waiting_number_qty > 0")

    @api.depends("lines.waiting_number_qty")
    def _compute_waiting_number_qty(self):
        for order in self:
            order.waiting_number_qty = sum(order.lines.mapped("waiting_number_qty"))

    def _create_order_picking(self):
        """Settle the numbers of the sale, then let the stock move.

        As superuser: a cashier has no rights on lots and stock, and core does the same for orders
        that are shipped later. From here on the numbers are locked.
        """
        order = self.sudo()
        self.env["pos.number.sale"].sudo()._settle(order)
        result = super(PosOrder, order)._create_order_picking()
        order.lines.numbers_locked = True
        return result
