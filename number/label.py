"""What a sale takes of a GS1 code: which of its texts is the number, how many units it stands for.

`static/src/app/utils/gs1_label.js` is the same in the browser; the cases in
`static/tests/unit/data/label_cases.js` hold for both.
"""

# What a code says of its lot's dates: the field of the number that keeps it, and the lot's own.
DAYS = {"code_expiration": "expiration_date", "code_best_before": "use_date"}


def get_number_name(meaning, tracking):
    """The serial or lot in a code, "" when it has none.

    :param meaning: see `gs1.get_meaning`
    :param tracking: "serial" or "lot", of the product: the other one counts where its own is not
        there
    """
    names = [meaning.get("serial", ""), meaning.get("lot", "")]
    return next(filter(None, names if tracking == "serial" else names[::-1]), "")


def get_days(meaning):
    """What a code says of its lot's dates, as a number keeps it: `{field: ISO date}`.

    The last day to sell is the best-before date where there is no other.

    :param meaning: see `gs1.get_meaning`
    """
    days = {
        "code_expiration": meaning.get("expiration"),
        "code_best_before": meaning.get("best_before") or meaning.get("sell_by"),
    }
    return {name: day for name, day in days.items() if day}


def get_units(meaning, factor=1.0):
    """How many units a code stands for; None when it says nothing of it.

    :param meaning: see `gs1.get_meaning`
    :param factor: units in the packaging that its GTIN belongs to
    """
    if "count" not in meaning and factor == 1:
        return None
    return factor * meaning.get("count", 1)
