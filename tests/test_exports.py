"""A number that looks like a formula is text in every file that numbers leave in."""

import io
import json
import zipfile
from xml.etree import ElementTree

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import BaseCase

from ..number.csv_rows import read_rows
from ..number.spreadsheet import quote_for_csv, quote_for_xlsx, restore
from .against_core.common import STOCK_USER, AcceptanceCase

FORMULA = '=HYPERLINK("http://127.0.0.1/?"&A1,"x")'
RISKY = (FORMULA, "@SUM(A1)", "+1", "-1", "\t=1", "\uff1d1", "\uff201", "\uff0b1", "\uff0d1")
HONEST = ("SN1", "A=B", "A-1", "a@b", "{1}", "'x", "12", "é")


@tagged("post_install", "-at_install")
class TestQuotes(BaseCase):
    def test_csv(self):
        """What a program would run gets a quote, and loses it when it is read again."""
        for text in RISKY:
            with self.subTest(text=text):
                self.assertEqual(quote_for_csv(text), f"'{text}")
                self.assertEqual(restore(f"'{text}"), text)
        self.assertEqual(read_rows("'@X\nSN1\n'-5;2\n"), [("@X", ""), ("SN1", ""), ("-5", "2")])

    def test_honest(self):
        """All else stays as it is, there and back."""
        for value in (*HONEST, 1, 2.5, None, False):
            self.assertEqual(quote_for_csv(value), value)
            self.assertEqual(quote_for_xlsx(value), value)
        for text in HONEST:
            self.assertEqual(restore(text), text)
        for text in ("-1", "+1", "@1"):
            self.assertEqual(quote_for_xlsx(text), text)


@tagged("post_install", "-at_install")
class TestExports(HttpCase, AcceptanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls._put(cls.phone, [*RISKY, "SN1"])
        cls.clerk = new_test_user(
            cls.env, "export_clerk", groups=f"{STOCK_USER},base.group_allow_export"
        )

    def setUp(self):
        super().setUp()
        self.line = self._sell(self._line(self.phone, 1, [FORMULA])).lines
        self.authenticate("export_clerk", "export_clerk")

    def _export(self, kind, model, fields, domain, groupby=()):
        data = {
            "model": model,
            "fields": [{"name": name, "label": name, "type": "char"} for name in fields],
            "ids": False,
            "domain": domain,
            "groupby": list(groupby),
            "import_compat": False,
            "context": {},
        }
        return self._post(f"/web/export/{kind}", data)

    def _post(self, route, data):
        self._fresh()
        data = {"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)}
        response = self.url_open(route, data)
        self.assertEqual(response.status_code, 200, response.text[:500])
        return response.content

    def _read(self, content):
        """:return: texts of an XLSX file; a formula fails the test"""
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            sheet = file.read("xl/worksheets/sheet1.xml").decode()
            self.assertNotIn("<f>", sheet)
            self.assertNotIn("<f ", sheet)
            texts = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        return ["".join(text.itertext()) for text in texts]

    def _exports(self):
        yield "stock.lot", ["name"], [("product_id", "=", self.phone.id)], ["name"]
        yield "stock.quant", ["lot_id"], [("product_id", "=", self.phone.id)], ["lot_id"]
        domain = [("pos_order_line_id", "=", self.line.id)]
        yield "pos.pack.operation.lot", ["lot_name"], domain, ["lot_name"]
        yield "pos.order.line", ["pack_lot_ids/lot_name"], [("id", "=", self.line.id)], ["order_id"]

    def test_lists(self):
        """Exports of the lists that show numbers, flat and grouped."""
        for model, fields, domain, groupby in self._exports():
            with self.subTest(model=model):
                text = self._export("csv", model, fields, domain).decode()
                self.assertIn("\"'=HYPERLINK", text)
                self.assertNotIn('"=HYPERLINK', text)
                self.assertNotIn('"@', text)
                for grouped in ((), groupby):
                    texts = self._read(self._export("xlsx", model, fields, domain, grouped))
                    self.assertIn(f"'{FORMULA}", texts)

    def test_pivot(self):
        """Titles of columns and rows are names."""
        header = {"title": FORMULA, "width": 1, "height": 1, "is_bold": False}
        data = {
            "title": "Numbers",
            "model": "stock.lot",
            "measure_count": 1,
            "col_group_headers": [[header]],
            "measure_headers": [{"title": FORMULA, "is_bold": False}],
            "origin_measure_headers": [],
            "rows": [{"title": FORMULA, "indent": 0, "values": [{"value": FORMULA}]}],
        }
        texts = set(self._read(self._post("/web/pivot/export_xlsx", data)))
        self.assertEqual(texts - {""}, {f"'{FORMULA}"})
