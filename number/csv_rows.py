"""A CSV file of numbers → rows of text, as `number.text` reads them.

The first column holds the number, the second its quantity; a date in one of the next two is passed
over, as in `LOT1;3;2026-12-31`.
"""

import csv
import io
import re

from .name import clean_name
from .spreadsheet import restore
from .text import DATE, LINE_BREAK, parse_quantity

SEPARATORS = re.compile('[,;\t"\r\n]')


def decode(content):
    """:return: the text of a file's bytes, None when they are no text"""
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = None
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    # An FNC1 is part of a GS1 code; of all others a text has none.
    if text is None or re.search(r"[\x00-\x08\x0e-\x1c\x1e\x1f]", text):
        return None
    return text


def read_rows(text):
    """:return: list of (number, quantity as written), a header among them
    :raises csv.Error: the text cannot be read
    """
    return [(row[0], _get_quantity(row)) for row in read_cells(text)]


def read_cells(text):
    """:return: list of rows, each a list of cells; rows of nothing are left out
    :raises csv.Error: the text cannot be read
    """
    # What stands between quotes separates nothing.
    first = re.sub(r'"(?:[^"]|"")*"', "", LINE_BREAK.split(text.lstrip(), maxsplit=1)[0])
    delimiter = max(";\t,", key=first.count)
    return [
        [restore(cell).strip(" \t\r\n") for cell in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        if any(clean_name(cell) for cell in row)
    ]


def _get_quantity(row):
    second, third = [*row[1:3], "", ""][:2]
    if not DATE.fullmatch(second):
        return second
    return third if parse_quantity(third) is not None else ""


def is_header(row):
    """Whether a row that is no known number tells what the columns are: its quantity is none."""
    _name, quantity = row
    return bool(quantity) and parse_quantity(quantity) is None


def write_row(tracking, name, quantity):
    """A row that `number.text` reads as exactly this name and quantity."""
    parsed = parse_quantity(quantity)
    if parsed is not None:
        quantity = f"{parsed:.12g}"
    if tracking == "serial" and parsed == 1:
        quantity = ""
    is_lot_quantity = tracking == "lot" and parsed is not None
    if not name or SEPARATORS.search(name) or (quantity and not is_lot_quantity):
        quoted = LINE_BREAK.sub(" ", name).replace('"', '""')
        name = f'"{quoted}"'
    quantity = SEPARATORS.sub(" ", quantity)
    return f"{name};{quantity}" if quantity else name
