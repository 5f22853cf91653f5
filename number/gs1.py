"""What a scanned code stands for in GS1's system: product, lot, serial, dates, count and weight.

Read are element strings, with the separator FNC1 or what scanners make of it, the text in brackets
that is printed below a code, and GS1 Digital Link addresses. Facts: GS1 General Specifications,
GS1 Barcode Syntax Dictionary, GS1 Digital Link Standard.

`static/src/app/utils/gs1.js` is the same in the browser, with the same `TABLE`, `CHARACTERS` and
`LISTS`; the cases in `static/tests/unit/data/gs1_cases.js` hold for both.
"""

import datetime
import re
from typing import NamedTuple

FNC1 = "\x1d"
# More than a label can hold. A longer code is not read, so that the time stays short.
MAX_ELEMENTS = 64

# Identifiers, shortest and longest value (":20" is 1 to 20), and the form of the value, of entries
# that are separated by blanks. The identifiers are a regular expression, and so is the form, in
# which capitals stand for `FORMS`. Without a form, any character of `SET_82` may come.
TABLE = (
    r"00|801[78]:18:18:C 0[1-3]:14:14:C 1[1-35-7]:6:6:D 20:2:2:N 41[0-7]:13:13:C "
    r"3(?:1[0-6]|[246]\d|[35][0-7])[0-5]:6:6:N 395[0-5]|8005:6:6:N "
    r"10|2[12]|243|254|420|4318|702[0-2]|71[0-7]|7240|80[01]2::20 235::28 "
    r"24[01]|25[01]|40[03]|4308|4319|7002|90::30 401|7023|8004:4:30:\d{4}.* 242::6:N 30|37::8:N "
    r"39[02]\d::15:N 39[13]\d:4:18:KN 394[0-3]|8111:4:4:N 253:13:30:C13.* 255:13:25:C13\d* "
    r"402:17:17:C 421:4:12:I.* 42[246]:3:3:I 42[35]:3:15:II?I?I?I? 427|7008::3 "
    r"43[01][01]|4320::35:P 43[01][2-6]|7257::70:P 43[01]7:2:2:L 4309:20:20:O "
    r"432[1-3]:1:1:[01] 432[45]:10:10:DT 4326|7006:6:6:E 433[0-3]:6:7:\d{6}-? 7001:13:13:N "
    r"7003:10:10:ET 7004::4:N 7005::12 7007:6:12:EE? 7009|7255::10 7010::2 7011:6:10:ET? "
    r"703\d:4:30:J.* 7040:4:4:\d..[-\w] 7041::4 723\d:3:30 7241:2:2:0[1-9]|10|[89]\d 7242|8020::25 "
    r"7250:8:8:F 7251:12:12:FT 7252:1:1:[0129] 725[349]::40:P 7256::90:P 7258:3:3:S "
    r"8001:14:14:(?!0{4}|.{4}0{5}|.{9}000)\d{12}[019]\d 8003:14:30:0C13.* 8006|8026:18:18:C14Q "
    r"8007:5:34:B 8008:8:12:EH(?:MM?)? 8009::50 8010:4:30:\d{4}[-#/\dA-Z]* 8011::12:[1-9]\d* "
    r"8013:4:25:A 8014:4:25:(?=.*\D)A 8019::10:N 8030::90:Z 804[01]:15:15:N 8042:32:32:N "
    r"8043:18:20:N "
    r"8110::70:G\d{6}WR(?:1[0-3]R(?:9|G))?(?:2R(?:9|G))?(?:3E)?(?:4E)?"
    r"(?:5(?:G|V))?(?:6(?:(?!0)G|7\d{13}))?(?:9[01256][0-2]\d[01])? "
    r"8112::70:[01]G\d{6}(?:G|V) 8200::70 9[1-9]::90"
)
# A part of a form, with how long it is where nothing else is said; `CHECKS` has what it must be.
FORMS = {
    "A": r"\d{4}.*",  # ends with two check characters
    "B": r"[A-Z]{2}[\dA-Z]+",  # bank account
    "C": r"\d+",  # ends with a check digit
    "D": r"\d{6}",  # date, 00 for the month's last day
    "E": r"\d{6}",  # date
    "F": r"\d{8}",  # date with century
    "G": r"0\d{6}|1\d{7}|2\d{8}|3\d{9}|4\d{10}|5\d{11}|6\d{12}",  # of a coupon: its length first
    "H": r"[01]\d|2[0-3]",  # hour
    "I": r"\d{3}",  # country
    "J": r"\d{3}",  # country, or 999 for several
    "K": r"\d{3}",  # currency
    "L": r"..",  # country in letters
    "M": r"[0-5]\d",  # minute, second
    "N": r"\d+",
    "O": r"(?:(?:0\d|1[0-7])\d{8}|180{8})(?:(?:[0-2]\d|3[0-5])\d{8}|360{8})",  # place on earth
    "P": r"(?:[^%]|%[\da-fA-F]{2})+",  # percent-encoded
    "Q": r"\d{4}",  # piece and number of pieces
    "R": r"(?:1\d|2\d\d|3\d{3}|4\d{4}|5\d{5})[0-49]\d{3}",  # of a coupon: what must be bought
    "S": r"[1-9]/[1-9]",  # position and number of positions
    "T": r"(?:[01]\d|2[0-3])[0-5]\d",  # hour and minute
    "V": r"7\d{13}|8\d{14}|9\d{15}",  # of a coupon: a longer serial number
    "W": r"1\d|2\d\d|3\d{3}|4\d{4}|5\d{5}",  # of a coupon: what it is worth
    "Z": r"(?:[-\w]{3})*(?:[-\w]==|[-\w]{2}=)|[-\w]+",  # base64
}
# The characters of values, in the order that check characters count them.
CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
SET_82 = re.compile(f"[{re.escape(CHARACTERS)}]*")
# Which codes there are: six of them a character, counted from "0", the first in its lowest bit.
LISTS = {
    "I": "@DA4A6A4M4ADE055A4A4A0A4A45A4CATAPAD4Aha4E4EDQ10A4A4A4ADA4A4A4A4A4D45I4E4E4A4A4AA0A7A4A4"
    "Y3144A4AdN8@A4A45A4C@Q=A4ADA0O44@<14A4A5A4A4I5904@h11@4E001Q01",  # ISO 3166-1, numbers
    "L": "hUeg^oN_Mkm9o@H50B=0>00G90kWkG10=J06hm0@0=00M\\2m15hCmcooGGbB80@00acSC5000040A5OoW[c^OZI"
    "@@@`E524020400000@00240401",  # ISO 3166-1, letters
    "K": "04100414M0A410111414@0A0141041041P@@01D@400@0100@00004A4@4A4A4@0@4E45I4A404@4100A0@11414"
    "`00441404@4@A4000@0B01000@010E400400@4A404A404804@011005000A002000oIefononk?7A:",  # ISO 4217
}
# The places of (01) and of other keys with what may follow them in an address.
LINKS = re.compile(
    r"(?:01|8006)(?: 22)?(?: 10)?(?: 21)?|01 235|414 254|(?:41[47]|8004)(?: 7040)?"
    r"|415(?: 8020)?|8010(?: 8011)?|801[78](?: 8019)?|00|25[35]|40[12]|80[01]3"
)
# May not come as query of an address.
NO_QUERY = re.compile(r"03|2[12]|235|254|704[01]|80[14]1|801[49]|8020|804\d|8200")
# Identifiers that exclude others, each followed by those that come after it in the order of text:
# the last row is one measure with two numbers of decimals.
EXCLUSIONS = (
    r"01>02|03|255|37|8006 02>03|255|8006|8026 03>235|37|7240|80[02]6 21>235 "
    r"255>415|80[02]6|8020 37>8006 390\d>39[14]\d|8111 392\d>39[35]\d 393\d>395\d 394\d>8111 "
    r"395\d>8005 420>421 421>4307 42[2-5]>426 4330>4331 4332>4333 7250>7251 725[3-5]>725[69] "
    r"7256>7259 8006>8026 8017>8018 (3\d\d)\d>\2\d"
)
# Identifiers that say nothing without another one. What identifies the product may be missing: many
# labels have it in a code of its own.
REQUIREMENTS = (
    r"02>37 37>02|8026 250>21 39[235]\d>30|3[1256]\d\d "
    r"(?:01|8006)(?=_.*_8030_)>21 8010(?=_.*_8030_)>8011"
)
# Without its serial part none of these can be signed.
UNSIGNABLE = re.compile(r"25[35]\d{13}|8003\d{14}")

GS1_CARRIER = re.compile(r"\](?:C1|e[0-2]|d2|Q3|J1)")
CARRIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
# An EAN with the code that is printed above it, which scanners send as one.
COMPOSITE = re.compile(r"\]E[04]([0-9]{8,13})\|\]e0")
# What scanners and keyboards make of FNC1. None of it is in `SET_82`, but for words.
SURE_SEPARATOR = re.compile(r"\x1d|\u241d|\^\]|[\[{<](?:GS|FNC1)[\]}>]")
SEPARATORS = r"\x1d|\u241d|\^\]|[\[{<](?:GS|FNC1)[\]}>]|Alt\+?0?29|~1|[|^]"
# What scanners send around a code.
AROUND = "".join(map(chr, range(33))).replace(FNC1, "")
PREDEFINED = re.compile(r"0[0-4]|1[1-9]|20|3[1-6]|41")
BRACKET = re.compile(r"(?<!\\)\|?\(([0-9]{2,4})\)")
ADDRESS = re.compile(r"(?:https?|HTTPS?)://")
LINK = re.compile(r"[^:]+://[-.:\[\]0-9A-Za-z]+((?:/[^/?#]*)+)(?:\?([^#]*))?(?:#.*)?")
LINK_CHARACTERS = re.compile(r"[!#-;=?-Z\[\]_a-z~]*")
LIKE_LINK = re.compile(r"/(?:0[01]|25[35]|4\d\d|80\d\d)/\d{4}", re.ASCII)
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# Of a compressed address: how its first byte says that a GTIN follows.
COMPRESSED_GTIN = re.compile(r"01|0[a-f]|[123][a-f]|a\d", re.ASCII)


class Code(NamedTuple):
    """What a text is.

    `kind`: "gs1", "plain" (no GS1 code, `text` is what is left without prefix) or "refused" (it
    begins like a GS1 code and is none: never a number).

    `reason` says why it is refused, as a dict for the caller to translate: `code`, and where they
    are known `ai` (identifier), `value` (its first 40 characters) and `other` (another identifier).
    Codes: "empty" (nothing in it), "many" (more elements than a label holds), "unknown" (no such
    identifier), "short", "long", "characters", "value", "check_digit", "date", "different" (two
    values of one identifier, or in an address one twice), "excluded" (by `other`), "missing" (needs
    `other`), "address" (no GS1 Digital Link), "misplaced" (elsewhere in the address), "compressed".
    Of a plain text it is None, or "address" for a web address.

    `meaning` has what a till uses of it, see `get_meaning`; it is empty for other kinds.
    """

    kind: str
    text: str
    elements: tuple = ()  # of (identifier, value) in their order
    reason: dict | None = None
    meaning: dict = {}


class _Refusal(Exception):
    def __init__(self, code, ai="", value="", other=""):
        super().__init__(code)
        params = {"ai": ai, "value": value[:40], "other": other}
        self.reason = {"code": code, **{key: each for key, each in params.items() if each}}


# Longer is no separator.
MAX_SEPARATOR_LENGTH = 8


def is_safe_separator(text):
    """Whether a text can stand for FNC1: none of it may be part of a value."""
    return (
        isinstance(text, str)
        and 0 < len(text) <= MAX_SEPARATOR_LENGTH
        and text == text.strip()
        and text.isprintable()
        and not SET_82.fullmatch(text)
    )


def read_code(text, separators=(), knows_gtin=None, year=None):
    """What a scanned or typed text is.

    The exact name of a known number and a product's barcode come before this: ask for them first.

    :param text: as it came from scanner or keyboard
    :param separators: texts that this shop's scanners send instead of FNC1, besides the usual ones
    :param knows_gtin: function: 14 digits → whether a product has them. A code that does not say
        that it is GS1 (no prefix, no separator) is one only where it begins with such a GTIN;
        without the function, with any that has a right check digit.
    :param year: today's, from which the century of a date follows
    :return: `Code`
    """
    body = text = str(text or "").strip(AROUND)
    year = year or datetime.datetime.now(datetime.timezone.utc).year
    try:
        composite = COMPOSITE.match(text)
        if composite:
            body = "]e001" + composite[1].zfill(14) + text[composite.end() :]
        elements = _read(body, separators, knows_gtin, year)
    except _Refusal as refusal:
        return Code("refused", text, reason=refusal.reason)
    if elements is None:
        body = CARRIER.sub("", text, count=1) if CARRIER.match(text) else text
        reason = {"code": "address"} if ADDRESS.match(body) else None
        return Code("plain", body, reason=reason)
    return Code("gs1", text, tuple(elements), meaning=get_meaning(elements, year))


def _read(text, separators, knows_gtin, year):
    """The elements of a text; None when it does not begin like GS1."""
    is_gs1 = bool(GS1_CARRIER.match(text))
    is_other = not is_gs1 and bool(CARRIER.match(text))
    if is_gs1 or is_other:
        text = text[3:]
    if not is_gs1:
        if ADDRESS.match(text):
            return _read_link(text, year)
        bracket = BRACKET.match(text)
        if bracket and text[0] == "(" and _is_identifier(bracket[1]):
            return _check(_split_brackets(text), year)
        if is_other:
            return None
    own = "".join("|" + re.escape(each) for each in separators if each)
    is_sure = is_gs1 or SURE_SEPARATOR.search(text)
    codes = re.sub(SEPARATORS + own, FNC1, text)
    if not is_sure:
        gtin = re.match(r"\x1d*0[12](\d{14})", codes, re.ASCII)
        is_sure = gtin and is_check_digit_right(gtin[1]) and (not knows_gtin or knows_gtin(gtin[1]))
    if is_sure:
        return _check(_split(codes, year), year)
    if re.match(r"[\^|]\d\d|~1\d\d", text, re.ASCII):
        try:
            return _check(_split(codes, year), year)
        except _Refusal:
            return None
    return None


def _split(text, year):
    """Element strings, one after the other."""
    position = len(text) - len(text.lstrip(FNC1))
    while position < len(text):
        rest = text[position : position + 4]
        entry = _find_entry(rest)
        if not entry:
            raise _Refusal("unknown", re.match(r"\d{0,4}", rest, re.ASCII)[0], rest)
        ai = entry[0]
        start = position + len(ai)
        end = text.find(FNC1, start)
        end = len(text) if end < 0 else end
        if PREDEFINED.match(ai):
            end = min(end, start + entry[2])
        yield ai, text[start:end]
        position = end
        while text[position : position + 1] == FNC1:
            position += 1


def _split_brackets(text):
    r"""The text that is printed below a code; `\(` is a bracket of a value."""
    parts = BRACKET.split(text)
    for ai, printed in zip(parts[1::2], parts[2::2], strict=True):
        value = printed.strip(" ")
        stray = re.search(r"(?<!\\)\(", value)
        if stray:
            raise _Refusal("characters", ai, value)
        yield ai, value.replace("\\(", "(")


def _read_link(text, year):
    """The elements of a GS1 Digital Link address; None when it is another address."""
    link = LINK.fullmatch(text)
    if not link:
        if LIKE_LINK.search(text):
            raise _Refusal("address")
        return None
    path = link[1].split("/")[1:]
    start = len(path) - 2
    while start >= 0 and _is_identifier(path[start]) and not LINKS.fullmatch(path[start]):
        start -= 2
    is_link = start >= 0 and _is_identifier(path[start])
    if not is_link or not re.match("[0-9]{4}", path[start + 1]):
        if _is_compressed(path[-1]):
            raise _Refusal("compressed")
        if LIKE_LINK.search(text):
            raise _Refusal("address")
        return None
    if not LINK_CHARACTERS.fullmatch(text):
        raise _Refusal("address")
    elements = [_decode(*pair) for pair in zip(path[start::2], path[start + 1 :: 2], strict=True)]
    keys = [ai for ai, _value in elements]
    if not LINKS.fullmatch(" ".join(keys)):
        raise _Refusal("misplaced", keys[-1])
    for part in (link[2] or "").split("&")[: 4 * MAX_ELEMENTS]:
        ai, is_pair, value = part.partition("=")
        if not is_pair or not re.fullmatch(r"[0-9]+", ai):
            continue
        if not _is_identifier(ai):
            raise _Refusal("unknown", ai[:4], value)
        orders = (" ".join([*keys[:at], ai, *keys[at:]]) for at in range(1, len(keys) + 1))
        if NO_QUERY.fullmatch(ai) or any(LINKS.fullmatch(order) for order in orders):
            raise _Refusal("misplaced", ai, value)
        elements.append(_decode(ai, value.replace("+", " ")))
    seen = set()
    for ai, value in elements:
        if ai in seen:
            raise _Refusal("different", ai, value)
        seen.add(ai)
    return _check(elements, year)


def _decode(ai, value):
    value = re.sub("%([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), value)
    # Shorter GTINs are filled up with zeros.
    is_short = ai == "01" and re.fullmatch(r"[0-9]{8}|[0-9]{12,13}", value)
    return ai, value.zfill(14) if is_short else value


def _is_compressed(part):
    """Whether a part of a path is a compressed address: a GTIN with its check digit is in it."""
    if not re.fullmatch(r"[-0-9A-Z_a-z]{10,}", part):
        return False
    bits = "".join(f"{BASE64.index(each):06b}" for each in part[:10])
    is_gtin = COMPRESSED_GTIN.fullmatch(f"{int(bits[:8], 2):02x}")
    gtin = str(int(bits[8:55], 2)).zfill(14)
    return bool(is_gtin) and len(gtin) == 14 and is_check_digit_right(gtin)


# --------------------------------------------------------------------------------- what may be


def _expand(form):
    """A form as regular expression, and the parts that it captures."""
    parts = []

    def capture(found):
        letter, length = found.groups()
        if letter in CHECKS:
            parts.append(letter)
            return f"([0-9]{{{length}}})" if length else f"({FORMS[letter]})"
        return f"(?:{FORMS[letter]})"

    # The backslash letters and the sets of a form are no parts.
    regex = re.sub(r"(?<!\\)(?<!-)([A-Z])(?!-)(\d*)", capture, form)
    return re.compile(regex, re.ASCII | re.DOTALL), parts


def _find_entry(text):
    """The entry of the identifier that a text begins with.

    :return: (identifier, shortest value, longest value, form or None); None: there is no such one
    """
    found = IDENTIFIERS.match(text)
    return (found[0], *ENTRIES[found.lastindex - 1]) if found else None


def _is_identifier(text):
    entry = _find_entry(text)
    return bool(entry) and entry[0] == text


def _check(elements, year):
    """The elements, when all of them may be; else raises `_Refusal`."""
    result, values = [], {}
    for ai, value in elements:
        _check_value(ai, value, year)
        if values.setdefault(ai, value) != value:
            raise _Refusal("different", ai, value)
        result.append((ai, value))
        if len(result) > MAX_ELEMENTS:
            raise _Refusal("many")
    if not result:
        raise _Refusal("empty")
    present = f"_{'__'.join(sorted(values))}_"
    for row in EXCLUSIONS.split(" "):
        ai, other = row.split(">")
        found = re.search(f"_({ai})_.*_({other})_", present)
        if found:
            raise _Refusal("excluded", found[1], other=found[found.re.groups])
    for row in REQUIREMENTS.split(" "):
        ai, needed = row.split(">")
        found = re.search(f"_({ai})_", present)
        if found and not re.search(f"_(?:{needed})_", present):
            raise _Refusal("missing", found[1], other=needed)
    if "8030" in values:
        for ai, value in result:
            if UNSIGNABLE.fullmatch(ai + value):
                raise _Refusal("short", ai, value)
    return result


def _check_value(ai, value, year):
    entry = _find_entry(ai)
    if not entry or entry[0] != ai:
        raise _Refusal("unknown", ai, value)
    _ai, shortest, longest, form = entry
    if not SET_82.fullmatch(value.replace("#", "") if ai == "8010" else value):
        raise _Refusal("characters", ai, value)
    if len(value) < shortest:
        raise _Refusal("short", ai, value)
    if len(value) > longest:
        raise _Refusal("long", ai, value)
    if not form:
        return
    regex, parts = form
    found = regex.fullmatch(value)
    if not found:
        raise _Refusal("value" if value.isdigit() else "characters", ai, value)
    for letter, part in zip(parts, found.groups(), strict=True):
        problem, check = CHECKS[letter]
        if part and not check(part, year):
            raise _Refusal(problem, ai, value)


def is_check_digit_right(digits):
    """Whether the last digit is the check digit of those before it."""
    weighted = (int(each) * (1, 3)[at % 2] for at, each in enumerate(reversed(digits)))
    return sum(weighted) % 10 == 0


def _has_check_characters(value):
    """Whether the last two characters are the check characters of those before them."""
    primes = [n for n in range(2, 84) if all(n % divisor for divisor in range(2, n))]
    counted = zip(reversed(value[:-2]), primes, strict=False)
    total = sum(CHARACTERS.index(each) * prime for each, prime in counted) % 1021
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return value[-2:] == letters[total >> 5] + letters[total & 31]


def _is_account(value):
    """Whether an IBAN's check digits are right."""
    digits = "".join(str(int(each, 36)) for each in value[4:] + value[:4])
    return int(digits) % 97 == 1 and _is_listed("L", value[:2])


def _is_listed(kind, code):
    if kind == "L":
        is_code = code.isupper() and code.isalpha()
        number = (ord(code[0]) - 65) * 26 + ord(code[1]) - 65 if is_code else -1
    else:
        number = int(code)
    place, bit = divmod(number, 6)
    return 0 <= place < len(LISTS[kind]) and bool(ord(LISTS[kind][place]) - 48 >> bit & 1)


def to_date(digits, year):
    """The date of YYMMDD or YYYYMMDD in ISO form, None when there is no such day.

    Day 00 is the last of its month. 51 to 99 years ahead is the century before, 50 or more behind
    is the next one (GS1 General Specifications 7.12).
    """
    month, day = int(digits[-4:-2]), int(digits[-2:])
    of_century = int(digits[:-4])
    if len(digits) == 6:
        ahead = of_century - year % 100
        of_century += year - year % 100 - (100 if ahead > 50 else -100 if ahead <= -50 else 0)
    if not 1 <= month <= 12:
        return None
    is_leap = of_century % 4 == 0 and (of_century % 100 != 0 or of_century % 400 == 0)
    last = 28 + is_leap if month == 2 else 30 + (month + (month > 7)) % 2
    return None if day > last else f"{of_century:04}-{month:02}-{day or last:02}"


def _is_date(digits, year):
    return digits[-2:] != "00" and to_date(digits, year) is not None


def _is_piece(part, _year):
    half = len(part) // 2
    return "00" < part[:half] <= part[-half:]


# By the letter of a form: what is wrong, and a function (text, year) that says whether it is right.
CHECKS = {
    "A": ("check_digit", lambda part, _year: _has_check_characters(part)),
    "B": ("check_digit", lambda part, _year: _is_account(part)),
    "C": ("check_digit", lambda part, _year: is_check_digit_right(part)),
    "D": ("date", to_date),
    "E": ("date", _is_date),
    "F": ("date", _is_date),
    "I": ("value", lambda part, _year: _is_listed("I", part)),
    "J": ("value", lambda part, _year: part == "999" or _is_listed("I", part)),
    "K": ("value", lambda part, _year: _is_listed("K", part)),
    "L": ("value", lambda part, _year: _is_listed("L", part)),
    "Q": ("value", _is_piece),
    "S": ("value", lambda part, _year: part[0] <= part[2]),
}


def _read_table():
    """:return: regular expression with a group an entry, and the entries"""
    groups, entries = [], []
    for row in TABLE.split(" "):
        # A form has colons of its own.
        identifiers, shortest, longest, *form = re.split(r"(?<!\?):", row)
        groups.append(f"({identifiers})")
        entries.append(
            (int(shortest or 1), int(longest), _expand(":".join(form)) if form else None)
        )
    return re.compile("|".join(groups), re.ASCII), entries


IDENTIFIERS, ENTRIES = _read_table()


# ------------------------------------------------------------------------------- what it means


def get_meaning(elements, year):
    """What a till uses of a code's elements.

    :return: dict of what is there: `gtin` (14 digits), `is_content` (true: of what is inside, 02),
        `sscc`, `lot`, `serial` (21, else 235), `second_serial`, `count` (30 or 37),
        `weight` (number) with `weight_unit` ("kg" or "lb"), `expiration` (17, 7003), `best_before`,
        `sell_by`, `production`, `packaging` (ISO dates), `expiration_time` ("HH:MM"), `additional`
        (240, 241: list of texts)
    """
    values = dict(elements)
    meaning = {}

    def take(name, *identifiers, form=str):
        for ai in identifiers:
            if ai in values and name not in meaning:
                meaning[name] = form(values[ai])

    take("gtin", "01", "02")
    if "02" in values:
        meaning["is_content"] = True
    take("sscc", "00")
    take("lot", "10")
    take("serial", "21", "235")
    take("second_serial", "250")
    take("count", "30", "37", form=int)
    for name, identifiers in (
        ("expiration", ("17", "7003")),
        ("best_before", ("15",)),
        ("sell_by", ("16",)),
        ("production", ("11",)),
        ("packaging", ("13",)),
    ):
        take(name, *identifiers, form=lambda value: to_date(value[:6], year))
    take("expiration_time", "7003", form=lambda value: f"{value[6:8]}:{value[8:]}")
    for ai, value in values.items():
        if ai[:3] in ("310", "320"):
            meaning["weight"] = int(value) / 10 ** int(ai[3])
            meaning["weight_unit"] = "kg" if ai[:3] == "310" else "lb"
    additional = [values[ai] for ai in ("240", "241") if ai in values]
    return {**meaning, "additional": additional} if additional else meaning
