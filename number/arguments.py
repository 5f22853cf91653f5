"""Whether what a browser sends is what a method takes: everything else is told, not tried."""

import re
from datetime import date

# What PostgreSQL stores as an id.
MAX_ID = 2**31 - 1


def is_id(value):
    """A whole number that may be the id of a record; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_ID


def are_ids(values):
    return isinstance(values, list | tuple) and all(map(is_id, values))


def are_texts(values):
    return isinstance(values, list | tuple) and all(isinstance(value, str) for value in values)


def is_quantity(value, most):
    """A number above zero, at most so much; True, NaN and infinity are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= most


def is_day(value):
    """An ISO date that a label may have, with room to count days and time zones from it."""
    if not isinstance(value, str) or not re.fullmatch("[12][0-9]{3}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        return date.fromisoformat(value).year >= 1900
    except ValueError:
        return False


def is_storable(text):
    """Whether PostgreSQL stores a text: it has no NUL and no half of a character."""
    return "\0" not in text and text == text.encode("utf-8", "ignore").decode()
