from collections import defaultdict

from odoo import models

from .pos_settlement import MOVE_OPEN_STATES, Settlement


class StockMove(models.Model):
    """Deliveries of sales orders: what a till settles, and the numbers that were linked."""

    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        """Numbers that were linked on order lines are reserved before any other."""
        linked = self.browse() if force_qty else self._reserve_linked_lots()
        before = {move: move.move_line_ids.lot_id for move in linked}
        result = super()._action_assign(force_qty=force_qty)
        linked._note_other_lots(before)
        return result

    # ------------------------------------------------- sales orders settled at the till

    def write(self, vals):
        """What was settled has been given up exactly; see `Settlement`."""
        settlement = Settlement.of(self.env)
        if settlement and "product_uom_qty" in vals:
            settled = self.filtered(lambda move: move.id in settlement.move_ids)
            rest = {name: value for name, value in vals.items() if name != "product_uom_qty"}
            if settled and rest:
                super(StockMove, settled).write(rest)
            return super(StockMove, self - settled).write(vals)
        return super().write(vals)

    def _do_unreserve(self):
        settlement = Settlement.of(self.env)
        settled = settlement.move_ids if settlement else ()
        moves = self.filtered(lambda move: move.id not in settled)
        return super(StockMove, moves)._do_unreserve()

    def _give_up_quantity(self, quantity, lots):
        """Reduce the last steps of a delivery, of one order line and product, and earlier steps.

        :param float quantity: units that are not to be delivered any more, product's unit
        :param dict lots: `{lot: quantity}` of which to give up first, product's unit; changed:
            what was given up is subtracted
        """
        if not self:
            return
        moves = self.with_context(**{Settlement.KEY: None})
        uom = moves.product_id.uom_id
        shares = dict.fromkeys(moves, 0.0)

        def give(move, amount):
            nonlocal quantity
            amount = max(0.0, min(amount, quantity, move.product_qty - shares[move]))
            shares[move] += amount
            quantity = uom.round(quantity - amount)
            return amount

        left = dict(lots)
        for move in moves:
            for lot, reserved in move._get_reserved_by_lot().items():
                left[lot] = left.get(lot, 0.0) - give(move, min(left.get(lot, 0.0), reserved))
        for move in moves:
            give(move, move.product_qty - sum(move._get_reserved_by_lot().values()))
        # What is picked already is delivered rather than what is still on the shelf.
        for move in moves.sorted(lambda move: (bool(move.move_orig_ids), -move.id)):
            give(move, move.product_qty)
        for move, share in shares.items():
            if uom.compare(share, 0) > 0:
                move._reduce_demand(share, lots)

    def _get_reserved_by_lot(self):
        """What the move and the open steps before it have reserved: `{lot: quantity}`."""
        self.ensure_one()
        steps = self | self.browse(self._rollup_move_origs()).filtered(
            lambda move: (
                move.state in MOVE_OPEN_STATES and move.location_id.usage in ("internal", "transit")
            )
        )
        reserved = defaultdict(float)
        for move_line in steps.move_line_ids:
            reserved[move_line.lot_id] += move_line.quantity_product_uom
        return reserved

    def _reduce_demand(self, quantity, lots):
        """Take units out of demand and reservation, here and in the open steps before.

        :param float quantity: in the product's unit
        :param dict lots: `{lot: quantity}` whose reservation goes first; see `_give_up_quantity`
        """
        self.ensure_one()
        uom = self.product_id.uom_id
        demand = max(0.0, uom.round(self.product_qty - quantity))
        excess = uom.round(sum(self.move_line_ids.mapped("quantity_product_uom")) - demand)
        takes = dict.fromkeys(self.move_line_ids.sorted("id", reverse=True), 0.0)
        for is_sold in (True, False):
            for move_line, taken in takes.items():
                lot, reserved = move_line.lot_id, move_line.quantity_product_uom
                limit = lots.get(lot, 0.0) if is_sold else reserved
                take = max(0.0, min(excess, limit, reserved - taken))
                takes[move_line] += take
                excess = uom.round(excess - take)
                if is_sold and lot in lots:
                    lots[lot] -= take
        rests = {
            move_line: uom.round(move_line.quantity_product_uom - taken)
            for move_line, taken in takes.items()
            if uom.compare(taken, 0) > 0
        }
        for move_line, rest in rests.items():
            if uom.compare(rest, 0) > 0:
                move_line.write({"product_uom_id": uom.id, "quantity": rest})
        self.move_line_ids.filtered(
            lambda line: line in rests and uom.compare(rests[line], 0) <= 0
        ).unlink()
        in_unit = uom._compute_quantity(demand, self.product_uom, rounding_method="HALF-UP")
        back = self.product_uom._compute_quantity(in_unit, uom, round=False)
        vals = {"product_uom_qty": in_unit}
        if uom.compare(back, demand):  # 7 of 12 units are no whole hundredths of a dozen
            vals = {"product_uom_qty": demand, "product_uom": uom.id}
        self.write(vals)
        before = self.move_orig_ids.filtered(
            lambda move: (
                move.state in MOVE_OPEN_STATES and move.location_id.usage in ("internal", "transit")
            )
        )
        reserved = sum(self.move_line_ids.mapped("quantity_product_uom"))
        surplus = sum(before.mapped("product_qty")) - max(0.0, demand - reserved)
        if uom.compare(surplus, 0) > 0:
            before._give_up_quantity(uom.round(min(surplus, quantity)), lots)

    # --------------------------------------------------- numbers linked on sales orders

    def _reserve_linked_lots(self):
        """Reserve the numbers that salespeople linked on order lines, before any other.

        :return: the moves of lines with linked numbers that were still to reserve
        """
        moves = self.filtered(
            lambda move: (
                move.product_id.tracking != "none"
                and not move.pos_numbers_waiting
                and move.state in ("confirmed", "waiting", "partially_available")
                and not (move.picked or move.move_orig_ids or move._should_bypass_reservation())
                and move.procure_method != "make_to_order"
            )
        )
        linked = moves.browse()
        for move in moves:
            # Who reserves need not have rights on sales.
            line = move.sudo()._get_order_line()
            if not line.lot_ids or line.product_id != move.product_id:
                continue
            linked |= move
            uom = move.product_id.uom_id
            used = line._get_undelivered_numbers()[line]
            for lot in line._get_linked_lots().with_env(move.env):
                need = uom.round(
                    move.product_qty - sum(move.move_line_ids.mapped("quantity_product_uom"))
                )
                if uom.compare(need, 0) <= 0:
                    break
                if move.product_id.tracking == "serial":
                    if lot in used:
                        continue
                    need = 1.0
                move._reserve_lot(lot, need)
            move._recompute_state()
        return linked

    def _reserve_lot(self, lot, quantity):
        """Reserve a lot where it lies: core looks at one location only once a lot is named.

        :param float quantity: at most this, in the product's unit
        """
        self.ensure_one()
        quants = self.env["stock.quant"]._gather(
            self.product_id, self.location_id, lot_id=lot, strict=False
        )
        for quant in quants.filtered(lambda quant: quant.lot_id == lot):
            need = min(quantity, quant.quantity - quant.reserved_quantity)
            if self.product_id.uom_id.compare(need, 0) > 0:
                quantity -= self._update_reserved_quantity(
                    need,
                    quant.location_id,
                    lot_id=lot,
                    package_id=quant.package_id,
                    owner_id=quant.owner_id,
                )

    def _get_order_line(self):
        """The sales order line this move, or the step after it, delivers."""
        self.ensure_one()
        if self.sale_line_id or not self.move_dest_ids:
            return self.sale_line_id
        return self.browse(self._rollup_move_dests()).sale_line_id[:1]

    def _note_other_lots(self, before):
        """Tell on the order when other numbers were reserved than those linked.

        :param dict before: `{move: lots}` reserved before
        """
        for move in self.sudo():
            line = move._get_order_line()
            others = move.move_line_ids.lot_id - before[move] - line.lot_ids
            wanted = line._get_linked_lots() - line._get_chain_moves().move_line_ids.lot_id
            if not others or (move.product_id.tracking == "serial" and not wanted):
                continue
            line.order_id.message_post(
                body=self.env._(
                    "%(product)s: not enough of %(wanted)s available, %(reserved)s reserved "
                    "instead.",
                    product=line.product_id.display_name,
                    wanted=", ".join((wanted or line.lot_ids).mapped("name")),
                    reserved=", ".join(others.mapped("name")),
                )
            )
