"""The page behind the QR code of a receipt, over HTTP: for who holds it, and nobody else."""

import re
from uuid import uuid4

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..number.page_token import is_token, make_token
from .against_core.common import POS_USER, STOCK_USER
from .common import NumberPageCase


@tagged("post_install", "-at_install")
class TestPageLink(NumberPageCase):
    """Where the link comes from, and that nobody changes it."""

    def test_link_of_the_till_is_kept(self):
        order, token = self._sell_with_link()
        self.assertEqual(order.number_page_token, token)

    def test_link_of_the_server(self):
        """An order of something that knows no links (a kiosk) gets one; others need none."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertTrue(is_token(order.number_page_token))
        plain = self._sell(self._line(self._product("Cup", tracking="none")))
        self.assertFalse(plain.number_page_token)
        self.till.number_page = False
        self.assertFalse(self._sell(self._line(self.phone, 1, ["SN2"])).number_page_token)

    def test_what_is_no_link_refuses_no_sale(self):
        for number, token in (
            ("SN1", "short"),
            ("SN2", ["x"]),
            ("SN3", "<script>alert(1)</script>"),
            ("SN4", "x" * 100_000),
        ):
            with self.subTest(token=str(token)[:20]):
                order = self._sell(self._line(self.phone, 1, [number]), number_page_token=token)
                self.assertTrue(is_token(order.number_page_token))
                self.assertNotEqual(order.number_page_token, token)

    def test_link_stays(self):
        order, token = self._sell_with_link()
        order.with_user(self.cashier).write({"number_page_token": make_token()})
        order.with_user(self.cashier).write({"number_page_token": False})
        order.sudo().write({"number_page_token": make_token()})
        self.assertEqual(order.number_page_token, token)

    def test_link_of_another_sale(self):
        """A till that sends another sale's link does not get that sale's page, nor take it away."""
        order, token = self._sell_with_link()
        other = self._sell(self._line(self.phone, 1, ["SN2"]), number_page_token=token)
        self.assertNotEqual(other.number_page_token, token)
        self.assertEqual(self.env["pos.order"]._find_number_page(token), order)
        other.with_user(self.cashier).write({"number_page_token": token})
        self.assertEqual(self.env["pos.order"]._find_number_page(token), order)

    def test_copies_have_no_link(self):
        order, _token = self._sell_with_link()
        self.assertFalse(order.copy_data()[0].get("number_page_token"))

    def test_cashier_does_not_switch_it(self):
        with self.assertRaises(AccessError):
            self.till.with_user(self.cashier).write({"number_page": False})


@tagged("post_install", "-at_install")
class TestNumberPage(HttpCase, NumberPageCase):
    def _get(self, token, headers=None, **kwargs):
        return self.url_open(f"/pos/numbers/{token}", headers=headers, **kwargs)

    def _post(self, token, action, data, page=None):
        """Post a form as the page has it."""
        page = page or self._get(token).text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        return self.url_open(
            f"/pos/numbers/{token}/{action}",
            data={"csrf_token": csrf, **data},
            allow_redirects=False,
        )

    def test_page(self):
        """The numbers of that sale and nothing of the buyer, the cashier or another sale."""
        order, token = self._sell_with_link(
            self._line(self.phone, 1, ["SN1"]),
            self._line(self.milk, 2, []),
            partner_id=self.customer.id,
        )
        self._sell(self._line(self.phone, 1, ["SN2"]))
        answer = self._get(token)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("SN1", answer.text)
        self.assertIn(self.phone.name, answer.text)
        self.assertIn(order.pos_reference, answer.text)
        self.assertIn("Warranty until", answer.text)
        self.assertIn("not recorded yet", answer.text)
        for secret in ("SN2", "Ada", "ada@example.com", "12 34 56", self.cashier.name):
            self.assertNotIn(secret, answer.text)
        self.assertIn("noindex", answer.headers["X-Robots-Tag"])
        self.assertIn('<meta name="robots" content="noindex', answer.text)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("<script", answer.text)
        self.assertTrue(answer.text.startswith("<!DOCTYPE html>"))

    def test_returned_unit(self):
        order, token = self._sell_with_link()
        self._give_back(order, 1, ["SN1"])
        text = self._get(token).text
        self.assertIn("Came back on", text)
        self.assertNotIn("Warranty until", text)

    def test_language_of_the_phone(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        _order, token = self._sell_with_link()
        answer = self._get(token, headers={"Accept-Language": "fr-FR,fr;q=0.9"})
        self.assertIn('lang="fr-FR"', answer.text)
        # The customer's language counts where the phone's is not known here.
        self.env["res.lang"]._activate_lang("es_ES")
        self.customer.lang = "es_ES"
        _order, token = self._sell_with_link(
            self._line(self.phone, 1, ["SN2"]), partner_id=self.customer.id
        )
        answer = self._get(token, headers={"Accept-Language": "ja-JP"})
        self.assertIn('lang="es-ES"', answer.text)

    def test_strangers_get_one_answer(self):
        """Wrong, odd and old links: the same status and the same bytes."""
        order, token = self._sell_with_link()
        closed, closed_token = self._sell_with_link(self._line(self.phone, 1, ["SN2"]))
        closed.write({"config_id": self.till.copy({"number_page": False}).id})
        self.assertEqual(self._get(token).status_code, 200)
        answers = [
            self._get(wrong)
            for wrong in (
                make_token(),
                closed_token,
                token[:-1],
                token + "A",
                token.swapcase(),
                str(order.id),
                order.uuid,
                order.access_token,
                "%00" * 22,
                "%27%20OR%201%3D1--",
                "x" * 5000,
            )
        ]
        self.assertEqual({answer.status_code for answer in answers}, {404})
        self.assertEqual(len({answer.content for answer in answers}), 1)
        self.assertIn("noindex", answers[0].headers["X-Robots-Tag"])

    def test_markup_is_text(self):
        self.phone.name = "<img src=x onerror=alert(1)>"
        _order, token = self._sell_with_link(
            self._line(self.phone, 1, ["<script>alert(1)</script>"])
        )
        text = self._get(f"{token}?done=<script>").text
        self.assertNotIn("<script", text)
        self.assertNotIn("<img src=x", text)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", text)

    def test_leave_and_withdraw(self):
        order, token = self._sell_with_link()
        answer = self._post(token, "contact", {"email": " Bo@Example.com ", "consent": "yes"})
        self.assertEqual(answer.status_code, 303)
        contact = self._contacts(order)
        self.assertEqual((contact.email, contact.phone), ("bo@example.com", False))
        self.assertEqual((contact.source, contact.company_id), ("page", self.company))
        text = self._get(f"{token}?done=left").text
        self.assertIn("A contact is kept", text)
        self.assertNotIn("bo@example.com", text.lower())
        answer = self._post(token, "withdraw", {})
        self.assertEqual(answer.status_code, 303)
        self.assertFalse(self._contacts(order))
        self.assertNotIn("A contact is kept", self._get(token).text)

    def test_bad_contacts(self):
        """Each is told, what was typed stays in the form, and nothing is kept."""
        order, token = self._sell_with_link()
        for data, sentence in (
            ({"email": "bo@example.com"}, "Tick the box"),
            ({"consent": "yes"}, "Write a mail address"),
            ({"email": "no mail", "consent": "yes"}, "no mail address"),
            ({"email": '"><script>alert(1)</script>', "consent": "yes"}, "no mail address"),
            ({"email": "a@b.fr, c@d.fr", "consent": "yes"}, "no mail address"),
            ({"phone": "12", "consent": "yes"}, "no telephone number"),
            ({"phone": "call me", "consent": "yes"}, "no telephone number"),
        ):
            with self.subTest(data=data):
                answer = self._post(token, "contact", data)
                self.assertEqual(answer.status_code, 422)
                self.assertIn(sentence, answer.text)
                self.assertNotIn("<script", answer.text)
        self.assertIn('value="call me"', answer.text)
        self.assertFalse(self._contacts(order))

    def test_posts_of_others(self):
        """Without the form's token, with another sale's link, with files or too much of it."""
        order, token = self._sell_with_link()
        data = {"email": "bo@example.com", "consent": "yes"}
        with self.assertLogs("odoo.http", "WARNING"):
            answer = self.url_open(f"/pos/numbers/{token}/contact", data=data)
        self.assertEqual(answer.status_code, 400)
        page = self._get(token).text
        answer = self._post(make_token(), "contact", data, page)
        self.assertEqual(answer.status_code, 404)
        answer = self._post(make_token(), "withdraw", {}, page)
        self.assertEqual(answer.status_code, 404)
        answer = self._post(token, "contact", {**data, "email": "x" * 1_000_000}, page)
        self.assertEqual(answer.status_code, 413)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        answer = self.url_open(
            f"/pos/numbers/{token}/contact",
            data={"csrf_token": csrf, "consent": "yes"},
            files={"email": ("a.txt", b"bo@example.com")},
        )
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self._contacts(order))

    def test_limit_of_a_network(self):
        _order, token = self._sell_with_link()
        Visit = self.env["pos.number.page.visit"]
        self._get(token)
        key = Visit.search([], limit=1, order="id desc").key
        self.assertNotIn("127.0.0.1", key)
        Visit.create([{"key": key}] * 60)
        self.env.flush_all()
        for each in (token, make_token()):
            answer = self._get(each)
            self.assertEqual(answer.status_code, 429)
            self.assertNotIn("SN1", answer.text)

    def test_counts_are_forgotten(self):
        Visit = self.env["pos.number.page.visit"]
        old, new = Visit.create([{"key": "old"}, {"key": "new"}])
        self.env.cr.execute(
            "UPDATE pos_number_page_visit SET create_date = NOW() - INTERVAL '1 day' WHERE id = %s",
            [old.id],
        )
        self._fresh()
        Visit._gc_visits()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())

    def test_limit_of_a_link(self):
        order, token = self._sell_with_link()
        page = self._get(token).text
        for _each in range(10):
            self._post(token, "withdraw", {}, page)
        data = {"email": "bo@example.com", "consent": "yes"}
        answer = self._post(token, "contact", data, page)
        self.assertEqual(answer.status_code, 429)
        self.assertFalse(self._contacts(order))
        self.assertEqual(self._get(token).status_code, 200)


@tagged("post_install", "-at_install")
class TestPortalNumbers(HttpCase, NumberPageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(
            cls.env, "ada_portal", groups="base.group_portal", partner_id=cls.customer.id
        )
        cls.other = new_test_user(cls.env, "bo_portal", groups="base.group_portal")

    def test_own_numbers(self):
        self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        self._sell(self._line(self.phone, 1, ["SN2"]), partner_id=self.other.partner_id.id)
        self._sell(self._line(self.phone, 1, ["SN3"]))
        self.authenticate("ada_portal", "ada_portal")
        answer = self.url_open("/my/numbers")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("SN1", answer.text)
        self.assertIn("Warranty until", answer.text)
        self.assertNotIn("SN2", answer.text)
        self.assertNotIn("SN3", answer.text)
        counts = self.make_jsonrpc_request("/my/counters", {"counters": ["pos_number_count"]})
        self.assertEqual(counts["pos_number_count"], 1)
        self.assertIn("/my/numbers", self.url_open("/my").text)

    def test_strangers_log_in(self):
        self.authenticate(None, None)
        answer = self.url_open("/my/numbers", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_portal_reads_no_models(self):
        order, _token = self._sell_with_link()
        self._leave(order, "bo@example.com")
        for model in (
            "pos.safety.contact",
            "pos.safety.contact.person",
            "pos.number.page.visit",
            "pos.pack.operation.lot",
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal_user).search([])


USERS = {
    "cashier": POS_USER,
    "manager": "base.group_user,point_of_sale.group_pos_manager",
    "inventory": STOCK_USER,
    "accountant": "base.group_user,account.group_account_manager",
    "public": "base.group_public",
}


@tagged("post_install", "-at_install")
class TestSafetyContactRights(NumberPageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(cls.env, f"safety_{name}", groups=groups)
            for name, groups in USERS.items()
        }
        cls.recaller = new_test_user(
            cls.env, "safety_recaller", groups="base.group_user,stock.group_stock_manager"
        )

    def test_only_recall_managers_see_contacts(self):
        order, _token = self._sell_with_link()
        contact = self._leave(order, "bo@example.com")
        for name, user in self.users.items():
            with self.subTest(user=name):
                own = contact.with_user(user)
                for attempt in (
                    lambda own=own: own.read(["email"]),
                    lambda own=own: own.search([]),
                    lambda own=own: own.unlink(),
                    lambda own=own: own.create({"order_id": order.id, "email": "x@example.com"}),
                    lambda own=own: own.env["pos.safety.contact.person"].create({"text": "x"}),
                    lambda own=own: own.env["pos.number.page.visit"].search([]),
                ):
                    with self.assertRaises(AccessError):
                        attempt()
        seen = contact.with_user(self.recaller)
        for user in (*self.users.values(), self.recaller):
            with self.assertRaises(AccessError):
                contact.with_user(user).write({"email": "x@example.com", "order_id": False})
        self._fresh()
        self.assertEqual((seen.email, contact.order_id), ("bo@example.com", order))
        with self.assertRaises(AccessError):
            seen.create({"order_id": order.id, "email": "x@example.com", "source": "till"})

    def test_other_company(self):
        order, _token = self._sell_with_link()
        contact = self._leave(order, "bo@example.com")
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.recaller.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self._fresh()
        self.assertFalse(contact.with_user(self.recaller).search([("order_id", "=", order.id)]))
        with self.assertRaises(AccessError):
            contact.with_user(self.recaller).read(["email"])

    def test_till_leaves_a_contact(self):
        order, _token = self._sell_with_link()
        till = self.till.with_user(self.users["cashier"])
        self.assertTrue(till.leave_safety_contact(order.uuid, "", "06 12-34.56 78"))
        self.assertTrue(till.leave_safety_contact(order.uuid, "", "0612345678"))
        contact = self._contacts(order)
        self.assertEqual(
            (contact.phone, contact.email, contact.source), ("0612345678", False, "till")
        )
        self.assertFalse(till.leave_safety_contact(str(uuid4()), "bo@example.com", ""))

    def test_who_is_no_cashier_leaves_none(self):
        order, _token = self._sell_with_link()
        for name in ("inventory", "accountant", "public"):
            with self.subTest(user=name), self.assertRaises(AccessError):
                self.till.with_user(self.users[name]).leave_safety_contact(
                    order.uuid, "bo@example.com", ""
                )
        self.assertFalse(self._contacts(order))
