from collections import defaultdict

from odoo import api, fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    pos_numbers_waiting = fields.Boolean(
        string="Waits for Lot/Serial Numbers",
        readonly=True,
        help="Sold at the till without a usable number: never reserved, for any number that "
        "stock would pick is not the one that was sold.",
    )
    pos_numbers_line_id = fields.Many2one(
        "pos.order.line",
        string="Sold Line",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        names = super()._prepare_merge_moves_distinct_fields()
        return [*names, "pos_numbers_waiting", "pos_numbers_line_id"]

    def _action_assign(self, force_qty=False):
        """Whoever asks (a button, the scheduler, a receipt): what waits takes no other number."""
        waiting = self.filtered("pos_numbers_waiting")
        return super(StockMove, self - waiting)._action_assign(force_qty=force_qty)

    def _add_mls_related_to_order(self, related_order_lines, are_qties_done=True):
        """Tracked components of kits wait for their number; what ships later reserves its own."""
        uses_lots = self.filtered(
            lambda move: move.product_id.tracking != "none"
            and (move.picking_type_id.use_create_lots or move.picking_type_id.use_existing_lots)
        )
        if not are_qties_done:
            asked = uses_lots.filtered(
                lambda move: move.product_id in related_order_lines.product_id
            )
            asked._reserve_sold_numbers(related_order_lines)
            return super(StockMove, self - asked)._add_mls_related_to_order(
                related_order_lines, are_qties_done=are_qties_done
            )
        components = uses_lots.filtered(
            lambda move: move.product_id not in related_order_lines.product_id
        )
        components._wait_for_numbers(related_order_lines)
        return super(StockMove, self - components)._add_mls_related_to_order(
            related_order_lines, are_qties_done=are_qties_done
        )

    def _reserve_sold_numbers(self, order_lines):
        """Reserve the chosen numbers first: each once, as far as it is there."""
        left = {number: number.quantity for number in order_lines.pack_lot_ids if number.lot_id}
        for move in self:
            # An expired lot that was chosen is shipped (product_expiry would pass it over).
            move = move.with_context(with_expiration=False)
            for number, quantity in left.items():
                if number.product_id != move.product_id or quantity <= 0:
                    continue
                left[number] -= super(StockMove, move)._update_reserved_quantity(
                    quantity, move.location_id, lot_id=number.lot_id
                )

    def _wait_for_numbers(self, order_lines):
        """Put moves of kit components aside: nobody has said which number was in the kit."""
        if not self:
            return
        picking = self.picking_id[:1]
        waiting = picking.copy(
            {
                "move_ids": [],
                "move_line_ids": [],
                "pos_numbers_order_id": order_lines.order_id[:1].id,
                "origin": order_lines.order_id[:1].name,
            }
        )
        kits = order_lines.filtered(lambda line: line.product_id.tracking == "none")
        self.move_line_ids.unlink()
        self.write(
            {
                "picking_id": waiting.id,
                "pos_numbers_waiting": True,
                "pos_numbers_line_id": kits.id if len(kits) == 1 else False,
            }
        )

    def _create_number_lines(self, plan, numbers_by_move):
        """Write down which number moves from where, all at once.

        :param plan: NumberPlan
        :param numbers_by_move: `{move: [number]}`
        """
        vals_list = []
        locations = self.location_id
        for move, numbers in numbers_by_move.items():
            base = move._prepare_move_line_vals()
            for number in numbers:
                for take in plan.takes[number]:
                    location = take.location or move.location_id
                    locations |= location
                    vals_list.append(
                        {
                            **base,
                            "quantity": take.quantity,
                            "product_uom_id": move.product_id.uom_id.id,
                            "location_id": location.id,
                            "lot_id": number.lot_id.id,
                            "package_id": take.package.id if take.package else False,
                            "owner_id": take.owner.id if take.owner else False,
                            "pos_number_id": number.id,
                            "picked": True,
                        }
                    )
        lots = self.env["pos.pack.operation.lot"].union(*plan.takes).lot_id
        # Core asks for its quants line by line; here they are read together.
        cache = self.env["stock.quant"]._get_quants_by_products_locations(
            self.product_id,
            locations,
            extra_domain=["|", ("lot_id", "in", lots.ids), ("lot_id", "=", False)],
        )
        self.env["stock.move.line"].with_context(quants_cache=cache).create(vals_list)

    @api.model
    def _group_by_product(self, lines):
        """Lines that become one move: core's grouping of lines."""
        groups = defaultdict(lambda: self.env["pos.order.line"])
        for line in lines:
            groups[line.product_id.id, tuple(sorted(line.attribute_value_ids.ids))] |= line
        return list(groups.values())
