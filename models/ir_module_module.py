from odoo import models
from odoo.exceptions import UserError


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Refuse to take the add-on away from under an open till.

        :raises UserError: a session is open
        """
        modules = self | self.downstream_dependencies(self)
        if "pos_lot_traceability" in modules.mapped("name"):
            # As superuser: sessions of all companies count.
            sessions = self.env["pos.session"].sudo().search([("state", "!=", "closed")])
            if sessions:
                raise UserError(
                    self.env._(
                        "Close these sessions before you uninstall POS Serials and Lots: "
                        "%(sessions)s.",
                        sessions=", ".join(sessions.mapped("name")),
                    )
                )
        return super().button_uninstall()
