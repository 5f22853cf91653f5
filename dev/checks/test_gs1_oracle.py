"""Our reading of GS1 codes against `biip`, which somebody else has written.

`biip` judges less: it knows no list of countries and no identifiers that exclude one another. So
what we read, it reads to the same elements; what it refuses, we refuse; and it knows the same
identifiers.
"""

import json
import random
import re

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_messages import GS1Message

from odoo.addons.pos_lot_traceability.number import gs1
from odoo.addons.pos_lot_traceability.tests.test_gs1 import any_codes, get_cases

SEED = 20260101
CARRIER = "]C1"
PRODUCT = "0109506000134352"


def read_ours(message):
    """:return: elements, or None"""
    code = gs1.read_code(CARRIER + message, year=2026)
    return list(code.elements) if code.kind == "gs1" else None


def read_theirs(message):
    try:
        found = GS1Message.parse(message).element_strings
    except ParseError:
        return None
    # It tells of a wrong check digit beside the element.
    if any(each.gtin_error or each.gln_error or each.sscc_error for each in found):
        return None
    return [(each.ai.ai, each.value) for each in found]


def identifiers():
    """All of one to four digits that `biip` knows."""
    for number in range(10000):
        for length in (2, 3, 4):
            ai = str(number).zfill(length)
            if len(ai) == length:
                try:
                    yield GS1ApplicationIdentifier.extract(ai), ai
                except ParseError:
                    continue


def get_identifiers():
    return {found.ai for found, ai in identifiers() if found.ai == ai}


def any_value(identifier, chance):
    """A value of an identifier's form, now and then a little too long or too short."""
    value = ""
    for kind, sign, size in re.findall(r"([NX])(\.\.)?(\d+)", identifier.format)[1:]:
        length = chance.randint(1, int(size)) if sign else int(size)
        letters = "0123456789" if kind == "N" else gs1.CHARACTERS
        value += "".join(chance.choices(letters, k=length))
    if chance.random() < 0.1:
        value = value[:-1] if chance.random() < 0.5 else value + chance.choice("0A")
    return value


def any_messages(count):
    """Elements of known identifiers, some of them spoilt, always the same."""
    chance = random.Random(SEED)
    known = [GS1ApplicationIdentifier.extract(ai) for ai in sorted(get_identifiers())]
    for _number in range(count):
        some = chance.sample(known, chance.randint(1, 3))
        yield gs1.FNC1.join(each.ai + any_value(each, chance) for each in some)
    for text in any_codes(count, SEED):
        yield text.removeprefix(CARRIER)


def test_same_identifiers():
    theirs = get_identifiers()
    assert len(theirs) > 500
    ours = {
        ai
        for length in (2, 3, 4)
        for ai in (str(number).zfill(length) for number in range(10**length))
        if gs1._is_identifier(ai)
    }
    assert ours == theirs


def test_what_we_read_is_what_they_read():
    read = refused = 0
    for message in any_messages(20_000):
        # What scanners make of the separator is ours alone.
        if re.sub(gs1.SEPARATORS, gs1.FNC1, message) != message:
            continue
        theirs = read_theirs(message)
        ours = read_ours(message)
        if ours is not None:
            assert theirs == ours, json.dumps(message)
            read += 1
        refused += theirs is None
    # Neither side of the comparison is empty.
    assert read > 3_000
    assert refused > 3_000


def test_our_cases():
    """Element strings of the cases: right codes are right for both."""
    count = 0
    for text, kind, expected in get_cases():
        is_plain = text.startswith(CARRIER) and kind == "gs1"
        if is_plain and re.fullmatch(r"[\x1d!-~]+", text):
            elements = [tuple(each) for each in re.findall(r"\((\d{2,4})\)([^(]*)", expected)]
            assert read_theirs(text.removeprefix(CARRIER)) == elements, text
            count += 1
    assert count > 5
