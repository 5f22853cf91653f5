from odoo import api, fields, models
from odoo.exceptions import UserError


class ReportNumberTrace(models.AbstractModel):
    """The printed trace: as its reader sees it on screen, the oldest first."""

    _name = "report.pos_lot_traceability.report_number_trace"
    _description = "Printed Trace of a Lot/Serial Number"

    @api.model
    def _get_report_values(self, docids, data=None):
        traces = []
        for lot_id in docids:
            trace = self.env["pos.number.trace"].get_trace({"lot_id": lot_id}, None, True)
            if "card" not in trace:
                raise UserError(self.env._("This number does not exist any more."))
            # 25 pages: enough for any unit, and for the first buyers of a lot.
            for _page in range(24):
                if not trace["next"]:
                    break
                more = self.env["pos.number.trace"].get_trace(
                    {"lot_id": lot_id}, trace["next"], True
                )
                trace["rows"] += more["rows"]
                trace["next"] = more["next"]
            traces.append(trace)
        return {
            "docs": traces,
            "to_datetime": fields.Datetime.to_datetime,
            "now": fields.Datetime.now(),
            "reader": self.env.user,
        }
