from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Of several notices of a recall the first stays, and goes along with its customer.

        Odoo would drop all notices of those who are merged, where one of them is there twice: who
        was told would be told again.
        """
        notices = self.env["pos.number.recall.notice"].sudo()
        told = notices.search(
            [("partner_id", "in", (src_partners | dst_partner).ids)], order="notified_on, id"
        )
        for of_recall in told.grouped("recall_id").values():
            answered = of_recall.filtered("answer")[:1]
            kept = answered or of_recall.filtered("email")[:1] or of_recall[:1]
            quantity = sum(of_recall.mapped("quantity"))
            (of_recall - kept).unlink()
            kept.write({"partner_id": dst_partner.id, "quantity": quantity})
        notices.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)
