from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """The transfer of units that wait for their number, as its buttons meet it."""

    _inherit = "stock.picking"

    waits_for_numbers = fields.Boolean(
        string="Numbers to Assign",
        compute="_compute_waits_for_numbers",
        search="_search_waits_for_numbers",
        help="Units of it were sold at a till and wait for their Lot/Serial Numbers.",
    )

    @api.depends("move_ids.state", "move_ids.pos_numbers_waiting")
    def _compute_waits_for_numbers(self):
        for picking in self:
            picking.waits_for_numbers = bool(picking.move_ids._waits_for_numbers())

    def _search_waits_for_numbers(self, operator, value):
        if operator != "in":
            return NotImplemented
        # By the index of what waits.
        waiting = self.env["stock.move"]._search(
            [("pos_numbers_waiting", "=", True), ("state", "=", "confirmed")]
        )
        found = fields.Domain("move_ids", "in", waiting)
        if True in value and False in value:
            return fields.Domain.TRUE
        return found if True in value else ~found

    @api.depends("move_ids.state", "move_ids.pos_numbers_waiting")
    def _compute_products_availability(self):  # pylint: disable=missing-return
        """What waits for its number is not available, whatever stock has of its product."""
        super()._compute_products_availability()
        for picking in self.filtered("waits_for_numbers"):
            picking.products_availability = self.env._("Numbers to assign")
            picking.products_availability_state = "expected"

    def action_assign_numbers(self):
        """Open the dialog of the only line that waits, or the worklist of this transfer's lines.

        :raises UserError: nothing of it waits any more
        """
        self.ensure_one()
        self.check_access("read")
        lines = self.move_ids._waits_for_numbers().sudo().pos_numbers_line_id.with_env(self.env)
        if not self.waits_for_numbers:
            raise UserError(self.env._("Nothing of %s waits for a Lot/Serial Number.", self.name))
        own = lines.sudo().filtered(
            lambda line: line.product_id in line.waiting_move_ids._waits_for_numbers().product_id
        )
        if not own:
            raise UserError(
                self.env._(
                    "These are parts of a kit: write their numbers into the operations of this "
                    "transfer, then press Validate."
                )
            )
        if len(lines) == 1:
            return lines.action_assign_numbers()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_numbers_to_assign"
        )
        domain = [("id", "in", lines.ids), ("waiting_number_qty", ">", 0)]
        return {**action, "domain": domain, "context": {}}

    def action_assign(self):
        """Check Availability says that what waits is not reserved, and how it gets its number."""
        result = super().action_assign()
        waiting = self.move_ids._waits_for_numbers()
        if not waiting:
            return result
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Nothing is reserved"),
                "message": self.env._(
                    "Stock may have the product, but not the number that was sold. %(advice)s",
                    advice=waiting._get_waiting_advice(),
                ),
            },
        }

    def button_validate(self):
        """Say what to do, before the questions about quantities and backorders are asked.

        What really moves is judged by `stock.move._action_done`, on every way.
        """
        for picking in self:
            waiting = picking.move_ids._waits_for_numbers().filtered(
                lambda move: move.product_id.tracking != "none"
            )
            lines = waiting.move_line_ids.filtered("quantity")
            is_empty = waiting and not picking.move_line_ids.filtered("quantity")
            if is_empty or any(not line.lot_id and not line.lot_name for line in lines):
                raise UserError(
                    self.env._(
                        "%(transfer)s waits for the Lot/Serial Numbers of %(order)s: assign them "
                        "first.\n%(advice)s",
                        transfer=picking.name,
                        order=picking.sudo().pos_numbers_order_id.name,
                        advice=waiting._get_waiting_advice(),
                    )
                )
        return super().button_validate()

    def _create_transfer_beside(self):
        """An empty transfer for some of what this one waits with."""
        return self.copy(
            {
                "move_ids": [],
                "move_line_ids": [],
                "pos_numbers_order_id": self.pos_numbers_order_id.id,
                "origin": self.origin,
            }
        )
