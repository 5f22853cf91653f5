from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain


class StockLot(models.Model):
    _inherit = "stock.lot"

    pos_number_ids = fields.One2many(
        "pos.pack.operation.lot", "lot_id", string="Sold at the Till", readonly=True
    )
    pos_order_count = fields.Integer("POS Orders", compute="_compute_pos_order_count")
    pos_customer_count = fields.Integer("Customers", compute="_compute_pos_customer_count")

    # Names are compared without letter case when nothing fits exactly.
    _folded_name_idx = models.Index("(lower(name), product_id)")

    # ----------------------------------------------------------------- who has bought it

    def _get_till_moves(self):
        """Done move lines by which these lots left for customers of tills; each has its number.

        :return: stock.move.line, as superuser: where a lot went is the business of whoever may
            read the lot
        """
        return (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("lot_id", "in", self.ids),
                    ("state", "=", "done"),
                    ("pos_number_id", "!=", False),
                    ("location_dest_id.usage", "=", "customer"),
                ],
                order="date desc, id desc",
            )
        )

    def _compute_partner_ids(self):  # pylint: disable=missing-return
        """Also customers whose order moved together with others, when the session closed."""
        super()._compute_partner_ids()
        partners = defaultdict(lambda: self.env["res.partner"])
        for line in self._get_till_moves():
            partners[line.lot_id.id] |= line.pos_number_id.order_id.partner_id.sudo(False)
        for lot in self:
            if partners[lot.id]:
                lot.partner_ids |= partners[lot.id]

    def _search_partner_ids(self, operator, value):
        domain = super()._search_partner_ids(operator, value)
        if domain is NotImplemented:
            return domain
        is_no_partner = operator == "in" and list(value) == [False]
        partner = "pos_number_id.pos_order_line_id.order_id.partner_id"
        sold = Domain("state", "=", "done") & Domain("lot_id", "!=", False)
        sold &= Domain("location_dest_id.usage", "=", "customer")
        if is_no_partner:
            sold &= Domain(partner, "!=", False)
        else:
            sold &= Domain(partner, operator, value)
        # See `_get_till_moves`; lots are filtered by the caller's own rules.
        lots = self.env["stock.move.line"].sudo().search(sold).lot_id
        if is_no_partner:
            return Domain(domain) & Domain("id", "not in", lots.ids)
        return Domain(domain) | Domain("id", "in", lots.ids)

    @api.depends("name")
    def _compute_sale_order_ids(self):  # pylint: disable=missing-return
        """Also sales orders that were settled at a till."""
        super()._compute_sale_order_ids()
        orders = defaultdict(lambda: self.env["sale.order"])
        for line in self._get_till_moves():
            order = line.pos_number_id.pos_order_line_id.sale_order_line_id.order_id
            if order and order.with_user(self.env.user).has_access("read"):
                orders[line.lot_id.id] |= order.with_env(self.env)
        for lot in self:
            if orders[lot.id]:
                lot.sale_order_ids |= orders[lot.id]
                lot.sale_order_count = len(lot.sale_order_ids)

    # ------------------------------------------------------------------------- buttons

    def _compute_pos_order_count(self):
        counts = {}
        if self.env["pos.pack.operation.lot"].has_access("read"):
            counts = dict(
                self.env["pos.pack.operation.lot"]._read_group(
                    [
                        ("lot_id", "in", self.ids),
                        ("pos_order_line_id.order_id.state", "not in", ("draft", "cancel")),
                    ],
                    ["lot_id"],
                    ["pos_order_line_id:count_distinct"],
                )
            )
        for lot in self:
            lot.pos_order_count = counts.get(lot, 0)

    @api.depends("partner_ids")
    def _compute_pos_customer_count(self):
        for lot in self:
            lot.pos_customer_count = len(lot.partner_ids)

    def action_view_pos_orders(self):
        """The orders that sold this lot, or took it back."""
        self.ensure_one()
        orders = self.pos_number_ids.order_id.filtered(
            lambda order: order.state not in ("draft", "cancel")
        )
        return orders._get_numbers_order_action()

    def action_view_customers(self):
        """Who has bought this lot."""
        self.ensure_one()
        return {
            "name": self.env._("Customers of %s", self.display_name),
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", self.partner_ids.ids)],
            "context": {"create": False},
        }
