from odoo import models
from odoo.exceptions import UserError


class PosNumberCorrection(models.AbstractModel):
    """Takes numbers off paid orders again, and swaps the numbers of two orders."""

    _inherit = "pos.number.correction"

    # ------------------------------------------------------------------------ release

    def _release(self, number):
        """Take a number off its paid line: its units wait for a number again.

        What it moved comes back to where it lay, and a serial is free to be sold. A number that
        has moved nothing yet is just taken off.

        :param number: one number
        :raises AccessError: see `_check_caller`
        :raises UserError: with the reason: it has come back or moved on
        """
        number.ensure_one()
        acting, line = self._enter(number.pos_order_line_id)
        acting._release_number(line, number.sudo())

    def _release_number(self, line, number):
        """See `_release`; as superuser."""
        self._check_number(line, number)
        self._check_release(line, number)
        with self._change({line: self.env._("Lot/Serial Number released")}):
            if not number._is_refused():
                # A serial that did not come back after all is with its sale's customer again.
                self._give_hold_back(line, number)
            was = self._take_back(line, number)
            number.unlink()
            if was.move:
                self._wait_again(line, was)

    def _check_release(self, line, number):
        """:raises UserError: this number cannot be taken off, with the reason"""
        if number._has_moved():
            self._check_still_there(number)
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

    def _wait_again(self, line, was):
        """What was taken back waits for a number, and counts with the product's cost until then.

        :param was: see `_take_back`
        :return: the move that waits, if any
        """
        if not line.waiting_number_qty and (line.cost_estimates or not line._get_kit_moves()):
            line.cost_estimates = line._estimate_costs()
        quantity, product = was.quantity, was.move.product_id
        if line.qty < 0:
            quantity = line._cancel_waiting_sale(quantity, product)
        move = was.move.browse()
        if product.uom_id.compare(quantity, 0) > 0:
            move = self._transfer_as(line, was, quantity)
            move._start_waiting(line)
        line._update_moved_cost()
        return move

    # ----------------------------------------------------------------------- exchange

    def _find_other(self, number, name):
        """The number of another order that keeps this one from being corrected to a name.

        :return: the number that holds that serial, of the same product and company; or none
        """
        number = number.sudo()
        line = number.pos_order_line_id
        product = number._get_own_product()
        found = self.env["stock.lot"]._find_by_names(product.ids, [name], line.company_id)
        lot = found.get((product.id, name))
        if not lot or product.tracking != "serial" or not number.lot_id:
            return number.browse()
        other = self._find_holder(lot)
        if other.order_id == number.order_id or other.order_id.company_id != line.company_id:
            return number.browse()
        return other

    def _find_holder(self, lot):
        """:return: the number of the sale that has a serial, if any"""
        return self.env["pos.pack.operation.lot"].search(
            [("lot_id", "=", lot.id), ("holds", "=", True)]
        )

    def _exchange(self, number, other, quantity=None):
        """Swap the numbers of two orders of one product: their boxes were handed out crosswise.

        Both come back to where they lay, and each leaves with the other order. What has not moved
        yet does so later, or moves now when it had waited.

        :param number: one number, and the one of another line that it is swapped with
        :param quantity: of lots, how many units; None: as many as both have
        :return: the two numbers as they are now, in this order
        :raises AccessError: see `_check_caller`
        :raises UserError: with the reason: one of them has come back or moved on
        """
        number.ensure_one()
        other.ensure_one()
        _acting, other_line = self._enter(other.pos_order_line_id)
        acting, line = self._enter(number.pos_order_line_id)
        return acting._exchange_numbers({number.sudo(): line, other.sudo(): other_line}, quantity)

    def _exchange_numbers(self, pair, quantity):
        """See `_exchange`; as superuser.

        :param pair: `{number: its line}` of both
        """
        for number, line in pair.items():
            self._check_number(line, number)
        self._check_pair(pair)
        if quantity is None:
            quantity = min(self._get_exchangeable(line, number) for number, line in pair.items())
        for number, line in pair.items():
            self._check_exchangeable(line, number, quantity)
        both = next(iter(pair)).union(*pair)
        lots = {number: (both - number).lot_id for number in pair}
        titles = {
            line: self.env._(
                "Lot/Serial Number exchanged with %(order)s", order=(both - number).order_id.name
            )
            for number, line in pair.items()
        }
        with self._change(titles):
            was = {number: self._take_back(line, number) for number, line in pair.items()}
            both.holds = False
            both.flush_recordset(["holds"])
            for number, line in pair.items():
                judged = self._judge(line, [(lots[number].name, quantity)], both)
                self._raise_errors(judged)
            parts = {
                number: self._rename_part(line, number, quantity, lots[number])
                for number, line in pair.items()
            }
            for number, line in pair.items():
                moving = {parts[number]: quantity}
                # Units that keep their number leave with it again.
                rest = line.product_id.uom_id.round(was[number].quantity - quantity)
                if line.product_id.uom_id.compare(rest, 0) > 0:
                    moving[number] = rest
                self._move(line, moving, was[number])
            for number, line in pair.items():
                if line.qty < 0:
                    # When each has given back what it had: both came back.
                    self._take_hold(line, {parts[number]: quantity})
        return tuple(parts.values())

    def _check_pair(self, pair):
        """:raises UserError: these two cannot be swapped, whatever has become of them"""
        number, other = [*pair, *pair][:2]
        line, other_line = pair[number], pair[other]
        if line == other_line or number.lot_id == other.lot_id:
            raise UserError(self.env._("There is nothing to exchange between these two."))
        is_same = number._get_own_product() == other._get_own_product()
        if not is_same or line.company_id != other_line.company_id:
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

    def _rename_part(self, line, number, quantity, lot):
        """Write the other's lot on the units that change hands. :return: their number"""
        uom = line.product_id.uom_id
        part = number
        if uom.compare(quantity, number.quantity) < 0:
            number.quantity = uom.round(number.quantity - quantity)
            part = number.create(
                {
                    "pos_order_line_id": line.id,
                    "lot_name": number.lot_name,
                    "lot_id": number.lot_id.id,
                    "quantity": quantity,
                    "origin": "later",
                }
            )
        return self._write_corrected(line, part, lot.name, lot, quantity)
