from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command

from .pos_settlement import Settlement


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

    def get_formview_id(self, access_uid=None):
        """A link to an order opens what its reader may see of it."""
        user = self.env["res.users"].browse(access_uid or self.env.uid)
        if not user.has_group("point_of_sale.group_pos_user"):
            return self.env.ref("pos_lot_traceability.view_pos_order_numbers_form").id
        return super().get_formview_id(access_uid=access_uid)

    def _get_pos_anglo_saxon_price_unit(self, product, partner_id, quantity):
        """Units that wait for their number cost what one costs now; to core they cost nothing."""
        unit_cost = super()._get_pos_anglo_saxon_price_unit(product, partner_id, quantity)
        lines = self.lines.filtered(lambda line: line.product_id == product)
        waiting = sum(line._get_waiting_quantity() for line in lines)
        sold = sum(lines.mapped("qty"))
        if not waiting or not sold:
            return unit_cost
        share = min(1.0, waiting / abs(sold))
        return (1 - share) * unit_cost + share * product.standard_price

    def _create_order_picking(self):
        """Settle the numbers of the sale, then let the stock move.

        As superuser: a cashier has no rights on lots and stock, and core does the same for orders
        that are shipped later. From here on the numbers are locked.
        """
        order = self.sudo()
        # Core comes here again when an order is invoiced before its session is closed.
        if not all(order.lines.mapped("numbers_locked")):
            order._confirm_settled_quotations()
            self.env["pos.number.sale"].sudo()._settle(order)
            order._give_up_settled_deliveries()
        result = super(PosOrder, order)._create_order_picking()
        order.lines.numbers_locked = True
        return result

    @api.model
    def _clean_sent_numbers(self, commands):
        """A till's word on numbers: known fields only, and nothing about those of paid orders.

        Here, because orders of kiosks are stored as superuser (pos_self_order,
        `process_order`), and because what is refused there would lose the sale.

        :param commands: the till's commands for `lines`
        :return: the same without what no till may say
        """
        Number = self.env["pos.pack.operation.lot"].sudo()
        sent = [
            number
            for command in commands
            if command[0] in (Command.CREATE, Command.UPDATE)
            for number in Number._read_client_commands(command[2].get("pack_lot_ids"))
        ]
        if not sent:
            return commands
        number_ids = {number[1] for number in sent}
        number_ids.update(*(number[2] for number in sent if number[0] == Command.SET))
        line_ids = {command[1] for command in commands if command[0] == Command.UPDATE}
        line_ids.update(
            Number._clean_client_vals(number[2]).get("pos_order_line_id")
            for number in sent
            if number[0] in (Command.CREATE, Command.UPDATE)
        )
        numbers = Number.browse(Number._clean_ids(number_ids)).exists()
        lines = numbers.pos_order_line_id | numbers.pos_order_line_id.browse(
            Number._clean_ids(line_ids)
        )
        locked_lines = set(lines.exists().filtered("numbers_locked").ids)
        locked = set(numbers.filtered(lambda n: n.pos_order_line_id.id in locked_lines).ids)
        result = []
        for command in commands:
            if command[0] in (Command.CREATE, Command.UPDATE) and "pack_lot_ids" in command[2]:
                values = dict(command[2])
                if command[0] == Command.UPDATE and command[1] in locked_lines:
                    del values["pack_lot_ids"]
                else:
                    values["pack_lot_ids"] = [
                        cleaned
                        for number in Number._read_client_commands(values["pack_lot_ids"])
                        if (cleaned := Number._clean_client_command(number, locked, locked_lines))
                    ]
                result.append((command[0], command[1], values))
            else:
                result.append(command)
        return result

    @api.model
    def _clean_sent_relations(self, mapping):
        """The same for what a till links by uuid, see `_clean_sent_numbers`.

        :param mapping: `{model: {uuid: {field: uuids}}}`, changed
        """
        mapping.pop("pos.pack.operation.lot", None)
        for relations in mapping.get("pos.order.line", {}).values():
            relations.pop("pack_lot_ids", None)

    def _match_lines_sent_again(self, commands):
        """Lines that are here already are no new lines.

        A till whose answer got lost sends them as new again, and their uuids are taken: the sale
        would be refused. What it has taken off such a line since is not known to it as stored.

        :param commands: the till's commands for `lines`
        :return: the commands, with updates for the lines that exist
        """
        lines = {line.uuid: line for line in self.lines}
        result = []
        for command in commands:
            values = command[2] if command[0] == Command.CREATE else {}
            line = lines.get(values.get("uuid"))
            if not line:
                result.append(command)
                continue
            sent = {
                number[2].get("uuid")
                for number in values.get("pack_lot_ids") or []
                if number[0] == Command.CREATE
            }
            gone = line.pack_lot_ids.filtered(lambda number, sent=sent: number.uuid not in sent)
            numbers = [Command.delete(number.id) for number in gone]
            numbers += values.get("pack_lot_ids") or []
            # What else hangs on the line came with it the first time.
            kept = {
                name: value
                for name, value in values.items()
                if not (
                    name in line._fields and line._fields[name].type == "one2many" and line[name]
                )
            }
            result.append(Command.update(line.id, {**kept, "pack_lot_ids": numbers}))
        return result

    # ------------------------------------------------------ sales orders settled at the till

    @api.model
    def sync_from_ui(self, orders):
        """Core's adjustment of sales orders' deliveries leaves alone what was given up exactly."""
        settling = self.with_context(**{Settlement.KEY: Settlement()})
        return super(PosOrder, settling).sync_from_ui(orders)

    @api.model
    def _process_order(self, order, existing_order):
        order["lines"] = self._clean_sent_numbers(order.get("lines") or [])
        self._clean_sent_relations(order.get("relations_uuid_mapping") or {})
        if existing_order and order["lines"]:
            order["lines"] = existing_order._match_lines_sent_again(order["lines"])
        order_id = super()._process_order(order, existing_order)
        self.browse(order_id).sudo()._protect_order_deliveries()
        return order_id

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
