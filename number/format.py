"""Which new numbers a product may have: its number format.

`static/src/app/utils/number_format.js` is the same in the browser; the cases in
`static/tests/unit/data/format_cases.js` hold for both.
"""

import re

from .name import clean_name


def read_new_number(text, number_format):
    """The name that a typed or scanned text gives a new number, and whether it may be one.

    Known numbers are not judged: look for them first, with the text as it came.

    :param text: what was typed or scanned
    :param dict number_format: `kind` ("any", "digits", "imei", "mask"), `shortest` and `longest`
        (of digits; 0 or missing: no limit), `mask` (`9` a digit, `A` a letter, `*` either, all else
        itself), `prefixes` (list of texts to take off, the longest that fits, once), `upper`
        (whether letters become upper case)
    :return: (name, None), or (name, reason): "empty", "digits", "short", "long", "imei_length",
        "imei_check_digit", "mask"
    """
    name = clean_name(text)
    prefixes = sorted(number_format.get("prefixes") or (), key=len, reverse=True)
    for prefix in filter(None, prefixes):
        if name.upper().startswith(prefix.upper()):
            name = clean_name(name[len(prefix) :])
            break
    if number_format.get("upper"):
        name = name.upper()
    return name, _find_fault(name, number_format)


def _find_fault(name, number_format):
    kind = number_format.get("kind")
    if not name:
        return "empty"
    if kind == "digits":
        if not re.fullmatch("[0-9]+", name):
            return "digits"
        if len(name) < (number_format.get("shortest") or 0):
            return "short"
        if len(name) > (number_format.get("longest") or len(name)):
            return "long"
    elif kind == "imei":
        if not re.fullmatch("[0-9]+", name):
            return "digits"
        if len(name) != 15:
            return "imei_length"
        if not _is_luhn(name):
            return "imei_check_digit"
    elif kind == "mask" and not _fits(name, number_format.get("mask") or ""):
        return "mask"
    return None


def _is_luhn(digits):
    """Whether the last digit is the check digit (ISO/IEC 7812-1) of those before it."""
    doubled = (int(each) * (1 + at % 2) for at, each in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _fits(name, mask):
    kinds = {"9": "[0-9]", "A": "[A-Za-z]", "*": "[0-9A-Za-z]"}
    return bool(re.fullmatch("".join(kinds.get(each) or re.escape(each) for each in mask), name))
