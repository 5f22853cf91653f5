from odoo import fields, models
from odoo.tools import format_date

from .pos_number_trace import FULL


class PosNumberTrace(models.AbstractModel):
    """The card: what is known of a number, the answer first."""

    _inherit = "pos.number.trace"

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
            "order_id": sale.order_id.id,
            "number_id": sale.id,
            "line_id": sale.pos_order_line_id.id,
            "is_with_buyer": bool(sale) and self._is_with_buyer(sale),
        }
        if product.tracking == "lot":
            # Each customer has a warranty of their own: see the rows.
            card["warranty"], card["warranty_state"] = "", "none"
            card["order_id"] = card["number_id"] = card["line_id"] = False
            card["is_with_buyer"] = False
        return card

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
            return self._tell_buyer(sale), "info"
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

    def _is_with_buyer(self, sale):
        returned = sale._get_returned_quantity()[sale]
        returned += sale._get_quantity_returned_by_transfer().get(sale, 0.0)
        if sale.product_id.uom_id.compare(returned, sale.quantity or 1.0) >= 0:
            return False
        return not sale._was_released()

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

    def _tell_buyer(self, sale):
        order = sale.order_id
        date = format_date(
            self.env,
            fields.Datetime.context_timestamp(
                self.with_context(tz=order._get_shop_zone()), order.date_order
            ).date(),
        )
        values = {
            "date": date,
            "order": order.pos_reference or order.name,
            "customer": order.partner_id.display_name,
        }
        if order.partner_id:
            return self.env._("Sold to %(customer)s on %(date)s in %(order)s.", **values)
        return self.env._("Sold on %(date)s in %(order)s, to an unknown customer.", **values)

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
                for document in self._read_reservations(subject, companies):
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

    def _get_recalls(self, subject):
        """The running recalls of this number: a list of `{name, text}`."""
        lot = subject if subject._name == "stock.lot" else subject.lot_id
        if not lot:
            return []
        recalled = (
            self.env["pos.number.recall.lot"]
            .sudo()
            .search(
                [
                    ("lot_id", "=", lot.id),
                    ("is_running", "=", True),
                    ("company_id", "in", self.env.companies.sudo().parent_ids.ids),
                ],
                order="recall_id",
            )
        )
        return [recall._describe_for_trace() for recall in recalled.recall_id]
