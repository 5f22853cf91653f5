from odoo import models
from odoo.exceptions import UserError


class PosNumberShipment(models.AbstractModel):
    _inherit = "pos.number.shipment"

    def _get_lines(self, order, move):
        """A component that ships later belongs to the line of its kit."""
        lines = super()._get_lines(order, move)
        if lines or not ("bom_line_id" in move and move.bom_line_id):
            return lines
        is_return = move.location_id.usage == "customer"
        return order.lines.filtered(
            lambda line: (line.qty < 0) == is_return and line._has_component(move.bom_line_id)
        )


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _has_component(self, bom_line):
        """Whether this is a line of a kit that has this component, at any depth."""
        self.ensure_one()
        if not self._is_kit():
            return False
        product = self.product_id
        bom = self.env["mrp.bom"]._bom_find(
            product, company_id=self.company_id.id, bom_type="phantom"
        )[product]
        _boms, components = bom.explode(product, 1)
        return any(component == bom_line for component, _values in components)


class PosNumberCorrection(models.AbstractModel):
    """A number of a kit is one of its component."""

    _inherit = "pos.number.correction"

    def _correct(self, number, new_name, anywhere=False):
        line = number.sudo().pos_order_line_id
        lot = number.sudo().lot_id
        if lot and lot.product_id != line.product_id and number.sudo()._has_moved():
            self._check_caller(number.pos_order_line_id)
            line = line.with_company(line.company_id)
            correction = self.sudo().with_company(line.company_id)
            return correction._correct_component(line, number.sudo(), new_name, anywhere)
        return super()._correct(number, new_name, anywhere=anywhere)

    def _correct_component(self, line, number, new_name, anywhere):
        """Swap the number of a component that has left with its kit.

        :raises UserError: with the reason
        """
        wrong = number.lot_id
        self._check_still_there(number)
        # Judged as if the component had been sold by itself.
        judged_line = line.new(
            {"order_id": line.order_id.id, "product_id": wrong.product_id.id, "qty": line.qty}
        )
        judged = self._judge(judged_line, [(new_name, number.quantity)], number, anywhere)
        name, quantity, lot, _message = judged[0]
        if lot == wrong:
            raise UserError(self.env._("%s is the number that it has.", number.lot_name))
        self._raise_errors(judged)
        with self.env.cr.savepoint():
            before = self._describe(line)
            if not lot:
                lot = lot.create(
                    {
                        "name": name,
                        "product_id": wrong.product_id.id,
                        "company_id": line.company_id.id,
                    }
                )
            self._swap_component(line, number, lot, quantity)
            self._finish(line, before, self.env._("Lot/Serial Number corrected"))
        return number

    def _swap_component(self, line, number, lot, quantity):
        """The wrong lot goes back the way it came, the right one goes its way."""
        wrong_lines = number.move_line_ids.filtered(lambda ml: ml.state == "done")
        forward = wrong_lines.move_id[:1]
        for move_line in wrong_lines:
            self._reverse(line, move_line)
        wrong_lines.pos_number_id = False
        number._mark_corrected()
        number.write({"lot_name": lot.name, "lot_id": lot.id, "origin": "later"})
        source = forward.location_id
        places = self.env["stock.quant"].search(
            [
                ("lot_id", "=", lot.id),
                ("quantity", ">", 0),
                ("location_id.usage", "in", ("internal", "transit")),
            ],
            order="in_date, id",
        )
        if forward.location_id.usage in ("internal", "transit"):
            source = places.location_id[:1] or source
        move = self._transfer(
            line,
            forward.picking_type_id,
            source,
            forward.location_dest_id,
            quantity,
            product=lot.product_id,
        )
        move.pos_cost_line_id = line
        self.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(),
                "quantity": quantity,
                "product_uom_id": lot.product_id.uom_id.id,
                "lot_id": lot.id,
                "pos_number_id": number.id,
                "picked": True,
            }
        )
        self._do(move)
        line._update_moved_cost()
