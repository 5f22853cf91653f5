"""The look-ups of the till, and their edges."""

import hashlib
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .against_core.common import POS_USER, AcceptanceCase
from .common import RawSaleCase


@tagged("post_install", "-at_install")
class TestLookupEdges(RawSaleCase):
    """Asked by a cashier with till rights only."""

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
        exclude = ["SN1", *(f"X{number}" for number in range(9999))]
        self.assertEqual(self._names(self.phone, "SN", exclude=exclude), ["SN2", "SN3"])
        self.assertEqual(self._takes(self.phone, 9, exclude=exclude), [("SN2", 1), ("SN3", 1)])
        for method, *args in (("search_numbers", "", 20), ("propose_numbers_for", 1)):
            with self.subTest(method=method), self.assertRaises(UserError):
                self._ask(method, self.phone.id, *args, [*exclude, "X"])

    def test_ambiguous_letter_case(self):
        radio = self._product("Radio")
        self._put(radio, ["rn2", "RN2", "Ab"])
        found = self._ask("check_numbers", radio.id, ["Rn2", "rn2", " AB ", "x"])
        names = {name: info["name"] for name, info in found.items()}
        self.assertEqual(names, {"rn2": "rn2", " AB ": "Ab"})

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
        self.assertEqual(found["SN1"]["sold_in"], order._get_receipt_name())
        self.assertFalse(found["SN2"]["sold_in"] or found["SN2"]["elsewhere"])
        self.assertEqual(self._names(self.phone), ["SN2", "SN3"])

    def test_first_to_expire(self):
        """The list has what is expired last; a proposal passes over it, as a reservation does."""
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
            [(info["name"], info["expired"], info["expires_soon"]) for info in infos],
            [("SOON", False, False), ("LATE", False, False), ("PAST", True, True)],
        )
        self._put(cheese, {"PAST-2": 2, "NO-DATE": 1})
        self._lot(cheese, "PAST-2").expiration_date = fields.Datetime.now() - timedelta(days=9)
        self._lot(cheese, "NO-DATE").write({"expiration_date": False, "removal_date": False})
        self.assertEqual(set(self._names(cheese)[:3]), {"SOON", "LATE", "NO-DATE"})
        found = [info["name"] for info in self._ask("search_numbers", cheese.id, limit=2)]
        self.assertEqual(found, ["SOON", "LATE"])
        found = [info["name"] for info in self._ask("search_numbers", cheese.id, "past")]
        self.assertEqual(found[0], "PAST")  # what is called so
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

    def test_propose_a_lot_of_any_quantity(self):
        """The limit is one of names: a lot sold by the gram has many units."""
        self._put(self.milk, {"L1": 1490, "L2": 1000})
        self.assertEqual(self._takes(self.milk, 2400), [("L1", 1500), ("L2", 900)])
        with self.assertRaises(UserError):
            self._takes(self.phone, 1001)

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


@tagged("post_install", "-at_install")
class TestLookups(AcceptanceCase):
    """What a till may ask: who asks, what for, and what is answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls._put(cls.phone, ["SN1", "SN10", "sn2", "A_B", "AXB", "100%"])

    def _ask(self):
        """The shop, as a till asks it."""
        self._fresh()
        return self.till.with_user(self.cashier)

    def test_search(self):
        """Exact first, wildcards are letters, excluded names are left out, at most 20."""
        till = self._ask()
        names = lambda *args, **kw: [  # noqa: E731
            info["name"] for info in till.search_numbers(self.phone.id, *args, **kw)
        ]
        self.assertEqual(names("SN1"), ["SN1", "SN10"])
        self.assertEqual(names("SN10")[0], "SN10")
        self.assertEqual(names("a_b"), ["A_B"])
        self.assertEqual(names("%"), ["100%"])
        self.assertNotIn("SN1", names("", exclude=["SN1"]))
        self._put(self.phone, [f"M{i:02}" for i in range(30)])
        self.assertEqual(len(self._ask().search_numbers(self.phone.id, "M", limit=500)), 20)

    def test_check(self):
        """Exact, letter case, blanks; unknown names are not in the answer."""
        answer = self._ask().check_numbers(self.phone.id, ["SN1", " SN2 ", "NEW", "sn1"])
        self.assertEqual(
            {name: info["name"] for name, info in answer.items()},
            {"SN1": "SN1", " SN2 ": "sn2", "sn1": "SN1"},
        )
        self.assertEqual(answer["SN1"]["quantity"], 1)

    def test_check_tells_what_is_known(self):
        """Sold, reserved, elsewhere."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sale_order(self.phone, 1)
        self._choose(order.picking_ids.move_ids, ["SN10"])
        other = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"})
        self._put(self.phone, ["FAR1"], other.lot_stock_id)
        answer = self._ask().check_numbers(self.phone.id, ["SN1", "SN10", "FAR1"])
        self.assertTrue(answer["SN1"]["sold_in"])
        self.assertEqual(answer["SN10"]["reserved_for"], order.name)
        self.assertIn("FAR", answer["FAR1"]["elsewhere"])
        self.assertEqual(answer["FAR1"]["quantity"], 0)

    def test_propose(self):
        """The next ones in the order they came in; none that is reserved or excluded."""
        proposals = self._ask().propose_numbers_for(self.phone.id, 2, ["SN1"])
        self.assertEqual([(p["name"], p["take"]) for p in proposals], [("SN10", 1), ("sn2", 1)])

    def test_bad_arguments(self):
        """Anything that is no product, no list of texts or too much is refused in words."""
        till = self._ask()
        for call in (
            lambda: till.check_numbers("1", ["SN1"]),
            lambda: till.check_numbers(self.phone.id, "SN1"),
            lambda: till.check_numbers(self.phone.id, [1]),
            lambda: till.check_numbers(self.phone.id, ["x"] * 1001),
            lambda: till.search_numbers(self.phone.id, None),
            lambda: till.propose_numbers_for(self.phone.id, -1),
            lambda: till.propose_numbers_for(self.phone.id, 1e9),
            lambda: till.get_refundable_numbers("1"),
        ):
            with self.assertRaises(UserError):
                call()

    def test_strangers(self):
        """No rights, or another company: no answer."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="stranger2",
            groups=POS_USER,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        nobody = new_test_user(self.env, login="nobody2", groups="base.group_user")
        self._fresh()
        for user in (stranger, nobody):
            with self.assertRaises(AccessError):
                self.till.with_user(user).check_numbers(self.phone.id, ["SN1"])

    def test_a_till_sends_no_findings(self):
        """Lot, flags, holding: what the browser says of them does not count."""
        other = self._lot(self.phone, "SN10")
        line = self._line(self.phone, 1)
        line["pack_lot_ids"] = [
            (
                0,
                0,
                {
                    "lot_name": "SN1",
                    "lot_id": other.id,
                    "holds": False,
                    "reviewed_by_id": self.env.uid,
                    "new_lot_key": hashlib.sha1(b"x").hexdigest(),
                },
            )
        ]
        number = self._sell(line).lines.pack_lot_ids
        self.assertEqual(number.lot_id.name, "SN1")
        self.assertTrue(number.holds)
        self.assertFalse(number.reviewed_by_id or number.new_lot_key)
