"""Pages through the life of a number: rows of several sources as one list, by their dates.

A cursor is the key of the last row of a page. Each source gives its next rows after the cursor, by
an index of its own; here they become one page. So a page costs the same wherever it begins.
"""

from datetime import datetime
from typing import NamedTuple

PAGE = 20


class Key(NamedTuple):
    """Where a row stands: its moment (UTC), its source's rank, its id there."""

    moment: datetime
    rank: int
    id: int

    def dump(self):
        """As it goes to the browser and comes back."""
        return [self.moment.isoformat(), self.rank, self.id]

    @classmethod
    def load(cls, value):
        """:raises ValueError: this is no cursor"""
        if not isinstance(value, list | tuple) or len(value) != 3:
            raise ValueError(value)
        moment, rank, row_id = value
        if not isinstance(moment, str) or not all(
            isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**31
            for number in (rank, row_id)
        ):
            raise ValueError(value)
        moment = datetime.fromisoformat(moment)
        if moment.tzinfo:
            raise ValueError(value)
        return cls(moment, rank, row_id)


class Row(NamedTuple):
    """A row of a source: its key, and the record that it tells of."""

    key: Key
    record: object


def get_bounds(rank, cursor, *, oldest_first):
    """Where a source goes on after a cursor.

    :return: (moment, id): its rows of that moment go on behind the id, an id of None leaves all of
        that moment out; None from the beginning
    """
    if cursor is None:
        return None
    if rank == cursor.rank:
        return cursor.moment, cursor.id
    # Of one moment, sources follow each other by rank.
    comes_later = rank > cursor.rank if oldest_first else rank < cursor.rank
    first = 0 if oldest_first else 2**31 - 1
    return cursor.moment, first if comes_later else None


def merge(sources, size, *, oldest_first):
    """One page of the rows of several sources.

    :param sources: lists of `Row`, each with at least `size` + 1 rows if it has so many
    :return: (rows, cursor for the next page or None)
    """
    rows = sorted(
        (row for source in sources for row in source),
        key=lambda row: row.key,
        reverse=not oldest_first,
    )
    page = rows[:size]
    return page, page[-1].key if len(rows) > size else None


def get_kind(source, target):
    """What a transfer means for a number.

    :param source: usage of the location it left; `target`: of the one it came to
    :return: str
    """
    if source == "supplier":
        return "receipt"
    if target == "supplier":
        return "returned_to_supplier"
    if source == "production":
        return "produced"
    if target == "production":
        return "consumed"
    if target == "customer":
        return "delivered"
    if source == "customer":
        return "came_back"
    if "inventory" in (source, target):
        return "found" if source == "inventory" else "lost"
    return "moved"


def get_direction(kind):
    """Whether a kind of transfer, see `get_kind`, brings a number to this company's stock.

    :return: `in` or `out`; False where it does neither
    """
    if kind in ("receipt", "produced", "came_back", "found"):
        return "in"
    if kind in ("returned_to_supplier", "consumed", "delivered", "lost", "scrapped"):
        return "out"
    return False
