from odoo import models
from odoo.tools import SQL

from .pos_number_recall_impact import NUMBER_QUANTITY


class PosNumberRecall(models.Model):
    _inherit = "pos.number.recall"

    def _render_notice(self, is_sure):
        """The parts of the notice as HTML, in the language of the context.

        :param is_sure: a number of the reader's is recalled; else all are told, to be compared
        """
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "pos_lot_traceability.recall_notice_body",
            {
                "recall": self,
                "picture": self._get_picture_url(),
                # Which number of the sale it is stands above: of the others nothing is told.
                "names": [] if is_sure else self._get_names_for_notice(),
                "is_perhaps": not is_sure,
                "remedies": self._get_remedies(),
            },
        )

    def _describe_for_trace(self):
        """:return: `{name, text}` in the language of the environment"""
        self.ensure_one()
        text = self.env._("Recalled: %s. Not to be sold or used.", self.name)
        return {"name": self.name, "text": " ".join(filter(None, (text, self.what_to_do)))}


class PosOrder(models.Model):
    """The recalls of a sale: on the customer's page and on the reprint of its receipt."""

    _inherit = "pos.order"

    def _get_recall_notices(self):
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


class PosNumberTrace(models.AbstractModel):
    _inherit = "pos.number.trace"

    def _get_recalls(self, subject):
        recalls = super()._get_recalls(subject)
        lot = subject if subject._name == "stock.lot" else subject.lot_id
        if not lot:
            return recalls
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
        return recalls + [recall._describe_for_trace() for recall in recalled.recall_id]
