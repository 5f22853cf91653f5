import logging
from collections import defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from ..number.plan import Plan

# What `odoo.service.model.retrying` runs again.
RETRIED = (psycopg2.OperationalError, ConcurrencyError)

_logger = logging.getLogger(__name__)


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "pos.number.guard"]

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

        Oldest first, and what other open sessions sold before goes first, see
        `pos.number.sale._plan_moves`.
        """
        lines = lines.filtered(
            lambda line: (
                not line.stock_done
                and (line.product_id.tracking == "none" or not line._is_of_repair())
            )
        )
        tracked = lines.filtered(
            lambda line: line.is_number_tracked and line.product_id.type == "consu"
        )
        if not tracked:
            return (
                super()
                ._create_picking_from_pos_order_lines(
                    location_dest_id, lines, picking_type, partner
                )
                ._drop_empty()
            )
        plan = Plan.of(self.env)
        planned = tracked.sorted(lambda line: line.qty > 0)
        if not plan:
            plan, planned = self.env["pos.number.sale"]._plan_moves(tracked)
        pickings = self.browse()
        Line = self.env["pos.order.line"]
        for batch in plan.get_batches((lines - tracked) | planned):
            own = Line.union(*batch) & lines
            earlier = Line.union(*batch) - own
            for line in earlier:
                earlier_pickings = self._move_or_wait(
                    line._get_customer_location().id,
                    line,
                    line.order_id.config_id.picking_type_id,
                    False,
                    plan,
                )
                session = line.order_id.session_id
                earlier_pickings.write({"pos_session_id": session.id, "origin": session.name})
            pickings |= self._move_or_wait(location_dest_id, own, picking_type, partner, plan)
        returned = planned.filtered(lambda line: line.qty < 0 and plan.moving.get(line))
        self.env["pos.number.waiting"]._retry(returned.pack_lot_ids.lot_id)
        return pickings

    def _move_or_wait(self, location_dest_id, lines, picking_type, partner, plan):
        """Carry out a plan for lines that are all sold, or all returned.

        :return: the transfers of what has moved
        """
        moving = lines.filtered(
            lambda line: (
                plan.moving.get(line)
                or not line.is_number_tracked
                or line.product_id.type != "consu"
            )
        )
        self.env["stock.move"]._write_off_stale(
            (number.pos_order_line_id, number.lot_id, plan.stale[number])
            for number in lines.pack_lot_ids
            if number in plan.stale
        )
        # Where the operation type asks for no number: first what has one, so that it is not taken.
        loose = moving.filtered(
            lambda line: line.product_id.tracking != "none" and not plan.moving.get(line)
        )
        pickings = self._move_pos_lines(
            location_dest_id, moving - loose, picking_type, partner, plan
        ) | self._move_pos_lines(location_dest_id, loose, picking_type, partner, plan)
        plan.note_reasons(lines)
        waiting = {line: plan.waiting[line] for line in lines if plan.waiting.get(line)}
        self._wait_for_numbers(location_dest_id, waiting, picking_type, partner)
        lines.filtered("is_number_tracked").stock_done = True
        return pickings

    def _move_pos_lines(self, location_dest_id, lines, picking_type, partner, plan):
        """Move lines by core's way; when that fails, keep the failure to the lines that cause it.

        :return: the transfers; those of tracked lines are done
        """
        if not lines:
            return self.browse()
        groups = list(lines.grouped(lambda line: (line.order_id, line.product_id)).values())
        tracked = lines.filtered(plan.moving.get)
        error = None
        try:
            with self.env.cr.savepoint() as savepoint:
                # pylint: disable-next=super-method-mismatch
                pickings = super(
                    StockPicking, self.with_context(**{Plan.KEY: plan})
                )._create_picking_from_pos_order_lines(
                    location_dest_id, lines, picking_type, partner
                )
                pickings = pickings.with_context(**{Plan.KEY: None})._drop_empty()
                self.env.flush_all()
                if all(picking.state == "done" for picking in pickings):
                    return pickings
                if len(groups) == 1 and not tracked:
                    return pickings  # core's own case: an untracked product that cannot move
                # Core swallows a refusal: what was put aside for this attempt goes with it.
                savepoint.rollback()
        except RETRIED:
            raise  # Odoo runs the request again
        except Exception as exception:  # noqa: BLE001  # pylint: disable=broad-except
            # Whatever an add-on raises here: the customer has paid. It is logged below.
            error = exception
        if len(groups) == 1 and not tracked:
            raise error
        if len(groups) == 1:
            _logger.warning(
                "The numbers of %s cannot move now and wait: %s",
                ", ".join(lines.order_id.mapped("name")),
                error or "the transfer was refused",
                exc_info=error if error and not isinstance(error, UserError) else None,
            )
            for line in tracked:
                plan.refuse(line)
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

    def _create_move_from_pos_order_lines(self, lines):  # pylint: disable=missing-return
        """Tracked lines have moves of their own, and so has each kit with numbers in it.

        What a tracked line moves is in the plan, see `_prepare_stock_move_vals` and
        `stock.move._add_mls_related_to_order`.
        """
        plan = Plan.of(self.env)
        tracked = lines.filtered(plan.moving.get) if plan else lines.browse()
        # Line by line: what waits of a kit belongs to its line and order.
        products = (lines - tracked).product_id.with_company(self.company_id)
        products = products.filtered(lambda product: product._has_tracked_components())
        kits = (lines - tracked).filtered(lambda line: line.product_id in products)
        for part in (lines - tracked - kits, *kits, tracked):
            if part:
                super()._create_move_from_pos_order_lines(part)

    def _prepare_stock_move_vals(self, first_line, order_lines):
        """What has its number moves, and no more."""
        vals = super()._prepare_stock_move_vals(first_line, order_lines)
        plan = Plan.of(self.env)
        if plan and plan.moving.get(first_line):
            vals["product_uom_qty"] = sum(plan.moving[line] for line in order_lines)
            # Not to be reserved: its numbers are known.
            vals["picked"] = True
        return vals

    def _link_owner_on_return_picking(self, lines):  # pylint: disable=missing-return
        """A number comes back to the owner it was sold for; core goes by the product."""
        owners = [(line, line.owner_id) for line in self.move_line_ids if line.pos_number_id]
        super()._link_owner_on_return_picking(lines)
        for line, owner in owners:
            if line.owner_id != owner:
                line.owner_id = owner

    def _wait_for_numbers(self, location_dest_id, waiting_by_line, picking_type, partner):
        """Keep units without a usable number in transfers that belong to their orders.

        :param waiting_by_line: `{line: quantity}`, product's unit
        """
        by_order = defaultdict(list)
        for line, waiting in waiting_by_line.items():
            quantity = waiting if line.qty > 0 else line._cancel_waiting_sale(waiting)
            if line.product_id.uom_id.compare(quantity, 0) > 0:
                by_order[line.order_id, line.qty > 0].append((line, quantity))
        for (order, is_sale), rows in by_order.items():
            kind, source, destination = self._get_pos_transfer_route(
                picking_type, location_dest_id, is_sale
            )
            picking = self._create_for_numbers(order, kind, source, destination, partner)
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
    def _create_for_numbers(self, order, picking_type, source, destination, partner=None):
        """A transfer beside those of a paid order: what waits for numbers, or changes them.

        :param source: id of a location; `destination`: likewise
        :param partner: None: the order's
        """
        return self.create(
            {
                **self._prepare_picking_vals(
                    partner or order.partner_id, picking_type, source, destination
                ),
                "origin": order.name,
                "pos_numbers_order_id": order.id,
            }
        )

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

    def _link_like(self, origin):
        """Link new transfers to the sale and the session of another one."""
        origin = origin.sudo()
        self.sudo().write(
            {
                "pos_order_id": origin.pos_order_id.id,
                "pos_session_id": origin.pos_session_id.id,
            }
        )

    def _create_backorder_picking(self):
        """What is left of a waiting transfer waits for the same order; a return of it does not."""
        backorder = super()._create_backorder_picking()
        backorder._link_like(self)
        backorder.sudo().pos_numbers_order_id = self.sudo().pos_numbers_order_id
        return backorder

    # ---------------------------------------------------------------------- validation

    def _action_done(self):
        result = super()._action_done()
        for picking in self.sudo():
            order = picking.pos_numbers_order_id
            if order and picking.state == "done" and not picking.pos_order_id:
                # From now on one of the order's transfers, like those made with the sale: the
                # server says so, whoever validates it.
                picking.write({"pos_order_id": order.id, "pos_session_id": order.session_id.id})
        return result

    # -------------------------------------------------------------------------- recalls

    def action_recall_drill(self):
        """Trace what came with this transfer as if it were recalled; see `pos.number.recall`."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pos.number.recall"]._open_drill(
            self.name, self.company_id, {"kind": "receipt", "picking_id": self.id}
        )
