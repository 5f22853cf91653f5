from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class PosNumberFinding(models.Model):
    """What somebody can do about a finding: each kind has its way, and nobody goes it silently.

    The order's chatter, or the transfer's, tells who did what.
    """

    _inherit = "pos.number.finding"

    way = fields.Selection(
        [
            ("session", "Take into the open session"),
            ("count", "Count anew"),
            ("sale", "Give back to the sale"),
            ("ordinary", "Make an ordinary transfer"),
            ("free", "Make the number free"),
            ("correct", "Correct the number"),
            ("move", "Let it move now"),
        ],
        string="What to Do",
        compute="_compute_way",
        compute_sudo=True,
    )

    @api.depends("kind", "closed_on", "move_id", "number_id")
    def _compute_way(self):
        """As superuser: a reader of the finding need have no rights on transfers."""
        for finding in self:
            finding.way = not finding.closed_on and finding._get_way()

    def _get_way(self):
        self.ensure_one()
        if self.kind == "no_line":
            return "sale" if self._find_line() else "ordinary"
        if self.kind == "hold":
            line = self.number_id.pos_order_line_id
            is_sold = line.qty > 0 and line.order_id.state not in ("draft", "cancel")
            return "correct" if is_sold else "free"
        return {
            "stranded": "session",
            "order_figure": "count",
            "line_figure": "count",
            "other_lot": "correct",
            "not_moved": "move",
        }.get(self.kind)

    def action_mend(self):
        """Do what the finding proposes, or open the dialog in which it is done.

        :return: an action
        :raises AccessError: neither an inventory user nor a Point of Sale manager of its company
        :raises UserError: it is gone, or the reason why it cannot be done
        """
        self.ensure_one()
        self.check_access("read")
        self.env["pos.number.correction"]._check_caller(self.line_id)
        if not self.env.su and self.company_id - self.env.companies:
            raise AccessError(self.env._("This finding belongs to another company."))
        if self.way == "session":
            return self.action_take_into_session()
        if self.way == "correct":
            return self.number_id.action_correct()
        # Checked above: what is written here nobody may write by hand.
        finding = self.sudo().with_company(self.sudo().company_id)
        mend = getattr(finding, f"_mend_{finding.way}", None)
        if not mend:
            raise UserError(self.env._("This is dealt with already."))
        with self.env.cr.savepoint():
            message = mend()
            finding._close()
        return self.env["pos.order.line"]._get_notification(message)

    # ----------------------------------------------------------------- the ways

    # Each does it, as superuser, tells it in the chatter, and gives the message for the user.

    def _mend_count(self):
        """The figures of an order and its lines are those of the transfers that wait."""
        order = self.order_id
        before = order.waiting_number_qty
        self.env.add_to_compute(
            order.lines._fields["waiting_number_qty"], self.line_id or order.lines
        )
        self.env.add_to_compute(order._fields["waiting_number_qty"], order)
        message = self.env._(
            "Units to assign on %(order)s: counted anew, %(before)g before, %(after)g now.",
            order=order._get_receipt_title(),
            before=before,
            after=order.waiting_number_qty,
        )
        return self._tell_in(order, message)

    def _find_line(self):
        """The line of the transfer's order whose units these are: it lacks as many.

        :return: pos.order.line; none where no line does
        """
        move = self.move_id
        uom = move.product_id.uom_id
        for line in move.picking_id.pos_numbers_order_id.lines:
            if line.product_id != move.product_id or not line.numbers_locked:
                continue
            known = sum(number._get_moved_quantity() for number in line.pack_lot_ids)
            lacking = line._get_movable_quantity() - known - line._get_waiting_quantity()
            if uom.compare(lacking - line.closed_number_qty, move.product_qty) >= 0:
                return line
        return self.env["pos.order.line"]

    def _mend_sale(self):
        line = self._find_line()
        self.move_id._write_unguarded({"pos_numbers_line_id": line.id})
        message = self.env._(
            "%(product)s in %(transfer)s: units given back to %(order)s: %(quantity)g.",
            quantity=self.move_id.product_qty,
            product=line.product_id.display_name,
            transfer=self.move_id.picking_id.name,
            order=line.order_id._get_receipt_title(),
        )
        return self._tell_in(line.order_id, message)

    def _mend_ordinary(self):
        self.move_id._stop_waiting()
        self.move_id._recompute_state()
        message = self.env._(
            "%(transfer)s is an ordinary transfer now: validate it with the numbers that left, or "
            "cancel it.",
            transfer=self.move_id.picking_id.name,
        )
        return self._tell_in(self.move_id.picking_id, message)

    def _mend_free(self):
        number = self.number_id
        number.holds = False
        message = self.env._(
            "%s is free: the next sale of it counts as its first.", number.lot_name or ""
        )
        return self._tell_in(number.lot_id or self.order_id, message)

    def _mend_move(self):
        """What has left without saying for which sale says so now; else it leaves now."""
        number, line = self.number_id, self.line_id
        correction = self.env["pos.number.correction"].with_company(line.company_id)
        line = line.with_company(line.company_id)
        left = self._find_move_lines()
        with correction._change({line: self.env._("Lot/Serial Number moved")}):
            if left:
                left.pos_number_id = number
            else:
                kind = line.order_id.config_id.picking_type_id
                plan = correction._make_plan(line, {number: number.quantity})
                move = correction._transfer(
                    line,
                    kind,
                    kind.default_location_src_id,
                    line._get_customer_location(),
                    number.quantity,
                )
                move._create_number_lines(plan, line)
                correction._do(move)
            line._update_moved_cost()
        return self.env._(
            "%(number)s has left with %(order)s.",
            number=number.lot_name,
            order=line.order_id._get_receipt_title(),
        )

    def _find_move_lines(self):
        """Done move lines of the order's or its session's transfers that brought this lot away."""
        number = self.number_id
        order = number.order_id
        lines = (order.picking_ids | order.session_id.picking_ids).move_line_ids.filtered(
            lambda line: (
                line.state == "done"
                and line.lot_id == number.lot_id
                and not line.pos_number_id
                and line.location_dest_id.usage == "customer"
            )
        )
        moved = sum(lines.mapped("quantity_product_uom"))
        uom = number.product_id.uom_id
        return lines if uom.compare(moved, number.quantity) == 0 else lines.browse()

    def _tell_in(self, document, message):
        """Note a message in a document's chatter, by whoever asked for it. :return: the message"""
        if document:
            document.message_post(body=message, author_id=self.env.user.partner_id.id)
        return message

    # ----------------------------------------------------------------- gone

    def _close(self):
        """It is dealt with. What still does not fit is found again by the next check."""
        self.closed_on = fields.Datetime.now()
        self.activity_unlink(["mail.mail_activity_data_todo"])

    @api.model
    def _close_of(self, numbers):
        """Close what was found about numbers that somebody corrects."""
        self.sudo().search([("number_id", "in", numbers.ids), ("closed_on", "=", False)])._close()
