"""How long a sold unit is under warranty. Days are those of the shop's time zone.

`static/src/app/utils/warranty.js` says the same in the browser, for a receipt printed offline.
"""

import calendar
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = ZoneInfo("UTC")


class Warranty(NamedTuple):
    """The first and the last day on which a unit is under warranty."""

    start: date | None
    end: date | None


class Returned(NamedTuple):
    """What comes back in an exchange: a quantity of one number, and its last day of warranty."""

    quantity: float
    end: date


def _get_zone(name):
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def get_day(moment, zone):
    """:param moment: datetime in UTC, without time zone; :return: the date in the zone"""
    return moment.replace(tzinfo=UTC).astimezone(_get_zone(zone)).date()


def get_end_of_day(day, zone):
    """The last second of a date in a zone: datetime in UTC, without time zone."""
    end = datetime.combine(day, time(23, 59, 59), _get_zone(zone))
    return end.astimezone(UTC).replace(tzinfo=None)


def add_months(day, months):
    """The day of the same number that many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year >= date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def get_warranty(start, months, exchanged_for=None, least_months=0):
    """The warranty of a unit that was handed over on a day.

    :param start: date
    :param int months: of the product; 0 or less: none
    :param exchanged_for: `Returned` that it replaces: the rest of that period counts
    :param int least_months: what an exchanged unit has at least
    """
    if exchanged_for:
        end = max(exchanged_for.end, add_months(start, max(least_months, 0)))
        return Warranty(start, end) if end > start else Warranty(start, exchanged_for.end)
    if months <= 0:
        return Warranty(None, None)
    return Warranty(start, add_months(start, months))


def take_exchanged(returned, quantity, compare):
    """Which of the returned units a sold number replaces: its whole quantity, or none.

    A number of which a part is a replacement only is as good as new: the longer period counts.

    :param list returned: `Returned`, changed: what is taken is gone
    :param compare: compares two quantities of the product
    :return: the one of them that ends last, None where fewer came back than were sold
    """
    if not returned or compare(sum(each.quantity for each in returned), quantity) < 0:
        return None
    returned.sort(key=lambda each: each.end, reverse=True)
    last = returned[0]
    left = quantity
    while returned and compare(left, 0) > 0:
        each = returned.pop(0)
        if compare(each.quantity, left) > 0:
            returned.insert(0, each._replace(quantity=each.quantity - left))
        left -= min(left, each.quantity)
    return last


def get_state(end, ended_on, today):
    """:return: `none`, `returned` (it ended early), `over` or `running`; last day included"""
    if ended_on:
        return "returned"
    if not end:
        return "none"
    return "running" if today <= end else "over"
