import base64

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.image import image_data_uri

from ..number.qr_code import make_qr_code
from .pos_number_recall_figures import FIGURES

PICTURE = "recall_picture"  # the name of a recall's public picture


def format_quantity(quantity):
    """:return: a quantity without zeros at its end: 1000000, 2.5"""
    return f"{quantity or 0:.4f}".rstrip("0").rstrip(".")


class PosNumberRecall(models.Model):
    """What is printed and shown of a recall: the notice, the poster, and the report."""

    _inherit = "pos.number.recall"

    impact_tables = fields.Html(string="By Place", compute="_compute_impact_tables", sanitize=False)

    @api.depends("recalled_lot_ids", "state", "figures")
    def _compute_impact_tables(self):
        for recall in self:
            tables = recall._origin._get_report_tables() if recall.lot_count else []
            recall.impact_tables = self.env["ir.qweb"]._render(
                "pos_lot_traceability.recall_tables", {"tables": tables, "limit": 10}
            )

    def _get_picture(self):
        """The recall's picture, else one of its products."""
        self.ensure_one()
        product = self._get_products().filtered("image_1024")[:1]
        return self.image or product.image_1024

    def _get_picture_data(self):
        """The picture for a page that is printed; "" where there is none."""
        picture = self._get_picture()
        return (picture and image_data_uri(picture)) or ""

    def _get_link(self):
        """Where the QR code leads to; False where there is no address."""
        self.ensure_one()
        return self.link or self.company_id.website

    def _get_qr_code(self):
        """The QR code of `_get_link` for a page; "" where there is none, or it is too long."""
        self.ensure_one()
        link = self._get_link()
        try:
            code = make_qr_code(link) if link else b""
        except ValueError:
            return ""
        return code and image_data_uri(base64.b64encode(code))

    def _get_picture_url(self):
        """The address of the picture for mails and the customer's page, which anybody may open.

        :return: a path; "" where there is no picture
        """
        self.ensure_one()
        attachments = self.env["ir.attachment"].sudo()
        found = attachments.search(
            [
                *(("res_model", "=", self._name), ("res_id", "=", self._origin.id)),
                *(("res_field", "=", False), ("name", "=", PICTURE)),
            ],
            limit=1,
        )
        if found:
            return f"/web/image/{found.id}?access_token={found.access_token}"
        if self.state != "draft" or not self._get_picture():
            return ""
        # Before the start it is nobody's but the user's.
        if self.image:
            return f"/web/image/{self._name}/{self._origin.id}/image" if self._origin.id else ""
        product = self._get_products().filtered("image_1024")[:1]
        return f"/web/image/product.product/{product.id}/image_1024"

    def _publish_picture(self):
        """Keep the picture as it is now where mails and pages find it."""
        attachments = self.env["ir.attachment"].sudo()
        for recall in self:
            attachments.search(
                [
                    *(("res_model", "=", self._name), ("res_id", "=", recall.id)),
                    *(("res_field", "=", False), ("name", "=", PICTURE)),
                ]
            ).unlink()
            picture = recall._get_picture()
            if picture:
                values = {"name": PICTURE, "res_model": self._name, "res_id": recall.id}
                attachments.create({**values, "datas": picture}).generate_access_token()

    def _get_report_rows(self):
        """`[(label, figure as a text)]`: of what has ended, as it was at its end."""
        self.ensure_one()
        recall = self.sudo()
        figures = recall._get_figures()
        labels = [
            (name, self._fields[name]._description_string(self.env))
            for name in (*FIGURES, "reachable_share")
        ]
        if not self.is_drill:
            labels += self._get_six_labels()
        return [(label, format_quantity(figures.get(name))) for name, label in labels]

    def _get_report_tables(self):
        """`[(title, [heads], [rows of texts])]`: where from, where to, what is left, gaps."""
        self.ensure_one()
        tables = self.sudo()._get_tables()

        def day(value):
            return format_date(self.env, value)

        return [
            (
                self.env._("Where from"),
                [
                    *(self.env._("Day"), self.env._("Vendor")),
                    *(self.env._("Document"), self.env._("Quantity")),
                ],
                [
                    (day(date), supplier or "", document or "", format_quantity(quantity))
                    for date, supplier, document, quantity in tables["receipts"]
                ],
            ),
            (
                self.env._("Where to"),
                [self.env._("Shop"), self.env._("Day"), self.env._("Quantity")],
                [
                    (shop or self.env._("Deliveries"), day(date), format_quantity(quantity))
                    for shop, date, quantity in tables["sold"]
                ],
            ),
            (
                self.env._("What is left"),
                [self.env._("Location"), self.env._("Quantity")],
                [(place, format_quantity(quantity)) for place, quantity in tables["left"]],
            ),
            (
                self.env._("Gaps: sold without a number, perhaps affected"),
                [self.env._("Sale"), self.env._("Product"), self.env._("Quantity")],
                [
                    (sale, product, format_quantity(quantity))
                    for sale, product, quantity in tables["gaps"]
                ],
            ),
        ]
