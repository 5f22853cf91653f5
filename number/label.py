"""What a sale takes of a GS1 code: which of its texts is the number, how many units it stands for.

`static/src/app/utils/gs1_label.js` is the same in the browser; the cases in
`static/tests/unit/data/label_cases.js` hold for both.
"""


def get_number_name(meaning, tracking):
    """The serial or lot in a code, "" when it has none.

    :param meaning: see `gs1.get_meaning`
    :param tracking: "serial" or "lot", of the product: the other one counts where its own is not
        there
    """
    names = [meaning.get("serial", ""), meaning.get("lot", "")]
    return next(filter(None, names if tracking == "serial" else names[::-1]), "")


def get_units(meaning, factor=1.0):
    """How many units a code stands for; None when it says nothing of it.

    :param meaning: see `gs1.get_meaning`
    :param factor: units in the packaging that its GTIN belongs to
    """
    if "count" not in meaning and factor == 1:
        return None
    return factor * meaning.get("count", 1)
