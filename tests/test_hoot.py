import logging
import re
from pathlib import Path

from odoo.tests import HttpCase, no_retry, tagged

# A function: importing a test class here would make the runners take its tests for ours.
from odoo.addons.web.tests.test_js import unit_test_error_checker

MODULE = "pos_lot_traceability"
UNIT_TESTS = Path(__file__).parents[1] / "static" / "tests" / "unit"


def hoot_id(name):
    """The id that Hoot gives to a suite: what its URL parameter `id` takes."""
    value = 0
    for char in name:
        value = (value * 31 + ord(char)) & 0xFFFFFFFF
    return f"{value:08x}"


class BrowserLines(logging.Handler):
    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestHoot(HttpCase):
    """The add-on's unit tests in the browser (static/tests/unit)."""

    @no_retry
    def test_hoot_desktop(self):
        files = sorted(UNIT_TESTS.rglob("*.test.js"))
        self.assertTrue(files, "there is no Hoot test")
        for file in files:
            # Hoot then runs that one test and calls the suite a success.
            self.assertNotRegex(
                file.read_text(), r"\b(test|describe)\.(only|debug)\(", f"{file.name} runs alone"
            )
        # An id that matches no suite makes Hoot run those of all add-ons.
        bundle = self.env["ir.asset"]._get_asset_paths("web.assets_unit_tests", {})
        loaded = {path[0] for path in bundle}
        for file in files:
            path = f"/{MODULE}/{file.relative_to(UNIT_TESTS.parents[2])}"
            self.assertIn(path, loaded, "the manifest's assets leave this test out")
        lines = self._run_suite(f"@{MODULE}")
        passed = [
            int(match[1]) for line in lines if (match := re.search(r"Passed (\d+) tests", line))
        ]
        self.assertEqual(len(passed), 1, "Hoot did not say how many tests passed")
        self.assertGreaterEqual(passed[0], len(files), "some Hoot tests did not run")

    def _run_suite(self, suite):
        handler = BrowserLines()
        logger = self._logger.getChild("browser")
        level = logger.level
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        self.addCleanup(logger.setLevel, level)
        self.addCleanup(logger.removeHandler, handler)
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={hoot_id(suite)}",
            "",
            "",
            login="admin",
            timeout=1200,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )
        return handler.lines
