from odoo import models
from odoo.exceptions import UserError


class PosNumberCorrection(models.AbstractModel):
    """A number of a kit is one of its component."""

    _inherit = "pos.number.correction"

    def _correct_number(self, line, number, new_name, anywhere):
        lot = number.lot_id
        if lot and lot.product_id != line.product_id and number._has_moved():
            return self._correct_component(line, number, new_name, anywhere)
        return super()._correct_number(line, number, new_name, anywhere)

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
            raise UserError(self.env._("It already has the number %s.", number.lot_name))
        self._raise_errors(judged)
        with self._change({line: self.env._("Lot/Serial Number corrected")}):
            if not lot:
                lot = lot.create(
                    {
                        "name": name,
                        "product_id": wrong.product_id.id,
                        "company_id": line.company_id.id,
                    }
                )
            self._swap_component(line, number, lot, quantity)
        return number

    def _swap_component(self, line, number, lot, quantity):
        """The wrong lot goes back the way it came, the right one goes its way."""
        forward = self._take_back(line, number).move
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
