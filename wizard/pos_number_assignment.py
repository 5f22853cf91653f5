import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..number.text import MAX_NUMBERS, NumberText

MAX_CANDIDATES = 80
# Rows of the preview that can be assigned; those that cannot are shown all.
MAX_SHOWN = 100


class PosNumberAssignment(models.TransientModel):
    """Gives numbers to the units of one sold line: scanned, typed, pasted, imported or picked."""

    _name = "pos.number.assignment"
    _inherit = ["pos.number.dialog"]
    _description = "Assign Lot/Serial Numbers"

    line_id = fields.Many2one("pos.order.line", required=True, readonly=True, ondelete="cascade")
    order_id = fields.Many2one(related="line_id.order_id")
    config_id = fields.Many2one(related="line_id.order_id.config_id", string="Shop")
    partner_id = fields.Many2one(related="line_id.order_id.partner_id", string="Customer")
    date_order = fields.Datetime(related="line_id.order_id.date_order", string="Sold on")
    product_id = fields.Many2one(related="line_id.product_id")
    tracking = fields.Selection(related="line_id.product_id.tracking")
    product_uom_id = fields.Many2one(related="line_id.product_id.uom_id")
    number_ids = fields.One2many(related="line_id.pack_lot_ids", string="At the Sale")
    quantity = fields.Float(
        string="To Assign", digits="Product Unit", compute="_compute_quantity", compute_sudo=True
    )
    text = fields.Text(
        string="Scan or type",
        help="One number a line, or a range such as SN001..SN020. For lots a quantity may follow, "
        "after a semicolon.",
    )
    file = fields.Binary(string="Import CSV", attachment=False)
    file_name = fields.Char()
    candidate_ids = fields.One2many(
        "pos.number.assignment.candidate", "assignment_id", string="On Hand in the Shop"
    )
    # Its attributes tell screen readers what is an alert and what is decoration.
    preview = fields.Html(compute="_compute_preview", sanitize_attributes=False)
    is_valid = fields.Boolean(compute="_compute_preview")

    _target_fields = ("line_id",)

    def _get_target_lines(self):
        return self.line_id

    @api.model
    def _open(self, line):
        """An action that assigns numbers to a line.

        :raises AccessError: the user may not, see `pos.number.correction`
        """
        self.env["pos.number.correction"]._check_caller(line)
        wizard = self.create({"line_id": line.id})
        wizard._load_candidates()
        return {
            "name": self.env._("Assign Lot/Serial Numbers"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.depends("line_id")
    def _compute_quantity(self):
        for wizard in self:
            wizard.quantity = wizard.line_id._get_assignable_quantity()

    def _load_candidates(self):
        """Offer what may be it: on hand in the shop in removal order, or sold and not returned."""
        self.ensure_one()
        # The caller may see this sale; what lies in its shop is what is offered.
        line = self.line_id.sudo()
        if line.qty < 0:
            returned = line.refunded_orderline_id.pack_lot_ids._get_returned_quantity()
            rows = [
                {"lot_id": number.lot_id.id, "available": number.quantity - back}
                for number, back in returned.items()
                if number.lot_id and number.quantity > back
            ]
        else:
            config = line.order_id.config_id
            product = line.product_id.with_company(line.company_id)
            rows = [
                {
                    "lot_id": lot.id,
                    "available": info["quantity"],
                    "reserved_for": info["reserved_for"],
                    "expiration_date": lot.expiration_date,
                }
                for lot, info in config._find_on_hand(product, "", MAX_CANDIDATES).items()
                if not info["sold_in"] and info["quantity"] > 0
            ]
        self.sudo().candidate_ids = [fields.Command.create(row) for row in rows]

    # -------------------------------------------------------------------------- entries

    @api.onchange("file")
    def _onchange_file(self):
        """Put the rows of a file below what is typed already, to be seen before they count."""
        if not self.file:
            return
        line = self._get_line()
        rows = (
            self.env["pos.number.text"]
            .sudo()
            ._read_file(line.product_id, line.company_id, base64.b64decode(self.file))
        )
        typed = (self.text or "").rstrip("\r\n")
        self.text = "\n".join([*([typed] if typed else []), *rows])
        self.file = False

    def _get_line(self):
        """The line as superuser: whoever may assign sees why a number cannot be taken."""
        line = (self.line_id._origin or self.line_id).sudo()
        return line.with_company(line.company_id)

    def _get_entries(self):
        """All that is to be assigned, as `pos.number.text` reads it, each with its quantity.

        A lot without a quantity takes what is left, as far as it is on hand.

        :return: list of `NumberText`
        """
        self.ensure_one()
        line = self._get_line()
        # As superuser: a Point of Sale manager has no rights on lots, and is shown these.
        candidates = self.candidate_ids.sudo()
        entries = (
            self.env["pos.number.text"]
            .sudo()
            ._read_text(line.product_id, line.company_id, self.text)
        )
        entries += [
            NumberText(candidate.lot_id.name, 0, candidate.lot_id.name, candidate.quantity)
            for candidate in candidates
            if candidate.quantity
        ]
        if self.tracking == "serial":
            return [e._replace(quantity=1.0 if e.quantity is None else e.quantity) for e in entries]
        available = {c.lot_id.name: c.available for c in candidates}
        uom = line.product_id.uom_id
        left = self.quantity - sum(entry.quantity or 0.0 for entry in entries)
        unsaid = sum(entry.quantity is None for entry in entries)
        result = []
        for entry in entries:
            if entry.quantity is None:
                unsaid -= 1
                most = available.get(entry.name, left) if unsaid else left
                quantity = uom.round(max(0.0, min(left, most)))
                left -= quantity
                entry = entry._replace(quantity=quantity)  # noqa: PLW2901
            result.append(entry)
        return result

    def _judge(self):
        """What each entry stands for, and what speaks against it.

        :return: list of (NumberText with its message, lot or empty when it is to be created)
        """
        self.ensure_one()
        entries = self._get_entries()
        readable = [(entry.name, entry.quantity) for entry in entries if not entry.message]
        judged = iter(self.env["pos.number.correction"].sudo()._judge(self._get_line(), readable))
        result = []
        for entry in entries:
            lot = self.env["stock.lot"]
            if not entry.message:
                _name, _quantity, lot, message = next(judged)
                entry = entry._replace(message=message or None)  # noqa: PLW2901
            result.append((entry, lot))
        return result

    @api.depends("text", "candidate_ids.quantity", "line_id")
    def _compute_preview(self):
        for wizard in self:
            judged = wizard._judge()
            total = sum(entry.quantity or 0.0 for entry, _lot in judged if not entry.message)
            uom = wizard._get_line().product_id.uom_id
            compare = uom.compare(total, wizard.quantity)
            bad = [entry for entry, _lot in judged if entry.message]
            wizard.is_valid = (
                bool(judged) and not bad and compare <= 0 and len(judged) <= MAX_NUMBERS
            )
            wizard.preview = wizard._render(judged, total, compare)

    def _render(self, judged, total, compare):
        """What each entry stands for, those that cannot be taken first.

        :param judged: see `_judge`
        :param total: quantity of all entries that can be assigned
        :param compare: 1 when that is more than wait for a number
        """
        if not judged:
            return False
        bad = [(entry, lot) for entry, lot in judged if entry.message]
        good = [(entry, lot) for entry, lot in judged if not entry.message]
        hidden = len(good) - MAX_SHOWN
        return self.env["ir.qweb"]._render(
            "pos_lot_traceability.pos_number_assignment_preview",
            {
                "alerts": self._get_alerts(len(bad), len(judged), total, compare),
                "rows": [self._get_row(entry, lot) for entry, lot in [*bad, *good[:MAX_SHOWN]]],
                "count": self.env._("%(given)g of %(open)g units", given=total, open=self.quantity),
                "is_too_much": compare > 0,
                "more": hidden > 0 and self.env._("… and %s more that can be assigned", hidden),
            },
        )

    def _get_alerts(self, bad, count, total, compare):
        """Sentences on why the entries cannot be assigned as they are."""
        alerts = []
        if count > MAX_NUMBERS:
            alerts.append(self._get_excess_message())
        if bad:
            alerts.append(
                self.env._(
                    "%(bad)s of %(all)s cannot be assigned, see why. Nothing is assigned before "
                    "each of them can be.",
                    bad=bad,
                    all=count,
                )
            )
        if compare > 0:
            alerts.append(
                self.env._(
                    "These are numbers for %(given)g units, but only %(open)g wait for one.",
                    given=total,
                    open=self.quantity,
                )
            )
        return alerts

    def _get_row(self, entry, lot):
        """One row of the preview: what was typed, and what becomes of it."""
        typed = entry.text.strip()
        if entry.message:
            state = "bad"
        else:
            state = "good" if lot or self.line_id.qty <= 0 else "new"
        return {
            "row": entry.row,
            "name": lot.name or entry.name or typed or "-",
            "typed": typed if entry.name and typed != entry.name else "",
            "quantity": "" if entry.quantity is None else f"{entry.quantity:g}",
            "state": state,
            "message": entry.message,
        }

    def _get_excess_message(self):
        return self.env._("At most %s numbers can be assigned at a time.", MAX_NUMBERS)

    # -------------------------------------------------------------------------- actions

    def action_assign(self):
        """Assign all of the entries, or none.

        :raises UserError: with the reasons
        """
        self.ensure_one()
        entries = [entry for entry, _lot in self._judge()]
        if not entries:
            raise UserError(self.env._("Scan, type or pick at least one Lot/Serial Number."))
        if len(entries) > MAX_NUMBERS:
            raise UserError(self._get_excess_message())
        self.env["pos.number.correction"]._raise_errors(
            [(e.name or e.text.strip(), e.quantity, None, e.message) for e in entries]
        )
        self.line_id._assign_numbers([(entry.name, entry.quantity) for entry in entries])
        return {"type": "ir.actions.act_window_close"}

    def action_assign_next(self):
        """Assign, and go on with the shop's next line that waits, oldest first."""
        config = self.config_id
        self.action_assign()
        self.env.flush_all()
        following = self.env["pos.order.line"].search(
            [
                ("waiting_number_qty", ">", 0),
                ("order_id.config_id", "=", config.id),
                # Not kits: their numbers are entered in the transfer.
                ("product_id.tracking", "!=", "none"),
            ],
            order="id",  # by order, it would be the newest
            limit=1,
        )
        return self._open(following) if following else {"type": "ir.actions.act_window_close"}


class PosNumberAssignmentCandidate(models.TransientModel):
    """A number on hand that may be the one that was sold."""

    _name = "pos.number.assignment.candidate"
    _inherit = ["pos.number.dialog"]
    _description = "Lot/Serial Number on Hand"

    assignment_id = fields.Many2one("pos.number.assignment", required=True, ondelete="cascade")
    tracking = fields.Selection(related="assignment_id.tracking")
    lot_id = fields.Many2one("stock.lot", string="Lot/Serial Number", readonly=True)
    available = fields.Float(string="On Hand", digits="Product Unit", readonly=True)
    reserved_for = fields.Char(readonly=True)
    expiration_date = fields.Datetime(readonly=True)
    is_taken = fields.Boolean(
        string="Assign", compute="_compute_is_taken", inverse="_inverse_is_taken"
    )
    quantity = fields.Float(string="Assign Quantity", digits="Product Unit")

    _target_fields = ("assignment_id",)

    def _get_target_lines(self):
        return self.assignment_id.line_id

    @api.depends("quantity")
    def _compute_is_taken(self):
        for candidate in self:
            candidate.is_taken = candidate.quantity > 0

    @api.onchange("is_taken")
    def _inverse_is_taken(self):
        for candidate in self:
            if candidate.is_taken != (candidate.quantity > 0):
                candidate.quantity = 1.0 if candidate.is_taken else 0.0
