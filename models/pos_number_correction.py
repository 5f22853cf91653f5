from collections import defaultdict
from contextlib import contextmanager

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class PosNumberCorrection(models.AbstractModel):
    """Changes which numbers a paid order has: assigns, corrects, releases and exchanges them.

    The only way to do so, and one way for all four. Who asks and what is asked is checked
    (`_enter`, `_judge`), what had moved is taken back (`_take_back`), the numbers are written
    (`_write_numbers`, `_write_corrected`), they move (`_move`), and the order tells who did it
    (`_change`). Callers are inventory users and Point of Sale managers of the order's company; they
    need no rights on orders or accounting beyond.
    """

    _name = "pos.number.correction"
    _description = "Correction of Sold Lot/Serial Numbers"

    # --------------------------------------------------------------------------- checks

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

    def _enter(self, line):
        """Check who asks. What follows is what they may do there, done as superuser.

        An inventory user has no rights to write on orders, a Point of Sale manager none on stock.

        :param line: one line of a paid order
        :return: (this model, the line), both as superuser and in the line's company
        :raises AccessError: see `_check_caller`
        """
        line.ensure_one()
        self._check_caller(line)
        line = line.sudo().with_company(line.sudo().company_id)
        return self.sudo().with_company(line.company_id), line

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

    def _check_number(self, line, number):
        """:raises UserError: this number of a line cannot be changed, with the reason"""
        self._check_line(line)

    def _get_judged_line(self, line, numbers):
        """The line by which a change of numbers is judged.

        :param numbers: those that are changed, or None
        """
        return line

    # ----------------------------------------------------------------------- assignment

    def _assign(self, line, entries, replaced=None, anywhere=False, days=None):
        """Give numbers to units of a paid line that have none that moved; move exactly these.

        All of the entries, or none.

        :param line: one line of a paid order
        :param entries: list of (name, quantity), quantity in the product's unit; a lot may appear
            several times
        :param replaced: a waiting number of the line that gives way to the single entry
        :param anywhere: also take numbers from another warehouse of the company
        :param days: what scanned codes say of their lots: `{name of an entry: {field: date}}`
        :return: the numbers
        :raises AccessError: see `_check_caller`
        :raises UserError: with the reason for each entry that cannot be taken
        """
        acting, line = self._enter(line)
        return acting._assign_numbers(line, entries, replaced, anywhere, days)

    def _assign_numbers(self, line, entries, replaced, anywhere, days=None):
        """See `_assign`; as superuser."""
        self._check_line(line)
        judged = self._judge(line, entries, replaced, anywhere)
        self._raise_errors(judged)
        quantities = defaultdict(float)
        lots, said = {}, {}
        for (asked, _quantity), (name, quantity, lot, _message) in zip(
            entries, judged, strict=True
        ):
            key = lot.name or name
            quantities[key] += quantity
            lots[key] = lot
            said[key] = said.get(key) or (days or {}).get(asked) or {}
        uom = line.product_id.uom_id
        total, assignable = uom.round(sum(quantities.values())), line._get_assignable_quantity()
        if uom.compare(total, assignable) > 0:
            raise UserError(
                self.env._(
                    "%(product)s in %(order)s: numbers for %(given)g units, with only %(open)g "
                    "to assign.",
                    product=line.product_id.display_name,
                    order=line.order_id.name,
                    given=total,
                    open=assignable,
                )
            )
        with self._change({line: self.env._("Lot/Serial Numbers assigned")}):
            parts = self._write_numbers(line, quantities, lots, replaced, said)
            if line.qty > 0:
                self._take_hold(line, parts)
            back = self._move_waiting(line, parts, anywhere)
            if line.qty < 0:
                # Afterwards: what another sale has is no unit of this refund's sale.
                self._end_holds(line, parts, back)
        return self.env["pos.pack.operation.lot"].union(*parts)

    def _write_numbers(self, line, quantities, lots, replaced, days):
        """Write the names down: idle numbers give way as far as the line has no room.

        :param quantities: `{name: quantity}`; `lots`: `{name: lot or empty}`; `days`: see `_assign`
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
                    {**values, "pos_order_line_id": line.id, "quantity": quantity, **days[name]}
                )
            else:
                if number in idle:
                    number._mark_corrected()
                    number._keep_days(name, days[name])
                    number.write(values)
                number.quantity = uom.round(number.quantity + added)
            parts[number] = quantity
        self._create_missing_lots(line, parts)
        self._flag_days(line, parts)
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

    def _flag_days(self, line, parts):
        """Flag what was given to a sold line although its code says another date than its lot."""
        if line.qty > 0:
            flagged = self.env["pos.pack.operation.lot"].union(*parts)._flag_other_days()
            flagged.write({"reviewed_by_id": False, "reviewed_on": False})

    def _take_hold(self, line, parts):
        """Only one sale may hold a serial; what comes back is free to be sold again.

        :raises UserError: another till has sold one of the serials at this moment
        """
        numbers = self.env["pos.pack.operation.lot"].union(*parts)
        if line.product_id.tracking != "serial":
            return
        # What was sold and came back by a transfer is not held by that sale any more.
        others = numbers.search([("lot_id", "in", numbers.lot_id.ids), ("holds", "=", True)])
        self._free(others - numbers, line)
        if line.qty < 0:
            return
        refused = numbers - numbers._try_hold()
        if refused:
            raise UserError(
                self.env._(
                    "Another till has just sold %(numbers)s.",
                    numbers=", ".join(refused.mapped("lot_name")),
                )
            )

    def _end_holds(self, line, parts, back):
        """What comes back is free to be sold again. What was back already is free of the sale that
        this line refunds: another may have it since.

        :param parts: numbers of a returned line; `back`: those that were back already
        """
        self._take_hold(line, {number: parts[number] for number in parts if number not in back})
        numbers = line.pack_lot_ids.browse().union(*back)
        origins = line.refunded_orderline_id.pack_lot_ids._match(numbers)
        self._free(numbers.browse().union(*origins.values()).filtered("holds"), line)

    def _free(self, holders, line):
        """Sales do not have their serials any more, for a line has them: their warranty ends."""
        holders.holds = False
        holders.flush_recordset(["holds"])
        returned = line.filtered(lambda one: one.qty < 0)
        self.env["pos.number.warranty"]._end_released(holders, returned)

    def _give_hold_back(self, line, number):
        """The wrong serial did not come back: the sale that sold it last has it again, whichever
        receipt it was on.
        """
        if line.qty > 0 or line.product_id.tracking != "serial":
            return
        sold = number._find_last_sale(number.lot_id)
        if sold and sold._try_hold():
            self.env["pos.number.warranty"]._update_ends(sold)

    # ----------------------------------------------------------------------- correction

    def _correct(self, number, new_name, anywhere=False, days=None):
        """Replace a wrong number of a paid order.

        A number that waits is simply assigned anew. One that has moved is swapped: it comes back
        to where it lay, and the right one leaves.

        :param number: one number
        :param new_name: what it should have been
        :param days: what the code that was scanned for it says of its lot: `{field: date}`
        :return: the number as it is now
        :raises AccessError: see `_check_caller`
        :raises UserError: with the reason: the wrong number has moved on, the right one cannot be
            taken
        """
        number.ensure_one()
        acting, line = self._enter(number.pos_order_line_id)
        return acting._correct_number(line, number.sudo(), new_name, anywhere, days)

    def _correct_number(self, line, number, new_name, anywhere, days=None):
        """See `_correct`; as superuser."""
        self._check_number(line, number)
        if not number._has_moved():
            return self._correct_unmoved(line, number, new_name, anywhere, days)
        self._check_still_there(number)
        return self._replace(line, number, new_name, anywhere, days)

    def _correct_unmoved(self, line, number, new_name, anywhere, days):
        """Correct a number that has moved nothing: it waits, or its session moves it later.

        :raises UserError: it stands for no unit, or its delivery says what was shipped
        """
        quantity = min(number.quantity, line._get_assignable_quantity())
        if number in line._get_idle_numbers() and line.product_id.uom_id.compare(quantity, 0) > 0:
            entries = [(new_name, quantity)]
            return self._assign_numbers(line, entries, number, anywhere, {new_name: days})
        if line._moves_at_closing():
            return self._replace(line, number, new_name, days=days)
        if "surplus" in number._get_flag_codes() and not line.order_id.shipping_date:
            raise UserError(
                self.env._(
                    "This line has no unit left for %(number)s: nothing of it moves.",
                    number=number.lot_name,
                )
            )
        return self._refuse_unmoved(line, number)

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

    def _replace(self, line, number, new_name, anywhere=False, days=None):
        """The right number takes the wrong one's place, and moves as far as that one had moved.

        :return: the number, or the one of the line that had this lot already
        """
        judged = self._judge(line, [(new_name, number.quantity)], number, anywhere)
        name, quantity, lot, _message = judged[0]
        # What was tampered with may have moved another lot than it says.
        if lot and lot == number.lot_id == self._get_moved_lots(number):
            raise UserError(self.env._("It already has the number %s.", number.lot_name))
        self._raise_errors(judged)
        with self._change({line: self.env._("Lot/Serial Number corrected")}):
            # Of a lot, a part may still wait.
            was = self._take_back(line, number)
            number = self._write_corrected(line, number, name, lot, quantity, days)
            back = ()
            if was.move:
                self._move(line, {number: was.quantity}, was, anywhere)
            else:
                back = self._flag_before_closing(line, {number: quantity}, anywhere)
            if line.qty < 0:
                # Afterwards, as in `_assign_numbers`.
                self._end_holds(line, {number: quantity}, back)
        return number

    def _write_corrected(self, line, number, name, lot, quantity, days=None):
        """Write the right name in the place of the wrong one.

        :return: the number, or the one of the line that had this lot already
        """
        number.holds = False
        number.flush_recordset(["holds"])
        self._give_hold_back(line, number)
        self.env["pos.number.finding"]._close_of(number)
        number._mark_corrected()
        same = line.pack_lot_ids.filtered(lambda other: lot and other.lot_id == lot) - number
        if same:
            number.unlink()
            number = same.sorted("holds", reverse=True)[0]
            # A serial of this line that waits takes the wrong one's place.
            number.quantity = (
                line.product_id.uom_id.round(number.quantity + quantity)
                if lot.product_id.tracking == "lot"
                else quantity
            )
        else:
            number._keep_days(lot.name or name, days)
            number.write({"lot_name": lot.name or name, "lot_id": lot.id, "origin": "later"})
        parts = {number: quantity}
        self._create_missing_lots(line, parts)
        self._flag_days(line, parts)
        if line.qty > 0:
            self._take_hold(line, parts)
        return number

    # --------------------------------------------------------------------------- record

    @contextmanager
    def _change(self, titles):
        """One change of paid lines' numbers: all of it or nothing, and their orders tell it.

        :param titles: `{line: what is done}`
        """
        with self.env.cr.savepoint():
            before = {line: self._describe(line) for line in titles}
            yield
            for line, title in titles.items():
                self._finish(line, before[line], title)

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
        """Tell what numbers a line had and has, see `_post`; its warranties follow them."""
        rows = [(self.env._("Before"), before), (self.env._("After"), self._describe(line))]
        self._post(line, title, rows)
        self.env["pos.number.warranty"].sudo()._update(line)

    def _post(self, line, title, rows, subject=None):
        """Tell in the order's chatter what became of a line's numbers, and by whom.

        Tills read the line again.

        :param title: what was done
        :param rows: list of (label, text)
        :param subject: which of the line's numbers; None: all of it
        """
        line.numbers_changed_on = fields.Datetime.now()
        user = self.env.user
        who = user.name
        employee = "employee_id" in user._fields and user.sudo().employee_id
        if employee and employee.name != user.name:
            who = self.env._("%(user)s (employee %(employee)s)", user=who, employee=employee.name)
        product = line.full_product_name or line.product_id.display_name
        line.order_id.message_post(
            body=Markup("<b>%s</b>: %s<ul>%s</ul>")
            % (
                title,
                ", ".join(filter(None, (product, subject))),
                Markup("").join(
                    Markup("<li>%s: %s</li>") % row for row in [(self.env._("By"), who), *rows]
                ),
            ),
            subtype_id=self.env["pos.number.trace"]._get_subtype_id(),
        )
