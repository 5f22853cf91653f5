"""How long a receipt takes with the QR code of the customer's page and without.

Run by `dev/bench --receipt`. Not collected with the checks: nothing is asserted of times.
"""

import json
import os
from pathlib import Path

from bench_page import write_section

from odoo.tests import tagged

from odoo.addons.pos_lot_traceability.tests.till.browser import DrivenBrowser
from odoo.addons.pos_lot_traceability.tests.till.common import TillCase

TITLE = "Receipts"


@tagged("post_install", "-at_install")
class MeasureReceipt(TillCase):
    def test_receipt(self):
        """One receipt, built as for the printer, in turns with its code and without."""
        self.config.number_page = True
        self.put_in_stock(self.phone, "SN1")
        self.sell("receipt_times")
        times = json.loads(DrivenBrowser.notes["receipt times"])
        rows = [
            (name, sorted(values)[len(values) // 2], sorted(values)[len(values) * 95 // 100])
            for name, values in times.items()
        ]
        for name, median, late in rows:
            print(f"{name}: {median:.1f} ms, 95 % within {late:.1f} ms")
        if os.environ.get("POS_LOT_BENCH_OUT"):
            self._write(Path(os.environ["POS_LOT_BENCH_OUT"]), rows, len(times["with code"]))

    def _write(self, path, rows, count):
        text = f"""
Written by `dev/bench --receipt`: the receipt of one sale, built for the printer with all its
images, {count} times in turns with the QR code of the customer's page and without. Chromium, ms.
"""
        table = ["| receipt | typically ms | 95 % within ms |", "|---|--:|--:|"]
        table += [f"| {name} | {median:.1f} | {late:.1f} |" for name, median, late in rows]
        write_section(path, TITLE, text, table)
