from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date

from .pos_number_recall_sending import TOLD

READERS = ("stock.group_stock_user", "point_of_sale.group_pos_manager")
DRILL_DAYS = 365  # what auditors ask for: a drill a year
COVERAGE_DAYS = 30
MAX_RECALLS = 10
AGES = (1, 7, 30)  # days


class PosNumberOverview(models.AbstractModel):
    """What an inventory manager looks at first: gaps, flags, shelf, recalls, drills, coverage."""

    _name = "pos.number.overview"
    _description = "Traceability Overview"

    @api.model
    @api.readonly
    def get_overview(self):
        """The figures of the caller's companies. Each is the length of a list that it leads to.

        :return: `{tiles, gaps, shares, recalls}`. `tiles`: `{key, title, figure, detail, level,
            action}`, where `figure` is a text, `level` "success", "warning" or "danger", and
            `action` `{xmlid, domain, context}`; `gaps`: `{label, count, action}`, the youngest
            first; `shares`: `{label, percent, is_empty, action}`; `recalls`: `{id, name, notified,
            answered, unreached, days}`, the newest first
        :raises AccessError: neither an inventory user nor a Point of Sale manager
        """
        if not self.env.su and not any(map(self.env.user.has_group, READERS)):
            raise AccessError(self.env._("Only inventory users see this page."))
        self.env.flush_all()
        return {
            "tiles": [
                self._get_gap_tile(),
                self._get_flag_tile(),
                self._get_shelf_tile(),
                self._get_recall_tile(),
                self._get_drill_tile(),
                self._get_finding_tile(),
            ],
            "gaps": self._get_gaps_by_age(),
            "shares": self._get_shares(),
            "recalls": self._get_recalls(),
        }

    def _make_tile(self, key, title, figure, detail, level, xmlid, domain=None, context=None):
        return {
            "key": key,
            "title": title,
            "figure": str(figure),
            "detail": detail,
            "level": level,
            "action": self._make_action(xmlid, domain, context),
        }

    def _make_action(self, xmlid, domain=None, context=None):
        return {
            "xmlid": f"pos_lot_traceability.{xmlid}",
            "domain": domain or False,
            "context": context or {},
        }

    # ------------------------------------------------------------------------------- tiles

    def _get_gap_tile(self):
        count = self.env["pos.order.line"].search_count(self._get_gap_domain())
        return self._make_tile(
            "gaps",
            self.env._("Sold lines to assign"),
            count,
            self.env._("Their numbers are missing, and their stock waits."),
            "warning" if count else "success",
            "action_numbers_to_assign",
        )

    def _get_gap_domain(self):
        return [
            ("waiting_number_qty", ">", 0),
            ("company_id", "in", self.env.companies.ids),
        ]

    def _get_flag_tile(self):
        count = self.env["pos.pack.operation.lot"].search_count(
            [
                ("needs_review", "=", True),
                ("pos_order_line_id.order_id.state", "not in", ("draft", "cancel")),
            ]
        )
        return self._make_tile(
            "flags",
            self.env._("Flags to review"),
            count,
            self.env._("Something was out of order at the sale."),
            "warning" if count else "success",
            "action_number_review",
        )

    def _get_shelf_domain(self):
        return [
            ("location_id.usage", "=", "internal"),
            ("quantity", ">", 0),
            ("lot_id.alert_date", "<=", fields.Datetime.to_string(fields.Datetime.now())),
            ("company_id", "in", self.env.companies.ids),
        ]

    def _get_shelf_tile(self):
        # Who manages shops only may not be able to read stock.
        if not self.env["stock.quant"].has_access("read"):
            near = expired = 0
        else:
            ((near, expired),) = self.env.execute_query(
                SQL(
                    """
                    SELECT COUNT(DISTINCT lot.id),
                           COUNT(DISTINCT lot.id) FILTER (WHERE lot.expiration_date <= %(now)s)
                      FROM stock_quant quant
                      JOIN stock_location location ON location.id = quant.location_id
                      JOIN stock_lot lot ON lot.id = quant.lot_id
                     WHERE location.usage = 'internal' AND quant.quantity > 0
                       AND quant.company_id = ANY(%(companies)s) AND lot.alert_date <= %(now)s
                    """,
                    now=fields.Datetime.now(),
                    companies=self.env.companies.ids,
                )
            )
        return self._make_tile(
            "shelf",
            self.env._("Lots near expiry on the shelf"),
            near,
            self.env._("Expired: %s", expired) if expired else self.env._("None has expired."),
            "danger" if expired else "warning" if near else "success",
            "action_near_expiry",
            self._get_shelf_domain(),
        )

    def _get_recall_tile(self):
        count = self.env["pos.number.recall"].search_count(
            [("state", "=", "running"), ("is_drill", "=", False)]
        )
        return self._make_tile(
            "recalls",
            self.env._("Recalls under way"),
            count,
            self.env._("Tills refuse their lots.") if count else self.env._("Nothing is recalled."),
            "danger" if count else "success",
            "action_recalls",
            [("is_drill", "=", False)],
            {"search_default_running": 1} if count else {},
        )

    def _get_drill_tile(self):
        """Days until the next drill is due, by the last one of the companies."""
        last = self.env["pos.number.recall"].search(
            [("is_drill", "=", True), ("state", "=", "closed")], order="started_on desc", limit=1
        )
        title = self.env._("Days to the next recall drill")
        due = last.started_on + timedelta(days=DRILL_DAYS) if last else None
        left = (due - fields.Datetime.now()).days if due else 0
        if not last:
            detail, level = self.env._("No drill was run yet: open a lot, Recall Drill."), "danger"
        elif left < 0:
            detail = self.env._("It was due on %s.", format_date(self.env, due))
            level = "danger"
        else:
            detail = self.env._(
                "The last one took %(seconds)s s, on %(date)s.",
                seconds=f"{last.seconds:.2f}",
                date=format_date(self.env, last.started_on),
            )
            level = "warning" if left < DRILL_DAYS // 12 else "success"
        return self._make_tile(
            *("drills", title, max(left, 0), detail, level),
            *("action_recalls", [("is_drill", "=", True)]),
        )

    def _get_finding_tile(self):
        count = self.env["pos.number.finding"].search_count([("closed_on", "=", False)])
        return self._make_tile(
            "findings",
            self.env._("Findings of the nightly check"),
            count,
            self.env._("What is written down and what moved differ.")
            if count
            else self.env._("Everything fits."),
            "danger" if count else "success",
            "action_number_findings",
        )

    # ---------------------------------------------------------------------------- pictures

    def _get_gaps_by_age(self):
        """How long sold lines have been waiting, by days."""
        now = fields.Datetime.now()
        labels = (
            self.env._("Less than a day"),
            self.env._("Up to a week"),
            self.env._("Up to a month"),
            self.env._("More than a month"),
        )
        edges = [None, *(now - timedelta(days=days) for days in AGES), None]
        rows = []
        for label, newest, oldest in zip(labels, edges[:-1], edges[1:], strict=True):
            domain = self._get_gap_domain()
            if newest:
                domain.append(("order_id.date_order", "<=", fields.Datetime.to_string(newest)))
            if oldest:
                domain.append(("order_id.date_order", ">", fields.Datetime.to_string(oldest)))
            rows.append(
                {
                    "label": label,
                    "count": self.env["pos.order.line"].search_count(domain),
                    "action": self._make_action("action_numbers_to_assign", domain),
                }
            )
        return rows

    def _get_shares(self):
        """Of the last days: units sold with a number, and units whose buyer can be reached."""
        since = fields.Datetime.now() - timedelta(days=COVERAGE_DAYS)
        domain = [
            ("quantity", ">", 0),
            ("date", ">=", fields.Datetime.to_string(since)),
            ("company_id", "in", self.env.companies.ids),
        ]
        [(sold, numbered, reached)] = self.env["pos.number.coverage.report"]._read_group(
            domain, [], ["quantity:sum", "quantity_with:sum", "quantity_reachable:sum"]
        )
        return [
            {
                "label": label,
                # Of nothing nothing is missing.
                "percent": round(100 * part / sold, 1) if sold else 100.0,
                "is_empty": not sold,
                "action": self._make_action("action_number_coverage", domain),
            }
            for label, part in (
                (self.env._("Units sold with their number"), numbered),
                (self.env._("Units whose buyer can be reached"), reached),
            )
        ]

    def _get_recalls(self):
        recalls = self.env["pos.number.recall"].search(
            [("state", "=", "running"), ("is_drill", "=", False)], limit=MAX_RECALLS
        )
        if not recalls:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.recall_id, COUNT(*) FILTER (WHERE %(told)s OR answer IS NOT NULL),
                       COUNT(*) FILTER (WHERE answer IN ('returned', 'repaired', 'refused')),
                       COUNT(*) FILTER (WHERE NOT %(told)s AND answer IS NULL)
                  FROM pos_number_recall_notice notice
                  LEFT JOIN mail_mail mail ON mail.id = notice.mail_id
                 WHERE notice.recall_id = ANY(%(recalls)s) GROUP BY notice.recall_id
                """,
                told=TOLD,
                recalls=recalls.ids,
            )
        )
        figures = {row[0]: row[1:] for row in rows}
        result = []
        for recall in recalls:
            notified, answered, unreached = figures.get(recall.id, (0, 0, 0))
            result.append(
                {
                    "id": recall.id,
                    "name": recall.name,
                    "notified": notified,
                    "answered": answered,
                    "unreached": unreached,
                    "days": (fields.Datetime.now() - recall.started_on).days,
                }
            )
        return result
