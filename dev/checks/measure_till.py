"""How long a cashier waits: from a scan to its cart line, for the popup, for a key in it.

Run by `dev/bench --till`. Not collected with the checks: nothing is asserted of times.
"""

import json
import os
from pathlib import Path

from bench_page import write_section

from odoo.tests import tagged

from odoo.addons.pos_lot_traceability.tests.till.browser import DrivenBrowser
from odoo.addons.pos_lot_traceability.tests.till.common import TillCase

TITLE = "At the till"
SIZES = (1_000, 100_000)
EXPLANATION = """
Written by `dev/bench --till`: real keys in Chromium on a till with that many serials of one
product in stock, browser and server on one machine. A scan is measured from its Enter until its
number is painted in the cart; the cart grows to 60 serials. `script`: how long a key keeps the
browser busy. A silent lot is chosen without a popup (*Choose automatically*); its line grows to
seven lots, beside an untracked one.
"""


@tagged("post_install", "-at_install")
class MeasureTill(TillCase):
    def test_till(self):
        """The same keys with few serials in stock and with many."""
        rows = []
        self._add_product("Cable (not tracked)", "none", 5, "4006381333931")
        self.tablets.product_tmpl_id.pos_number_entry = "auto"
        for number in range(20):
            self.put_in_stock(self.tablets, f"LOT-{number}", 3)
        for size in SIZES:
            self._put_in_stock(size)
            self.sell("till_times")
            told = json.loads(DrivenBrowser.notes["till times"])
            for name, values in told["times"].items():
                median, late = (sorted(values)[len(values) * share // 100] for share in (50, 95))
                rows.append((name, size, len(values), median, late))
                print(f"{name}, {size:,}: {median:.1f} ms, 95 % within {late:.1f} ms")
            self.config.current_session_id.order_ids.filtered(
                lambda order: order.state == "draft"
            ).unlink()
            self.config.current_session_id.close_session_from_ui()
        if os.environ.get("POS_LOT_BENCH_OUT"):
            self._write(Path(os.environ["POS_LOT_BENCH_OUT"]), rows)

    def _put_in_stock(self, size):
        """As the benchmarks on the server do it."""
        self.env.flush_all()
        values = {
            "product": self.phone.id,
            "company": self.env.company.id,
            "location": self.stock.id,
            "size": size,
        }
        self.env.cr.execute(
            """
            INSERT INTO stock_lot (product_id, company_id, location_id, name, create_date)
            SELECT %(product)s, %(company)s, %(location)s,
                   'IMEI' || to_char(number, 'FM0000000'), now()
              FROM generate_series(1, %(size)s) AS number
             WHERE number > (SELECT COUNT(*) FROM stock_lot WHERE product_id = %(product)s)
            """,
            values,
        )
        self.env.cr.execute(
            """
            INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, quantity,
                                     reserved_quantity, in_date, create_date)
            SELECT lot.product_id, lot.company_id, %(location)s, lot.id, 1, 0,
                   now() - interval '1 day', now()
              FROM stock_lot lot
             WHERE lot.product_id = %(product)s
               AND NOT EXISTS (SELECT FROM stock_quant quant WHERE quant.lot_id = lot.id)
            """,
            values,
        )
        self.env.cr.execute("ANALYZE stock_lot, stock_quant")
        self.env.invalidate_all()

    def _write(self, path, rows):
        table = [
            "| what | serials in stock | measured | typically ms | 95 % within ms |",
            "|---|--:|--:|--:|--:|",
        ]
        table += [
            f"| {name} | {size:,} | {count} | {median:.1f} | {late:.1f} |"
            for name, size, count, median, late in sorted(rows)
        ]
        write_section(path, TITLE, EXPLANATION, table)
