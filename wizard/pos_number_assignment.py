from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..number.text import MAX_NUMBERS, NumberText

MAX_CANDIDATES = 80
# Rows of the preview that are known and in order; all others are shown.
MAX_SHOWN = 100
# In this order they are shown, the worst first.
STATES = ("bad", "new", "warn", "good")


class PosNumberAssignment(models.TransientModel):
    """Gives numbers to the units of one sold line: scanned, typed, pasted, imported or picked."""

    _name = "pos.number.assignment"
    _inherit = ["pos.number.dialog"]
    _description = "Assign Lot/Serial Numbers"

    line_id = fields.Many2one("pos.order.line", required=True, readonly=True, ondelete="cascade")
    order_id = fields.Many2one(related="line_id.order_id")
    receipt = fields.Char(related="line_id.order_id.pos_reference", string="Receipt")
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
    is_return = fields.Boolean(compute="_compute_quantity", compute_sudo=True)
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
    is_certain = fields.Boolean(
        compute="_compute_preview",
        help="There is nothing to decide: all units have a known number that is in order.",
    )
    sold_number_id = fields.Many2one(
        "pos.pack.operation.lot",
        compute="_compute_preview",
        help="Where another sale has this number: the number there, to correct it if it is wrong.",
    )
    sold_note = fields.Char(compute="_compute_preview")

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
            "views": [(False, "form")],  # the browser also gets it inside a notification
            "target": "new",
        }

    @api.depends("line_id")
    def _compute_quantity(self):
        for wizard in self:
            wizard.quantity = wizard.line_id._get_assignable_quantity()
            wizard.is_return = wizard.line_id.qty < 0

    def _load_candidates(self):
        """Offer what may be it: on hand in the shop in removal order, or sold and not returned."""
        self.ensure_one()
        # The caller may see this sale; what lies in its shop is what is offered.
        line = self.line_id.sudo()
        if line.qty < 0:
            returned = line.refunded_orderline_id.pack_lot_ids._get_quantity_given_back()
            rows = [
                {"lot_id": number.lot_id.id, "available": number.quantity - back}
                for number, back in returned.items()
                if number.lot_id and number.quantity > back
            ]
        else:
            rows = [
                {
                    "lot_id": lot.id,
                    "available": info["quantity"],
                    "reserved_for": info["reserved_for"],
                    "expiration_date": lot.expiration_date,
                    "level": level,
                    "status": status,
                }
                for lot, info in self._find_on_hand(line).items()
                for level, status in [self._get_status(info)]
            ]
        self.sudo().candidate_ids = [fields.Command.create(row) for row in rows]

    @api.model
    def _find_on_hand(self, line):
        """What lies in the shop and is not sold, in removal order, what has expired at the end.

        :return: `{lot: information}`, see `pos.config._get_number_info`
        """
        config = line.order_id.config_id
        product = line.product_id.with_company(line.company_id)
        now = fields.Datetime.now()
        date = "lot_id.expiration_date"
        fresh = Domain(date, "=", False) | Domain(date, ">", now)
        found = {}
        for domain in (fresh, Domain(date, "<=", now)):
            room = MAX_CANDIDATES - len(found)
            if room > 0:
                found |= config._find_on_hand(product, "", room, quant_domain=domain)
        return {
            lot: info for lot, info in found.items() if not info["sold_in"] and info["quantity"] > 0
        }

    def _get_status(self, info):
        """What is to know of a number before it is assigned, as the till says it.

        :param info: see `pos.config._get_number_info`
        :return: (level: "danger", "warning" or False, text)
        """
        parts, level = [], False
        if info["reserved_for"]:
            parts.append(self.env._("reserved for %s", info["reserved_for"]))
            level = "warning"
        if info["expiration_date"]:
            date = fields.Datetime.to_datetime(info["expiration_date"])
            day = format_date(self.env, fields.Datetime.context_timestamp(self, date))
            if info["expired"]:
                parts.append(self.env._("expired on %s", day))
                level = "danger"
            else:
                parts.append(self.env._("expires on %s", day))
                level = "warning" if info["expires_soon"] else level
        return level, " · ".join(parts)

    # -------------------------------------------------------------------------- entries

    @api.onchange("file")
    def _onchange_file(self):
        """Put the rows of a file below what is typed already, to be seen before they count."""
        if not self.file:
            return None
        line = self._get_line()
        rows, titles = (
            self.env["pos.number.text"]
            .sudo()
            ._read_file(line.product_id, line.company_id, self._decode_file(self.file))
        )
        typed = (self.text or "").rstrip("\r\n")
        self.text = "\n".join([*([typed] if typed else []), *rows])
        self.file = False
        if not titles:
            return None
        return {
            "warning": {
                "type": "notification",
                "title": self.env._("Titles of columns"),
                "message": self.env._("The first row is read as titles of columns: %s", titles),
            }
        }

    def _get_line(self):
        """The line as superuser: whoever may assign sees why a number cannot be taken."""
        line = (self.line_id._origin or self.line_id).sudo()
        return line.with_company(line.company_id)

    def _get_entries(self):
        """All that is to be assigned, as `pos.number.text` reads it, each with its quantity.

        A lot without a quantity takes what is left, as far as it is on hand. What is refused takes
        nothing of it.

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
        return self._share_out(line, entries)

    def _share_out(self, line, entries):
        """Give each lot without a quantity what is left, but nothing to those that are refused.

        :return: the entries with their quantities
        """
        unsaid = [e for e in entries if e.quantity is None and not e.message]
        refused = set()
        if unsaid:
            readable = [entry for entry in entries if not entry.message]
            judged = (
                self.env["pos.number.correction"]
                .sudo()
                ._judge(line, [(e.name, e.quantity or 1.0) for e in readable])
            )
            refused = {
                entry
                for entry, (_name, _quantity, _lot, message) in zip(readable, judged, strict=True)
                if message
            }
        # As superuser: see `_get_entries`.
        available = {c.lot_id.name: c.available for c in self.candidate_ids.sudo()}
        uom = line.product_id.uom_id
        left = self.quantity - sum(
            e.quantity or 0.0 for e in entries if not e.message and e not in refused
        )
        takers = [entry for entry in unsaid if entry not in refused]
        shares = {}
        for entry in takers:
            most = available.get(entry.name, left) if entry != takers[-1] else left
            shares[entry] = uom.round(max(0.0, min(left, most)))
            left -= shares[entry]
        return [
            entry
            if entry.quantity is not None or entry.message
            else entry._replace(quantity=shares.get(entry, 1.0))
            for entry in entries
        ]

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
            rows = wizard._get_rows(judged)
            wizard.is_valid = (
                bool(rows["all"])
                and not rows["bad"]
                and compare <= 0
                and len(judged) <= MAX_NUMBERS
            )
            wizard.is_certain = (
                wizard.is_valid and compare == 0 and not rows["new"] and not rows["warn"]
            )
            wizard.preview = wizard._render(rows, total, compare)
            wizard._note_holder(judged)

    def _note_holder(self, judged):
        """Name the sale that has the first serial which cannot be taken for that reason."""
        lots = [lot for entry, lot in judged if entry.message and lot]
        number = self.env["pos.pack.operation.lot"].sudo()
        if lots and self.tracking == "serial" and self.line_id.qty > 0:
            held = number.search([("lot_id", "in", [lot.id for lot in lots]), ("holds", "=", True)])
            # A kit holds no serial.
            held = held or self.env["pos.number.correction"].sudo()._find_holder(lots[0])
            held = held.filtered(
                lambda n: (
                    n.pos_order_line_id != self.line_id._origin
                    and n.order_id.company_id == self._get_line().company_id
                )
            )
            number = held.sorted(lambda n: lots.index(n.lot_id))[:1]
        self.sold_number_id = number.with_env(self.env)
        self.sold_note = bool(number) and self.env._(
            "%(number)s stands on %(order)s. If that one has another unit, correct it there first.",
            number=number.lot_name,
            order=number.order_id._get_receipt_title(),
        )

    def _get_rows(self, judged):
        """:return: `{state: rows of the preview}`, and under "all" the rows in their order"""
        lots = self.env["stock.lot"].union(*[lot for _entry, lot in judged])
        line = self._get_line()
        infos, strange = {}, set()
        if lots and line.qty > 0:
            product = line.product_id
            infos = line.order_id.config_id._get_number_info(product, lots.sudo())
        elif lots:
            flags = self.env["pos.number.correction"].sudo()._foresee_flags(line, lots.sudo())
            strange = {lot.id for lot, codes in flags.items() if "not_sold" in codes}
        rows = [
            self._get_row(entry, lot, infos.get(lot), lot.id in strange) for entry, lot in judged
        ]
        by_state = {state: [row for row in rows if row["state"] == state] for state in STATES}
        return {**by_state, "all": [row for state in STATES for row in by_state[state]]}

    def _render(self, rows, total, compare):
        """What each entry stands for: those that cannot be taken first, then the new ones.

        :param rows: see `_get_rows`
        :param total: quantity of all entries that can be assigned
        :param compare: 1 when that is more than wait for a number
        """
        if not rows["all"]:
            return False
        hidden = len(rows["good"]) - MAX_SHOWN
        return self.env["ir.qweb"]._render(
            "pos_lot_traceability.pos_number_assignment_preview",
            {
                "alerts": self._get_alerts(len(rows["bad"]), len(rows["all"]), total, compare),
                "rows": rows["all"][: -hidden if hidden > 0 else None],
                "count": self.env._("%(given)g of %(open)g units", given=total, open=self.quantity),
                "kinds": self._get_kinds({state: len(rows[state]) for state in STATES}),
                "is_too_much": compare > 0,
                "more": hidden > 0 and self.env._("… and %s more that can be assigned", hidden),
            },
        )

    def _get_kinds(self, counts):
        """How many of each kind there are: list of (state, text), without those of none."""
        texts = {
            "bad": self.env._("%s cannot be assigned", counts["bad"]),
            "new": self.env._("%s new", counts["new"]),
            "warn": self.env._("%s to check", counts["warn"]),
            "good": self.env._("%s known", counts["good"]),
        }
        return [(state, texts[state]) for state in STATES if counts[state]]

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
                    "These are numbers for %(given)g units, with only %(open)g to assign.",
                    given=total,
                    open=self.quantity,
                )
            )
        return alerts

    def _get_row(self, entry, lot, info=None, is_strange=False):
        """One row of the preview: what was typed, and what becomes of it.

        :param info: what is known of the lot, see `pos.config._get_number_info`
        :param is_strange: it comes back, and the sale that is refunded did not sell it
        """
        typed = entry.text.strip()
        level, status = self._get_status(info) if info else (False, "")
        if is_strange:
            level, status = "warning", self._get_strange_note()
        if entry.message:
            state = "bad"
        elif lot or self.line_id.qty <= 0:
            state = "warn" if level else "good"
        else:
            state = "new"
        return {
            "row": entry.row,
            "name": lot.name or entry.name or typed or "-",
            "typed": typed if entry.name and typed != entry.name else "",
            "quantity": "" if entry.quantity is None else f"{entry.quantity:g}",
            "state": state,
            "message": entry.message or status,
        }

    def _get_strange_note(self):
        sale = self._get_line().refunded_orderline_id.order_id
        if not sale:
            return self.env._("no customer has it according to stock: it will be flagged")
        return self.env._("was not sold on %s: it will be flagged", sale._get_receipt_title())

    def _get_excess_message(self):
        return self.env._("At most %s numbers can be assigned at a time.", MAX_NUMBERS)

    # -------------------------------------------------------------------------- actions

    def action_correct_sold(self):
        """Open the dialog that corrects the other sale which has an entry of this one."""
        self.ensure_one()
        self.check_access("read")
        if not self.sold_number_id:
            raise UserError(self.env._("No other sale has these numbers."))
        return self.sold_number_id.action_correct()

    def action_close_without_number(self):
        """Open what asks for the reason to close this line without number."""
        self.ensure_one()
        self.check_access("read")
        return self.line_id.action_close_without_number()

    def action_assign(self):
        """Assign all of the entries, or none: see `_assign_all`."""
        self._assign_all()
        return {"type": "ir.actions.act_window_close"}

    def _assign_all(self):
        """Assign all of the entries, or none.

        :raises UserError: with the reasons
        """
        self.ensure_one()
        self.check_access("write")  # one's own only
        entries = [entry for entry, _lot in self._judge()]
        if not entries:
            raise UserError(self.env._("Scan, type or pick at least one Lot/Serial Number."))
        if len(entries) > MAX_NUMBERS:
            raise UserError(self._get_excess_message())
        self.env["pos.number.correction"]._raise_errors(
            [(e.name or e.text.strip(), e.quantity, None, e.message) for e in entries]
        )
        self.line_id._assign_numbers(
            [(entry.name, entry.quantity) for entry in entries],
            {entry.name: dict(entry.days) for entry in entries if entry.days},
        )
