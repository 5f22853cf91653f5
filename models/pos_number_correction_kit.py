from odoo import models


class PosNumberCorrection(models.AbstractModel):
    """A number of a kit is one of its component: as if that had been sold by itself."""

    _inherit = "pos.number.correction"

    def _get_component(self, line, numbers):
        """The component that numbers of a kit are of; none where they are of the line's product.

        :param numbers: all of one product, or None
        """
        product = numbers[:1].lot_id.product_id if numbers else line.product_id.browse()
        return product - line.product_id

    def _get_judged_line(self, line, numbers):
        line = super()._get_judged_line(line, numbers)
        component = self._get_component(line, numbers)
        if not component:
            return line
        values = {"order_id": line.order_id.id, "product_id": component.id, "qty": line.qty}
        return line.new({**values, "refunded_orderline_id": line.refunded_orderline_id.id})

    def _check_number(self, line, number):  # pylint: disable=missing-return
        """What has left with its kit is changed like what was sold by itself."""
        if not (self._get_component(line, number) and number._has_moved()):
            super()._check_number(line, number)

    def _write_corrected(self, line, number, name, lot, quantity, days=None):
        component = self._get_component(line, number)
        if component and not lot:
            company = line.company_id
            values = {"name": name, "product_id": component.id, "company_id": company.id}
            number._keep_days(name, days)
            lot = lot._create_with_days([(values, *number._get_new_lot_days())])
        return super()._write_corrected(line, number, name, lot, quantity, days)

    def _take_hold(self, line, parts):  # pylint: disable=missing-return
        """A kit holds no serial; a sale whose unit came back by a transfer does not any more."""
        super()._take_hold(line, parts)
        numbers = self.env["pos.pack.operation.lot"].union(*parts)
        if self._get_component(line, numbers):
            held = [("lot_id", "in", numbers.lot_id.ids), ("holds", "=", True)]
            self._free(numbers.search(held), line)

    def _find_holder(self, lot):
        """A kit has a serial that it took last, as long as that did not come back."""
        holder = super()._find_holder(lot)
        if holder:
            return holder
        moved = [("lot_id", "=", lot.id), ("move_line_ids.state", "=", "done")]
        last = holder.search(moved, order="id desc", limit=1)
        line = last.pos_order_line_id
        is_sold = line.qty > 0 and not last._get_returned_quantity()[last]
        return last if is_sold and self._get_component(line, last) else holder

    def _wait_again(self, line, was):
        """A component's units are part of its kit's cost."""
        move = super()._wait_again(line, was)
        if move and move.product_id != line.product_id:
            move.pos_cost_line_id = line
        return move
