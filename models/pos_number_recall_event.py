from odoo import fields, models
from odoo.tools import SQL


class PosNumberRecallEvent(models.Model):
    """Each move of a lot that is or was recalled, in the columns of FDA's traceability sheet.

    Exported by Odoo's own export, as CSV or XLSX. Ids are those of stock.move.line.
    """

    _name = "pos.number.recall.event"
    _description = "Recall: Moves of Lots"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lot_code"

    lot_code = fields.Char("Traceability Lot Code")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial")
    quantity = fields.Float(digits="Product Unit")
    uom_id = fields.Many2one("uom.uom", "Unit of Measure")
    product_id = fields.Many2one("product.product", "Product Description")
    location_id = fields.Many2one("stock.location", "Ship From Location Description")
    location_dest_id = fields.Many2one("stock.location", "Ship To Location Description")
    partner_id = fields.Many2one("res.partner", "Source or Receiver")
    date = fields.Datetime("Date Shipped or Received")
    reference = fields.Char("Reference Document Number")
    kind = fields.Selection(
        [
            ("receive", "Receiving"),
            ("ship", "Shipping"),
            ("return", "Return"),
            ("transform", "Transformation"),
            ("other", "Other"),
        ],
        "Critical Tracking Event",
    )
    company_id = fields.Many2one("res.company")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT done.id, lot.name AS lot_code, done.lot_id,
                   done.quantity_product_uom AS quantity, template.uom_id, done.product_id,
                   done.location_id, done.location_dest_id,
                   COALESCE(pos_order.partner_id, picking.partner_id) AS partner_id, done.date,
                   COALESCE(pos_order.pos_reference, picking.name, move.reference) AS reference,
                   CASE
                       WHEN source.usage = 'supplier' THEN 'receive'
                       WHEN source.usage = 'customer' THEN 'return'
                       WHEN dest.usage = 'customer' THEN 'ship'
                       WHEN 'production' IN (source.usage, dest.usage) THEN 'transform'
                       ELSE 'other'
                   END AS kind,
                   done.company_id
              FROM stock_move_line done
              JOIN stock_move move ON move.id = done.move_id
              JOIN stock_lot lot ON lot.id = done.lot_id
              JOIN product_product product ON product.id = done.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN stock_location source ON source.id = done.location_id
              JOIN stock_location dest ON dest.id = done.location_dest_id
              LEFT JOIN stock_picking picking ON picking.id = done.picking_id
              LEFT JOIN pos_pack_operation_lot number ON number.id = done.pos_number_id
              LEFT JOIN pos_order_line line ON line.id = number.pos_order_line_id
              LEFT JOIN pos_order ON pos_order.id = line.order_id
             WHERE done.state = 'done'
            """
        )
