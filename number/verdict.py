"""What happens to the stock of one number: README's table as one function.

Nothing is read and nothing is written here: `stock.Stock` is what is known, an `Ask` is what a line
wants of one number, and the `Verdict` says what moves, which flags the sale gets, and why it waits.
Quantities are in the product's unit, without sign.
"""

from typing import NamedTuple

# Quantities have at most six decimals: what is smaller is the rounding of floating point numbers.
DIGITS = 6

# Why a number moves nothing.
UNKNOWN = "unknown"  # nobody knows the name, and it may not be created
MISMATCH = "mismatch"  # the name is a number of another product
SOLD = "sold"  # another sale has this serial
AT_CUSTOMER = "at_customer"  # this serial is at a customer, by another way than a till's sale
ELSEWHERE = "elsewhere"  # it lies in another warehouse of the company
OTHER_COMPANY = "other_company"  # it lies in another company's stock
IN_STOCK = "in_stock"  # it cannot come back: it is in stock
NOT_LEFT = "not_left"  # it cannot come back: its sale waits itself


def clean(quantity):
    return round(quantity, DIGITS)


class Take(NamedTuple):
    """A quantity that moves, and from where.

    Ids; `location` None: the place that the transfer itself starts from. `lot` False: stock that
    has no number yet, which this number is given to.
    """

    location: int | None
    quantity: float
    package: int | None = None
    owner: int | None = None
    quant: int | None = None


class Ask(NamedTuple):
    """What a line wants of one number.

    `lot`: its id, None when nobody knows the name. `product`: its id. `creates`: the name may
    become a new lot. `foreign`: the name is a number of another product only. `anywhere`:
    somebody has said that it may be taken from another warehouse. `customer`: the location that its
    transfer brings it to, or a return starts from; None: the shop's own.

    Of a return only: `of_sale`, what of this number the sale that is refunded has sold and not
    taken back, None without receipt; `by_transfer`, what of that came back by a transfer of
    Inventory; `has_left`, False when the sale itself still waits; `places`, the (location, owner)
    the sale brought it to; `origin`, the number (id) of that sale.
    """

    lot: int | None
    quantity: float
    product: int | None = None
    is_serial: bool = True
    is_return: bool = False
    creates: bool = False
    foreign: bool = False
    anywhere: bool = False
    customer: int | None = None
    of_sale: float | None = None
    by_transfer: float = 0.0
    has_left: bool = True
    places: frozenset = frozenset()
    origin: int | None = None


class Verdict(NamedTuple):
    """What becomes of a number.

    `takes`: list of `Take`, what moves. `flags`: codes of `pos.number.flag`. `reason`: why nothing
    of it moves, one of the constants above; None when something does. `already_back`: a quantity
    that comes back and is in stock already: it neither moves nor waits. `stale`: list of `Take`,
    what customers have of a serial by the books only, for it lies in stock. `released`: the number
    (id) that does not have the serial any more, because its unit came back by a transfer.
    """

    takes: list
    flags: frozenset = frozenset()
    reason: str | None = None
    already_back: float = 0.0
    stale: list = ()
    released: int | None = None

    @property
    def quantity(self):
        return clean(sum(take.quantity for take in self.takes))

    def moves_by_itself(self, quantity):
        """Whether a known number that waits moves now, all of it, for nothing keeps it any more."""
        return self.quantity >= quantity and not self.flags - {"not_here"}


def get_verdict(ask, stock, shop):
    """What becomes of one number of a line.

    :param Ask ask: what the line wants
    :param stock.Stock stock: what is known; not changed, see `Stock.carry_out`
    :param facts.Shop shop: where the line is sold or taken back
    :return: Verdict
    """
    if ask.is_return:
        return _get_return_verdict(ask, stock, shop)
    return _get_sale_verdict(ask, stock, shop)


def _wait(reason, *flags):
    return Verdict([], frozenset(flags), reason)


def _get_sale_verdict(ask, stock, shop):
    if ask.lot is None and ask.foreign:
        return _wait(MISMATCH, "mismatch")
    if ask.lot is None and not ask.creates:
        return _wait(UNKNOWN, "unknown")
    released = None
    if ask.is_serial and ask.lot is not None:
        holder = stock.holders.get(ask.lot)
        stored = stock.is_any(ask.lot, lambda place: place.usage != "customer")
        if holder and holder.has_moved and stored:
            released, holder = holder.number, None  # it came back by a transfer
        if holder:
            return _wait(SOLD, "duplicate")
        if not stored and stock.is_any(ask.lot, shop.is_at_customer):
            return _wait(AT_CUSTOMER, "duplicate")
    # It was counted back, say: then it is in stock, and at no customer.
    stale = stock.get_customer_takes(ask.lot, 1.0, (), shop) if ask.is_serial and ask.lot else []
    flags = set()
    here = stock.get_takes(ask.lot, ask.quantity, shop.is_here)
    left = clean(ask.quantity - sum(take.quantity for take in here))
    near = stock.get_takes(ask.lot, left, shop.is_near)
    if near:
        flags.add("not_here")
        left = clean(left - sum(take.quantity for take in near))
    far = stock.get_takes(ask.lot, left, shop.is_elsewhere)
    takes = [*here, *near]
    if ask.anywhere:
        takes += far
        left = clean(left - sum(take.quantity for take in far))
    elif far and not takes:
        return _wait(ELSEWHERE, "not_here")
    if not takes and ask.lot is not None and stock.is_any(ask.lot, shop.is_foreign):
        return _wait(OTHER_COMPANY, "not_here")
    if left > 0:
        is_new = ask.lot is None or stock.is_new(ask.lot)
        # A lot may be found on more units than those that were numbered; a serial is one unit.
        if is_new or not ask.is_serial:
            fresh = stock.get_unnumbered_takes(ask.product, left, shop)
            left = clean(left - sum(take.quantity for take in fresh))
            takes += fresh
        if left > 0:
            flags.add("unknown" if is_new else "short")
            takes.append(Take(shop.source, left))
    return Verdict(takes, frozenset(flags), stale=stale, released=released)


def _get_return_verdict(ask, stock, shop):
    flags = set()
    if ask.lot is None and ask.foreign:
        return _wait(MISMATCH)
    if ask.lot is None and not ask.creates:
        return _wait(UNKNOWN)
    if ask.of_sale is not None and ask.quantity > ask.of_sale:
        flags.add("not_sold")
    if not ask.has_left:
        return _wait(NOT_LEFT, *flags)
    quantity, already_back = ask.quantity, 0.0
    if ask.of_sale is not None and ask.by_transfer and not flags:
        already_back = clean(max(0.0, quantity - max(0.0, ask.of_sale - ask.by_transfer)))
        quantity = clean(quantity - already_back)
        if not quantity:
            return Verdict([], already_back=already_back)
    at_customer = stock.get_customer_takes(ask.lot, quantity, ask.places, shop)
    on_hand = ask.is_serial and ask.lot is not None and stock.is_any(ask.lot, shop.is_on_hand)
    if at_customer and on_hand:
        return Verdict([], frozenset(flags), already_back=ask.quantity, stale=at_customer)
    left = clean(quantity - sum(take.quantity for take in at_customer))
    if left > 0:
        if ask.of_sale is None:
            flags.add("not_sold")
        if on_hand:
            return _wait(IN_STOCK, "duplicate", *flags)
        if ask.is_serial and ask.lot is not None and stock.is_any(ask.lot, shop.is_foreign):
            return _wait(OTHER_COMPANY, "duplicate", *flags)
        # Nobody knows that a customer has it: it comes from where customers' goods are.
        location, owner = next(iter(ask.places), (None, None))
        at_customer.append(Take(location, left, owner=owner))
    return Verdict(at_customer, frozenset(flags), already_back=already_back)
