from odoo import models


class PosSafetyContact(models.Model):
    _inherit = "pos.safety.contact"

    def unlink(self):
        """What was sent to a contact says no more than that somebody was told."""
        self.env["pos.number.recall.notice"].sudo()._forget(self)
        return super().unlink()
