"""A plain model of a day at the tills: README's table, carried out order by order, without Odoo.

`tests/test_properties.py` lives random days and compares. Nothing here is the add-on's: names are
upper case, places are words, and whatever is sold moves at once.
"""

import math
from collections import defaultdict
from typing import NamedTuple


class Area(NamedTuple):
    """What a till calls here, and the rest of its warehouse."""

    here: str
    near: str | None


class Number:
    """A number of a line. `moved`: what left, or came back; `returned`: what returns named.

    `is_late`: it waited, and moved since the last night, when something came back. `is_kept`: it
    is a name only, nothing moves by it. `is_back`: it came back under another receipt, or none.
    """

    def __init__(self, line, name, quantity):
        self.line = line
        self.name = name.upper()
        self.quantity = quantity
        self.moved = self.returned = 0.0
        self.is_late = False
        self.is_kept = False
        self.is_back = False
        self.flags = set()

    @property
    def key(self):
        return self.line.product, self.name


class Line:
    """`quantity`: negative when it comes back; `origin`: the line it names as its sale.

    `sent`: (name, quantity) as the till sends them; `order`: which of the day's orders.
    """

    def __init__(self, product, quantity, names, origin=None):
        self.product = product
        self.quantity = quantity
        self.origin = origin
        self.order = None
        self.sent = list(names)
        self.numbers = [Number(self, name, share) for name, share in names]
        self.waiting = 0.0

    @property
    def is_serial(self):
        return self.product == "phone"

    @property
    def units(self):
        return abs(self.quantity)


class DayBook:
    """What is where, who has each serial, and what is out of order with each number sold.

    `count`: of orders. `stock`: `{(product, name or None, place): quantity}`. `holders`: `{serial:
    Number}`, the sale that has it. `lines`: (till, `Line`) of all orders, oldest first. `foreign`:
    names that are of other products.
    """

    def __init__(self, stock, areas, foreign):
        self.stock = defaultdict(float, stock)
        self.areas = areas
        self.foreign = foreign
        self.known = {(product, name) for product, name, _place in stock if name}
        self.touched = set(self.known)
        self.holders = {}
        self.lines = []
        self.count = 0

    # ------------------------------------------------------------------ an order is paid

    def serve(self, till, lines):
        """Carry out a paid order: what comes back goes before what is sold."""
        tracked = [line for line in lines if line.product != "cable"]
        for line in tracked:
            self._read_numbers(line)
        self._share_out(till, [line for line in tracked if not line.is_serial])
        known = set(self.known)
        for line in tracked:
            self._cut_surplus(line, known)
        for line in tracked:
            if line.quantity < 0:
                self._take_back(till, line)
        for line in tracked:
            if line.quantity > 0:
                self._sell(till, line)
        self.lines += [(till, line) for line in lines]
        self.count += 1
        if any(number.moved for line in lines if line.quantity < 0 for number in line.numbers):
            self._move_what_waited()

    def _read_numbers(self, line):
        """One entry a lot."""
        if line.is_serial:
            for number in line.numbers:
                number.quantity = 1.0
        else:
            by_name = defaultdict(list)
            for number in line.numbers:
                by_name[number.name].append(number)
            for same in by_name.values():
                same[0].quantity = sum(number.quantity for number in same)
            line.numbers = [same[0] for same in by_name.values()]

    def _cut_surplus(self, line, known):
        """What is too much is none of the line; what is new is known from now on."""
        left = math.ceil(line.units) if line.is_serial else line.units
        for number in line.numbers:
            if number.name in self.foreign:
                number.flags.add("mismatch")
            elif number.key not in known and self._is_of_waiting_unit(line, number):
                number.flags.add("not_sold")
                number.is_kept = True
            else:
                self.known.add(number.key)
            if number.quantity > left:
                number.flags.add("surplus")
                number.quantity = left
            left -= number.quantity

    def _is_of_waiting_unit(self, line, number):
        """A new number of a unit that its sale still waits for is none that left."""
        if not line.origin or self._find_origin(line, number):
            return False
        return line.origin.waiting >= 1 if line.is_serial else line.origin.waiting > 0

    def _share_out(self, till, lines):
        """What has no quantity gets one, of what other lines leave."""
        taken = defaultdict(float)

        def find_source(line, number):
            origin = self._find_origin(line, number)
            return id(origin) if origin else (number.key, line.quantity > 0)

        for line in lines:
            for number in line.numbers:
                taken[find_source(line, number)] += number.quantity
        for line in sorted(lines, key=lambda line: len(line.numbers)):
            open_numbers = [number for number in line.numbers if not number.quantity]
            left = max(0.0, line.units - sum(number.quantity for number in line.numbers))
            for number in open_numbers:
                origin = self._find_origin(line, number)
                if origin:
                    most = max(0.0, origin.quantity - origin.returned)
                else:
                    most = max(0.0, self.stock[(*number.key, self.areas[till].here)])
                source = find_source(line, number)
                most = max(0.0, most - taken[source])
                number.quantity = left if number is open_numbers[-1] else min(left, most)
                taken[source] += number.quantity
                left -= number.quantity
                if not number.quantity:
                    number.flags.add("surplus")

    def _sell(self, till, line):
        left = math.floor(line.units) if line.is_serial else line.units
        for number in line.numbers:
            if 0 < number.quantity <= left and "mismatch" not in number.flags:
                takes, flags = self.judge_sale(till, *number.key, number.quantity)
                number.flags |= flags
                self._move_out(number, takes)
                left -= number.moved
        line.waiting = line.units - sum(number.moved for number in line.numbers)

    def judge_sale(self, till, product, name, quantity=1.0):
        """:return: ({(name or None, place): quantity}, flags)"""
        area = self.areas[till]
        takes, flags = defaultdict(float), set()

        def take(source, place):
            there = max(0.0, self.stock[product, source, place])
            taken = min(there, quantity - sum(takes.values()))
            if taken > 0:
                takes[source, place] += taken
            return taken > 0

        if (product, name) in self.holders:
            return {}, {"duplicate"}
        take(name, area.here)
        if area.near and take(name, area.near):
            flags.add("not_here")
        others = {"shop", "back", "depot"} - {area.here, area.near}
        is_far = any(self.stock[product, name, place] > 0 for place in others)
        if is_far and not takes:
            return {}, {"not_here"}
        is_new = (product, name) not in self.touched
        if is_new or product != "phone":
            take(None, area.here)
        left = quantity - sum(takes.values())
        if left > 0:
            flags.add("unknown" if is_new else "short")
            takes[name, area.here] += left
        return takes, flags

    def _move_out(self, number, takes):
        product, name = number.key
        for (source, place), quantity in takes.items():
            self.stock[product, source, place] -= quantity
            self.stock[product, name, "customer"] += quantity
            number.moved += quantity
        if takes:
            self.touched.add(number.key)
            if product == "phone":
                self.holders[number.key] = number

    def _take_back(self, till, line):
        left = math.floor(line.units) if line.is_serial else line.units
        seen = set()
        for number in line.numbers:
            origin = self._find_origin(line, number)
            of_sale = origin.quantity - origin.returned if origin else 0.0
            if origin:
                origin.returned += number.quantity
            if not 0 < number.quantity <= left or "mismatch" in number.flags or number.is_kept:
                continue
            if line.is_serial and number.name in seen:
                number.flags.add("duplicate")
                continue
            seen.add(number.name)
            has_receipt = line.origin is not None
            if has_receipt and number.quantity > of_sale:
                number.flags.add("not_sold")
            if origin and not origin.moved:
                continue  # its sale waits itself
            comes, flags = self.judge_return(*number.key, number.quantity, has_receipt)
            number.flags |= flags
            if comes:
                self.stock[(*number.key, "customer")] -= number.quantity
                self.stock[(*number.key, self.areas[till].here)] += number.quantity
                self.touched.add(number.key)
                holder = self.holders.pop(number.key, None)
                if holder and holder != origin:
                    holder.is_back = True
                number.moved = number.quantity
                left -= number.moved
        line.waiting = line.units - sum(number.moved for number in line.numbers)
        if line.origin:
            cancelled = min(line.waiting, line.origin.waiting)
            line.waiting -= cancelled
            line.origin.waiting -= cancelled

    def judge_return(self, product, name, quantity=1.0, has_receipt=False):
        """:return: (whether it comes back, flags)"""
        if self.stock[product, name, "customer"] >= quantity:
            return True, set()
        flags = set() if has_receipt else {"not_sold"}
        if product == "phone" and any(
            self.stock[product, name, place] > 0 for place in ("shop", "back", "depot")
        ):
            return False, flags | {"duplicate"}
        return True, flags

    @staticmethod
    def _find_origin(line, number):
        """What of the line's sale a number names; of several the one that moved, or may move."""
        if not line.origin:
            return None
        same = [sold for sold in line.origin.numbers if sold.name == number.name]
        same.sort(key=lambda sold: (not sold.moved, bool(sold.flags & {"duplicate", "mismatch"})))
        return same[0] if same else None

    def _move_what_waited(self):
        """Known numbers that wait move when the reason is gone, oldest first."""
        for till, line in self.lines:
            for number in line.numbers:
                quantity = min(number.quantity - number.moved, line.waiting)
                if line.is_serial and quantity < 1:
                    continue
                if line.quantity < 0 or quantity <= 0 or number.flags & {"duplicate", "mismatch"}:
                    continue
                takes, flags = self.judge_sale(till, *number.key, quantity)
                if takes and flags <= {"not_here"}:
                    self._move_out(number, takes)
                    number.is_late = True
                    line.waiting -= quantity

    def close(self):
        """All tills have closed: what was to move has moved."""
        for _till, line in self.lines:
            for number in line.numbers:
                number.is_late = False

    # ------------------------------------------------------------------ what a till is told

    def describe(self, till, product):
        """{name: (flags of one unit sold now, quantity here, flags of one unit that comes back)}"""
        here = self.areas[till].here
        return {
            name: (
                self.judge_sale(till, product, name)[1],
                max(0.0, self.stock[product, name, here]),
                self.judge_return(product, name)[1],
            )
            for known, name in self.known
            if known == product
        }

    def get_stock(self):
        """{(product, name or None, place): quantity}, without what is nothing"""
        return {key: round(q, 6) for key, q in self.stock.items() if abs(q) > 1e-6}
