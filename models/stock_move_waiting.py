from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..number.plan import Plan
from ..number.shop import Shop
from ..number.stock import STORED
from ..number.verdict import clean, get_verdict

# What says how many units of which sale wait, and where they go.
GUARDED_FIELDS = {
    "company_id",
    "product_id",
    "product_uom",
    "product_uom_qty",
    "location_id",
    "location_dest_id",
    "pos_numbers_waiting",
    "pos_numbers_line_id",
}


class JudgedMoves:
    """Moves that wait for numbers and are being done, for what is written on them was judged.

    Goes along in the context, as an object: no browser can send one.
    """

    KEY = "pos_numbers_judged"

    def __init__(self, moves):
        self.ids = set(moves.ids)

    @classmethod
    def has(cls, move):
        """Whether this move was judged."""
        judged = move.env.context.get(cls.KEY)
        return isinstance(judged, cls) and move.id in judged.ids


class StockMove(models.Model):
    """Units that wait for their number: no button, field or right makes them more or fewer.

    This holds for each user, the superuser as well. The add-on's own methods call `_stop_waiting`
    first: from then on it is a move like any other.
    """

    _inherit = "stock.move"

    pos_numbers_closed = fields.Boolean(
        string="Closed without Number",
        copy=False,
        readonly=True,
        help="Nobody will ever know the number of these units. Where the transfer is done, they "
        "took stock without number; where it is cancelled, there was none, and nothing moved.",
    )
    pos_numbers_back_qty = fields.Float(
        string="Closed and Refunded",
        digits="Product Unit",
        copy=False,
        readonly=True,
        help="How many of the closed units that moved nothing were refunded since, in the "
        "product's unit.",
    )

    def _compute_forecast_information(self):  # pylint: disable=missing-return
        """What waits for its number is not promised by what stock has of its product."""
        super()._compute_forecast_information()
        for move in self._waits_for_numbers():
            move.forecast_availability = 0.0
            move.forecast_expected_date = False

    # ----------------------------------------------------------------- own ways

    def _get_closed_open_quantity(self):
        """Closed units that were not refunded since, in the product's unit."""
        self.ensure_one()
        return self.product_id.uom_id.round(self.product_qty - self.pos_numbers_back_qty)

    def _waits_for_numbers(self):
        """The moves of these whose units wait for a number now."""
        return self.filtered(
            lambda move: (
                move.pos_numbers_waiting and move.state not in (False, "draft", "done", "cancel")
            )
        )

    def _write_unguarded(self, vals):
        """Write past the guard of `write`."""
        # As superuser: these fields are the server's own, see `pos.number.guard`.
        return super(StockMove, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _start_waiting(self, line):
        """Let a confirmed move without numbers wait for those of a sold line."""
        self.picked = False
        self.move_line_ids.unlink()
        self._write_unguarded({"pos_numbers_waiting": True, "pos_numbers_line_id": line.id})
        self._recompute_state()

    def _stop_waiting(self):
        """Turn moves that wait into ordinary ones, without any number on them."""
        self.move_line_ids.unlink()
        self._write_unguarded({"pos_numbers_waiting": False})

    def _wait_for_quantity(self, quantity):
        """Wait for so many units from now on, in the product's unit; for none any more at 0."""
        self.ensure_one()
        uom = self.product_id.uom_id
        self._stop_waiting()
        if uom.compare(quantity, 0) > 0:
            self.product_uom_qty = uom._compute_quantity(quantity, self.product_uom)
            self._write_unguarded({"pos_numbers_waiting": True})
            self._recompute_state()
        else:
            self._action_cancel()

    def _split(self, qty, restrict_partner_id=False):
        """What is split off goes on waiting: the units stay the same."""
        waiting = self._waits_for_numbers()
        if not waiting:
            return super()._split(qty, restrict_partner_id)
        # Not `_stop_waiting`: the numbers that are written on it stay.
        self._write_unguarded({"pos_numbers_waiting": False})
        vals_list = super()._split(qty, restrict_partner_id)
        self._write_unguarded({"pos_numbers_waiting": True})
        self._recompute_state()
        return [{**vals, "pos_numbers_waiting": True} for vals in vals_list]

    def _create_backorder(self):
        """As superuser: nobody else makes a move that waits, and what is left here has to."""
        waiting = self._waits_for_numbers()
        backorder = super(StockMove, waiting.sudo())._create_backorder().with_env(self.env)
        return backorder | super(StockMove, self - waiting)._create_backorder()

    # -------------------------------------------------------------------- guard

    def _get_waiting_advice(self):
        """What to do about units that wait, for whoever tries another way."""
        picking = self.picking_id[:1]
        return self.env._(
            "%(transfer)s waits for the Lot/Serial Numbers of %(order)s. Press Assign Numbers on "
            "the transfer, or open Lots/Serials to Assign; if nobody will ever know them, choose "
            "Close without Number there.",
            transfer=picking.name or self[:1].product_id.display_name,
            order=picking.sudo().pos_numbers_order_id.name
            or self[:1].sudo().pos_numbers_line_id.order_id.name
            or self.env._("a POS order"),
        )

    def _refuse_waiting(self, reason):
        """:raises UserError: some of these moves wait for numbers"""
        waiting = self._waits_for_numbers()
        if waiting:
            raise UserError(
                self.env._(
                    "%(reason)s\n%(advice)s", reason=reason, advice=waiting._get_waiting_advice()
                )
            )

    def write(self, vals):
        names = GUARDED_FIELDS & vals.keys()
        leaves = vals.get("state") in ("draft", "cancel")
        if names or leaves or vals.get("state") == "done" or "picking_id" in vals:
            for move in self._waits_for_numbers():
                ends = vals.get("state") == "done" and not JudgedMoves.has(move)
                if leaves or ends or any(move._is_changed(name, vals[name]) for name in names):
                    move._refuse_waiting(
                        self.env._("Units that wait for their number stay as they were sold.")
                    )
                picking = self.env["stock.picking"].browse(vals.get("picking_id"))
                if "picking_id" in vals and (
                    picking.sudo().pos_numbers_order_id
                    != move.picking_id.sudo().pos_numbers_order_id
                ):
                    move._refuse_waiting(
                        self.env._("Units that wait for their number stay with their POS order.")
                    )
        return super().write(vals)

    def _is_changed(self, name, value):
        """Whether a value that is written differs from what this field has."""
        field = self._fields[name]
        if field.type == "float":
            return bool(self.product_uom.compare(self[name], value or 0.0))
        value = value.id if isinstance(value, models.BaseModel) else value
        return field.convert_to_write(self[name], self) != (value or False)

    def _action_cancel(self):
        self._refuse_waiting(self.env._("What was sold cannot be cancelled here."))
        return super()._action_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_waiting(self):
        self._refuse_waiting(self.env._("What was sold cannot be deleted here."))

    def _update_candidate_moves_list(self, candidate_moves_set):  # pylint: disable=missing-return
        """What waits is not put together with anything."""
        super()._update_candidate_moves_list(candidate_moves_set)
        candidates = [
            moves.filtered(lambda move: not move.pos_numbers_waiting)
            for moves in candidate_moves_set
        ]
        candidate_moves_set.clear()
        candidate_moves_set.update(candidates)

    def _recompute_state(self):
        """What waits is never reserved nor ready: its units left the shop, and others see that."""
        waiting = self._waits_for_numbers()
        if waiting and not self.env.context.get("preserve_state"):
            waiting.filtered(lambda move: move.state != "confirmed").state = "confirmed"
        return super(StockMove, self - waiting)._recompute_state()

    # ---------------------------------------------------------- written by hand

    def _set_quantity_done_prepare_vals(self, qty):
        """A quantity that is typed picks no number: its lines have none until one is written."""
        if not self._waits_for_numbers():
            return super()._set_quantity_done_prepare_vals(qty)
        uom = self.product_id.uom_id
        wanted = self.product_uom._compute_quantity(qty, uom, round=False)
        added = uom.round(wanted - sum(self.move_line_ids.mapped("quantity_product_uom")))
        if uom.compare(added, 0) <= 0:
            return super()._set_quantity_done_prepare_vals(qty)
        is_serial = self.product_id.tracking == "serial"
        quantities = [1.0] * int(added) if is_serial else [added]
        return [
            (
                0,
                0,
                {
                    **self._prepare_move_line_vals(quantity=0),
                    "quantity": quantity,
                    "product_uom_id": uom.id,
                },
            )
            for quantity in quantities
        ]

    def _action_done(self, cancel_backorder=False):
        """Numbers written by hand on what waits pass the judgement of those that are assigned."""
        waiting = self._waits_for_numbers()
        plan = Plan()
        if waiting:
            if cancel_backorder:
                waiting._refuse_no_backorder()
            waiting._check_written_numbers(plan)
        judged = self
        if waiting:
            judged = self.with_context(**{JudgedMoves.KEY: JudgedMoves(waiting)})
        moves = super(StockMove, judged)._action_done(cancel_backorder=cancel_backorder)
        self._flag_written_numbers(plan)
        return moves.with_env(self.env)

    @api.model
    def _flag_written_numbers(self, plan):
        """Flag what is out of order with numbers that were written by hand and have moved."""
        for move_line, codes in plan.flags.items():
            move_line.exists().pos_number_id._flag_anew(codes, plan.evidence[move_line])

    def _refuse_no_backorder(self):
        """:raises UserError: units would be left that nothing waits for any more"""
        for move in self:
            done = move.quantity if move.picked else 0.0
            if move.product_uom.compare(done, move.product_uom_qty) < 0:
                move._refuse_waiting(
                    self.env._(
                        "%(product)s: the rest would be forgotten without a backorder.",
                        product=move.product_id.display_name,
                    )
                )

    def _check_written_numbers(self, plan):
        """Judge what somebody has written on these moves, as if it were assigned.

        :param Plan plan: gets the flags, of move lines, for their numbers are yet to be made
        :raises UserError: a line has no number, a number cannot be taken (with the reason), or
            there are more than units wait
        """
        seen, taken, earlier = set(), defaultdict(float), []
        for move in self.filtered(lambda move: move.picked and move.quantity > 0):
            written = move.move_line_ids.filtered(lambda line: line.picked and line.quantity > 0)
            if not written or move.product_id.tracking == "none":
                continue
            if any(not line.lot_id and not line.lot_name for line in written):
                raise UserError(
                    self.env._(
                        "A quantity does not say which number it was.\n%(advice)s",
                        advice=move._get_waiting_advice(),
                    )
                )
            uom = move.product_id.uom_id
            total = uom.round(sum(written.mapped("quantity_product_uom")))
            if uom.compare(total, move.product_qty) > 0:
                raise UserError(
                    self.env._(
                        "%(product)s: numbers for %(given)g units, with only %(open)g to assign.",
                        product=move.product_id.display_name,
                        given=total,
                        open=move.product_qty,
                    )
                )
            move.sudo()._judge_written(written.sudo(), seen, taken, earlier, plan)

    def _judge_written(self, written, seen, taken, earlier, plan):
        """See `_check_written_numbers`; as superuser.

        :param written: its move lines that have a number
        :param set seen: serials of the moves before
        :param taken: what the moves before take, see `_find_sources`
        :param list earlier: `(Ask, Verdict)` of the moves before; changed
        :param Plan plan: see `_check_written_numbers`
        """
        line = self._get_judged_line()
        correction = self.env["pos.number.correction"].with_company(line.company_id)
        self._read_written_names(written, line)
        quantities = {}
        for move_line in written:
            name = move_line.lot_id.name or move_line.lot_name
            quantities.setdefault(name, 0.0)
            quantities[name] += move_line.quantity_product_uom
        judged, verdicts = correction._judge_all(line, list(quantities.items()))
        lots = {name: row[2] for name, row in zip(quantities, judged, strict=True)}
        names = {name: row[0] for name, row in zip(quantities, judged, strict=True)}
        for move_line in written.filtered(lambda ml: not ml.lot_id):
            move_line.lot_id = lots[move_line.lot_name]  # Odoo knows no other spelling
            move_line.lot_name = names[move_line.lot_name]
        for position, (name, quantity, lot, message) in enumerate(judged):
            reason = message or self._judge_place(written, lot, line)
            key = (self.product_id, name)
            if not reason and self.product_id.tracking == "serial" and key in seen:
                reason = self.env._("This serial number is entered twice.")
            seen.add(key)
            judged[position] = (name, quantity, lot, reason)
        correction._raise_errors(judged)
        if self.product_id.tracking == "serial" and line.qty > 0:
            # Judged to be free: what a sale still holds of it has come back by a transfer.
            others = self.env["pos.pack.operation.lot"].search(
                [("lot_id", "in", written.lot_id.ids), ("holds", "=", True)]
            )
            (others - self.pos_numbers_line_id.pack_lot_ids).holds = False
        self._write_off_stale((line, lot, verdict.stale) for lot, verdict in verdicts.items())
        stock = correction._read_stock(line, written.lot_id, line.pack_lot_ids.browse())
        self._find_sources(written, line, taken, stock)
        shop = Shop.of(line.order_id.config_id.picking_type_id)
        for ask, verdict in earlier:
            stock.carry_out(ask, verdict, shop)
        by_name = written.grouped(lambda ml: ml.lot_id.name or ml.lot_name)
        for name, quantity, lot, _reason in judged:
            ask = correction._get_ask(line, lot, quantity)
            verdict = get_verdict(ask, stock, shop)
            plan.note_flags(by_name[lot.name or name][0], ask, verdict, stock, shop)
            stock.carry_out(ask, verdict, shop)
            earlier.append((ask, verdict))

    def _read_written_names(self, written, line):
        """What was scanned or typed as a name is read as everywhere: Odoo would keep the text.

        :raises UserError: a text is no number of this product, with the reason
        """
        Text, errors = self.env["pos.number.text"], []
        for move_line in written.filtered(lambda ml: not ml.lot_id):
            text = move_line.lot_name
            entry = Text._read_name(self.product_id, line.company_id, text)
            errors.append((text, 0.0, None, entry.message))
            if not entry.message and entry.name != text:
                move_line.lot_name = entry.name
        self.env["pos.number.correction"]._raise_errors(errors)

    def _find_sources(self, written, line, taken, stock):
        """Written numbers move from the owner and package that they lie with, as assigned ones do.

        Whoever has named an owner or a package is taken at his word.

        :param written: see `_judge_written`
        :param taken: `{what lies where and whose: quantity}` that others take of it; changed
        :param stock.Stock stock: what is known of the lots
        """
        named = written.filtered(lambda ml: ml.owner_id or ml.package_id)
        for ml in named:
            key = (
                ml.lot_id.id,
                ml.location_id.id,
                ml.package_id.id or None,
                ml.owner_id.id or None,
            )
            taken[key] += ml.quantity_product_uom
        for move_line in written - named:
            lot, left, parts = move_line.lot_id, move_line.quantity_product_uom, []
            for number, place in self._get_sources(move_line, line, stock):
                key = (number, place.location, place.package, place.owner)
                part = min(left, clean(place.quantity - taken[key]))
                if part > 0:
                    taken[key] += part
                    left = clean(left - part)
                    source = {
                        "location_id": place.location,
                        "package_id": place.package,
                        "owner_id": place.owner,
                    }
                    parts.append((part, source))
            if not parts:
                continue
            if left > 0:
                parts.append((left, {}))
            unit = {"product_uom_id": self.product_id.uom_id.id}
            for part, source in parts[1:]:
                self.env["stock.move.line"].create(
                    {
                        **self._prepare_move_line_vals(quantity=0),
                        "location_id": move_line.location_id.id,
                        "location_dest_id": move_line.location_dest_id.id,
                        "lot_id": lot.id,
                        "lot_name": move_line.lot_name,
                        "picked": True,
                        **unit,
                        **source,
                        "quantity": part,
                    }
                )
            part, source = parts[0]
            move_line.write({**source, **({**unit, "quantity": part} if len(parts) > 1 else {})})

    def _get_sources(self, move_line, line, stock):
        """Where a written number lies, and stock without number that it takes then.

        :return: list of (id of the lot, or `product` and its id; `number.stock.Place`)
        """
        lot, location = move_line.lot_id, move_line.location_id
        own = [place for place in stock.places.get(lot.id, ()) if place.location == location.id]
        first = self.env["pos.number.correction"]._get_ask(line, lot, 1.0).places
        own.sort(key=lambda place: (place.location, place.owner) not in first)
        sources = [(lot.id, place) for place in own]
        is_new = not lot or stock.is_new(lot.id)
        if line.qty > 0 and (is_new or self.product_id.tracking == "lot"):
            sources += [
                (("product", self.product_id.id), place)
                for place in stock.get_unnumbered(self.product_id.id)
                if place.usage in STORED and place.path.startswith(location.parent_path)
            ]
        return sources

    def _get_judged_line(self):
        """The line whose units these are; of a kit's component, a line as if it were sold alone, or
        came back alone of the kit's sale.
        """
        line = self.pos_numbers_line_id
        if line and line.product_id == self.product_id:
            return line.with_company(line.company_id)
        order = line.order_id or self.picking_id.pos_numbers_order_id
        sign = -1 if self.location_id.usage == "customer" else 1
        component = self.env["pos.order.line"].new(
            {
                "order_id": order.id,
                "company_id": order.company_id.id,
                "product_id": self.product_id.id,
                "qty": sign * self.product_qty,
                "refunded_orderline_id": line.refunded_orderline_id.id,
            }
        )
        return component.with_company(order.company_id)

    def _judge_place(self, written, lot, line):
        """Why a number cannot be taken from where it is written to lie, or False."""
        if not lot or line.qty < 0:
            return False
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "=", lot.id),
                ("quantity", ">", 0),
                ("location_id.usage", "in", ("internal", "transit")),
            ]
        )
        names = {lot.name, lot.display_name}
        own = written.filtered(lambda ml: ml.lot_id == lot or ml.lot_name in names)
        for location, move_lines in own.grouped("location_id").items():
            there = sum(
                quants.filtered(lambda q, at=location: q.location_id == at).mapped("quantity")
            )
            needed = sum(move_lines.mapped("quantity_product_uom"))
            others = quants.location_id - location
            if self.product_id.uom_id.compare(there, needed) < 0 and others:
                return self.env._(
                    "It lies in %(places)s, not in %(location)s.",
                    places=", ".join(others.mapped("display_name")),
                    location=location.display_name,
                )
        return False
