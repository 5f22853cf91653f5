from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL, html2plaintext

from ..number import facts
from ..number.trace import PAGE, Key, Row, get_bounds, merge

MOVED, SOLD, REPAIRED = range(3)  # ranks of the sources


class PosNumberTrace(models.AbstractModel):
    """What Trace reads: each source by an index of its own."""

    _inherit = "pos.number.trace"

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

    def _read_reservations(self, lot, companies):
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

    def _get_last_sale(self, subject, companies):
        """The newest sale at a till, also one that came back; none: empty."""
        rows = self._read_sold(subject, companies, None, oldest_first=False)
        numbers = self.env["pos.pack.operation.lot"].browse([row.record.id for row in rows])
        sales = numbers.filtered(lambda number: number.pos_order_line_id.qty > 0)
        # Two sales may name one serial: one of them has it.
        return (sales.filtered("holds") or sales)[:1]

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
