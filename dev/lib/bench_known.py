"""Measures what it takes to know a number among a million sold ones, see `bench_history`.

Best of five times, in seconds of the server's method; the customer's page as a whole HTTP request,
answered in this process.
"""

import argparse
import time
from pathlib import Path

import bench
from bench_page import write_section
from werkzeug.test import Client

from odoo import http
from odoo.modules.registry import Registry
from odoo.service.server import load_server_wide_modules
from odoo.tools import SQL
from odoo.tools import config as odoo_config

LIMIT = 0.15  # seconds
SALES = 100_000  # of one lot
WAITING = 10_000  # lines in the worklist
TITLE = "A million sold numbers"


def prepare(env):
    """One lot with 100,000 sales, a worklist of 10,000 lines, and links for all sales' pages.

    :return: (a sold serial, that lot, an order)
    """
    serial = env["stock.lot"].search([("name", "=like", "OLD-X%")], limit=1, order="id desc")
    lot = env["stock.lot"].search([("name", "=", "LOT-0")], limit=1, order="id")
    number = env["pos.pack.operation.lot"].sudo().search([("lot_id", "=", serial.id)], limit=1)
    for statement in (
        SQL(
            """
            UPDATE pos_pack_operation_lot
               SET lot_id = %s
             WHERE id IN (SELECT id
                            FROM pos_pack_operation_lot
                           WHERE sold_on IS NOT NULL AND id != %s
                           ORDER BY id
                           LIMIT %s)
            """,
            lot.id,
            number.id,
            SALES,
        ),
        SQL(
            """
            UPDATE pos_pack_operation_lot
               SET warranty_start = CURRENT_DATE - 365,
                   warranty_end = CURRENT_DATE - 100 + (id %% 700)::int
             WHERE lot_id IS NOT NULL
            """
        ),
        SQL(
            """
            UPDATE pos_order_line
               SET missing_number_qty = 1, waiting_number_qty = 1
             WHERE id IN (SELECT id
                            FROM pos_order_line
                           WHERE id %% 41 = 0
                           ORDER BY id
                           LIMIT %s)
            """,
            WAITING,
        ),
        SQL("UPDATE pos_order SET number_page_token = left(md5(id::text), 22)"),
        SQL("UPDATE pos_config SET number_page = TRUE"),
        SQL("ANALYZE pos_pack_operation_lot, pos_order_line, pos_order"),
    ):
        env.cr.execute(statement)
    env.invalidate_all()
    return serial, lot, number.order_id


def take_best(do, clean):
    """:return: (the answer, the best of five times in seconds)"""
    times = []
    for _round in range(5):
        clean()
        start = time.perf_counter()
        answer = do()
        times.append(time.perf_counter() - start)
    return answer, min(times)


def read_view(env, xml_id, model, kind):
    """What the web client asks for the fields of a view: `{name: specification}`."""
    view = env.ref(f"pos_lot_traceability.{xml_id}")
    views = env[model].get_views([(view.id, kind)])
    fields = views["models"][model]["fields"]
    specification = {}
    for name in fields:
        leads_on = fields[name]["type"] in ("many2one", "one2many", "many2many")
        specification[name] = {"fields": {"display_name": {}}} if leads_on else {}
    return specification


def measure_methods(env, serial, lot, order):
    """:return: `{what: (answer, seconds)}`"""
    trace = env["pos.number.trace"].get_trace
    clean = env.invalidate_all
    results = {}

    def note(what, do):
        results[what] = take_best(do, clean)
        return results[what][0]

    note("Trace of one number", lambda: trace({"text": serial.name})["rows"])
    first = note(
        f"Trace of a lot with {SALES:,} sales: first page", lambda: trace({"lot_id": lot.id})
    )
    note("the same: next page", lambda: trace({"lot_id": lot.id}, first["next"])["rows"])
    note("the same: oldest first", lambda: trace({"lot_id": lot.id}, None, True)["rows"])
    domain = [("waiting_number_qty", ">", 0)]
    columns = read_view(env, "view_numbers_to_assign_list", "pos.order.line", "list")
    lines = env["pos.order.line"].with_context(lang="en_US")
    note(
        f"worklist of {WAITING:,} lines: first page",
        lambda: lines.web_search_read(domain, columns, limit=80, count_limit=10001)["records"],
    )
    note(
        "the same: by shop, as it opens",
        lambda: lines.web_read_group(
            domain, ["order_config_id"], ["__count", "waiting_number_qty:sum"]
        )["groups"],
    )
    fields = read_view(env, "view_pos_order_numbers_form", "pos.order", "form")
    note(
        "one order",
        lambda: (order.web_read(fields), order.lines.pack_lot_ids.read(["lot_name", "lot_id"]))[1],
    )
    warranties = read_view(env, "view_warranty_list", "pos.pack.operation.lot", "list")
    running = [("warranty_end", "!=", False)]
    soon = [*running, ("warranty_state", "=", "running"), ("warranty_end", "<=", "today +60d")]
    for what, domain in (("all", running), ("that end soon", soon)):
        note(
            f"warranties {what}: first page",
            lambda domain=domain: env["pos.pack.operation.lot"].web_search_read(
                domain, warranties, limit=80, order="warranty_end, id", count_limit=10001
            )["records"],
        )
    return results


def measure_page(order):
    """The customer's page, as a phone asks for it: look-up, limits, page."""
    client = Client(http.root)
    url = f"/pos/numbers/{order.number_page_token}"

    def ask():
        answer = client.get(url, headers={"Host": "localhost"})
        assert answer.status_code == 200, answer.status
        return answer.get_data(as_text=True)

    text, seconds = take_best(ask, lambda: None)
    assert order.lines.pack_lot_ids[:1].lot_name in text
    return {"the customer's page": (text, seconds)}


def write(path, rows, count):
    """Put the figures into a page, in a section of their own."""
    text = f"""
Written by `dev/bench --history`: {count:,} numbers were sold, one lot {SALES:,} times. The best
of five times on the server; of the customer's page, the whole HTTP request. Target:
{LIMIT * 1000:.0f} ms each.
"""
    table = ["| | ms | holds |", "|---|--:|---|"]
    table += [
        f"| {what} | {seconds * 1000:.0f} | {'yes' if seconds < LIMIT else '**no**'} |"
        for what, seconds in rows
    ]
    write_section(path, TITLE, text, table)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--conf", required=True)
    parser.add_argument("--out")
    parser.add_argument("database")
    args = parser.parse_args()
    odoo_config.parse_config(
        [*("-c", args.conf, "-d", args.database), "--log-level=error", "--max-cron-threads=0"]
    )
    load_server_wide_modules()
    # The rows that are made for it stay: the database is thrown away by the next run.
    with bench.environment(args.database) as env:
        serial, lot, order = prepare(env)
        env.cr.commit()
        count = env["pos.pack.operation.lot"].sudo().search_count([])
        results = measure_methods(env, serial, lot, order)
        env.cr.rollback()
        order = order.sudo()
        results |= measure_page(order)
    Registry.delete_all()
    rows = [(what, seconds) for what, (answer, seconds) in results.items()]
    for what, (answer, seconds) in results.items():
        print(f"{what}: {seconds * 1000:.0f} ms", flush=True)
        assert answer, what
    if args.out:
        write(Path(args.out), rows, count)
    late = [what for what, seconds in rows if seconds >= LIMIT]
    assert not late, f"slower than {LIMIT * 1000:.0f} ms: {late}"


if __name__ == "__main__":
    main()
