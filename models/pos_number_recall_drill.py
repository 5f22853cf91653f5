import time

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command


class PosNumberRecall(models.Model):
    """A drill: a recall that is traced both ways and timed, and of which nobody is told."""

    _inherit = "pos.number.recall"

    @api.model
    def _open_drill(self, name, company, line):
        """Make a drill, run it, and open it.

        :param name: what it is of
        :param company: whose goods
        :param line: values of its pos.number.recall.line, that the caller may read
        """
        if not self.env.user.has_group("stock.group_stock_user"):
            raise AccessError(self.env._("Drills are for inventory users."))
        drill = self.sudo().create(
            {
                "name": self.env._("Drill: %s", name),
                "is_drill": True,
                "company_id": (company or self.env.company).id,
                "line_ids": [Command.create(line)],
            }
        )
        drill.sudo(False).action_run_drill()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": drill.id,
            "view_mode": "form",
        }

    def action_run_drill(self):
        """Trace the lots both ways, note the time it took, and remind of the next drill."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("stock.group_stock_user"):
            raise AccessError(self.env._("Drills are for inventory users."))
        drill = self.sudo()
        if not drill.is_drill or drill.state != "draft":
            return False
        start = time.monotonic()
        drill._find_lots()
        drill._check_lines()
        drill._keep_figures()
        now = fields.Datetime.now()
        drill.write(
            {
                "seconds": time.monotonic() - start,
                "state": "closed",
                **dict.fromkeys(("started_on", "closed_on"), now),
                **dict.fromkeys(("started_by_id", "closed_by_id"), self.env.uid),
            }
        )
        # This one was the next one.
        drills = drill.search([("is_drill", "=", True), ("company_id", "=", drill.company_id.id)])
        drills.activity_ids.filtered("automated").unlink()
        drill.activity_schedule(
            "mail.mail_activity_data_todo",
            fields.Date.add(fields.Date.today(), years=1),
            summary=self.env._("Yearly recall drill"),
            user_id=self.env.uid,
        )
        return True
