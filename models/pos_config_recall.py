from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..number.name import fold_name

# So many lots a till keeps by itself; of more it asks the server.
MAX_LOTS = 10000


class PosConfig(models.Model):
    """What tills know of running recalls: they refuse these lots, also while they are offline."""

    _inherit = "pos.config"

    @api.model
    def _load_pos_data_read(self, records, config):
        """Running recalls go along; where there is none, nothing does."""
        data = super()._load_pos_data_read(records, config)
        recalls = config._read_number_recalls() if data else []
        if recalls:
            data[0]["_number_recalls"] = recalls
        return data

    @api.readonly
    def get_number_recalls(self):
        """The running recalls that concern this shop.

        :return: list of `{id, name, what_to_do, hazard, contact, products, partial, lots}`:
            `products`, ids of which all is recalled; `lots`, `[product id, folded name]`;
            `partial`, there are more
        :raises AccessError: the caller may not read this shop, or it is another company's
        """
        self._check_number_call([])
        return self._read_number_recalls()

    def _read_number_recalls(self):
        self.env["pos.number.recall"].flush_model(["state", "is_drill", "company_id"])
        recalls = (
            self.env["pos.number.recall"]
            .sudo()
            .search(
                [
                    ("state", "=", "running"),
                    ("is_drill", "=", False),
                    ("company_id", "parent_of", self.company_id.ids),
                ],
                order="id",
            )
        )
        result = []
        for recall in recalls.with_context(lang=self.env.user.lang):
            whole = recall.line_ids.filtered(
                lambda line: line.kind == "product" and not line.date_from and not line.date_to
            ).product_id
            lots = recall.env["pos.number.recall.lot"].search(
                [("recall_id", "=", recall.id), ("product_id", "not in", whole.ids)],
                limit=MAX_LOTS,
            )
            result.append(
                {
                    "id": recall.id,
                    **recall._describe_for_till(recall.env.lang)["recall"],
                    "products": whole.ids,
                    "partial": len(lots) == MAX_LOTS,
                    "lots": [
                        # A lot that was renamed is refused by its name of today.
                        [lot.product_id.id, fold_name(lot.lot_id.name or lot.lot_name or "")]
                        for lot in lots
                    ],
                }
            )
        return result

    def _get_unrecalled_domain(self):
        """Quants whose lot is under no running recall of this shop's company."""
        companies = self.sudo().company_id.parent_ids.ids

        def to_sql(quants, alias, query):
            return SQL(
                """
                NOT EXISTS (SELECT FROM pos_number_recall_lot recalled
                             WHERE recalled.is_running AND recalled.lot_id = %s
                               AND recalled.company_id = ANY(%s))
                """,
                quants._field_to_sql(alias, "lot_id", query),
                companies,
            )

        return Domain.custom(to_sql=to_sql)


class PosNumberRecall(models.Model):
    _inherit = "pos.number.recall"

    def _describe_for_till(self, lang):
        """What a till says of a recalled lot: `{recall: {name, what_to_do, hazard, contact}}`."""
        recall = self.with_context(lang=lang)
        texts = ("name", "what_to_do", "hazard", "contact")
        return {"recall": {name: recall[name] or "" for name in texts}}

    def _notify_tills(self):
        """Tell all open tills of the company, and of those below it, to ask again."""
        if all(recall.is_drill for recall in self):
            return
        configs = (
            self.env["pos.config"]
            .sudo()
            .search(
                [
                    ("company_id", "child_of", self.company_id.ids),
                    ("session_ids.state", "!=", "closed"),
                ]
            )
        )
        for config in configs:
            config._notify("POS_NUMBER_RECALLS", {"recalls": self.ids})
