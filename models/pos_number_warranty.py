from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..number.warranty import (
    Returned,
    Warranty,
    get_day,
    get_state,
    get_warranty,
    take_exchanged,
)

# What only the server writes, see `pos_order_sync` and `pos.pack.operation.lot.write`.


class PosPackOperationLot(models.Model):
    """The warranty of a sold number: of its units, whoever has them."""

    _inherit = "pos.pack.operation.lot"

    sold_on = fields.Datetime(
        "Sold at",
        copy=False,
        readonly=True,
        help="When its order was made, sale or refund: kept here to page through long histories.",
    )
    warranty_start = fields.Date(copy=False, readonly=True)
    warranty_end = fields.Date(
        "Warranty until", copy=False, readonly=True, help="The last day, that day included."
    )
    warranty_ended_on = fields.Date(
        "Warranty Ended Early",
        copy=False,
        readonly=True,
        help="The day on which all units of this number had come back.",
    )
    warranty_is_manual = fields.Boolean("Warranty Changed by Hand", copy=False, readonly=True)
    warranty_state = fields.Selection(
        [
            ("none", "No warranty"),
            ("running", "In warranty"),
            ("over", "Out of warranty"),
            ("returned", "Came back"),
        ],
        string="Warranty",
        compute="_compute_warranty_state",
        search="_search_warranty_state",
    )

    _sold_idx = models.Index("(lot_id, sold_on, id) WHERE lot_id IS NOT NULL")
    _warranty_end_idx = models.Index(
        "(warranty_end) WHERE warranty_end IS NOT NULL AND warranty_ended_on IS NULL"
    )
    # Sold names that no lot has (any more): Trace finds them too.
    _sold_name_idx = models.Index('(lower(lot_name COLLATE "C"), lot_id)')

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "warranty_end", "warranty_ended_on"]

    @api.depends("warranty_end", "warranty_ended_on")
    def _compute_warranty_state(self):
        now = fields.Datetime.now()
        for number in self:
            # The shop's day counts, whoever asks.
            today = get_day(now, number.sudo().order_id._get_shop_zone())
            number.warranty_state = get_state(number.warranty_end, number.warranty_ended_on, today)

    def _search_warranty_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        ended, open_end = (
            Domain("warranty_ended_on", "!=", False),
            Domain("warranty_end", "!=", False),
        )
        by_state = {
            "returned": ended,
            "none": ~ended & ~open_end,
            "running": ~ended & Domain("warranty_end", ">=", today),
            "over": ~ended & Domain("warranty_end", "<", today),
        }
        return Domain.OR(by_state[state] for state in value if state in by_state)

    def _get_warranty(self):
        """The warranty of this sold number, for whoever may see the number.

        :return: `{state, start, end, ended_on}`: state as `warranty_state`, dates or False
        """
        self.ensure_one()
        return {
            "state": self.warranty_state,
            "start": self.warranty_start,
            "end": self.warranty_end,
            "ended_on": self.warranty_ended_on,
        }

    def action_change_warranty(self):
        """Open the dialog that changes the warranty by hand."""
        self.ensure_one()
        self.env["pos.number.correction"]._check_caller(self.pos_order_line_id)
        return {
            "name": self.env._("Warranty of %s", self.lot_name),
            "type": "ir.actions.act_window",
            "res_model": "pos.number.warranty.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_number_id": self.id},
        }

    def action_claim(self):
        """Start a warranty claim, see `pos.number.warranty._claim`."""
        self.ensure_one()
        return self.env["pos.number.warranty"]._claim(self)

    def action_trace(self):
        """Show the life of this number."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pos.number.trace"]._get_action(
            {"lot_id": self.lot_id.id} if self.lot_id else {"number_id": self.id}
        )


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    warranty_months = fields.Integer(
        groups="base.group_system",
        copy=False,
        help="The product's warranty at the sale: what is sold keeps it.",
    )

    def _note_repair_numbers(self):  # pylint: disable=missing-return
        super()._note_repair_numbers()
        paid = self.filtered("numbers_locked")
        if paid:
            self.env["pos.number.warranty"]._update(paid)


class PosOrder(models.Model):
    _inherit = "pos.order"

    def _get_shop_zone(self):
        """The name of the time zone that this order's days are counted in: that of the address of
        its warehouse, else of its company, else its cashier's."""
        return self.config_id._get_address_zone() or self.user_id.tz or "UTC"


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _get_address_zone(self):
        """The name of the time zone of this shop's address, or False."""
        address = self.picking_type_id.warehouse_id.partner_id
        return address.tz or self.company_id.partner_id.tz or False

    @api.model
    def _load_pos_data_read(self, records, config):
        """Receipts that are printed offline count days as the server does."""
        rows = super()._load_pos_data_read(records, config)
        zone = config.sudo()._get_address_zone()
        if rows and zone:
            rows[0]["_shop_zone"] = zone
        return rows


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
            (self.env._("By"), self.env.user.name),
            (self.env._("Before"), before),
            (self.env._("After"), self._describe(number)),
            (self.env._("Reason"), reason.strip()),
        ]
        line.order_id.message_post(
            body=Markup("<b>%s</b>: %s, %s<ul>%s</ul>")
            % (
                self.env._("Warranty changed"),
                line.full_product_name or line.product_id.display_name,
                number.lot_name or "-",
                Markup("").join(Markup("<li>%s: %s</li>") % row for row in rows),
            ),
            subtype_id=self.env["pos.number.trace"]._get_subtype_id(),
        )
        # Tills read the line again, and print the receipt as it is now.
        line.numbers_changed_on = fields.Datetime.now()

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


# ------------------------------------------------------------------------ when it is worked out


class PosNumberSale(models.AbstractModel):
    _inherit = "pos.number.sale"

    def _conclude(self, order):
        lines = order.lines.filtered(lambda line: not line.numbers_locked)
        plan = super()._conclude(order)
        lines = lines.filtered(lambda line: line.product_id.tracking != "none")
        if lines:
            self.env["pos.number.warranty"]._start(lines)
        return plan

    def _release(self, plan, returned_lines):  # pylint: disable=missing-return
        """What comes back ends the warranty of the sale that had it, whichever it names."""
        lots = returned_lines.pack_lot_ids.lot_id
        holders = lots.pos_number_ids.browse()
        if lots:
            holders = holders.search([("lot_id", "in", lots.ids), ("holds", "=", True)])
        super()._release(plan, returned_lines)
        order = returned_lines.order_id[:1]
        for number in holders:
            if not number.holds and number.warranty_end:
                number.warranty_ended_on = get_day(order.date_order, order._get_shop_zone())


class PosNumberCorrection(models.AbstractModel):
    _inherit = "pos.number.correction"

    def _finish(self, line, before, title):  # pylint: disable=missing-return
        super()._finish(line, before, title)
        self.env["pos.number.warranty"].sudo()._update(line)


class PosNumberShipment(models.AbstractModel):
    _inherit = "pos.number.shipment"

    def _note_order(self, order, moves):  # pylint: disable=missing-return
        super()._note_order(order, moves)
        lines = order.lines.filtered(lambda line: line.product_id in moves.product_id)
        # Of a kit, the numbers of its parts have moved.
        lines |= moves.move_line_ids.pos_number_id.pos_order_line_id & order.lines
        self.env["pos.number.warranty"]._update(lines)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """What comes back by a transfer of Inventory is not under warranty any more."""
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        returned = moves.sudo().origin_returned_move_id
        lines = returned.move_line_ids.pos_number_id.pos_order_line_id
        if lines:
            self.env["pos.number.warranty"].sudo()._update(lines)
        return moves


# --------------------------------------------------------------------------------- settings


class ProductTemplate(models.Model):
    _inherit = "product.template"

    warranty_policy = fields.Selection(
        [
            ("category", "As its category"),
            ("own", "Own period"),
            ("none", "No warranty"),
        ],
        string="Warranty",
        default="category",
        help="How long each unit sold at the till with its lot or serial number is under warranty.",
    )
    warranty_months = fields.Integer("Warranty in Months")
    warranty_period = fields.Integer("Months of Warranty", compute="_compute_warranty_period")

    _warranty_months_positive = models.Constraint(
        "CHECK(warranty_months BETWEEN 0 AND 1200)",
        "A warranty has 0 to 1,200 months.",
    )

    @api.depends("warranty_policy", "warranty_months", "categ_id.warranty_months")
    def _compute_warranty_period(self):
        for template in self:
            template.warranty_period = template._get_warranty_months()

    def _get_warranty_months(self):
        """:return: int, months in which each unit sold now is under warranty; 0: none"""
        self.ensure_one()
        if self.warranty_policy == "none":
            return 0
        if self.warranty_policy == "own":
            return self.warranty_months
        return self.categ_id._get_warranty_months()

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "warranty_period"]

    @api.model
    def _load_pos_data_read(self, records, config):
        """Products without a warranty, most of them, say nothing about it."""
        rows = super()._load_pos_data_read(records, config)
        for row in rows:
            if not row.get("warranty_period"):
                row.pop("warranty_period", None)
        return rows


class ProductCategory(models.Model):
    _inherit = "product.category"

    warranty_months = fields.Integer(
        "Warranty in Months", help="0: as in the category above. A product may have its own."
    )

    _warranty_months_positive = models.Constraint(
        "CHECK(warranty_months BETWEEN 0 AND 1200)",
        "A warranty has 0 to 1,200 months.",
    )

    def _get_warranty_months(self):
        """The months of this category, or of the nearest one above that has some."""
        category = self
        while category and not category.warranty_months:
            category = category.parent_id
        return category.warranty_months


class ResCompany(models.Model):
    _inherit = "res.company"

    warranty_exchange_months = fields.Integer(
        "Least Warranty of Exchanged Units",
        help="In months. An exchanged unit keeps the rest of the first one's warranty, and has at "
        "least this.",
    )

    _warranty_exchange_months_positive = models.Constraint(
        "CHECK(warranty_exchange_months BETWEEN 0 AND 1200)",
        "A warranty has 0 to 1,200 months.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    warranty_exchange_months = fields.Integer(
        related="company_id.warranty_exchange_months", readonly=False
    )


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_invoiced_lot_values(self):
        """Each sold number with the last day of its warranty."""
        values = super()._get_invoiced_lot_values()
        numbers = self.env["pos.pack.operation.lot"].sudo()
        for value in values:
            number = numbers.browse(value.get("pos_lot_id") or [])
            if number.pos_order_line_id.qty > 0 and not number.warranty_ended_on:
                value["warranty_end"] = number.warranty_end
        return values
