"""Attacks on what is stored about a paid sale, over HTTP, by every login and by nobody."""

from attacker import EVERYBODY, AttackCase

from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestGround(AttackCase):
    """The suite would notice."""

    def test_change_is_noticed(self):
        """A field, a flag, a number more: each is seen."""
        self.assertUntouched()
        self.sold_number.sudo().origin = "auto"
        with self.assertRaises(AssertionError):
            self.assertUntouched()

    def test_logins(self):
        """Requests come in as who they say; nobody calls methods without a login."""
        for role in EVERYBODY:
            with self.subTest(role=role):
                answer = self._call(role, "res.users", "context_get")
                if role == "public":
                    self.assertIn("SessionExpired", answer.error)
                else:
                    self.assertEqual(answer.result["uid"], self.users[role].id)
