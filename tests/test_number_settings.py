"""Per product or category: what the till does, and what new numbers look like."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import AssignmentCase

IMEI = "490154203237518"
WRONG_IMEI = "490154203237517"


@tagged("post_install", "-at_install")
class TestWhoSays(AssignmentCase):
    def _rules(self, product, **context):
        """What the till loads of a product and of its category."""
        template = product.product_tmpl_id
        (row,) = template._load_pos_data_read(template, self.till)
        category = template.categ_id
        (category_row,) = category._load_pos_data_read(category, self.till)
        return row.get("_number_rules"), category_row["_number_rules"]

    def test_nearest_wins(self):
        """The product, else its category, else that one's parents; else the till asks."""
        template = self.milk.product_tmpl_id
        parent = self.env["product.category"].create({"name": "Food"})
        template.categ_id.parent_id = parent
        self.assertEqual(template._get_number_entry(), "ask")
        parent.pos_number_entry = "auto"
        self.assertEqual(template._get_number_entry(), "auto")
        template.categ_id.pos_number_entry = "none"
        self.assertEqual(template._get_number_entry(), "none")
        template.pos_number_entry = "ask"
        self.assertEqual(template._get_number_entry(), "ask")

    def test_a_serial_is_never_chosen(self):
        self.phone.categ_id.pos_number_entry = "auto"
        self.assertEqual(self.phone.product_tmpl_id._get_number_entry(), "ask")

    def test_format_comes_from_one_place(self):
        """A product with a format of its own takes nothing of its category's."""
        self.phone.categ_id.write({"pos_number_kind": "digits", "pos_number_longest": 8})
        template = self.phone.product_tmpl_id
        self.assertEqual(
            template._get_number_format(), {"kind": "digits", "shortest": 0, "longest": 8}
        )
        template.write({"pos_number_kind": "any", "pos_number_prefixes": "S, SN:"})
        self.assertEqual(template._get_number_format(), {"kind": "any", "prefixes": ["S", "SN:"]})

    def test_what_a_till_loads(self):
        """Its own word of each record, also that there is none any more."""
        self.assertEqual(self._rules(self.milk), (False, False))
        self.milk.pos_number_entry = "auto"
        self.milk.categ_id.write({"pos_number_kind": "mask", "pos_number_mask": "AA9"})
        self.assertEqual(
            self._rules(self.milk),
            ({"entry": "auto"}, {"format": {"kind": "mask", "mask": "AA9"}}),
        )
        self.milk.pos_number_entry = False
        self.assertEqual(self._rules(self.milk)[0], False)

    def test_opening_costs_one_query(self):
        """However many products are tracked, and not one more for those that are not."""
        many = self.env["product.template"].create(
            [
                {
                    "name": f"P{n}",
                    "is_storable": True,
                    "tracking": "lot",
                    "pos_number_entry": "none",
                }
                for n in range(30)
            ]
        )
        Template = self.env["product.template"].with_user(self.cashier)
        stock_load = type(self.env["pos.load.mixin"])._load_pos_data_read

        def count(records):
            self._fresh()
            records = Template.browse(records.ids)
            stock_load(records, records, self.till)
            before = self.env.cr.sql_log_count
            rows = records._load_pos_data_read(records, self.till)
            return self.env.cr.sql_log_count - before, rows

        count(many)  # what is cached is not counted
        one, _rows = count(many[0])
        all_of_them, rows = count(many)
        self.assertEqual(all_of_them, one)
        self.assertEqual([row["_number_rules"] for row in rows], [{"entry": "none"}] * 30)

    def test_form(self):
        """The choices stand beside the tracking choice, for tracked products only."""
        with Form(self.milk.product_tmpl_id) as form:
            form.pos_number_entry = "auto"
            form.pos_number_kind = "digits"
            form.pos_number_longest = 5
        self.assertEqual(self.milk.pos_number_longest, 5)
        with Form(self.milk.categ_id) as form:
            form.pos_number_entry = "none"
        self.assertEqual(self.milk.categ_id.pos_number_entry, "none")

    def test_formats_that_fit_nothing(self):
        for values in (
            {"pos_number_kind": "mask"},
            {"pos_number_kind": "mask", "pos_number_mask": " "},
            {"pos_number_kind": "digits", "pos_number_shortest": 5, "pos_number_longest": 4},
            {"pos_number_kind": "digits", "pos_number_shortest": -1},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.phone.product_tmpl_id.write(values)


@tagged("post_install", "-at_install")
class TestNewNumbers(AssignmentCase):
    """The format of a phone's new numbers, when an inventory user assigns and corrects."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone.categ_id.write(
            {"pos_number_kind": "imei", "pos_number_prefixes": "IMEI:", "pos_number_upper": True}
        )

    def _line_of(self, *numbers, units=1):
        return self._sell(self._line(self.phone, units, list(numbers))).lines

    def test_assigned(self):
        line = self._line_of()
        for name in (WRONG_IMEI, "12", "ABC"):
            with self.subTest(name=name), self.assertRaises(UserError) as caught:
                self._assign(line, name)
            self.assertIn(name, str(caught.exception))
            self.assertIn("IMEI" if name != "ABC" else "digits", str(caught.exception))
        self._assign(line, f"imei:{IMEI}")
        self.assertEqual(line.pack_lot_ids.mapped("lot_name"), [IMEI])

    def test_known_number_always_wins(self):
        """SN1 is no IMEI, and is on the shelf; so it is behind a prefix."""
        line = self._line_of(units=2)
        self._assign(line, "sn1", "IMEI:SN2")
        self.assertEqual(self._names(line), ["SN1", "SN2"])

    def test_the_same_with_and_without_prefix(self):
        line = self._line_of(units=2)
        with self.assertRaises(UserError) as caught:
            self._assign(line, IMEI, f"IMEI:{IMEI}")
        self.assertIn("twice", str(caught.exception))

    def test_corrected(self):
        line = self._line_of("SN1")
        with self.assertRaises(UserError) as caught:
            self._correct(line.pack_lot_ids, WRONG_IMEI)
        self.assertIn("check digit", str(caught.exception))
        self.assertEqual(self._correct(line.pack_lot_ids, f"IMEI: {IMEI}").lot_name, IMEI)

    def test_a_paid_order_is_stored(self):
        """Whatever its numbers look like, as they were typed."""
        line = self._line_of("imei:12")
        self.assertEqual(line.pack_lot_ids.lot_name, "imei:12")
        self.assertEqual(line.order_id.state, "paid")


@tagged("post_install", "-at_install")
class TestInternalReference(AssignmentCase):
    """A second number of the same thing, such as another IMEI."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._lot(cls.phone, "SN1").ref = "Ref-1"

    def _check(self, *names):
        self._fresh()
        return {
            name: info["name"]
            for name, info in self.till.with_user(self.cashier)
            .check_numbers(self.phone.id, list(names))
            .items()
        }

    def test_at_the_till(self):
        self.assertEqual(
            self._check("Ref-1", " ref-1 ", "SN2", "Ref-2"),
            {"Ref-1": "SN1", " ref-1 ": "SN1", "SN2": "SN2"},
        )

    def test_after_the_name(self):
        """A lot that is called so goes before one whose reference it is."""
        self._lot(self.phone, "SN2").ref = "sn3"
        self.assertEqual(self._check("SN3", "sn3"), {"SN3": "SN3", "sn3": "SN3"})

    def test_letters_of_all_kinds(self):
        self._lot(self.phone, "SN2").ref = "ÉTÉ-1"
        self.assertEqual(self._check("ÉTÉ-1", "été-1"), {"ÉTÉ-1": "SN2"})

    def test_ambiguous(self):
        """Two lots with one reference in two letter cases: only the exact one counts."""
        self._lot(self.phone, "SN2").ref = "REF-1"
        self.assertEqual(self._check("ref-1", "REF-1"), {"REF-1": "SN2"})

    def test_of_another_product(self):
        self._lot(self.milk, "L1").ref = "MILK-1"
        self.assertEqual(self._check("MILK-1"), {})

    def test_sold_and_assigned(self):
        """The lot's own name is written down."""
        line = self._sell(self._line(self.phone, 1, ["ref-1"])).lines
        self.assertEqual(line.pack_lot_ids.lot_id.name, "SN1")
        self.assertFalse(line.pack_lot_ids.flag_ids)
        self._lot(self.phone, "SN2").ref = "Ref-2"
        line = self._sell(self._line(self.phone, 1)).lines
        self._assign(line, "ref-2")
        self.assertEqual(line.pack_lot_ids.lot_name, "SN2")

    def test_cost(self):
        """One query more where something is not found, none where all is; and no scan."""
        Lot, product_ids = self.env["stock.lot"], self.phone.ids

        def count(names):
            Lot._find_by_names(product_ids, names, self.company)
            before = self.env.cr.sql_log_count
            Lot._find_by_names(product_ids, names, self.company)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(["SN1", "SN2"]), 1)
        self.assertEqual(count(["SN1", "Ref-1", "NEVER"]), 2)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            """EXPLAIN SELECT id FROM stock_lot lot
                        WHERE lower(lot.ref COLLATE "C") = 'ref-1' AND lot.ref IS NOT NULL"""
        )
        plan = "\n".join(row for (row,) in self.env.cr.fetchall())
        self.assertIn("folded_ref_idx", plan)
