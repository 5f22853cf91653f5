"""What a typed, pasted or imported text of numbers stands for.

`static/src/app/utils/number_text.js` is the same in the browser; the cases in
`static/tests/unit/data/text_cases.js` hold for both.
"""

import re
from typing import NamedTuple

from .gs1 import read_code
from .name import clean_name, fold_name

MAX_NUMBERS = 1000
# Control characters are no part of a plain number: scanners send them around it.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")
# Not `splitlines`: for that, the FNC1 of a GS1 code ends a line.
LINE_BREAK = re.compile(r"\r\n|\r|\n")
# A quoted text, or anything up to a separator.
CELL = re.compile(r' *"((?:[^"]|"")*)" *|([^,;\t"][^,;\t]*)')
QUANTITY = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
DATE = re.compile(
    r"[0-9]{1,4}[-/. ](?:[0-9]{1,2}|[A-Za-z]{3,9})[-/. ][0-9]{1,4}"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
)
# One expression for a whole range would try each end for each "..".
RANGE_SIGN = re.compile(r"(?<=[0-9])\.\.")
LAST_DIGITS = re.compile(r"[0-9]{1,15}\Z")


class NumberText(NamedTuple):
    """What one typed, scanned or imported text stands for."""

    text: str
    row: int = 0  # of what was typed, from 1; 0: of no row
    name: str = ""
    quantity: float | None = None  # in the product's unit; None: not said
    message: str | None = None  # why it stands for no number, in words
    days: tuple = ()  # what a code says of its lot's dates: pairs (see `label.get_days`)
    problem: tuple | None = None  # the same for programs: ("quantity", text), ("many", count),
    # ("twice", name)


def read_text(text, tracking, find, recognize):
    """The numbers of a text of many rows.

    A row that is a known number as a whole is that number. Else it holds one number, several
    between commas, semicolons or tabs, or one with its quantity and date, as Odoo's Inventory takes
    them (`LOT1;3;2026-12-31`; the date is passed over). Quotes keep a name with separators
    together. A number is a known one, what `recognize` says, a range such as `SN001..SN020`, or a
    name.

    Entries of one lot become one: their quantities add up, and where one has none, the whole takes
    what is left. A serial's second entry gets the problem "twice".

    :param text: what was typed
    :param tracking: "serial" or "lot", of the product
    :param find: function: set of texts → `{text: name of the known number it stands for}`
    :param recognize: function: set of other texts → `{text: NumberText}`, without plain numbers
    :return: list of `NumberText`, at most one more than `MAX_NUMBERS`
    """
    find = remember(find)
    rows = [
        (number, row.strip(" "))
        for number, row in enumerate(LINE_BREAK.split(text or ""), start=1)
        if clean_name(row)
    ][: MAX_NUMBERS + 1]
    known = find({strip(row) for _number, row in rows})
    cells = []
    for number, row in rows:
        parts = [(row, None)] if strip(row) in known else split_row(row, tracking)
        cells += [(number, cell, quantity) for cell, quantity in parts]
    return join_entries(read_cells(cells[: MAX_NUMBERS + 1], find, recognize), tracking, find)


def remember(find):
    """The function `find`, which is not asked for a text twice."""
    asked, known = set(), {}

    def find_once(texts):
        new = set(texts) - asked
        asked.update(new)
        if new:
            known.update(find(new))
        return known

    return find_once


def strip(text):
    """A text without what scanners send around a number; that, and no more, is looked up."""
    return CONTROL_CHARACTERS.sub("", text or "").strip()


def split_row(row, tracking):
    """:return: list of (text, quantity as written or None)"""
    named = split_quantity(row, tracking)
    if named:
        return [named]
    if says_gs1(row) and not row.startswith('"'):
        return [(row, None)]  # commas may be part of it
    cells = list(CELL.finditer(row))
    texts = [
        cell[2] if cell[1] is None else cell[1].replace('""', '"')
        for cell in cells
        if cell[1] is not None or strip(cell[2])
    ]
    # A quoted name and something that is not: how an imported row with a quantity is written.
    if len(texts) == 2 and cells[0][1] is not None and cells[1][1] is None:
        return [tuple(texts)]
    return [(text, None) for text in texts]


def split_quantity(row, tracking):
    """A number with its quantity and its date, in any order: `LOT1;3`, `LOT1;3;2026-12-31`.

    Of a serial only with a date: `SN1;2` are two numbers.

    :return: (text, quantity as written or None), or None when the row is something else
    """
    name, *parts = (part.strip() for part in re.split("[;\t]", row))
    if not name or not parts or re.search('[,"]', name):
        return None
    quantities = [part for part in parts if QUANTITY.fullmatch(part)]
    dates = [part for part in parts if DATE.fullmatch(part)]
    if len(quantities) + len(dates) != len(parts) or len(quantities) > 1 or len(dates) > 1:
        return None
    if tracking != "lot" and not dates:
        return None
    return name, quantities[0] if quantities else None


def read_cells(cells, find, recognize):
    """:param cells: list of (row, text, quantity as written or None)"""
    texts = {strip(text) for _row, text, _quantity in cells}
    known = find(texts)
    others = recognize({text for _row, text, _quantity in cells if strip(text) not in known})
    result = []
    for row, text, written in cells:
        quantity = parse_quantity(written) if written is not None else None
        if written is not None and quantity is None:
            name = known.get(strip(text)) or clean_name(text)
            entries = [NumberText(text, name=name, problem=("quantity", written.strip()))]
        elif strip(text) in known:
            entries = [NumberText(text, name=known[strip(text)])]
        elif text in others:
            entries = [others[text]]
        else:
            entries = read_name(text)
        for entry in entries:
            said = entry.quantity if quantity is None else quantity
            result.append(entry._replace(row=row, quantity=said))
        if len(result) > MAX_NUMBERS:
            break
    return result[: MAX_NUMBERS + 1]


def read_name(text):
    """What a text stands for that nobody knows: the names of a range, or itself."""
    name = clean_name(text)
    names, count = expand_range(name)
    if count > MAX_NUMBERS:
        return [NumberText(text, problem=("many", count))]
    return [NumberText(text, name=each) for each in names or [name]]


def join_entries(entries, tracking, find):
    """See `read_text`: one entry a lot, and of a serial the first one counts."""
    joined, seen = [], {}
    # The numbers of a range may be known as well, and those of a GS1 code.
    known = find({entry.name for entry in entries if entry.name})
    for entry in entries:
        if not entry.name or entry.message or entry.problem:
            joined.append(entry)
            continue
        name = known.get(entry.name)
        key = ("known", name) if name else ("new", fold_name(entry.name))
        if key not in seen:
            seen[key] = len(joined)
            joined.append(entry._replace(name=name or entry.name))
        elif tracking == "lot":
            first = joined[seen[key]]
            said = None not in (first.quantity, entry.quantity)
            quantity = first.quantity + entry.quantity if said else None
            days = first.days or entry.days
            joined[seen[key]] = first._replace(quantity=quantity, days=days)
        else:
            joined.append(entry._replace(problem=("twice", entry.name)))
    return joined


def parse_quantity(text):
    """A quantity as people write it, or None."""
    text = text.strip().replace(" ", "")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    return float(text) if re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]*)?", text) else None


def expand_range(text):
    """The numbers of a range such as `SN001..SN020`; of long numbers the last 15 digits count.

    :return: names and how many they are; (None, 0) when it is no range, no names when they are too
        many
    """
    start, *ends = RANGE_SIGN.split(text, maxsplit=1)
    end = ends[0] if ends else ""
    digits = [LAST_DIGITS.search(part[-15:]) for part in (start, end)]
    if not all(digits):
        return None, 0
    first, last = (found[0] for found in digits)
    prefix = start[: -len(first)]
    if prefix != end[: -len(last)]:
        return None, 0
    count = int(last) - int(first) + 1
    if count < 1:
        return None, 0
    if count > MAX_NUMBERS:
        return [], count
    numbers = range(int(first), int(last) + 1)
    return [f"{prefix}{number:0{len(first)}}" for number in numbers], count


def says_gs1(text):
    """Whether a text says of itself that it is a GS1 code: then it is no name."""
    return read_code(text, knows_gtin=lambda _gtin: False).kind != "plain"
