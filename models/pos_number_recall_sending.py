from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

BATCH = 50


class PosNumberRecall(models.Model):
    """Who is told of a recall, and what they answer."""

    _inherit = "pos.number.recall"

    notice_ids = fields.One2many("pos.number.recall.notice", "recall_id", readonly=True)
    notified_count = fields.Integer("Notified", compute="_compute_six_numbers")
    answered_count = fields.Integer("Answered", compute="_compute_six_numbers")
    unanswered_count = fields.Integer("Not Answered", compute="_compute_six_numbers")
    accounted_quantity = fields.Float(
        "Quantity Accounted For",
        compute="_compute_six_numbers",
        help="In stock, brought back, scrapped, or answered for by the customer.",
    )
    running_days = fields.Integer("Days", compute="_compute_six_numbers")
    to_notify_count = fields.Integer("Still to Notify", compute="_compute_six_numbers")

    @api.depends("notice_ids.answer", "state", "recalled_lot_ids")
    def _compute_six_numbers(self):
        names = [name for name, _label in self._get_six_labels()]
        for recall in self:
            numbers = recall._origin.sudo()._get_six_numbers() if recall._origin.id else {}
            for name in (*names, "to_notify_count"):
                if name != "effectiveness_checks":
                    recall[name] = numbers.get(name, 0)

    def _get_six_labels(self):
        """The figures that 21 CFR 7 asks a status report for, `[(field, label)]`."""
        names = ("notified_count", "answered_count", "accounted_quantity", "unanswered_count")
        return [
            (name, self._fields[name]._description_string(self.env))
            for name in (*names, "effectiveness_checks", "running_days")
        ]

    def _get_six_numbers(self):
        """:return: `{field: figure}`"""
        self.env.flush_all()
        ((notified, answered, done),) = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FILTER (WHERE email IS NOT NULL OR answer IS NOT NULL),
                       COUNT(*) FILTER (WHERE answer IN ('returned', 'repaired', 'refused')),
                       COALESCE(SUM(quantity) FILTER (WHERE answer IN ('repaired', 'refused')), 0)
                  FROM pos_number_recall_notice WHERE recall_id = %s
                """,
                self.id,
            )
        )
        balance = self._read_balance()
        stopped = self.closed_on or fields.Datetime.now()
        return {
            "notified_count": notified,
            "answered_count": answered,
            "unanswered_count": notified - answered,
            "accounted_quantity": balance["on_hand"] + balance["scrapped"] + float(done),
            "effectiveness_checks": self.effectiveness_checks,
            "running_days": (stopped - self.started_on).days if self.started_on else 0,
            "to_notify_count": 0 if self.is_drill else self._count_to_notify(),
        }

    def _get_recipients(self):
        """SQL of the customers who have units of this recall: rows (partner_id, quantity)."""
        return SQL(
            """
            SELECT units.partner_id, SUM(units.quantity) AS quantity
              FROM (%s) units
             WHERE units.partner_id IS NOT NULL
             GROUP BY units.partner_id HAVING SUM(units.quantity) > 0
            """,
            self._get_units(),
        )

    def _count_to_notify(self):
        ((count,),) = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM (%s) recipient
                 WHERE NOT EXISTS (
                           SELECT FROM pos_number_recall_notice notice
                            WHERE notice.recall_id = %s
                              AND notice.partner_id = recipient.partner_id)
                """,
                self._get_recipients(),
                self.id,
            )
        )
        return count

    def _notify_batch(self, size=BATCH):
        """Write to the next customers who have not been told. Record and mail are one step.

        :return: how many customers were dealt with
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT recipient.partner_id, recipient.quantity, NULLIF(TRIM(partner.email), '')
                  FROM (%s) recipient
                  JOIN res_partner partner ON partner.id = recipient.partner_id
                 WHERE NOT EXISTS (
                           SELECT FROM pos_number_recall_notice notice
                            WHERE notice.recall_id = %s
                              AND notice.partner_id = recipient.partner_id)
                 ORDER BY recipient.partner_id LIMIT %s
                """,
                self._get_recipients(),
                self.id,
                size,
            )
        )
        notices = self.env["pos.number.recall.notice"].create(
            [
                {
                    "recall_id": self.id,
                    "partner_id": partner,
                    "quantity": quantity,
                    "email": email,
                    "notified_on": email and fields.Datetime.now(),
                }
                for partner, quantity, email in rows
            ]
        )
        notices._send()
        return len(notices)

    def _follow_up_batch(self, size=BATCH):
        """Write once more to those who have not answered.

        :return: how many
        """
        if self.follow_up_days <= 0:
            return 0
        before = fields.Datetime.subtract(fields.Datetime.now(), days=self.follow_up_days)
        notices = self.env["pos.number.recall.notice"].search(
            [
                ("recall_id", "=", self.id),
                ("answer", "=", False),
                ("email", "!=", False),
                ("notified_on", "<", before),
                ("followed_up_on", "=", False),
            ],
            limit=size,
        )
        notices.followed_up_on = fields.Datetime.now()
        notices._send()
        return len(notices)

    @api.model
    def _cron_notify(self):
        """Tell customers batch after batch. Stopped at any moment, the next run goes on."""
        cron = self.env["ir.cron"]
        recalls = self.search([("state", "=", "running"), ("is_drill", "=", False)], order="id")
        for recall in recalls:
            recall._add_lots_of_running()
            recall._update_answers()
        left = sum(recall._count_to_notify() for recall in recalls)
        time_left = cron._commit_progress(remaining=left)
        for recall in recalls:
            while time_left and (done := recall._notify_batch()):
                left = max(0, left - done)
                time_left = cron._commit_progress(done, remaining=left)
            while time_left and recall._follow_up_batch():
                time_left = cron._commit_progress(remaining=left)

    def _add_lots_of_running(self):
        """Lots that have come since the start, of "all of a product" say."""
        if self._add_lots():
            self._notify_tills()

    # -------------------------------------------------------------------------- answers

    def action_refresh(self):
        """Look which customers have brought their goods back, and write to new ones."""
        self.ensure_one()
        self.check_access("read")
        if self.state != "running":
            raise UserError(self.env._("Only a recall that runs is followed up."))
        self.sudo()._update_answers()
        self.env.ref("pos_lot_traceability.cron_recall_notices").sudo()._trigger()
        return True

    def _update_answers(self):
        """Who has nothing of it any more has returned it: by refund, or by a receipt."""
        for recall in self:
            recall.env.flush_all()
            recall.env.execute_query(
                SQL(
                    """
                    UPDATE pos_number_recall_notice notice
                       SET answer = 'returned', answered_on = now() AT TIME ZONE 'UTC'
                     WHERE notice.recall_id = %s AND notice.answer IS NULL
                       AND NOT EXISTS (SELECT FROM (%s) recipient
                                        WHERE recipient.partner_id = notice.partner_id)
                 RETURNING 1
                    """,
                    recall.id,
                    recall._get_recipients(),
                )
            )
        self.env["pos.number.recall.notice"].invalidate_model()

    @api.model
    def _take_back(self, lots, company):
        """Lots come back from customers: those of running recalls may be an answer."""
        recalls = set(lots._get_recalls(company).values())
        self.env["pos.number.recall"].union(*recalls)._update_answers()
