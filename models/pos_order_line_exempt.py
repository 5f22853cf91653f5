from odoo import api, models


class PosOrderLine(models.Model):
    """Lines of tracked products that ask for no number, for something else moves their stock."""

    _inherit = "pos.order.line"

    @api.depends("sale_order_line_id", "refunded_orderline_id.sale_order_line_id")
    def _compute_is_number_tracked(self):  # pylint: disable=missing-return
        super()._compute_is_number_tracked()
        for line in self.filtered("is_number_tracked"):
            if line._is_of_repair() or line._is_kit():
                line.is_number_tracked = False

    def _is_of_repair(self):
        """A part that a repair order uses (pos_repair): the repair moves it, the till does not.

        Nor does its refund: the part stays where the repair has put it, until Inventory moves it.
        Refunds from the till do not name the sales order, those of the back office do.
        """
        self.ensure_one()
        line = self.sudo()
        sale_line = line.sale_order_line_id or line.refunded_orderline_id.sale_order_line_id
        return bool(sale_line) and sale_line._is_of_repair()

    def _is_kit(self):
        """A product that never moves itself: its components do (mrp)."""
        self.ensure_one()
        product = self.product_id.with_company(self.company_id or self.order_id.company_id)
        return bool("is_kits" in product and product.is_kits)

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

    def _note_repair_numbers(self):
        """Note the numbers that the repair has used on the lines that are paid for them.

        A name that the till gave and that the repair has not used stays, for no unit.
        """
        for sale_line, lines in self.grouped("sale_order_line_id").items():
            if not sale_line or not lines[0]._is_of_repair():
                continue
            used = {}
            for move_line in sale_line.move_ids.filtered("repair_id").move_line_ids:
                if move_line.state == "done" and move_line.lot_id:
                    lot = move_line.lot_id
                    used[lot] = used.get(lot, 0.0) + move_line.quantity_product_uom
            if not used:
                continue
            all_lines = sale_line.pos_order_line_ids.filtered(
                lambda line: line.order_id.state not in ("draft", "cancel") and line.qty > 0
            )
            for number in all_lines.pack_lot_ids.filtered("lot_id"):
                if number.lot_id in used:
                    used[number.lot_id] -= number.quantity
            for line in lines.filtered(lambda line: line.qty > 0):
                line._take_repair_numbers(used)
        paid = self.filtered("numbers_locked")
        if paid:
            self.env["pos.number.warranty"]._update(paid)

    def _take_repair_numbers(self, used):
        """Give this line the numbers of a repair, up to its quantity.

        :param used: `{lot: quantity}` that no line has yet, product's unit; changed
        """
        self.ensure_one()
        uom = self.product_id.uom_id
        linked = self.pack_lot_ids.filtered("lot_id")
        left = uom.round(abs(self.qty) - sum(linked.mapped("quantity")))
        typed = {(number.lot_name or "").strip(): number for number in self.pack_lot_ids - linked}
        for lot in list(used):
            quantity = uom.round(min(used[lot], left))
            if uom.compare(quantity, 0) <= 0:
                continue
            used[lot] -= quantity
            left = uom.round(left - quantity)
            values = {"lot_id": lot.id, "lot_name": lot.name, "quantity": quantity}
            number = typed.pop(lot.name, None)
            if number:
                number.write(values)
            else:
                number = self.env["pos.pack.operation.lot"].create(
                    {**values, "pos_order_line_id": self.id, "origin": "order"}
                )
            if self.product_id.tracking == "serial":
                number._try_hold()
        for number in typed.values():
            if uom.compare(left, 0) <= 0 and number.lot_name:
                number.quantity = 0.0
                no_room = {"situation": "no_room", "asked": abs(self.qty)}
                number._add_flags("surplus", evidence={"surplus": no_room})
