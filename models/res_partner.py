from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_view_pos_numbers(self):
        """What tills have sold to this customer with its number, each with its warranty."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_warranties"
        )
        domain = [
            ("pos_order_line_id.order_id.partner_id", "child_of", self.ids),
            ("pos_order_line_id.order_id.state", "not in", ("draft", "cancel")),
            ("pos_order_line_id.qty", ">", 0),
            ("lot_name", "!=", False),
        ]
        return {
            **action,
            "display_name": self.env._("Lots/Serials of %s", self.display_name),
            "domain": domain,
            "context": {},
        }
