"""One text stands for the same numbers in the back office and at the till."""

import json

from odoo.tests import BaseCase, tagged

from ..number import csv_rows
from ..number.name import find_closest
from ..number.text import MAX_NUMBERS, NumberText, read_text, says_gs1
from .common import AssignmentCase
from .common_cases import read_cases


def describe(entry):
    """An entry as the cases have it."""
    if entry.problem:
        kind, value = entry.problem
        return [f"!{kind}", value]
    return [entry.name, entry.quantity]


@tagged("post_install", "-at_install")
class TestTexts(BaseCase):
    """Plain Python, no shop."""

    def _read(self, text, tracking, known=()):
        def find(texts):
            found = {each: find_closest(each, [(name, name) for name in known]) for each in texts}
            return {each: name for each, name in found.items() if name}

        def recognize(texts):
            return {
                text: NumberText(text, problem=("gs1", text)) for text in texts if says_gs1(text)
            }

        return [describe(entry) for entry in read_text(text, tracking, find, recognize)]

    def test_cases(self):
        self.assertGreater(len(read_cases("text_cases.js")), 50)
        for text, tracking, known, expected in read_cases("text_cases.js"):
            with self.subTest(text=json.dumps(text), tracking=tracking, known=known):
                self.assertEqual(self._read(text, tracking, known), expected)

    def test_reading_ends(self):
        self.assertEqual(len(self._read("A1..A1000\n" * 1000, "lot")), 1000)
        self.assertEqual(len(self._read("\n".join(map(str, range(5000))), "lot")), MAX_NUMBERS + 1)

    def test_nobody_is_asked_twice(self):
        asked = []

        def find(texts):
            asked.extend(texts)
            return {}

        read_text("A\nB,C\nD1..D2", "serial", find, lambda _texts: {})
        self.assertEqual(len(asked), len(set(asked)))


@tagged("post_install", "-at_install")
class TestFileRows(BaseCase):
    """Plain Python, no shop."""

    def test_columns(self):
        """Number, quantity; what stands behind does not count, and a date is no quantity."""
        for text, rows in (
            ("L1;3;2026-12-31", [("L1", "3")]),
            ("L1\t3\t31/12/2026", [("L1", "3")]),
            ("L1,2026-12-31,3", [("L1", "3")]),
            ("L1;2026-12-31", [("L1", "")]),
            ("L1;2026-12-31;x", [("L1", "")]),
            ("L1;1;y", [("L1", "1")]),
            ("L1", [("L1", "")]),
        ):
            with self.subTest(text=text):
                self.assertEqual(csv_rows.read_rows(text), rows)

    def test_header(self):
        for row, expected in (
            (("Lot", "Quantity"), True),
            (("批号", "数量"), True),
            (("L1", "3"), False),
            (("L1", "1,5"), False),
            (("L1", ""), False),
        ):
            with self.subTest(row=row):
                self.assertEqual(csv_rows.is_header(row), expected)


@tagged("post_install", "-at_install")
class TestTextsInTheBackOffice(AssignmentCase):
    """With a shop: what is known is looked up, and problems are told in words."""

    def _read(self, product, text):
        entries = self.env["pos.number.text"]._read_text(product, self.company, text)
        return [entry.message or [entry.name, entry.quantity] for entry in entries]

    def test_cases(self):
        for number, (text, tracking, known, expected) in enumerate(read_cases("text_cases.js")):
            with self.subTest(text=json.dumps(text), tracking=tracking, known=known):
                product = self._product(f"Radio {number}", tracking=tracking)
                for name in known:
                    self._lot(product, name)
                read = self._read(product, text)
                self.assertEqual(len(read), len(expected))
                for entry, (name, quantity) in zip(read, expected, strict=True):
                    if name.startswith("!"):
                        self.assertIsInstance(entry, str)
                    else:
                        self.assertEqual(entry, [name, quantity])

    def test_problems_in_words(self):
        self.assertEqual(
            self._read(self.phone, '"X";y\n1..1001\nSN1\nSN1'),
            [
                "“y” is not a quantity.",
                "1001 numbers are too many: at most 1000 at a time.",
                ["SN1", None],
                "This serial number is entered twice.",
            ],
        )

    def test_inventorys_own_format_is_assigned(self):
        order = self._sell(self._line(self.milk, 5))
        wizard = self.env["pos.number.assignment"].with_user(self.inventory)
        action = order.lines.with_user(self.inventory).action_assign_numbers()
        wizard = wizard.browse(action["res_id"])
        wizard.text = "L1;2;2026-12-31\nL2;2;2026-12-31\nl1;1"
        wizard.action_assign()
        self._fresh()
        self.assertEqual(self._gone(self.milk), {"L1": 3, "L2": 2})
