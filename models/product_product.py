from odoo import models
from odoo.fields import Domain


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _has_tracked_components(self):
        """Whether this is a kit (mrp) in which something has a serial or lot number."""
        self.ensure_one()
        if "is_kits" not in self or not self.is_kits:
            return False
        bom = self.env["mrp.bom"]._bom_find(
            self, company_id=self.env.company.id, bom_type="phantom"
        )[self]
        _boms, components = bom.explode(self, 1)
        return any(component.product_id.tracking != "none" for component, _values in components)

    def _compute_quantities_dict(
        self, lot_id, owner_id, package_id, from_date=False, to_date=False
    ):
        """Units that left the shop without their number are on hand by the books, but not free."""
        quantities = super()._compute_quantities_dict(
            lot_id, owner_id, package_id, from_date=from_date, to_date=to_date
        )
        if lot_id is not None or owner_id is not None or package_id is not None:
            return quantities
        _quants, _moves_in, moves_out = self._get_domain_locations()
        waiting = self.env["stock.move"]._read_group(
            Domain("pos_numbers_waiting", "=", True)
            & Domain("state", "=", "confirmed")
            & Domain("product_id", "in", self.ids)
            & Domain(moves_out),
            ["product_id"],
            ["product_qty:sum"],
        )
        for product, quantity in waiting:
            values = quantities[product.id]
            # Never below what it was or nothing: there is no less than nothing to give.
            free = product.uom_id.round(values["free_qty"] - quantity)
            values["free_qty"] = max(free, min(0.0, values["free_qty"]))
        return quantities

    def _end_waiting_for_numbers(self):
        """These products have no numbers any more: what waits for one moves without."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", self.ids),
                ("pos_numbers_waiting", "=", True),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        for company, company_moves in moves.grouped("company_id").items():
            for picking_moves in company_moves.grouped("picking_id").values():
                picking_moves.with_company(company)._move_without_numbers()

    def _count_missing_numbers_anew(self):
        """What is sold in sessions still open asks for numbers as its product does now."""
        lines = self.env["pos.order.line"].search(
            [("product_id", "in", self.ids), ("order_id.session_id.state", "!=", "closed")]
        )
        lines |= lines.search([("product_id", "in", self.ids), ("missing_number_qty", ">", 0)])
        lines.invalidate_recordset(["is_number_tracked"])
        self.env.add_to_compute(lines._fields["missing_number_qty"], lines)
