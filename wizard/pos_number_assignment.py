import base64
import csv
import io
import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

MAX_CANDIDATES = 80
MAX_NUMBERS = 1000
# A quoted text, or anything up to a separator.
TOKEN = re.compile(r'"(?:[^"]|"")*"|[^,;\t"][^,;\t]*')
# Words of a header; a cell with a digit is none.
NAME_HEADER = re.compile(r"[^\d]*\b(lot|serial|number|sn)\b[^\d]*")
QUANTITY_HEADER = re.compile(r"[^\d]*\b(quantity|qty)\b[^\d]*")


class PosNumberAssignment(models.TransientModel):
    """Gives numbers to the units of one sold line: scanned, typed, pasted, imported or picked."""

    _name = "pos.number.assignment"
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
        help="One number a line. For lots a quantity may follow, after a semicolon.",
    )
    file = fields.Binary(string="Import CSV", attachment=False)
    file_name = fields.Char()
    candidate_ids = fields.One2many(
        "pos.number.assignment.candidate", "assignment_id", string="On Hand in the Shop"
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    is_valid = fields.Boolean(compute="_compute_preview")

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
            lots = config._find_on_hand(product, "", MAX_CANDIDATES)
            info = config._get_number_info(product, lots)
            rows = [
                {
                    "lot_id": lot.id,
                    "available": info[lot]["quantity"],
                    "reserved_for": info[lot]["reserved_for"],
                    "expiration_date": lot.expiration_date,
                }
                for lot in lots
                if not info[lot]["sold_in"] and info[lot]["quantity"] > 0
            ]
        self.candidate_ids = [fields.Command.create(row) for row in rows]

    # -------------------------------------------------------------------------- entries

    @api.onchange("file")
    def _onchange_file(self):
        """Put the rows of a file below what is typed already, to be seen before they count."""
        if not self.file:
            return
        rows = self._parse_file(base64.b64decode(self.file))
        self.text = "\n".join([*(self.text or "").splitlines(), *rows])
        self.file = False

    def _parse_file(self, content):
        """The rows of a CSV file as lines of text: numbers, with a quantity where there is one.

        :raises UserError: the file cannot be read, or has too many rows
        """
        for encoding in ("utf-8-sig", "latin-1"):
            try:
                text = content.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        if "\x00" in text:
            raise UserError(self.env._("This is no CSV file."))
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text), delimiter=delimiter)
            if any(cell.strip() for cell in row)
        ]
        if len(rows) > MAX_NUMBERS + 1:
            raise UserError(
                self.env._("At most %s numbers can be assigned at a time.", MAX_NUMBERS)
            )
        name_column, quantity_column = 0, 1
        header = [cell.lower().replace("_", " ") for cell in rows[0]] if rows else []
        names = [i for i, cell in enumerate(header) if NAME_HEADER.fullmatch(cell)]
        if names:
            rows = rows[1:]
            name_column = names[0]
            quantity_column = next(
                (i for i, cell in enumerate(header) if QUANTITY_HEADER.fullmatch(cell)),
                len(header),
            )
        lines = []
        for row in rows:
            name = row[name_column] if name_column < len(row) else ""
            if re.search('[,;\t"\n]', name):
                quoted = name.replace('"', '""').replace("\n", " ")
                name = f'"{quoted}"'
            quantity = row[quantity_column] if quantity_column < len(row) else ""
            is_one = self._parse_quantity(quantity) == 1
            if quantity and not (self.tracking == "serial" and is_one):
                name = f"{name};{quantity}"
            lines.append(name)
        return lines

    def _parse_quantity(self, text):
        """A quantity as people write it, or None."""
        text = text.strip().replace(" ", "")
        if "," in text and "." not in text:
            text = text.replace(",", ".")
        try:
            return float(text)
        except ValueError:
            return None

    def _parse_text(self):
        """What is typed, scanned or imported: list of (name, quantity or None)."""
        entries = []
        for line in (self.text or "").splitlines():
            tokens = [
                token[1:-1].replace('""', '"') if token.startswith('"') else token.strip()
                for token in TOKEN.findall(line.strip())
            ]
            tokens = [token for token in tokens if token]
            quantity = self._parse_quantity(tokens[1]) if len(tokens) == 2 else None
            separated = re.search("[;\t]", line)
            if self.tracking == "lot" and quantity is not None and separated:
                entries.append((tokens[0], quantity))
            else:
                entries += [(token, None) for token in tokens]
        return entries

    def _get_entries(self):
        """All that is to be assigned: list of (name, quantity).

        A lot without a quantity takes what is left, as far as it is on hand.

        :raises UserError: too many
        """
        self.ensure_one()
        entries = self._parse_text()
        # As superuser: a Point of Sale manager has no rights on lots, and is shown these.
        entries += [
            (candidate.lot_id.name, candidate.quantity)
            for candidate in self.candidate_ids.sudo()
            if candidate.quantity
        ]
        if len(entries) > MAX_NUMBERS:
            raise UserError(
                self.env._("At most %s numbers can be assigned at a time.", MAX_NUMBERS)
            )
        if self.tracking == "serial":
            return [(name, 1.0 if quantity is None else quantity) for name, quantity in entries]
        available = {c.lot_id.name: c.available for c in self.candidate_ids.sudo()}
        uom = self.line_id.product_id.uom_id
        left = self.quantity - sum(quantity or 0.0 for _name, quantity in entries)
        result = []
        for position, (name, quantity) in enumerate(entries):
            if quantity is None:
                is_last = all(other is not None for _n, other in entries[position + 1 :])
                quantity = left if is_last else min(left, available.get(name, left))  # noqa: PLW2901
                quantity = uom.round(max(0.0, quantity))  # noqa: PLW2901
                left -= quantity
            result.append((name, quantity))
        return result

    @api.depends("text", "candidate_ids.quantity", "line_id")
    def _compute_preview(self):
        for wizard in self:
            entries = wizard._get_entries()
            # As superuser: whoever may assign sees why a number cannot be taken.
            line = wizard.line_id._origin.sudo() or wizard.line_id.sudo()
            line = line.with_company(line.company_id)
            judged = wizard.env["pos.number.correction"].sudo()._judge(line, entries)
            total = sum(quantity for _name, quantity in entries)
            rows = [wizard._render_row(*row) for row in judged]
            compare = line.product_id.uom_id.compare(total, wizard.quantity)
            wizard.is_valid = (
                bool(judged) and compare <= 0 and not any(message for *_rest, message in judged)
            )
            wizard.preview = wizard._render(rows, total, compare)

    def _render_row(self, name, quantity, lot, message):
        if message:
            state, icon, text = "text-danger", "fa-times-circle", message
        elif not lot and self.line_id.qty > 0:
            state, icon, text = "text-warning", "fa-plus-circle", self.env._("New number")
        else:
            state, icon, text = "text-success", "fa-check-circle", self.env._("Can be assigned")
        return Markup(
            '<tr><td>%s</td><td class="text-end">%s</td>'
            '<td class="%s"><i class="fa %s" aria-hidden="true"></i> %s</td></tr>'
        ) % (name or "-", f"{quantity:g}", state, icon, text)

    def _render(self, rows, total, compare):
        if not rows:
            return False
        count = self.env._("%(given)g of %(open)g units", given=total, open=self.quantity)
        if compare > 0:
            count = self.env._("%(count)s: too many", count=count)
        return Markup(
            '<table class="table table-sm o_pos_number_preview"><thead><tr><th>%s</th>'
            '<th class="text-end">%s</th><th class="%s">%s</th></tr></thead>'
            "<tbody>%s</tbody></table>"
        ) % (
            self.env._("Lot/Serial Number"),
            self.env._("Quantity"),
            "text-danger" if compare > 0 else "",
            count,
            Markup("").join(rows),
        )

    # -------------------------------------------------------------------------- actions

    def action_assign(self):
        """Assign all of the entries, or none.

        :raises UserError: with the reasons
        """
        self.ensure_one()
        entries = self._get_entries()
        if not entries:
            raise UserError(self.env._("Scan, type or pick at least one Lot/Serial Number."))
        self.line_id._assign_numbers(entries)
        return {"type": "ir.actions.act_window_close"}

    def action_assign_next(self):
        """Assign, and go on with the shop's next line that waits, oldest first."""
        config = self.config_id
        self.action_assign()
        self.env.flush_all()
        following = self.env["pos.order.line"].search(
            [("waiting_number_qty", ">", 0), ("order_id.config_id", "=", config.id)],
            order="order_id, id",
        )
        following = following.filtered(lambda line: line.product_id.tracking != "none")[:1]
        return self._open(following) if following else {"type": "ir.actions.act_window_close"}


class PosNumberAssignmentCandidate(models.TransientModel):
    """A number on hand that may be the one that was sold."""

    _name = "pos.number.assignment.candidate"
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

    @api.depends("quantity")
    def _compute_is_taken(self):
        for candidate in self:
            candidate.is_taken = candidate.quantity > 0

    @api.onchange("is_taken")
    def _inverse_is_taken(self):
        for candidate in self:
            if candidate.is_taken != (candidate.quantity > 0):
                candidate.quantity = 1.0 if candidate.is_taken else 0.0
