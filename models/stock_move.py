from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..number.plan import Plan
from ..number.verdict import clean

# Says in the context that others give up what they have reserved; it authorises nothing.
FREES_RESERVATION = "pos_numbers_frees_reservation"


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "pos.number.guard"]

    pos_numbers_waiting = fields.Boolean(
        string="Waits for Lot/Serial Numbers",
        copy=False,
        readonly=True,
        help="Sold at the till without a usable number: never reserved, for any number that "
        "stock would pick is not the one that was sold.",
    )
    pos_numbers_line_id = fields.Many2one(
        "pos.order.line",
        string="Sold Line",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )

    _pos_numbers_waiting_idx = models.Index(
        "(product_id) WHERE pos_numbers_waiting IS TRUE AND state = 'confirmed'"
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        names = super()._prepare_merge_moves_distinct_fields()
        return [*names, "pos_numbers_waiting", "pos_numbers_line_id"]

    def _action_assign(self, force_qty=False):
        """Whoever asks (a button, the scheduler, a receipt): what waits takes no other number."""
        moves = self - self.filtered("pos_numbers_waiting")
        return super(StockMove, moves)._action_assign(force_qty=force_qty)

    def _prepare_move_split_vals(self, qty):
        """The rest of a move that waits goes on waiting; a return of it does not wait."""
        return {
            **super()._prepare_move_split_vals(qty),
            "pos_numbers_waiting": self.pos_numbers_waiting,
            "pos_numbers_line_id": self.pos_numbers_line_id.id,
        }

    def _action_done(self, cancel_backorder=False):
        """Note on the sold lines which numbers moved, where the sale could not know it.

        And what follows from it: for what waits, for repairs, for warranties.
        """
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._free_unnumbered_reservations()
        self.env["pos.number.shipment"].sudo()._note(moves.sudo())
        if cancel_backorder:
            self.env["pos.number.shipment"].sudo()._free_unshipped(self.exists().sudo())
        if not Plan.of(self.env):  # the end of a plan does it
            arrived = moves.move_line_ids.filtered(
                lambda line: line.lot_id and line.location_dest_id.usage in ("internal", "transit")
            )
            self.env["pos.number.waiting"]._retry(arrived.lot_id)
        if "repair_id" in moves:
            # A repair that ends after its parts were paid tells their numbers now.
            repaired = moves.sudo().filtered("repair_id").sale_line_id.pos_order_line_ids
            repaired.filtered("numbers_locked")._note_repair_numbers()
        # What comes back by a transfer of Inventory is not under warranty any more, until that
        # transfer is returned itself.
        origins = moves.sudo().origin_returned_move_id
        returned = (origins | origins.origin_returned_move_id).move_line_ids.pos_number_id
        if returned:
            self.env["pos.number.warranty"].sudo()._update(returned.pos_order_line_id)
        return moves

    def _action_cancel(self):
        """What is not delivered any more is free to be sold."""
        result = super()._action_cancel()
        self.env["pos.number.shipment"].sudo()._free_unshipped(self.sudo())
        return result

    def _get_quantity_returned_by_lot(self):
        """What of this move came back by transfers of Inventory, and was not sent out again.

        Not what a correction took back (`pos.number.correction`), nor what a till did.

        :return: `{lot: quantity}`, product's unit
        """
        self.ensure_one()
        result = defaultdict(float)
        for back in self.returned_move_ids:
            if back.state != "done" or back.picking_id.pos_numbers_order_id:
                continue
            for move_line in back.move_line_ids:
                if move_line.state == "done" and move_line.lot_id and not move_line.pos_number_id:
                    result[move_line.lot_id] += move_line.quantity_product_uom
            for lot, quantity in back._get_quantity_returned_by_lot().items():
                result[lot] -= quantity
        return result

    def _should_bypass_reservation(self, forced_location=False):
        """What a sold number moves was not reserved before: half of core's work for a serial.

        Documents that had reserved it give it up all the same, see
        `stock.move.line._free_reservation`.
        """
        # The first line tells: core asks for each line of moves that may have hundreds.
        if self.move_line_ids[:1].pos_number_id and not self.env.context.get(FREES_RESERVATION):
            return True
        return super()._should_bypass_reservation(forced_location=forced_location)

    @api.model
    def _write_off_stale(self, stale):
        """Take serials out of customers' places that lie in stock, where they were counted.

        Nobody booked their return, and Odoo lets no serial be at one place twice.

        :param stale: list of (sold line, lot, [Take])
        """
        vals_list = []
        for line, lot, takes in stale:
            product = lot.product_id.with_company(line.company_id)
            for take in takes:
                places = {
                    "location_id": take.location or line._get_customer_location().id,
                    "location_dest_id": product.property_stock_inventory.id,
                }
                line_vals = {
                    **places,
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                    "quantity": take.quantity,
                    "lot_id": lot.id,
                    "owner_id": take.owner,
                    "package_id": take.package,
                    "picked": True,
                }
                vals_list.append(
                    {
                        **places,
                        "product_id": product.id,
                        "product_uom": product.uom_id.id,
                        "product_uom_qty": take.quantity,
                        "company_id": line.company_id.id,
                        "is_inventory": True,
                        "picked": True,
                        "origin": line.order_id.name,
                        "inventory_name": self.env._(
                            "In stock again, although no return was booked"
                        ),
                        "move_line_ids": [Command.create(line_vals)],
                    }
                )
        if vals_list:
            self.create(vals_list)._action_done()

    def _free_unnumbered_reservations(self):
        """A new number took stock without number that others had reserved: they reserve anew.

        Core frees reservations of the lot that moved only, and here no lot was reserved.
        """
        move_lines = self.move_line_ids.filtered(
            lambda ml: ml.pos_number_id and ml.lot_id and ml.location_id.usage == "internal"
        )
        if not move_lines:
            return
        quants = self.env["stock.quant"].search(
            Domain("product_id", "in", move_lines.product_id.ids)
            & Domain("location_id", "in", move_lines.location_id.ids)
            & Domain("lot_id", "=", False)
            & Domain("reserved_quantity", ">", 0)
        )
        for quant in quants:
            excess = quant.reserved_quantity - max(quant.quantity, 0.0)
            if quant.product_uom_id.compare(excess, 0) > 0:
                move_lines.filtered(lambda ml, quant=quant: ml.product_id == quant.product_id)[
                    0
                ]._free_reservation(
                    quant.product_id,
                    quant.location_id,
                    excess,
                    package_id=quant.package_id,
                    owner_id=quant.owner_id,
                )

    def _crosses_to_customer(self):
        """Goods go to a customer or come from there; not one of the steps before or after."""
        self.ensure_one()
        return "customer" in (self.location_id.usage, self.location_dest_id.usage)

    def _add_mls_related_to_order(self, related_order_lines, are_qties_done=True):
        """Numbers that were sold move as planned; tracked components of kits wait for theirs.

        What ships later reserves its own.
        """
        plan = Plan.of(self.env)
        if plan and are_qties_done and all(map(plan.moving.get, related_order_lines)):
            self._create_number_lines(plan, related_order_lines)
            return super(StockMove, self.browse())._add_mls_related_to_order(
                related_order_lines, are_qties_done=are_qties_done
            )
        uses_lots = self.filtered(
            lambda move: (
                move.product_id.tracking != "none"
                and (move.picking_type_id.use_create_lots or move.picking_type_id.use_existing_lots)
            )
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
        components._put_components_aside(related_order_lines)
        return super(StockMove, self - components)._add_mls_related_to_order(
            related_order_lines, are_qties_done=are_qties_done
        )

    def _reserve_sold_numbers(self, order_lines):
        """Reserve the chosen numbers first: each once, from where it lies, as far as it is there.

        :param order_lines: lines of an order that is shipped later
        """
        left = {number: number.quantity for number in order_lines.pack_lot_ids if number.lot_id}
        lots = self.env["stock.lot"].union(*(number.lot_id for number in left))
        by_lot = (
            self.env["stock.quant"]
            .search(
                [
                    ("lot_id", "in", lots.ids),
                    ("location_id", "child_of", self.location_id.ids),
                    ("quantity", ">", 0),
                ],
                order="in_date, id",
            )
            .grouped("lot_id")
        )
        for move in self:
            needed = move.product_qty - sum(move.move_line_ids.mapped("quantity_product_uom"))
            for number, quantity_left in left.items():
                unreserved = quantity_left
                if number.product_id != move.product_id:
                    continue
                for quant in by_lot.get(number.lot_id, ()):
                    quantity = min(unreserved, needed)
                    if move.product_id.uom_id.compare(quantity, 0) <= 0:
                        break
                    if not quant.location_id.parent_path.startswith(move.location_id.parent_path):
                        continue
                    # Not `_update_reserved_quantity`: that one passes over a lot that is expired,
                    # also when it is the one that was chosen.
                    new_vals, taken = move._update_reserved_quantity_vals(
                        quantity,
                        quant.location_id,
                        lot_id=quant.lot_id,
                        package_id=quant.package_id,
                        owner_id=quant.owner_id,
                        strict=True,
                    )
                    # At once: the next number may be of the same lot.
                    self.env["stock.move.line"].create(new_vals)
                    unreserved -= taken
                    needed -= taken
                left[number] = unreserved

    def _put_components_aside(self, order_lines):
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
        kits = order_lines.filtered(lambda line: not line.is_number_tracked)
        self.move_line_ids.unlink()
        self.write(
            {
                "picking_id": waiting.id,
                "pos_numbers_waiting": True,
                "pos_numbers_line_id": kits.id if len(kits) == 1 else False,
            }
        )
        if len(kits) == 1 and kits.qty < 0:
            for move in self:
                move._wait_for_quantity(
                    kits._cancel_waiting_sale(move.product_qty, move.product_id)
                )

    def _create_number_lines(self, plan, lines):
        """Write down which number moves from where, all at once.

        :param Plan plan: what moves
        :param lines: the sold or returned lines whose numbers these moves carry
        """
        queues = defaultdict(list)
        products = self.product_id
        for line in lines:
            for number in plan.get_numbers(line):
                # The number of a kit is one of its component.
                is_own = line.product_id in products
                product = line.product_id if is_own else number._get_own_product()
                queues[product] += [(number, take) for take in plan.takes[number]]
        vals_list = []
        for move in self:
            base = move._prepare_move_line_vals()
            room = move.product_qty
            queue = queues[move.product_id]
            while queue and clean(room) > 0:
                number, take = queue.pop(0)
                moved = min(room, take.quantity)
                if clean(take.quantity - moved) > 0:
                    queue.insert(0, (number, take._replace(quantity=clean(take.quantity - moved))))
                room = clean(room - moved)
                vals_list.append(
                    {
                        **base,
                        "quantity": moved,
                        "product_uom_id": move.product_id.uom_id.id,
                        "location_id": plan.get_source(number, take) or move.location_id.id,
                        "lot_id": number.lot_id.id,
                        "package_id": take.package,
                        "owner_id": take.owner,
                        "pos_number_id": number.id,
                        "picked": True,
                    }
                )
        # Core reads this of each lot at its new place, one by one.
        self.env["stock.lot"].browse([vals["lot_id"] for vals in vals_list]).fetch(
            ["lot_properties"]
        )
        self.env["stock.move.line"].create(vals_list)

    def _assign_picking_post_process(self, new=False):
        """Core says in the new transfer's values which order its goods are of."""
        result = super()._assign_picking_post_process(new=new)
        order = self.sudo().reference_ids.pos_order_ids[:1]
        picking = self.picking_id.sudo()
        if new and order and not picking.pos_order_id:
            picking.write({"pos_order_id": order.id, "pos_session_id": order.session_id.id})
        return result
