"""Odoo loads the add-on's tests where nothing is installed but what Odoo itself needs.

Every `--test-tags` run imports the tests of all installed add-ons. A module that is missing there
would end that run, whatever it was to test.
"""

import os
import subprocess

# Packages of dev/requirements.in that Odoo runs without.
OURS = ("hypothesis", "pytest", "websocket", "xdist")
PROGRAM = f"""
import sys
from odoo.tools import config
for name in {OURS}:
    sys.modules[name] = None  # importing it fails from now on
config.parse_config(["-c", {os.environ.get("ODOO_RC")!r}])
from odoo.tests.loader import get_test_modules
print(*(module.__name__.rsplit(".", 1)[-1] for module in get_test_modules("pos_lot_traceability")))
"""


def test_loads_without_test_packages():
    run = subprocess.run(
        [os.environ["POS_LOT_PY"], "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    loaded = run.stdout.split()
    assert "test_properties" not in loaded
    assert {"test_surplus", "test_closing", "test_entry"} <= set(loaded), run.stdout
