from odoo import api, fields, models


class PosOrderLine(models.Model):
    """What units cost whose number is not known yet: an estimate, and what replaces it."""

    _inherit = "pos.order.line"

    # The estimated cost of one unit that waits, in the order's currency.
    estimated_unit_cost = fields.Float(readonly=True, copy=False, groups="base.group_system")
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
        """Units that wait for a number have not moved yet: estimate them at the current cost."""
        lines = self.filtered(
            lambda line: not line.is_total_cost_computed and line.is_number_tracked
        )
        result = super()._compute_total_cost(stock_moves)
        for line in lines:
            waiting = line.sudo()._get_waiting_quantity()
            if not waiting:
                continue
            product = line.product_id
            moves = line._get_stock_moves_to_consider(stock_moves, product)
            unit_cost = line._get_order_currency_amount(product.standard_price)
            moved = abs(line.qty) - waiting
            if not line._is_product_storable_fifo_avco() or product.uom_id.compare(moved, 0) <= 0:
                line.total_cost = line.qty * unit_cost
            elif moves:
                known = line._get_order_currency_amount(moves._get_price_unit())
                sign = 1 if line.qty > 0 else -1
                line.total_cost = sign * (moved * known + waiting * unit_cost)
            line.sudo().estimated_unit_cost = unit_cost
        return result

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

    def _replace_estimate(self, quantity, value):
        """Replace the estimated cost of units that have just moved by their real cost.

        :param quantity: units, in the product's unit, without sign
        :param value: what they cost, in the company's currency, without sign
        """
        self.ensure_one()
        if not quantity or not self.is_total_cost_computed or not self.product_id.is_storable:
            return
        self._add_to_cost(value, estimated=quantity)

    def _add_to_cost(self, value, estimated=0.0):
        """Change the line's cost by a value in the company's currency, without sign.

        :param estimated: units whose estimate the value replaces
        """
        self.ensure_one()
        if not self.is_total_cost_computed:
            return
        sign = 1 if self.qty > 0 else -1
        # Without an estimate the cost was computed before any unit waited: each costs the same.
        estimate = self.estimated_unit_cost or (self.total_cost / self.qty if self.qty else 0.0)
        change = self._get_order_currency_amount(value) - estimated * estimate
        if not self.currency_id.is_zero(change):
            self.total_cost += sign * change
