from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..number.warranty import get_day, get_state


class PosPackOperationLot(models.Model):
    """The warranty of a sold number: of its units, whoever has them."""

    _inherit = "pos.pack.operation.lot"

    sold_on = fields.Datetime(
        copy=False,
        readonly=True,
        help="When its order was made, sale or refund: kept here to page through long histories.",
    )
    warranty_start = fields.Date(copy=False, readonly=True)
    warranty_end = fields.Date(
        "Warranty until", copy=False, readonly=True, help="The last day, that day included."
    )
    warranty_ended_on = fields.Date(
        "Warranty Ended Early",
        copy=False,
        readonly=True,
        help="The day on which all units of this number had come back.",
    )
    warranty_is_manual = fields.Boolean("Warranty Changed by Hand", copy=False, readonly=True)
    warranty_state = fields.Selection(
        [
            ("none", "No warranty"),
            ("running", "In warranty"),
            ("over", "Out of warranty"),
            ("returned", "Came back"),
        ],
        string="Warranty",
        compute="_compute_warranty_state",
        search="_search_warranty_state",
    )

    _sold_idx = models.Index("(lot_id, sold_on, id) WHERE lot_id IS NOT NULL")
    _warranty_end_idx = models.Index("(warranty_end, id) WHERE warranty_end IS NOT NULL")
    # Sold names that no lot has (any more): Trace finds them too.
    _sold_name_idx = models.Index('(lower(lot_name COLLATE "C"), lot_id)')

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "warranty_end", "warranty_ended_on"]

    @api.depends("warranty_end", "warranty_ended_on")
    def _compute_warranty_state(self):
        now = fields.Datetime.now()
        for number in self:
            # The shop's day counts, whoever asks.
            today = get_day(now, number.sudo().order_id._get_shop_zone())
            number.warranty_state = get_state(number.warranty_end, number.warranty_ended_on, today)

    def _search_warranty_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        ended, open_end = (
            Domain("warranty_ended_on", "!=", False),
            Domain("warranty_end", "!=", False),
        )
        by_state = {
            "returned": ended,
            "none": ~ended & ~open_end,
            "running": ~ended & Domain("warranty_end", ">=", today),
            "over": ~ended & Domain("warranty_end", "<", today),
        }
        return Domain.OR(by_state[state] for state in value if state in by_state)

    def action_change_warranty(self):
        """Open the dialog that changes the warranty by hand."""
        self.ensure_one()
        self.env["pos.number.correction"]._check_caller(self.pos_order_line_id)
        return {
            "name": self.env._("Warranty of %s", self.lot_name),
            "type": "ir.actions.act_window",
            "res_model": "pos.number.warranty.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_number_id": self.id},
        }

    def action_claim(self):
        """Start a warranty claim, see `pos.number.warranty._claim`."""
        self.ensure_one()
        return self.env["pos.number.warranty"]._claim(self)

    def action_trace(self):
        """Show the life of this number."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pos.number.trace"]._get_action(
            {"lot_id": self.lot_id.id} if self.lot_id else {"number_id": self.id}
        )

    def _get_warranty_sentence(self):
        """:return: what a customer is told of the warranty; "" where there is none"""
        self.ensure_one()
        if self.warranty_state == "returned":
            return self.env._("Came back on %s", format_date(self.env, self.warranty_ended_on))
        if self.warranty_state == "running":
            return self.env._("Warranty until %s", format_date(self.env, self.warranty_end))
        if self.warranty_state == "over":
            return self.env._("Warranty ended on %s", format_date(self.env, self.warranty_end))
        return ""
