from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..number.page_token import is_token, make_token
from ..number.warranty import get_day
from .pos_number_recall_impact import NUMBER_QUANTITY


class PosOrder(models.Model):
    """The page that the QR code of a receipt opens: the numbers of one sale, for who holds it."""

    _inherit = "pos.order"

    # The till makes it, so that a receipt printed offline has it too. It opens this page only.
    number_page_token = fields.Char("Link of the Customer's Page", copy=False)

    # Not unique: a token that comes twice must not refuse a paid order. The first order has it.
    _number_page_token_idx = models.Index("(number_page_token) WHERE number_page_token IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if vals.get("number_page_token"):
                self._clean_page_token(vals)
        return super().create(vals_list)

    def write(self, vals):
        """A link that was given stays: it is printed on a receipt."""
        if "number_page_token" in vals:
            vals = dict(vals)
            if len(self) != 1 or self.sudo().number_page_token:
                del vals["number_page_token"]
            else:
                self._clean_page_token(vals)
        return super().write(vals)

    @api.model
    def _clean_page_token(self, vals):
        """Drop a token that is none, or that another order has: it opens that one's page."""
        token = vals["number_page_token"]
        if not is_token(token) or self._find_by_page_token(token):
            del vals["number_page_token"]

    @api.model
    def _find_by_page_token(self, token):
        return self.sudo().search([("number_page_token", "=", token)], order="id", limit=1)

    @api.model
    def _find_number_page(self, token):
        """The order whose page a link opens, as superuser; empty for a link that opens none.

        What is no link is looked up as one: no answer comes faster than another.
        """
        order = self._find_by_page_token(token if is_token(token) else "-" * 22)
        if order.state in ("draft", "cancel") or not order.config_id.number_page:
            return order.browse()
        return order

    def _ensure_page_token(self):
        """Give a sale of tracked products its link, where no till has done it."""
        for order in self:
            if (
                order.config_id.number_page
                and not order.number_page_token
                and order._get_numbered_lines()
            ):
                order.number_page_token = make_token()

    def _get_numbered_lines(self):
        """The lines on which tracked products were sold."""
        return self.lines.filtered(
            lambda line: (
                line.qty > 0
                # Of a kit, its parts have numbers.
                and (line.product_id.tracking != "none" or line.pack_lot_ids)
            )
        )

    def _get_number_page(self):
        """What the page shows, in the language of the context. Nothing of it is about a person.

        :return: `{company, shop, date, receipt, products, notices, has_contact}`: `products` a list
            of `{name, numbers, missing}`, `numbers` a list of `{name, quantity, warranty}`, where
            `quantity` is a text, "" of one unit; `notices` see `_get_recall_notices`
        """
        self.ensure_one()
        return {
            "company": self.company_id,
            "shop": self.config_id.name,
            "date": self._get_page_date(),
            "receipt": self.pos_reference or self.name,
            "products": [self._get_page_product(line) for line in self._get_numbered_lines()],
            "notices": self._get_recall_notices(),
            "has_contact": bool(
                self.env["pos.safety.contact"]
                .sudo()
                .search_count([("order_id", "=", self.id)], limit=1)
            ),
        }

    def _get_page_date(self):
        """The day of the sale, in the shop's time zone and the reader's language."""
        return format_date(self.env, get_day(self.date_order, self._get_shop_zone()))

    def _get_page_product(self, line):
        product = line.product_id.with_context(display_default_code=False)
        return {
            "name": product.display_name,
            "numbers": [
                {
                    "name": number.lot_name,
                    "quantity": self._get_page_quantity(number),
                    "warranty": number._get_warranty_sentence(),
                }
                for number in line.pack_lot_ids
                if number.lot_name
            ],
            "missing": bool(line.missing_number_qty),
        }

    def _get_page_quantity(self, number):
        uom = number.product_id.uom_id
        if number.product_id.tracking == "serial" or not number.quantity:
            return ""
        return f"{uom.round(number.quantity):g} {uom.name}"

    def _get_recall_notices(self):
        """The recalls that concern numbers of this sale, for the customer's page.

        :return: list of `{title, is_sure, numbers, name, what_to_do, text}`, `text` Markup, in the
            language of the context
        """
        notices = []
        lang = self.env.context.get("lang")
        for found, numbers, is_sure in self._find_running_recalls():
            recall = found.with_context(lang=lang)
            title = self.env._("Product safety recall: %s", recall.name)
            if is_sure:
                title = self.env._(
                    "Product safety recall: %(recall)s (%(numbers)s)",
                    recall=recall.name,
                    numbers=", ".join(numbers),
                )
            notices.append(
                {
                    "title": title,
                    "is_sure": is_sure,
                    "numbers": numbers,
                    "name": recall.name,
                    "what_to_do": recall.what_to_do or "",
                    "text": recall._render_notice(is_sure),
                }
            )
        return notices

    def _find_running_recalls(self):
        """The running recalls of units of this sale that have not come back.

        :return: list of (recall, names of numbers, whether a number says so), as superuser. Without
            a number it may be one of these units: their product is recalled.
        """
        self.ensure_one()
        self.env.flush_all()
        recalls = self.env["pos.number.recall"].sudo()
        companies = self.sudo().company_id.parent_ids.ids
        rows = self.env.execute_query(
            SQL(
                """
                SELECT recall_id, array_agg(name ORDER BY name) FROM (
                    SELECT recalled.recall_id, MIN(number.lot_name) AS name
                      FROM pos_order_line line
                      JOIN pos_order ON pos_order.id = line.order_id
                      JOIN product_product product ON product.id = line.product_id
                      JOIN product_template template ON template.id = product.product_tmpl_id
                      JOIN pos_pack_operation_lot number ON number.pos_order_line_id = line.id
                      JOIN pos_number_recall_lot recalled ON recalled.lot_id = number.lot_id
                     WHERE line.id IN (
                               SELECT id FROM pos_order_line
                                WHERE order_id = %(order)s AND qty > 0
                                UNION ALL
                               SELECT back.id FROM pos_order_line back
                                 JOIN pos_order_line sold ON sold.id = back.refunded_orderline_id
                                WHERE sold.order_id = %(order)s AND sold.qty > 0)
                       AND pos_order.state NOT IN ('draft', 'cancel')
                       AND recalled.is_running AND recalled.company_id = ANY(%(companies)s)
                     GROUP BY recalled.recall_id, number.lot_id HAVING SUM(%(quantity)s) > 0
                ) numbers GROUP BY recall_id ORDER BY recall_id
                """,
                order=self.id,
                quantity=NUMBER_QUANTITY,
                companies=companies,
            )
        )
        found = [(recalls.browse(recall), names, True) for recall, names in rows]
        products = (
            self.sudo()
            .lines.filtered(lambda line: line.qty > 0 and line.missing_number_qty > 0)
            .product_id
        )
        if products:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT recall.id FROM pos_number_recall recall
                     WHERE recall.state = 'running' AND recall.is_drill IS NOT TRUE
                       AND recall.company_id = ANY(%s)
                       AND EXISTS (SELECT FROM pos_number_recall_lot recalled
                                    WHERE recalled.recall_id = recall.id
                                      AND recalled.product_id = ANY(%s))
                     ORDER BY recall.id
                    """,
                    companies,
                    products.ids,
                )
            )
            sure = {recall.id for recall, _names, _is_sure in found}
            found += [(recalls.browse(row), [], False) for (row,) in rows if row not in sure]
        return found
