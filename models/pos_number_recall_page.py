from odoo import models


class PosNumberRecall(models.Model):
    _inherit = "pos.number.recall"

    def _render_notice(self, is_sure):
        """The parts of the notice as HTML, in the language of the context.

        :param is_sure: a number of the reader's is recalled; else all are told, to be compared
        """
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "pos_lot_traceability.recall_notice_body",
            {
                "recall": self,
                "picture": self._get_picture_url(),
                # Which number of the sale it is stands above: of the others nothing is told.
                "names": [] if is_sure else self._get_names_for_notice(),
                "is_perhaps": not is_sure,
                "remedies": self._get_remedies(),
            },
        )

    def _describe_for_trace(self):
        """:return: `{name, text}` in the language of the environment"""
        self.ensure_one()
        text = self.env._("Recalled: %s. Not to be sold or used.", self.name)
        return {"name": self.name, "text": " ".join(filter(None, (text, self.what_to_do)))}
