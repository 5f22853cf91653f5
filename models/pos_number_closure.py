from odoo import models
from odoo.exceptions import UserError

MAX_REASON_LENGTH = 500


class PosNumberClosure(models.AbstractModel):
    """Ends the waiting of units whose number nobody will ever know, and takes that back.

    What becomes of the stock: the units have left the shop (or came back), so they take stock
    without number along, as far as there is any where they lay. Where there is none, nothing
    moves: some number on the books is not on the shelf, and a count finds out which. Such units
    count as closed, not as waiting; other documents may then reserve what the books show.
    """

    _name = "pos.number.closure"
    _description = "Closing of Sold Units without Number"

    # ------------------------------------------------------------------------ closing

    def _close(self, lines, reason, quantity=None):
        """Close units of paid lines without number.

        :param lines: lines of which units wait
        :param str reason: why nobody will know their numbers; it is told in the orders' chatter
        :param quantity: of a single line that is no kit, how many units, in the product's unit;
            None closes all that wait
        :raises AccessError: see `pos.number.correction._check_caller`
        :raises UserError: no reason, nothing waits, or fewer units than that
        """
        correction = self.env["pos.number.correction"]
        correction._check_caller(lines)
        reason = (reason or "").replace("\x00", "").strip()[:MAX_REASON_LENGTH]
        if not reason:
            raise UserError(self.env._("Say why nobody will know these numbers."))
        # Checked above, see `pos.number.correction._enter`.
        for line in lines.sudo():
            line = line.with_company(line.company_id)  # noqa: PLW2901
            shares = self._share_out(line, quantity)
            with self.env.cr.savepoint():
                moved = sum(self._close_move(line, move, share) for move, share in shares.items())
                self._post(
                    line,
                    self.env._("Closed without Lot/Serial Number"),
                    sum(shares.values()),
                    [
                        (self.env._("Reason"), reason),
                        (self.env._("Left stock without number"), f"{moved:g}"),
                    ],
                )

    def _share_out(self, line, quantity):
        """:return: `{waiting move: quantity to close}`, in the unit of the move's product"""
        moves = line.waiting_move_ids._waits_for_numbers()
        if quantity is None:
            shares = {move: move.product_qty for move in moves}
        else:
            uom = line.product_id.uom_id
            if moves.product_id - line.product_id:
                raise UserError(self.env._("All units of a kit that wait are closed at once."))
            if uom.compare(quantity, 0) <= 0:
                raise UserError(self.env._("The quantity must be more than zero."))
            if line.product_id.tracking == "serial" and uom.compare(quantity, round(quantity)):
                raise UserError(self.env._("A serial number stands for exactly one unit."))
            left, shares = quantity, {}
            for move in moves:
                share = min(left, move.product_qty)
                if uom.compare(share, 0) > 0:
                    shares[move] = share
                    left = uom.round(left - share)
            if uom.compare(left, 0) > 0:
                raise UserError(
                    self.env._(
                        "%(product)s in %(order)s: at most %(open)g can be closed without number.",
                        product=line.product_id.display_name,
                        order=line.order_id.name,
                        open=sum(moves.mapped("product_qty")),
                    )
                )
        if not shares:
            raise UserError(
                self.env._(
                    "%(product)s in %(order)s: nothing waits for a number.",
                    product=line.product_id.display_name,
                    order=line.order_id.name,
                )
            )
        return shares

    def _close_move(self, line, move, quantity):
        """Close so many units of a move that waits, in its product's unit.

        :return: how many of them left stock without number
        """
        uom = move.product_id.uom_id
        takes = self._find_unnumbered(move, quantity)
        moved = uom.round(sum(taken for _quant, taken in takes))
        rest = uom.round(quantity - moved)
        if takes:
            part = self.env["pos.number.correction"]._isolate(move, moved)
            part._stop_waiting()
            self._move_without_number(part, takes)
            line._update_moved_cost()
        if uom.compare(rest, 0) > 0:
            part = move
            if uom.compare(rest, move.product_qty) < 0:
                part = move.create(move._split(rest))
                part._action_confirm(merge=False)
            part._stop_waiting()
            part._action_cancel()
            part.pos_numbers_closed = True
        return moved

    def _find_unnumbered(self, move, quantity):
        """Stock without number where these units lay: `[(quant, quantity)]`, oldest first.

        Nothing where Odoo values each lot on its own: there, stock without lot has no value.
        """
        if move.product_id.lot_valuated:
            return []
        uom, takes = move.product_id.uom_id, []
        for quant in self.env["stock.quant"].search(
            [
                ("product_id", "=", move.product_id.id),
                ("lot_id", "=", False),
                ("location_id", "child_of", move.location_id.id),
                ("quantity", ">", 0),
                ("company_id", "in", (False, move.company_id.id)),
            ],
            order="in_date, id",
        ):
            taken = min(quantity, quant.quantity)
            if uom.compare(taken, 0) <= 0:
                break
            takes.append((quant, taken))
            quantity = uom.round(quantity - taken)
        return takes

    def _move_without_number(self, move, takes):
        """Carry a confirmed move out without any number; it is alone in its transfer."""
        self.env["stock.move.line"].create(
            [
                {
                    **move._prepare_move_line_vals(),
                    "quantity": taken,
                    "product_uom_id": move.product_id.uom_id.id,
                    "location_id": quant.location_id.id,
                    "package_id": quant.package_id.id,
                    "owner_id": quant.owner_id.id,
                    "picked": True,
                }
                for quant, taken in takes
            ]
        )
        self._do(move)

    def _do(self, move):
        """Carry a move out whose lines have no number.

        Odoo asks for one where the operation type uses lots; of a move without operation type it
        does not, see `stock.move.line._exclude_requiring_lot` as well.
        """
        kind = move.picking_type_id
        move.write({"picking_type_id": False, "pos_numbers_closed": True})
        self.env["pos.number.correction"]._do(move)
        move.picking_type_id = kind

    # ---------------------------------------------------------------------- reopening

    def _reopen(self, lines):
        """Let units wait again that were closed; what left without number comes back first.

        :raises AccessError: see `pos.number.correction._check_caller`
        :raises UserError: nothing was closed, or it has come back from the customer since
        """
        self.env["pos.number.correction"]._check_caller(lines)
        for line in lines.sudo():
            line = line.with_company(line.company_id)  # noqa: PLW2901
            closed = line.waiting_move_ids.filtered(
                lambda move: move.pos_numbers_closed and move._get_closed_open_quantity() > 0
            )
            if not closed:
                raise UserError(
                    self.env._(
                        "%(product)s in %(order)s: no unit is closed that could wait again.",
                        product=line.product_id.display_name,
                        order=line.order_id.name,
                    )
                )
            with self.env.cr.savepoint():
                quantity = sum(self._reopen_move(line, move) for move in closed)
                self._post(line, self.env._("Waits for Lot/Serial Numbers again"), quantity, [])

    def _reopen_move(self, line, move):
        """:return: units of the move that wait again"""
        quantity = move._get_closed_open_quantity()
        if move.state == "done":
            self._bring_back(line, move)
            move.pos_numbers_closed = False
            line._update_moved_cost()
        elif move.pos_numbers_back_qty:
            move.product_uom_qty = move.product_id.uom_id._compute_quantity(
                move.pos_numbers_back_qty, move.product_uom
            )
        else:
            move.pos_numbers_closed = False
        again = self._copy_move(move, quantity, move.location_id, move.location_dest_id)
        again.write({"pos_numbers_waiting": True, "pos_numbers_line_id": line.id})
        again._action_confirm(merge=False)
        return quantity

    def _copy_move(self, move, quantity, source, destination):
        """A draft move like this one, alone in a transfer of the same order."""
        order = move.pos_numbers_line_id.order_id
        kind = move.picking_id.picking_type_id
        if source != move.location_id:
            is_return = move.location_id.usage != "customer"
            kind, _source, _destination = self.env["stock.picking"]._get_pos_transfer_route(
                order.config_id.picking_type_id, source.id, not is_return
            )
        picking = self.env["stock.picking"]._create_for_numbers(
            order, kind, source.id, destination.id
        )
        uom = move.product_id.uom_id
        return move.copy(
            {
                "picking_id": picking.id,
                "picking_type_id": kind.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "product_uom": uom.id,
                "product_uom_qty": quantity,
                "move_line_ids": [],
                "state": "draft",
            }
        )

    def _bring_back(self, line, move):
        """What left without number comes back to where it lay.

        :raises UserError: it is not where this sale brought it
        """
        uom = move.product_id.uom_id
        there = self.env["stock.quant"].search(
            [
                ("product_id", "=", move.product_id.id),
                ("lot_id", "=", False),
                ("location_id", "=", move.location_dest_id.id),
                ("quantity", ">", 0),
            ]
        )
        if uom.compare(sum(there.mapped("quantity")), move.product_qty) < 0:
            raise UserError(
                self.env._(
                    "%(product)s in %(order)s: these units have come back or moved on since.",
                    product=move.product_id.display_name,
                    order=line.order_id.name,
                )
            )
        back = self._copy_move(move, move.product_qty, move.location_dest_id, move.location_id)
        back.write({"origin_returned_move_id": move.id, "pos_numbers_line_id": line.id})
        back._action_confirm(merge=False)
        back.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            [
                {
                    **back._prepare_move_line_vals(),
                    "quantity": move_line.quantity_product_uom,
                    "product_uom_id": uom.id,
                    "location_dest_id": move_line.location_id.id,
                    "owner_id": move_line.owner_id.id,
                    "package_id": move_line.result_package_id.id,
                    "result_package_id": move_line.package_id.id,
                    "picked": True,
                }
                for move_line in move.move_line_ids
            ]
        )
        self._do(back)
        back.pos_numbers_closed = False

    # ------------------------------------------------------------------------- record

    def _post(self, line, title, quantity, details):
        """Tell in the order's chatter what became of units of a line, and by whom."""
        rows = [(self.env._("Units"), f"{quantity:g}"), *details]
        self.env["pos.number.correction"]._post(line, title, rows)
