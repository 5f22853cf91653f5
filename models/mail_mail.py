from odoo import fields, models


class MailMail(models.Model):
    """Mails of recalls go out once, also when the server is killed while it sends them."""

    _inherit = "mail.mail"

    pos_recall_handed_over = fields.Boolean(
        "Handed Over",
        copy=False,
        help="It was given to the mail server, and no answer is written down yet.",
    )

    def _send(self, auto_commit=False, **kwargs):
        """Note for good that a mail of a recall is handed over, before it is.

        A server that is killed after that has perhaps sent it: it does not go out again by itself.
        """
        of_recalls = self.browse()
        # Only the queue commits after each mail, so only there something is lost by a rollback.
        if auto_commit is True:
            notices = self.env["pos.number.recall.notice"].sudo()
            of_recalls = notices.search([("mail_id", "in", self.ids)]).mail_id.with_env(self.env)
        if not of_recalls:
            return super()._send(auto_commit=auto_commit, **kwargs)
        others = self - of_recalls
        if others:
            super(MailMail, others)._send(auto_commit=auto_commit, **kwargs)
        interrupted = of_recalls.filtered("pos_recall_handed_over")
        interrupted.write(
            {
                "state": "exception",
                "failure_type": "unknown",
                "failure_reason": self.env._(
                    "Odoo was interrupted while it sent this mail: it may have arrived. Ask the "
                    "customer, or send it again."
                ),
            }
        )
        for mail in of_recalls - interrupted:
            mail.pos_recall_handed_over = True
            self.env.cr.commit()  # pylint: disable=invalid-commit
            super(MailMail, mail)._send(auto_commit=auto_commit, **kwargs)
            mail.exists().pos_recall_handed_over = False
        self.env.cr.commit()  # pylint: disable=invalid-commit
        return True

    def mark_outgoing(self):
        """Somebody sends it again, and knows why."""
        self.pos_recall_handed_over = False
        return super().mark_outgoing()
