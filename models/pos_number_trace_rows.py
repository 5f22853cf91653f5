from collections import defaultdict

from odoo import fields, models
from odoo.tools import format_date

from ..number.trace import get_direction, get_kind
from .pos_number_trace import FULL, MAX_CHOICES


class PosNumberTrace(models.AbstractModel):
    """The timeline: what is shown of each row of a number's life."""

    _inherit = "pos.number.trace"

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
        notes = self._read_notes(subject, prefetch)
        describe = {
            "stock.move.line": self._describe_move,
            "pos.pack.operation.lot": self._describe_sale,
            "repair.order": self._describe_repair,
        }
        result = []
        for row in rows:
            record = row.record.with_prefetch(prefetch[row.record._name]._prefetch_ids)
            values = describe[record._name](subject, record, view)
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
        details = [self.env._("Customer: %s", partner)]
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
        if number.waiting_reason:
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
            "order_id": order.id,
            "number_id": not is_return and number.id,
            "line_id": line.id,
            "warranty": "" if is_return else self._get_warranty_text(number),
        }

    def _describe_move(self, subject, move_line, view):
        kind = get_kind(move_line.location_id.usage, move_line.location_dest_id.usage)
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
        if kind == "moved" or view == FULL:
            details.append(
                self.env._(
                    "%(origin)s → %(destination)s",
                    origin=move_line.location_id.display_name,
                    destination=move_line.location_dest_id.display_name,
                )
            )
        return {
            "kind": kind,
            "title": titles[kind],
            "details": details,
            "quantity": self._format_quantity(move_line.quantity_product_uom, subject.product_id),
            "direction": get_direction(kind),
            "link": link,
            "lots": lots,
        }

    def _name_partner(self, kind, partner):
        if kind in ("receipt", "returned_to_supplier"):
            return self.env._("Vendor: %s", partner.display_name)
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
            "title": self.env._("Repair %s", repair.name),
            "details": details,
            "quantity": self._format_quantity(repair.product_qty, repair.product_id),
            "direction": False,
            "link": {"model": repair._name, "id": repair.id, "name": repair.name}
            if view == FULL
            else False,
        }

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
            return self.env._("Warranty from delivery, in months: %s", line.warranty_months)
        return ""
