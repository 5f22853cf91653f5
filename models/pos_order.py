from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date

from ..number.plan import Plan
from .pos_settlement import Settlement


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "pos.number.guard"]

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

    def _filter_sold(self):
        return self.filtered(
            lambda order: (
                order.state not in ("draft", "cancel") and any(order.lines.mapped("numbers_locked"))
            )
        )

    @api.depends("lines.waiting_number_qty")
    def _compute_waiting_number_qty(self):
        for order in self:
            order.waiting_number_qty = sum(order.lines.mapped("waiting_number_qty"))

    def action_view_numbers(self):
        """The numbers of this order, with flags and what can be done about them."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_order_numbers"
        )
        return {**action, "domain": [("pos_order_line_id.order_id", "=", self.id)]}

    def action_view_numbers_to_assign(self):
        """The lines of this order that wait for numbers."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_numbers_to_assign"
        )
        domain = [("order_id", "=", self.id), ("waiting_number_qty", ">", 0)]
        return {**action, "domain": domain, "context": {}}

    def action_view_numbers_transfer(self):
        """The transfers that wait for numbers of this order."""
        self.ensure_one()
        pickings = self.numbers_picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        action = {
            "name": self.env._("Transfers to Assign"),
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("id", "in", pickings.ids)],
        }
        if len(pickings) == 1:
            action |= {"view_mode": "form", "res_id": pickings.id}
        return action

    def _get_numbers_order_action(self):
        """Open orders: as Point of Sale shows them, or what inventory users may see of them.

        :return: an action
        """
        action = {
            "name": self.env._("POS Orders"),
            "type": "ir.actions.act_window",
            "res_model": "pos.order",
            "view_mode": "list,form",
            "domain": [("id", "in", self.ids)],
            "context": {"create": False},
        }
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            # Payments and invoices are not theirs to read.
            action["views"] = [
                (self.env.ref("pos_lot_traceability.view_pos_order_numbers_list").id, "list"),
                (self.env.ref("pos_lot_traceability.view_pos_order_numbers_form").id, "form"),
            ]
        if len(self) == 1:
            action |= {"view_mode": "form", "res_id": self.id}
            if "views" in action:
                action["views"] = action["views"][1:]
        return action

    def _get_receipt_name(self):
        """What a person finds this order by: the number and the day on its receipt."""
        self.ensure_one()
        if not self.pos_reference or not self.date_order:
            return self.name
        return self.env._(
            "%(receipt)s of %(day)s",
            receipt=self.pos_reference,
            day=format_date(self.env, fields.Datetime.context_timestamp(self, self.date_order)),
        )

    def get_formview_id(self, access_uid=None):
        """A link to an order opens what its reader may see of it."""
        user = self.env["res.users"].browse(access_uid or self.env.uid)
        if not user.has_group("point_of_sale.group_pos_user"):
            return self.env.ref("pos_lot_traceability.view_pos_order_numbers_form").id
        return super().get_formview_id(access_uid=access_uid)

    def _create_order_picking(self):
        """Conclude the numbers of the sale, then let the stock move.

        As superuser: a cashier has no rights on lots and stock, and core does the same for orders
        that are shipped later. From here on the numbers are locked.
        """
        # No default of the caller's context says what of the stock moves.
        order = self._without_defaults().sudo()
        # Core comes here again when an order is invoiced before its session is closed.
        if not all(order.lines.mapped("numbers_locked")):
            order._confirm_settled_quotations()
            plan = self.env["pos.number.sale"].sudo()._conclude(order)
            order._give_up_settled_deliveries()
            order = order.with_context(**{Plan.KEY: plan})
        result = super(PosOrder, order)._create_order_picking()
        order.lines.numbers_locked = True
        return result

    # ------------------------------------------------------ sales orders settled at the till

    def _confirm_settled_quotations(self):
        """Confirm quotations before their goods leave: linked numbers are theirs till then.

        Core does so as well, but after the sale, when the numbers are gone.
        """
        quotations = self.lines.sale_order_line_id.order_id.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        for quotation in quotations:
            quotation.action_confirm()

    def _protect_order_deliveries(self):
        """Note the deliveries that core must not adjust in this request; see `Settlement`."""
        settlement = Settlement.of(self.env)
        lines = self.filtered(lambda order: not order.shipping_date).lines.sale_order_line_id
        if settlement and lines:
            moves = (
                lines.order_id.order_line._get_chain_moves() | lines.move_ids.reference_ids.move_ids
            )
            settlement.move_ids.update(moves.ids)

    def _give_up_settled_deliveries(self):
        """The sales order does not ship what was settled here, number or not.

        Orders that ship later are core's: it replaces the sales order's delivery by its own.
        """
        if self.shipping_date:
            return
        settled = self.lines.filtered(lambda line: line.sale_order_line_id and line.qty > 0)
        for sale_line, lines in settled.grouped("sale_order_line_id").items():
            lots = defaultdict(float)
            for number in lines.pack_lot_ids:
                if number.lot_id:
                    lots[number.lot_id] += number.quantity
            sale_line._give_up_delivery(sum(lines.mapped("qty")), lots)
        self._protect_order_deliveries()
        pickings = settled.sale_order_line_id.order_id.picking_ids.filtered(
            lambda picking: picking.state in ("waiting", "confirmed", "assigned")
        )
        for picking in pickings:
            if all(move.product_uom.is_zero(move.product_uom_qty) for move in picking.move_ids):
                picking.action_cancel()

    def _get_shop_zone(self):
        """The name of the time zone that this order's days are counted in: that of the address of
        its warehouse, else of its company, else its cashier's."""
        return self.config_id._get_address_zone() or self.user_id.tz or "UTC"

    def _get_pos_anglo_saxon_price_unit(self, product, partner_id, quantity):
        """Units that wait for their number cost what one costs now; to core they cost nothing.

        For a kit pos_mrp asks for each of its components, above or below this.
        """
        unit_cost = super()._get_pos_anglo_saxon_price_unit(product, partner_id, quantity)
        waiting = self.lines.waiting_move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        lines = self.lines.filtered(lambda line: line.product_id == product)
        own_moves = waiting.filtered(lambda move: move.product_id == product)
        if lines:
            own_moves -= own_moves.filtered("pos_cost_line_id")
        own = sum(own_moves.mapped("product_qty"))
        if own:
            moves = self.picking_ids.move_ids.filtered(
                lambda move: move.product_id == product and move.state == "done"
            )
            moved = sum(moves.move_line_ids.mapped("quantity_product_uom"))
            return (moved * unit_cost + own * product.standard_price) / (moved + own)
        if waiting.pos_cost_line_id & lines:  # kits
            return sum(line._get_current_cost() for line in lines) / sum(
                abs(line.qty) for line in lines
            )
        return unit_cost
