"""Random days, each lived twice from the same start: in real time, and in closing mode.

Both lives end alike: stock by number, place and owner, flags, what waits, and which sale has each
serial. And whatever the numbers are, no unit is lost, none moves twice, each costs what one costs.
"""

import math
import os
from collections import defaultdict
from typing import NamedTuple
from uuid import uuid4

from hypothesis import HealthCheck, Phase, example, given, note, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import BaseCase, new_test_user, tagged

from ..number.shop import Shop
from ..number.stock import Pending, Place, Refund, Stock, replay
from ..number.verdict import Ask, get_verdict
from . import day_book
from .against_core.common import STOCK_USER, AcceptanceCase

TILLS = ("A", "B", "Depot")
# Few, so that they are sold, come back and are sold again; SN9 and L9 lie in the depot,
# N1, N2 and NL are nobody's yet, OTHER1 is a number of another product.
SERIALS = ("SN1", "SN1", "SN1", "SN2", "SN2", "SN3", "SN9", "N1", "N2", "sn1", "OTHER1")
LOTS = ("L1", "L1", "L1", "L2", "L2", "L9", "NL", "l1")


class Line(NamedTuple):
    """A line of an order: `names` as (name, quantity); `receipt` of a line that comes back.

    `receipt`: which sold line before it is named, counted from the latest; None for none. `own`:
    how many of that line's own names it repeats, before `names`.
    """

    product: str
    quantity: float
    names: tuple
    is_return: bool
    receipt: int | None
    own: int


class Order(NamedTuple):
    till: int
    lines: tuple


class Night(NamedTuple):
    """The tills close in this order, and open again."""

    tills: tuple


class Task(NamedTuple):
    """The inventory user assigns, corrects, releases or exchanges; ordinals count round.

    `names`: what is assigned, or the right name; an exchange is with a number of that name.
    """

    kind: str
    order: int
    line: int
    number: int
    names: tuple


serial_names = st.sampled_from(SERIALS).map(lambda name: (name, 1))
lot_names = st.tuples(st.sampled_from(LOTS), st.sampled_from((1, 2, 3, 0)))


def get_lines(is_return):
    """Lines that are sold, or lines that come back, mostly with as many numbers as units."""
    values = {
        "is_return": st.just(is_return),
        "receipt": st.sampled_from((None, 0, 0, 0, 1, 1, 2, 3) if is_return else (None,)),
        "own": st.sampled_from((2, 2, 2, 1, 0) if is_return else (0,)),
    }
    count = st.integers(0, 1 if is_return else 3)
    return st.one_of(
        st.builds(
            Line,
            product=st.just("phone"),
            quantity=st.sampled_from((1, 1, 1, 2, 2, 1.5)),
            names=count.flatmap(lambda n: st.tuples(*[serial_names] * n)),
            **values,
        ),
        st.builds(
            Line,
            product=st.just("milk"),
            quantity=st.sampled_from((1, 2, 3, 4, 2.5)),
            names=count.flatmap(lambda n: st.tuples(*[lot_names] * min(n, 2))),
            **values,
        ),
    )


cables = st.just(Line("cable", 1, (), False, None, 0))
orders = st.builds(
    Order,
    till=st.sampled_from((0, 0, 0, 1, 1, 2)),
    lines=st.lists(
        st.one_of(get_lines(False), get_lines(False), get_lines(True), get_lines(True), cables),
        min_size=1,
        max_size=3,
    ).map(tuple),
)
nights = st.builds(Night, tills=st.permutations((0, 1, 2)).map(tuple))
tasks = st.builds(
    Task,
    kind=st.sampled_from(("assign", "correct", "correct", "release", "exchange")),
    order=st.integers(0, 7),
    line=st.integers(0, 2),
    number=st.integers(0, 2),
    names=st.lists(serial_names | lot_names, min_size=1, max_size=2).map(tuple),
)
# Two orders to one night; the inventory user works at the end, when both lives must be alike.
days = st.tuples(
    st.lists(st.one_of(orders, orders, orders, orders, nights), min_size=4, max_size=8).map(tuple),
    nights,
    st.lists(tasks, max_size=3).map(tuple),
)


def sell(product, quantity, *names):
    names = [name if isinstance(name, tuple) else (name, 1) for name in names]
    return Line(product, quantity, tuple(names), False, None, 0)


# Days that are lived each time, for chance may miss them: one unit comes back and is sold
# again at another till, a lot is sold out at two tills, and the till that sold last closes first;
# and what is unknown, in another room, in the depot, and sold twice.
SOLD_OUT = (
    (
        Order(0, (sell("phone", 2, "SN1", "SN2"), sell("milk", 4, ("L1", 4)))),
        Order(0, (Line("phone", 1, (), True, 0, 1),)),
        Order(1, (sell("phone", 1, "SN1"), sell("milk", 3, ("L1", 3)))),
    ),
    Night((1, 0, 2)),
    (),
)
OUT_OF_PLACE = (
    (
        Order(0, (sell("phone", 1, "N1"), sell("milk", 4, ("L2", 4)))),
        Order(1, (sell("phone", 1, "N2"), sell("milk", 1, "L9"))),
        Order(0, (sell("phone", 1, "SN9"), sell("phone", 1, "SN1"))),
        Order(1, (sell("phone", 1, "SN1"),)),
    ),
    Night((1, 0, 2)),
    (),
)
# A sale that waits is taken back, with its number or without; then its lot comes to the shop.
CANCELLED = (
    (
        Order(0, (sell("milk", 1, "L9"), sell("phone", 1, "SN9"))),
        Order(0, (Line("milk", 1, (), True, 0, 1), Line("phone", 1, (), True, 0, 0))),
        Order(1, (Line("milk", 1, (("L9", 1),), True, None, 0),)),
        Order(1, (Line("phone", 1, (("SN9", 1),), True, None, 0),)),
    ),
    Night((1, 0, 2)),
    (),
)
# What a sale waits for, since yesterday or today, is sold in the depot and comes back to the shop.
OVERTAKEN = (
    (
        Order(0, (sell("phone", 1, "SN9"),)),
        Night((0, 1, 2)),
        Order(0, (sell("milk", 1, "L9"),)),
        Order(2, (sell("phone", 1, "SN9"), sell("milk", 3, ("L9", 3)))),
        Order(0, (Line("phone", 1, (), True, 0, 1), Line("milk", 1, (), True, 0, 1))),
    ),
    Night((1, 0, 2)),
    (),
)
# All that a till has sold is refused, and what it names was stock without number.
REFUSED_ALONE = (
    (
        Order(1, (sell("phone", 1, "N1", "SN1"),)),
        Order(0, (sell("phone", 1, "N1"),)),
        Order(1, (sell("phone", 1, "SN1"),)),
    ),
    Night((0, 1, 2)),
    (),
)
# A number that nobody had bought comes back, and was another.
NEVER_SOLD = (
    (
        Order(0, (sell("phone", 1),)),
        Night((0, 1, 2)),
        Order(0, (Line("phone", 1, (("N1", 1),), True, None, 0),)),
    ),
    Night((0, 1, 2)),
    (Task("assign", 0, 0, 0, (("SN1", 1),)), Task("correct", 1, 0, 0, (("SN1", 1),))),
)
# And each kind of the inventory user's work once, where it succeeds.
CORRECTED = (
    (
        Order(0, (sell("phone", 2, "SN1", "SN2"),)),
        Order(1, (sell("phone", 1),)),
        Order(0, (Line("phone", 1, (), True, 1, 1),)),
        Order(1, (sell("phone", 1, "SN3"),)),
    ),
    Night((1, 0, 2)),
    (
        Task("correct", 2, 0, 0, (("SN2", 1),)),
        Task("assign", 1, 0, 0, (("SN2", 1),)),
        Task("exchange", 1, 0, 0, (("SN3", 1),)),
        Task("correct", 1, 0, 0, (("N1", 1),)),
        Task("release", 3, 0, 0, (("SN1", 1),)),
        Task("release", 2, 0, 0, (("SN1", 1),)),
    ),
)

# POS_LOT_EXAMPLES=500 looks longer, each time elsewhere.
EXAMPLES = os.environ.get("POS_LOT_EXAMPLES")
quickly = settings(
    max_examples=int(EXAMPLES or 10),
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    print_blob=False,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


# Without a database a day takes a thousandth of the time.
thoroughly = settings(quickly, max_examples=30 * int(EXAMPLES or 10))


def tell(names):
    return " ".join(name if quantity == 1 else f"{name}x{quantity}" for name, quantity in names)


def prepare(book, order):
    """What a till can send of an order: nothing comes back that was not sold, or is back already.

    :param DayBook book: of the day until now
    :return: list of `day_book.Line`
    """
    wanted = []
    for line in order.lines:
        names, quantity, origin = list(line.names), line.quantity, None
        if line.is_return and line.receipt is None and not names:
            continue  # a till asks which
        if line.receipt is not None:
            sold = [s for _till, s in book.lines if s.product == line.product and s.quantity > 0]
            if not sold:
                continue
            origin = sold[-1 - line.receipt % len(sold)]
            if any(other.origin and other.origin.order != origin.order for other in wanted):
                continue  # core refuses a refund of two orders
            back = [s for _till, s in book.lines if s.origin is origin]
            back += [s for s in wanted if s.origin is origin]
            quantity = min(quantity, origin.quantity + sum(s.quantity for s in back))
            if quantity <= 0:
                continue
            names = list(origin.sent[: line.own]) + names
        if line.is_return and line.product == "phone":
            names = [(name, 1) for name, _quantity in names][: max(1, round(quantity))]
        elif line.is_return:
            names = [(name, min(share, quantity)) for name, share in names]
        quantity = -quantity if line.is_return else quantity
        entry = day_book.Line(line.product, quantity, names, origin)
        entry.order = book.count + 1
        wanted.append(entry)
    return wanted


def tell_order(entries):
    """What an order sells and takes back, in words."""
    words = []
    for entry in entries:
        what = f"{entry.units:g} {entry.product} [{tell(entry.sent)}]"
        if entry.quantity > 0:
            words.append(f"sells {what}")
        elif entry.origin:
            words.append(f"takes back {what} of order {entry.origin.order}")
        else:
            words.append(f"takes back {what} without receipt")
    return "; ".join(words)


class Diary:
    """What happened, in words: the same for both lives."""

    def __init__(self):
        self.rows = []

    def note(self, text):
        self.rows.append(f"{len(self.rows) + 1}. {text}")

    def __str__(self):
        return "\n".join(self.rows)


# What lies where before a day, by the book's words.
STOCK = {
    **{("phone", name, "shop"): 1.0 for name in ("SN1", "SN2", "SN3", None)},
    ("phone", "SN9", "depot"): 1.0,
    ("milk", "L1", "shop"): 5.0,
    ("milk", "L2", "shop"): 2.0,
    ("milk", "L2", "back"): 1.0,
    ("milk", "L9", "depot"): 3.0,
    ("milk", None, "shop"): 2.0,
}
AREAS = (day_book.Area("shop", "back"),) * 2 + (day_book.Area("depot", None),)
FOREIGN = {"OTHER1"}
REFUSED = {"duplicate", "mismatch"}
NAMES = {
    product: sorted({*map(str.upper, names)} - FOREIGN)
    for product, names in {"phone": SERIALS, "milk": LOTS}.items()
}


@tagged("post_install", "-at_install")
class TestFactsOfADay(BaseCase):
    """What tills have sold and not yet moved is carried out in memory: a day without a database."""

    PLACES = {"shop": 1, "back": 2, "depot": 3, "customer": 4}
    PATHS = {"shop": "9/1/", "back": "9/2/", "depot": "8/3/", "customer": "4/"}
    SHOPS = (
        Shop(1, "9/1/", "9/", 1, "9/1/"),
        Shop(1, "9/1/", "9/", 1, "9/1/"),
        Shop(3, "8/3/", "8/", 3, "8/3/"),
    )

    def test_any_day(self):
        """After each order, tills are told what is true, and each serial has its one sale."""

        @thoroughly
        @given(days)
        @example(SOLD_OUT)
        @example(OUT_OF_PLACE)
        @example(CANCELLED)
        @example(OVERTAKEN)
        def try_day(day):
            book = day_book.DayBook(STOCK, AREAS, FOREIGN)
            rows, refunds, orders = [], [], []
            for event in day[0]:
                wanted = prepare(book, event) if isinstance(event, Order) else []
                if wanted:
                    orders.append(f"{TILLS[event.till]} {tell_order(wanted)}")
                    book.serve(event.till, wanted)
                    rows += self._get_rows(event.till, wanted)
                    refunds += self._get_refunds(wanted)
                    note("\n".join(orders))
                    self._check(book, rows, refunds)

        try_day()

    def _get_rows(self, till, lines):
        """What `number.pending.read_pending` says of a paid order."""
        rows = []
        for line in lines:
            is_broken = line.is_serial and line.units % 1
            for number in line.numbers:
                if not number.quantity or number.flags & REFUSED or number.is_kept:
                    continue
                sold = (
                    [n for n in line.origin.numbers if n.name == number.name] if line.origin else ()
                )
                sold = sorted(sold, key=lambda n: bool(n.flags & REFUSED))
                rows.append(
                    Pending(
                        (float(line.order), line.quantity > 0, id(line)),
                        number,
                        line,
                        number.key,
                        line.product,
                        number.quantity * (1 if line.quantity > 0 else -1),
                        line.is_serial,
                        till,
                        sold[0] if sold else None,
                        not sold,
                        math.floor(line.units) if is_broken else None,
                    )
                )
        return sorted(rows, key=lambda row: row.moment[:2])

    def _get_refunds(self, lines):
        """What `number.pending.read_refunds` says of a paid order."""
        return [
            Refund(float(line.order), line, line.units, line.origin, line.origin.quantity)
            for line in lines
            if line.origin and line.product != "cable"
        ]

    def _get_stock(self):
        places = {(product, name): [] for product in NAMES for name in NAMES[product]}
        loose = {product: [] for product in NAMES}
        for n, ((product, name, where), quantity) in enumerate(STOCK.items(), start=1):
            place = Place("internal", quantity, self.PLACES[where], self.PATHS[where], quant=n)
            (places[product, name] if name else loose[product]).append(place)
        return Stock(places, read_unnumbered=loose.get)

    def _check(self, book, rows, refunds):
        stock = self._get_stock()
        replay(stock, rows, dict(enumerate(self.SHOPS)), (), refunds)
        self.assertEqual(
            {lot: holder.number.key for lot, holder in stock.holders.items()},
            {key: number.key for key, number in book.holders.items()},
        )
        for till, shop in enumerate(self.SHOPS):
            for product, names in NAMES.items():
                told = book.describe(till, product)
                for name in names:
                    if name in told:
                        self._check_number(stock, shop, product, name, told[name])

    def _check_number(self, stock, shop, product, name, told):
        ask = Ask((product, name), 1.0, product, product == "phone")
        sold = get_verdict(ask, stock, shop).flags
        here = stock.get_quantity(ask.lot, shop.is_here)
        back = get_verdict(ask._replace(is_return=True), stock, shop).flags
        self.assertEqual((set(sold), here, set(back)), told, f"{name} in {shop.source_path}")


@tagged("post_install", "-at_install")
class TestTwoLives(AcceptanceCase):
    """Phones by serial and milk by lot, some of both without number, some in another warehouse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = {
            "phone": cls._product("Phone"),
            "milk": cls._product("Milk", tracking="lot"),
            "cable": cls._product("Cable", tracking="none"),
        }
        cls.depot = cls.env["stock.warehouse"].create({"name": "Depot", "code": "DEPO"})
        cls.owner = cls.env["res.partner"].create({"name": "Bea"})
        phone, milk = cls.products["phone"], cls.products["milk"]
        cls._put(phone, {"SN1": 1, "SN2": 1, None: 1})
        cls.env["stock.quant"]._update_available_quantity(
            phone,
            cls.warehouse.lot_stock_id,
            1,
            lot_id=cls._lot(phone, "SN3"),
            owner_id=cls.owner,
        )
        cls._put(phone, ["SN9"], cls.depot.lot_stock_id)
        cls._put(milk, {"L1": 3, "L2": 2, None: 2})
        cls._put(milk, {"L1": 2}, cls.shelf)
        cls._put(milk, {"L9": 3}, cls.depot.lot_stock_id)
        cls.room = cls._location("Back room", cls.warehouse.view_location_id)
        cls._put(milk, {"L2": 1}, cls.room)
        cls._put(cls.products["cable"], {None: 50})
        cls._put(cls._product("Radio"), ["OTHER1"])
        cls.tills = [cls.till, cls._till("Other till"), cls._till("Depot till", cls.depot)]
        cls.inventory = new_test_user(cls.env, login="inventory_only", groups=STOCK_USER)

    def test_any_day(self):
        """Whatever happens on a day, both lives end alike."""
        self.total_before = self._get_totals()

        @quickly
        @given(days)
        @example(SOLD_OUT)
        @example(OUT_OF_PLACE)
        @example(CANCELLED)
        @example(OVERTAKEN)
        @example(REFUSED_ALONE)
        @example(NEVER_SOLD)
        @example(CORRECTED)
        def try_day(day):
            real, diary = self._live_and_forget(day, at_closing=False)
            note(f"The day:\n{diary}")
            closing, _diary = self._live_and_forget(day, at_closing=True)
            for before_work in (True, False):
                when = "at night" if before_work else "after the inventory user's work"
                for topic, expected in real[before_work].items():
                    self.assertEqual(
                        closing[before_work][topic],
                        expected,
                        f"{topic} {when}: at closing (first), in real time (second)",
                    )

        try_day()

    # ------------------------------------------------------------------ a day

    def _live_and_forget(self, day, at_closing):
        savepoint = self.env.cr.savepoint()
        try:
            return self._live(*day, at_closing)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def _live(self, events, last_night, work, at_closing):
        """Live a day.

        :return: (`{True: what there is before the inventory user's work, False: after}`, Diary)
        """
        self.at_closing = at_closing
        self.company.point_of_sale_update_stock_quantities = "closing" if at_closing else "real"
        for till in self.tills:
            till.current_session_id.update_stock_at_closing = at_closing
        self.diary, self.sent = Diary(), []
        self.book, self.booked = self._open_book(), {}
        try:
            for step, event in enumerate((*events, last_night)):
                if isinstance(event, Night):
                    self._sleep(event)
                else:
                    self._serve(event)
                self._check_book(step % len(self.tills), has_moved=isinstance(event, Night))
            self._fresh()
            self._check(self._get_orders())
            self._check_flags(self._get_orders())
            before = self._get_snapshot()
            self.refused = []
            for task in work:
                self._do(task)
                self._check_holders(self._get_orders())
            self._check(self._get_orders())
        except Exception as error:
            mode = "at closing" if at_closing else "in real time"
            error.add_note(f"Lived {mode}:\n{self.diary}")
            raise
        return {True: before, False: self._get_snapshot() | {"refused": self.refused}}, self.diary

    def _get_orders(self):
        return self.env["pos.order"].union(*self.sent)

    def _sleep(self, night):
        self.diary.note(f"{', '.join(TILLS[i] for i in night.tills)} close")
        self.book.close()
        if not self.at_closing:
            return
        for i in night.tills:
            if self.tills[i].current_session_id.order_ids:
                self._close(self.tills[i])
                self._open_till(self.tills[i])

    def _serve(self, event):
        """Send a paid order; what it can not take back is left out."""
        wanted = prepare(self.book, event)
        if not wanted:
            return
        self.diary.note(
            f"till {TILLS[event.till]}, order {len(self.sent) + 1}: {tell_order(wanted)}"
        )
        lines = {entry: line for line, entry in self.booked.items()}
        sent = [
            self._numbered(
                self.products[entry.product],
                entry.quantity,
                entry.sent,
                refunded_orderline_id=lines[entry.origin].id if entry.origin else False,
            )
            for entry in wanted
        ]
        order = self._sync(self._paid(*sent, till=self.tills[event.till]))
        self.assertEqual(len(order), 1, "a paid order is stored, once")
        self.sent.append(order)
        self.booked |= dict(zip(order.lines.sorted("id"), wanted, strict=True))
        self.book.serve(event.till, wanted)

    def _numbered(self, product, quantity, names, **values):
        commands = [
            Command.create({"uuid": str(uuid4()), "lot_name": name, "quantity": share})
            for name, share in names
        ]
        return self._line(product, quantity, pack_lot_ids=commands, **values)

    def _do(self, task):
        """Assign or correct; what is refused has changed nothing."""
        if not self.sent:
            return
        order = self.sent[task.order % len(self.sent)]
        lines = order.lines.sorted("id")
        line = lines[task.line % len(lines)]
        is_serial = line.product_id.tracking == "serial"
        names = [(name, 1 if is_serial else quantity or 1) for name, quantity in task.names]
        where = f"order {self.sent.index(order) + 1} line {task.line % len(lines) + 1}"
        before = self._get_snapshot()
        try:
            if task.kind == "assign":
                self.diary.note(f"Ines assigns {tell(names)} to {where}")
                line.with_user(self.inventory)._assign_numbers(names)
            else:
                numbers = line.pack_lot_ids.sorted("id")
                if not numbers:
                    return
                number = numbers[task.number % len(numbers)].with_user(self.inventory)
                self._change_number(task, number, names[0][0], f"{number.lot_name} in {where}")
            self.refused.append(False)
        except UserError:
            self._fresh()
            self.refused.append(True)
            self.assertEqual(self._get_snapshot(), before, "refused: nothing changed")
        self._fresh()

    def _change_number(self, task, number, name, where):
        if task.kind == "correct":
            self.diary.note(f"Ines corrects {where} to {name}")
            number._correct(name)
            return
        if task.kind == "release":
            self.diary.note(f"Ines releases {where}")
            number._take_off()
            return
        others = (
            self._get_orders()
            .lines.pack_lot_ids.sorted("id")
            .filtered(
                lambda other: (
                    other.product_id == number.product_id
                    and other.pos_order_line_id != number.pos_order_line_id
                )
            )
        )
        same = others.filtered(lambda other: other.lot_name.upper() == name.upper())
        for other in (same or others)[:1]:
            order = self.sent.index(other.order_id) + 1
            self.diary.note(f"Ines exchanges {where} with {other.lot_name} of order {order}")
            number._exchange_with(other.with_user(self.inventory))

    # ------------------------------------------------------------------ the book of the day

    def _open_book(self):
        """As the day begins; a till's own stock and the rest of its warehouse."""
        stock = self._get_areas()
        self.assertEqual(stock, STOCK)
        return day_book.DayBook(stock, AREAS, FOREIGN)

    def _get_areas(self):
        """{(product, name or None, place): quantity}, by the book's words for places"""
        words = {self.room: "back", self.warehouse.lot_stock_id: "shop", self.shelf: "shop"}
        words[self.depot.lot_stock_id] = "depot"
        stock = defaultdict(float)
        for name, product in self.products.items():
            for quant in self._get_quants(product) if product.tracking != "none" else ():
                place = words.get(quant.location_id) or quant.location_id.usage
                stock[name, quant.lot_id.name or None, place] += quant.quantity
                self.assertEqual(
                    quant.owner_id,
                    self.owner if quant.lot_id.name == "SN3" else quant.owner_id.browse(),
                    f"owner of {quant.lot_id.name} in {place}",
                )
        return {key: round(q, 6) for key, q in stock.items() if abs(q) > 1e-6}

    def _check_book(self, till, has_moved):
        """What was sold and what a till is told is what the book of the day says.

        :param till: which one is asked
        :param has_moved: the tills have closed
        """
        self._fresh()
        for line, entry in self.booked.items():
            numbers = line.pack_lot_ids.sorted("id")
            where = f"order {self.sent.index(line.order_id) + 1}, {entry.product}"
            self.assertEqual(
                [(n.lot_name.upper(), n.quantity, set(n.flag_ids.mapped("code"))) for n in numbers],
                [(n.name, n.quantity, n.flags) for n in entry.numbers],
                f"{where}: numbers and flags; stored (first), by the book (second)",
            )
            # Until its session closes a sale that waits has nothing, whatever came back.
            held = [
                n.name
                for n in entry.numbers
                if self.book.holders.get(n.key) == n and not (self.at_closing and n.is_late)
            ]
            self.assertEqual(
                [n.lot_name.upper() for n in numbers if n.holds], held, f"{where}: who has a serial"
            )
            if has_moved or not self.at_closing:
                self.assertAlmostEqual(line.waiting_number_qty, entry.waiting, msg=where)
        if has_moved or not self.at_closing:
            self.assertEqual(
                self._get_areas(), self.book.get_stock(), "stock; by the book (second)"
            )
        for name, product in self.products.items():
            if product.tracking != "none":
                self._check_answers(till, name, product)
        self._check_refundable(self.tills[till])

    def _check_refundable(self, till):
        """What a till offers to take back is what was sold and did not come back."""
        sold = {line: entry for line, entry in self.booked.items() if entry.quantity > 0}
        offered = till.with_user(self.cashier).get_refundable_numbers([line.id for line in sold])
        for line, entry in sold.items():
            self.assertEqual(
                [(row["lot_name"].upper(), row["quantity"]) for row in offered[line.id]],
                [
                    (number.name, number.quantity - number.returned)
                    for number in entry.numbers
                    if number.quantity > number.returned and not number.is_back
                ],
                f"what can come back of order {self.sent.index(line.order_id) + 1}",
            )

    def _check_answers(self, till, name, product):
        """What a till is told of numbers that it sells or takes back."""
        config = self.tills[till].with_user(self.cashier)
        names = NAMES[name]
        sold = config.check_numbers(product.id, names)
        back = config.check_numbers(product.id, names, is_return=True)
        answers = {n: (set(sold[n]["flags"]), sold[n]["quantity"]) for n in sold}
        told = self.book.describe(till, name)
        asked = f"till {TILLS[till]} asks for {name}: answer (first), by the book (second)"
        self.assertEqual(
            answers, {n: (flags, here) for n, (flags, here, _back) in told.items()}, asked
        )
        answers = {n: set(back[n]["flags"]) for n in back}
        self.assertEqual(
            answers, {n: flags for n, (_sold, _here, flags) in told.items()}, f"back, {asked}"
        )

    # ------------------------------------------------------------------ what there is

    def _get_flags(self):
        """[(order, line, number, flags)], in the order of sale."""
        self._fresh()
        return [
            (i + 1, j + 1, number.lot_name, *sorted(number.flag_ids.mapped("code")))
            for i, order in enumerate(self.sent)
            for j, line in enumerate(order.lines.sorted("id"))
            for number in line.pack_lot_ids.sorted("id")
        ]

    def _get_snapshot(self):
        """Stock, flags, quantities, what waits and who has each serial, as plain values."""
        self._fresh()
        lines = [
            (i + 1, j + 1, line)
            for i, order in enumerate(self.sent)
            for j, line in enumerate(order.lines.sorted("id"))
        ]
        return {
            "flags": self._get_flags(),
            "stock": self._get_stock(),
            "waiting": [(i, j, line.waiting_number_qty) for i, j, line in lines],
            "holds": sorted(
                (number.lot_id.name, i, j)
                for i, j, line in lines
                for number in line.pack_lot_ids
                if number.holds
            ),
            "quantities": [
                (i, j, number.lot_name, number.quantity)
                for i, j, line in lines
                for number in line.pack_lot_ids.sorted("id")
            ],
            # A sale that waits may move before what is taken back of it: to nobody, all in all.
            "moved": [
                (i, j, number.lot_name, self._get_moved_net(number))
                for i, j, line in lines
                for number in line.pack_lot_ids.sorted("id")
                if not line.refunded_orderline_id.pack_lot_ids.lot_id & number.lot_id
            ],
        }

    def _get_stock(self):
        """{"product number, place, owner": quantity}"""
        stock = defaultdict(float)
        for name, product in self.products.items():
            for quant in self._get_quants(product):
                key = f"{name} {quant.lot_id.name or '-'}, {quant.location_id.complete_name}"
                if quant.owner_id:
                    key += f", of {quant.owner_id.name}"
                stock[key] += quant.quantity
        return {key: quantity for key, quantity in stock.items() if abs(quantity) > 1e-6}

    def _get_quants(self, product):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id.usage", "in", ("internal", "transit", "customer")),
            ]
        )

    def _get_totals(self):
        return {
            name: sum(self._get_quants(product).mapped("quantity"))
            for name, product in self.products.items()
        }

    @staticmethod
    def _get_moved(number):
        done = number.move_line_ids.filtered(lambda line: line.state == "done")
        return sum(done.mapped("quantity_product_uom"))

    def _get_moved_net(self, number):
        """Less what came back on a receipt."""
        line = number.pos_order_line_id
        back = line.refund_orderline_ids.pack_lot_ids.filtered(
            lambda each: each.lot_id == number.lot_id
        )
        twins = line.pack_lot_ids.filtered(lambda each: each.lot_id == number.lot_id)
        returned = sum(map(self._get_moved, back)) if number == twins[:1] else 0
        return self._get_moved(number) - returned

    # ------------------------------------------------------------------ what always holds

    def _check(self, orders):
        self._check_balance(orders)
        self._check_numbers(orders)
        self._check_stock(orders)
        self._check_cost(orders)
        self._check_holders(orders)
        self._check_findings()

    def _check_findings(self):
        """The nightly check finds nothing where nothing is wrong."""
        self.env["pos.number.check"]._check_all()
        findings = self.env["pos.number.finding"].search([("closed_on", "=", False)])
        self.assertFalse(findings.mapped("explanation"))

    def _check_balance(self, orders):
        """A line's units have moved or wait, net of what came back on its receipt."""

        def get_accounted(line):
            return sum(map(self._get_moved, line.pack_lot_ids)) + line.waiting_number_qty

        for line in orders.lines.filtered("is_number_tracked"):
            name = f"{line.order_id.name} {line.full_product_name}"
            self.assertGreaterEqual(line.waiting_number_qty, 0, name)
            self.assertLessEqual(sum(map(self._get_moved, line.pack_lot_ids)), abs(line.qty), name)
            back = line.refund_orderline_ids
            if line.qty > 0:
                due = line.qty + sum(back.mapped("qty"))
                accounted = get_accounted(line) - sum(map(get_accounted, back))
                self.assertAlmostEqual(accounted, due, msg=f"{name}: units of a line")
            elif not line.refunded_orderline_id:
                self.assertAlmostEqual(get_accounted(line), -line.qty, msg=f"{name}: units back")

    def _check_numbers(self, orders):
        """Whatever moved belongs to the order that sold it, and moved once."""
        for number in orders.lines.pack_lot_ids:
            self.assertLessEqual(self._get_moved(number), number.quantity, number.lot_name)
        pickings = orders.picking_ids | orders.session_id.picking_ids
        moved = pickings.move_line_ids.filtered(
            lambda line: line.state == "done" and line.product_id.tracking != "none"
        )
        swapped = defaultdict(float)
        for move_line in moved:
            number, picking = move_line.pos_number_id, move_line.picking_id
            if not number:  # a wrong number that has come back to where it lay
                is_out = move_line.location_dest_id.usage == "customer"
                swapped[move_line.lot_id.name] += move_line.quantity * (1 if is_out else -1)
                continue
            self.assertEqual(number.lot_id, move_line.lot_id)
            self.assertEqual(number.product_id, move_line.product_id)
            if picking.pos_order_id:
                self.assertEqual(number.order_id, picking.pos_order_id)
            else:
                self.assertEqual(number.order_id.session_id, picking.pos_session_id)
        left = {name: quantity for name, quantity in swapped.items() if abs(quantity) > 1e-6}
        self.assertFalse(left, "moved for no sale")

    def _check_flags(self, orders):
        """What was sold and did not lie in its shop is said to be so; before any correction."""
        for number in orders.lines.filtered(lambda line: line.qty > 0).pack_lot_ids:
            shop = number.order_id.config_id.picking_type_id.default_location_src_id
            places = number.move_line_ids.filtered(lambda ml: ml.state == "done").location_id
            outside = places.filtered(
                lambda place, shop=shop: (
                    place.usage == "internal" and not place.parent_path.startswith(shop.parent_path)
                )
            )
            if outside or number.waits_because == "elsewhere":
                self.assertIn("not_here", number.flag_ids.mapped("code"), number.lot_name)

    def _check_stock(self, orders):
        """Nothing is negative but what is said to be; nothing came out of nowhere."""
        self.assertEqual(self._get_totals(), self.total_before, "units out of nowhere")
        excused = orders.lines.pack_lot_ids.filtered(
            lambda number: {"unknown", "short"} & set(number.flag_ids.mapped("code"))
        ).lot_id
        not_sold = orders.lines.pack_lot_ids.filtered(
            lambda number: "not_sold" in number.flag_ids.mapped("code")
        ).lot_id
        for product in self.products.values():
            quants = self._get_quants(product)
            gone = quants.filtered(lambda quant: quant.location_id.usage == "customer")
            negative = (quants - gone).filtered(lambda quant: quant.quantity < 0).lot_id - excused
            self.assertFalse(negative.mapped("name"), "negative stock")
            # What no sale brought to a customer and comes back all the same is said to be so.
            negative = gone.filtered(
                lambda quant: quant.quantity < 0 and quant.lot_id not in not_sold
            )
            self.assertFalse(negative.lot_id.mapped("name"), "less than nothing with customers")
            lines = orders.lines.filtered(lambda line, product=product: line.product_id == product)
            waiting = sum(line.waiting_number_qty * (1 if line.qty > 0 else -1) for line in lines)
            self.assertAlmostEqual(
                sum(gone.mapped("quantity")) + waiting,
                sum(lines.mapped("qty")),
                msg=f"{product.name}: with customers, and waiting, is what was sold",
            )
            if product.tracking == "serial":
                for lot, same in quants.grouped("lot_id").items():
                    if lot:
                        has = sum(same.mapped("quantity"))
                        self.assertIn(has, (0, 1), f"{lot.name}: a serial is one unit")
                        self.assertLessEqual(max(same.mapped("quantity")), 1, lot.name)

    def _check_holders(self, orders):
        """One sale has each serial that is with a customer, and none has any other."""
        phone = self.products["phone"]
        numbers = orders.lines.pack_lot_ids.filtered(lambda n: n.product_id == phone)
        holders = numbers.filtered("holds")
        for number in holders:
            self.assertTrue(number.pos_order_line_id.qty > 0 and self._get_moved(number))
        moved = self.env["stock.move.line"].search(
            [("product_id", "=", phone.id), ("state", "=", "done"), ("lot_id", "!=", False)],
            order="id",
        )
        last = {line.lot_id.name: line for line in moved}
        gone = defaultdict(float)
        for quant in self._get_quants(phone):
            if quant.location_id.usage == "customer":
                gone[quant.lot_id.name] += quant.quantity
        out = sorted(
            name
            for name, line in last.items()
            if line.location_dest_id.usage == "customer"
            # What nobody had bought came back, by a wrong name: to take that back sells nothing.
            and (line.pos_number_id or gone[name] > 0)
        )
        self.assertEqual(
            sorted(holders.lot_id.mapped("name")), out, "held; with customers (second)"
        )
        names = moved.lot_id.mapped("name")
        for till in self.tills:
            told = till.with_user(self.cashier).check_numbers(phone.id, names)
            refused = {name: info["sold_in"] for name, info in told.items() if info["sold_in"]}
            held = {n.lot_id.name: n.order_id._get_receipt_name() for n in holders}
            self.assertEqual(refused, held, "tills are told who has a serial")

    def _check_cost(self, orders):
        """Known, estimated or assigned: a unit costs what one costs."""
        for line in orders.lines:
            self.assertTrue(line.is_total_cost_computed)
            self.assertAlmostEqual(line.total_cost, 10 * line.qty, msg=line.full_product_name)
