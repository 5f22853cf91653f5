import logging
from collections import defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from .pos_number_allocation import NumberPlan

# What `odoo.service.model.retrying` runs again.
RETRIED = (psycopg2.OperationalError, ConcurrencyError)

_logger = logging.getLogger(__name__)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    pos_numbers_order_id = fields.Many2one(
        "pos.order",
        string="POS Order to Assign",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="This transfer waits for the Lot/Serial Numbers of this order. It is not one of the "
        "order's transfers before it is done: those count as delivered.",
    )

    def _compute_state(self):  # pylint: disable=missing-return
        """What waits for numbers is not ready, also when it comes from a customer.

        Core takes every transfer from there for ready, for it has nothing to reserve.
        """
        super()._compute_state()
        for picking in self:
            if picking.pos_numbers_order_id and picking.state == "assigned":
                moves = picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
                if all(moves.mapped("pos_numbers_waiting")) and not any(moves.mapped("quantity")):
                    picking.state = "confirmed"

    # ------------------------------------------------------------------------ creation

    @api.model
    def _create_picking_from_pos_order_lines(
        self, location_dest_id, lines, picking_type, partner=False
    ):
        """Move what has its number, in the transfers core makes; the rest waits in its own.

        What was sold before comes back first, for it may be sold again. What is sold and returned
        in one session has to leave first, and so has what other sessions sold before, see
        `pos.order.line._move_earlier_lines`.
        """
        lines._move_earlier_lines()
        lines = lines.filtered(lambda line: not line.stock_done)
        if not lines.filtered("is_number_tracked"):
            return (
                super()
                ._create_picking_from_pos_order_lines(
                    location_dest_id, lines, picking_type, partner
                )
                ._drop_empty()
            )
        pickings = self.browse()
        sold = lines.filtered(lambda line: line.qty > 0)
        returned = lines.filtered(lambda line: line.qty < 0)
        returned_after = returned.filtered(lambda line: line.refunded_orderline_id in sold)
        for part in (returned - returned_after, sold, returned_after):
            if not part:
                continue
            tracked = part.filtered(
                lambda line: line.is_number_tracked and line.product_id.type == "consu"
            )
            plan = self.env["pos.number.allocation"]._plan(
                tracked,
                picking_type,
                returning=returned_after if part == sold else None,
            )
            for number, codes in plan.flags.items():
                number._add_flags(*codes)
            moving = (part - tracked) | tracked.filtered(lambda line, plan=plan: plan.moving[line])
            pickings |= self._move_pos_lines(location_dest_id, moving, picking_type, partner, plan)
            self._wait_for_numbers(location_dest_id, plan, picking_type, partner)
            tracked.stock_done = True
        return pickings

    def _move_pos_lines(self, location_dest_id, lines, picking_type, partner, plan):
        """Move lines by core's way; when that fails, keep the failure to the lines that cause it.

        :return: the transfers; those of tracked lines are done
        """
        if not lines:
            return self.browse()
        pickings = self.browse()
        error = None
        try:
            with self.env.cr.savepoint():
                # pylint: disable-next=super-method-mismatch
                pickings = super(
                    StockPicking, self.with_context(**{NumberPlan.KEY: plan})
                )._create_picking_from_pos_order_lines(
                    location_dest_id, lines, picking_type, partner
                )
                self.env.flush_all()
        except RETRIED:
            raise  # Odoo runs the request again
        except Exception as exception:  # noqa: BLE001  # pylint: disable=broad-except
            # Whatever an add-on raises here: the customer has paid. It is logged below.
            error = exception
        pickings = pickings.with_context(**{NumberPlan.KEY: None})._drop_empty()
        failed = pickings.filtered(lambda picking: picking.state != "done")
        if not error and not failed:
            return pickings
        groups = list(lines.grouped(lambda line: (line.order_id, line.product_id)).values())
        tracked = lines.filtered(plan.moving.get)
        if len(groups) == 1 and not tracked:
            if error:
                raise error
            return pickings  # core's own case: an untracked product that cannot move
        # With the plan: its moves have reserved nothing that could be given back.
        pickings.with_context(**{NumberPlan.KEY: plan}).move_ids._action_cancel()
        pickings.unlink()
        if len(groups) == 1:
            _logger.warning(
                "The numbers of %s cannot move now and wait: %s",
                ", ".join(lines.order_id.mapped("name")),
                error or "the transfer was refused",
                exc_info=error if error and not isinstance(error, UserError) else None,
            )
            for line in lines:
                plan.waiting[line] = line.product_id.uom_id.round(abs(line.qty))
                plan.moving.pop(line)
            return self.browse()
        middle = len(groups) // 2
        Line = self.env["pos.order.line"]
        return self._move_pos_lines(
            location_dest_id, Line.union(*groups[:middle]), picking_type, partner, plan
        ) | self._move_pos_lines(
            location_dest_id, Line.union(*groups[middle:]), picking_type, partner, plan
        )

    def _drop_empty(self):
        """Of a kit whose components all wait nothing is left in the transfer made for it."""
        empty = self.filtered(lambda picking: not picking.move_ids)
        empty.unlink()
        return self - empty

    def _create_move_from_pos_order_lines(self, lines):
        """Core moves untracked lines, the plan moves the tracked ones."""
        plan = NumberPlan.of(self.env)
        tracked = lines.filtered(plan.moving.get) if plan else lines.browse()
        # Line by line: what waits of a kit belongs to its line and order.
        products = (lines - tracked).product_id.with_company(self.company_id)
        products = products.filtered(lambda product: product._has_tracked_components())
        kits = (lines - tracked).filtered(lambda line: line.product_id in products)
        for part in (lines - tracked - kits, *kits):
            if part:
                super()._create_move_from_pos_order_lines(part)
        if not tracked:
            return
        Move = self.env["stock.move"]
        groups = Move._group_by_product(tracked)
        moves = Move.create(
            [
                {
                    **self._prepare_stock_move_vals(group[0], group),
                    "product_uom_qty": sum(plan.moving[line] for line in group),
                    # Not to be reserved: its numbers are known.
                    "picked": True,
                }
                for group in groups
            ]
        )
        moves._action_confirm(merge=False)
        moves._create_number_lines(
            plan,
            {
                move: [number for line in group for number in plan.get_numbers(line)]
                for move, group in zip(moves, groups, strict=True)
            },
        )
        moves.picked = True
        self._link_owner_on_return_picking(tracked)

    def _wait_for_numbers(self, location_dest_id, plan, picking_type, partner):
        """Keep units without a usable number in transfers that belong to their orders."""
        by_order = defaultdict(list)
        for line, waiting in plan.waiting.items():
            quantity = waiting if line.qty > 0 else line._cancel_waiting_sale(waiting)
            if line.product_id.uom_id.compare(quantity, 0) > 0:
                by_order[line.order_id, line.qty > 0].append((line, quantity))
        for (order, is_sale), rows in by_order.items():
            kind, source, destination = self._get_pos_transfer_route(
                picking_type, location_dest_id, is_sale
            )
            picking = self.create(
                {
                    **self._prepare_picking_vals(
                        partner or order.partner_id, kind, source, destination
                    ),
                    "origin": order.name,
                    "pos_numbers_order_id": order.id,
                }
            )
            moves = self.env["stock.move"].create(
                [
                    {
                        **picking._prepare_stock_move_vals(line, line),
                        "product_uom_qty": quantity,
                        "origin": order.name,
                        "pos_numbers_waiting": True,
                        "pos_numbers_line_id": line.id,
                    }
                    for line, quantity in rows
                ]
            )
            moves._action_confirm(merge=False)

    @api.model
    def _get_pos_transfer_route(self, picking_type, location_dest_id, is_sale):
        """Operation type, source and destination ids of a till's transfer, as core has them."""
        source = picking_type.default_location_src_id.id
        if is_sale:
            return picking_type, source, location_dest_id
        returns = picking_type.return_picking_type_id
        if returns:
            return returns, location_dest_id, returns.default_location_dest_id.id
        return picking_type, location_dest_id, source

    # ---------------------------------------------------------------------- validation

    def button_validate(self):
        for picking in self:
            if picking.pos_numbers_order_id and not any(
                line.lot_id or line.lot_name for line in picking.move_line_ids
            ):
                raise UserError(
                    self.env._(
                        "%(transfer)s waits for the Lot/Serial Numbers of %(order)s: assign them "
                        "first.",
                        transfer=picking.name,
                        order=picking.pos_numbers_order_id.name,
                    )
                )
        return super().button_validate()

    def _create_backorder_picking(self):
        """What is left of a waiting transfer waits for the same order; a return of it does not."""
        backorder = super()._create_backorder_picking()
        backorder.pos_numbers_order_id = self.pos_numbers_order_id
        return backorder

    def _action_done(self):
        result = super()._action_done()
        for picking in self:
            order = picking.pos_numbers_order_id
            if order and picking.state == "done" and not picking.pos_order_id:
                # From now on one of the order's transfers, like those made with the sale.
                picking.write({"pos_order_id": order.id, "pos_session_id": order.session_id.id})
        return result
