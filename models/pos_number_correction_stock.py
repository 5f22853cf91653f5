from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError

from ..number.plan import Plan
from ..number.shop import Shop
from ..number.verdict import get_verdict


class Moved(NamedTuple):
    """What a number had moved, before it was taken back.

    `quantity`: in the product's unit. `move`: the stock.move that took it out, empty where nothing
    had moved.
    """

    quantity: float
    move: models.Model


class PosNumberCorrection(models.AbstractModel):
    """Moves the stock of paid lines whose numbers change."""

    _inherit = "pos.number.correction"

    # --------------------------------------------------------------- back and out again

    def _check_still_there(self, number):
        """:raises UserError: the wrong number is not where this sale brought it"""
        returned = number._get_returned_quantity()[number]
        if number.pos_order_line_id.qty > 0 and returned > 0:
            raise UserError(
                self.env._(
                    "%(number)s has come back already: it cannot be corrected any more.",
                    number=number.lot_name,
                )
            )
        done = number.move_line_ids.filtered(lambda line: line.state == "done")
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", done.lot_id.ids),
                ("quantity", ">", 0),
                ("location_id.usage", "in", ("internal", "transit", "customer", "production")),
            ]
        )
        uom = number.product_id.uom_id
        moved = done.grouped(lambda line: (line.location_dest_id, line.lot_id))
        for (location, lot), move_lines in moved.items():
            own = quants.filtered(lambda q, lot=lot: q.lot_id == lot)
            there = sum(q.quantity for q in own if q.location_id == location)
            if uom.compare(there, sum(move_lines.mapped("quantity_product_uom"))) < 0:
                elsewhere = own.filtered(lambda q, here=location: q.location_id != here)
                places = ", ".join(elsewhere.location_id.mapped("display_name"))
                raise UserError(
                    self.env._(
                        "%(number)s has moved on since this sale (now in: %(places)s): it cannot "
                        "be corrected any more.",
                        number=lot.name or number.lot_name,
                        places=places or self.env._("unknown"),
                    )
                )

    def _take_back(self, line, number):
        """Bring what a number has moved back to where it lay. :return: Moved"""
        done = number.move_line_ids.filtered(lambda move_line: move_line.state == "done")
        was = Moved(number._get_moved_quantity(), done.move_id[:1])
        # What went last comes back first: what lay nowhere, then what had no number.
        for move_line in done.sorted("id", reverse=True):
            self._reverse(line, move_line)
        done.pos_number_id = False
        return was

    def _move(self, line, parts, was, anywhere=False):
        """Move numbers of a line the way that an earlier one had gone, else as one that waited.

        :param parts: `{number: quantity}`, product's unit
        :param Moved was: what was taken back
        """
        if not was.move:
            self._move_waiting(line, parts, anywhere)
            return
        plan = self._make_plan(line, parts, anywhere)
        move = self._transfer_as(line, was)
        move._create_number_lines(plan, line)
        self._do(move)
        line._update_moved_cost()

    def _transfer_as(self, line, was, quantity=None):
        """A confirmed transfer of what was taken back, see `_transfer`."""
        move = was.move
        return self._transfer(
            line,
            move.picking_type_id,
            move.location_id,
            move.location_dest_id,
            was.quantity if quantity is None else quantity,
            product=move.product_id,
        )

    def _reverse(self, line, move_line):
        """Bring what a done move line moved back to where it lay. :return: the move"""
        was_return = move_line.location_id.usage == "customer"
        operation_type, _source, _destination = self.env["stock.picking"]._get_pos_transfer_route(
            line.order_id.config_id.picking_type_id, move_line.location_dest_id.id, was_return
        )
        move = self._transfer(
            line,
            operation_type,
            move_line.location_dest_id,
            move_line.location_id,
            move_line.quantity_product_uom,
            product=move_line.product_id,
        )
        move.origin_returned_move_id = move_line.move_id
        self.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(),
                "quantity": move_line.quantity_product_uom,
                "product_uom_id": move.product_id.uom_id.id,
                "lot_id": move_line.lot_id.id,
                "owner_id": move_line.owner_id.id,
                "package_id": move_line.result_package_id.id,
                "result_package_id": move_line.package_id.id,
                "pos_unnumbered_qty": move_line.pos_unnumbered_qty,
                "picked": True,
            }
        )
        return self._do(move)

    # ----------------------------------------------------------------------- what waits

    def _move_waiting(self, line, parts, anywhere=False):
        """Move assigned quantities out of the transfer that waits; the rest stays there.

        Where the stock of this sale moves only when its session closes, it is only judged.

        :param parts: `{number: quantity}`
        :return: `{number: quantity}` of a return that was back already, and waits no more
        """
        moves = line.waiting_move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        if not moves:
            return self._flag_before_closing(line, parts, anywhere)
        plan = self._make_plan(line, parts, anywhere, may_be_back=True)
        uom = line.product_id.uom_id
        to_do, left = self.env["stock.move"], plan.moving[line]
        for move in moves:
            quantity = min(move.product_qty, left)
            if uom.compare(quantity, 0) > 0:
                to_do |= self._split_off(move, quantity)
                left = uom.round(left - quantity)
        if to_do:
            to_do._create_number_lines(plan, line)
            to_do.picked = True
            to_do.picking_id._action_done()
        if left or to_do.filtered(lambda move: move.state != "done"):
            raise UserError(
                self.env._(
                    "The stock of %(product)s cannot move now.",
                    product=line.product_id.display_name,
                )
            )

        self._settle(line, plan)
        return plan.already_back

    def _settle(self, line, plan):
        """What was back before its return waits no more: nothing of it moves."""
        uom = line.product_id.uom_id
        left = uom.round(sum(plan.already_back.values()))
        for move in line.waiting_move_ids.filtered(lambda m: m.state not in ("done", "cancel")):
            settled = min(left, move.product_qty)
            if uom.compare(settled, 0) > 0:
                left = uom.round(left - settled)
                move._wait_for_quantity(uom.round(move.product_qty - settled))
        for number in plan.already_back:
            number.waits_because = "already_back"

    def _make_plan(self, line, parts, anywhere=False, may_be_back=False):
        """Where assigned quantities come from: `Plan`; flags what is out of order.

        What customers have by the books only is written off.

        :param parts: `{number: quantity}`, product's unit
        :param may_be_back: what is in stock already need not be taken
        """
        plan = self._judge_parts(line, parts, anywhere)
        taken = {*plan.takes, *(plan.already_back if may_be_back else ())}
        missing = [number.lot_name for number in parts if number not in taken]
        if missing:
            raise UserError(
                self.env._("The stock of %(numbers)s cannot be taken.", numbers=", ".join(missing))
            )
        self.env["stock.move"]._write_off_stale(
            (line, number.lot_id, takes) for number, takes in plan.stale.items()
        )
        return plan

    def _flag_before_closing(self, line, parts, anywhere=False):
        """Flag what is out of order with numbers that closing moves: it adds no flag itself.

        :return: `{number: quantity}` of a return that is back already
        """
        if not line._moves_at_closing():
            return {}
        # All of a number moves then, not only what is assigned now.
        parts = {number: number.quantity for number in parts}
        return self._judge_parts(line, parts, anywhere).already_back

    def _judge_parts(self, line, parts, anywhere):
        """See `_make_plan`; moves nothing."""
        plan = Plan()
        numbers = self.env["pos.pack.operation.lot"].union(*parts)
        stock = self._read_stock(line, numbers.lot_id, numbers)
        shop = Shop.of(line.order_id.config_id.picking_type_id)
        for number, quantity in parts.items():
            judged_line = self._get_judged_line(line, number)
            ask = self._get_ask(judged_line, number.lot_id, quantity, anywhere)
            verdict = get_verdict(ask, stock, shop)
            plan.note_flags(number, ask, verdict, stock, shop)
            stock.carry_out(ask, verdict, shop, number.id)
            if verdict.stale:
                plan.stale[number] = verdict.stale
            if verdict.already_back:
                plan.already_back[number] = verdict.already_back
            if verdict.takes:
                plan.takes[number] = verdict.takes
                plan.moving[line] += verdict.quantity
        for number, codes in plan.flags.items():
            number._flag_anew(codes, plan.evidence[number])
        return plan

    def _split_off(self, move, quantity):
        """A move of exactly a quantity of a waiting move, in a transfer of its own if need be."""
        move = self._isolate(move, quantity)
        move.move_line_ids.unlink()
        move._stop_waiting()
        return move

    def _isolate(self, move, quantity):
        """Part of a waiting move, as a move that is alone in its transfer and waits still."""
        picking = move.picking_id
        others = picking.move_ids.filtered(
            lambda other: other != move and other.state not in ("done", "cancel")
        )
        if others or move.product_id.uom_id.compare(quantity, move.product_qty) < 0:
            target = picking._create_backorder_picking()
            if move.product_id.uom_id.compare(quantity, move.product_qty) < 0:
                move = move.create(move._split(quantity))
                move.picking_id = target
                move._action_confirm(merge=False)
            else:
                move.picking_id = target
        return move

    def _transfer(self, line, operation_type, source, destination, quantity, product=None):
        """A confirmed transfer of the order with one move, to be given its numbers.

        :param product: the component, where the line is of a kit
        """
        product = product or line.product_id
        order = line.order_id
        picking = self.env["stock.picking"]._create_for_numbers(
            order, operation_type, source.id, destination.id
        )
        move = self.env["stock.move"].create(
            {
                **picking._prepare_stock_move_vals(line, line),
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "origin": order.name,
                "picked": True,
            }
        )
        move._action_confirm(merge=False)
        move.move_line_ids.unlink()
        return move

    def _do(self, move):
        move.picked = True
        move.picking_id._action_done()
        if move.state != "done":
            raise UserError(
                self.env._(
                    "The stock of %(product)s cannot move now.",
                    product=move.product_id.display_name,
                )
            )
        return move
