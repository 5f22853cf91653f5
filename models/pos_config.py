from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .server_only_fields import WRITABLE


class PosConfig(models.Model):
    _inherit = "pos.config"

    number_creation = fields.Boolean(
        string="Create Lot/Serial Numbers",
        default=True,
        help="Cashiers may enter numbers that nobody knows yet. The operation type must allow "
        "it as well.",
    )
    missing_number_policy = fields.Selection(
        [
            ("warn", "Tell, and let the cashier go on"),
            ("silent", "Say nothing"),
            ("block", "Refuse payment until all numbers are there"),
        ],
        string="Missing Lot/Serial Numbers",
        default="warn",
        required=True,
    )
    expired_number_policy = fields.Selection(
        [("warn", "Tell, and let the cashier go on"), ("block", "Refuse the number")],
        string="Expired Lots",
        default="warn",
        required=True,
    )
    propose_numbers = fields.Boolean(
        string="Propose Lot/Serial Numbers",
        help="The popup opens with the next numbers in the order of the removal strategy.",
    )
    number_page = fields.Boolean(
        string="Customer's Page",
        help="Receipts with lot or serial numbers have a QR code. It opens a page that shows the "
        "numbers, the warranty and recalls, without login.",
    )

    numbers_to_assign_count = fields.Integer(
        string="Orders with Numbers to Assign", compute="_compute_numbers_to_assign_count"
    )

    numbers_to_wait_count = fields.Integer(
        string="Orders whose Numbers are Missing until Closing",
        compute="_compute_numbers_to_wait_count",
        help="Paid orders of an open session whose units will wait for numbers when it closes.",
    )

    def _compute_numbers_to_wait_count(self):
        counts = defaultdict(int)
        for config in self.filtered("current_session_id"):
            session = config.sudo().current_session_id
            counts[config] = session._get_numbers_to_assign()["orders"] * (
                session.update_stock_at_closing
            )
        for config in self:
            config.numbers_to_wait_count = counts[config]

    def action_view_numbers_to_wait(self):
        """The lines of this shop's open session that lack numbers."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_numbers_to_assign"
        )
        session = self.sudo().current_session_id
        domain = [
            ("order_id.session_id", "=", session.id),
            ("missing_number_qty", ">", 0),
            ("order_id.state", "not in", ("draft", "cancel")),
        ]
        return {**action, "domain": domain, "context": {"numbers_missing": True}}

    def write(self, vals):
        """:raises AccessError: a cashier, whom core lets write on shops, changes our settings"""
        if (
            not self.env.su
            and WRITABLE["pos.config"].keys() & vals.keys()
            and not self.env.user.has_group("point_of_sale.group_pos_manager")
            and not self.env.user.has_group("base.group_system")
        ):
            raise AccessError(
                self.env._("Only managers decide how the shop deals with Lot/Serial Numbers.")
            )
        return super().write(vals)

    def _compute_numbers_to_assign_count(self):
        """Orders of each shop that wait for numbers, by the partial index on orders."""
        counts = dict(
            self.env["pos.order"]
            .sudo()
            ._read_group(
                [("waiting_number_qty", ">", 0), ("config_id", "in", self.ids)],
                ["config_id"],
                ["__count"],
            )
        )
        for config in self:
            config.numbers_to_assign_count = counts.get(config, 0)

    def action_view_numbers_to_assign(self):
        """The sold lines of this shop that wait for numbers."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_numbers_to_assign"
        )
        domain = [("waiting_number_qty", ">", 0), ("order_config_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    def _get_address_zone(self):
        """The name of the time zone of this shop's address, or False."""
        address = self.picking_type_id.warehouse_id.partner_id
        return address.tz or self.company_id.partner_id.tz or False

    @api.model
    def _load_pos_data_read(self, records, config):
        """Receipts that are printed offline count days as the server does."""
        rows = super()._load_pos_data_read(records, config)
        zone = config.sudo()._get_address_zone()
        if rows and zone:
            rows[0]["_shop_zone"] = zone
        return rows

    def leave_safety_contact(self, order_uuid, email, phone):
        """Note how to reach the buyer of a sale, for product safety only.

        :param order_uuid: of a paid order of this shop's company
        :return: bool: False while the server does not know the order, the till comes again
        :raises UserError: neither mail address nor phone can be read
        """
        self._check_number_call([])
        if not isinstance(order_uuid, str) or not 0 < len(order_uuid) <= 64:
            raise UserError(self.env._("This sale cannot be read."))
        order = (
            self.env["pos.order"]
            .sudo()
            .search([("uuid", "=", order_uuid), ("company_id", "=", self.company_id.id)], limit=1)
        )
        if not order or order.state == "draft":
            return False
        if order.state == "cancel" or not order._get_numbered_lines():
            raise UserError(self.env._("This sale has no lot or serial number."))
        self.env["pos.safety.contact"]._leave(order, email, phone, "till")
        return True
