"""Text in files for spreadsheet programs: what looks like a formula is text.

A number is what somebody typed at a till. A quote goes before it where a program would run it, and
`restore` takes that off again when the file is imported.
"""

import re

# What spreadsheet programs take for a formula in a CSV file, in full width as well.
IN_CSV = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# What the writer of XLSX files makes a formula, or a link to a file, of.
IN_XLSX = re.compile(r"=|\{=|(?:internal|external):")
QUOTED = re.compile(r"'(?=\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")


def quote_for_csv(value):
    """:return: the value, a text that a program would run with a quote before it"""
    return f"'{value}" if isinstance(value, str) and IN_CSV.match(value) else value


def quote_for_xlsx(value):
    """The same for a cell of an XLSX file: there, only a few texts are more than text."""
    return f"'{value}" if isinstance(value, str) and IN_XLSX.match(value) else value


def restore(text):
    """What an exported text was before a quote was put before it."""
    return QUOTED.sub("", text, count=1) if QUOTED.match(text) else text
