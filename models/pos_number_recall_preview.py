from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class PosNumberRecall(models.Model):
    """The notice as customers will see it, before anything is sent."""

    _inherit = "pos.number.recall"

    preview_lang = fields.Selection(
        selection="_get_languages",
        string="Language",
        compute="_compute_preview_lang",
        readonly=False,
        store=False,
    )
    preview_mail = fields.Html(string="Mail", compute="_compute_preview", sanitize=False)
    preview_poster = fields.Html(string="Poster", compute="_compute_preview", sanitize=False)

    @api.model
    def _get_languages(self):
        return self.env["res.lang"].get_installed()

    @api.depends_context("lang")
    def _compute_preview_lang(self):
        installed = dict(self._get_languages())
        for recall in self:
            recall.preview_lang = self.env.lang if self.env.lang in installed else "en_US"

    @api.depends(
        *("preview_lang", "name", "description", "image", "hazard", "what_to_do", "contact"),
        *("remedy_repair", "remedy_replacement", "remedy_refund", "single_remedy_reason", "link"),
        *("line_ids", "recalled_lot_ids", "is_drill"),
    )
    @api.depends_context("lang")
    def _compute_preview(self):
        for recall in self:
            if recall.is_drill or not recall.company_id:
                recall.preview_mail = recall.preview_poster = False
                continue
            own = self.env.lang or "en_US"
            lang = recall.preview_lang or own
            # What is typed and not saved yet stands in the user's own language.
            shown = recall if lang == own else recall._origin
            shown = shown.with_context(lang=lang)
            try:
                recall.preview_mail = shown._render_mail(lang)
            except UserError as error:
                # A template that somebody has edited: the form opens all the same.
                text = str(error).strip().split("\n")[-1]
                recall.preview_mail = Markup("<p class='text-danger'>%s</p><pre>%s</pre>") % (
                    self.env._("The mail's template cannot be used: mend or reset it."),
                    text,
                )
            recall.preview_poster = shown.env["ir.qweb"]._render(
                "pos_lot_traceability.recall_poster_body",
                {"recall": shown.sudo(), "picture_address": shown.sudo()._get_picture_url()},
            )

    def _render_mail(self, lang):
        """The mail to somebody whose name is not known: `Markup`, its subject first.

        :raises UserError: the template cannot be rendered
        """
        template = self.env.ref("pos_lot_traceability.mail_template_recall").sudo()
        notice = self.env["pos.number.recall.notice"].sudo().new({"recall_id": self.id})
        subject, body = (
            template._render_field(name, notice.ids or [notice.id], set_lang=lang)[notice.id]
            for name in ("subject", "body_html")
        )
        return Markup("<p><strong>%s</strong></p>%s") % (subject, Markup(body))
