from odoo import fields, models


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
