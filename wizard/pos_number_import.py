from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..number import csv_rows
from ..number.name import clean_name, fold_name
from ..number.text import parse_quantity

MAX_SHOWN = 200
COLUMNS = 4


class ImportRow(NamedTuple):
    """One row of the file: what it says, and what it stands for."""

    row: int  # of the file, from 1
    reference: str
    product: str
    number: str
    written: str  # the quantity
    line: object = None  # pos.order.line, as superuser
    quantity: float | None = None  # in the product's unit
    days: tuple = ()  # see `NumberText`
    is_new: bool = False
    message: str | None = None  # why it cannot be assigned


class PosNumberImport(models.TransientModel):
    """Reads numbers of many orders from one CSV file, and assigns all of them or none.

    Columns, in this order: the order's reference or receipt number, the product (name, internal
    reference or barcode; it may be empty where the order waits for one product only), the number,
    its quantity (empty: one of a serial, all that waits of a lot).
    """

    _name = "pos.number.import"
    _inherit = ["pos.number.input"]
    _description = "Import Lot/Serial Numbers of Many Orders"

    file = fields.Binary(string="CSV File", attachment=False)
    file_name = fields.Char()
    preview = fields.Html(compute="_compute_preview", sanitize_attributes=False)
    is_valid = fields.Boolean(compute="_compute_preview")

    @api.model
    def _open(self):
        return {
            "name": self.env._("Import Lot/Serial Numbers of Many Orders"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------------------- reading

    def _read_file(self):
        """:return: (rows as lists of four cells, whether the first was a header)
        :raises UserError: the file cannot be read, holds nothing, or too many rows
        """
        Text = self.env["pos.number.text"]
        content = self._decode_file(self.with_context(bin_size=False).file or b"")
        cells = Text._read_csv(content, csv_rows.read_cells)
        rows = [([*row, *[""] * COLUMNS])[:COLUMNS] for row in cells]
        has_header = bool(rows) and self._is_header(rows[0])
        Text._check_row_count(len(rows) - has_header)
        return rows, has_header

    def _is_header(self, cells):
        """A first row that names no order, and whose quantity is no number."""
        quantity = cells[COLUMNS - 1]
        has_quantity = parse_quantity(quantity) is not None
        return not has_quantity and not self._find_orders({cells[0]})

    @api.model
    def _find_orders(self, references):
        """Orders by receipt number or reference: `{reference: pos.order}`, as superuser."""
        wanted = list({clean_name(reference) for reference in references} - {""})
        orders = (
            self.env["pos.order"]
            .sudo()
            .search(
                [
                    *("&", "|", ("pos_reference", "in", wanted), ("name", "in", wanted)),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
        )
        found = defaultdict(self.env["pos.order"].sudo)
        for order in orders:
            for reference in {order.pos_reference, order.name} & set(wanted):
                found[reference] |= order
        return found

    def _read_rows(self):
        """What each row of the file stands for, with the reason where it cannot be assigned.

        :return: (list of `ImportRow`, in the order of the file; the titles of columns as the first
            row has them, empty when it has none)
        """
        rows, has_header = self._read_file()
        orders = self._find_orders({cells[0] for cells in rows[has_header:]})
        entries, seen, taken = [], set(), defaultdict(float)
        for place, cells in enumerate(rows[has_header:], start=1 + has_header):
            entry = self._find_line(ImportRow(place, *cells), orders, taken)
            if entry.line is not None:
                entry = self._read_number(entry, seen, taken)
            entries.append(entry)
        titles = " · ".join(filter(None, rows[0])) if has_header else ""
        return self._judge(entries), titles

    def _find_line(self, entry, orders, taken):
        """:param taken: `{line: units that rows before this one take}`"""
        order = orders.get(clean_name(entry.reference))
        if not order:
            message = self.env._("There is no order “%s”.", entry.reference or "-")
            return entry._replace(message=message)
        lines = order.lines.filtered(
            lambda line: line.product_id.tracking != "none" and line._get_assignable_quantity() > 0
        )
        wanted = fold_name(entry.product)
        if wanted:
            lines = lines.filtered(lambda line: wanted in self._get_names(line))
        if not lines:
            return entry._replace(message=self.env._("Nothing of it waits for a number."))
        if len(lines.order_id) > 1 or (len(lines.product_id) > 1 and not wanted):
            return entry._replace(
                message=self.env._("Several orders or products fit: name the product.")
            )
        if len(lines.product_id) > 1:
            return entry._replace(
                message=self.env._("Several products of the order have this name.")
            )
        uom = lines.product_id.uom_id
        room = lines.filtered(
            lambda line: uom.compare(line._get_assignable_quantity(), taken[line]) > 0
        )
        return entry._replace(line=(room or lines.sorted("id")[-1:])[:1])

    @staticmethod
    def _get_names(line):
        product = line.product_id
        names = (product.name, product.display_name, product.default_code, product.barcode)
        return {fold_name(name) for name in (*names, line.full_product_name) if name}

    def _read_number(self, entry, seen, taken):
        """:param seen: (product, folded number) of the serials of rows before this one"""
        line = entry.line
        text = self.env["pos.number.text"].sudo()
        read = text._read_name(line.product_id, line.company_id, entry.number)
        quantity = parse_quantity(entry.written) if entry.written else read.quantity
        message = read.message
        if not message and entry.written and quantity is None:
            message = self.env._("“%s” is not a quantity.", entry.written)
        uom = line.product_id.uom_id
        left = max(0.0, uom.round(line._get_assignable_quantity() - taken[line]))
        if quantity is None:
            quantity = 1.0 if line.product_id.tracking == "serial" else left
        if not message and line.product_id.tracking == "serial":
            key = (line.product_id, fold_name(read.name))
            if key in seen:
                message = self.env._("This serial number is entered twice.")
            seen.add(key)
        if not message and uom.compare(quantity, left) > 0:
            message = self.env._(
                "These are numbers for %(given)g units, with only %(open)g to assign.",
                given=quantity,
                open=left,
            )
        if not message:
            taken[line] += quantity
        return entry._replace(
            number=read.name or entry.number, quantity=quantity, days=read.days, message=message
        )

    def _judge(self, entries):
        """Ask of each line's numbers whether they can be taken; see `pos.number.correction`."""
        by_line = defaultdict(list)
        for place, entry in enumerate(entries):
            if not entry.message:
                by_line[entry.line].append(place)
        correction = self.env["pos.number.correction"].sudo()
        for line, places in by_line.items():
            line = line.with_company(line.company_id)  # noqa: PLW2901
            asked = [(entries[place].number, entries[place].quantity) for place in places]
            for place, judged in zip(places, correction._judge(line, asked), strict=True):
                _name, _quantity, lot, message = judged
                entries[place] = entries[place]._replace(
                    message=message or None, is_new=not lot and line.qty > 0
                )
        return entries

    # ------------------------------------------------------------------------- preview

    @api.depends("file")
    def _compute_preview(self):
        for wizard in self:
            wizard.is_valid = False
            wizard.preview = False
            if not wizard.file:
                continue
            try:
                entries, titles = wizard._read_rows()
            except UserError as error:
                wizard.preview = self.env["ir.qweb"]._render(
                    "pos_lot_traceability.pos_number_import_preview",
                    {"alerts": [error.args[0]]},
                )
                continue
            wizard.is_valid = not any(entry.message for entry in entries)
            wizard.preview = wizard._render(entries, titles)

    def _render(self, entries, titles):
        notes = [self.env._("Row 1 is read as titles of columns: %s", titles)] if titles else []
        bad = [entry for entry in entries if entry.message]
        new = [entry for entry in entries if entry.is_new and not entry.message]
        known = [entry for entry in entries if not entry.is_new and not entry.message]
        hidden = len(known) - MAX_SHOWN
        kinds = [
            ("bad", self.env._("%s cannot be assigned", len(bad)), len(bad)),
            ("new", self.env._("%s new", len(new)), len(new)),
            ("good", self.env._("%s known", len(known)), len(known)),
        ]
        alert = self.env._(
            "%(bad)s of %(all)s cannot be assigned, see why. Nothing is assigned before each of "
            "them can be.",
            bad=len(bad),
            all=len(entries),
        )
        return self.env["ir.qweb"]._render(
            "pos_lot_traceability.pos_number_import_preview",
            {
                "alerts": [alert] if bad else [],
                "notes": notes,
                "rows": [self._get_row(each) for each in [*bad, *new, *known[:MAX_SHOWN]]],
                "kinds": [(state, text) for state, text, count in kinds if count],
                "more": hidden > 0 and self.env._("… and %s more that can be assigned", hidden),
            },
        )

    @staticmethod
    def _get_row(entry):
        return {
            "row": entry.row,
            "reference": entry.reference or "-",
            "product": entry.line.product_id.display_name if entry.line else entry.product,
            "number": entry.number or "-",
            "quantity": entry.written if entry.quantity is None else f"{entry.quantity:g}",
            "state": "bad" if entry.message else "new" if entry.is_new else "good",
            "message": entry.message,
        }

    # ------------------------------------------------------------------------- actions

    def action_import(self):
        """Assign all rows, or none.

        :raises AccessError: see `pos.number.correction._check_caller`
        :raises UserError: with the rows that cannot be assigned and the reasons
        """
        self.ensure_one()
        self.check_access("write")  # one's own only
        correction = self.env["pos.number.correction"]
        correction._check_caller(self.env["pos.order.line"])
        if not self.file:
            raise UserError(self.env._("Choose a CSV file first."))
        entries, _titles = self._read_rows()
        correction._raise_errors(
            [
                (
                    self.env._(
                        "Row %(row)s, %(number)s", row=entry.row, number=entry.number or "-"
                    ),
                    entry.quantity,
                    None,
                    entry.message,
                )
                for entry in entries
            ]
        )
        by_line, days = defaultdict(list), defaultdict(dict)
        for entry in entries:
            by_line[entry.line].append((entry.number, entry.quantity))
            if entry.days:
                days[entry.line].setdefault(entry.number, dict(entry.days))
        lines = self.env["pos.order.line"]
        with self.env.cr.savepoint():
            for line, numbers in by_line.items():
                lines.browse(line.id)._assign_numbers(numbers, days[line])
        message = self.env._(
            "Numbers assigned: %(numbers)s. Orders: %(orders)s.",
            numbers=len(entries),
            orders=len({line.order_id for line in by_line}),
        )
        return lines._get_notification(message)
