"""The words that a safety notice may not use: they make a hazard look smaller than it is.

Regulation (EU) 2023/988, article 36 (2) (c), names "voluntary", "precautionary", "discretionary",
"in rare situations" and "in specific situations", and forbids to say that no accident was reported.
"""

import re
import unicodedata

FORBIDDEN = {
    "en": (
        r"voluntar\w*",
        r"precautionary|as a precaution",
        r"discretion\w*",
        r"in (?:very )?(?:rare|specific) (?:situations?|cases?|circumstances?)",
        r"no (?:accidents?|injuries|incidents?)",
    ),
    "de": (
        r"freiwillig\w*",
        r"vorsorglich\w*|vorsichtsma(?:ß|ss)nahme\w*",
        r"(?:nach|im) (?:eigenem |freiem )?ermessen",
        r"in (?:sehr )?(?:seltenen|bestimmten|spezifischen) (?:situationen|fällen|umständen)",
        r"keine(?:n|rlei)? (?:unfälle|unfall|verletzungen|vorfälle)",
    ),
    "fr": (
        r"volontaire\w*",
        r"(?:par|de) précaution|préventi(?:f|ve|vement)\w*",
        r"discrétionnaire\w*",
        (
            r"dans (?:de |des )?(?:très )?(?:rares? (?:situations?|cas)|"
            r"(?:situations?|cas) (?:rares?|spécifiques?|particuli\w+))"
        ),
        r"aucun(?:e)? (?:accident|blessure|incident)",
    ),
    "es": (
        r"voluntari\w*",
        r"precaución|precautori\w*|preventiv\w*|cautelar\w*",
        r"discrecional\w*",
        (
            r"en (?:raras (?:situaciones|ocasiones)|(?:situaciones|casos) "
            r"(?:rar[ao]s|poco frecuentes|específic[ao]s|concret[ao]s))"
        ),
        r"ning[uú]n(?:a)? (?:accidente|lesión|incidente)",
    ),
    "nl": (
        r"vrijwillig\w*",
        r"uit voorzorg|voorzorgsmaatregel\w*",
        r"discretionair\w*",
        r"in (?:zeer )?(?:zeldzame|specifieke) (?:situaties|gevallen|omstandigheden)",
        r"geen (?:ongevallen|ongelukken|verwondingen|incidenten)",
    ),
    "it": (
        r"volontari\w*",
        r"precauzion\w*|preventiv\w*",
        r"discrezional\w*",
        r"in (?:rari casi|rare situazioni|(?:situazioni|casi) (?:rar[ei]|specific\w+))",
        r"nessun(?:a)? (?:incidente|infortunio|lesione)",
    ),
    "pt": (
        r"voluntári\w*|voluntariamente",
        r"precaução|precaucional|preventiv\w*",
        r"discricionári\w*",
        (
            r"em (?:rar[ao]s (?:situações|casos|ocasiões)|"
            r"(?:situações|casos) (?:rar[ao]s|específic[ao]s))"
        ),
        r"nenhum(?:a)? (?:acidente|lesão|incidente)",
    ),
}
PATTERNS = {
    language: re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
    for language, words in FORBIDDEN.items()
}


def find_forbidden_words(text, language="en"):
    """The words in a text that a notice may not use.

    :param str text: plain text, or HTML
    :param str language: code of a language as Odoo has it; without words of its own, or besides
        them, the English ones count
    :return: list of words as they stand in the text, each once, in their order
    """
    text = re.sub(r"<[^>]*>|&nbsp;", " ", text or "")
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
    found = {}
    for code in dict.fromkeys((language[:2], "en")):
        for match in PATTERNS[code].finditer(text) if code in PATTERNS else ():
            found.setdefault(match.group().casefold(), (match.start(), match.group()))
    return [word for _start, word in sorted(found.values())]


def split_serial(name):
    """The parts of a serial: what stands before its last figures, these, and what comes after.

    :return: (prefix, figures, suffix); None where it has no figures
    """
    match = re.fullmatch(r"(.*?)([0-9]{1,18})([^0-9]*)", name or "", re.DOTALL)
    return match.groups() if match else None
