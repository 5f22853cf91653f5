from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

# Of one transfer: more are a page that nobody reads.
MAX_QUANTS = 5000


class PosNumberRecall(models.Model):
    """What is left of a recall goes to quarantine: by Odoo's own transfer, and only proposed."""

    _inherit = "pos.number.recall"

    quarantine_location_id = fields.Many2one(
        "stock.location",
        string="Quarantine",
        domain="[('usage', '=', 'internal'), ('company_id', 'in', (False, company_id))]",
        help="Where what is left is kept until it is disposed of.",
    )
    quarantine_picking_ids = fields.Many2many(
        "stock.picking", string="Transfers to Quarantine", readonly=True, copy=False
    )

    def action_quarantine(self):
        """Propose the transfer of what is left and nobody has reserved; who validates it decides.

        :raises UserError: no place is named, or nothing is left
        """
        self.ensure_one()
        self.check_access("write")
        recall = self.sudo()
        if recall.state != "running" or recall.is_drill:
            raise UserError(self.env._("Only what a running recall is about goes to quarantine."))
        place = recall.quarantine_location_id
        if not place:
            raise UserError(self.env._("Say where the quarantine is."))
        pickings = self.env["stock.picking"].sudo()
        quants = recall._get_quants_left(place)
        if not quants:
            raise UserError(
                self.env._("Nothing is left that could move: it is there, or it is reserved.")
            )
        for warehouse, of_warehouse in quants.grouped(
            lambda quant: quant.location_id.warehouse_id
        ).items():
            pickings |= recall._create_quarantine_picking(warehouse, of_warehouse, place)
        recall.quarantine_picking_ids = [Command.link(picking.id) for picking in pickings]
        return {
            "name": self.env._("To Quarantine"),
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("id", "in", recall.quarantine_picking_ids.ids)],
            "context": {"create": False},
        }

    def _get_quants_left(self, place):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT quant.id
                  FROM pos_number_recall_lot recalled
                  JOIN stock_quant quant ON quant.lot_id = recalled.lot_id
                  JOIN stock_location location ON location.id = quant.location_id
                 WHERE recalled.recall_id = %s
                   AND location.usage = 'internal' AND location.company_id = %s
                   AND NOT starts_with(location.parent_path, %s)
                   AND quant.quantity > quant.reserved_quantity
                 ORDER BY quant.id LIMIT %s
                """,
                self.id,
                self.company_id.id,
                place.parent_path,
                MAX_QUANTS,
            )
        )
        return self.env["stock.quant"].sudo().browse(row[0] for row in rows)

    def _create_quarantine_picking(self, warehouse, quants, place):
        """A transfer that has reserved exactly these quants and moves nothing by itself."""
        warehouse = warehouse or self.env["stock.warehouse"].sudo().search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        operation_type = warehouse.int_type_id
        source = warehouse.view_location_id
        picking = (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "picking_type_id": operation_type.id,
                    "location_id": source.id,
                    "location_dest_id": place.id,
                    "company_id": self.company_id.id,
                    "origin": self.name,
                }
            )
        )
        moves = (
            self.env["stock.move"]
            .sudo()
            .create(
                [
                    {
                        "product_id": product.id,
                        "product_uom": product.uom_id.id,
                        "product_uom_qty": sum(q.quantity - q.reserved_quantity for q in group),
                        "location_id": source.id,
                        "location_dest_id": place.id,
                        "picking_id": picking.id,
                        "company_id": self.company_id.id,
                        "origin": self.name,
                    }
                    for product, group in quants.grouped("product_id").items()
                ]
            )
        )
        moves._action_confirm(merge=False)
        # Where transfers reserve when they are confirmed, they take what is first, not these.
        moves._do_unreserve()
        move_by_product = {move.product_id: move for move in moves}
        self.env["stock.move.line"].sudo().create(
            [
                {
                    "move_id": move_by_product[quant.product_id].id,
                    "picking_id": picking.id,
                    "product_id": quant.product_id.id,
                    "product_uom_id": quant.product_id.uom_id.id,
                    "quantity": quant.quantity - quant.reserved_quantity,
                    "lot_id": quant.lot_id.id,
                    "package_id": quant.package_id.id,
                    "owner_id": quant.owner_id.id,
                    "location_id": quant.location_id.id,
                    "location_dest_id": place.id,
                    "company_id": self.company_id.id,
                }
                for quant in quants
            ]
        )
        moves._recompute_state()
        return picking
