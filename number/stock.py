"""What is known of lots, in memory: where they lie, which sale has them, what a sale does to it.

`facts` fills it from the database; `verdict` decides from it. What tills have sold or taken back
and not yet moved (stock that moves when a session closes) is carried out here, oldest first.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo.tools import groupby

from .verdict import Ask, Take, Verdict, clean, get_verdict

STORED = ("internal", "transit")


class Place:
    """A quantity of a lot, or of stock without number, at one place; ids.

    `location` is None where a sale that has not moved yet will bring it, and nobody said where.
    """

    __slots__ = (
        "company",
        "location",
        "owner",
        "package",
        "path",
        "quant",
        "quantity",
        "reserved",
        "usage",
    )

    def __init__(
        self,
        usage,
        quantity,
        location=None,
        path="",
        package=None,
        owner=None,
        quant=None,
        reserved=0.0,
        company=None,
    ):
        self.usage = usage
        self.quantity = quantity
        self.location = location
        self.path = path
        self.package = package
        self.owner = owner
        self.quant = quant
        self.reserved = reserved
        self.company = company


class Holder(NamedTuple):
    """The number (id) of the sale that has a serial, and whether its unit has left."""

    number: int
    has_moved: bool


class Stock:
    """Where lots are, in the order in which they are taken; changed by `carry_out` only.

    `places`: `{lot id: [Place]}`. `brought`: `{number id: {(location, owner)}}`, where sales that
    were carried out here bring them. `holders`: `{lot id: Holder}`. `has_history(lot ids)`: which
    of these have ever moved. `read_unnumbered(product id)`: list of `Place` of stock without
    number.
    """

    def __init__(self, places=None, holders=None, has_history=None, read_unnumbered=None):
        self.places = defaultdict(list, places or {})
        self.holders = dict(holders or {})
        self.outcomes = {}
        self.brought = defaultdict(set)
        self._has_history = has_history or (lambda lots: set())
        self._history = None
        self._read_unnumbered = read_unnumbered or (lambda product: [])
        self._unnumbered = {}
        self._touched = set()

    # ------------------------------------------------------------------ what is where

    def get_quantity(self, lot, where):
        """What lies at places of a kind, what is negative not counted."""
        return clean(sum(p.quantity for p in self.places[lot] if p.quantity > 0 and where(p)))

    def is_any(self, lot, where):
        """Whether something of a lot is at places of a kind."""
        return any(p.quantity > 0 and where(p) for p in self.places[lot])

    def is_new(self, lot):
        """It has never moved: stock without number may be what it names."""
        if lot in self._touched or any(place.quant for place in self.places[lot]):
            return False
        if self._history is None:
            candidates = [lot for lot, places in self.places.items() if not places]
            self._history = self._has_history({*candidates, lot})
        return lot not in self._history

    def get_takes(self, lot, quantity, where):
        """:return: list of `Take`, of at most a quantity"""
        if lot is None:
            return []
        return self._get_takes(filter(where, self.places[lot]), quantity)

    def get_customer_takes(self, lot, quantity, first, shop):
        """What customers have; from the (location, owner) in `first` before others."""
        if lot is None:
            return []
        places = [place for place in self.places[lot] if shop.is_at_customer(place)]
        places.sort(key=lambda place: (place.location, place.owner) not in first)
        return self._get_takes(places, quantity)

    def get_unnumbered_takes(self, product, quantity, shop):
        return self._get_takes(filter(shop.is_here, self.get_unnumbered(product)), quantity)

    def get_unnumbered(self, product):
        if product not in self._unnumbered:
            self._unnumbered[product] = self._read_unnumbered(product)
        return self._unnumbered[product]

    @staticmethod
    def _get_takes(places, quantity):
        takes, left = [], quantity
        for place in places:
            if left <= 0:
                break
            if place.quantity <= 0:
                continue
            taken = min(place.quantity, left)
            takes.append(Take(place.location, taken, place.package, place.owner, place.quant))
            left = clean(left - taken)
        return takes

    def is_reserved(self, lot, shop):
        return any(place.reserved > 0 and shop.owns(place) for place in self.places[lot])

    def forget_holder(self, lot, number):
        """A number is judged as if it did not hold its serial itself."""
        holder = self.holders.get(lot)
        if holder and holder.number == number:
            del self.holders[lot]

    # ------------------------------------------------------------------ what happens

    def carry_out(self, ask, verdict, shop, number=None):
        """Move in memory what a verdict says: the next one finds it moved.

        :param number: id of the number, None when nobody holds anything by it
        """
        for take in verdict.stale:
            self._add(self.places[ask.lot], take, -take.quantity, "customer", "")
        if ask.is_return and verdict.already_back and ask.origin:
            self.forget_holder(ask.lot, ask.origin)
        if not verdict.takes:
            return
        self._touched.add(ask.lot)
        customer = ask.customer or shop.customers
        for take in verdict.takes:
            if ask.is_return:
                source = take._replace(location=take.location or customer)
                self._add(self.places[ask.lot], source, -take.quantity, "customer", "")
                self._add(
                    self.places[ask.lot],
                    take._replace(location=shop.back, package=None, quant=None),
                    take.quantity,
                    "internal",
                    shop.back_path,
                    shop.company,
                )
                self.holders.pop(ask.lot, None)
                continue
            source = self._find_source(ask, take)
            if source:
                source.quantity = clean(source.quantity - take.quantity)
            else:
                self._add(
                    self.places[ask.lot],
                    take,
                    -take.quantity,
                    "internal",
                    shop.source_path,
                    shop.company,
                )
            self._arrive(self.places[ask.lot], take, shop, customer)
            if number:
                self.brought[number].add((customer, take.owner))
            if ask.is_serial:
                self.holders[ask.lot] = Holder(number, False)

    def undo(self, lot, quantity, gone, back):
        """As if a quantity of a lot had never moved.

        :param Place gone: where it was brought to
        :param Place back: where it was taken from
        """
        for place, change in ((gone, -quantity), (back, quantity)):
            take = Take(place.location, quantity, place.package, place.owner)
            self._add(self.places[lot], take, change, place.usage, place.path, place.company)

    def _find_source(self, ask, take):
        unnumbered = self._unnumbered.get(ask.product, ())
        for place in (*self.places[ask.lot], *unnumbered):
            if take.quant and place.quant == take.quant:
                return place
        for place in self.places[ask.lot]:
            key = (place.location, place.package, place.owner)
            if place.usage in STORED and key == (take.location, take.package, take.owner):
                return place
        return None

    def _arrive(self, places, take, shop, customer):
        """Bring what is sold to customers: to their location; where nobody said which that is,
        first where they lack it: more came back than left.
        """
        left = take.quantity
        for place in () if customer else places:
            if place.quantity < 0 and place.owner == take.owner and shop.is_at_customer(place):
                made_up = min(left, -place.quantity)
                place.quantity = clean(place.quantity + made_up)
                left = clean(left - made_up)
        if left:
            self._add(places, Take(customer, left, owner=take.owner), left, "customer", "")

    @staticmethod
    def _add(places, take, quantity, usage, path, company=None):
        """Change the quantity at a place, which may not be known yet."""
        for place in places:
            key = (place.location, place.package, place.owner)
            if place.usage == usage and key == (take.location, take.package, take.owner):
                place.quantity = clean(place.quantity + quantity)
                return
        place = Place(usage, quantity, take.location, path, take.package, take.owner, take.quant)
        place.company = company
        places.append(place)


class Pending(NamedTuple):
    """A number of a paid order whose stock moves when its session closes.

    `moment`: when it was paid, to sort by. `quantity`: in the product's unit, negative when it
    comes back. Of a return with receipt: `origin`, the number of its sale, None where the sale has
    none of this lot; `has_left`, False when that number has not moved yet; where a transfer of
    Inventory has brought some of that back, `of_sale` and `by_transfer`, as `verdict.Ask`. `limit`:
    of a line of 1.5 serials the whole units, which alone move; None elsewhere. `places`,
    `customer`: as of an `Ask`. Ids.
    """

    moment: tuple
    number: int
    line: int
    lot: int
    product: int
    quantity: float
    is_serial: bool
    operation_type: int
    origin: int | None = None
    has_left: bool = True
    limit: float | None = None
    of_sale: float | None = None
    by_transfer: float = 0.0
    places: frozenset = frozenset()
    customer: int | None = None


class Refund(NamedTuple):
    """A line that takes units of a sale back, whatever numbers it has, and has not moved yet.

    `moment`: as `Pending.moment`, its first part. `units`: what it takes back, `sale_units`: what
    its sale had to move, in the product's unit. Ids.
    """

    moment: float
    line: int
    units: float
    sale_line: int
    sale_units: float


class Owed:
    """How many units sales that wait will still move: what is taken back of them waits no more.

    :param list refunds: `Refund`, oldest first
    :param dict moved: `{line id: units}` that have moved, changed by others
    """

    def __init__(self, refunds, moved):
        self._refunds = list(refunds)
        self._units = {refund.sale_line: refund.sale_units for refund in refunds}
        self._moved = moved

    def cancel(self, moment):
        """What was taken back until then and did not move takes what its sale still owes."""
        while self._refunds and self._refunds[0].moment <= moment:
            refund = self._refunds.pop(0)
            left = max(0.0, refund.units - self._moved[refund.line])
            owed = self._units[refund.sale_line] - self._moved[refund.sale_line]
            self._units[refund.sale_line] -= max(0.0, min(left, owed))

    def limit(self, row):
        """:return: the `Pending` of what a number may still move, None when that is nothing"""
        if row.line not in self._units:
            return row
        quantity = min(row.quantity, clean(self._units[row.line] - self._moved[row.line]))
        return (
            row._replace(quantity=quantity) if quantity >= (1 if row.is_serial else 1e-6) else None
        )


def replay(stock, pending, shops, waiting=(), refunds=()):
    """Carry out in memory what is sold and not yet moved.

    What comes back moves what waits for it, as `pos.number.waiting` will: after its own order.

    :param list pending: `Pending`, oldest first
    :param dict shops: `{id of the operation type: Shop}`
    :param waiting: `Pending` of sales that wait in a transfer already, oldest first
    :param refunds: `Refund` of the sales' lines, oldest first
    """
    # Each is judged as when it was sold: what is not moved yet holds nothing.
    for row in pending:
        stock.forget_holder(row.lot, row.number)
    waiting = list(waiting)
    moved = defaultdict(float)
    owed = Owed(refunds, moved)

    def judge(row):
        if row.limit is not None and abs(row.quantity) > row.limit - moved[row.line]:
            return Verdict([])
        return _judge_pending(stock, row, shops)

    def carry_out(row, verdict):
        _carry_out_pending(stock, row, verdict, shops)
        moved[row.line] += verdict.quantity + verdict.already_back

    for paid_at, rows in groupby(pending, lambda row: row.moment[0]):
        returned = set()
        for row in rows:
            verdict = judge(row)
            carry_out(row, verdict)
            if row.quantity > 0 and verdict.reason:
                waiting.append(row)
            elif row.quantity < 0 and verdict.takes:
                returned.add(row.lot)
        owed.cancel(paid_at)
        for row in [row for row in waiting if row.lot in returned]:
            rest = owed.limit(row)
            verdict = judge(rest) if rest else None
            if verdict and verdict.moves_by_itself(rest.quantity):
                carry_out(rest, verdict)
                waiting.remove(row)


def _judge_pending(stock, row, shops):
    # What its sale moves at closing has left by then, if it is not kept waiting itself.
    outcome = stock.outcomes.get(row.origin)
    ask = Ask(
        row.lot,
        abs(row.quantity),
        row.product,
        row.is_serial,
        is_return=row.quantity < 0,
        of_sale=row.of_sale,
        by_transfer=row.by_transfer,
        has_left=row.has_left or bool(outcome and outcome.takes),
        places=row.places | stock.brought.get(row.origin, set()),
    )
    return get_verdict(ask, stock, shops[row.operation_type])


def _carry_out_pending(stock, row, verdict, shops):
    ask = Ask(
        row.lot,
        abs(row.quantity),
        row.product,
        row.is_serial,
        row.quantity < 0,
        customer=row.customer,
        origin=row.origin,
    )
    stock.carry_out(ask, verdict, shops[row.operation_type], row.number)
    stock.outcomes[row.number] = verdict
