import math

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..number.arguments import is_id
from ..number.pending import read_pending
from ..number.verdict import clean
from .pos_settlement import MOVE_OPEN_STATES


class PosOrderLine(models.Model):
    _name = "pos.order.line"
    _inherit = ["pos.order.line", "pos.number.guard"]

    is_number_tracked = fields.Boolean(
        compute="_compute_is_number_tracked",
        compute_sudo=True,
        help="The product is tracked, and the shop's operation type uses lots, or a number was "
        "given.",
    )
    missing_number_qty = fields.Float(
        string="Missing Lot/Serial Numbers",
        digits="Product Unit",
        compute="_compute_missing_number_qty",
        store=True,
        help="Units asked for that have no number, in the product's unit.",
    )
    waiting_number_qty = fields.Float(
        string="Quantity to Assign",
        digits="Product Unit",
        compute="_compute_waiting_number_qty",
        store=True,
        help="Units sold whose stock waits for a Lot/Serial Number, in the product's unit.",
    )
    waiting_move_ids = fields.One2many("stock.move", "pos_numbers_line_id")
    number_flag_ids = fields.Many2many(
        "pos.number.flag", string="Flags", compute="_compute_number_flag_ids"
    )
    warranty_months = fields.Integer(
        groups="base.group_system",
        copy=False,
        help="The product's warranty at the sale: what is sold keeps it.",
    )
    numbers_changed_on = fields.Datetime(
        readonly=True, copy=False, help="When numbers were last assigned or corrected."
    )
    # Of the order, to group and search the worklist by.
    order_config_id = fields.Many2one(related="order_id.config_id", string="Shop")
    order_session_id = fields.Many2one(related="order_id.session_id", string="Session of Sale")
    # To search by: who may assign numbers need not be able to read shops and sessions.
    order_config_name = fields.Char(related="order_id.config_id.name", string="Name of Shop")
    order_session_name = fields.Char(related="order_id.session_id.name", string="Name of Session")
    order_partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    order_user_id = fields.Many2one(related="order_id.user_id", string="Cashier")
    order_date = fields.Datetime(related="order_id.date_order", string="Sold on")
    order_receipt = fields.Char(related="order_id.pos_reference", string="Receipt of Sale")
    numbers_age = fields.Integer(
        string="Days Open", compute="_compute_numbers_age", help="Days since the sale."
    )
    # The group keeps tills from writing it: their users are not in it.
    numbers_locked = fields.Boolean(groups="base.group_system", copy=False)
    # Each unit has moved, or waits for its number in a transfer. Where stock moves at closing, this
    # is set then.
    stock_done = fields.Boolean(groups="base.group_system", copy=False)
    # Seconds since 1970, with fractions: of two sales in one second, one was the first.
    numbers_paid_at = fields.Float(
        "Paid On", groups="base.group_system", copy=False, help="When the order was paid."
    )

    _waiting_idx = models.Index("(product_id) WHERE waiting_number_qty > 0")
    # A recall asks what of its products was sold without a number.
    _missing_idx = models.Index("(product_id) WHERE missing_number_qty > 0")
    # The worklist's first page, oldest first.
    _waiting_oldest_idx = models.Index("(id) WHERE waiting_number_qty > 0")

    def _filter_sold(self):
        return self.filtered(
            lambda line: line.order_id.state not in ("draft", "cancel") and line.numbers_locked
        )

    @api.model_create_multi
    def create(self, vals_list):
        """:raises AccessError: a product with numbers is added to an order that is paid

        What it would say of them would be on the receipt, and nothing of it moved. A tip is added.
        """
        lines = super().create(vals_list)
        if not self.env.su:
            tracked = lines.filtered(lambda line: line.product_id.tracking in ("serial", "lot"))
            for order in tracked.order_id.sudo()._filter_sold():
                raise AccessError(
                    self.env._("%(order)s is paid: nothing is added to it.", order=order.name)
                )
        return lines

    @api.depends(
        "product_id.tracking", "order_id.config_id.picking_type_id", "pack_lot_ids.lot_name"
    )
    def _compute_is_number_tracked(self):
        for line in self:
            kind = line.order_id.config_id.picking_type_id
            line.is_number_tracked = line.product_id.tracking in ("serial", "lot") and (
                kind.use_create_lots
                or kind.use_existing_lots
                # A number that was given although lots are switched off is the one that moves.
                or any(number.lot_name for number in line.pack_lot_ids)
            )

    @api.depends(
        "qty",
        "product_id",
        "pack_lot_ids.lot_name",
        "pack_lot_ids.quantity",
        "order_id.shipping_date",
    )
    def _compute_missing_number_qty(self):
        for line in self:
            # An order that ships later gets its numbers from its delivery.
            if not line.is_number_tracked or line.order_id.shipping_date:
                line.missing_number_qty = 0.0
                continue
            quantities = {}
            for number in line.pack_lot_ids:
                if number.lot_name:
                    quantities[number.lot_name] = (
                        1.0
                        if line.product_id.tracking == "serial"
                        else quantities.get(number.lot_name, 0.0) + number.quantity
                    )
            missing = line._get_asked_number_quantity() - sum(quantities.values())
            line.missing_number_qty = max(0.0, line.product_id.uom_id.round(missing))

    @api.depends("waiting_move_ids.state", "waiting_move_ids.product_qty")
    def _compute_waiting_number_qty(self):
        for line in self:
            line.waiting_number_qty = sum(
                line.waiting_move_ids.filtered(
                    lambda move: move.state not in ("done", "cancel")
                ).mapped("product_qty")
            )

    def _get_asked_number_quantity(self):
        """Units that need a number, in the product's unit; half a serial needs a whole one."""
        self.ensure_one()
        quantity = self.product_id.uom_id.round(abs(self.qty))
        return float(math.ceil(quantity)) if self.product_id.tracking == "serial" else quantity

    def _get_movable_quantity(self):
        """Units that numbers of this line can move, in the product's unit; serials only whole."""
        self.ensure_one()
        quantity = self.product_id.uom_id.round(abs(self.qty))
        return float(math.floor(quantity)) if self.product_id.tracking == "serial" else quantity

    def _cancel_waiting_sale(self, quantity, product=None):
        """A return without number first cancels units of its sale that still wait for a number.

        :param quantity: units of this refund that have no number, product's unit
        :param product: the component, where the line sells a kit
        :return: the units that are still to come back
        """
        self.ensure_one()
        product = product or self.product_id
        uom = product.uom_id
        for move in self.refunded_orderline_id.waiting_move_ids:
            is_over = move.state in ("done", "cancel") or uom.compare(quantity, 0) <= 0
            if is_over or move.product_id != product:
                continue
            cancelled = min(quantity, move.product_qty)
            quantity = uom.round(quantity - cancelled)
            left = uom.round(move.product_qty - cancelled)
            move._wait_for_quantity(left)
        return self._reduce_later_delivery(quantity, product)

    def _reduce_later_delivery(self, quantity, product):
        """A return of what is to be shipped later, and has not left, ships less.

        :param quantity: units, product's unit
        :return: the units that are still to come back
        """
        moves = self.refunded_orderline_id._get_later_moves(product)
        if not moves or product.uom_id.compare(quantity, 0) <= 0:
            return quantity
        given_up = min(quantity, sum(moves.mapped("product_qty")))
        lots = {number.lot_id: number.quantity for number in self.pack_lot_ids if number.lot_id}
        moves._give_up_quantity(given_up, lots)
        for move in moves:
            if move.product_uom.is_zero(move.product_uom_qty):
                move._action_cancel()
        return product.uom_id.round(quantity - given_up)

    def _get_later_moves(self, product):
        """Of an order that ships later: what is still to bring a product to its customer.

        In several steps a step may be made when the one before it is done: then that one counts.

        :return: stock.move, open ones
        """
        order = self.order_id
        if not order.shipping_date:
            return self.env["stock.move"]
        return order.picking_ids.move_ids.filtered(
            lambda move: (
                move.product_id == product
                and move.state in MOVE_OPEN_STATES
                and (
                    move.location_dest_id.usage == "customer"
                    or (move.location_final_id.usage == "customer" and not move.move_dest_ids)
                )
            )
        )

    def _get_unshipped_quantity(self, product=None):
        """Units without number that the delivery of an order that ships later has yet to bring.

        :param product: the component, where the line sells a kit
        :return: product's unit, of all lines of the order
        """
        product = product or self.product_id
        moves = self._get_later_moves(product)
        if not moves:
            return 0.0
        sold = self.order_id.lines.filtered(lambda line: line.qty > 0).pack_lot_ids
        sold = sold.filtered(lambda number: number._get_own_product() == product)
        named = sum(
            max(0.0, number.quantity - max(number._get_moved_quantity(), returned))
            for number, returned in sold._get_returned_quantity().items()
        )
        return max(0.0, clean(sum(moves.mapped("product_qty")) - named))

    def _get_unshipped_of_sale(self, lot):
        """Units that the sale of this refund has yet to ship, and that a number which it does not
        name may stand for. A serial of another sale is of that one: it has left, and comes back.

        :param lot: stock.lot, or empty
        :return: product's unit
        """
        self.ensure_one()
        unshipped = self.refunded_orderline_id._get_unshipped_quantity(self.product_id)
        if unshipped and lot and self.product_id.tracking == "serial":
            # When its session closes, that sale does not hold it any more.
            own = self.pack_lot_ids.filtered(lambda number: number.lot_id == lot)
            if own._find_last_sale(lot, before=self if self.numbers_locked else None):
                return 0.0
        return unshipped

    @api.model
    def get_existing_lots(self, company_id, config_id, product_id):
        """Core's list of lots, for shops of the caller's companies only."""
        for value in (company_id, config_id, product_id):
            if not is_id(value):
                raise UserError(self.env._("This list cannot be made: an id is not a number."))
        config = self.env["pos.config"].browse(config_id).exists()
        if not config:
            raise UserError(self.env._("This shop does not exist any more."))
        config.check_access("read")
        if config.company_id.id != company_id or company_id not in self.env.companies.ids:
            raise AccessError(self.env._("This shop belongs to another company."))
        product = self.env["product.product"].browse(product_id).exists()
        product.check_access("read")
        if not product:
            return []
        pending = read_pending(config.sudo().env, products=product.ids)
        stock = config._read_stock({row.lot for row in pending}, pending)
        shop = config._get_number_shop()
        lots = super().get_existing_lots(company_id, config_id, product_id)
        for lot in lots:
            if lot["id"] in stock.places:
                lot["product_qty"] = stock.get_quantity(lot["id"], shop.is_here)
        return [lot for lot in lots if product.uom_id.compare(lot["product_qty"], 0) > 0]

    @api.depends("pack_lot_ids.flag_ids")
    def _compute_number_flag_ids(self):
        for line in self:
            line.number_flag_ids = line.pack_lot_ids.flag_ids

    @api.depends("order_id.date_order")
    def _compute_numbers_age(self):
        now = fields.Datetime.now()
        for line in self:
            line.numbers_age = (now - (line.order_id.date_order or now)).days

    # ----------------------------------------------------------------- assigned afterwards

    def action_assign_numbers(self):
        """Open the dialog that assigns numbers to this line; for a kit the transfer that waits.

        The worklist says in the context how it is filtered and sorted (`pos_numbers_list`): the
        dialog goes on in that order. It decides nothing else.

        :return: an action
        """
        self.ensure_one()
        self.check_access("read")
        waiting = self.sudo().waiting_move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        if waiting and self.product_id not in waiting.product_id:
            return {
                "type": "ir.actions.act_window",
                "res_model": "stock.picking",
                "view_mode": "form",
                "views": [(False, "form")],
                "res_id": waiting.picking_id[:1].id,
            }
        shown = self.env.context.get("pos_numbers_list")
        round_ids = self._read_round(shown) if shown else []
        return self.env["pos.number.assignment"]._open(self, round_ids)

    def _get_waiting_quantity(self):
        """Units of this line's own product whose stock waits, in the product's unit."""
        self.ensure_one()
        moves = self.waiting_move_ids.filtered(
            lambda move: move.product_id == self.product_id and move.state not in ("done", "cancel")
        )
        return self.product_id.uom_id.round(sum(moves.mapped("product_qty")))

    def _moves_at_closing(self):
        """Whether the stock of this paid line is still to move, when its session closes."""
        self.ensure_one()
        order = self.order_id
        return (
            order.state not in ("draft", "cancel")
            and order.session_id.state != "closed"
            and not order._should_create_picking_real_time()
            and not order.shipping_date
            and not self.stock_done
        )

    def _get_moment(self):
        """When the line was paid, to sort lines by: what was sold first leaves first.

        Of one order, what comes back goes before what is sold. As `number.stock.Pending.moment`.
        """
        self.ensure_one()
        return self.numbers_paid_at or 0.0, self.qty > 0, self.id

    def _get_customer_location(self):
        """Where the goods of this line are brought, as core has it.

        :return: stock.location
        """
        order = self.order_id
        return (
            order.partner_id.with_company(order.company_id).property_stock_customer
            or order.config_id.picking_type_id.default_location_dest_id
            or self.env["stock.warehouse"]._get_partner_locations()[0]
        )

    def _get_idle_numbers(self):
        """Numbers of this paid line that neither moved nor will move when its session closes."""
        self.ensure_one()
        if self._moves_at_closing():
            return self.pack_lot_ids.filtered(
                lambda number: not number.lot_id or number._is_refused()
            )
        if not self.waiting_number_qty:
            return self.pack_lot_ids.browse()
        idle = self.pack_lot_ids.filtered(lambda number: not number._has_moved())
        return idle - self._get_settled_numbers()

    def _get_settled_numbers(self):
        """Numbers of a return of which nothing is to move any more: they were back before, or their
        sale waits for them no more. What waits are the line's other units.
        """
        settled = self.pack_lot_ids.browse()
        if self.qty > 0:
            return settled
        uom = self.product_id.uom_id
        moved = sum(number._get_moved_quantity() for number in self.pack_lot_ids)
        left = uom.round(abs(self.qty) - moved - self._get_waiting_quantity())
        for number in self.pack_lot_ids:
            if number.waits_because not in ("already_back", "not_left"):
                continue
            rest = uom.round(number.quantity - number._get_moved_quantity())
            if uom.compare(rest, 0) > 0 and uom.compare(rest, left) <= 0:
                settled |= number
                left = uom.round(left - rest)
        return settled

    def _get_assignable_quantity(self):
        """Units that numbers can be assigned to now, in the product's unit."""
        self.ensure_one()
        uom = self.product_id.uom_id
        quantity = self._get_unnumbered_quantity()
        if self.qty > 0:
            cancelled = sum(
                refund._get_unnumbered_quantity() for refund in self._get_refunds_to_move()
            )
        elif self._moves_at_closing():
            # What the sale still waits for, as far as returns before this one have not taken it.
            sale = self.refunded_orderline_id
            cancelled = max(
                0.0,
                sale._get_unnumbered_quantity()
                - sum(
                    refund._get_unnumbered_quantity()
                    for refund in sale._get_refunds_to_move()
                    if refund.id < self.id
                ),
            )
        else:
            cancelled = 0.0
        return max(0.0, uom.round(quantity - cancelled))

    def _get_quantity_of_unnamed_sale(self, lot):
        """Of a number that the sale of this refund does not name: how many units of it that may
        be. A serial that another sale has is none of them.

        :param lot: stock.lot, or empty
        :return: product's unit
        """
        self.ensure_one()
        sale = self.refunded_orderline_id
        if lot and self.product_id.tracking == "serial":
            holder = self.pack_lot_ids.search([("lot_id", "=", lot.id), ("holds", "=", True)])
            if holder:
                return 0.0
        if self.product_id != sale.product_id:
            return sale._get_part_left_without_number(self.product_id, self.order_id)
        return sale._get_quantity_left_without_number(but=self)

    def _get_part_left_without_number(self, product, order):
        """As `_get_quantity_left_without_number`, of a kit's component: what was closed without
        number.

        :param product: the component
        :param order: of the refund that asks: it does not count
        """
        self.ensure_one()

        def get_closed(line):
            moves = line.waiting_move_ids.filtered(
                lambda move: move.product_id == product and move.pos_numbers_closed
            )
            return sum(move._get_closed_open_quantity() for move in moves)

        def get_returned(refund):
            named = self.pack_lot_ids._match(refund.pack_lot_ids)
            others = refund.pack_lot_ids.filtered(
                lambda number: (
                    number not in named
                    and number._get_own_product() == product
                    and "not_sold" not in number._get_flag_codes()
                )
            )
            return get_closed(refund) + sum(others.mapped("quantity"))

        refunds = self.refund_orderline_ids.filtered(
            lambda line: line.order_id != order and line.order_id.state not in ("draft", "cancel")
        )
        return max(0.0, get_closed(self) - sum(map(get_returned, refunds)))

    def _get_quantity_left_without_number(self, but):
        """Units of a sale that left unnamed: before tracking was switched on, or when its session
        was closed without number. Product's unit, less what came back of them. What its delivery
        has yet to bring has not left.

        :param but: the refund that asks: it does not count, nor what is paid with it just now
        """
        self.ensure_one()

        def get_unnamed(line):
            usable = line.pack_lot_ids - line._get_idle_numbers()
            named = sum(usable.mapped("quantity")) + line._get_unnumbered_quantity()
            return max(0.0, line._get_asked_number_quantity() - named)

        def get_returned(refund):
            # A number that the sale does not name stands for one of these units too, if it is not
            # of another sale.
            named = self.pack_lot_ids._match(refund.pack_lot_ids)
            others = (refund.pack_lot_ids - refund._get_idle_numbers()).filtered(
                lambda number: (
                    number not in named
                    and not (
                        "not_sold" in number._get_flag_codes()
                        and (number._has_moved() or number._will_move())
                    )
                )
            )
            return get_unnamed(refund) + sum(others.mapped("quantity"))

        refunds = (self.refund_orderline_ids - but).filtered(
            lambda line: (
                line.order_id.state not in ("draft", "cancel")
                and (line.numbers_locked or line.order_id != but.order_id)
            )
        )
        unnamed = max(0.0, get_unnamed(self) - self._get_unshipped_quantity())
        return max(0.0, unnamed - sum(map(get_returned, refunds)))

    def _get_unnumbered_quantity(self):
        """Units that have no usable number, in the product's unit: they wait, or will."""
        if not self:
            return 0.0
        if not self._moves_at_closing():
            return self._get_waiting_quantity()
        usable = self.pack_lot_ids - self._get_idle_numbers()
        return max(
            0.0,
            self.product_id.uom_id.round(
                self._get_movable_quantity() - sum(usable.mapped("quantity"))
            ),
        )

    def _get_refunds_to_move(self):
        """Refunds of this line that move when their session closes.

        Those of their units that have no number cancel what the sale waits for then.
        """
        return self.refund_orderline_ids.filtered(
            lambda refund: refund.numbers_locked and refund._moves_at_closing()
        )

    def _assign_numbers(self, numbers, days=None):
        """Give numbers to units of this paid line that wait for one, see `pos.number.correction`.

        :param numbers: list of (name, quantity), quantity in the product's unit
        :param days: see there
        :return: the numbers (pos.pack.operation.lot)
        """
        return self.env["pos.number.correction"]._assign(self, numbers, days=days)

    def _prepare_refund_data(self, refund_order, PosPackOperationLot):
        """Only what has not come back yet is refunded again."""
        values = super()._prepare_refund_data(refund_order, PosPackOperationLot)
        returned = self.sudo().pack_lot_ids._get_quantity_given_back()
        left = {
            number.lot_name: number.quantity - quantity for number, quantity in returned.items()
        }
        numbers = values.get("pack_lot_ids")
        if numbers:
            for number in numbers:
                quantity = left.get(number.lot_name, 0.0)
                if self.product_id.uom_id.compare(quantity, 0) <= 0:
                    numbers -= number
                    number.unlink()
                else:
                    number.write({"quantity": quantity, "origin": "refund"})
            values["pack_lot_ids"] = numbers
        return values
