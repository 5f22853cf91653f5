from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..number.name import MAX_NAME_LENGTH, clean_name, fold_name
from ..number.trace import Key
from .stock_lot import FOLDED_NAME, FOLDED_REF

MAX_CHOICES = 20
MAX_TEXT = 5000
# Who asks sees all (inventory users), or what a till may show.
FULL, TILL = "full", "till"


class PosNumberTrace(models.AbstractModel):
    """The life of a number: where it came from, where it is, who has it. Reads only.

    Three sources make one list, see `number.trace`: what moved a lot (but sales at tills), its
    sales and returns at tills, its repairs. A name that no lot has (any more) has its sales only.
    """

    _name = "pos.number.trace"
    _description = "Trace of a Lot/Serial Number"

    # ------------------------------------------------------------------------------ asking

    @api.model
    @api.readonly
    def get_trace(self, query, cursor=None, oldest_first=False):
        """The back office's question.

        :param dict query: see `_trace`
        :return: see `_trace`
        :raises AccessError: the caller has no right in Inventory or the Point of Sale
        """
        user = self.env.user
        if user.has_group("stock.group_stock_user"):
            view = FULL
        elif user.has_group("point_of_sale.group_pos_user"):
            view = TILL
        else:
            raise AccessError(self.env._("Only users of Inventory and the Point of Sale see this."))
        return self.sudo()._trace(query, self.env.companies, view, cursor, oldest_first)

    @api.model
    def claim(self, number_id):
        """Start a warranty claim of a sold number, see `pos.number.warranty._claim`.

        :return: an action
        """
        number = self.env["pos.pack.operation.lot"].browse(self._read_id(number_id)).exists()
        if not number:
            raise UserError(self.env._("This number does not exist any more."))
        return self.env["pos.number.warranty"]._claim(number)

    def _trace(self, query, companies, view=FULL, cursor=None, oldest_first=False):
        """One page of a number's life; the first one with what is known of it.

        As superuser; the caller has been checked.

        :param dict query: `{text}`, what was typed or scanned; `{lot_id}`; or `{number_id}`, a sold
            number whose name no lot has
        :param companies: res.company; nothing of others is told
        :param view: `FULL` or `TILL`
        :param cursor: `next` of the page before
        :return: `{choices}`, several products have this number: a list of `{query, name, product}`;
            `{unknown}`, the text that nobody knows; or `{card, rows, next}`: `card` on the first
            page, see `_get_card`; `rows`, see `_get_rows`; `next` None on the last page
        """
        cursor = self._read_cursor(cursor)
        subjects = self._find(query, companies)
        if not subjects:
            text = query.get("text")
            return {"unknown": text.strip() if isinstance(text, str) else ""}
        if len(subjects) > 1:
            return {"choices": [self._get_choice(subject) for subject in subjects]}
        (subject,) = subjects
        rows, following = self._read_page(subject, companies, cursor, bool(oldest_first))
        page = {
            "rows": self._get_rows(subject, rows, view),
            "next": following.dump() if following else None,
        }
        if cursor is None:
            page["card"] = self._get_card(subject, companies, view)
        return page

    def _get_action(self, query):
        """:return: the action that shows the trace of a query in the back office"""
        action = self.env["ir.actions.actions"]._for_xml_id("pos_lot_traceability.action_trace")
        return {**action, "params": {"query": query}}

    @api.model
    def _get_subtype_id(self):
        """The subtype of what an order's chatter says about its numbers: Trace finds it by that."""
        return self.env["ir.model.data"]._xmlid_to_res_id("pos_lot_traceability.subtype_numbers")

    # ----------------------------------------------------------------------- what is meant

    def _read_id(self, value):
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
            raise UserError(self.env._("This question cannot be read: an id is not a number."))
        return value

    def _read_cursor(self, cursor):
        if cursor in (None, False):
            return None
        try:
            return Key.load(cursor)
        except ValueError as error:
            raise UserError(self.env._("This page cannot be read: search again.")) from error

    def _find(self, query, companies):
        """What a query stands for: a list of stock.lot and pos.pack.operation.lot, one each."""
        if not isinstance(query, dict):
            raise UserError(self.env._("This question cannot be read."))
        if query.get("lot_id"):
            lots = self.env["stock.lot"].browse(self._read_id(query["lot_id"])).exists()
            return list(
                lots.filtered(lambda lot: not lot.company_id or lot.company_id in companies)
            )
        if query.get("number_id"):
            Number = self.env["pos.pack.operation.lot"]
            number = Number.browse(self._read_id(query["number_id"])).exists()
            line = number.pos_order_line_id
            if line.company_id not in companies or line.order_id.state in ("draft", "cancel"):
                return []
            return [number.lot_id or number]
        text = query.get("text")
        if not isinstance(text, str) or len(text) > MAX_TEXT:
            raise UserError(self.env._("This is no Lot/Serial Number."))
        return self._find_by_text(text, companies)

    def _find_by_text(self, text, companies):
        """What a typed or scanned text stands for: the one place that reads texts for Trace.

        An exact name, one that looks alike, an Internal Reference, a name under which it was sold,
        then the number in a GS1 code, or behind a prefix that its product's format takes off.

        :return: see `_find`, at most `MAX_CHOICES`
        """
        found = self._find_by_name(text, companies)
        if found:
            return found
        Text = self.env["pos.number.text"]
        codes, owners = Text._read_codes(companies[:1], [text])
        code = codes[text]
        if code.kind == "plain":
            # Without its symbology identifier.
            found = self._find_by_name(code.text, companies) if code.text != text else []
            return found or [
                subject
                for name in Text._take_prefixes_off(code.text)
                for subject in self._find_by_name(name, companies)
                if Text._is_read_as(subject.product_id, code.text, name)
            ]
        owner = owners.get(code.meaning.get("gtin"))
        names = [code.meaning.get(part) for part in ("serial", "lot")]
        for name in filter(None, names):
            found = self._find_by_name(name, companies, owner.product if owner else None)
            if found:
                return found
        return []

    def _find_by_name(self, name, companies, product=None):
        key, name = fold_name(name), clean_name(name)
        if not key or len(key) > MAX_NAME_LENGTH:
            return []
        Lot = self.env["stock.lot"]
        # As `lower` under the "C" collation: of bytes, those of ASCII only.
        keys = list({key, name.encode("utf-8", "ignore").lower().decode()})
        Lot.flush_model(["name", "ref", "pos_folded_name", "product_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, name FROM (
                    SELECT lot.id, lot.name, 0 AS rank, lot.company_id
                      FROM stock_lot lot
                     WHERE %(folded_name)s = %(key)s
                     UNION ALL
                    SELECT lot.id, NULL, 1, lot.company_id
                      FROM stock_lot lot
                     WHERE lot.ref IS NOT NULL AND %(folded_ref)s = ANY(%(keys)s)
                ) found
                 WHERE company_id IS NULL OR company_id = ANY(%(companies)s)
                 ORDER BY rank, id
                 LIMIT 200
                """,
                folded_name=FOLDED_NAME,
                key=key,
                folded_ref=FOLDED_REF,
                keys=keys,
                companies=companies.ids,
            )
        )
        exact = [lot_id for lot_id, found in rows if found == name]
        named = [lot_id for lot_id, found in rows if found is not None]
        lots = Lot.browse(exact or named)
        sold = self._find_sold_names(keys, companies)
        sold = sold.filtered(lambda number: number.product_id not in lots.product_id)
        if not lots and not sold:
            lots = Lot.browse(dict.fromkeys(lot_id for lot_id, _name in rows))
            lots = lots or self._find_renamed(keys, companies)
        if product:
            lots = lots.filtered(lambda lot: lot.product_id == product)
            sold = sold.filtered(lambda number: number.product_id == product)
        return [*lots, *sold][:MAX_CHOICES]

    def _find_renamed(self, keys, companies):
        """Lots that were sold under a name which they do not have any more."""
        Number = self.env["pos.pack.operation.lot"]
        Number.flush_model(["lot_name", "lot_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT lot_id FROM (
                    SELECT number.lot_id
                      FROM pos_pack_operation_lot number
                      JOIN stock_lot lot ON lot.id = number.lot_id
                     WHERE lower(number.lot_name COLLATE "C") = ANY(%s)
                       AND (lot.company_id IS NULL OR lot.company_id = ANY(%s))
                     LIMIT 1000
                ) found ORDER BY lot_id
                """,
                keys,
                companies.ids,
            )
        )
        return self.env["stock.lot"].browse(lot_id for (lot_id,) in rows)

    def _find_sold_names(self, keys, companies):
        """Sold numbers of this name that have no lot: the newest one of each product."""
        Number = self.env["pos.pack.operation.lot"]
        Number.flush_model(["lot_name", "lot_id"])
        rows = self.env.execute_query(
            SQL(
                """
                  WITH number AS MATERIALIZED (
                    SELECT id, pos_order_line_id
                      FROM pos_pack_operation_lot
                     WHERE lot_id IS NULL
                       AND lower(lot_name COLLATE "C") = ANY(%s))
                SELECT DISTINCT ON (line.product_id) number.id
                  FROM number
                  JOIN pos_order_line line ON line.id = number.pos_order_line_id
                  JOIN pos_order ON pos_order.id = line.order_id
                 WHERE line.company_id = ANY(%s)
                   AND pos_order.state NOT IN ('draft', 'cancel')
                 ORDER BY line.product_id, number.id DESC
                """,
                keys,
                companies.ids,
            )
        )
        return Number.browse(row_id for (row_id,) in rows)

    def _get_choice(self, subject):
        return {
            "query": self._get_query(subject),
            "name": self._get_name(subject),
            "product": subject.product_id.display_name,
        }

    def _get_query(self, subject):
        return {"lot_id" if subject._name == "stock.lot" else "number_id": subject.id}

    def _get_name(self, subject):
        return subject.name if subject._name == "stock.lot" else subject.lot_name
