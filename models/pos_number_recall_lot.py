from odoo import fields, models
from odoo.fields import Command
from odoo.tools import SQL


class PosNumberRecallLot(models.Model):
    """A lot of a recall: found once, so that each question after it goes by an index."""

    _name = "pos.number.recall.lot"
    _inherit = ["pos.number.guard"]
    _description = "Recalled Lot/Serial"
    _order = "id"
    _rec_name = "lot_name"

    recall_id = fields.Many2one(
        "pos.number.recall", required=True, readonly=True, ondelete="cascade"
    )
    # A lot that is deleted stays by its name.
    lot_id = fields.Many2one(
        "stock.lot", string="Lot/Serial", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lot_name = fields.Char(string="Lot/Serial Number", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", readonly=True)
    is_running = fields.Boolean(readonly=True, help="A recall runs, and it is no drill.")

    _one_lot = models.UniqueIndex("(recall_id, lot_id)")
    _running_idx = models.Index("(lot_id) WHERE is_running")


class StockLot(models.Model):
    _inherit = "stock.lot"

    pos_recall_lot_ids = fields.One2many(
        "pos.number.recall.lot",
        "lot_id",
        string="Recalls",
        readonly=True,
        groups="stock.group_stock_user,point_of_sale.group_pos_manager",
    )

    def _get_recalls(self, company):
        """Which of these lots are under a running recall of a company, or of one above it.

        Access rules do not count.

        :return: `{lot: pos.number.recall}`, of several recalls the oldest, as superuser
        """
        if not self:
            return {}
        self.env["pos.number.recall.lot"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot_id, MIN(recall_id) FROM pos_number_recall_lot
                 WHERE is_running AND lot_id = ANY(%s) AND company_id = ANY(%s)
                 GROUP BY lot_id
                """,
                self.ids,
                company.sudo().parent_ids.ids,
            )
        )
        recalls = self.env["pos.number.recall"].sudo()
        return {self.browse(lot): recalls.browse(recall) for lot, recall in rows}

    def action_recall_drill(self):
        """Trace this lot as if it were recalled; see `pos.number.recall`."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pos.number.recall"]._open_drill(
            self.name, self.company_id, {"lot_ids": [Command.set(self.ids)]}
        )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_recall_drill(self):
        """Trace what came with this transfer as if it were recalled; see `pos.number.recall`."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pos.number.recall"]._open_drill(
            self.name, self.company_id, {"kind": "receipt", "picking_id": self.id}
        )
