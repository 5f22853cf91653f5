"""A first installation and tests that need no browser, through Odoo's own runner.

It sees what pytest does not: data files that install with warnings, deprecated calls, and the
rules that Odoo's runner adds (clean cursors, module order). A whole `dev/test` runs a few files so,
for pytest has run them all; `dev/test --runner` runs each.
"""

import os
import re
from collections import Counter
from pathlib import Path

from odoo_runner import OdooRun

TESTS = Path(__file__).parents[2] / "tests"
# Browser tests carry this tag; they run by pytest only, once is enough.
BROWSER_TAG = "pos_lot_browser"
MODULE = "pos_lot_traceability"
SAMPLE = ("against_core/test_rights", "against_core/test_till", "test_assignment", "test_settings")


def test_install_and_test_by_odoo():
    run = OdooRun(
        "odoo-runner",
        os.environ["POS_LOT_FRESH_DB"],
        f"{_tags()},-{BROWSER_TAG}",
        *("-i", MODULE),
    )
    assert run.code == 0 and not run.complaints, (
        f"exit code {run.code}, whole log: {run.log}\n" + "\n".join(run.complaints)
    )
    assert run.count, (
        f"Odoo's runner found no test of the add-on: is it in tests/__init__.py? {run.log}"
    )


def _tags():
    if os.environ["POS_LOT_RUNNER"] == "all":
        return f"/{MODULE}"
    assert all((TESTS / f"{name}.py").exists() for name in SAMPLE)
    return ",".join(f"/{MODULE}/tests/{name}.py" for name in SAMPLE)


def test_runner_knows_each_file():
    text = re.sub(r" as \w+", "", (TESTS / "__init__.py").read_text())
    named = Counter(re.findall(r"\btest_\w+", text))
    # Several folders may have a file of one name.
    assert Counter(file.stem for file in TESTS.rglob("test_*.py")) == named
