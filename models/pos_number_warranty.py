from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..number.warranty import (
    Returned,
    Warranty,
    get_day,
    get_warranty,
    take_exchanged,
)


class PosNumberWarranty(models.AbstractModel):
    """Starts, ends and changes the warranty of sold numbers.

    It starts with the sale, for what ships later with the delivery; it ends when the unit comes
    back. What is exchanged in one order (a product comes back and is handed out anew) keeps the
    rest of the first period.
    """

    _name = "pos.number.warranty"
    _description = "Warranty of Sold Lot/Serial Numbers"

    def _start(self, lines):
        """Note what a sale promises: lines of an order that is being paid, as superuser."""
        periods = {}
        for line in lines:
            template = line.product_id.product_tmpl_id
            if template not in periods:
                periods[template] = template._get_warranty_months()
            line.warranty_months = periods[template]
        self._update(lines)

    def _update(self, lines):
        """Work out the warranty of the numbers of paid lines anew, and of those they refund.

        What was promised at the sale and what was changed by hand stays.

        :param lines: pos.order.line, as superuser
        """
        lines = lines.filtered(lambda line: line.order_id.state not in ("draft", "cancel"))
        for line in lines:
            for number in line.pack_lot_ids:
                if number.sold_on != line.order_id.date_order:
                    number.sold_on = line.order_id.date_order
        sold = lines.filtered(lambda line: line.qty > 0)
        for order, order_lines in sold.grouped("order_id").items():
            self._update_order(order, order_lines.product_id)
        self._update_ends((sold | lines.refunded_orderline_id).pack_lot_ids)

    def _update_order(self, order, products):
        returned = self._get_exchanged(order, products)
        zone = order._get_shop_zone()
        for line in order.lines.filtered(lambda line: line.qty > 0):
            if line.product_id not in products:
                continue
            for number in line.pack_lot_ids:
                product = number.product_id
                is_part = product != line.product_id  # of a kit
                if number.warranty_is_manual or (is_part and number.warranty_end):
                    continue
                start = self._get_start(number, zone)
                values = Warranty(None, None)
                if start:
                    exchanged = take_exchanged(
                        returned[product], number.quantity, product.uom_id.compare
                    )
                    months = line.warranty_months
                    if is_part:
                        months = product.product_tmpl_id._get_warranty_months()
                    values = get_warranty(
                        start,
                        months,
                        exchanged,
                        order.company_id.warranty_exchange_months,
                    )
                if (number.warranty_start or None, number.warranty_end or None) != values:
                    number.write({"warranty_start": values.start, "warranty_end": values.end})

    def _get_start(self, number, zone):
        """The day on which a sold number was handed over; None while it is not."""
        order = number.order_id
        moment = order.date_order
        if order.shipping_date:
            done = number.move_line_ids.filtered(
                lambda move_line: (
                    move_line.state == "done" and move_line.location_dest_id.usage == "customer"
                )
            )
            if not done:
                return None
            moment = max(done.mapped("date"))
        return get_day(moment, zone)

    def _get_exchanged(self, order, products):
        """What comes back in an order in which the same product is handed out.

        :return: `{product: list of Returned}`, of numbers that have a warranty
        """
        returned = defaultdict(list)
        for line in order.lines:
            if line.qty < 0 and line.refunded_orderline_id and line.product_id in products:
                sold = line.refunded_orderline_id.pack_lot_ids
                for number, origin in sold._match(line.pack_lot_ids).items():
                    if origin.warranty_end:
                        returned[number.product_id].append(
                            Returned(number.quantity, origin.warranty_end)
                        )
        return returned

    def _update_ends(self, numbers):
        """End the warranty of what has come back, at a till or by a transfer; else let it run."""
        back = defaultdict(float)
        days = {}
        for line, line_numbers in numbers.grouped("pos_order_line_id").items():
            # Also a return that is being paid at this moment, whose numbers are not locked yet.
            refunds = line.refund_orderline_ids.filtered(
                lambda refund: refund.order_id.state not in ("draft", "cancel")
            )
            if refunds:
                zone = line.order_id._get_shop_zone()
                days[line] = get_day(max(refunds.order_id.mapped("date_order")), zone)
            for number, sold in line_numbers._match(refunds.pack_lot_ids).items():
                back[sold] += number.quantity
        for number, quantity in numbers._get_quantity_returned_by_transfer().items():
            back[number] += quantity
        now = fields.Datetime.now()
        for number in numbers:
            uom = number.product_id.uom_id
            if uom.compare(back[number], 0) > 0 and uom.compare(back[number], number.quantity) >= 0:
                if number.warranty_end and not number.warranty_ended_on:
                    today = get_day(now, number.order_id._get_shop_zone())
                    number.warranty_ended_on = days.get(number.pos_order_line_id, today)
            elif number.warranty_ended_on and not number._was_released():
                number.warranty_ended_on = False

    def _end_released(self, holders, returned_lines):
        """What comes back ends the warranty of the sale that had it, whichever it names.

        :param holders: numbers that held the serials of returned lines before
        """
        # None came back at a till: a transfer had brought it.
        moment = returned_lines.order_id[:1].date_order or fields.Datetime.now()
        for number in holders.filtered(lambda number: not number.holds):
            if number.warranty_end and not number.warranty_ended_on:
                number.warranty_ended_on = get_day(moment, number.order_id._get_shop_zone())

    # ---------------------------------------------------------------------- by hand

    def _change(self, number, start, end, reason):
        """Change the warranty of a sold number by hand; the order's chatter keeps who and why.

        :param start: date, or False
        :param end: date, or False: no warranty
        :param str reason: not empty
        :raises AccessError: see `pos.number.correction._check_caller`
        :raises UserError: it ends before it starts, or nothing is said about why
        """
        number.ensure_one()
        self.env["pos.number.correction"]._check_caller(number.pos_order_line_id)
        number = number.sudo()
        line = number.pos_order_line_id
        if line.qty <= 0 or line.order_id.state in ("draft", "cancel"):
            raise UserError(self.env._("Only what was sold has a warranty."))
        if end and not start:
            raise UserError(self.env._("Say on which day the warranty starts."))
        if end and end < start:
            raise UserError(self.env._("The warranty ends before it starts."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the warranty changes."))
        before = self._describe(number)
        number.write({"warranty_start": start, "warranty_end": end, "warranty_is_manual": True})
        rows = [
            (self.env._("Before"), before),
            (self.env._("After"), self._describe(number)),
            (self.env._("Reason"), reason.strip()),
        ]
        # Tills then print the receipt as it is now.
        self.env["pos.number.correction"]._post(
            line, self.env._("Warranty changed"), rows, number.lot_name or "-"
        )

    def _describe(self, number):
        if not number.warranty_end:
            return self.env._("none")
        return self.env._(
            "%(start)s to %(end)s",
            start=format_date(self.env, number.warranty_start),
            end=format_date(self.env, number.warranty_end),
        )

    # ----------------------------------------------------------------------- claims

    def _claim(self, number):
        """Start a claim: a repair of Odoo's where that is installed, else an activity of the order.

        :param number: one sold number that the caller may read
        :return: an action, of the repair to be saved; of the order with the activity
        """
        number.ensure_one()
        number.check_access("read")
        if number.sudo().pos_order_line_id.company_id not in self.env.companies:
            raise UserError(self.env._("This sale belongs to another company."))
        sold = number.sudo()
        if "repair.order" in self.env and self.env["repair.order"].has_access("create"):
            return {
                "name": self.env._("Warranty Claim"),
                "type": "ir.actions.act_window",
                "res_model": "repair.order",
                "view_mode": "form",
                "views": [[False, "form"]],
                "context": self._get_repair_defaults(sold),
            }
        self._create_claim_activity(sold)
        order = sold.order_id.with_env(self.env)
        message = self.env._("The claim is noted on %s.", sold.order_id.pos_reference)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": order._get_numbers_order_action(),
            },
        }

    def _get_repair_defaults(self, sold):
        return {
            "default_product_id": sold.product_id.id,
            "default_product_qty": min(sold.quantity or 1.0, 1.0),
            "default_lot_id": sold.lot_id.id,
            "default_partner_id": sold.partner_id.id,
            "default_company_id": sold.pos_order_line_id.company_id.id,
            "default_under_warranty": sold.warranty_state == "running",
            "default_internal_notes": self._get_claim_note(sold),
        }

    def _get_claim_note(self, sold):
        return Markup("<p>%s</p>") % self.env._(
            "%(product)s %(number)s, sold in %(order)s on %(date)s. Warranty: %(warranty)s.",
            product=sold.product_id.display_name,
            number=sold.lot_name or "-",
            order=sold.order_id.pos_reference or sold.order_id.name,
            date=format_date(self.env, sold.order_id.date_order),
            warranty=self._describe(sold),
        )

    def _create_claim_activity(self, sold):
        """As superuser: who may see the sale may note a claim on it. One open claim a number."""
        summary = self.env._("Warranty claim: %s", sold.lot_name or "-")
        order = sold.order_id
        domain = [("res_model", "=", order._name), ("res_id", "=", order.id)]
        Activity = self.env["mail.activity"].sudo()
        known = Activity.search([*domain, ("summary", "=", summary)], limit=1)
        return known or Activity.create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "res_model_id": self.env["ir.model"]._get_id(order._name),
                "res_id": order.id,
                "summary": summary,
                "note": self._get_claim_note(sold),
                "user_id": self.env.uid,
                "date_deadline": fields.Date.context_today(self),
            }
        )
