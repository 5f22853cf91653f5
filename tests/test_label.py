from odoo.tests import BaseCase, tagged

from ..number.gs1 import read_code
from ..number.label import get_days, get_number_name, get_units
from .common_cases import read_cases


@tagged("post_install", "-at_install")
class TestLabel(BaseCase):
    def test_cases(self):
        """Number and units of GS1 codes, as in the browser."""
        for text, tracking, factor, name, units in read_cases("label_cases.js"):
            with self.subTest(text=text):
                meaning = read_code(text).meaning
                self.assertTrue(meaning)
                self.assertEqual(get_number_name(meaning, tracking), name)
                self.assertEqual(get_units(meaning, factor), units)

    def test_days(self):
        """The dates of GS1 codes, as in the browser."""
        for text, expiration, best_before in read_cases("day_cases.js"):
            with self.subTest(text=text):
                days = get_days(read_code(text).meaning)
                found = days.get("code_expiration"), days.get("code_best_before")
                self.assertEqual(found, (expiration, best_before))
