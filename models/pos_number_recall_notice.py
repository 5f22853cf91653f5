from odoo import api, fields, models

ANSWERS = [
    ("returned", "Returned"),
    ("repaired", "Repaired"),
    ("refused", "Refused"),
    ("unreachable", "Unreachable"),
]


class PosNumberRecallNotice(models.Model):
    """That a customer was told of a recall: one record each, so that nobody is told twice."""

    _name = "pos.number.recall.notice"
    _inherit = ["pos.number.guard"]
    _description = "Recall Notice"
    _order = "id"
    _rec_name = "partner_id"

    recall_id = fields.Many2one(
        "pos.number.recall", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True)
    # Where customers are merged, Odoo moves the notice along, or drops it where both had one.
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    email = fields.Char(readonly=True, help="The address it went to.")
    phone = fields.Char(related="partner_id.phone")
    quantity = fields.Float(
        readonly=True, digits="Product Unit", help="Units the customer had when it was written."
    )
    mail_id = fields.Many2one(
        "mail.mail", "Mail Sent", readonly=True, index=True, ondelete="set null"
    )
    notified_on = fields.Datetime(readonly=True, help="When the mail was put into Odoo's queue.")
    followed_up_on = fields.Datetime(readonly=True)
    mail_state = fields.Selection(
        [
            ("outgoing", "In the queue"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("no_mail", "No address: call or write"),
        ],
        compute="_compute_mail_state",
        string="Mail",
    )
    answer = fields.Selection(ANSWERS)
    answered_on = fields.Datetime(readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True, help="Nobody: by itself.")
    note = fields.Char()

    _one_each = models.UniqueIndex("(recall_id, partner_id)")

    @api.depends("mail_id.state", "email")
    def _compute_mail_state(self):
        for notice in self:
            state = notice.sudo().mail_id.state
            if not notice.email:
                notice.mail_state = "no_mail"
            elif state in ("exception", "cancel"):
                notice.mail_state = "failed"
            else:
                # A mail that Odoo has cleared away was sent.
                notice.mail_state = "outgoing" if state == "outgoing" else "sent"

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
                template.send_mail(notice.id, email_values={"email_to": notice.email})
            )
            notice.mail_id = mail

    def _get_notice(self):
        """The recall as the notice shows it; in the language of the environment."""
        self.ensure_one()
        return self.recall_id.with_context(lang=self.env.context.get("lang"))
