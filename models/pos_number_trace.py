from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date, html2plaintext

from ..number import facts
from ..number.name import MAX_NAME_LENGTH, clean_name, fold_name
from ..number.trace import PAGE, Key, Row, get_bounds, get_kind, merge
from .stock_lot import FOLDED_NAME, FOLDED_REF

MAX_CHOICES = 20
MAX_TEXT = 5000
MOVED, SOLD, REPAIRED = range(3)  # ranks of the sources
# Who asks sees: all (inventory users), what a till may show, what the customer may know.
FULL, TILL, CUSTOMER = "full", "till", "customer"


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
        :param view: `FULL`, `TILL` or `CUSTOMER`
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
        then the number in a GS1 code.

        :return: see `_find`, at most `MAX_CHOICES`
        """
        found = self._find_by_name(text, companies)
        if found:
            return found
        codes, owners = self.env["pos.number.text"]._read_codes(companies[:1], [text])
        code = codes[text]
        if code.kind == "plain" and code.text != text:
            return self._find_by_name(code.text, companies)  # without its symbology identifier
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

    # -------------------------------------------------------------------------- the sources

    def _read_page(self, subject, companies, cursor, oldest_first):
        """:return: (list of `Row`, cursor of the next page or None)"""
        sources = [
            self._read_sold(subject, companies, cursor, oldest_first),
        ]
        if subject._name == "stock.lot":
            sources.append(self._read_moved(subject, companies, cursor, oldest_first))
            sources.append(self._read_repaired(subject, companies, cursor, oldest_first))
        return merge(sources, PAGE, oldest_first=oldest_first)

    def _get_slice(self, table, moment, rank, cursor, oldest_first):
        """SQL: the condition, order and limit with which a source goes on after a cursor."""
        bounds = get_bounds(rank, cursor, oldest_first=oldest_first)
        moment, row_id = SQL.identifier(table, moment), SQL.identifier(table, "id")
        sign = SQL(">") if oldest_first else SQL("<")
        condition = SQL("TRUE")
        if bounds and bounds[1] is None:
            condition = SQL("%s %s %s", moment, sign, bounds[0])
        elif bounds:
            condition = SQL("(%s, %s) %s (%s, %s)", moment, row_id, sign, *bounds)
        way = SQL("ASC") if oldest_first else SQL("DESC")
        order = SQL("ORDER BY %s %s, %s %s LIMIT %s", moment, way, row_id, way, PAGE + 1)
        return condition, order

    def _make_rows(self, model, rank, rows):
        records = self.env[model].browse([row_id for row_id, _moment in rows])
        return [
            Row(Key(moment, rank, record.id), record)
            for record, (_id, moment) in zip(records, rows, strict=True)
        ]

    def _read_moved(self, lot, companies, cursor, oldest_first):
        """Done moves but those of numbers sold at tills."""
        self.env["stock.move.line"].flush_model()
        condition, order = self._get_slice("stock_move_line", "date", MOVED, cursor, oldest_first)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, date
                  FROM stock_move_line
                 WHERE lot_id = %s
                   AND state = 'done'
                   AND pos_number_id IS NULL
                   AND company_id = ANY(%s)
                   AND %s %s
                """,
                lot.id,
                companies.ids,
                condition,
                order,
            )
        )
        return self._make_rows("stock.move.line", MOVED, rows)

    def _read_sold(self, subject, companies, cursor, oldest_first):
        """Sales and returns at tills, also those that have not moved."""
        self.env["pos.pack.operation.lot"].flush_model()
        self.env["pos.order"].flush_model(["state"])
        self.env["pos.order.line"].flush_model(["order_id", "product_id", "company_id"])
        condition, order = self._get_slice("number", "sold_on", SOLD, cursor, oldest_first)
        if subject._name == "stock.lot":
            wanted = SQL("number.lot_id = %s", subject.id)
        else:
            wanted = SQL(
                """
                number.lot_id IS NULL
                AND lower(number.lot_name COLLATE "C") = lower(%s COLLATE "C")
                AND line.product_id = %s
                """,
                subject.lot_name,
                subject.product_id.id,
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT number.id, number.sold_on
                  FROM pos_pack_operation_lot number
                  JOIN pos_order_line line ON line.id = number.pos_order_line_id
                  JOIN pos_order ON pos_order.id = line.order_id
                 WHERE %s
                   AND number.sold_on IS NOT NULL
                   AND line.company_id = ANY(%s)
                   AND pos_order.state NOT IN ('draft', 'cancel')
                   AND %s %s
                """,
                wanted,
                companies.ids,
                condition,
                order,
            )
        )
        return self._make_rows("pos.pack.operation.lot", SOLD, rows)

    def _read_repaired(self, lot, companies, cursor, oldest_first):
        """Repairs of this unit, where Odoo's Repairs are installed."""
        if "repair.order" not in self.env:
            return []
        self.env["repair.order"].flush_model()
        condition, order = self._get_slice(
            "repair_order", "create_date", REPAIRED, cursor, oldest_first
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, create_date
                  FROM repair_order
                 WHERE lot_id = %s AND company_id = ANY(%s) AND state != 'cancel' AND %s %s
                """,
                lot.id,
                companies.ids,
                condition,
                order,
            )
        )
        return self._make_rows("repair.order", REPAIRED, rows)

    # ----------------------------------------------------------------------------- the rows

    def _get_rows(self, subject, rows, view):
        """What is shown of each row.

        :return: list of `{id, kind, date, title, details, quantity, direction, link, order_id,
            number_id, warranty, lots, notes}`: `date` a UTC string; `details` texts; `direction`
            `in` or `out` of this company's stock or False; `link` `{model, id, name}` or False;
            `order_id` and `number_id` of rows of tills; `warranty` see `_get_warranty_text`;
            `lots` of what it was made from or went into, `{query, name, product}`; `notes` of the
            order's chatter, `{date, text}`
        """
        by_model = defaultdict(list)
        for row in rows:
            by_model[row.record._name].append(row.record.id)
        prefetch = {model: self.env[model].browse(ids) for model, ids in by_model.items()}
        notes = self._read_notes(subject, prefetch) if view != CUSTOMER else {}
        describe = {
            "stock.move.line": self._describe_move,
            "pos.pack.operation.lot": self._describe_sale,
            "repair.order": self._describe_repair,
        }
        result = []
        for row in rows:
            record = row.record.with_prefetch(prefetch[row.record._name]._prefetch_ids)
            values = describe[record._name](subject, record, view)
            if values:
                order = self._get_order(record)
                result.append(
                    {
                        "id": f"{row.key.rank}-{record.id}",
                        "date": fields.Datetime.to_string(row.key.moment),
                        "details": [],
                        "link": False,
                        "order_id": False,
                        "number_id": False,
                        "warranty": "",
                        "lots": [],
                        "notes": notes.pop(order.id, []) if order else [],
                        **values,
                    }
                )
        return result

    def _get_order(self, record):
        """The order of a till that a row belongs to, or that moved it."""
        if record._name == "pos.pack.operation.lot":
            return record.order_id
        if record._name == "stock.move.line":
            return record.picking_id.pos_numbers_order_id or record.picking_id.pos_order_id
        return self.env["pos.order"]

    def _format_quantity(self, quantity, product):
        return f"{product.uom_id.round(quantity):g} {product.uom_id.name}"

    def _describe_sale(self, subject, number, view):
        line, order = number.pos_order_line_id, number.order_id
        is_return = line.qty < 0
        name = order.pos_reference or order.name
        partner = order.partner_id.display_name if order.partner_id else self.env._("not known")
        details = []
        if view != CUSTOMER:
            details.append(self.env._("Customer: %s", partner))
        if is_return and line.refunded_orderline_id:
            sale = line.refunded_orderline_id.order_id
            details.append(self.env._("Sold in %s", sale.pos_reference or sale.name))
        known = subject.product_id
        if line.product_id != known:
            details.append(self.env._("Part of %s", line.product_id.display_name))
        if number.corrected_from and number.corrected_from != self._get_name(subject):
            details.append(self.env._("First recorded as %s", number.corrected_from))
        elif number.lot_name and number.lot_name != self._get_name(subject):
            details.append(self.env._("Called %s then", number.lot_name))
        if view != CUSTOMER and number.waiting_reason:
            details.append(number.waiting_reason)
        if number.origin == "later":
            details.append(self.env._("Number assigned or corrected afterwards"))
        title = (
            self.env._("Came back in %(order)s, %(shop)s", order=name, shop=order.config_id.name)
            if is_return
            else self.env._("Sold in %(order)s, %(shop)s", order=name, shop=order.config_id.name)
        )
        return {
            "kind": "refund" if is_return else "sale",
            "title": title,
            "details": details,
            "quantity": self._format_quantity(number.quantity, known),
            "direction": "in" if is_return else "out",
            "link": {"model": "pos.order", "id": order.id, "name": name} if view == FULL else False,
            "order_id": view != CUSTOMER and order.id,
            "number_id": view != CUSTOMER and not is_return and number.id,
            "line_id": view != CUSTOMER and line.id,
            "warranty": "" if is_return else self._get_warranty_text(number),
        }

    def _describe_move(self, subject, move_line, view):
        kind = get_kind(move_line.location_id.usage, move_line.location_dest_id.usage)
        if view == CUSTOMER and kind not in ("receipt", "produced"):
            return None
        if move_line.move_id.scrap_id:
            kind = "scrapped"
        picking, move = move_line.picking_id, move_line.move_id
        document = picking
        if "production_id" in move:
            document = move.production_id or move.raw_material_production_id or picking
        if "repair_id" in move and move.repair_id:
            document = move.repair_id
        titles = {
            "receipt": self.env._("Received"),
            "returned_to_supplier": self.env._("Sent back to the supplier"),
            "produced": self.env._("Made"),
            "consumed": self.env._("Used in production"),
            "delivered": self.env._("Delivered to a customer"),
            "came_back": self.env._("Came back from a customer"),
            "found": self.env._("Counted in"),
            "lost": self.env._("Counted out"),
            "scrapped": self.env._("Scrapped"),
            "moved": self.env._("Moved"),
        }
        details, link, lots = [], False, []
        if view == FULL:
            partner = picking.partner_id
            if partner:
                details.append(self._name_partner(kind, partner))
            sale = "sale_id" in picking and picking.sale_id
            if sale:
                details.append(self.env._("Sales order %s", sale.name))
            if document.display_name:
                link = {
                    "model": document._name,
                    "id": document.id,
                    "name": document.display_name,
                }
            elif move.reference:
                details.append(move.reference)
            lots = self._get_related_lots(move_line, kind)
        if view != CUSTOMER:
            details.append(
                self.env._(
                    "%(origin)s → %(destination)s",
                    origin=move_line.location_id.display_name,
                    destination=move_line.location_dest_id.display_name,
                )
                if kind == "moved" or view == FULL
                else ""
            )
        directions = {
            "in": ("receipt", "produced", "came_back", "found"),
            "out": ("returned_to_supplier", "consumed", "delivered", "lost", "scrapped"),
        }
        return {
            "kind": kind,
            "title": titles[kind],
            "details": list(filter(None, details)),
            "quantity": self._format_quantity(move_line.quantity_product_uom, subject.product_id),
            "direction": next((way for way, kinds in directions.items() if kind in kinds), False),
            "link": link,
            "lots": lots,
        }

    def _name_partner(self, kind, partner):
        if kind in ("receipt", "returned_to_supplier"):
            return self.env._("Supplier: %s", partner.display_name)
        return self.env._("Contact: %s", partner.display_name)

    def _get_related_lots(self, move_line, kind):
        """Lots that this one was made from, or that it went into."""
        if kind == "produced":
            lines = move_line.consume_line_ids
        elif kind == "consumed":
            lines = move_line.produce_line_ids
        else:
            return []
        lots = lines.lot_id[:MAX_CHOICES]
        return [self._get_choice(lot) for lot in lots]

    def _describe_repair(self, _subject, repair, view):
        states = dict(repair._fields["state"]._description_selection(self.env))
        details = [states[repair.state]]
        if view == FULL and repair.partner_id:
            details.append(self.env._("Customer: %s", repair.partner_id.display_name))
        if repair.under_warranty:
            details.append(self.env._("Under warranty"))
        return {
            "kind": "repair",
            "title": self.env._("Repair %s", repair.name)
            if view != CUSTOMER
            else self.env._("Repair"),
            "details": details,
            "quantity": self._format_quantity(repair.product_qty, repair.product_id),
            "direction": False,
            "link": {"model": repair._name, "id": repair.id, "name": repair.name}
            if view == FULL
            else False,
        }

    def _read_notes(self, subject, records):
        """What the chatter of these rows' orders says about this number: `{order id: list}`."""
        orders = self.env["pos.order"].union(
            *(
                self._get_order(record)
                for model in ("pos.pack.operation.lot", "stock.move.line")
                for record in records.get(model, ())
            )
        )
        if not orders:
            return {}
        names = {self._get_name(subject)}
        for number in records.get("pos.pack.operation.lot", ()):
            names |= {number.lot_name, number.corrected_from} - {False, None}
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "pos.order"),
                ("res_id", "in", orders.ids),
                ("subtype_id", "=", self._get_subtype_id()),
            ],
            order="id",
        )
        notes = defaultdict(list)
        for message in messages:
            text = " ".join(html2plaintext(message.body).split())
            if any(name in text for name in names):
                notes[message.res_id].append(
                    {"date": fields.Datetime.to_string(message.date), "text": text}
                )
        return notes

    # ----------------------------------------------------------------------------- the card

    def _get_card(self, subject, companies, view):
        """What is known of a number, the answer first.

        :return: `{query, name, product, reference, expiration_date, answer, level, facts, warranty,
            recalls, order_id, number_id, line_id, is_with_buyer}`: `answer` a sentence; `level`
            `success`, `info`, `warning` or `danger`; `facts` a list of `{label, value, link}`;
            the last four of the sale that has it, or had it last
        """
        is_lot = subject._name == "stock.lot"
        product = subject.product_id
        places = self._read_places(subject, companies) if is_lot else []
        sale = self._get_last_sale(subject, companies)
        answer, level = self._get_answer(subject, companies, places, sale, view)
        card = {
            "query": self._get_query(subject),
            "name": self._get_name(subject),
            "product": product.display_name,
            "product_id": product.id,
            "reference": (is_lot and subject.ref) or "",
            "expiration_date": fields.Datetime.to_string(subject.expiration_date)
            if is_lot
            else False,
            "answer": answer,
            "level": level,
            "facts": self._get_facts(subject, companies, places, sale, view),
            "warranty": self._get_warranty_text(sale) if sale else "",
            "warranty_state": sale.warranty_state if sale else "none",
            "recalls": self._get_recalls(subject),
            "order_id": view != CUSTOMER and sale.order_id.id,
            "number_id": view != CUSTOMER and sale.id,
            "line_id": view != CUSTOMER and sale.pos_order_line_id.id,
            "is_with_buyer": bool(sale) and self._is_with_buyer(sale),
        }
        if product.tracking == "lot":
            # Each customer has a warranty of their own: see the rows.
            card["warranty"], card["warranty_state"] = "", "none"
            card["order_id"] = card["number_id"] = card["line_id"] = False
            card["is_with_buyer"] = False
        return card

    def _read_places(self, lot, companies):
        """Where a lot is. What tills have sold and not yet moved counts as moved.

        :return: list of (stock.location, usage, quantity), the shops' first, what is most first;
            the location is empty where a sale will bring it at closing
        """
        found = defaultdict(float)
        for place in facts.read(self.env, lot.ids).places[lot.id]:
            if not place.company or place.company in companies.ids:
                found[place.location, place.usage] += place.quantity
        uom = lot.product_id.uom_id
        rows = [
            (self.env["stock.location"].browse(location or ()), usage, quantity)
            for (location, usage), quantity in found.items()
            if not uom.is_zero(quantity)
        ]
        return sorted(rows, key=lambda row: (row[1] != "internal", -row[2]))

    def _get_last_sale(self, subject, companies):
        """The newest sale at a till, also one that came back; none: empty."""
        rows = self._read_sold(subject, companies, None, oldest_first=False)
        numbers = self.env["pos.pack.operation.lot"].browse([row.record.id for row in rows])
        sales = numbers.filtered(lambda number: number.pos_order_line_id.qty > 0)
        # Two sales may name one serial: one of them has it.
        return (sales.filtered("holds") or sales)[:1]

    def _is_with_buyer(self, sale):
        returned = sale._get_returned_quantity()[sale]
        returned += sale._get_quantity_returned_by_transfer().get(sale, 0.0)
        if sale.product_id.uom_id.compare(returned, sale.quantity or 1.0) >= 0:
            return False
        return not sale._was_released()

    def _get_answer(self, subject, companies, places, sale, view):
        """:return: (a sentence that says where the number is, how good that is)"""
        product = subject.product_id
        here = [(place, quantity) for place, usage, quantity in places if usage == "internal"]
        if product.tracking == "lot" and subject._name == "stock.lot":
            on_hand = sum(quantity for _place, quantity in here)
            gone = sum(quantity for _place, usage, quantity in places if usage == "customer")
            return (
                self.env._(
                    "%(here)s on hand, %(gone)s with customers.",
                    here=self._format_quantity(on_hand, product),
                    gone=self._format_quantity(gone, product),
                ),
                "success" if on_hand >= 0 else "danger",
            )
        stocked = [(place, quantity) for place, quantity in here if quantity > 0]
        if stocked:
            return (
                self.env._("In stock: %s.", stocked[0][0].display_name),
                "success",
            )
        if sale and self._is_with_buyer(sale):
            return self._tell_buyer(sale, view), "info"
        if any(usage == "customer" and quantity > 0 for _place, usage, quantity in places):
            return self.env._("With a customer, by a delivery."), "info"
        if any(usage == "transit" and quantity > 0 for _place, usage, quantity in places):
            return self.env._("On its way between two warehouses."), "warning"
        end = self._tell_end(subject, companies, view)
        if end:
            return end, "warning"
        if sale:
            return self.env._("It came back, and is not in stock."), "warning"
        return self.env._("Neither in stock nor with a customer."), "warning"

    def _tell_end(self, subject, companies, view):
        """What took a unit out of stock for good: production, scrap, a supplier, a count; or ""."""
        rows = []
        if subject._name == "stock.lot":
            rows = self._read_moved(subject, companies, None, oldest_first=False)[:1]
        for row in rows:
            what = self._describe_move(subject, row.record, view)
            if what and what["direction"] == "out" and what["kind"] != "delivered":
                return self.env._(
                    "%(what)s on %(date)s.",
                    what=what["title"],
                    date=format_date(self.env, row.key.moment),
                )
        return ""

    def _tell_buyer(self, sale, view):
        order = sale.order_id
        date = format_date(
            self.env,
            fields.Datetime.context_timestamp(
                self.with_context(tz=order._get_shop_zone()), order.date_order
            ).date(),
        )
        if view == CUSTOMER:
            return self.env._("Sold on %(date)s.", date=date)
        values = {
            "date": date,
            "order": order.pos_reference or order.name,
            "customer": order.partner_id.display_name,
        }
        if order.partner_id:
            return self.env._("Sold to %(customer)s on %(date)s in %(order)s.", **values)
        return self.env._("Sold on %(date)s in %(order)s, to a customer not known.", **values)

    def _get_facts(self, subject, companies, places, sale, view):
        facts = []

        def add(label, value, link=False):
            if value:
                facts.append({"label": label, "value": value, "link": link})

        if subject._name == "stock.lot":
            origin = self._read_origin(subject, companies)
            if origin:
                row = self._describe_move(subject, origin, view)
                value = " · ".join(
                    [format_date(self.env, origin.date), row["title"]]
                    + (row["details"][:1] if view == FULL else [])
                )
                add(self.env._("From"), value, row["link"])
            if view != CUSTOMER:
                soon = self.env._("Sold, moves at closing")
                value = ", ".join(
                    f"{place.display_name or soon}: "
                    f"{self._format_quantity(quantity, subject.product_id)}"
                    for place, _usage, quantity in places[:5]
                )
                add(self.env._("Where now"), value)
            add(
                self.env._("Expiration date"),
                subject.expiration_date and format_date(self.env, subject.expiration_date),
            )
            if view == FULL:
                for document in self._get_reservations(subject, companies):
                    add(
                        self.env._("Reserved for"),
                        document.display_name,
                        {
                            "model": document._name,
                            "id": document.id,
                            "name": document.display_name,
                        },
                    )
        else:
            add(
                self.env._("Lot"),
                self.env._("No lot of this product has this name: it was deleted, or it waits."),
            )
        if sale and view == FULL and subject.product_id.tracking == "serial":
            order = sale.order_id
            partner = order.partner_id
            add(
                self.env._("To"),
                partner.display_name if partner else self.env._("not known"),
                partner
                and {"model": "res.partner", "id": partner.id, "name": partner.display_name},
            )
        return facts

    def _read_origin(self, lot, companies):
        """The first move that brought the lot here, from a supplier or from production."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id
                  FROM stock_move_line line
                  JOIN stock_location source ON source.id = line.location_id
                 WHERE line.lot_id = %s
                   AND line.state = 'done'
                   AND line.pos_number_id IS NULL
                   AND line.company_id = ANY(%s)
                   AND source.usage IN ('supplier', 'production')
                 ORDER BY line.date, line.id
                 LIMIT 1
                """,
                lot.id,
                companies.ids,
            )
        )
        return self.env["stock.move.line"].browse(row_id for (row_id,) in rows)

    def _get_reservations(self, lot, companies):
        """Documents that have reserved this lot, at most three."""
        quants = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("reserved_quantity", ">", 0)], limit=1
        )
        if not quants:
            return []
        lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "=", lot.id),
                ("product_id", "=", lot.product_id.id),
                ("company_id", "in", companies.ids),
                ("state", "not in", ("draft", "done", "cancel")),
                ("quantity", ">", 0),
            ],
            limit=3,
        )
        documents = []
        for line in lines:
            picking = line.picking_id
            document = ("sale_id" in picking and picking.sale_id) or picking
            if document and document not in documents:
                documents.append(document)
        return documents

    def _get_recalls(self, _subject):
        """Recalls of this number: a list of `{name, text}`. Other parts of the add-on say so."""
        return []

    def _get_warranty_text(self, number):
        """The warranty of a sold number in words; empty where it has none."""
        if number.pos_order_line_id.qty <= 0:
            return ""
        end = number.warranty_end and format_date(self.env, number.warranty_end)
        state = number.warranty_state
        if state == "returned":
            return self.env._(
                "Warranty ended on %s: it came back",
                format_date(self.env, number.warranty_ended_on),
            )
        if state == "over":
            return self.env._("Warranty ended on %s", end)
        if state == "running":
            return self.env._("Warranty until %s", end)
        line = number.sudo().pos_order_line_id
        if line.warranty_months and line.order_id.shipping_date:
            return self.env._("Warranty of %s months from delivery", line.warranty_months)
        return ""


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # Trace pages through a lot's life by it; what tills sold is found by its numbers.
    _pos_trace_idx = models.Index(
        "(lot_id, date, id) WHERE state = 'done' AND pos_number_id IS NULL AND lot_id IS NOT NULL"
    )


class StockLot(models.Model):
    _inherit = "stock.lot"

    pos_warranty = fields.Char("Warranty", compute="_compute_pos_warranty")

    def _compute_pos_warranty(self):
        """Of a serial, that of its last sale; of a lot each sale has its own."""
        self.pos_warranty = False
        # A lot's reader may know what its units are promised, without rights on orders.
        Trace = self.env["pos.number.trace"].sudo()
        for lot in self.filtered(lambda lot: lot.product_id.tracking == "serial"):
            sale = Trace._get_last_sale(lot.sudo(), self.env.companies)
            lot.pos_warranty = sale and Trace._get_warranty_text(sale)

    def action_trace(self):
        """Show the life of this lot."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pos.number.trace"]._get_action({"lot_id": self.id})

    def action_view_pos_warranties(self):
        """The sales of this lot at tills, with their warranties."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_warranties"
        )
        domain = [("lot_id", "=", self.id), ("pos_order_line_id.qty", ">", 0)]
        return {**action, "domain": domain, "context": {}}


class PosPackOperationLot(models.Model):
    _inherit = "pos.pack.operation.lot"

    def _get_customer_trace(self):
        """What the customer of this sold number may know: no names, no places, no other buyer.

        :return: `{name, product, quantity, sold_on, expiration_date, warranty, warranty_text,
            made}`: `warranty` see `_get_warranty`; `made` first rows of its life, see
            `pos.number.trace._get_rows`; of this sale only, nothing of earlier or later owners
        """
        self.ensure_one()
        Trace = self.env["pos.number.trace"].sudo()
        number = self.sudo()
        line = number.pos_order_line_id
        origin = number.lot_id and Trace._read_origin(number.lot_id, line.company_id)
        return {
            "name": number.lot_name,
            "product": line.full_product_name or line.product_id.display_name,
            "quantity": number.quantity,
            "sold_on": line.order_id.date_order,
            "expiration_date": number.expiration_date,
            "warranty": number._get_warranty(),
            "warranty_text": Trace._get_warranty_text(number),
            "made": Trace._get_rows(
                number.lot_id or number,
                Trace._make_rows("stock.move.line", MOVED, [(origin.id, origin.date)]),
                CUSTOMER,
            )
            if origin
            else [],
        }


class ReportNumberTrace(models.AbstractModel):
    """The printed trace: as its reader sees it on screen, the oldest first."""

    _name = "report.pos_lot_traceability.report_number_trace"
    _description = "Printed Trace of a Lot/Serial Number"

    @api.model
    def _get_report_values(self, docids, data=None):
        traces = []
        for lot_id in docids:
            trace = self.env["pos.number.trace"].get_trace({"lot_id": lot_id}, None, True)
            if "card" not in trace:
                raise UserError(self.env._("This number does not exist any more."))
            # 25 pages: enough for any unit, and for the first buyers of a lot.
            for _page in range(24):
                if not trace["next"]:
                    break
                more = self.env["pos.number.trace"].get_trace(
                    {"lot_id": lot_id}, trace["next"], True
                )
                trace["rows"] += more["rows"]
                trace["next"] = more["next"]
            traces.append(trace)
        return {
            "docs": traces,
            "to_datetime": fields.Datetime.to_datetime,
            "now": fields.Datetime.now(),
            "reader": self.env.user,
        }
