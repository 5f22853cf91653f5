from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from ..number.arguments import is_storable
from ..number.label import get_number_name
from ..number.text import strip

MAX_ROUND = 10_000
# Of lines in an open session whose stock moves at closing, numbers are missing and do not wait yet.
OPEN = Domain("waiting_number_qty", ">", 0) | Domain("missing_number_qty", ">", 0)
# Lines that are looked at when a scanned number asks for its line.
MAX_SEARCHED = 1000
MAX_JUDGED = 100


class PosOrderLine(models.Model):
    """The worklist: its order, its search by number, and what is done to many of its lines."""

    _inherit = "pos.order.line"

    number_wanted = fields.Char(
        string="Lot/Serial Number",
        compute="_compute_number_wanted",
        search="_search_number_wanted",
        help="Finds lines that have this number, and waiting lines that may get it.",
    )

    def _compute_number_wanted(self):
        """Only searched by."""
        self.number_wanted = False

    @api.model
    def _search_number_wanted(self, operator, value):
        if operator not in ("ilike", "like", "=", "in", "=ilike"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else [each for each in value if each]
        found = Domain.FALSE
        for text in texts:
            name = strip(text)
            found |= Domain("pack_lot_ids.lot_name", "=" if operator == "in" else operator, name)
            mine = Domain("waiting_number_qty", ">", 0)
            mine &= Domain("company_id", "in", self.env.companies.ids)
            found |= Domain("id", "in", self.sudo()._find_by_number(mine, name)[1].ids)
        return found

    # ------------------------------------------------------------------ sums of one unit

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Quantities are summed where the unit is one: kilograms and pieces have no sum."""
        selected = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec in ("waiting_number_qty:sum", "closed_number_qty:sum"):
            unit = self._field_to_sql(self._table, "product_uom_id", query)
            return SQL("CASE WHEN COUNT(DISTINCT %s) < 2 THEN %s END", unit, selected)
        return selected

    # ------------------------------------------------------------------------- the round

    @api.model
    def _read_round(self, shown):
        """The lines of a list in the order in which it shows them.

        :param shown: what the list says of itself, `{domain, groupBy, orderBy}`, from the browser;
            the caller's rights decide what is found
        :return: ids; none where that is no list
        """
        try:
            domain, groups, order = self._get_list(shown)
            lines = self.search(
                # Not kits: their numbers are entered in the transfer.
                domain & Domain("product_id.tracking", "!=", "none"),
                order=order,
                limit=MAX_ROUND,
            )
            if not groups:
                return lines.ids
            place = {line_id: place for place, line_id in enumerate(lines.ids)}
            grouped = self._read_group([("id", "in", lines.ids)], groups, ["id:array_agg"])
        except (ValueError, TypeError, KeyError, AttributeError, UserError):
            return []
        ids = [i for *_group, group_ids in grouped for i in sorted(group_ids, key=place.get)]
        return list(dict.fromkeys(ids))

    @api.model
    def _get_list(self, shown):
        """:return: (domain, group by, order) of a list, see `_read_round`"""
        orders = [
            f"{each['name']} {'asc' if each.get('asc', True) else 'desc'}"
            for each in shown.get("orderBy") or []
            if each["name"] in self._fields
        ]
        groups = [
            group for group in shown.get("groupBy") or [] if group.split(":")[0] in self._fields
        ]
        return Domain(shown.get("domain") or []), groups, ", ".join([*orders, "id"])

    def _get_shop_round(self):
        """Lines of this line's shop that wait, oldest first: where no list says otherwise."""
        self.ensure_one()
        return self.search(
            [
                ("waiting_number_qty", ">", 0),
                ("order_id.config_id", "=", self.sudo().order_id.config_id.id),
                ("product_id.tracking", "!=", "none"),
            ],
            order="id",  # by order, it would be the newest
            limit=MAX_ROUND,
        ).ids

    # ------------------------------------------------------------------ a scanned number

    @api.model
    def action_assign_scanned(self, code, shown=None):
        """Open the oldest line of a list that waits for a scanned number, filled in.

        :param str code: a number, a product's barcode, or a GS1 code
        :param shown: the list, see `_read_round`
        :return: an action: the dialog, or a notification that says why there is none. Of a serial
            that a sale has already, `sold_number_id` in it is the number to correct there, if it is
            wrong there
        :raises AccessError: see `pos.number.correction._check_caller`
        """
        self.env["pos.number.correction"]._check_caller(self.browse())
        name = strip(code if isinstance(code, str) and is_storable(code) else "")
        try:
            listed, _groups, _order = self._get_list(shown or {})
        except (ValueError, TypeError, KeyError, AttributeError):
            listed = Domain.TRUE
        text, lines, products = self._find_by_code(listed, code if name else "", name)
        sold = self._find_holder(code, lines) if name else self.browse()
        if sold:
            return self._tell_sold(sold)
        if lines:
            return lines[0].with_context(pos_numbers_list=shown)._open_filled(text)
        if products:
            message = self.env._(
                "%(number)s is of %(products)s: nothing in this list waits for it.",
                number=name,
                products=", ".join(products.sudo().mapped("display_name")[:3]),
            )
        else:
            message = self.env._(
                "Nobody knows %(number)s. Open the line that it belongs to, and enter it there.",
                number=name or "-",
            )
        return self._get_notification(message, "warning")

    def _open_filled(self, text):
        """The dialog of this line with a text in it; of a kit its transfer."""
        action = self.action_assign_numbers()
        wizard = self.env["pos.number.assignment"]
        if action["res_model"] == wizard._name:
            wizard.browse(action["res_id"]).write(
                {"text": f"{text}\n" if text else "", "is_scanned": bool(text)}
            )
        return action

    @api.model
    def _find_by_code(self, listed, code, name):
        """The waiting lines of a list that a scanned code can be meant for, the likeliest first.

        A known number goes before a product's barcode, and that before a GS1 code.

        :param Domain listed: the list
        :param str code: as it was scanned; `name`: without what scanners send around it
        :return: (text to fill in, lines, products that the code is of)
        """
        products, lines = self._find_by_number(listed, name)
        if products or lines:
            return name, lines, products
        Text = self.env["pos.number.text"].sudo()
        for company in self.env.companies:
            codes, owners = Text._read_codes(company, [code])
            meaning = codes[code].meaning
            if name in owners:
                owner = owners[name].product
                return "", self._search_waiting(listed, owner), owner
            gtin = meaning.get("gtin")
            if gtin in owners:
                owner = owners[gtin].product
                number = get_number_name(meaning, owner.tracking)
                found = self._search_waiting(listed, owner)
                able = found._filter_able(number) if number else found
                return code if number else "", able or found, owner
            if meaning and not gtin:
                products, lines = self._find_by_number(listed, get_number_name(meaning, "serial"))
                if products or lines:
                    return code, lines, products
        return "", self.browse(), self.env["product.product"]

    @api.model
    def _find_holder(self, code, lines):
        """The number by which a paid sale has a scanned serial that none of these lines can take.

        :return: pos.pack.operation.lot; none where nobody has it, or where a line asks for it
        """
        held = self.env["pos.pack.operation.lot"].sudo()
        meant = self.env["pos.number.trace"].sudo()._find_by_text(code, self.env.companies)
        lots = [each for each in meant if each._name == "stock.lot"]
        if len(lots) != 1 or lots[0].product_id.tracking != "serial":
            return held
        held = self.env["pos.number.correction"].sudo()._find_holder(lots[0])
        held = held.filtered(lambda number: number.order_id.company_id in self.env.companies)
        # A line that waits with this number, or can take it (a return), is what was meant.
        line = lines[:1]
        if held and (lots[0] in line.pack_lot_ids.sudo().lot_id or line._filter_able(lots[0].name)):
            return held.browse()
        return held

    @api.model
    def _tell_sold(self, number):
        """Say which sale has a number, and which number it is there."""
        action = self._get_notification(
            self.env._(
                "%(number)s of %(product)s is on %(order)s already. If that one has another unit, "
                "correct it there.",
                number=number.lot_name,
                product=number._get_own_product().display_name,
                order=number.order_id._get_receipt_title(),
            ),
            "warning",
        )
        action["params"]["sold_number_id"] = number.id
        return action

    @api.model
    def _find_by_number(self, listed, name):
        """The waiting lines of a list where a number was entered, or may be assigned.

        A name that is exactly this one goes before one that is the same but for its letter case.

        :return: (products that have such a number, lines: those with the number first, then those
            that can take it; where none can, all that wait for its product)
        """
        products = self.env["product.product"]
        if not name:
            return products, self.browse()
        rows = {
            row
            for company in self.env.companies
            for row in self.env["stock.lot"].sudo()._fetch_by_names({name}, company)
        }
        exact = {row for row in rows if row[2] == name}
        products = products.browse({row[0] for row in exact or rows}).sorted("id")
        pattern = escape_psql(name)
        written = self.search(
            listed & OPEN & Domain("pack_lot_ids.lot_name", "=ilike", pattern),
            order="id",
            limit=MAX_SEARCHED,
        )
        waiting = self._search_waiting(listed, products)
        able = waiting._filter_able(name)
        first = (written & able).sorted("id") | written | able
        return products, first or waiting

    @api.model
    def _search_waiting(self, listed, products):
        """Lines of a list that wait for a number of products, themselves or in a kit."""
        if not products:
            return self.browse()
        waiting = listed & OPEN
        return self.search(
            waiting & Domain("product_id", "in", products.ids), order="id", limit=MAX_SEARCHED
        ) or self.search(
            waiting
            & Domain("product_id.tracking", "=", "none")
            & Domain("waiting_move_ids.product_id", "in", products.ids),
            order="id",
            limit=MAX_SEARCHED,
        )

    def _filter_able(self, name):
        """The lines that can take a number. Sales of one shop are alike: one is asked for all."""
        answers, able = {}, self.browse()
        correction = self.env["pos.number.correction"].sudo()
        for line in self.sudo():
            if line.product_id.tracking == "none":
                continue
            key = (line.product_id, line.order_id.config_id) if line.qty > 0 else line
            if key not in answers and len(answers) < MAX_JUDGED:
                line = line.with_company(line.company_id)  # noqa: PLW2901
                ((_name, _quantity, lot, message),) = correction._judge(line, [(name, 1.0)])
                # A return may take what its sale did not sell, but nobody means that by a scan.
                is_strange = line.qty < 0 and lot and correction._foresee_flags(line, lot)[lot]
                answers[key] = not message and not is_strange
            if answers.get(key):
                able |= self.browse(line.id)
        return able

    # --------------------------------------------------------------------- many of them

    def action_review_numbers(self):
        """Mark the flags of these lines as reviewed."""
        count = len(self.pack_lot_ids.filtered("needs_review"))
        self.pack_lot_ids.action_review()
        return self._get_notification(
            self.env._("Flagged numbers marked as reviewed: %s.", count)
            if count
            else self.env._("These lines have no flag to review."),
            "success" if count else "info",
        )

    def action_import_numbers(self):
        """Open the dialog that reads numbers of many orders from one file, whatever is selected."""
        self.env["pos.number.correction"]._check_caller(self.browse())
        return self.env["pos.number.import"]._open()

    @api.model
    def _get_notification(self, message, kind="success", following=None):
        """:param following: the action after it; none closes the dialog, if one is open"""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": following or {"type": "ir.actions.act_window_close"},
            },
        }
