"""What buyers leave for product safety: read, kept, found, handed out and deleted."""

import base64

from odoo.exceptions import UserError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged

from ..number.contact import clean_email, clean_phone
from .common import NumberPageCase


@tagged("post_install", "-at_install")
class TestContactTexts(TransactionCase):
    def test_email(self):
        for text, expected in (
            ("", ""),
            ("  ", ""),
            (None, ""),
            (" Bo@Example.COM ", "bo@example.com"),
            ("bo", None),
            ("a@b.fr, c@d.fr", None),
            ("x" * 250 + "@example.com", None),
            (["bo@example.com"], None),
            ({"a": 1}, None),
        ):
            with self.subTest(text=str(text)[:20]):
                self.assertEqual(clean_email(text), expected)

    def test_phone(self):
        for text, expected in (
            ("", ""),
            (None, ""),
            ("06 12 34 56 78", "0612345678"),
            ("+33 (0)6-12.34/56 78", "+330612345678"),
            ("12345", None),
            ("1" * 16, None),
            ("0612345678 ext 5", None),
            ("٠٦١٢٣٤٥٦", None),
            ([612345678], None),
        ):
            with self.subTest(text=text):
                self.assertEqual(clean_phone(text), expected)


@tagged("post_install", "-at_install")
class TestSafetyContact(NumberPageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recaller = new_test_user(
            cls.env, "recaller", groups="base.group_user,stock.group_stock_manager"
        )

    def test_no_customer_comes_of_it(self):
        partners = self.env["res.partner"].search_count([])
        order, _token = self._sell_with_link()
        self._leave(order, "bo@example.com", "0612345678")
        self._fresh()
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertFalse(order.partner_id)
        self.assertFalse(order.email)

    def test_not_without_end(self):
        order, _token = self._sell_with_link()
        for number in range(5):
            self._leave(order, f"bo{number}@example.com")
        self._leave(order, "bo0@example.com")
        with self.assertRaisesRegex(UserError, "enough contacts"):
            self._leave(order, "bo9@example.com")
        self.assertEqual(len(self._contacts(order)), 5)

    def test_deleted_after_the_period(self):
        order, _token = self._sell_with_link()
        old, new = self._leave(order, "old@example.com"), self._leave(order, "new@example.com")
        self.company.safety_contact_months = 12
        self.env.cr.execute(
            "UPDATE pos_safety_contact SET create_date = NOW() - INTERVAL '370 days' WHERE id = %s",
            [old.id],
        )
        self.env.cr.execute(
            "UPDATE pos_safety_contact SET create_date = NOW() - INTERVAL '360 days' WHERE id = %s",
            [new.id],
        )
        self._fresh()
        self.env["pos.safety.contact"]._gc_expired()
        self.assertEqual(self._contacts(order), new)

    def test_one_person(self):
        order, _token = self._sell_with_link()
        other, _token = self._sell_with_link(self._line(self.phone, 1, ["SN2"]))
        self._leave(order, "bo@example.com", "+33612345678")
        self._leave(other, "", "33612345678")
        self._leave(other, "ada@example.com")
        Person = self.env["pos.safety.contact.person"].with_user(self.recaller)
        self.assertEqual(Person.create({"text": "BO@example.com"}).count, 1)
        person = Person.create({"text": "+33 612 345 678"})
        self.assertEqual(person.count, 2)
        action = person.action_export()
        self.assertIn(f"/web/content/pos.safety.contact.person/{person.id}/file", action["url"])
        text = base64.b64decode(person.file).decode("utf-8-sig")
        self.assertIn("bo@example.com", text)
        self.assertIn(order.pos_reference, text)
        self.assertIn("'+33612345678", text)
        self.assertNotIn("ada@example.com", text)
        person.action_delete()
        self.assertEqual(self._contacts(order) | self._contacts(other), self._contacts(other))
        self.assertEqual(self._contacts(other).email, "ada@example.com")
        with self.assertRaisesRegex(UserError, "Nothing is kept"):
            Person.create({"text": "nobody@example.com"}).action_delete()
        with self.assertRaisesRegex(UserError, "Nothing is kept"):
            Person.create({"text": "%"}).action_delete()

    def test_coverage(self):
        """The share of units whose buyer can be reached, by units and not by rows."""
        self.customer.write({"email": False, "phone": False})
        reachable = self.env["res.partner"].create({"name": "Cy", "email": "cy@example.com"})
        self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=reachable.id)
        self._sell(self._line(self.phone, 1, ["SN2"]), partner_id=self.customer.id)
        order, _token = self._sell_with_link(self._line(self.phone, 1, ["SN3"]))
        self._leave(order, "bo@example.com")
        self._leave(order, "", "0612345678")
        self._sell(self._line(self.phone, 1, ["SN4"]))
        self._sell(self._line(self.milk, 4, []), partner_id=reachable.id)
        self._fresh()
        report = self.env["pos.number.coverage.report"].with_user(self.inventory)
        [(quantity, reached, share)] = report._read_group(
            [("config_id", "=", self.till.id), ("quantity", ">", 0)],
            [],
            ["quantity:sum", "quantity_reachable:sum", "reachability:avg"],
        )
        self.assertEqual((quantity, reached), (8, 6))
        self.assertAlmostEqual(share, 75)


@tagged("post_install", "-at_install")
class TestOnePersonsFile(HttpCase, NumberPageCase):
    def test_only_its_maker_gets_the_file(self):
        for login in ("recaller_one", "recaller_two"):
            new_test_user(self.env, login, groups="base.group_user,stock.group_stock_manager")
        order, _token = self._sell_with_link()
        self._leave(order, "bo@example.com")
        maker = self.env["res.users"].search([("login", "=", "recaller_one")])
        Person = self.env["pos.safety.contact.person"].with_user(maker)
        url = Person.create({"text": "bo@example.com"}).action_export()["url"]
        self.env.flush_all()
        self.authenticate("recaller_one", "recaller_one")
        self.assertIn("bo@example.com", self.url_open(url).text)
        for login in ("recaller_two", None):
            self.authenticate(login, login)
            answer = self.url_open(url)
            self.assertNotIn("bo@example.com", answer.text)
            self.assertEqual(answer.status_code, 404)
