from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..number.arguments import is_id
from .pos_settlement import MOVE_OPEN_STATES


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "pos.number.guard"]

    lot_ids = fields.Many2many(
        "stock.lot",
        "sale_order_line_lot_rel",
        "order_line_id",
        "lot_id",
        string="Lot/Serial Numbers",
        copy=False,
        domain="[('product_id', '=', product_id), ('company_id', 'in', (False, company_id))]",
        help="Numbers meant for this line. The delivery reserves them first, in the order in "
        "which they were entered, and the till loads them.",
    )
    # A many2many comes back in the order of its records' names.
    lot_order = fields.Json(copy=False)
    product_tracking = fields.Selection(related="product_id.tracking")

    # --------------------------------------------------------------- numbers of a quotation

    @api.constrains("lot_ids", "product_id")
    def _check_lot_ids(self):
        for line in self:
            # A salesperson may write numbers on a line without any right in Inventory.
            for lot in line.lot_ids.sudo():
                if lot.product_id != line.product_id:
                    raise ValidationError(
                        self.env._(
                            "%(number)s is a number of %(product)s, not of %(line)s.",
                            number=lot.name,
                            product=lot.product_id.display_name,
                            line=line.product_id.display_name,
                        )
                    )
                if lot.company_id and lot.company_id != line.company_id:
                    raise ValidationError(
                        self.env._("%(number)s belongs to another company.", number=lot.name)
                    )

    @api.onchange("product_id")
    def _onchange_product_lot_ids(self):
        """Numbers of the product before are none of the product now."""
        self.lot_ids = self.lot_ids.filtered(lambda lot: lot.product_id == self.product_id)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line, vals in zip(lines, vals_list, strict=True):
            if vals.get("lot_ids"):
                line._remember_lot_order()
        return lines

    def write(self, vals):
        if "product_id" in vals and "lot_ids" not in vals:
            changed = self.filtered(lambda line: line.product_id.id != vals["product_id"])
            changed.filtered("lot_ids").lot_ids = False
        result = super().write(vals)
        if "lot_ids" in vals:
            for line in self:
                line._remember_lot_order()
                line._reserve_linked_lots()
        return result

    def _remember_lot_order(self):
        """Note the order in which numbers were entered: what was there first stays first."""
        self.ensure_one()
        ids = self.lot_ids.ids
        known = [lot_id for lot_id in self._read_lot_order() if lot_id in ids]
        # The server's own: what the browser shows of it is the order of the numbers.
        self.sudo().lot_order = known + [lot_id for lot_id in ids if lot_id not in known]

    def _read_lot_order(self):
        """:return: list of ids; whatever else was stored there is passed over"""
        order = self.lot_order if isinstance(self.lot_order, list) else []
        return list(dict.fromkeys(filter(is_id, order)))

    def _reserve_linked_lots(self):
        """Numbers linked after the delivery was reserved take the place of others.

        As superuser: who may write the order line decides what its delivery reserves.
        """
        self.ensure_one()
        line = self.sudo()
        moves = line._get_chain_moves().filtered(
            lambda move: (
                move.state in ("assigned", "partially_available")
                and move.product_id == line.product_id
                and not (move.picked or move.move_orig_ids)
                and move.move_line_ids
            )
        )
        if moves and line.lot_ids - moves.move_line_ids.lot_id:
            moves._do_unreserve()
            moves._action_assign()

    def _get_linked_lots(self):
        """The numbers that were linked to the line, in the order in which they were entered."""
        self.ensure_one()
        order = {lot_id: position for position, lot_id in enumerate(self._read_lot_order())}
        return self.lot_ids.sorted(lambda lot: (order.get(lot.id, len(order)), lot.id))

    # ------------------------------------------------------------------ what the till loads

    def read_converted(self):
        """As superuser once the caller may read the lines: core reads their lots inside.

        Quantities are exact, and those of lots are what is still to deliver; the till gets its
        numbers from `pos.config.get_sale_order_numbers`.
        """
        self.check_access("read")
        lines = self.sudo()
        results = super(SaleOrderLine, lines).read_converted()
        numbers = lines._get_undelivered_numbers()
        for item in results:
            line = lines.browse(item["id"])
            if "lot_names" in item:
                item["lot_qty_by_name"] = {
                    lot.name: quantity for lot, quantity in numbers[line].items()
                }
            line._sharpen_converted(item)
        return results

    def _sharpen_converted(self, item):
        """Undo the rounding of quantities in the order's unit: 5 units are 0.42 dozens are 5.04.

        :param dict item: a line of `read_converted`, quantities in the product's unit; changed
        """
        uom = self.product_id.uom_id
        if not self.product_uom_id or self.product_uom_id == uom or "qty_delivered" not in item:
            return
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        step = self.product_uom_id._compute_quantity(10**-digits, uom, round=False)
        exact = self._get_settled_quantity()
        for name in ("qty_delivered", "qty_invoiced"):
            if item.get(name) and abs(item[name] - exact) <= step:
                item[name] = exact

    def _get_settled_quantity(self):
        """Units that have left or were settled at tills, in the product's unit, not rounded."""
        self.ensure_one()
        outgoing, incoming = self._get_outgoing_incoming_moves()
        done = [
            sign * move_line.quantity_product_uom
            for sign, moves in ((1, outgoing), (-1, incoming))
            for move_line in moves.move_line_ids
            if move_line.state == "done"
        ]
        sold = self.pos_order_line_ids | self.pos_order_line_ids.refund_orderline_ids
        sold = sold.filtered(lambda line: line.order_id.state not in ("draft", "cancel"))
        return self.product_id.uom_id.round(sum(done) + sum(sold.mapped("qty")))

    def _get_undelivered_numbers(self):
        """Numbers reserved or picked for what is still to deliver, each once.

        Whatever the number of steps: a unit counts where it is, be it reserved there or brought
        there by a step that is done. What a customer has, had and returned, or what was
        cancelled, does not count.

        :return: `{line: {lot: quantity}}`, in the product's unit
        """
        result = {line: {} for line in self}
        for line in self:
            if not line.product_id or line.product_id.tracking == "none":
                continue
            reserved, brought = defaultdict(float), defaultdict(float)
            moves = line._get_chain_moves().filtered(
                lambda move, line=line: move.product_id == line.product_id
            )
            for move_line in moves.move_line_ids.filtered("lot_id").sorted("id"):
                lot, quantity = move_line.lot_id, move_line.quantity_product_uom
                if move_line.state == "done":
                    brought[lot, move_line.location_id] -= quantity
                    if not move_line.location_id._is_outgoing():  # else it came back
                        brought[lot, move_line.location_dest_id] += quantity
                elif move_line.state != "cancel" and not move_line.location_id._is_outgoing():
                    reserved[lot, move_line.location_id] += quantity
            at_places = defaultdict(float)
            for (lot, location), quantity in brought.items():
                if location.usage in ("internal", "transit"):
                    at_places[lot, location] = quantity
            for key, quantity in reserved.items():
                at_places[key] = max(at_places[key], quantity)
            uom = line.product_id.uom_id
            for (lot, _location), quantity in at_places.items():
                if uom.compare(quantity, 0) > 0:
                    result[line][lot] = uom.round(result[line].get(lot, 0.0) + quantity)
        return result

    def _get_wanted_numbers(self, undelivered, units):
        """Numbers meant for the line: reserved or picked ones, then those linked to it.

        :param dict undelivered: `{lot: quantity}`, see `_get_undelivered_numbers`
        :param float units: what the cart line gets, in the product's unit
        :return: `{lot: quantity}` in that order
        """
        self.ensure_one()
        wanted = dict(undelivered)
        rest = max(0.0, units - sum(undelivered.values()))
        delivered = self.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id._is_outgoing()
        ).move_line_ids.lot_id
        for lot in self._get_linked_lots():
            if self.product_id.tracking == "serial":
                # More serials may be linked than units are left: the next ones step in.
                if lot not in wanted and lot not in delivered and rest > 0:
                    wanted[lot] = 1.0
            elif rest > 0:
                wanted[lot] = wanted.get(lot, 0.0) + rest
        return wanted

    def _get_chain_moves(self):
        """All moves of the lines' deliveries, earlier steps included, not what supplies them."""
        moves = self.move_ids
        return (moves | moves.browse(moves._rollup_move_origs())).filtered(
            lambda move: move.location_id.usage not in ("supplier", "production", "inventory")
        )

    # -------------------------------------------------------------- what the till has settled

    def _is_of_repair(self):
        """A part that a repair order uses (pos_repair): the repair moves it, the till does not."""
        self.ensure_one()
        return bool("is_repair_line" in self and self.is_repair_line)

    def _give_up_delivery(self, quantity, lots):
        """Take units that were settled at a till out of the line's own open deliveries.

        Exactly these: the reservations of the numbers that were sold go first, then demand that
        has no reservation. Components of a kit go in the proportion of its bill of materials.

        :param float quantity: units settled, in the product's unit
        :param dict lots: `{lot: quantity}` of the numbers sold, in the product's unit
        """
        self.ensure_one()
        if self._is_of_repair():
            return  # the repair goes on moving it
        open_moves = self._get_chain_moves().filtered(
            lambda move: move.state in MOVE_OPEN_STATES and not move.location_id._is_outgoing()
        )
        last = open_moves.filtered(
            lambda move: move in self.move_ids and not (move.move_dest_ids & open_moves)
        )
        quantity = self._convert_qty(self, quantity, "p2s")
        # A kit has a move for each component, whatever steps it is in.
        for moves in last.grouped(
            lambda move: (move.product_id, "bom_line_id" in move and move.bom_line_id)
        ).values():
            first = moves[0]
            units = first.product_uom._compute_quantity(
                self.compute_uom_qty(quantity, first, False), first.product_id.uom_id, round=False
            )
            moves._give_up_quantity(first.product_id.uom_id.round(units), dict(lots))
