from urllib.parse import urlencode

from odoo import models
from odoo.tools import format_date

from .pos_number_recall_impact import FIGURES


class PosNumberRecall(models.Model):
    """What is printed of a recall: the poster, and the report."""

    _inherit = "pos.number.recall"

    def _get_picture(self):
        """The recall's picture, else one of its products."""
        self.ensure_one()
        product = self._get_products().filtered("image_1024")[:1]
        return self.image or product.image_1024

    def _get_link(self):
        """Where the QR code leads to; False where there is no address."""
        self.ensure_one()
        return self.link or self.company_id.website

    def _get_qr_url(self):
        """The picture of the QR code of `_get_link`, made by Odoo's report controller."""
        self.ensure_one()
        values = {"barcode_type": "QR", "value": self._get_link(), "width": 180, "height": 180}
        return f"/report/barcode/?{urlencode(values)}"

    def _get_report_rows(self):
        """`[(label, figure)]`: of what has ended, as it was at its end."""
        self.ensure_one()
        recall = self.sudo()
        figures = recall.figures or recall._get_figures()
        labels = [
            (name, self._fields[name]._description_string(self.env))
            for name in (*FIGURES, "reachable_share")
        ]
        if not self.is_drill:
            labels += self._get_six_labels()
        return [(label, figures.get(name) or 0.0) for name, label in labels]

    def _get_report_tables(self):
        """`[(title, [heads], [rows of texts])]`: where from, where to, what is left, gaps."""
        self.ensure_one()
        recall = self.sudo()

        def day(value):
            return format_date(self.env, value)

        return [
            (
                self.env._("Where from"),
                [
                    *(self.env._("Day"), self.env._("Supplier")),
                    *(self.env._("Document"), self.env._("Quantity")),
                ],
                [
                    (day(date), supplier or "", document or "", f"{quantity:g}")
                    for date, supplier, document, quantity in recall._read_receipts()
                ],
            ),
            (
                self.env._("Where to"),
                [self.env._("Shop"), self.env._("Day"), self.env._("Quantity")],
                [
                    (shop or self.env._("Deliveries"), day(date), f"{quantity:g}")
                    for shop, date, quantity in recall._read_sold_by_shop()[:200]
                ],
            ),
            (
                self.env._("What is left"),
                [self.env._("Location"), self.env._("Quantity")],
                [(place, f"{quantity:g}") for place, quantity in recall._read_stock_left()],
            ),
            (
                self.env._("Gaps: sold without a number, perhaps affected"),
                [self.env._("Sale"), self.env._("Product"), self.env._("Quantity")],
                [
                    (sale, product, f"{quantity:g}")
                    for sale, product, quantity in recall._read_gaps()
                ],
            ),
        ]
