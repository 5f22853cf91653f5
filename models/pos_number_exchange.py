from collections import namedtuple

from odoo import models
from odoo.exceptions import UserError

# One of two numbers that are exchanged: its line and record, the units that change hands and
# those of the number that have moved (product's unit), the move that took them out, and what
# they cost then, in the company's currency.
Side = namedtuple("Side", "line number quantity moved forward value")


class PosNumberExchange(models.AbstractModel):
    """Takes numbers off paid orders again, and swaps the numbers of two orders.

    Built on the pieces of `pos.number.correction`; its callers are the same.
    """

    _name = "pos.number.exchange"
    _description = "Release and Exchange of Sold Lot/Serial Numbers"

    # ------------------------------------------------------------------------ release

    def _release(self, number):
        """Take a number off its paid line: its units wait for a number again.

        What it moved comes back to where it lay, and a serial is free to be sold. A number that
        has moved nothing yet is just taken off.

        :param number: one number
        :raises AccessError: see `pos.number.correction._check_caller`
        :raises UserError: with the reason: it has come back or moved on
        """
        self, line, number = self._enter(number)  # noqa: PLW0642
        self._check_release(line, number)
        correction = self.env["pos.number.correction"]
        with self.env.cr.savepoint():
            before = correction._describe(line)
            self._free_origin(line, number)
            side = self._take_back(line, number, number.quantity)
            number.unlink()
            if side.forward:
                self._wait_again(side)
            correction._finish(line, before, self.env._("Lot/Serial Number released"))

    def _enter(self, number):
        """Check the caller; what is done from here on is done as superuser.

        :return: (this model, line, number), see `pos.number.correction._assign`
        """
        number.ensure_one()
        self.env["pos.number.correction"]._check_caller(number.pos_order_line_id)
        line = number.sudo().pos_order_line_id
        line = line.with_company(line.company_id)
        self.env["pos.number.correction"].sudo()._check_line(line)
        return self.sudo().with_company(line.company_id), line, number.sudo()

    def _check_release(self, line, number):
        """:raises UserError: this number cannot be taken off, with the reason"""
        correction = self.env["pos.number.correction"]
        if number._has_moved():
            correction._check_still_there(number)
            return
        if line.qty > 0 and number._get_returned_quantity()[number] > 0:
            raise UserError(
                self.env._(
                    "%(number)s has come back already: it stays with this sale.",
                    number=number.lot_name,
                )
            )
        if line.qty < 0 and number.lot_id and line.product_id.tracking == "serial":
            holder = number.search([("lot_id", "=", number.lot_id.id), ("holds", "=", True)])
            if holder and not number._is_refused():
                raise UserError(
                    self.env._(
                        "%(number)s is sold again, in %(order)s.",
                        number=number.lot_name,
                        order=holder.order_id.name,
                    )
                )
        if (
            number not in line._get_idle_numbers()
            and not line._moves_at_closing()
            and "surplus" not in number._get_flag_codes()
        ):
            self._refuse_unmoved(line, number)

    def _refuse_unmoved(self, line, number):
        """:raises UserError: why a number that has not moved is not to be changed here"""
        if line.order_id.shipping_date:
            raise UserError(
                self.env._(
                    "%(number)s is not shipped yet: choose the right number in the delivery.",
                    number=number.lot_name,
                )
            )
        raise UserError(
            self.env._(
                "How %(number)s left the shop is not known: correct its stock in Inventory.",
                number=number.lot_name,
            )
        )

    def _free_origin(self, line, number):
        """A serial that did not come back after all is with its sale's customer again."""
        if not number._is_refused():
            self.env["pos.number.correction"]._give_hold_back(line, number)

    def _take_back(self, line, number, quantity):
        """Bring what a number has moved back to where it lay. :return: Side"""
        done = number.move_line_ids.filtered(lambda move_line: move_line.state == "done")
        moved = number._get_moved_quantity()
        forward = done.move_id[:1]
        correction = self.env["pos.number.correction"]
        value = sum(correction._reverse(line, move_line).value for move_line in done)
        done.pos_number_id = False
        return Side(line, number, quantity, moved, forward, value)

    def _wait_again(self, side):
        """What a number had moved waits for one, and counts with the product's cost until then."""
        line, forward = side.line, side.forward
        if not line.waiting_number_qty:
            line.cost_estimates = line._estimate_costs()
        quantity = side.moved if line.qty > 0 else line._cancel_waiting_sale(side.moved)
        if line.product_id.uom_id.compare(quantity, 0) > 0:
            move = self.env["pos.number.correction"]._transfer(
                line,
                forward.picking_type_id,
                forward.location_id,
                forward.location_dest_id,
                quantity,
            )
            move._start_waiting(line)
        line._update_moved_cost()

    # ----------------------------------------------------------------------- exchange

    def _find_other(self, number, name):
        """The number of another order that keeps this one from being corrected to a name.

        :return: the number that holds that serial, of the same product and company; or none
        """
        number = number.sudo()
        line = number.pos_order_line_id
        found = self.env["stock.lot"]._find_by_names(line.product_id.ids, [name], line.company_id)
        lot = found.get((line.product_id.id, name))
        if not lot or line.product_id.tracking != "serial" or not number.lot_id:
            return number.browse()
        other = number.search([("lot_id", "=", lot.id), ("holds", "=", True)])
        if other.order_id == number.order_id or other.order_id.company_id != line.company_id:
            return number.browse()
        return other

    def _exchange(self, number, other, quantity=None):
        """Swap the numbers of two orders of one product: their boxes were handed out crosswise.

        Both come back to where they lay, and each leaves with the other order. What has not moved
        yet does so later, or moves now when it had waited.

        :param number: one number, and the one of another line that it is swapped with
        :param quantity: of lots, how many units; None: as many as both have
        :return: the two numbers as they are now, in this order
        :raises AccessError: see `pos.number.correction._check_caller`
        :raises UserError: with the reason: one of them has come back or moved on
        """
        _self, other_line, other = self._enter(other)
        self, line, number = self._enter(number)  # noqa: PLW0642
        self._check_pair(line, number, other_line, other)
        pair = {number: line, other: other_line}
        if quantity is None:
            quantity = min(self._get_exchangeable(pair[n], n) for n in pair)
        for one, its_line in pair.items():
            self._check_exchangeable(its_line, one, quantity)
        correction = self.env["pos.number.correction"]
        lots = {number: other.lot_id, other: number.lot_id}
        with self.env.cr.savepoint():
            before = {one: correction._describe(its_line) for one, its_line in pair.items()}
            sides = [self._take_back(its_line, one, quantity) for one, its_line in pair.items()]
            (number | other).holds = False
            (number | other).flush_recordset(["holds"])
            for side in sides:
                lot = lots[side.number]
                judged = correction._judge(side.line, [(lot.name, quantity)], number | other)
                correction._raise_errors(judged)
            parts = [self._rename_part(side, lots[side.number]) for side in sides]
            for side, part in zip(sides, parts, strict=True):
                self._move_part(side, part)
            for (one, its_line), (_other, other_line) in zip(
                pair.items(), reversed(pair.items()), strict=True
            ):
                correction._finish(
                    its_line,
                    before[one],
                    self.env._(
                        "Lot/Serial Number exchanged with %(order)s", order=other_line.order_id.name
                    ),
                )
        return tuple(parts)

    def _check_pair(self, line, number, other_line, other):
        """:raises UserError: these two cannot be swapped, whatever has become of them"""
        if line == other_line or number.lot_id == other.lot_id:
            raise UserError(self.env._("There is nothing to exchange between these two."))
        if line.product_id != other_line.product_id or line.company_id != other_line.company_id:
            raise UserError(
                self.env._("Only numbers of one product and one company can be exchanged.")
            )
        if (line.qty > 0) != (other_line.qty > 0):
            raise UserError(self.env._("A sale and a return cannot exchange their numbers."))
        unknown = (number | other).filtered(lambda one: not one.lot_id)
        if unknown:
            raise UserError(
                self.env._("Nobody knows %(number)s: correct it.", number=unknown[0].lot_name)
            )

    def _get_exchangeable(self, line, number):
        """Units of a number that can change hands now, in the product's unit."""
        if number._has_moved():
            return number._get_moved_quantity()
        if number in line._get_idle_numbers():
            return min(number.quantity, line._get_assignable_quantity())
        return number.quantity

    def _check_exchangeable(self, line, number, quantity):
        """:raises UserError: so much of this number cannot change hands, with the reason"""
        self._check_release(line, number)
        uom = line.product_id.uom_id
        left = self._get_exchangeable(line, number)
        if uom.compare(quantity, 0) <= 0 or uom.compare(quantity, left) > 0:
            raise UserError(
                self.env._(
                    "%(number)s in %(order)s: %(left)g units can be exchanged, not %(quantity)g.",
                    number=number.lot_name,
                    order=line.order_id.name,
                    left=left,
                    quantity=quantity,
                )
            )

    def _rename_part(self, side, lot):
        """Write the other's lot on the units that change hands. :return: their number"""
        line, part = side.line, side.number
        uom = line.product_id.uom_id
        if uom.compare(side.quantity, part.quantity) < 0:
            part.quantity = uom.round(part.quantity - side.quantity)
            part = part.create(
                {
                    "pos_order_line_id": line.id,
                    "lot_name": part.lot_name,
                    "lot_id": part.lot_id.id,
                    "quantity": side.quantity,
                    "origin": "later",
                }
            )
        return self.env["pos.number.correction"]._write_corrected(
            line, part, lot.name, lot, side.quantity
        )

    def _move_part(self, side, part):
        """Let the units leave with their new number, and those that kept theirs with the old."""
        line = side.line
        correction = self.env["pos.number.correction"]
        if not side.forward:
            correction._move_waiting(line, {part: side.quantity})
            return
        parts = {part: side.quantity}
        rest = line.product_id.uom_id.round(side.moved - side.quantity)
        if line.product_id.uom_id.compare(rest, 0) > 0:
            parts[side.number] = rest
        plan = correction._plan(line, parts)
        move = correction._transfer(
            line,
            side.forward.picking_type_id,
            side.forward.location_id,
            side.forward.location_dest_id,
            side.moved,
        )
        move._create_number_lines(plan, line)
        correction._do(move)
        line._update_moved_cost()
