from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..number import facts
from ..number.name import MAX_NAME_LENGTH, clean_name, fold_name
from ..number.plan import Plan
from ..number.verdict import Ask, get_verdict

SHOWN_ERRORS = 10


class PosNumberCorrection(models.AbstractModel):
    """Gives numbers to units that were sold without, and replaces wrong ones, after payment.

    The only way to change the numbers of a paid order. Callers are inventory users and Point of
    Sale managers of the order's company; they need no rights on orders or accounting beyond.
    """

    _name = "pos.number.correction"
    _description = "Correction of Sold Lot/Serial Numbers"

    # ------------------------------------------------------------------------- rights

    def _check_caller(self, lines):
        """Only inventory users and Point of Sale managers change the numbers of paid orders.

        :raises AccessError: the user has neither right, or not in the company of the sale
        """
        if self.env.su:
            return
        user = self.env.user
        if not user.has_group("stock.group_stock_user") and not user.has_group(
            "point_of_sale.group_pos_manager"
        ):
            raise AccessError(
                self.env._("Only inventory users assign Lot/Serial Numbers to paid orders.")
            )
        lines.check_access("read")
        # Whose company it is does not depend on what the caller may read.
        if lines.sudo().company_id - self.env.companies:
            raise AccessError(self.env._("This sale belongs to another company."))

    # ---------------------------------------------------------------------- judgement

    def _judge(self, line, entries, replaced=None, anywhere=False):
        """What each entry stands for, and what speaks against it. Changes nothing.

        :param line: one sold or returned line, as superuser
        :param entries: list of (name, quantity), quantity in the product's unit
        :param replaced: the number that gives way, when one is corrected
        :param anywhere: also take numbers that lie in another warehouse
        :return: list of (name, quantity, lot or empty when it is to be created, message or False),
            in the order of the entries
        """
        product = line.product_id
        names = [(name or "").replace("\x00", "").strip() for name, _quantity in entries]
        usable = {name for name in names if 0 < len(clean_name(name)) <= MAX_NAME_LENGTH}
        Lot = self.env["stock.lot"]
        found = Lot._find_by_names([product.id], usable, line.company_id)
        foreign = Lot._find_names_of_other_products(
            {(product.id, name) for name in usable if (product.id, name) not in found},
            line.company_id,
        )
        lots = Lot.union(*found.values())
        stock = self._read_stock(line, lots, replaced or line.pack_lot_ids.browse())
        shop = facts.Shop.of(line.order_id.config_id.picking_type_id)
        seen = set()
        spellings = {}  # of names that are new: those that look alike are one
        result = []
        for name, (_name, quantity) in zip(names, entries, strict=True):
            lot = found.get((product.id, name), Lot)
            message = self._judge_entry(line, clean_name(name), quantity)
            key = lot or fold_name(name)
            if not message and product.tracking == "serial" and key in seen:
                message = self.env._("This serial number is entered twice.")
            seen.add(key)
            if not message:
                ask = self._get_ask(line, lot, quantity, anywhere)
                ask = ask._replace(foreign=(product.id, name) in foreign)
                verdict = get_verdict(ask, stock, shop)
                stock.carry_out(ask, verdict, shop)
                message = self._get_refusal(line, lot, verdict, stock, shop)
            shown = name if lot else spellings.setdefault(key, clean_name(name))
            result.append((shown, quantity, lot, message or False))
        return result

    def _read_stock(self, line, lots, but_numbers):
        """What is known of lots that a line may get; what waits on it holds nothing against it."""
        idle = line._get_idle_numbers() | but_numbers
        return facts.read(self.env, lots.ids, but_numbers=idle.ids)

    @staticmethod
    def _may_create(line):
        config = line.order_id.config_id
        return config.number_creation and config.picking_type_id.use_create_lots

    def _get_ask(self, line, lot, quantity, anywhere=False):
        """What a line asks of a lot; of none where the name is to be created: `verdict.Ask`."""
        ask = Ask(
            lot.id or None,
            quantity,
            line.product_id.id,
            line.product_id.tracking == "serial",
            is_return=line.qty < 0,
            creates=self._may_create(line),
            anywhere=anywhere,
        )
        sale = line.refunded_orderline_id
        if line.qty > 0:
            return ask
        if not sale:
            return ask._replace(creates=False)
        origin = sale.pack_lot_ids.filtered(lambda number: number.lot_id == lot)[:1]
        if not origin:
            # It was sold before tracking was switched on, or closed without number: its number is
            # known from now on.
            unnumbered = sale._get_asked_number_quantity() - sum(
                sale.pack_lot_ids.mapped("quantity")
            )
            may_be_new = line.product_id.uom_id.compare(unnumbered, 0) > 0
            return ask._replace(
                creates=ask.creates and may_be_new, of_sale=quantity if may_be_new else 0.0
            )
        return ask._replace(
            of_sale=quantity,
            by_transfer=origin._get_quantity_returned_by_transfer().get(origin, 0.0),
            has_left=not origin._has_never_left() or origin._will_move(),
            places=origin._get_customer_places(),
        )

    def _get_refusal(self, line, lot, verdict, stock, shop):
        """Why a number moves nothing, in a sentence; None where it does."""
        if verdict.already_back:
            return self.env._("It is in stock already: it came back before this return.")
        if not verdict.reason:
            return None
        if verdict.reason == "unknown" and line.qty < 0 and self._may_create(line):
            sale = line.refunded_orderline_id
            if not sale:
                return self.env._("Nobody has sold this Lot/Serial Number: it cannot come back.")
            return self.env._(
                "Nobody has sold this Lot/Serial Number: all units of %(order)s had another one.",
                order=sale.order_id.name,
            )
        if verdict.reason == "unknown":
            return self.env._(
                "Nobody knows this Lot/Serial Number, and %(shop)s creates no new ones.",
                shop=line.order_id.config_id.name,
            )
        if verdict.reason == "mismatch":
            return self.env._(
                "This is a Lot/Serial Number of another product, not of %(product)s.",
                product=line.product_id.display_name,
            )
        if verdict.reason == "sold":
            holder = self.env["pos.pack.operation.lot"].browse(stock.holders[lot.id].number)
            return self.env._(
                "This serial number is sold already, in %(order)s.",
                order=holder.order_id._get_receipt_name(),
            )
        if verdict.reason == "elsewhere":
            places = self.env["stock.location"].browse(
                {place.location for place in stock.places[lot.id] if shop.is_elsewhere(place)}
            )
            return self.env._(
                "This Lot/Serial Number lies in another warehouse (%(places)s).",
                places=", ".join(sorted(places.mapped("display_name"))),
            )
        return {
            "other_company": self.env._("This Lot/Serial Number lies in another company's stock."),
            "at_customer": self.env._("This serial number is at a customer already."),
            "in_stock": self.env._("This serial number is in stock already: it cannot come back."),
            "not_left": self.env._("This number has not left: its sale waits for it itself."),
        }[verdict.reason]

    def _judge_entry(self, line, name, quantity):
        if not name:
            return self.env._("The Lot/Serial Number is empty.")
        if len(name) > MAX_NAME_LENGTH:
            return self.env._("A Lot/Serial Number has at most %s characters.", MAX_NAME_LENGTH)
        uom = line.product_id.uom_id
        if uom.compare(quantity, 0) <= 0:
            return self.env._("The quantity must be more than zero.")
        if line.product_id.tracking == "serial" and uom.compare(quantity, 1) != 0:
            return self.env._("A serial number stands for exactly one unit.")
        return None

    def _raise_errors(self, judged):
        """:raises UserError: with every entry that cannot be taken and the reason"""
        errors = [(name, message) for name, _quantity, _lot, message in judged if message]
        if not errors:
            return
        rows = [
            self.env._("%(number)s: %(reason)s", number=name or "-", reason=message)
            for name, message in errors[:SHOWN_ERRORS]
        ]
        if len(errors) > SHOWN_ERRORS:
            rows.append(self.env._("… and %s more.", len(errors) - SHOWN_ERRORS))
        raise UserError(
            "\n".join([self.env._("Nothing was assigned. These numbers cannot be taken:"), *rows])
        )

    # --------------------------------------------------------------------- assignment

    def _assign(self, line, entries, replaced=None, anywhere=False):
        """Give numbers to units of a paid line that have none that moved; move exactly these.

        All of the entries, or none.

        :param line: one line of a paid order
        :param entries: list of (name, quantity), quantity in the product's unit; a lot may appear
            several times
        :param replaced: a waiting number of the line that gives way to the single entry
        :param anywhere: also take numbers from another warehouse of the company
        :return: the numbers
        :raises AccessError: see `_check_caller`
        :raises UserError: with the reason for each entry that cannot be taken
        """
        line.ensure_one()
        self._check_caller(line)
        # Checked above: an inventory user has no rights to write on orders, a POS manager none on
        # stock; this method is what they may do there.
        line = line.sudo().with_company(line.sudo().company_id)
        self = self.sudo().with_company(line.company_id)  # noqa: PLW0642
        self._check_line(line)
        judged = self._judge(line, entries, replaced, anywhere)
        self._raise_errors(judged)
        quantities = defaultdict(float)
        lots = {}
        for name, quantity, lot, _message in judged:
            key = lot.name or name
            quantities[key] += quantity
            lots[key] = lot
        uom = line.product_id.uom_id
        total, assignable = uom.round(sum(quantities.values())), line._get_assignable_quantity()
        if uom.compare(total, assignable) > 0:
            raise UserError(
                self.env._(
                    "%(product)s in %(order)s: numbers for %(given)g units, but only %(open)g "
                    "wait for one.",
                    product=line.product_id.display_name,
                    order=line.order_id.name,
                    given=total,
                    open=assignable,
                )
            )
        with self.env.cr.savepoint():
            before = self._describe(line)
            parts = self._write_numbers(line, quantities, lots, replaced)
            self._take_hold(line, parts)
            self._move_waiting(line, parts, anywhere)
            self._finish(line, before, self.env._("Lot/Serial Numbers assigned"))
        return self.env["pos.pack.operation.lot"].union(*parts)

    def _check_line(self, line):
        """:raises UserError: nothing of this line can be assigned, with the reason"""
        order = line.order_id
        if order.state in ("draft", "cancel") or not line.numbers_locked:
            raise UserError(
                self.env._("%(order)s is not paid: its till enters the numbers.", order=order.name)
            )
        if line._is_kit():
            raise UserError(
                self.env._(
                    "%(product)s is a kit: enter the numbers of its components in the transfer "
                    "that waits for them.",
                    product=line.product_id.display_name,
                )
            )
        if line._is_of_repair():
            raise UserError(
                self.env._(
                    "%(product)s was moved by a repair order: its number is noted there.",
                    product=line.product_id.display_name,
                )
            )
        if line.product_id.tracking not in ("serial", "lot"):
            raise UserError(
                self.env._(
                    "%(product)s is not tracked by lots or serial numbers.",
                    product=line.product_id.display_name,
                )
            )

    def _write_numbers(self, line, quantities, lots, replaced):
        """Write the names down: idle numbers give way as far as the line has no room.

        :param quantities: `{name: quantity}`; `lots`: `{name: lot or empty}`
        :return: `{number: quantity that is assigned now}`
        """
        uom = line.product_id.uom_id
        idle = line._get_idle_numbers()
        by_name = {}
        for number in line.pack_lot_ids:
            by_name.setdefault(number.lot_id.name or number.lot_name, number)
        named = sum(line.pack_lot_ids.mapped("quantity"))
        room = max(0.0, uom.round(line._get_asked_number_quantity() - named))
        kept = {by_name[name] for name in quantities if name in by_name}
        givers = [number for number in idle if number not in kept]
        # The one that waits first, those beyond the line's units last.
        givers.sort(key=lambda number: (number != replaced, "surplus" in number._get_flag_codes()))
        parts = {}
        for name, quantity in quantities.items():
            number = by_name.get(name)
            added = needed = uom.round(
                max(0.0, quantity - (number._get_open_quantity(idle) if number else 0.0))
            )
            if not replaced:
                taken = min(room, needed)
                room, needed = uom.round(room - taken), uom.round(needed - taken)
            while givers and uom.compare(needed, 0) > 0:
                giver = givers[0]
                if uom.compare(giver.quantity, needed) > 0:
                    giver.quantity = uom.round(giver.quantity - needed)
                    break
                needed = uom.round(needed - giver.quantity)
                givers.pop(0)
                if number:
                    giver.unlink()
                else:
                    number = giver
                    number.quantity = 0.0
            values = {"lot_name": name, "lot_id": lots[name].id, "origin": "later"}
            if not number:
                number = self.env["pos.pack.operation.lot"].create(
                    {**values, "pos_order_line_id": line.id, "quantity": quantity}
                )
            else:
                if number in idle:
                    number._mark_corrected()
                    number.write(values)
                number.quantity = uom.round(number.quantity + added)
            parts[number] = quantity
        self._create_missing_lots(line, parts)
        return parts

    def _create_missing_lots(self, line, parts):
        """Lots for names nobody knew, so that no till creates them at the same moment."""
        new = self.env["pos.pack.operation.lot"].union(
            *(number for number in parts if not number.lot_id)
        )
        keys = {(line.product_id.id, number.lot_name) for number in new}
        lots = self.env["pos.number.sale"]._create_lots(keys, new, line.company_id)
        for number in new:
            number.lot_id = lots[line.product_id.id, number.lot_name]

    def _take_hold(self, line, parts):
        """Only one sale may hold a serial; what comes back is free to be sold again.

        :raises UserError: another till has sold one of the serials at this moment
        """
        numbers = self.env["pos.pack.operation.lot"].union(*parts)
        if line.product_id.tracking != "serial":
            return
        # What was sold and came back by a transfer is not held by that sale any more.
        others = numbers.search([("lot_id", "in", numbers.lot_id.ids), ("holds", "=", True)])
        (others - numbers).holds = False
        if line.qty < 0:
            return
        others.flush_recordset(["holds"])
        refused = numbers - numbers._try_hold()
        if refused:
            raise UserError(
                self.env._(
                    "Another till has just sold %(numbers)s.",
                    numbers=", ".join(refused.mapped("lot_name")),
                )
            )

    def _give_hold_back(self, line, number):
        """The wrong serial did not come back: the sale that this line refunds has it again."""
        if line.qty > 0 or line.product_id.tracking != "serial":
            return
        sold = line.refunded_orderline_id.pack_lot_ids
        origin = sold._match(number).get(number)
        others = line.refunded_orderline_id.refund_orderline_ids.pack_lot_ids - number
        if origin and origin.lot_id and origin.lot_id not in others.lot_id:
            origin._try_hold()

    # -------------------------------------------------------------------------- stock

    def _move_waiting(self, line, parts, anywhere=False):
        """Move assigned quantities out of the transfer that waits; the rest stays there.

        Nothing is to do where the stock of this sale moves only when its session closes.

        :param parts: `{number: quantity}`
        """
        moves = line.waiting_move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        if not moves:
            return
        plan = self._plan(line, parts, anywhere)
        uom = line.product_id.uom_id
        to_do, left = self.env["stock.move"], plan.moving[line]
        for move in moves:
            quantity = min(move.product_qty, left)
            if uom.compare(quantity, 0) > 0:
                to_do |= self._split_off(move, quantity)
                left = uom.round(left - quantity)
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

    def _plan(self, line, parts, anywhere=False):
        """Where assigned quantities come from: `Plan`; flags what is out of order.

        :param parts: `{number: quantity}`, product's unit
        """
        plan = Plan()
        numbers = self.env["pos.pack.operation.lot"].union(*parts)
        stock = self._read_stock(line, numbers.lot_id, numbers)
        shop = facts.Shop.of(line.order_id.config_id.picking_type_id)
        for number, quantity in parts.items():
            ask = self._get_ask(line, number.lot_id, quantity, anywhere)
            verdict = get_verdict(ask, stock, shop)
            plan.note_flags(number, ask, verdict, stock, shop)
            stock.carry_out(ask, verdict, shop, number.id)
            if verdict.takes:
                plan.takes[number] = verdict.takes
                plan.moving[line] += verdict.quantity
        for number, codes in plan.flags.items():
            if codes - number._get_flag_codes():
                number._add_flags(*codes, evidence=plan.evidence[number])
                number.write({"reviewed_by_id": False, "reviewed_on": False})
        missing = [number.lot_name for number in parts if not plan.takes.get(number)]
        if missing:
            raise UserError(
                self.env._("The stock of %(numbers)s cannot be taken.", numbers=", ".join(missing))
            )
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

    # --------------------------------------------------------------------- correction

    def _correct(self, number, new_name, anywhere=False):
        """Replace a wrong number of a paid order.

        A number that waits is simply assigned anew. One that has moved is swapped: it comes back
        to where it lay, and the right one leaves.

        :param number: one number
        :param new_name: what it should have been
        :return: the number as it is now
        :raises AccessError: see `_check_caller`
        :raises UserError: with the reason: the wrong number has moved on, the right one cannot be
            taken
        """
        number.ensure_one()
        line = number.pos_order_line_id
        self._check_caller(line)
        # See `_assign`.
        number = number.sudo()
        line = line.sudo().with_company(line.sudo().company_id)
        self = self.sudo().with_company(line.company_id)  # noqa: PLW0642
        self._check_line(line)
        if not number._has_moved():
            return self._correct_unmoved(line, number, new_name, anywhere)
        self._check_still_there(number)
        judged = self._judge(line, [(new_name, number.quantity)], number, anywhere)
        self._raise_errors(judged)
        _name, quantity, lot, _message = judged[0]
        if lot == number.lot_id:
            raise UserError(self.env._("%s is the number that it has.", number.lot_name))
        with self.env.cr.savepoint():
            before = self._describe(line)
            number = self._swap(line, number, judged[0][0], lot, quantity, anywhere)
            self._finish(line, before, self.env._("Lot/Serial Number corrected"))
        return number

    def _correct_unmoved(self, line, number, new_name, anywhere):
        """Correct a number that has moved nothing: it waits, or its session moves it later.

        :raises UserError: it stands for no unit, or its delivery says what was shipped
        """
        quantity = min(number.quantity, line._get_assignable_quantity())
        if number in line._get_idle_numbers() and line.product_id.uom_id.compare(quantity, 0) > 0:
            return self._assign(line, [(new_name, quantity)], number, anywhere)
        if line._moves_at_closing():
            return self._rename(line, number, new_name)
        if line.order_id.shipping_date:
            raise UserError(
                self.env._(
                    "%(number)s is not shipped yet: choose the right number in the delivery.",
                    number=number.lot_name,
                )
            )
        if "surplus" in number._get_flag_codes():
            raise UserError(
                self.env._(
                    "%(number)s is one more than the units of this line: nothing of it moves.",
                    number=number.lot_name,
                )
            )
        raise UserError(
            self.env._(
                "How %(number)s left the shop is not known: correct its stock in Inventory.",
                number=number.lot_name,
            )
        )

    def _rename(self, line, number, new_name):
        """Correct a number that its session moves when it closes."""
        judged = self._judge(line, [(new_name, number.quantity)], number)
        self._raise_errors(judged)
        name, quantity, lot, _message = judged[0]
        with self.env.cr.savepoint():
            before = self._describe(line)
            number = self._write_corrected(line, number, name, lot, quantity)
            self._finish(line, before, self.env._("Lot/Serial Number corrected"))
        return number

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
                ("lot_id", "=", number.lot_id.id),
                ("quantity", ">", 0),
                ("location_id.usage", "in", ("internal", "transit", "customer", "production")),
            ]
        )
        uom = number.product_id.uom_id
        for location, move_lines in done.grouped("location_dest_id").items():
            there = sum(q.quantity for q in quants if q.location_id == location)
            if uom.compare(there, sum(move_lines.mapped("quantity_product_uom"))) < 0:
                elsewhere = quants.filtered(lambda q, here=location: q.location_id != here)
                places = ", ".join(elsewhere.location_id.mapped("display_name"))
                raise UserError(
                    self.env._(
                        "%(number)s has moved on since this sale (now in: %(places)s): it cannot "
                        "be corrected any more.",
                        number=number.lot_name,
                        places=places or self.env._("unknown"),
                    )
                )

    def _swap(self, line, number, name, lot, quantity, anywhere):
        """The wrong lot goes back the way it came, the right one goes its way.

        :return: the number, or the one of the line that had this lot already
        """
        wrong_lines = number.move_line_ids.filtered(lambda ml: ml.state == "done")
        # A part of a lot may still wait.
        moved = number._get_moved_quantity()
        forward = wrong_lines.move_id[:1]
        for move_line in wrong_lines:
            self._reverse(line, move_line)
        wrong_lines.pos_number_id = False
        number = self._write_corrected(line, number, name, lot, quantity)
        plan = self._plan(line, {number: moved}, anywhere)
        move = self._transfer(
            line, forward.picking_type_id, forward.location_id, forward.location_dest_id, moved
        )
        move._create_number_lines(plan, line)
        self._do(move)
        line._update_moved_cost()
        return number

    def _write_corrected(self, line, number, name, lot, quantity):
        """Write the right name in the place of the wrong one.

        :return: the number, or the one of the line that had this lot already
        """
        number.holds = False
        number.flush_recordset(["holds"])
        self._give_hold_back(line, number)
        number._mark_corrected()
        same = line.pack_lot_ids.filtered(lambda other: lot and other.lot_id == lot) - number
        if same:
            number.unlink()
            number = same.sorted("holds", reverse=True)[0]
            # A serial of this line that waits takes the wrong one's place.
            number.quantity = (
                line.product_id.uom_id.round(number.quantity + quantity)
                if line.product_id.tracking == "lot"
                else quantity
            )
        else:
            number.write({"lot_name": lot.name or name, "lot_id": lot.id, "origin": "later"})
        parts = {number: quantity}
        self._create_missing_lots(line, parts)
        self._take_hold(line, parts)
        return number

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
                "picked": True,
            }
        )
        return self._do(move)

    def _transfer(self, line, operation_type, source, destination, quantity, product=None):
        """A confirmed transfer of the order with one move, to be given its numbers.

        :param product: the component, where the line is of a kit
        """
        product = product or line.product_id
        order = line.order_id
        Picking = self.env["stock.picking"]
        picking = Picking.create(
            {
                **Picking._prepare_picking_vals(
                    order.partner_id, operation_type, source.id, destination.id
                ),
                "origin": order.name,
                "pos_numbers_order_id": order.id,
            }
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

    # ------------------------------------------------------------------------- record

    def _describe(self, line):
        """The numbers of a line with quantities, in words for the chatter."""
        uom = line.product_id.uom_id
        names = []
        for number in line.pack_lot_ids:
            name = number.lot_name or "-"
            if line.product_id.tracking == "lot":
                name = self.env._(
                    "%(number)s (%(quantity)g %(unit)s)",
                    number=name,
                    quantity=number.quantity,
                    unit=uom.name,
                )
            if number not in line._get_idle_numbers():
                names.append(name)
            else:
                names.append(self.env._("%(number)s, waiting", number=name))
        return "; ".join(names) or self.env._("none")

    def _finish(self, line, before, title):
        """Tills read the line again; the order tells who did what."""
        line.numbers_changed_on = fields.Datetime.now()
        user = self.env.user
        who = user.name
        employee = "employee_id" in user._fields and user.employee_id
        if employee and employee.name != user.name:
            who = self.env._("%(user)s (employee %(employee)s)", user=who, employee=employee.name)
        rows = [
            (self.env._("By"), who),
            (self.env._("Before"), before),
            (self.env._("After"), self._describe(line)),
        ]
        line.order_id.message_post(
            body=Markup("<b>%s</b>: %s<ul>%s</ul>")
            % (
                title,
                line.full_product_name or line.product_id.display_name,
                Markup("").join(Markup("<li>%s: %s</li>") % row for row in rows),
            ),
            subtype_id=self.env["pos.number.trace"]._get_subtype_id(),
        )
