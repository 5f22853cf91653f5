"""Cases that the tests of the server and those of the browser share."""

import json
import re
from pathlib import Path

DATA = Path(__file__).parents[1] / "static" / "tests" / "unit" / "data"


def read_cases(name):
    """The list that a file of static/tests/unit/data exports: JSON, but for comments and commas."""
    text = DATA.joinpath(name).read_text(encoding="utf-8")
    body = text[text.index("= [") + 2 : text.rindex("]") + 1]
    body = re.sub(r"^ *//.*$", "", body, flags=re.MULTILINE)
    return json.loads(re.sub(r",(\s*\])", r"\1", body))
