from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

PAGE = 20


class NumberPortal(CustomerPortal):
    """What customers with a login own: their numbers, with warranty."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pos_number_count" in counters:
            values["pos_number_count"] = self._get_numbers().search_count(self._get_domain())
        return values

    @http.route(
        ["/my/numbers", "/my/numbers/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_numbers(self, page=1, **kwargs):
        """The numbers sold to the user's contact or company, the newest first."""
        Number, domain = self._get_numbers(), self._get_domain()
        pager = portal_pager(
            url="/my/numbers", total=Number.search_count(domain), page=page, step=PAGE
        )
        numbers = Number.search(domain, order="id desc", limit=PAGE, offset=pager["offset"])
        values = {
            **self._prepare_portal_layout_values(),
            "numbers": [self._describe(number) for number in numbers],
            "page_name": "pos_numbers",
            "pager": pager,
            "default_url": "/my/numbers",
        }
        return request.render("pos_lot_traceability.portal_my_numbers", values)

    def _get_numbers(self):
        # A portal user has no right on sales at tills: the domain names their own.
        return request.env["pos.pack.operation.lot"].sudo()

    def _get_domain(self):
        owner = request.env.user.partner_id.commercial_partner_id
        return Domain(
            [
                ("pos_order_line_id.order_id.partner_id", "child_of", owner.ids),
                ("pos_order_line_id.order_id.state", "not in", ("draft", "cancel")),
                ("pos_order_line_id.qty", ">", 0),
                ("lot_name", "!=", False),
            ]
        )

    def _describe(self, number):
        """What customers see of a number: `{product, name, quantity, date, receipt, warranty}`."""
        order = number.order_id
        product = number.product_id.with_context(display_default_code=False)
        return {
            "product": product.display_name,
            "name": number.lot_name,
            "quantity": order._get_page_quantity(number),
            "date": order._get_page_date(),
            "receipt": order.pos_reference or order.name,
            "warranty": number._get_warranty_sentence(),
        }
