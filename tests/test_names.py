"""Names of lots and serial numbers are stored and compared in one form, wherever they are."""

import json
import random
import sys

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import SQL

from ..hooks import _fold_names_of_lots
from ..models.stock_lot import FOLDED_NAME
from ..number.name import clean_name, find_closest, fold_name
from .common import AssignmentCase
from .common_cases import read_cases

# [the lot's name, what is typed]: each pair looks alike, or differs in letter case.
LOOK_ALIKES = [
    ("E\u0301-1", "\u00c9-1"),
    ("\u00c9-1", "E\u0301-1"),
    ("\u00c9-1", "\u00e9-1"),
    ("\u0416-1", "\u0436-1"),
    ("SN\u200b-1", "SN-1"),
    ("SN-1", "\ufeffSN-1"),
    ("SN-1", "\u202aSN-1\u202c"),
    ("\uff33\uff2e-1", "SN-1"),
    ("SN-1", "\uff53\uff4e\uff0d\uff11"),
    ("SN\u20111", "SN-1"),
    ("SN-1", "SN\u20111"),
    ("SN  1", "SN 1"),
    ("SN 1", "SN\u00a01"),
    ("SN\t1", "SN 1"),
    (" SN 1", "sn 1 "),
    ("Stra\u00dfe", "STRASSE"),
]


def get_cases():
    return read_cases("name_cases.js")


def get_storable_texts():
    """Those that the ORM takes as the name of a lot."""
    texts = {text for text, _stored, key in get_cases() if key}
    return sorted(text for text in texts if "\ud800" not in text)


def any_texts(count):
    """Texts of which half the characters are those of the cases, and half are any."""
    chance = random.Random(19)
    tricky = sorted(set("".join(text for text, _stored, _key in get_cases())) - {"\ud800"})

    def any_character():
        code = chance.randrange(sys.maxunicode + 1)
        return "x" if 0xD800 <= code < 0xE000 else chr(code)

    for _round in range(count):
        yield "".join(
            chance.choice([chance.choice(tricky), any_character()])
            for _position in range(chance.randrange(12))
        )


@tagged("post_install", "-at_install")
class TestNameForms(BaseCase):
    """Plain Python, no shop."""

    def test_cases(self):
        self.assertGreater(len(get_cases()), 40)
        for text, stored, key in get_cases():
            with self.subTest(text=json.dumps(text)):
                self.assertEqual(clean_name(text), stored)
                self.assertEqual(fold_name(text), key)

    def test_nothing(self):
        self.assertEqual((clean_name(None), fold_name(False)), ("", ""))

    def test_one_form(self):
        """A name in its form is in its form, and letter case never counts."""
        for text in any_texts(5000):
            with self.subTest(text=json.dumps(text)):
                self.assertEqual(clean_name(clean_name(text)), clean_name(text))
                for same in (clean_name(text), fold_name(text), text.upper(), text.lower()):
                    self.assertEqual(fold_name(same), fold_name(text))

    def test_closest(self):
        """What is nearer to the name wins; several that are as near are none."""
        for name, known, expected in (
            ("SN1", ["sn1", "SN1"], "SN1"),
            ("Sn1", ["sn1", "SN1"], None),
            ("SN1", ["sn1"], "sn1"),
            ("E\u0301", ["\u00e9", "\u00c9"], "\u00c9"),
            ("Sn-1", ["sn\u20111", "SN-1"], "SN-1"),
            ("Sn\uff0d1", ["sn\u20111", "SN-1"], None),
            ("A B", ["A  B", "A\u00a0B"], "A  B"),
            ("A\u00a0B", ["A  B", "A\u00a0B"], "A\u00a0B"),
            ("SN1", ["SN2"], None),
            ("", [""], None),
        ):
            with self.subTest(name=json.dumps(name)):
                self.assertEqual(find_closest(name, [(each, each) for each in known]), expected)


class NameCase(AssignmentCase):
    def _find(self, product, *names):
        found = self.env["stock.lot"]._find_by_names(product.ids, names, self.company)
        return {name: found.get((product.id, name)) for name in names}


@tagged("post_install", "-at_install")
class TestNamesInTheDatabase(NameCase):
    def _create(self, names):
        return self.env["stock.lot"].create(
            [
                {"product_id": self.phone.id, "name": name, "company_id": self.company.id}
                for name in names
            ]
        )

    def _assert_keys(self, lots):
        """PostgreSQL compares by what `fold_name` gives."""
        lots.flush_recordset()
        rows = self.env.execute_query(
            SQL("SELECT id, %s FROM stock_lot lot WHERE id = ANY(%s)", FOLDED_NAME, lots.ids)
        )
        keys = dict(rows)
        for lot in lots:
            self.assertEqual(keys[lot.id] or "", fold_name(lot.name), json.dumps(lot.name))

    def test_sql_agrees(self):
        names = {text for text, _stored, key in get_cases() if key and "\ud800" not in text}
        self._assert_keys(self._create(sorted(names)))

    def test_sql_agrees_on_any_text(self):
        names = {text.replace("\0", "") for text in any_texts(2000)}
        self._assert_keys(self._create(sorted(name for name in names if name.strip())))

    def test_renamed(self):
        lot = self._create(["\u00c91"])
        lot.name = "PLAIN"
        self._assert_keys(lot)
        lot.name = "\u0416"
        self._assert_keys(lot)
        self.assertEqual(self._find(self.phone, "\u0436"), {"\u0436": lot})

    def test_installation(self):
        """What was there before gets its form by SQL, and what is plain is not written at all."""
        names = [text for text, _stored, key in get_cases() if key and "\ud800" not in text]
        lots = self._create(sorted(set(names)))
        lots.flush_recordset()
        self.env.cr.execute("UPDATE stock_lot SET pos_folded_name = NULL")
        _fold_names_of_lots(self.env)
        self.env.invalidate_all()
        self._assert_keys(lots)
        plain = lots.filtered(lambda lot: lot.name in ("SN-1", "STRASSE", "SN_1", "<b>&amp;"))
        self.assertEqual(len(plain), 4)
        self.assertFalse(any(plain.mapped("pos_folded_name")))

    def test_one_query(self):
        names = [f"N{number}" for number in range(500)] + ["\u00c9" + str(n) for n in range(500)]
        lots = self._create(names)
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self._find(self.phone, *(name.lower() for name in names))
        self.assertEqual(list(found.values()), list(lots))

    def test_found_by_index(self):
        """The query's expression is the index's, else a million lots are read one by one."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plan = self.env.execute_query(
            SQL("EXPLAIN SELECT id FROM stock_lot lot WHERE %s = ANY(%s)", FOLDED_NAME, ["a", "b"])
        )
        self.assertIn("stock_lot_folded_name_idx", str(plan))

    def test_companies(self):
        """A lot of the company goes before one of none; other companies' are not found."""
        other = self.env["res.company"].create({"name": "Other"})
        product = self._product("Shared", company_id=False)
        vals = {"product_id": product.id}
        Lot = self.env["stock.lot"]
        shared = Lot.create({**vals, "name": "\u00c91", "company_id": False})
        Lot.create({**vals, "name": "SN1", "company_id": other.id})
        self.assertEqual(self._find(product, "E\u03011", "SN1"), {"E\u03011": shared, "SN1": None})
        own = Lot.create({**vals, "name": "E\u03011", "company_id": self.company.id})
        self.assertEqual(self._find(product, "\u200bE\u03011")["\u200bE\u03011"], own)

    def test_of_another_product(self):
        self._create(["\u00c91"])
        self._lot(self.milk, "SN1")
        asked = {
            (self.milk.id, "E\u03011"),
            (self.milk.id, "\u00e91"),
            (self.milk.id, "new"),
            (self.phone.id, "\u00c91"),
            (self.milk.id, "SN1"),  # of both
        }
        found = self.env["stock.lot"]._find_names_of_other_products(asked, self.company)
        self.assertEqual(found, {(self.milk.id, "E\u03011"), (self.milk.id, "\u00e91")})


@tagged("post_install", "-at_install")
class TestLookAlikes(NameCase):
    """Sold under a name that looks like that of a lot: that lot moves, and none is made."""

    def _lots_of(self, product):
        return self.env["stock.lot"].search([("product_id", "=", product.id)])

    def test_serial_moves(self):
        for number, (name, typed) in enumerate(LOOK_ALIKES):
            with self.subTest(name=json.dumps(name), typed=json.dumps(typed)):
                product = self._product(f"Radio {number}")
                self._put(product, [name, "OTHER"])
                order = self._sell(self._line(product, 1, [typed]))
                self.assertStock(product, {"OTHER": 1}, {name: 1})
                self.assertEqual(len(self._lots_of(product)), 2)
                self.assertFalse(order.lines.pack_lot_ids.flag_ids)
                refund = self._give_back(order, 1, [clean_name(typed)])
                self.assertFalse(refund.lines.pack_lot_ids.flag_ids)
                self.assertStock(product, {"OTHER": 1, name: 1}, {})

    def test_lots_add_up(self):
        """Several ways to write one lot, in one order, are that lot."""
        self._put(self.milk, {"\u00c91": 10})
        written = {"\u00c91": 1, "E\u03011": 2, "\u00e91": 3}
        order = self._sell(self._line(self.milk, 6, pack_lot_ids=self._lots(**written)))
        self.assertStock(self.milk, {"L1": 10, "L2": 10, "\u00c91": 4}, {"\u00c91": 6})
        self.assertEqual(order.lines.pack_lot_ids.quantity, 6)

    def test_new_lot_in_its_form(self):
        """A new name is stored clean, once for all its look-alikes."""
        written = {" E\u03011\u200b": 1, "\u00c91": 1, "\u00e91": 1}
        order = self._sell(self._line(self.milk, 3, pack_lot_ids=self._lots(**written)))
        lot = self._lots_of(self.milk).filtered(lambda each: each.name not in ("L1", "L2"))
        self.assertEqual(lot.mapped("name"), ["\u00c91"])
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["\u00c91"])

    def test_serial_twice(self):
        """Two look-alikes are one serial: the second is a duplicate and waits."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "\uff33\uff2e1"]))
        self.assertStock(self.phone, self._left("SN1"), {"SN1": 1})
        codes = [number._get_flag_codes() for number in order.lines.pack_lot_ids]
        self.assertEqual(codes, [set(), {"duplicate"}])

    def test_exact_one_moves(self):
        """Lots that look alike are there already: the one that is named exactly moves."""
        self._put(self.phone, ["A  B", "A B"])
        self._sell(self._line(self.phone, 1, ["A  B"]))
        self.assertStock(self.phone, {**self.rest, "A B": 1}, {"A  B": 1})

    def test_nothing_to_see(self):
        """A name without anything to see is none."""
        order = self._sell(self._line(self.phone, 1, ["\u200b\ufeff \u202a"]))
        self.assertFalse(order.lines.pack_lot_ids)
        self.assertWaiting(self.phone, 1, order)

    def test_length_counts_without_what_is_invisible(self):
        name = "N" * 127 + "\u00c9"
        self._sell(self._line(self.phone, 1, ["\u200b" * 50 + "N" * 127 + "E\u0301"]))
        self.assertIn(name, self._lots_of(self.phone).mapped("name"))

    def test_other_product(self):
        self._put(self.milk, {"\u00c91": 5})
        order = self._sell(self._line(self.phone, 1, ["E\u03011"]))
        self.assertEqual(order.lines.pack_lot_ids._get_flag_codes(), {"mismatch"})
        self.assertStock(self.phone, self.rest, {})

    def test_looked_up_by_the_till(self):
        self._put(self.phone, ["\u00c91"])
        till = self.till.with_user(self.cashier)
        for typed in ("\u00c91", "E\u03011", "\u00e91", " \u200b\u00c91"):
            with self.subTest(typed=json.dumps(typed)):
                self._fresh()
                found = till.check_numbers(self.phone.id, [typed])
                self.assertEqual(found[typed]["name"], "\u00c91")
                suggested = till.search_numbers(self.phone.id, typed)
                self.assertEqual(suggested[0]["name"], "\u00c91")

    def test_assigned(self):
        self._put(self.phone, ["\u00c91"])
        order = self._sell(self._line(self.phone, 2))
        with self.assertRaisesRegex(UserError, "entered twice"):
            self._assign(order.lines, "\u00c91", "E\u03011")
        self._assign(order.lines, "E\u03011")
        self.assertStock(self.phone, self.rest, {"\u00c91": 1})

    def test_assigned_new_lot(self):
        order = self._sell(self._line(self.milk, 3))
        self._assign(order.lines, ("E\u03019", 1), ("\u00c99 ", 1), ("\u00e99", 1))
        self.assertEqual(self._gone(self.milk), {"\u00c99": 3})
        self.assertEqual(len(order.lines.pack_lot_ids), 1)

    def test_corrected(self):
        self._put(self.phone, ["\u00c91"])
        number = self._sell(self._line(self.phone, 1, ["SN1"])).lines.pack_lot_ids
        self._correct(number, "e\u03011")
        self.assertStock(self.phone, self.rest, {"\u00c91": 1})

    def test_history(self):
        """What was sold before the installation is linked by the same rule."""
        lot = self._lot(self.phone, "\u00c91")
        order = self._sell(self._line(self.phone, 1))
        number = self.env["pos.pack.operation.lot"].create(
            {"pos_order_line_id": order.lines.id, "lot_name": "E\u03011", "awaits_linking": True}
        )
        self.env["pos.number.history"]._link_batch(10)
        self.assertEqual(number.lot_id, lot)
        self.assertFalse(number.awaits_linking)
