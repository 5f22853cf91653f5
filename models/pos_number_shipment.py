from collections import defaultdict

from markupsafe import Markup

from odoo import models


class PosNumberShipment(models.AbstractModel):
    """Writes back to sold lines which numbers really moved, where the sale could not know it."""

    _name = "pos.number.shipment"
    _description = "Shipment of Sold Lot/Serial Numbers"

    def _note(self, moves):
        """Note the numbers of done moves on the lines they were sold with, origin `later`.

        Two kinds of moves know their numbers only when they are done: deliveries of orders that
        ship later, and transfers that wait for numbers, when somebody writes them by hand. A
        number of the line that did not move gives way, as far as the line has more numbers than
        units then.

        :param moves: done moves; those of other documents are passed over
        """
        by_order = defaultdict(lambda: self.env["stock.move"])
        for move in moves:
            order = move.pos_numbers_line_id.order_id
            picking_order = move.picking_id.pos_order_id
            if not order and picking_order.shipping_date and move._crosses_to_customer():
                order = picking_order
            if order and move.has_tracking != "none":
                by_order[order] |= move
        for order, order_moves in by_order.items():
            self._note_order(order, order_moves)

    def _note_order(self, order, moves):
        before = {line: line.pack_lot_ids.mapped("lot_name") for line in order.lines}
        changed = order.lines.browse()
        returned = self.env["stock.lot"]
        for move in moves:
            lines = self._get_lines(order, move)
            for move_line in move.move_line_ids:
                if move_line.lot_id and not move_line.pos_number_id and lines:
                    self._note_move_line(lines, move_line)
                    changed |= lines
                    if lines[0].qty < 0:
                        returned |= move_line.lot_id
        self._free_returned(returned, changed)
        for line in changed:
            self._drop_surplus(line)
        changed = changed.filtered(
            lambda line: line.pack_lot_ids.mapped("lot_name") != before[line]
        )
        if changed:
            # Tills read lines that were written since they last asked.
            changed.write({"numbers_locked": True})
            self._post(order, changed, before)
        shipped = order.lines.filtered(lambda line: line.product_id in moves.product_id)
        # Of a kit, the numbers of its parts have moved.
        shipped |= moves.move_line_ids.pos_number_id.pos_order_line_id & order.lines
        self.env["pos.number.warranty"]._update(shipped)

    def _get_lines(self, order, move):
        """Sold (or returned) lines whose units a move may be."""
        if move.pos_numbers_line_id:
            return move.pos_numbers_line_id
        is_return = move.location_id.usage == "customer"
        lines = order.lines.filtered(lambda line: (line.qty < 0) == is_return)
        own = lines.filtered(lambda line: line.product_id == move.product_id)
        if own or not ("bom_line_id" in move and move.bom_line_id):
            return own
        # A component that ships later belongs to the line of its kit.
        return lines.filtered(lambda line: line._has_component(move.bom_line_id))

    def _note_move_line(self, lines, move_line):
        """Link a move line to the number it moved; create that number on the line if it is new."""
        lot, left = move_line.lot_id, move_line.quantity_product_uom
        uom = move_line.product_id.uom_id
        for number in lines.pack_lot_ids.filtered(lambda number: number.lot_id == lot):
            open_quantity = uom.round(number.quantity - number._get_moved_quantity())
            if uom.compare(open_quantity, 0) > 0:
                move_line.pos_number_id = move_line.pos_number_id or number
                self._free_of_refusal(number)
                left = uom.round(left - open_quantity)
            if uom.compare(left, 0) <= 0:
                return
        for position, line in enumerate(lines):
            room = uom.round(
                line._get_asked_number_quantity()
                - sum(number._get_moved_quantity() for number in line.pack_lot_ids)
            )
            is_last = position == len(lines) - 1
            take = left if is_last else min(left, max(room, 0.0))
            if uom.compare(take, 0) <= 0:
                continue
            same = line.pack_lot_ids.filtered(lambda number: number.lot_id == lot)[:1]
            if same and lot.product_id.tracking == "lot":
                # It left from several places.
                same.quantity = uom.round(same.quantity + take)
                move_line.pos_number_id = move_line.pos_number_id or same
                left = uom.round(left - take)
                if uom.compare(left, 0) <= 0:
                    return
                continue
            number = line.pack_lot_ids.create(
                {
                    "pos_order_line_id": line.id,
                    "lot_name": lot.name,
                    "lot_id": lot.id,
                    "quantity": take,
                    "origin": "later",
                }
            )
            move_line.pos_number_id = move_line.pos_number_id or number
            if line.qty > 0 and line.product_id.tracking == "serial" and not number._try_hold():
                holder = number.search([("lot_id", "=", lot.id), ("holds", "=", True)])
                shipped = {"situation": "shipped", "holder": holder.id, "quantity": take}
                number._add_flags("duplicate", evidence={"duplicate": shipped})
            left = uom.round(left - take)
            if uom.compare(left, 0) <= 0:
                return

    def _free_returned(self, lots, lines):
        """Serials that came back are not held by their sale any more, whichever it was.

        :param lines: those that took them back
        """
        if lots:
            numbers = self.env["pos.pack.operation.lot"]
            holders = numbers.search([("lot_id", "in", lots.ids), ("holds", "=", True)])
            holders.holds = False
            self.env["pos.number.warranty"]._end_released(holders, lines)

    def _free_unshipped(self, moves):
        """Serials of orders that ship later are free once no delivery is to bring them any more.

        :param moves: moves that were cancelled, or done without a backorder; those of other
            documents are passed over
        """
        for move in moves:
            order = move.picking_id.pos_order_id
            if not order.shipping_date or move.product_id.tracking != "serial":
                continue
            # Also an earlier step: the last one may not be made yet.
            due = order.picking_ids.move_ids.filtered(
                lambda other, move=move: (
                    other.product_id == move.product_id and other.state not in ("done", "cancel")
                )
            )
            if not due:
                numbers = order.lines.filtered(
                    lambda line, move=move: line.product_id == move.product_id
                ).pack_lot_ids
                numbers.filtered(
                    lambda number: number.holds and not number._has_moved()
                ).holds = False

    def _free_of_refusal(self, number):
        """A number that was refused at the sale, and has left all the same, is the sale's now."""
        if number._is_refused():
            number._mark_corrected()
        line = number.pos_order_line_id
        if line.qty > 0 and line.product_id.tracking == "serial" and not number.holds:
            number._try_hold()

    def _drop_surplus(self, line):
        """Remove numbers that did not move, as far as the line has more numbers than units."""
        uom = line.product_id.uom_id
        surplus = uom.round(
            sum(line.pack_lot_ids.mapped("quantity")) - line._get_asked_number_quantity()
        )
        for number in reversed(line.pack_lot_ids):
            if uom.compare(surplus, 0) <= 0:
                return
            idle = uom.round(number.quantity - number._get_moved_quantity())
            given_up = min(idle, surplus)
            if uom.compare(given_up, 0) <= 0:
                continue
            surplus = uom.round(surplus - given_up)
            if uom.compare(given_up, number.quantity) >= 0:
                number.unlink()
            else:
                number.quantity = uom.round(number.quantity - given_up)

    def _post(self, order, lines, before):
        """Post in the order's chatter which numbers its lines have now."""
        none = self.env._("none")
        rows = [
            self.env._(
                "%(product)s: %(before)s → %(after)s",
                product=line.product_id.display_name,
                before=", ".join(filter(None, before[line])) or none,
                after=", ".join(line.pack_lot_ids.mapped("lot_name")) or none,
            )
            for line in lines
        ]
        order.message_post(
            body=Markup("%s<ul>%s</ul>")
            % (
                self.env._("Lot/Serial Numbers as they were shipped:"),
                Markup("").join(Markup("<li>%s</li>") % row for row in rows),
            ),
            subtype_id=self.env["pos.number.trace"]._get_subtype_id(),
        )
