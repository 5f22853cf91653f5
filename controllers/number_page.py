import ipaddress

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.misc import hmac

# Requests of one network address, and contacts left with or withdrawn by one link.
VISITS, VISIT_MINUTES = 60, 1
CHANGES, CHANGE_MINUTES = 10, 60
MAX_BODY = 10_000
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}

PAGE = {"type": "http", "auth": "public", "methods": ["GET"], "sitemap": False}
CHANGE = {**PAGE, "methods": ["POST"], "max_content_length": MAX_BODY}


class NumberPage(http.Controller):
    """The page behind the QR code of a receipt: who has the link sees it, without login."""

    @http.route("/pos/numbers/<string:token>", **PAGE)
    def show(self, token, **kwargs):
        """The numbers of a sale."""
        return self._answer(token, lambda order: self._show(order, token, kwargs.get("done")))

    @http.route("/pos/numbers/<string:token>/contact", **CHANGE)
    def leave(self, token, email="", phone="", consent="", **kwargs):
        """Leave a contact for product safety."""
        return self._answer(
            token,
            lambda order: self._leave(order, token, email, phone, consent),
            is_change=True,
        )

    @http.route("/pos/numbers/<string:token>/withdraw", **CHANGE)
    def withdraw(self, token, **kwargs):
        """Delete what was left."""
        return self._answer(token, lambda order: self._withdraw(order, token), is_change=True)

    # ----------------------------------------------------------------------------- answers

    def _answer(self, token, handle, *, is_change=False):
        """Count the request, find the sale, and let `handle(order)` answer.

        A link that opens nothing gets one answer, whatever it is.
        """
        Visit = request.env["pos.number.page.visit"]
        if not Visit._count(self._get_network_key(), VISITS, VISIT_MINUTES):
            return self._render("number_page_limit", request.env.company, {}, status=429)
        order = request.env["pos.order"]._find_number_page(token)
        if not order:
            return self._render("number_page_unknown", None, {}, status=404)
        order = order.with_context(lang=self._get_lang(order))
        if is_change and not Visit._count(f"order-{order.id}", CHANGES, CHANGE_MINUTES):
            return self._render("number_page_limit", order.company_id, {}, status=429)
        return handle(order)

    def _show(self, order, token, done=None, *, error="", email="", phone="", status=200):
        values = {
            "page": order._get_number_page(),
            "url": f"/pos/numbers/{token}",
            "months": order.company_id.safety_contact_months,
            "done": done if done in ("left", "withdrawn") else "",
            "error": error,
            "email": email,
            "phone": phone,
        }
        return self._render("number_page", order.company_id, values, order.env, status)

    def _leave(self, order, token, email, phone, consent):
        # A file in the place of a text is none.
        email, phone = (text if isinstance(text, str) else "" for text in (email, phone))
        typed = {"email": email[:254], "phone": phone[:40], "status": 422}
        if consent != "yes":
            error = order.env._("Tick the box if we may write to you for product safety.")
            return self._show(order, token, error=error, **typed)
        try:
            order.env["pos.safety.contact"]._leave(order, email, phone, "page")
        except UserError as refused:
            return self._show(order, token, error=refused.args[0], **typed)
        return request.redirect(f"/pos/numbers/{token}?done=left", code=303)

    def _withdraw(self, order, token):
        order.env["pos.safety.contact"]._withdraw(order)
        return request.redirect(f"/pos/numbers/{token}?done=withdrawn", code=303)

    def _render(self, template, company, values, env=None, status=200):
        env = env or request.env(context={**request.env.context, "lang": self._get_lang()})
        html = env["ir.ui.view"]._render_template(
            f"pos_lot_traceability.{template}",
            {**values, "shop_company": company and company.sudo(), "lang": env.lang or "en_US"},
        )
        document = f"<!DOCTYPE html>\n{html.strip()}"
        return request.make_response(document, [*HEADERS.items()], status=status)

    # --------------------------------------------------------------------------- who asks

    def _get_network_key(self):
        """Stands for the caller's network, and tells nobody which one it is."""
        address = request.httprequest.remote_addr or ""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            parsed = None
        if parsed and parsed.version == 6:
            # A household has a whole /64.
            address = str(ipaddress.ip_network(f"{address}/64", strict=False))
        return hmac(request.env(su=True), "pos_lot_traceability.number_page", address)

    def _get_lang(self, order=None):
        """The reader's language: that of the phone, else the customer's, else the shop's."""
        installed = [code for code, _name in request.env["res.lang"].get_installed()]
        wanted = [request.best_lang]
        if order:
            wanted += [order.partner_id.lang, order.company_id.partner_id.lang]
        for code in filter(None, wanted):
            if code in installed:
                return code
            near = [each for each in installed if each.split("_")[0] == code.split("_")[0]]
            if near:
                return near[0]
        return request.env.lang or "en_US"
