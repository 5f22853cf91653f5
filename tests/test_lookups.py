"""The look-ups of the till at their edges."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .against_core.common import POS_USER, AcceptanceCase


@tagged("post_install", "-at_install")
class TestLookups(AcceptanceCase):
    """Asked by a cashier with till rights only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls.milk = cls._product("Milk", tracking="lot")
        cls._put(cls.phone, ["SN1", "SN2", "SN3"])
        cls._put(cls.milk, {"L1": 10})

    def _ask(self, method, *args, **kwargs):
        self._fresh()
        return getattr(self.till.with_user(self.cashier), method)(*args, **kwargs)

    def _names(self, product, *args, **kwargs):
        return [info["name"] for info in self._ask("search_numbers", product.id, *args, **kwargs)]

    def _takes(self, product, *args, **kwargs):
        proposals = self._ask("propose_numbers_for", product.id, *args, **kwargs)
        return [(info["name"], info["take"]) for info in proposals]

    def test_wildcards_are_letters(self):
        radio = self._product("Radio")
        self._put(radio, ["A%1", "A_2", "AX3", "a%1x", "\\x"])
        self.assertEqual(self._names(radio, "%"), ["A%1", "a%1x"])
        self.assertEqual(self._names(radio, "_"), ["A_2"])
        self.assertEqual(self._names(radio, "\\"), ["\\x"])
        self.assertEqual(self._names(radio, "zz"), [])

    def test_exact_first(self):
        """Whatever its place in the list; also when only the letter case differs."""
        radio = self._product("Radio")
        self._put(radio, ["SN10", "SN1", "SN11"])
        self.assertEqual(self._names(radio, "SN1"), ["SN1", "SN10", "SN11"])
        self.assertEqual(self._names(radio, "sn1"), ["SN1", "SN10", "SN11"])
        self.assertEqual(self._names(radio, "SN1", exclude=["SN1"]), ["SN10", "SN11"])

    def test_limit(self):
        """Never more than 20, whatever is asked."""
        radio = self._product("Radio")
        self._put(radio, [f"SN{number:03}" for number in range(25)])
        for limit in (1000, 0, -1, None, "x"):
            with self.subTest(limit=limit):
                self.assertEqual(len(self._names(radio, "", limit)), 20)
        self.assertEqual(self._names(radio, "", 2), ["SN000", "SN001"])

    def test_a_long_cart(self):
        """1,000 numbers in the cart do not stop a search."""
        exclude = ["SN1", *(f"X{number}" for number in range(999))]
        self.assertEqual(self._names(self.phone, "SN", exclude=exclude), ["SN2", "SN3"])

    def test_ambiguous_letter_case(self):
        radio = self._product("Radio")
        self._put(radio, ["sn2", "SN2", "Ab"])
        found = self._ask("check_numbers", radio.id, ["Sn2", "sn2", " AB ", "x"])
        names = {name: info["name"] for name, info in found.items()}
        self.assertEqual(names, {"sn2": "sn2", " AB ": "Ab"})

    def test_where_it_is(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        self._put(self.phone, ["FAR"], other.lot_stock_id)
        self._put(self.phone, ["IN"], self.warehouse.wh_input_stock_loc_id)
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        found = self._ask("check_numbers", self.phone.id, ["FAR", "IN", "SN1", "SN2"])
        self.assertEqual(found["FAR"]["elsewhere"], other.lot_stock_id.display_name)
        self.assertEqual(
            found["IN"]["elsewhere"], self.warehouse.wh_input_stock_loc_id.display_name
        )
        self.assertEqual(
            {name: info["quantity"] for name, info in found.items()},
            {"FAR": 0, "IN": 0, "SN1": 0, "SN2": 1},
        )
        self.assertEqual(found["SN1"]["sold_in"], order.name)
        self.assertFalse(found["SN2"]["sold_in"] or found["SN2"]["elsewhere"])
        self.assertEqual(self._names(self.phone), ["SN2", "SN3"])

    def test_first_to_expire(self):
        """The list tells what is expired; a proposal passes over it, as Odoo's reservation does."""
        cheese = self._product("Cheese", tracking="lot", use_expiration_date=True)
        cheese.categ_id.removal_strategy_id = self.env.ref("product_expiry.removal_fefo")
        for name, days in (("LATE", 30), ("SOON", 5), ("PAST", -5)):
            self._put(cheese, {name: 2})
            date = fields.Datetime.now() + timedelta(days=days)
            self._lot(cheese, name).write(
                {"expiration_date": date, "removal_date": date, "alert_date": date}
            )
        infos = self._ask("search_numbers", cheese.id)
        self.assertEqual(
            [(info["name"], info["expired"], info["near"]) for info in infos],
            [("PAST", True, True), ("SOON", False, False), ("LATE", False, False)],
        )
        self.assertEqual(self._takes(cheese, 3), [("SOON", 2), ("LATE", 1)])

    def test_propose_passes_over_reserved_ones(self):
        """However many come before the first free one."""
        self._put(self.phone, ["SN4"])
        self._sale_order(self.phone, 3)
        self.assertEqual(self._takes(self.phone, 1), [("SN4", 1)])
        self._sale_order(self.milk, 4)
        self.assertEqual(self._takes(self.milk, 9), [("L1", 6)])

    def test_propose_for_a_part(self):
        self.assertEqual(self._takes(self.milk, 2.5), [("L1", 2.5)])
        self.assertEqual(self._takes(self.phone, 9, exclude=["SN2"]), [("SN1", 1), ("SN3", 1)])

    def test_what_is_gone(self):
        """A product or line that does not exist any more has no numbers."""
        self.assertEqual(self._ask("search_numbers", 2**30), [])
        self.assertEqual(self._ask("check_numbers", 2**30, ["SN1"]), {})
        self.assertEqual(self._ask("propose_numbers_for", 2**30, 1), [])
        self.assertEqual(self._ask("get_refundable_numbers", [2**30]), {})

    def test_arguments(self):
        for method, *args in (
            ("search_numbers", None),
            ("search_numbers", True),
            ("search_numbers", self.phone.id, None),
            ("search_numbers", self.phone.id, "", 20, "SN1"),
            ("check_numbers", self.phone.id, "SN1"),
            ("check_numbers", self.phone.id, None),
            ("check_numbers", None, ["SN1"]),
            ("propose_numbers_for", self.phone.id, float("nan")),
            ("propose_numbers_for", self.phone.id, -1),
            ("propose_numbers_for", self.phone.id, 1e9),
            ("get_refundable_numbers", None),
        ):
            with self.subTest(method=method, args=args), self.assertRaises(UserError):
                self._ask(method, *args)

    def test_other_company(self):
        """Each method answers for the caller's companies only."""
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            login="elsewhere",
            groups=POS_USER,
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        till = self.till.with_user(user)
        Line = self.env["pos.order.line"].with_user(user)
        for call in (
            lambda: till.search_numbers(self.phone.id),
            lambda: till.check_numbers(self.phone.id, ["SN1"]),
            lambda: till.propose_numbers_for(self.phone.id, 1),
            lambda: till.get_refundable_numbers(order.lines.ids),
            lambda: Line.get_existing_lots(self.company.id, self.till.id, self.phone.id),
            lambda: Line.get_existing_lots(other.id, self.till.id, self.phone.id),
        ):
            self._fresh()
            with self.assertRaises(AccessError):
                call()
