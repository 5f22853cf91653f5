from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

BATCH = 50
ANSWERS = [
    ("returned", "Returned"),
    ("repaired", "Repaired"),
    ("refused", "Refused"),
    ("unreachable", "Unreachable"),
]


# What tells one safety contact from another: their address, else their number, as a hash. It stays
# when the contact is deleted, and says nothing about the person then.
CONTACT_KEY = SQL(
    """
    encode(sha256(convert_to(
        COALESCE(contact.email, regexp_replace(contact.phone, '^(\\+|00)', '')), 'UTF8')), 'hex')
    """
)


class PosNumberRecallNotice(models.Model):
    """That a buyer was told of a recall: one record a person, so that nobody is told twice.

    A buyer is a customer, or who left a contact for product safety.
    """

    _name = "pos.number.recall.notice"
    # What the buyer writes back, and what comes back by mail, is Odoo's.
    _inherit = ["mail.thread", "pos.number.guard"]
    _description = "Recall Notice"
    _order = "id"
    _mail_post_access = "read"

    recall_id = fields.Many2one(
        "pos.number.recall", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    # Where customers are merged, Odoo moves the notice along, or drops it where both had one.
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    # Only inventory managers see these notices, as they alone see the contacts.
    contact_id = fields.Many2one(
        "pos.safety.contact",
        "Product Safety Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    contact_key = fields.Char(readonly=True)
    email = fields.Char(readonly=True, help="The address it went to.")
    phone = fields.Char(compute="_compute_phone")
    quantity = fields.Float(
        readonly=True, digits="Product Unit", help="Units the customer had when it was written."
    )
    mail_id = fields.Many2one(
        "mail.mail", "Mail Sent", readonly=True, index=True, ondelete="set null"
    )
    handed_over = fields.Boolean(
        readonly=True, help="The mail server has the mail, and no answer is written down yet."
    )
    notified_on = fields.Datetime(readonly=True, help="When the mail was put into Odoo's queue.")
    followed_up_on = fields.Datetime(readonly=True)
    bounced_on = fields.Datetime(readonly=True, help="The mail came back.")
    mail_state = fields.Selection(
        [
            ("outgoing", "In the queue"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("bounced", "Came back: call or write"),
            ("unsure", "Interrupted: may have arrived"),
            ("no_mail", "No address: call or write"),
            ("forgotten", "Contact was deleted"),
        ],
        compute="_compute_mail_state",
        search="_search_mail_state",
        string="Mail",
    )
    answer = fields.Selection(ANSWERS)
    answered_on = fields.Datetime(readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True, help="Nobody: by itself.")
    note = fields.Char()

    _one_each = models.UniqueIndex("(recall_id, partner_id)")
    _one_contact = models.UniqueIndex("(recall_id, contact_key) WHERE contact_key IS NOT NULL")

    @api.depends("partner_id", "contact_id", "email")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = (
                notice.partner_id.display_name
                or notice.email
                or notice.phone
                or self.env._("Contact was deleted")
            )

    @api.depends("partner_id.phone", "contact_id.phone")
    def _compute_phone(self):
        for notice in self:
            notice.phone = notice.partner_id.phone or notice.sudo().contact_id.phone

    @api.depends("mail_id.state", "handed_over", "bounced_on", "email", "contact_id")
    def _compute_mail_state(self):
        for notice in self:
            state = notice.sudo().mail_id.state
            if not notice.partner_id and not notice.sudo().contact_id:
                notice.mail_state = "forgotten"
            elif not notice.email:
                notice.mail_state = "no_mail"
            elif notice.bounced_on:
                notice.mail_state = "bounced"
            elif state == "exception" and notice.handed_over:
                notice.mail_state = "unsure"
            elif state in ("exception", "cancel"):
                notice.mail_state = "failed"
            else:
                # A mail that Odoo has cleared away was sent.
                notice.mail_state = "outgoing" if state == "outgoing" else "sent"

    def _get_recipient(self):
        """This address and no other, whatever the template says: each further one is a mail."""
        return {"email_to": self.email, "email_cc": False, "recipient_ids": False}

    def _search_mail_state(self, operator, values):
        if operator != "in":
            return NotImplemented
        told, bounced = Domain("email", "!=", False), Domain("bounced_on", "!=", False)
        alive = Domain("partner_id", "!=", False) | Domain("contact_id", "!=", False)

        def of_mails(*domain):
            # Who works recalls need not be able to read all mails.
            return Domain("mail_id", "in", self.env["mail.mail"].sudo()._search([*domain]))

        broken = of_mails(("state", "in", ("exception", "cancel")))
        unsure = of_mails(("state", "=", "exception")) & Domain("handed_over", "=", True)
        outgoing = of_mails(("state", "=", "outgoing"))
        domains = {
            "forgotten": ~alive,
            "no_mail": alive & ~told,
            "bounced": alive & told & bounced,
            "unsure": alive & told & ~bounced & unsure,
            "failed": alive & told & ~bounced & broken & ~unsure,
            "outgoing": alive & told & ~bounced & outgoing,
            "sent": alive & told & ~bounced & ~broken & ~outgoing,
        }
        return Domain.OR(domains[value] for value in values if value in domains)

    def write(self, vals):
        """Note who wrote down an answer, and when."""
        result = super().write(vals)
        if "answer" in vals and not self.env.su:
            self.sudo().write(
                {
                    "answered_on": fields.Datetime.now() if vals["answer"] else False,
                    "answered_by_id": self.env.uid if vals["answer"] else False,
                }
            )
        return result

    def _send(self):
        """Put the mails of these notices into Odoo's queue, each in its customer's language."""
        template = self.env.ref("pos_lot_traceability.mail_template_recall")
        written = self.filtered("email")
        for notice in written:
            # Of one notice at a time: Odoo renders a batch in the order of languages.
            mail = self.env["mail.mail"].browse(
                template.send_mail(notice.id, email_values=notice._get_recipient())
            )
            notice.mail_id = mail
        if written:
            # Odoo's queue is looked at once an hour, unless somebody says so.
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _message_receive_bounce(self, email, partner):
        """The mail has come back: it told nobody."""
        super()._message_receive_bounce(email, partner)
        self.bounced_on = fields.Datetime.now()

    def action_send_again(self):
        """Send mails that failed, or that perhaps did not arrive, once more.

        :raises AccessError: the caller may not work these notices
        :raises UserError: none of them failed, or their recall does not run
        """
        self.check_access("write")
        again = self.filtered(
            lambda notice: (
                notice.mail_state in ("failed", "unsure") and notice.recall_id.state == "running"
            )
        )
        if not again:
            raise UserError(self.env._("None of these mails has failed: nothing is sent again."))
        again.sudo()._put_into_queue()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s mails are in the queue again.", len(again)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _put_into_queue(self):
        self.bounced_on = False
        self.mail_id.mark_outgoing()
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _try_again(self):
        """Where no mail server answered, no mail was given away: each hour it is tried again."""
        notices = self.search(
            [
                ("recall_id.state", "=", "running"),
                ("mail_id.state", "=", "exception"),
                ("mail_id.failure_type", "=", False),
                ("handed_over", "=", False),
            ]
        )
        if notices:
            notices._put_into_queue()

    def _get_lang(self):
        """The language of the mail: the buyer's, else the company's."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (
            self.partner_id.lang,
            self.sudo().contact_id.lang,
            self.company_id.partner_id.lang,
        )
        return next((code for code in wanted if code in installed), None)

    @api.model
    def _forget(self, contacts):
        """Contacts are deleted: their addresses go from the notices, and what waits is not sent."""
        notices = self.search([("contact_id", "in", contacts.ids)])
        notices.mail_id.unlink()
        notices.write({"contact_id": False, "email": False})


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
                SELECT COUNT(*) FILTER (WHERE notified_on IS NOT NULL OR answer IS NOT NULL),
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
        """SQL of who has units of this recall: one row a person, customer or safety contact.

        Rows (partner_id, contact_id, person, quantity): one of the first two is NULL, `person` is
        what a notice is known by, see `_get_person`. A contact that is a customer's own address or
        number, and that customer is told, is no person of its own.
        """
        return SQL(
            """
            WITH units AS MATERIALIZED (%(units)s),
            partners AS (
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
            ), contacts AS (%(contacts)s)
            SELECT partner_id, NULL::integer AS contact_id, partner_id::text AS person, quantity
              FROM partners
             UNION ALL
            SELECT NULL, contact_id, person, quantity
              FROM contacts WHERE NOT EXISTS (
                    SELECT FROM known WHERE known.address = contacts.address)
            """,
            units=self._get_units(),
            contacts=self._get_contacts(),
        )

    def _get_contacts(self):
        """SQL of the safety contacts of sales of `units` that have not come back."""
        return SQL(
            """
            SELECT MIN(contact.id) AS contact_id, %(key)s AS person,
                   MIN(COALESCE(
                       contact.email, regexp_replace(contact.phone, '^(\\+|00)', ''))) AS address,
                   SUM(units.quantity) AS quantity
              FROM units JOIN pos_safety_contact contact ON contact.order_id = units.sale_id
             GROUP BY 2 HAVING SUM(units.quantity) > 0
            """,
            key=CONTACT_KEY,
        )

    def _get_person(self):
        """SQL of what a notice is known by: its customer, else the hash of its contact."""
        return SQL("COALESCE(notice.partner_id::text, notice.contact_key)")

    def _get_untold(self):
        """SQL of the recipients who have no notice yet: the columns of `_get_recipients`."""
        return SQL(
            """
            SELECT recipient.* FROM (%(recipients)s) recipient
             WHERE NOT EXISTS (
                       SELECT FROM pos_number_recall_notice notice
                        WHERE notice.recall_id = %(recall)s AND %(person)s = recipient.person)
            """,
            recipients=self._get_recipients(),
            recall=self.id,
            person=self._get_person(),
        )

    def _count_to_notify(self):
        ((count,),) = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM (%s) untold", self._get_untold())
        )
        return count

    def _notify_batch(self, size=BATCH):
        """Write to the next buyers who have not been told. Record and mail are one step.

        :return: how many buyers were dealt with
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT untold.partner_id, untold.contact_id, untold.person, untold.quantity,
                       NULLIF(TRIM(COALESCE(partner.email, contact.email)), '')
                  FROM (%s) untold
                  LEFT JOIN res_partner partner ON partner.id = untold.partner_id
                  LEFT JOIN pos_safety_contact contact ON contact.id = untold.contact_id
                 ORDER BY untold.partner_id, untold.contact_id LIMIT %s
                """,
                self._get_untold(),
                size,
            )
        )
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
                for partner, contact, person, quantity, email in rows
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
                    WITH units AS MATERIALIZED (%(units)s),
                    persons AS (
                        SELECT partner_id::text AS person FROM units WHERE partner_id IS NOT NULL
                         GROUP BY partner_id HAVING SUM(quantity) > 0
                         UNION ALL
                        SELECT person FROM (%(contacts)s) contacts
                    )
                    UPDATE pos_number_recall_notice notice
                       SET answer = 'returned', answered_on = now() AT TIME ZONE 'UTC'
                     WHERE notice.recall_id = %(recall)s AND notice.answer IS NULL
                       -- Of a contact that was deleted nobody knows.
                       AND (notice.partner_id IS NOT NULL OR notice.contact_id IS NOT NULL)
                       AND NOT EXISTS (SELECT FROM persons WHERE persons.person = %(person)s)
                 RETURNING 1
                    """,
                    units=recall._get_units(),
                    contacts=recall._get_contacts(),
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
