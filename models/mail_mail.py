from odoo import models


class MailMail(models.Model):
    """Mails of recalls go out once, also when the server is killed while it sends them."""

    _inherit = "mail.mail"

    def _send(self, auto_commit=False, *args, **kwargs):
        """Note for good that a mail of a recall is handed over, before it is.

        A server that is killed after that has perhaps sent it: it does not go out again by itself.
        """
        # Only the queue commits after each mail, so only there something is lost by a rollback.
        notices = self.env["pos.number.recall.notice"].sudo()
        if auto_commit is True:
            notices = notices.search([("mail_id", "in", self.ids)])
        if not notices:
            return super()._send(auto_commit, *args, **kwargs)
        others = self - notices.mail_id.with_env(self.env)
        if others:
            super(MailMail, others)._send(auto_commit, *args, **kwargs)
        interrupted = notices.filtered(
            lambda notice: notice.handed_over and notice.mail_id.state == "outgoing"
        )
        interrupted.mail_id.write(
            {
                "state": "exception",
                "failure_type": "unknown",
                "failure_reason": self.env._(
                    "Odoo was interrupted while it sent this mail: it may have arrived. Ask the "
                    "customer, or send it again."
                ),
            }
        )
        for notice in notices - interrupted:
            notice.handed_over = True
            self.env.cr.commit()  # pylint: disable=invalid-commit
            mail = notice.mail_id.with_env(self.env)
            super(MailMail, mail)._send(auto_commit, *args, **kwargs)
            notice.handed_over = False
        self.env.cr.commit()  # pylint: disable=invalid-commit
        return True

    def mark_outgoing(self):
        """Somebody sends it again, and knows why."""
        notices = self.env["pos.number.recall.notice"].sudo().search([("mail_id", "in", self.ids)])
        if notices:
            notices.handed_over = False
        return super().mark_outgoing()
