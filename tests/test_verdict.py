"""README's table, "What happens to the stock", row by row: without a shop and without a database.

Each row is tried on what lies there, and on what tills have sold and not yet moved.
"""

from odoo.tests import BaseCase, tagged

from ..number.shop import Shop
from ..number.stock import Holder, Pending, Place, Stock, replay
from ..number.verdict import Ask, Take, get_verdict

LOT, OTHER, PRODUCT = 1, 2, 10
STOCK, SHELF, INPUT, FAR, CUSTOMER, FOREIGN = 100, 101, 102, 200, 300, 400
OURS, THEIRS = 1, 2
SHOP = Shop(STOCK, "1/100/", "1/", STOCK, "1/100/", OURS)
THEIR_SHOP = Shop(FOREIGN, "4/400/", "4/", FOREIGN, "4/400/", THEIRS)
PATHS = {STOCK: "1/100/", SHELF: "1/100/101/", INPUT: "1/102/", FAR: "2/200/", CUSTOMER: "3/300/"}
PATHS[FOREIGN] = "4/400/"


def place(location, quantity=1.0, **values):
    usage = "customer" if location == CUSTOMER else "internal"
    company = THEIRS if location == FOREIGN else OURS if usage == "internal" else None
    values = {"quant": 1000 + location, "company": company, **values}
    return Place(usage, quantity, location, PATHS[location], **values)


def stock(*places, unnumbered=(), history=(), **values):
    return Stock(
        {LOT: list(places)},
        has_history=lambda lots: set(history) & set(lots),
        read_unnumbered=lambda product: list(unnumbered),
        **values,
    )


def serial(**values):
    return Ask(**{"lot": LOT, "quantity": 1.0, "product": PRODUCT, **values})


def lot(quantity, **values):
    return serial(quantity=quantity, is_serial=False, **values)


def back(**values):
    return serial(is_return=True, **values)


# What is there, what is asked; where it moves from, with which flags, or why it waits.
SALES = {
    "on hand in the shop": (stock(place(STOCK)), serial(), [(STOCK, 1)], set(), None),
    "on one of its shelves": (stock(place(SHELF)), serial(), [(SHELF, 1)], set(), None),
    "on two shelves": (
        stock(place(STOCK, 2.0), place(SHELF, 3.0)),
        lot(4.0),
        [(STOCK, 2), (SHELF, 2)],
        set(),
        None,
    ),
    "elsewhere in the warehouse": (
        stock(place(INPUT)),
        serial(),
        [(INPUT, 1)],
        {"not_here"},
        None,
    ),
    "in another warehouse": (stock(place(FAR)), serial(), [], {"not_here"}, "elsewhere"),
    "in another warehouse, taken from there": (
        stock(place(FAR)),
        serial(anywhere=True),
        [(FAR, 1)],
        set(),
        None,
    ),
    "in another company's stock": (
        stock(place(FOREIGN)),
        serial(),
        [],
        {"not_here"},
        "other_company",
    ),
    "in another company's stock, not to be taken from there": (
        stock(place(FOREIGN)),
        serial(anywhere=True),
        [],
        {"not_here"},
        "other_company",
    ),
    "in another company's stock, sold here before": (
        stock(place(FOREIGN), holders={LOT: Holder(7, True)}),
        serial(),
        [],
        {"not_here"},
        "other_company",
    ),
    "reserved or not, a lot in another company's stock": (
        stock(place(FOREIGN, 5.0, reserved=5.0)),
        lot(2.0),
        [],
        {"not_here"},
        "other_company",
    ),
    "a lot here and in another company's stock": (
        stock(place(STOCK, 1.0), place(FOREIGN, 5.0)),
        lot(3.0),
        [(STOCK, 1), (STOCK, 2)],
        {"short"},
        None,
    ),
    "a lot, more than on hand": (
        stock(place(STOCK, 2.0)),
        lot(5.0),
        [(STOCK, 2), (STOCK, 3)],
        {"short"},
        None,
    ),
    "a lot, more than on hand, stock without number": (
        stock(place(STOCK, 2.0), unnumbered=[place(SHELF, 9.0)]),
        lot(5.0),
        [(STOCK, 2), (SHELF, 3)],
        set(),
        None,
    ),
    "new, stock without number here": (
        stock(unnumbered=[place(SHELF, 1.0)]),
        serial(),
        [(SHELF, 1)],
        set(),
        None,
    ),
    "new, stock without number elsewhere only": (
        stock(unnumbered=[place(FAR, 1.0)]),
        serial(),
        [(STOCK, 1)],
        {"unknown"},
        None,
    ),
    "new otherwise": (stock(), serial(), [(STOCK, 1)], {"unknown"}, None),
    "a name nobody knows, creation allowed": (
        stock(),
        serial(lot=None, creates=True),
        [(STOCK, 1)],
        {"unknown"},
        None,
    ),
    "a name nobody knows, creation not allowed": (
        stock(),
        serial(lot=None),
        [],
        {"unknown"},
        "unknown",
    ),
    "known, and nowhere": (stock(history=[LOT]), serial(), [(STOCK, 1)], {"short"}, None),
    "sold and not back": (
        stock(place(CUSTOMER), holders={LOT: Holder(7, True)}),
        serial(),
        [],
        {"duplicate"},
        "sold",
    ),
    "sold, and waits itself": (
        stock(place(STOCK), holders={LOT: Holder(7, False)}),
        serial(),
        [],
        {"duplicate"},
        "sold",
    ),
    "sold, and back by a transfer": (
        stock(place(STOCK), holders={LOT: Holder(7, True)}),
        serial(),
        [(STOCK, 1)],
        set(),
        None,
    ),
    "at a customer, sold by no till": (
        stock(place(CUSTOMER)),
        serial(),
        [],
        {"duplicate"},
        "at_customer",
    ),
    "at a customer by the books, counted in stock": (
        stock(place(CUSTOMER), place(SHELF)),
        serial(),
        [(SHELF, 1)],
        set(),
        None,
    ),
    "a number of another product": (
        stock(),
        serial(lot=None, creates=True, foreign=True),
        [],
        {"mismatch"},
        "mismatch",
    ),
}

RETURNS = {
    "of this sale": (stock(place(CUSTOMER)), back(of_sale=1.0), [(CUSTOMER, 1)], set(), None),
    "of this sale, its owner's": (
        stock(place(CUSTOMER, owner=5), place(CUSTOMER, owner=6)),
        lot(1.0, is_return=True, of_sale=1.0, places=frozenset({(CUSTOMER, 6)})),
        [(CUSTOMER, 1)],
        set(),
        None,
    ),
    "of another sale": (
        stock(place(CUSTOMER)),
        back(of_sale=0.0),
        [(CUSTOMER, 1)],
        {"not_sold"},
        None,
    ),
    "without receipt, at a customer": (
        stock(place(CUSTOMER)),
        back(),
        [(CUSTOMER, 1)],
        set(),
        None,
    ),
    "without receipt, in stock": (
        stock(place(STOCK)),
        back(),
        [],
        {"duplicate", "not_sold"},
        "in_stock",
    ),
    "without receipt, in another company's stock": (
        stock(place(FOREIGN)),
        back(),
        [],
        {"duplicate", "not_sold"},
        "other_company",
    ),
    "of this sale, in another company's stock by mistake": (
        stock(place(CUSTOMER), place(FOREIGN)),
        back(of_sale=1.0),
        [(CUSTOMER, 1)],
        set(),
        None,
    ),
    "without receipt, never seen": (stock(), back(), [(None, 1)], {"not_sold"}, None),
    "its sale waits itself": (stock(), back(of_sale=1.0, has_left=False), [], set(), "not_left"),
    "more of a lot than customers have": (
        stock(place(CUSTOMER, 2.0)),
        lot(3.0, is_return=True),
        [(CUSTOMER, 2), (None, 1)],
        {"not_sold"},
        None,
    ),
    "nobody knows the name": (stock(), back(lot=None), [], set(), "unknown"),
}


@tagged("post_install", "-at_install")
class TestVerdict(BaseCase):
    def _check(self, rows):
        for name, (known, ask, takes, flags, reason) in rows.items():
            with self.subTest(name):
                verdict = get_verdict(ask, known, SHOP)
                self.assertEqual([(take.location, take.quantity) for take in verdict.takes], takes)
                self.assertEqual(verdict.flags, flags)
                self.assertEqual(verdict.reason, reason)

    def test_sales(self):
        self._check(SALES)

    def test_returns(self):
        self._check(RETURNS)

    def test_owner(self):
        known, ask, *_expected = RETURNS["of this sale, its owner's"]
        self.assertEqual([take.owner for take in get_verdict(ask, known, SHOP).takes], [6])

    def test_back_by_transfer(self):
        """What a transfer brought back neither moves again nor waits."""
        verdict = get_verdict(back(of_sale=1.0, by_transfer=1.0), stock(place(STOCK)), SHOP)
        self.assertEqual((verdict.takes, verdict.already_back, verdict.reason), ([], 1.0, None))

    def test_released(self):
        verdict = get_verdict(*SALES["sold, and back by a transfer"][1::-1], SHOP)
        self.assertEqual(verdict.released, 7)


@tagged("post_install", "-at_install")
class TestNotYetMoved(BaseCase):
    """What tills have sold and not yet moved counts as moved, oldest first."""

    def _replay(self, known, *sold):
        """:param sold: (quantity, lot), oldest first; negative: taken back"""
        rows = [
            self._get_row(n, quantity, lot_id) for n, (quantity, lot_id) in enumerate(sold, start=1)
        ]
        replay(known, rows, {1: SHOP})
        return known

    @staticmethod
    def _get_row(number, quantity, lot_id=LOT, paid_at=None, **values):
        """A number that is not moved yet; without `paid_at` each is paid in an order of its own."""
        moment = (paid_at or float(number), quantity > 0, number)
        is_serial = abs(quantity) == 1
        return Pending(moment, number, number, lot_id, PRODUCT, quantity, is_serial, 1, **values)

    def _judge(self, known, ask):
        verdict = get_verdict(ask, known, SHOP)
        return [(take.location, take.quantity) for take in verdict.takes], set(verdict.flags)

    def test_sold(self):
        known = self._replay(stock(place(STOCK)), (1, LOT))
        self.assertEqual(self._judge(known, serial()), ([], {"duplicate"}))

    def test_sold_and_back(self):
        known = self._replay(stock(place(STOCK)), (1, LOT), (-1, LOT))
        self.assertEqual(self._judge(known, serial()), ([(STOCK, 1)], set()))

    def test_back_by_transfer_and_sold_again(self):
        """A return of what was back already frees its own sale of it, and no other."""
        for holder, left in ((7, {}), (8, {LOT: Holder(8, True)})):
            known = stock(place(STOCK), holders={LOT: Holder(holder, True)})
            ask = back(of_sale=1.0, by_transfer=1.0, origin=7)
            known.carry_out(ask, get_verdict(ask, known, SHOP), SHOP)
            self.assertEqual(known.holders, left)

    def test_sold_by_another_company(self):
        known = stock(place(FOREIGN))
        replay(known, [Pending((0.0, True, 1), 1, 1, LOT, PRODUCT, 1, True, 1)], {1: THEIR_SHOP})
        self.assertEqual(self._judge(known, serial()), ([], {"duplicate"}))

    def test_taken_back(self):
        """A return without receipt of what was sold today is at a customer."""
        known = self._replay(stock(place(STOCK)), (1, LOT))
        self.assertEqual(self._judge(known, back())[1], set())

    def test_sold_to_customers_who_lack_it(self):
        """More came back than was sold: the next sale makes that up, as when it moves."""
        for sold, lacking, left in ((4.0, -2.0, 2.0), (3.0, -4.0, -1.0), (1.0, -1.0, 0.0)):
            with self.subTest(sold=sold, lacking=lacking):
                known = stock(place(STOCK, 5.0), place(CUSTOMER, lacking))
                known = self._replay(known, (sold, LOT))
                moved = stock(place(STOCK, 5.0 - sold), place(CUSTOMER, left))
                for quantity in (1.0, 2.0, 3.0):
                    ask = lot(quantity, is_return=True)
                    self.assertEqual(self._judge(known, ask)[1], self._judge(moved, ask)[1])

    def test_sold_to_customers_of_another_owner_who_lack_it(self):
        """What a consignor's unit lacks, ours does not make up."""
        lacking = place(CUSTOMER, -1.0, owner=7)
        known = self._replay(stock(place(STOCK), lacking), (1, LOT))
        self.assertEqual(lacking.quantity, -1)
        self.assertEqual(self._judge(known, back())[1], set())

    def test_lot(self):
        known = self._replay(stock(place(STOCK, 5.0)), (4.0, LOT))
        self.assertEqual(self._judge(known, lot(3.0)), ([(STOCK, 1), (STOCK, 2)], {"short"}))

    def test_stock_without_number(self):
        """The first new number has it, the second does not."""
        known = stock(unnumbered=[place(STOCK, 1.0)])
        known.places[OTHER] = []
        known = self._replay(known, (1, OTHER))
        self.assertEqual(self._judge(known, serial()), ([(STOCK, 1)], {"unknown"}))

    def test_held_by_what_is_not_moved(self):
        """A sale that holds its serial, and is replayed, is no duplicate of itself."""
        known = stock(place(STOCK), holders={LOT: Holder(1, False)})
        known = self._replay(known, (1, LOT))
        self.assertEqual(known.outcomes[1].takes, [Take(STOCK, 1.0, quant=1000 + STOCK)])

    def test_back_of_what_never_left(self):
        """Its sale waits: nothing comes back, and whoever has the serial keeps it."""
        known = stock(place(STOCK))
        rows = [
            self._get_row(1, 1),
            self._get_row(3, -1, origin=2, has_left=False),
        ]
        replay(known, rows, {1: SHOP})
        self.assertEqual(known.outcomes[3].reason, "not_left")
        self.assertEqual(self._judge(known, serial()), ([], {"duplicate"}))

    def test_back_of_what_leaves_at_closing(self):
        known = stock(place(STOCK))
        rows = [self._get_row(1, 1), self._get_row(2, -1, origin=1, has_left=False)]
        replay(known, rows, {1: SHOP})
        self.assertEqual(self._judge(known, serial()), ([(STOCK, 1)], set()))

    def test_comes_back_to_what_waits(self):
        """What waits for it has it once its order is done, before what is sold later."""
        waits = self._get_row(1, 1)
        for rows in ([waits, self._get_row(2, -1)], [self._get_row(2, -1)]):
            with self.subTest(rows=rows):
                known = stock(place(CUSTOMER), history={LOT})
                known.places[LOT].append(place(FAR, 0.0))
                replay(known, rows, {1: SHOP}, [] if waits in rows else [waits])
                self.assertEqual(known.holders[LOT].number, 1)

    def test_is_sold_again_in_the_order_in_which_it_comes_back(self):
        known = stock(place(CUSTOMER), history={LOT})
        rows = [self._get_row(2, -1, paid_at=2.0), self._get_row(3, 1, paid_at=2.0)]
        replay(known, rows, {1: SHOP}, [self._get_row(1, 1)])
        self.assertEqual(known.holders[LOT].number, 3)
