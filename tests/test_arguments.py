"""Look-ups answer whatever they are asked: with what is known, or in words."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..number.text import MAX_NUMBERS, expand_range
from .against_core.common import AcceptanceCase
from .common import OrderNumbersCase

ODD_IDS = (True, 1.5, 10**30, -1, 0, None, "1", {}, [1], "\x00")
ODD_NAMES = ("\x00", "\ud800", "A\x00B", "\udfff1", "'", "\\", "%")


@tagged("post_install", "-at_install")
class TestBadArguments(AcceptanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls.milk = cls._product("Milk", tracking="lot")
        cls._put(cls.phone, ["SN1", "SN2"])
        cls._put(cls.milk, {"L1": 10_000})

    def setUp(self):
        super().setUp()
        self.shop = self.till.with_user(self.cashier)

    def test_ids(self):
        """What is no id is told."""
        Line = self.env["pos.order.line"].with_user(self.cashier)
        company = self.company.id
        for value in ODD_IDS:
            for ask in (
                lambda value=value: self.shop.check_numbers(value, ["SN1"]),
                lambda value=value: self.shop.search_numbers(value),
                lambda value=value: self.shop.propose_numbers_for(value, 1),
                lambda value=value: self.shop.get_refundable_numbers([value]),
                lambda value=value: self.shop.get_sale_order_numbers(value),
                lambda value=value: Line.get_existing_lots(company, self.till.id, value),
                lambda value=value: Line.get_existing_lots(company, value, self.phone.id),
                lambda value=value: Line.get_existing_lots(value, self.till.id, self.phone.id),
            ):
                with self.subTest(value=value), self.assertRaises(UserError):
                    ask()

    def test_shops(self):
        """No shop, two of them, or what is none."""
        for ids in ((), (self.till.id, self.till.id + 1), (10**30,), (2**31 - 1,)):
            shop = self.shop.browse(ids)
            with self.subTest(ids=ids), self.assertRaises(UserError):
                shop.check_numbers(self.phone.id, ["SN1"])

    def test_names(self):
        """Names that no lot can have are not known, and hide nothing."""
        self.assertEqual(self.shop.check_numbers(self.phone.id, list(ODD_NAMES)), {})
        for name in ODD_NAMES:
            with self.subTest(name=name):
                self.shop.search_numbers(self.phone.id, name)
                found = self.shop.search_numbers(self.phone.id, "", 20, [name])
                self.assertEqual([info["name"] for info in found], ["SN1", "SN2"])
        for names in (5, "SN1", {"a": 1}, [True], [["SN1"]], [None], ["SN1"] * 1001):
            with self.subTest(names=names), self.assertRaises(UserError):
                self.shop.check_numbers(self.phone.id, names)

    def test_quantities(self):
        for quantity in (True, float("nan"), float("inf"), 10**400, -1, 0, "1", None, {}):
            with self.subTest(quantity=quantity), self.assertRaises(UserError):
                self.shop.propose_numbers_for(self.phone.id, quantity)

    def _count_queries(self, count):
        order = self._paid(self._line(self.milk, count, ["L1"] * count))
        self._fresh()
        before = self.env.cr.sql_log_count
        self.env["pos.order"].with_user(self.cashier).sync_from_ui([order])
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - before
        line = self.env["pos.order"].search([("uuid", "=", order["uuid"])]).lines
        self.assertEqual(line.pack_lot_ids.mapped("quantity"), [count])
        return queries

    def test_one_lot_many_times(self):
        """They become one number, and each costs the same: next to nothing."""
        self._count_queries(2)
        few, many = self._count_queries(10), self._count_queries(110)
        self.assertLess((many - few) / 100, 1)

    def test_one_lot_three_thousand_times(self):
        """The sale is stored; each time the line's numbers are counted again is noted."""
        counted = []
        Line = self.env.registry["pos.order.line"]
        compute = Line._compute_missing_number_qty

        def count(lines):
            counted.append(sum(len(line.pack_lot_ids) for line in lines))
            return compute(lines)

        self.patch(Line, "_compute_missing_number_qty", count)
        self._count_queries(3000)
        self.assertLess(sum(counted), 20 * 3000)

    def test_ranges_in_long_texts(self):
        """A text of many signs of a range is looked at once, not once a sign."""
        self.assertEqual(expand_range("1.." * 20_000 + "2"), (None, 0))
        self.assertEqual(expand_range("A1..A3"), (["A1", "A2", "A3"], 3))
        self.assertEqual(expand_range("A..1..A..2"), (["A..1", "A..2"], 2))
        self.assertEqual(expand_range("A1..A9999"), ([], 9999))
        self.assertGreater(9999, MAX_NUMBERS)


@tagged("post_install", "-at_install")
class TestOddLotOrder(OrderNumbersCase):
    def test_loaded_all_the_same(self):
        """Whatever a salesperson's request leaves in the order of the numbers."""
        quotation = self._quotation((self.phone, 2, ["SN1", "SN2"]))
        for odd in ("x", 5, {"a": 1}, [[1]], [{}], [None, True, 10**30, "1"], True):
            with self.subTest(odd=odd):
                quotation.order_line.lot_order = odd
                self._fresh()
                self.assertLoads(quotation, {"SN1": 1, "SN2": 1})
                quotation.order_line.lot_ids = quotation.order_line.lot_ids
