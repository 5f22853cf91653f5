"""Four tills that sell at once, over HTTP, on an Odoo with two workers; see `dev/load`.

`prepare` makes the ground, `sell` sells, measures, and counts afterwards.
"""

import argparse
import itertools
import json
import os
import re
import statistics
import sys
import threading
import time
import urllib.request
from collections import defaultdict
from contextlib import closing
from datetime import datetime, timezone
from http.cookiejar import CookieJar
from pathlib import Path
from uuid import uuid4

import psycopg2
from bench_page import write_section

# The repository's plain Python, also where the add-on is not installed.
sys.path.append(str(Path(__file__).parents[2]))
from number.paid_order import make_line, make_order

TILLS = 4
TURN = 20  # seconds at most that all tills sell one kind
PRICE = 100.0
LOT = "L-2026"
SERIALS = 20000  # of each till
LOT_QUANTITY = 1_000_000
UNTRACKED = "untracked"
KINDS = {
    UNTRACKED: "Load cable",
    "one lot": "Load milk",
    "serials": "Load phone",
}


# ------------------------------------------------------------------------------ the ground


def prepare(conf, database):
    """Four open tills with a cashier each (password: the login), and stock for all they sell."""
    from odoo import SUPERUSER_ID, api  # noqa: PLC0415  the tills themselves need no Odoo
    from odoo.fields import Command  # noqa: PLC0415
    from odoo.modules.registry import Registry  # noqa: PLC0415
    from odoo.tools import config as odoo_config  # noqa: PLC0415

    odoo_config.parse_config(["-c", conf, "--log-level=warn", "--workers=0"])
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tz": "UTC"})
        company = env.company
        if not company.chart_template:
            env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
        company.point_of_sale_update_stock_quantities = "real"
        bank = env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
        warehouse = env["stock.warehouse"].create({"name": "Load", "code": "LOAD"})
        groups = [env.ref(name).id for name in ("base.group_user", "point_of_sale.group_pos_user")]
        for number in range(1, TILLS + 1):
            login = f"load{number}"
            cashier = env["res.users"].create(
                {
                    "name": login,
                    "login": login,
                    "password": login,
                    "group_ids": [Command.set(groups)],
                }
            )
            card = env["pos.payment.method"].create({"name": login, "journal_id": bank.id})
            till = env["pos.config"].create(
                {
                    "name": login,
                    "warehouse_id": warehouse.id,
                    "picking_type_id": warehouse.pos_type_id.id,
                    "payment_method_ids": [Command.set(card.ids)],
                }
            )
            till.with_user(cashier).open_ui()
            till.current_session_id.set_opening_control(0, "")
        _stock(env, warehouse.lot_stock_id)
        cr.commit()


def _stock(env, location):
    products = {}
    for name, tracking in (("cable", "none"), ("milk", "lot"), ("phone", "serial")):
        products[tracking] = env["product.product"].create(
            {
                "name": f"Load {name}",
                "is_storable": True,
                "tracking": tracking,
                "available_in_pos": True,
                "list_price": PRICE,
                "standard_price": 10.0,
                "taxes_id": False,
            }
        )
    Quant, Lot = env["stock.quant"], env["stock.lot"]
    lot = Lot.create({"name": LOT, "product_id": products["lot"].id})
    Quant._update_available_quantity(products["none"], location, LOT_QUANTITY)
    Quant._update_available_quantity(products["lot"], location, LOT_QUANTITY, lot_id=lot)
    env.flush_all()
    values = {
        "product": products["serial"].id,
        "company": env.company.id,
        "location": location.id,
        "tills": TILLS,
        "serials": SERIALS,
    }
    env.cr.execute(
        """
        INSERT INTO stock_lot (product_id, company_id, location_id, name, create_date)
        SELECT %(product)s, %(company)s, %(location)s, till || '-' || number, now()
          FROM generate_series(1, %(tills)s) AS till, generate_series(1, %(serials)s) AS number
        """,
        values,
    )
    env.cr.execute(
        """
        INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, quantity,
                                 reserved_quantity, in_date, create_date)
        SELECT product_id, company_id, %(location)s, id, 1, 0, now() - interval '1 day', now()
          FROM stock_lot
         WHERE product_id = %(product)s
        """,
        values,
    )
    env.cr.execute("ANALYZE stock_lot, stock_quant")


# ------------------------------------------------------------------------------- the tills


class Refused(Exception):
    """What Odoo answers instead of a result."""


class Till:
    """A cashier in a browser's place: logs in, reads its shop, and sends orders."""

    def __init__(self, url, database, number):
        self.url = url
        self.number = number
        self.serials = itertools.count(1)
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        login = f"load{number}"
        answer = self.post(
            "/web/session/authenticate", {"db": database, "login": login, "password": login}
        )
        self.user = answer["uid"]
        (self.config,) = self.call(
            "pos.config",
            "search_read",
            [("name", "=", login)],
            ["current_session_id", "payment_method_ids", "company_id", "pricelist_id"],
        )
        self.products = {
            product["name"]: product["id"]
            for product in self.call(
                "product.product", "search_read", [("name", "=like", "Load %")], ["name"]
            )
        }

    def post(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}
        )
        with self.opener.open(request, timeout=120) as response:
            answer = json.load(response)
        if "error" in answer:
            data = answer["error"].get("data") or {}
            raise Refused(f"{data.get('name')}: {data.get('message')}")
        return answer["result"]

    def call(self, model, method, *args):
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def sell(self, kind):
        """:return: seconds until the sale was stored"""
        order = self.make_order(kind)
        start = time.monotonic()
        self.call("pos.order", "sync_from_ui", [order])
        return time.monotonic() - start

    def make_order(self, kind):
        if kind == UNTRACKED:
            names = [None]
        elif kind == "serials":
            names = [f"{self.number}-{next(self.serials)}"]
        else:
            names = [LOT]
        lines = [self.make_line(KINDS[kind], name) for name in names]
        pricelist = self.config["pricelist_id"]
        return make_order(
            lines,
            session_id=self.config["current_session_id"][0],
            company_id=self.config["company_id"][0],
            pricelist_id=pricelist and pricelist[0],
            payment_method_id=self.config["payment_method_ids"][0],
            date=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S"),
            user_id=self.user,
        )

    def make_line(self, product, name):
        number = {"uuid": str(uuid4()), "lot_name": name, "quantity": 1, "origin": "typed"}
        return make_line(self.products[product], product, 1, PRICE, [number] if name else [])


def sell(tills, kinds, minutes, pause, log):
    """All tills sell, each kind in turns.

    :return: `{kind: {"seconds", "errors", "retries", "error lines"}}`
    """
    figures = {
        kind: {"seconds": [], "errors": [], "retries": 0, "error lines": 0} for kind in kinds
    }
    for till in tills:  # what the workers read once
        for kind in kinds:
            till.sell(kind)
    start = time.monotonic()
    end = start + minutes * 60
    turn = min(TURN, minutes * 60 / len(kinds) / 2)
    for kind in itertools.cycle(kinds):
        if time.monotonic() >= end - 1:
            break
        before = log.stat().st_size
        turn_end = min(time.monotonic() + turn, end)
        threads = [
            threading.Thread(target=_work, args=(till, kind, turn_end, pause, figures[kind]))
            for till in tills
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = log.read_bytes()[before:].decode(errors="replace")
        figures[kind]["retries"] += len(re.findall(r"tries left, try again", lines))
        figures[kind]["error lines"] += len(re.findall(r" (?:ERROR|CRITICAL) ", lines))
        passed = int(time.monotonic() - start)
        print(f"  {passed:4d} s  {kind}: {len(figures[kind]['seconds'])} sales", flush=True)
    return figures


def _work(till, kind, end, pause, figures):
    while time.monotonic() < end:
        try:
            figures["seconds"].append(till.sell(kind))
        except (Refused, OSError) as error:
            figures["errors"].append(str(error)[:300])
        time.sleep(pause)


# ------------------------------------------------------------------------------- afterwards


def count(database):
    """Whether stock is what was sold.

    :return: sentences about what is wrong
    """
    wrong = []
    with closing(psycopg2.connect(dbname=database)) as connection, connection.cursor() as cr:
        cr.execute(
            """
            SELECT template.name->>'en_US',
                   (SELECT SUM(line.qty) FROM pos_order_line line
                     WHERE line.product_id = product.id),
                   (SELECT SUM(quant.quantity) FROM stock_quant quant
                      JOIN stock_location location ON location.id = quant.location_id
                     WHERE quant.product_id = product.id AND location.usage = 'customer'),
                   (SELECT SUM(line.waiting_number_qty) FROM pos_order_line line
                     WHERE line.product_id = product.id),
                   (SELECT COUNT(*) FROM stock_quant quant WHERE quant.product_id = product.id
                       AND NOT EXISTS (SELECT FROM stock_lot lot WHERE lot.id = quant.lot_id
                                          AND template.tracking = 'serial')),
                   (SELECT COUNT(*) FROM pos_pack_operation_lot number
                      JOIN pos_order_line line ON line.id = number.pos_order_line_id
                      JOIN pos_number_flag_rel flag ON flag.number_id = number.id
                     WHERE line.product_id = product.id)
              FROM product_product product
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE template.name->>'en_US' LIKE 'Load %'
             ORDER BY 1
            """
        )
        for name, sold, moved, waiting, quants, flags in cr.fetchall():
            print(f"  {name}: {sold:g} sold, {moved or 0:g} moved, rows of stock: {quants}")
            if sold != (moved or 0) or waiting or flags:
                wrong.append(
                    f"{name}: {sold:g} sold, {moved or 0:g} moved, {waiting or 0:g} wait,"
                    f" {flags} flags."
                )
    return wrong


def get_table(figures):
    rows = [
        "| sales | number | p50 s | p95 s | max s | p95 ratio | errors | retries | ERROR lines |"
    ]
    rows.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    base = get_percentiles(figures[UNTRACKED]["seconds"])[1]
    for kind, measured in figures.items():
        p50, p95, longest = get_percentiles(measured["seconds"])
        rows.append(
            f"| {kind} | {len(measured['seconds']):,} | {p50:.3f} | {p95:.3f} | {longest:.3f} |"
            f" {p95 / base:.2f} | {len(measured['errors'])} | {measured['retries']} |"
            f" {measured['error lines']} |"
        )
    return "\n".join(rows)


def get_percentiles(seconds):
    """:return: median, 95 % and the longest"""
    if len(seconds) < 2:
        raise SystemExit("Too few sales to measure: give it more minutes.")
    return statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1], max(seconds)


def write(path, table, minutes, load):
    """Put the figures into a page, in its section *Load*."""
    shared = " (shared with others)" if load[0] > 1 else ""
    text = f"""
Written by `dev/load --write`: four tills over HTTP, one sale after the other without a pause, on
an Odoo with two workers, for {minutes:g} minutes; each kind in turns. *One lot*: all tills sell
the same lot. *Retries*: Odoo ran a sale again, because another had changed the same row. Untracked
sales go Odoo's own way, with its own errors: `dev/load --stock` shows them without the add-on.
Load average {load[0]:.1f} before, {load[1]:.1f} after{shared}.
"""
    write_section(path, "Load", text, table.splitlines())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=("prepare", "sell"))
    parser.add_argument("--conf")
    parser.add_argument("--database", required=True)
    parser.add_argument("--url")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--out", default="")
    parser.add_argument("--stock", action="store_true")
    args = parser.parse_args()
    if args.step == "prepare":
        prepare(args.conf, args.database)
        return
    before = os.getloadavg()[0]
    tills = [Till(args.url, args.database, number) for number in range(1, TILLS + 1)]
    kinds = [UNTRACKED] if args.stock else list(KINDS)
    figures = sell(tills, kinds, args.minutes, args.pause, args.log)
    table = get_table(figures)
    print(f"\n{table}\n")
    print(f"Load average {before:.1f} before, {os.getloadavg()[0]:.1f} after.")
    errors = defaultdict(int)
    for kind, measured in figures.items():
        for error in measured["errors"]:
            errors[kind, error] += 1
    for (kind, error), times in errors.items():
        print(f"{kind}, {times} times: {error}", file=sys.stderr)
    wrong = [] if args.stock else count(args.database)
    print("\n".join(wrong), file=sys.stderr)
    if args.out:
        write(Path(args.out), table, args.minutes, (before, os.getloadavg()[0]))
    if any(kind == UNTRACKED for kind, _error in errors):
        print("Errors of untracked sales are Odoo's own: compare with dev/load --stock.")
    if wrong or any(kind != UNTRACKED for kind, _error in errors):
        raise SystemExit("Tills got errors, or the stock is not what was sold.")


if __name__ == "__main__":
    main()
