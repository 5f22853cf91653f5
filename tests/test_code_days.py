"""The dates in a scanned code: a new lot gets them, another date than its lot's is flagged."""

from base64 import b64encode
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged

from .against_core.common import AtClosing
from .common import AssignmentCase

GTIN = "04006381333931"
DAY = "2031-07-31"
# In Paris, summer time.
END_OF_DAY = fields.Datetime.to_datetime("2031-07-31 21:59:59")


@tagged("post_install", "-at_install")
class TestCodeDays(AssignmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Paris"
        cls.warehouse.partner_id.tz = "Europe/Paris"
        cls.cheese = cls._product(
            "Cheese",
            "lot",
            use_expiration_date=True,
            expiration_time=30,
            use_time=5,
            removal_time=3,
            alert_time=7,
            barcode=GTIN[1:],
        )
        cls._put(cls.cheese, {"C1": 10})
        cls._lot(cls.cheese, "C1").write(
            {"expiration_date": END_OF_DAY, "use_date": END_OF_DAY - timedelta(days=5)}
        )

    def _sell_coded(self, name, product=None, quantity=1, expiration=False, best_before=False):
        """A sale of a number whose code says dates."""
        return self._sell(self._coded(name, product, quantity, expiration, best_before))

    def _coded(self, name, product=None, quantity=1, expiration=False, best_before=False):
        number = {
            "lot_name": name,
            "quantity": quantity,
            "origin": "scanned",
            "code_expiration": expiration,
            "code_best_before": best_before,
        }
        numbers = [Command.create(number)]
        return self._line(product or self.cheese, quantity, pack_lot_ids=numbers)

    def _dates(self, name, product=None):
        lot = self._lot(product or self.cheese, name)
        return lot.expiration_date, lot.use_date, lot.removal_date, lot.alert_date

    def _from_end(self, *days):
        return tuple(END_OF_DAY - timedelta(days=each) for each in days)

    def _codes(self, order):
        return set(order.lines.pack_lot_ids.flag_ids.mapped("code"))

    def assertOtherDates(self, order, *rows):
        numbers = order.lines.pack_lot_ids.filtered(
            lambda number: "other_date" in number._get_flag_codes()
        )
        noted = [row for number in numbers for row in number.flag_facts["other_date"]["days"]]
        self.assertEqual(noted, [list(row) for row in rows])

    # -------------------------------------------------------------------- new lots

    def test_expiration(self):
        """(17): the lot expires at the end of that day, the other dates follow."""
        order = self._sell_coded("NEW", expiration=DAY)
        self.assertEqual(self._dates("NEW"), self._from_end(0, 5, 3, 7))
        self.assertNotIn("other_date", self._codes(order))
        self.assertNotIn("expired", self._codes(order))

    def test_best_before(self):
        """(15) without (17): goods do not expire before the day they are best before."""
        order = self._sell_coded("NEW", best_before=DAY)
        self.assertEqual(self._dates("NEW"), self._from_end(0, 0, 3, 7))
        self.assertNotIn("other_date", self._codes(order))

    def test_best_before_soon(self):
        """Else the product says when they expire, also where that day has passed."""
        order = self._sell_coded("NEW", best_before="2020-01-15")
        expiration, use, removal, _alert = self._dates("NEW")
        usual = fields.Datetime.now() + timedelta(days=30)
        self.assertLess(abs(usual - expiration), timedelta(minutes=1))
        self.assertEqual(removal, expiration - timedelta(days=3))
        self.assertEqual(use, fields.Datetime.to_datetime("2020-01-15 22:59:59"))
        self.assertFalse(self._codes(order) & {"expired", "other_date"})

    def test_both(self):
        self._sell_coded("NEW", expiration=DAY, best_before="2031-07-01")
        best_before = fields.Datetime.to_datetime("2031-07-01 21:59:59")
        self.assertEqual(self._dates("NEW"), (END_OF_DAY, best_before, *self._from_end(3, 7)))

    def test_expired(self):
        """A new lot whose code says so has expired."""
        order = self._sell_coded("NEW", expiration="2020-01-15")
        self.assertIn("expired", self._codes(order))
        self.assertNotIn("other_date", self._codes(order))

    def test_without_expiration_dates(self):
        """A product that uses none: nothing is stored or flagged, the number keeps the date."""
        order = self._sell_coded("NEW", self.milk, expiration=DAY, best_before=DAY)
        self.assertFalse(any(self._dates("NEW", self.milk)))
        self.assertNotIn("other_date", self._codes(order))
        self.assertEqual(fields.Date.to_string(order.lines.pack_lot_ids.code_expiration), DAY)

    def test_zones(self):
        """The day ends where the shop is; without any zone it is UTC's."""
        for place, (zone, end) in enumerate(
            (
                ("Pacific/Auckland", "2031-07-31 11:59:59"),
                ("America/Los_Angeles", "2031-08-01 06:59:59"),
                (False, "2031-07-31 23:59:59"),
            )
        ):
            with self.subTest(zone=zone):
                (self.company | self.env.company).partner_id.tz = zone
                self.warehouse.partner_id.tz = zone
                self.cashier.tz = False
                order = self._sell_coded(f"NEW{place}", expiration=DAY)
                date = self._dates(f"NEW{place}")[0]
                self.assertEqual(fields.Datetime.to_string(date), end)
                again = self._sell_coded(f"NEW{place}", expiration=DAY)
                self.assertNotIn("other_date", self._codes(order | again))

    def test_two_numbers_of_one_new_lot(self):
        """The first date counts; who says another one is flagged, who says none is not."""
        order = self._sell(
            self._coded("NEW"),
            self._coded("new", expiration=DAY),
            self._coded("NEW", expiration="2031-08-01"),
        )
        self.assertEqual(self._dates("NEW")[0], END_OF_DAY)
        self.assertOtherDates(order, ("code_expiration", "2031-08-01", DAY))

    def test_joined(self):
        """One number of a line that came as two keeps the date of the one that has it."""
        numbers = [
            Command.create({"lot_name": name, "quantity": 1, "code_expiration": day})
            for name, day in (("NEW", False), ("NEW", DAY), ("new ", DAY))
        ]
        order = self._sell(self._line(self.cheese, 3, pack_lot_ids=numbers))
        self.assertEqual(order.lines.pack_lot_ids.mapped("quantity"), [3])
        self.assertEqual(self._dates("NEW")[0], END_OF_DAY)

    # ------------------------------------------------------------------ known lots

    def test_same_day(self):
        order = self._sell_coded("C1", expiration=DAY, best_before="2031-07-26")
        self.assertFalse(self._codes(order))

    def test_other_day(self):
        """The lot's own dates stand, the unit leaves, and both are told."""
        before = self._dates("C1")
        order = self._sell_coded("C1", expiration="2031-08-01", best_before="2031-07-25")
        self.assertEqual(self._dates("C1"), before)
        self.assertEqual(self._codes(order), {"other_date"})
        self.assertStock(self.cheese, {"C1": 9}, {"C1": 1})
        self.assertOtherDates(
            order,
            ("code_expiration", "2031-08-01", DAY),
            ("code_best_before", "2031-07-25", "2031-07-26"),
        )
        number = order.lines.pack_lot_ids.with_user(self.inventory)
        self.assertIn(
            "said that it expires on 08/01/2031, the lot said 07/31/2031. The code of Lot C1 of "
            "Cheese",
            number.explanation,
        )
        self.assertIn(
            "said that it is best before 07/25/2031, the lot said 07/26/2031.", number.explanation
        )
        self.assertIn("Look at the label", number.advice)
        self.assertEqual(number.severity, "note")

    def test_lot_without_dates(self):
        """It is told nothing that is not its own."""
        self._lot(self.cheese, "C1").write({"expiration_date": False, "use_date": False})
        order = self._sell_coded("C1", expiration=DAY, best_before=DAY)
        self.assertFalse(self._codes(order))
        self.assertFalse(any(self._dates("C1")[:2]))

    def test_return(self):
        """What comes back is flagged with nothing of it."""
        order = self._sell_coded("C1", expiration=DAY)
        number = {"lot_name": "C1", "quantity": 1, "code_expiration": "2020-01-01"}
        line = self._line(
            self.cheese,
            -1,
            refunded_orderline_id=order.lines.id,
            pack_lot_ids=[Command.create(number)],
        )
        back = self._sell(line, is_refund=True)
        self.assertFalse(self._codes(back))

    # ---------------------------------------------------------------- what tills send

    def test_odd_values(self):
        """What is no ISO date is no date, and the order is stored."""
        odd = (
            *(None, True, 5, 20310731, 1.5, [], {}, "", "x", "31.07.2031", "2031-02-30"),
            *("2031-7-1", "20310731", "2031-07-31 00:00:00", "2031-07-31\n", "٢٠٣١-07-31"),
            *("0001-01-01", "9999-12-31", "1899-12-31", "\x00", "\ud800"),
        )
        for place, value in enumerate(odd):
            with self.subTest(value=repr(value)):
                name = f"ODD{place}"
                order = self._sell_coded(name, expiration=value, best_before=value)
                number = order.lines.pack_lot_ids
                self.assertFalse(number.code_expiration or number.code_best_before)
                self.assertEqual(number.lot_id.name, name)

    def test_paid_order(self):
        """Nobody changes the dates of a paid order."""
        order = self._sell_coded("NEW", expiration=DAY)
        number = order.lines.pack_lot_ids
        values = {"pack_lot_ids": [Command.update(number.id, {"code_expiration": "2040-01-01"})]}
        sent = self._paid(self._coded("C1"))
        sent["lines"].append(Command.update(order.lines.id, values))
        self._sync(sent)
        self.assertEqual(fields.Date.to_string(number.code_expiration), DAY)

    def test_loaded(self):
        """Another till that loads the order gets the dates."""
        order = self._sync(self._paid(self._coded("C1", expiration=DAY), state="draft"))
        number = order.lines.pack_lot_ids
        names = number._load_pos_data_fields(self.till)
        row = number.read(names, load=False)[0]
        self.assertEqual(fields.Date.to_string(row["code_expiration"]), DAY)
        self.assertIs(row["code_best_before"], False)

    # ------------------------------------------------------------ assigned, corrected

    def _open(self, line):
        self._fresh()
        action = line.with_user(self.inventory).action_assign_numbers()
        wizard = self.env["pos.number.assignment"].with_user(self.inventory)
        return Form(wizard.browse(action["res_id"]))

    def test_assigned(self):
        """A code that is scanned there brings its dates to the new lot."""
        order = self._sell(self._line(self.cheese, 2))
        form = self._open(order.lines)
        form.text = f"(01){GTIN}(17)310731(15)310701(10)NEW\nC1;1"
        form.save().action_assign()
        self._fresh()
        self.assertEqual(self._dates("NEW")[0], END_OF_DAY)
        self.assertEqual(str(self._dates("NEW")[1]), "2031-07-01 21:59:59")
        self.assertNotIn("other_date", self._codes(order))

    def test_assigned_sell_by(self):
        order = self._sell(self._line(self.cheese, 1))
        form = self._open(order.lines)
        form.text = f"(01){GTIN}(16)310731(10)NEW"
        form.save().action_assign()
        self._fresh()
        self.assertEqual(self._dates("NEW")[1], END_OF_DAY)

    def test_assigned_other_day(self):
        """A known lot keeps its date; the number is flagged, and waits for a look."""
        order = self._sell(self._line(self.cheese, 1))
        form = self._open(order.lines)
        form.text = f"(01){GTIN}(17)310801(10)C1"
        form.save().action_assign()
        self._fresh()
        self.assertEqual(self._dates("C1")[0], END_OF_DAY)
        self.assertOtherDates(order, ("code_expiration", "2031-08-01", DAY))
        self.assertTrue(order.lines.pack_lot_ids.needs_review)
        self.assertIn("(assigned on", order.lines.pack_lot_ids.explanation)

    def test_assigned_in_place(self):
        """A number that waits and is assigned as it is keeps what its code said."""
        self.till.number_creation = False
        order = self._sell_coded("NEW", expiration=DAY)
        self.assertEqual(order.waiting_number_qty, 1)
        self.till.number_creation = True
        self._assign(order.lines, ("NEW", 1))
        self.assertEqual(self._dates("NEW")[0], END_OF_DAY)

    def test_corrected(self):
        """The right number's code counts, not the wrong one's."""
        order = self._sell_coded("C1", expiration="2031-08-01")
        wizard = self.env["pos.number.replacement"].with_user(self.inventory)
        name = f"(01){GTIN}(17)310731(10)NEW"
        number = order.lines.pack_lot_ids
        wizard.create({"number_id": number.id, "new_name": name}).action_correct()
        self._fresh()
        self.assertEqual(number.lot_name, "NEW")
        self.assertEqual(self._dates("NEW")[0], END_OF_DAY)
        self.assertOtherDates(order, ("code_expiration", "2031-08-01", DAY))
        self._correct(number, "NEWER")
        self.assertFalse(number.code_expiration)
        usual = fields.Datetime.now() + timedelta(days=30)
        self.assertLess(abs(usual - self._dates("NEWER")[0]), timedelta(minutes=1))

    def test_corrected_to_another_day(self):
        order = self._sell_coded("NEW", expiration=DAY)
        wizard = self.env["pos.number.replacement"].with_user(self.inventory)
        number = order.lines.pack_lot_ids
        name = f"(01){GTIN}(17)310801(10)C1"
        wizard.create({"number_id": number.id, "new_name": name}).action_correct()
        self._fresh()
        self.assertOtherDates(order, ("code_expiration", "2031-08-01", DAY))
        self.assertTrue(number.needs_review)

    def test_imported(self):
        order = self._sell(self._line(self.cheese, 1))
        wizard = self.env["pos.number.import"].with_user(self.inventory)
        text = f"{order.pos_reference},,(01){GTIN}(17)310731(10)NEW,1\n"
        wizard = wizard.create({"file": b64encode(text.encode())})
        wizard.action_import()
        self._fresh()
        self.assertEqual(self._dates("NEW")[0], END_OF_DAY)


@tagged("post_install", "-at_install")
class TestCodeDaysAtClosing(AtClosing, TestCodeDays):
    pass
