from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pos_number_creation = fields.Boolean(related="pos_config_id.number_creation", readonly=False)
    pos_missing_number_policy = fields.Selection(
        related="pos_config_id.missing_number_policy", readonly=False, required=True
    )
    pos_expired_number_policy = fields.Selection(
        related="pos_config_id.expired_number_policy", readonly=False, required=True
    )
    pos_propose_numbers = fields.Boolean(related="pos_config_id.propose_numbers", readonly=False)
    warranty_exchange_months = fields.Integer(
        related="company_id.warranty_exchange_months", readonly=False
    )
    pos_number_page = fields.Boolean(related="pos_config_id.number_page", readonly=False)
    safety_contact_months = fields.Integer(
        related="company_id.safety_contact_months", readonly=False
    )
    pos_scanner_separator = fields.Char(related="pos_config_id.scanner_separator", readonly=False)
    pos_history_left = fields.Integer("Numbers to Link", compute="_compute_pos_history_left")

    def action_check_scanner(self):
        """Open Scanner Check for the shop of the settings."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "pos_lot_traceability.scanner_check",
            "name": self.env._("Scanner Check"),
            "target": "new",
            "params": {"config_id": self.pos_config_id.id},
        }

    def _compute_pos_history_left(self):
        """Numbers sold before the installation that the scheduled action has still to link."""
        self.pos_history_left = self.env["pos.number.history"]._count_left()
