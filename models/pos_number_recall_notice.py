from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

ANSWERS = [
    ("returned", "Returned"),
    ("repaired", "Repaired"),
    ("refused", "Refused"),
    ("unreachable", "Unreachable"),
]


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
    answered_by_id = fields.Many2one(
        "res.users", readonly=True, help="Empty where the answer came by itself."
    )
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
        result = super()._message_receive_bounce(email, partner)
        self.bounced_on = fields.Datetime.now()
        return result

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
                "message": self.env._("Mails in the queue again: %s.", len(again)),
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
