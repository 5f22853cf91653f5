"""How the names of lots and serial numbers are stored and compared.

`static/src/app/utils/number_name.js` is the same in the browser; the cases in
`static/tests/unit/data/name_cases.js` hold for both.
"""

import re
import unicodedata

MAX_NAME_LENGTH = 128

# Written out: the meaning of `\s` and of Unicode's categories depends on who reads them.
BLANKS = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# Control characters (scanners send them around a number), halves of characters, and what Unicode
# calls "default ignorable": zero-width and direction characters, the byte order mark, joiners,
# variation selectors, fillers.
INVISIBLE = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
WIDTHS = re.compile("[\uff01-\uffee]+")
HYPHENS = re.compile("[\u2010-\u2015\u2043\u2212\ufe58\ufe63]")
PLAIN = re.compile("[!-~]+(?: [!-~]+)*")


def clean_name(text):
    """The form in which a name is stored: what looks alike is the same text.

    :param text: what was typed, scanned or imported; None or False for nothing
    :return: str in normal form (NFC), trimmed, one blank for several, without control and
        zero-width characters; it may be empty
    """
    text = text or ""
    if PLAIN.fullmatch(text):
        return text
    text = INVISIBLE.sub("", BLANKS.sub(" ", text))
    return BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def fold_name(text):
    """What a name is compared by when nothing fits exactly.

    As `clean_name`, and letter case, full and half width, and the kinds of hyphens do not count.
    """
    text = clean_name(text)
    if PLAIN.fullmatch(text):
        return text.lower()
    text = WIDTHS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _fold_case(HYPHENS.sub("-", text))


def _fold_case(text):
    """Letter by letter, so that no letter's neighbours count (as those of sigma would)."""
    return clean_name("".join(letter.lower().upper().lower() for letter in text))


# From exact to alike.
FORMS = (str, clean_name, lambda name: _fold_case(clean_name(name)), fold_name)


def find_closest(name, named):
    """What a name stands for.

    The name that is exactly the same wins, then the one that looks the same, then the one that
    differs in letter case only, then the one with the same `fold_name`.

    :param str name: what was typed
    :param list named: (name, thing), the preferred ones first
    :return: the thing; None when there is none, and when letter case or width leaves several
    """
    if not clean_name(name):
        return None
    for form in FORMS:
        wanted = form(name)
        found = [thing for known, thing in named if form(known) == wanted]
        if found:
            is_ambiguous = form not in (str, clean_name) and any(f != found[0] for f in found)
            return None if is_ambiguous else found[0]
    return None
