from odoo import api, fields, models


class PosOrderLine(models.Model):
    """What sold units cost: what their moves are worth, and an estimate until they have moved."""

    _inherit = "pos.order.line"

    # `{product id as text: [units, cost of one]}`, product's unit and order's currency: what units
    # that have not moved count with. Of a kit, each of its components. Empty where nobody had to
    # ask yet, see `_get_cost_estimates`.
    cost_estimates = fields.Json(readonly=True, copy=False, groups="base.group_system")
    is_cost_estimated = fields.Boolean(
        string="Estimated Cost",
        compute="_compute_is_cost_estimated",
        help="Some of these units wait for their number: they count with the product's current "
        "cost until it is known.",
    )

    @api.depends("waiting_number_qty", "product_id.is_storable")
    def _compute_is_cost_estimated(self):
        for line in self:
            line.is_cost_estimated = line.product_id.is_storable and line.waiting_number_qty > 0

    def _compute_total_cost(self, stock_moves):
        """A unit that has moved nothing yet costs what one costs now, for core it is free."""
        lines = self.filtered(lambda line: not line.is_total_cost_computed)
        result = super()._compute_total_cost(stock_moves)
        for line in lines.sudo():
            if line._has_cost_of_its_own():
                line.cost_estimates = line._estimate_costs()
                line._derive_total_cost()
        return result

    def _has_cost_of_its_own(self):
        """Core's cost of this line is wrong: units wait, or its numbers differ in cost."""
        self.ensure_one()
        if self.order_id.shipping_date:
            return False
        if not self.is_number_tracked:
            # A kit is known as one since its moves were made: this asks the database nothing.
            return self._is_product_storable_fifo_avco() and bool(
                self._is_kit() and self._get_kit_moves()
            )
        if self._moves_at_closing():
            return False  # nothing of it has moved, number or not
        if self.product_id.lot_valuated:
            return True
        if self.qty > 0 and not self.waiting_number_qty:
            return False
        moved = sum(ml.quantity_product_uom for ml in self._get_cost_move_lines())
        return self.product_id.uom_id.compare(moved, abs(self.qty)) < 0

    def _get_kit_moves(self):
        """Moves of the components, where this is a line of a kit with numbers in it."""
        self.ensure_one()
        return self.env["stock.move"].search(
            [("pos_cost_line_id", "=", self.id), ("product_id", "!=", self.product_id.id)]
        )

    def _get_cost_move_lines(self):
        """Done moves of these lines' units: of their numbers, and of what waited and needs none.

        Of kits, those of all components, but for numbers that were corrected.
        """
        move_lines = self.env["stock.move.line"].search(
            [
                ("state", "=", "done"),
                "|",
                "|",
                ("pos_number_id", "in", self.pack_lot_ids.ids),
                ("move_id.pos_cost_line_id", "in", self.ids),
                "&",
                ("move_id.pos_numbers_line_id", "in", self.ids),
                "|",
                ("move_id.pos_numbers_closed", "=", True),
                ("product_id.tracking", "=", "none"),
            ]
        )
        return move_lines.filtered(
            lambda line: (
                line.pos_number_id
                or not line.lot_id
                or not line.move_id.returned_move_ids.picking_id.pos_numbers_order_id
            )
        )

    # ------------------------------------------------------------------------ estimates

    def _estimate_costs(self):
        """What this line's units cost as long as they have not moved, see `cost_estimates`."""
        self.ensure_one()
        origin = self.refunded_orderline_id
        known = (origin.cost_estimates or {}) if origin.waiting_move_ids else {}
        quantities = {}
        if self._is_kit():
            # What is in a kit stays, whatever of it has moved back and out again since.
            for product_id, (units, _cost) in (self.cost_estimates or {}).items():
                if product_id != str(self.product_id.id):
                    quantities[self.product_id.browse(int(product_id))] = units
            for move in () if quantities else self._get_kit_moves():
                units = quantities.get(move.product_id, 0.0)
                quantities[move.product_id] = units + move.product_qty
        if not quantities:
            quantities = {self.product_id: abs(self.qty)}
        estimates = {}
        for product, quantity in quantities.items():
            # What comes back without ever having left costs what it was sold at.
            _units, cost = known.get(str(product.id)) or (
                None,
                self._get_order_currency_amount(
                    product.with_company(self.company_id).standard_price
                ),
            )
            estimates[str(product.id)] = [quantity, cost]
        return estimates

    def _get_cost_estimates(self):
        """`cost_estimates`; where none were noted, all units counted the same."""
        self.ensure_one()
        if self.cost_estimates:
            return self.cost_estimates
        cost = self.total_cost / self.qty if self.qty else 0.0
        return {str(self.product_id.id): [abs(self.qty), cost]}

    # ------------------------------------------------------------------------- the cost

    def _derive_total_cost(self):
        """Write what these lines cost: their moves, and the estimate of what has not moved.

        The only place that changes the cost of a line once it is computed.
        """
        for line in self.filtered("is_total_cost_computed"):
            estimates = line._get_cost_estimates()
            if not line.cost_estimates:
                line.cost_estimates = estimates
            known, open_units = line._get_moved_cost(estimates)
            cost = line._get_order_currency_amount(known) + sum(
                units * estimates[product_id][1] for product_id, units in open_units.items()
            )
            total = cost if line.qty > 0 else -cost
            if not line.currency_id.is_zero(total - line.total_cost):
                line.total_cost = total

    def _get_moved_cost(self, estimates):
        """What of this line has moved, and what has not.

        :param estimates: see `cost_estimates`
        :return: value in the company's currency, without sign, and `{product id as text: units
            that have not moved}`
        """
        self.ensure_one()
        move_lines = self._get_cost_move_lines()
        pooled = self._get_pooled_unit_cost()
        value = 0.0
        open_units = {product_id: units for product_id, (units, _cost) in estimates.items()}
        for move_line in move_lines:
            if move_line._is_consigned_at_standard_cost():
                continue  # its move is worth nothing, but core lets it cost what ours does
            quantity = move_line.quantity_product_uom
            value += move_line._get_cost_share() if pooled is None else quantity * pooled
            product_id = str(move_line.product_id.id)
            open_units[product_id] = open_units.get(product_id, 0.0) - quantity
        uoms = {str(p.id): p.uom_id for p in (move_lines.product_id | self.product_id)}
        return value, {
            product_id: units
            for product_id, units in open_units.items()
            if uoms.get(product_id, self.product_id.uom_id).compare(units, 0) > 0
        }

    def _get_current_cost(self):
        """What this line costs if what has not moved did so now.

        :return: in the company's currency, without sign
        """
        self.ensure_one()
        value, open_units = self._get_moved_cost(self._estimate_costs())
        products = self.env["product.product"].with_company(self.company_id)
        return value + sum(
            units * products.browse(int(product_id)).standard_price
            for product_id, units in open_units.items()
        )

    def _get_pooled_unit_cost(self):
        """First in, first out: units of one product in one order cost their average, as for core.

        :return: the average of what has moved, in the company's currency; None where each unit
            bears its own cost
        """
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        if product.cost_method != "fifo" or product.lot_valuated:
            return None
        same = self.order_id.lines.filtered(lambda line: line.product_id == self.product_id)
        if len(same) < 2:
            return None
        move_lines = same._get_cost_move_lines()
        quantity = sum(move_lines.mapped("quantity_product_uom"))
        return sum(ml._get_cost_share() for ml in move_lines) / quantity if quantity else None

    def _update_moved_cost(self):
        """Units of these lines have just moved, or their numbers were corrected."""
        computed = self.filtered(
            lambda line: (
                line.is_total_cost_computed
                and line.qty
                and line.product_id.is_storable
                # Of a kit at standard cost, or sold before its parts were noted, core has the say.
                and (line.cost_estimates or not line._get_kit_moves())
            )
        )
        pooled = self.env["pos.order.line"]
        for line in computed:
            if line._get_pooled_unit_cost() is not None:
                pooled |= line.order_id.lines.filtered(
                    lambda other, line=line: (
                        other.product_id == line.product_id and other.is_total_cost_computed
                    )
                )
        (computed | pooled)._derive_total_cost()

    def _get_order_currency_amount(self, amount):
        """An amount of the product's cost currency in the order's currency, as core converts it."""
        self.ensure_one()
        return self.product_id.sudo().cost_currency_id._convert(
            from_amount=amount,
            to_currency=self.currency_id,
            company=self.company_id or self.env.company,
            date=self.order_id.date_order or fields.Date.today(),
            round=False,
        )
