import json

from odoo.tests import BaseCase, tagged

from ..number.format import read_new_number
from .common_cases import DATA


@tagged("post_install", "-at_install")
class TestNumberFormat(BaseCase):
    def test_cases(self):
        text = DATA.joinpath("format_cases.js").read_text(encoding="utf-8")
        rows = [row.strip().rstrip(",") for row in text.splitlines() if row.startswith("    [")]
        self.assertGreater(len(rows), 30)
        for row in rows:
            with self.subTest(row=row):
                number_format, typed, name, reason = json.loads(row)
                self.assertEqual(read_new_number(typed, number_format), (name, reason))
