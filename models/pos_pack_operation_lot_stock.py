from collections import defaultdict

import psycopg2.errors

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from ..number import facts
from ..number.name import find_closest
from ..number.verdict import NOT_LEFT, clean


class PosPackOperationLot(models.Model):
    """What has moved of a number and come back, and which sale holds a serial."""

    _inherit = "pos.pack.operation.lot"

    def _get_returned_quantity(self, before=None):
        """How much of each sold number tills have taken back.

        :param before: a refund line that is paid: only what came back before it counts
        :return: `{number: quantity}`, product's unit
        """
        returned = dict.fromkeys(self, 0.0)
        moment = before._get_moment() if before and before.numbers_locked else None
        for line, numbers in self.grouped("pos_order_line_id").items():
            refunds = line.refund_orderline_ids.filtered(
                lambda refund: (
                    refund.order_id.state not in ("draft", "cancel")
                    and refund.numbers_locked
                    and (moment is None or refund._get_moment() < moment)
                )
            )
            for number, sold in numbers._match(refunds.pack_lot_ids).items():
                returned[sold] += number.quantity
        return returned

    def _get_quantity_given_back(self):
        """As `_get_returned_quantity`, with serials that came back under another receipt or none.

        What a transfer of Inventory brought back is still to be paid back: it does not count.
        """
        returned = self._get_returned_quantity()
        released = self.filtered(
            lambda number: (
                not returned[number]
                and number._was_released()
                and (number._has_moved() or number._will_move())
            )
        )
        by_transfer = released._get_quantity_returned_by_transfer() if released else {}
        for number in released:
            if number not in by_transfer:
                returned[number] = number.quantity
        return returned

    def _get_quantity_returned_by_transfer(self, before=None, came_back=None):
        """How much of each sold number came back by transfers of Inventory: *Return* there.

        Such a transfer names the lot, not the sale. Of a lot that one move brought to several
        sales (all of a session, at closing), it came back of one as far as customers do not have
        it of the others.

        :param before: see `_get_returned_quantity`
        :param came_back: `{number: quantity}` that tills take back at this moment
        :return: `{number: quantity}`, product's unit; without those of which nothing did
        """
        result = defaultdict(float)
        came_back = came_back or {}
        for move in self.move_line_ids.move_id:
            back = move._get_quantity_returned_by_lot()
            if not any(back.values()):
                continue
            moved = defaultdict(lambda: defaultdict(float))
            for move_line in move.move_line_ids.filtered("pos_number_id"):
                if move_line.state == "done":
                    moved[move_line.lot_id][move_line.pos_number_id] += (
                        move_line.quantity_product_uom
                    )
            for number in self:
                shares = moved[number.lot_id]
                if number not in shares or not back.get(number.lot_id):
                    continue
                others = self.browse().union(*shares) - number
                with_others = 0.0
                for other, returned in others._get_returned_quantity(before).items():
                    kept = other._get_moved_quantity() - returned - came_back.get(other, 0.0)
                    with_others += max(0.0, min(shares[other], kept))
                quantity = clean(min(back[number.lot_id] - with_others, shares[number]))
                if quantity > 0:
                    result[number] += quantity
        return dict(result)

    def _get_own_product(self):
        """The product that the number is of: of a kit's part, the part."""
        self.ensure_one()
        return self.lot_id.product_id or self.product_id

    def _was_released(self):
        """Whether this serial was sold with it and left it again, whatever names that sale: it came
        back without a receipt, or another document has sent it on. Of history and of a kit's parts
        that is unknown, and the answer is no.
        """
        self.ensure_one()
        return bool(
            self.lot_id
            and self.quantity
            and self.product_id.tracking == "serial"
            and self._get_own_product() == self.product_id
            and not self.holds
            and not self._is_history()
            and not self.waits_because
            and "duplicate" not in self._get_flag_codes()
            # Until its session is closed nothing says that it is to wait, and so never held it.
            and (not self._will_move() or self._was_taken_back())
        )

    def _was_taken_back(self):
        """Whether this serial has left and come back by what its session is yet to move."""
        self.ensure_one()
        lot = self.lot_id.id
        stock = facts.read(self.sudo().env, [lot])
        outcome, holder = stock.outcomes.get(self.id), stock.holders.get(lot)
        return bool(outcome and outcome.takes and (not holder or holder.number != self.id))

    def _find_last_sale(self, lot, before=None):
        """The sale that has a serial if these numbers of a return are none of it: the last one, if
        nothing has brought it back since.

        :param lot: stock.lot
        :param before: a paid line: what was paid later does not count
        :return: its number, or none
        """
        moment = before and before._get_moment()
        rows = (self.search([("lot_id", "in", lot.ids)]) - self).filtered(
            lambda number: (
                number.order_id.state not in ("draft", "cancel")
                and not (moment and number.pos_order_line_id._get_moment() > moment)
                and number.pos_order_line_id.numbers_locked
                and number.quantity
                and not number._is_refused()
                and (
                    number.pos_order_line_id.qty < 0
                    or not number.waits_because
                    or number._has_moved()
                )
            )
        )
        # Of history nobody knows when in its day it was paid.
        last = rows.sorted(
            lambda number: (
                number.pos_order_line_id.numbers_paid_at or 0.0,
                number.date_order,
                *number.pos_order_line_id._get_moment(),
            )
        )[-1:]
        line = last.pos_order_line_id
        if line.qty <= 0 or line.refund_orderline_ids.pack_lot_ids & rows:
            return self.browse()
        # A kit holds nothing.
        return last.filtered(lambda number: number._get_own_product() == number.product_id)

    def _match(self, others):
        """Find for each of the others the one of these numbers that has its lot, else its name.

        Names are compared as those of lots, see `find_closest`.

        :param others: numbers of other lines of the same product
        :return: `{other: number}`, without those that stand for none of these
        """
        # Of one that a sale names twice, the first moves, and the others are refused.
        best_last = self[::-1].sorted(lambda number: not number._is_refused())
        by_lot = {number.lot_id: number for number in best_last if number.lot_id}
        by_name = {number.lot_name: number for number in best_last if number.lot_name}
        named = list(by_name.items())
        matches = {
            other: by_lot.get(other.lot_id)
            or by_name.get(other.lot_name)
            or find_closest(other.lot_name, named)
            for other in others
            if not other._stands_for_unshipped()
        }
        return {other: number for other, number in matches.items() if number}

    def _stands_for_unshipped(self):
        """Whether it is of a return whose sale did not name it and had not left: less was shipped.
        That the delivery brought the same number afterwards does not make it one that came back.
        """
        self.ensure_one()
        return (
            self.waits_because == NOT_LEFT
            and "not_sold" in self._get_flag_codes()
            and not self._has_moved()
        )

    def _has_never_left(self):
        """Whether it was sold and never moved. Of history that is unknown, and the answer is no."""
        self.ensure_one()
        return not self._has_moved() and not self._is_history()

    def _will_move(self):
        """Known, not refused, and its session moves it when it closes."""
        self.ensure_one()
        line = self.pos_order_line_id
        return bool(self.lot_id) and not self._is_refused() and line._moves_at_closing()

    def _get_customer_places(self):
        """Where the sale brought this number: frozenset of (location id, owner id or None)."""
        self.ensure_one()
        return frozenset(
            (line.location_dest_id.id, line.owner_id.id or None)
            for line in self.move_line_ids
            if line.state == "done" and line.location_dest_id.usage == "customer"
        )

    def _has_moved(self):
        return any(line.state == "done" for line in self.move_line_ids)

    def _get_moved_quantity(self):
        """What of this number has moved, in the product's unit."""
        self.ensure_one()
        return sum(line.quantity_product_uom for line in self.move_line_ids if line.state == "done")

    def _get_open_quantity(self, idle):
        """The quantity that has not moved and that closing the session will not move either.

        :param idle: numbers of its line that move nothing, see `_get_idle_numbers`
        :return: quantity in the product's unit
        """
        self.ensure_one()
        if self in idle:
            return self.quantity
        line = self.pos_order_line_id
        if line._moves_at_closing() or self in line._get_settled_numbers():
            return 0.0
        return max(0.0, self.product_id.uom_id.round(self.quantity - self._get_moved_quantity()))

    def _try_hold(self):
        """Let these numbers hold their serials. Only one sale can hold a serial: a unique index.

        :return: the numbers that got their serial
        """
        if not self:
            return self
        try:
            with self.env.cr.savepoint():
                self._write_unique("holds", dict.fromkeys(self, True))
            return self
        except psycopg2.errors.UniqueViolation:
            # Another sale holds at least one of them.
            self.invalidate_recordset(["holds"])
        if len(self) == 1:
            return self.browse()
        return self.browse().concat(*(number._try_hold() for number in self))

    def _write_unique(self, name, values):
        """Write what another transaction may have taken this very moment.

        Past the ORM, which would log the answer of the unique index as a fault.

        :param name: a field with a unique index
        :param values: `{number: value}`
        :raises psycopg2.errors.UniqueViolation: another has one of the values
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE pos_pack_operation_lot number
                   SET %(name)s = wanted.value
                  FROM UNNEST(%(ids)s, %(values)s) AS wanted(id, value)
                 WHERE number.id = wanted.id
                """,
                name=SQL.identifier(name),
                ids=[number.id for number in values],
                values=list(values.values()),
            ),
            log_exceptions=False,
        )
        for number, value in values.items():
            self._fields[name]._update_cache(number, value)

    def _claim_new_lots(self, claims):
        """Note for which numbers a lot is created, so that two tills never create the same one.

        :param claims: `{number: "company:product:name"}`, ids and the name in lower case
        :raises ConcurrencyError: another till has just created one of these lots: Odoo runs the
            request again, which then finds it (odoo/service/model.py, `retrying`)
        """
        # A lot that was deleted or renamed since may be created again.
        self.search([("new_lot_key", "in", list(claims.values()))]).new_lot_key = False
        self.env["pos.pack.operation.lot"].flush_model(["new_lot_key"])
        try:
            with self.env.cr.savepoint():
                self._write_unique("new_lot_key", claims)
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("the lot is being created by another till") from error
