import json
import random
import re
import subprocess
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..number import gs1
from .common_cases import read_cases

REPO = Path(__file__).parents[1]
BROWSER = REPO / "static" / "src" / "app" / "utils" / "gs1.js"
PRODUCT = "0109506000134352"


def get_cases():
    return read_cases("gs1_cases.js")


def describe(code):
    """A code as the cases have it."""
    if code.kind == "gs1":
        return "".join(f"({ai}){value}" for ai, value in code.elements)
    reason = code.reason or {}
    return " ".join(reason[key] for key in ("code", "ai", "other") if key in reason)


def any_codes(count, seed=1):
    """Right codes, spoilt codes and any texts, always the same."""
    chance = random.Random(seed)
    parts = [case[0] for case in get_cases()]
    letters = "\x1d\0|^]~()<>{}/?&=%#0123456789ABCab \u05d0\u00e9\U0001f511\ud800"
    for _number in range(count):
        text = "".join(chance.choices(parts, k=chance.randint(1, 2)))
        for _change in range(chance.randint(0, 3)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(letters) + text[at + chance.randint(0, 2) :]
        yield text


@tagged("post_install", "-at_install")
class TestGs1(BaseCase):
    def test_cases(self):
        self.assertGreater(len(get_cases()), 70)
        for text, kind, expected in get_cases():
            with self.subTest(text=json.dumps(text)):
                code = gs1.read_code(text, year=2026)
                self.assertEqual((code.kind, describe(code)), (kind, expected))

    def test_browser_has_the_same_tables(self):
        source = BROWSER.read_text(encoding="utf-8")
        for raw in (gs1.TABLE, gs1.EXCLUSIONS, gs1.REQUIREMENTS, *gs1.FORMS.values()):
            self.assertIn(f"String.raw`{raw}`", source)
        # As Prettier writes them.
        for text in (gs1.CHARACTERS, *gs1.LISTS.values()):
            self.assertTrue(json.dumps(text) in source or f"'{text}'" in source, text)
        self.assertIn(f"/^(?:{gs1.LINKS.pattern})$/", source)

    def test_meaning(self):
        code = gs1.read_code(
            PRODUCT + "17280200" + "3103001750" + "10L\x1d21S\x1d250T\x1d24012", year=2026
        )
        self.assertEqual(
            code.meaning,
            {
                "gtin": "09506000134352",
                "lot": "L",
                "serial": "S",
                "second_serial": "T",
                "expiration": "2028-02-29",
                "weight": 1.75,
                "weight_unit": "kg",
                "additional": ["12"],
            },
        )
        content = gs1.read_code("]C1020950600013435237120", year=2026).meaning
        expected = {"gtin": "09506000134352", "is_content": True, "count": 120}
        self.assertEqual(content, expected)
        time = gs1.read_code("]C170032606301159", year=2026).meaning
        self.assertEqual(time, {"expiration": "2026-06-30", "expiration_time": "11:59"})

    def test_century(self):
        for year, digits, expected in (
            (2026, "770101", "1977-01-01"),
            (2026, "760101", "2076-01-01"),
            (2060, "100101", "2110-01-01"),
            (2060, "110101", "2011-01-01"),
            (2026, "990228", "1999-02-28"),
            (2099, "000229", None),
            (2026, "000229", "2000-02-29"),
        ):
            with self.subTest(year=year, digits=digits):
                self.assertEqual(gs1.to_date(digits, year), expected)

    def test_own_separator(self):
        code = gs1.read_code(PRODUCT + "10A#21B", separators=["#"])
        self.assertEqual(describe(code), "(01)09506000134352(10)A(21)B")
        self.assertEqual(gs1.read_code("A#B", separators=["#"]).kind, "plain")

    def test_known_products(self):
        def knows(gtin):
            return gtin == "05901234123457"

        self.assertEqual(gs1.read_code("010590123412345721A", knows_gtin=knows).kind, "gs1")
        self.assertEqual(gs1.read_code(PRODUCT + "21A", knows_gtin=knows).kind, "plain")
        self.assertEqual(gs1.read_code("]C1" + PRODUCT + "21A", knows_gtin=knows).kind, "gs1")

    def test_prefix_is_taken_off(self):
        self.assertEqual(gs1.read_code(" ]A0SN1\r").text, "SN1")

    def test_long_texts_end(self):
        """Nothing is read twice: a megabyte is refused or plain, and no more than that."""
        for part in (
            "(10)A",
            "\x1d10A",
            "https://a/01/",
            "%41",
            PRODUCT,
            "]C1",
            "99A|",
            "\\(",
            " ",
        ):
            text = "]C1" + part * (1000000 // len(part))
            for each in (text, text[3:], "https://a/01/09506000134352?99=" + text):
                self.assertIn(gs1.read_code(each).kind, ("refused", "plain"))
        # Of blanks within a text, each could be the first of those at its end.
        for text in (" " * 1000000 + "x", "x" + " " * 1000000 + "x"):
            self.assertEqual(gs1.read_code(text).kind, "plain")


@tagged("post_install", "-at_install")
class TestReadCode(BaseCase):
    """`dev/read-code`, which runs what the browser runs."""

    def _read(self, *lines):
        answer = subprocess.run(
            [REPO / "dev" / "read-code"],
            input="".join(f"{line}\n" for line in lines).encode(),
            capture_output=True,
            check=False,
        )
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def test_browser_agrees(self):
        texts = [case[0] for case in get_cases()] + list(any_codes(3000))
        texts += ["x" + " " * 1000000 + "x", "(10)" + "\\(" * 300000, "(10)A" * 200000]
        answers = self._read(*(json.dumps(text) for text in texts))
        self.assertEqual(len(answers), len(texts))
        for text, answer in zip(texts, answers, strict=True):
            self.assertEqual(answer["python"], answer["browser"], json.dumps(text[:100]))
        kinds = {answer["python"]["kind"] for answer in answers}
        self.assertEqual(kinds, {"gs1", "plain", "refused"})

    def test_bad_lines(self):
        bad, number, good = self._read("{", "1", '"]C121A"')
        self.assertIn("error", bad)
        self.assertIn("error", number)
        self.assertEqual(good["browser"]["elements"], [["21", "A"]])
        self.assertEqual(good["python"], good["browser"])


@tagged("post_install", "-at_install")
class TestTable(BaseCase):
    def test_every_identifier(self):
        """As many as GS1 has, none the beginning of another."""
        known = [
            f"{number:0{length}}"
            for length in (2, 3, 4)
            for number in range(10**length)
            if gs1._is_identifier(f"{number:0{length}}")
        ]
        self.assertEqual(len(known), 541)
        for ai in known:
            longer = [each for each in known if each != ai and each.startswith(ai)]
            self.assertFalse(longer, ai)

    def test_forms_are_known(self):
        used = set(re.findall(r"(?<![\\-])[A-Z](?!-)", gs1.TABLE))
        self.assertEqual(used, set(gs1.FORMS))
        self.assertFalse(set(gs1.CHECKS) - used)
