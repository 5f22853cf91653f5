from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

BATCH = 50
# Buyers are read before they are written to: among a million of units that takes seconds.
READ = 1000
# What tells one safety contact from another: their address, else their number, as a hash. It stays
# when the contact is deleted, and says nothing about the person then.
CONTACT_KEY = SQL(
    """
    encode(sha256(convert_to(
        COALESCE(contact.email, regexp_replace(contact.phone, '^(\\+|00)', '')), 'UTF8')), 'hex')
    """
)

# A mail that failed or came back has told nobody; one that Odoo has cleared away was sent.
TOLD = SQL(
    """
    (notice.notified_on IS NOT NULL AND notice.bounced_on IS NULL
     AND (COALESCE(notice.handed_over, FALSE) OR mail.id IS NULL
          OR mail.state NOT IN ('exception', 'cancel')))
    """
)


class PosNumberRecall(models.Model):
    """Who is told of a recall, and what they answer."""

    _inherit = "pos.number.recall"

    notice_ids = fields.One2many("pos.number.recall.notice", "recall_id", readonly=True)
    notified_count = fields.Integer("Notified", compute="_compute_figures")
    answered_count = fields.Integer("Answered", compute="_compute_figures")
    unanswered_count = fields.Integer("Not Answered", compute="_compute_figures")
    accounted_quantity = fields.Float(
        "Quantity Accounted For",
        compute="_compute_figures",
        help="In stock, brought back, scrapped, or answered for by the customer.",
    )
    running_days = fields.Integer("Days", compute="_compute_figures")
    to_notify_count = fields.Integer("Still to Notify", compute="_compute_figures")

    def _get_six_labels(self):
        """The figures that 21 CFR 7 asks a status report for, `[(field, label)]`."""
        names = ("notified_count", "answered_count", "accounted_quantity", "unanswered_count")
        return [
            (name, self._fields[name]._description_string(self.env))
            for name in (*names, "effectiveness_checks", "running_days")
        ]

    def _get_six_numbers(self, impact):
        """
        :param impact: what `_get_impact` says
        :return: `{field: figure}`
        """
        self.env.flush_all()
        ((notified, answered, done),) = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FILTER (WHERE %(told)s OR answer IS NOT NULL),
                       COUNT(*) FILTER (WHERE answer IN ('returned', 'repaired', 'refused')),
                       COALESCE(SUM(quantity) FILTER (WHERE answer IN ('repaired', 'refused')), 0)
                  FROM pos_number_recall_notice notice
                  LEFT JOIN mail_mail mail ON mail.id = notice.mail_id
                 WHERE notice.recall_id = %(recall)s
                """,
                told=TOLD,
                recall=self.id,
            )
        )
        stopped = self.closed_on or fields.Datetime.now()
        return {
            "notified_count": notified,
            "answered_count": answered,
            "unanswered_count": notified - answered,
            "accounted_quantity": impact["on_hand"] + impact["scrapped"] + float(done),
            "effectiveness_checks": self.effectiveness_checks,
            "running_days": (stopped - self.started_on).days if self.started_on else 0,
        }

    def _get_people(self):
        """SQL of common tables: `units` that customers have, who has them, and who is `untold`.

        `linked`: units of sales with a safety contact. `partners` and `contacts`: who has units
        that have not come back. A `recipient` is a person, customer or safety contact:
        (partner_id, contact_id, person, quantity), one of the first two is NULL, `person` is what a
        notice is known by, see `_get_person`. A contact that is a customer's own address or number,
        and that customer is told, is no person of its own. `untold`: recipients without a notice.
        """
        return SQL(
            """
            units AS MATERIALIZED (%(units)s
            ), linked AS MATERIALIZED (
                SELECT units.sale_id, units.quantity, contact.id, contact.email, contact.phone
                  FROM units JOIN pos_safety_contact contact ON contact.order_id = units.sale_id
            ), partners AS (
                SELECT partner_id, SUM(quantity) AS quantity
                  FROM units WHERE partner_id IS NOT NULL
                 GROUP BY partner_id HAVING SUM(quantity) > 0
            ), known AS (
                SELECT partner.email_normalized AS address
                  FROM partners JOIN res_partner partner ON partner.id = partners.partner_id
                 WHERE partner.email_normalized IS NOT NULL
                 UNION
                SELECT regexp_replace(
                           regexp_replace(partner.phone, '[^0-9+]', '', 'g'), '^(\\+|00)', '')
                  FROM partners JOIN res_partner partner ON partner.id = partners.partner_id
                 WHERE partner.phone IS NOT NULL
            ), contacts AS (
                SELECT MIN(contact.id) AS contact_id, %(key)s AS person,
                       MIN(COALESCE(
                           contact.email,
                           regexp_replace(contact.phone, '^(\\+|00)', ''))) AS address,
                       SUM(contact.quantity) AS quantity
                  FROM linked contact
                 GROUP BY 2 HAVING SUM(contact.quantity) > 0
            ), recipient AS (
                SELECT partner_id, NULL::integer AS contact_id, partner_id::text AS person, quantity
                  FROM partners
                 UNION ALL
                SELECT NULL, contact_id, person, quantity
                  FROM contacts WHERE NOT EXISTS (
                        SELECT FROM known WHERE known.address = contacts.address)
            ), untold AS (
                SELECT * FROM recipient
                 WHERE NOT EXISTS (
                           SELECT FROM pos_number_recall_notice notice
                            WHERE notice.recall_id = %(recall)s AND %(person)s = recipient.person)
            )
            """,
            units=self._get_units(),
            key=CONTACT_KEY,
            recall=self.id,
            person=self._get_person(),
        )

    def _get_person(self):
        """SQL of what a notice is known by: its customer, else the hash of its contact."""
        return SQL("COALESCE(notice.partner_id::text, notice.contact_key)")

    def _count_to_notify(self):
        ((count,),) = self.env.execute_query(
            SQL("WITH %s SELECT COUNT(*) FROM untold", self._get_people())
        )
        return count

    def _read_untold(self, limit):
        """The next buyers who have not been told.

        :return: list of (partner id, contact id, person, quantity, mail address), see `_get_people`
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                  WITH %s
                SELECT untold.partner_id, untold.contact_id, untold.person, untold.quantity,
                       NULLIF(TRIM(COALESCE(partner.email, contact.email)), '')
                  FROM untold
                  LEFT JOIN res_partner partner ON partner.id = untold.partner_id
                  LEFT JOIN pos_safety_contact contact ON contact.id = untold.contact_id
                 ORDER BY untold.partner_id, untold.contact_id LIMIT %s
                """,
                self._get_people(),
                limit,
            )
        )

    def _notify_batch(self, untold):
        """Write to buyers who have not been told. Record and mail are one step.

        :param untold: of `_read_untold`, a moment ago
        :return: how many buyers were dealt with
        """
        partners = self.env["res.partner"].browse(row[0] for row in untold if row[0]).exists()
        contacts = self.env["pos.safety.contact"].browse(row[1] for row in untold if row[1])
        # Contacts are withdrawn and customers merged meanwhile.
        partners, contacts = set(partners.ids), set(contacts.exists().ids)
        notices = self.env["pos.number.recall.notice"].with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        notices = notices.create(
            [
                {
                    "recall_id": self.id,
                    "partner_id": partner,
                    "contact_id": contact,
                    "contact_key": contact and person,
                    "quantity": quantity,
                    "email": email,
                    "notified_on": email and fields.Datetime.now(),
                }
                for partner, contact, person, quantity, email in untold
                if partner in partners or contact in contacts
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
        self.env["pos.number.recall.notice"]._try_again()
        for recall in recalls:
            recall._add_lots_of_running()
            recall._update_answers()
        left = sum(recall._count_to_notify() for recall in recalls)
        time_left = cron._commit_progress(remaining=left)
        for recall in recalls:
            while time_left and (untold := recall._read_untold(READ)):
                for start in range(0, len(untold), BATCH):
                    done = recall._notify_batch(untold[start : start + BATCH])
                    left = max(0, left - done)
                    time_left = cron._commit_progress(done, remaining=left)
                    if not time_left:
                        break
            while time_left and recall._follow_up_batch():
                time_left = cron._commit_progress(remaining=left)
            recall._keep_figures_of_many()

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
        self.sudo()._keep_figures_of_many()
        self.env.ref("pos_lot_traceability.cron_recall_notices").sudo()._trigger()
        return True

    def _update_answers(self):
        """Who has nothing of it any more has returned it: by refund, or by a receipt."""
        for recall in self:
            recall.env.flush_all()
            recall.env.execute_query(
                SQL(
                    """
                    WITH %(people)s, persons AS (
                        SELECT partner_id::text AS person FROM partners
                         UNION ALL
                        SELECT person FROM contacts
                    )
                    UPDATE pos_number_recall_notice notice
                       SET answer = 'returned', answered_on = now() AT TIME ZONE 'UTC'
                     WHERE notice.recall_id = %(recall)s AND notice.answer IS NULL
                       -- Of a contact that was deleted nobody knows.
                       AND (notice.partner_id IS NOT NULL OR notice.contact_id IS NOT NULL)
                       AND NOT EXISTS (SELECT FROM persons WHERE persons.person = %(person)s)
                 RETURNING 1
                    """,
                    people=recall._get_people(),
                    recall=recall.id,
                    person=recall._get_person(),
                )
            )
        self.env["pos.number.recall.notice"].invalidate_model()

    @api.model
    def _take_back(self, lots, company):
        """Lots come back from customers: those of running recalls may be an answer."""
        recalls = set(lots._get_recalls(company).values())
        self.env["pos.number.recall"].union(*recalls)._update_answers()
