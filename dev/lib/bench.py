"""Measures the add-on against stock Odoo: the same orders in two copies of one database, in turns.

Every measure runs in a transaction that is rolled back, so that each finds the same stock.
"""

import argparse
import gc
import gzip
import json
import os
import platform
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config as odoo_config

# The repository's plain Python, also where the add-on is not installed.
sys.path.append(str(Path(__file__).parents[2]))
from number.paid_order import get_till_values, make_line
from number.paid_order import make_order as make_paid_order

SIZES = (100, 1000, 10000, 100000)
SIDES = ("stock", "addon")
# Stock Odoo sells no tracked product without rights on stock.
GROUPS = (
    "base.group_user",
    "point_of_sale.group_pos_manager",
    "stock.group_stock_user",
    "sales_team.group_sale_salesman",
)


@contextmanager
def environment(database):
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tz": "UTC"})
        seller = env["res.users"].search([("login", "=", "bench")])
        yield env(user=seller) if seller else env


# ---------------------------------------------------------------------------- the ground


def prepare(database):
    """A till, and a product for each size with that many serials on hand."""
    with environment(database) as env:
        company = env.company
        if not company.chart_template:
            env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
        bank = env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
        seller = env["res.users"].create(
            {
                "name": "Bench",
                "login": "bench",
                "group_ids": [Command.set([env.ref(group).id for group in GROUPS])],
            }
        )
        card = env["pos.payment.method"].create({"name": "Bench card", "journal_id": bank.id})
        warehouse = env["stock.warehouse"].create({"name": "Bench", "code": "BENCH"})
        till = env["pos.config"].create(
            {
                "name": "Bench",
                "warehouse_id": warehouse.id,
                "picking_type_id": warehouse.pos_type_id.id,
                "payment_method_ids": [Command.set(card.ids)],
            }
        )
        till.with_user(seller).open_ui()
        till.current_session_id.set_opening_control(0, "")
        category = env["product.category"].create({"name": "Bench"})
        for size in SIZES:
            product = (
                env["product.product"]
                .sudo()
                .create(
                    {
                        "name": f"Bench {size}",
                        "is_storable": True,
                        "tracking": "serial",
                        "available_in_pos": True,
                        "list_price": 100.0,
                        "standard_price": 10.0,
                        "taxes_id": [Command.clear()],
                        "categ_id": category.id,
                    }
                )
            )
            env.flush_all()
            values = {
                "product": product.id,
                "company": company.id,
                "location": warehouse.lot_stock_id.id,
                "size": size,
            }
            env.cr.execute(
                """
                INSERT INTO stock_lot (product_id, company_id, location_id, name, create_date)
                SELECT %(product)s, %(company)s, %(location)s,
                       'IMEI' || %(size)s || '-' || to_char(number, 'FM0000000'), now()
                  FROM generate_series(1, %(size)s) AS number
                """,
                values,
            )
            env.cr.execute(
                """
                INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, quantity,
                                         reserved_quantity, in_date, create_date)
                SELECT product_id, company_id, %(location)s, id, 1, 0,
                       now() - interval '1 day', now()
                  FROM stock_lot
                 WHERE product_id = %(product)s
                """,
                values,
            )
        env.cr.commit()


def get_ground(env):
    till = env["pos.config"].search([("name", "=", "Bench")])
    products = {
        size: env["product.product"].search([("name", "=", f"Bench {size}")]) for size in SIZES
    }
    return till, products


def make_order(env, till, product, names):
    numbers = [{"lot_name": name} for name in names]
    line = make_line(product.id, product.display_name, len(names), 100.0, numbers)
    date = fields.Datetime.to_string(fields.Datetime.now())
    return make_paid_order([line], **get_till_values(till), date=date, user_id=env.uid)


def get_names(size, count, start=0):
    """Serials from all over the stock, so that neighbours in an index help nobody."""
    step = max(1, size // (count + start))
    return [f"IMEI{size}-{1 + (start + i) * step:07d}" for i in range(count)]


# ---------------------------------------------------------------------------- measuring


@contextmanager
def clock(env, result):
    env.flush_all()
    env.invalidate_all()
    gc.collect()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    yield
    env.flush_all()
    result["s"] = time.perf_counter() - start
    result["queries"] = env.cr.sql_log_count - queries


def sync(size, count):
    """One order with one line of serials."""

    def measure(env):
        till, products = get_ground(env)
        order = make_order(env, till, products[size], get_names(size, count))
        result = {}
        with clock(env, result):
            env["pos.order"].sync_from_ui([order])
        product = products[size]
        gone = env["stock.quant"].search_count(
            [("product_id", "=", product.id), ("location_id.usage", "=", "customer")]
        )
        assert gone == count, f"{gone} of {count} serials moved"
        return result

    return measure


def create_untracked(env, till, products, quantity):
    """A product that has nothing to do with numbers, on hand."""
    product = (
        env["product.product"]
        .sudo()
        .create(
            {
                "name": "Bench untracked",
                "is_storable": True,
                "available_in_pos": True,
                "list_price": 100.0,
                "taxes_id": [Command.clear()],
                "categ_id": products[SIZES[0]].sudo().categ_id.id,
            }
        )
    )
    location = till.sudo().picking_type_id.default_location_src_id
    env["stock.quant"].sudo()._update_available_quantity(product, location, quantity)
    return product.sudo(False)


def untracked(count):
    """One order with lines that have nothing to do with numbers."""

    def measure(env):
        till, products = get_ground(env)
        product = create_untracked(env, till, products, count)
        order = make_order(env, till, product, ["one unit"])
        (line,) = order["lines"]
        line[2]["pack_lot_ids"] = []
        order["lines"] = [
            Command.create({**line[2], "uuid": f"bench-untracked-{number}"})
            for number in range(count)
        ]
        env.flush_all()
        env.invalidate_all()
        result = {}
        with clock(env, result):
            env["pos.order"].sync_from_ui([order])
        return result

    return measure


def closing(orders, count):
    """A session of many orders, whose stock moves when it closes; only the closing counts."""
    size = 10000

    def measure(env):
        till, products = get_ground(env)
        # By its id, as a request has it: what a till holds is forgotten with the till's values,
        # and core would read the orders one by one.
        session = env["pos.session"].browse(till.current_session_id.id)
        session.update_stock_at_closing = True
        names = get_names(size, orders * count)
        sent = [
            make_order(env, till, products[size], names[i * count : (i + 1) * count])
            for i in range(orders)
        ]
        for order in sent:
            env["pos.order"].sync_from_ui([order])
        result = {}
        with clock(env, result):
            session.close_session_from_ui()
        assert session.state == "closed", session.state
        gone = env["stock.quant"].search_count(
            [("product_id", "=", products[size].id), ("location_id.usage", "=", "customer")]
        )
        assert gone == orders * count, f"{gone} of {orders * count} serials moved"
        return result

    return measure


def closing_untracked(orders):
    """The same of orders that have nothing to do with numbers."""

    def measure(env):
        till, products = get_ground(env)
        product = create_untracked(env, till, products, orders)
        session = env["pos.session"].browse(till.current_session_id.id)
        session.update_stock_at_closing = True
        for _number in range(orders):
            order = make_order(env, till, product, ["one unit"])
            order["lines"][0][2]["pack_lot_ids"] = []
            env["pos.order"].sync_from_ui([order])
        result = {}
        with clock(env, result):
            session.close_session_from_ui()
        assert session.state == "closed", session.state
        left = env["stock.quant"].sudo().search([("product_id", "=", product.id)])
        assert sum(left.filtered(lambda quant: quant.quantity > 0).mapped("quantity")) == orders
        return result

    return measure


def look_up(size):
    """What the popup asks for when it opens."""

    def measure(env):
        till, products = get_ground(env)
        result = {}
        product_id = products[size].id
        with clock(env, result):
            if hasattr(till, "search_numbers"):
                answer = till.search_numbers(product_id)
            else:
                answer = env["pos.order.line"].get_existing_lots(
                    till.company_id.id, till.id, product_id
                )
        result["bytes"] = len(json.dumps(answer, default=str))
        return result

    return measure


def open_till(env):
    """What a till asks for when it is opened, all its models."""
    till, _products = get_ground(env)
    session, result = till.current_session_id, {}
    with clock(env, result):
        answer = session.load_data_params(), session.load_data([])
    result["bytes"] = len(json.dumps(answer, default=str))
    return result


def load_scripts(env):
    """The till's scripts and templates, as they are sent: browsers keep them until an update."""
    scripts = env["ir.qweb"]._get_asset_bundle("point_of_sale.assets_prod").js()
    return {"bytes": len(gzip.compress(scripts.raw, 6))}


HEADER = (
    "| | stock s | add-on s | ratio | stock queries | add-on queries | ratio "
    "| stock bytes | add-on bytes | ratio |"
)
PARTS = {
    **{
        f"sync: {count} serials, {size:,} in stock": (sync(size, count), None)
        for size in SIZES[1:]
        for count in (1, 50, 200, 500)
    },
    **{f"look-up: {size:,} in stock": (look_up(size), None) for size in SIZES},
    **{f"untracked: {count} lines": (untracked(count), None) for count in (1, 10, 50)},
    "untracked: closing of 50 orders": (closing_untracked(50), None),
    "opening the till: data": (open_till, None),
    "opening the till: scripts": (load_scripts, 1),
    # Making the 500 orders takes longer than closing them: once is enough.
    "closing: 500 orders x 1 serial": (closing(500, 1), 1),
    "closing: 500 orders x 2 serials": (closing(500, 2), 1),
}


def run(databases, only, repeat):
    """Each part on both sides in turns: `{part: {side: {measure: the least}}}`."""
    results = {}
    for part, (measure, at_most) in PARTS.items():
        if only not in part:
            continue
        rows = {side: [] for side in SIDES}
        times = min(repeat, at_most or repeat)
        # The first round of what is quick only warms up.
        for turn in range(times if at_most else times + 1):
            for side in SIDES if turn % 2 else reversed(SIDES):
                with environment(databases[side]) as env:
                    try:
                        row = measure(env)
                    finally:
                        env.cr.rollback()
                        env.invalidate_all(flush=False)
                if at_most or turn:
                    rows[side].append(row)
        results[part] = {
            # The least: whatever else the machine does only ever adds.
            side: {key: min(row[key] for row in side_rows) for key in side_rows[0]}
            for side, side_rows in rows.items()
        }
        print(get_line(part, results[part]), flush=True)
    return results


def get_line(part, result):
    cells = [part]
    for key in ("s", "queries", "bytes"):
        if key not in result["stock"]:
            cells += ["", "", ""]
            continue
        stock, addon = result["stock"][key], result["addon"][key]
        form = "{:.3f}" if key == "s" else "{:,.0f}"
        ratio = addon / stock if stock else 0
        cells += [form.format(stock), form.format(addon), f"{ratio:.3f}"]
    return "| " + " | ".join(cells) + " |"


def get_page(results, databases):
    with environment(databases["stock"]) as env:
        env.cr.execute("SHOW server_version")
        (postgres,) = env.cr.fetchone()
    lines = [
        "# Benchmarks",
        "",
        "Written by `dev/bench`, which runs the same orders on stock Odoo and on the add-on in",
        "turns: two copies of one database, the best of the rounds, everything rolled back.",
        "Seconds and queries are those of the server's method; a ratio below 1 is a gain.",
        "",
        f"{fields.Date.to_string(fields.Date.today())}, Odoo {odoo.release.version},",
        f"PostgreSQL {postgres.split()[0]}, Python {platform.python_version()},",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "(shared with others: compare columns, not runs).",
        "",
        HEADER,
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(get_line(part, result) for part, result in results.items()),
        "",
        "## Targets",
        "",
        "| target | measured | holds |",
        "|---|--:|---|",
        *(
            f"| {text} | {value:.3g} | {'yes' if value <= limit else '**no**'} |"
            for text, value, limit in get_targets(results)
        ),
        "",
    ]
    return "\n".join(lines)


def get_targets(results):
    """(what is promised, measured, limit) of what was measured."""

    def ratio(part, key):
        return results[part]["addon"][key] / results[part]["stock"][key]

    for size in SIZES[1:]:
        part = f"sync: 500 serials, {size:,} in stock"
        yield f"{part}: queries at most half", ratio(part, "queries"), 0.5
        yield f"{part}: a third of the time", ratio(part, "s"), 1 / 3
        fewer = results[f"sync: 200 serials, {size:,} in stock"]["addon"]["queries"]
        further = (results[part]["addon"]["queries"] - fewer) / 300
        yield f"{part}: at most 8 queries for a further one", further, 8
    for count in (1, 50, 200, 500):
        many, few = (
            results[f"sync: {count} serials, {size:,} in stock"]["addon"]["s"]
            for size in (100000, 1000)
        )
        yield f"sync: {count} serials: 100,000 in stock within 1.5x of 1,000", many / few, 1.5
    for count in (1, 10, 50):
        part = f"untracked: {count} lines"
        yield f"{part}: queries within 2 %", ratio(part, "queries"), 1.02
    for size in SIZES:
        part = f"look-up: {size:,} in stock"
        yield f"{part}: not slower than stock", ratio(part, "s"), 1
    part = "look-up: 100,000 in stock"
    yield f"{part}: 1/50 of the bytes", ratio(part, "bytes"), 1 / 50
    yield f"{part}: 1/20 of the time", ratio(part, "s"), 1 / 20
    few = results["look-up: 100 in stock"]["addon"]["s"]
    yield f"{part}: within 1.5x of 100", results[part]["addon"]["s"] / few, 1.5
    part = "opening the till: data"
    yield f"{part}: within 5 % of the time", ratio(part, "s"), 1.05
    more = results[part]["addon"]["bytes"] - results[part]["stock"]["bytes"]
    yield f"{part}: at most 20,000 bytes more", more, 20_000
    for part in results:
        if part.startswith("closing"):
            yield f"{part}: a third of the time", ratio(part, "s"), 1 / 3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--conf", required=True)
    parser.add_argument("--prepare")
    parser.add_argument("--stock")
    parser.add_argument("--addon")
    parser.add_argument("--out")
    parser.add_argument("--only", default="")
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    odoo_config.parse_config(["-c", args.conf, "--log-level=error", "--max-cron-threads=0"])
    if args.prepare:
        prepare(args.prepare)
        return
    databases = {"stock": args.stock, "addon": args.addon}
    results = run(databases, args.only, args.repeat)
    if args.out and not args.only:
        page = Path(args.out)
        # `dev/load` writes that section.
        _own, mark, load = page.read_text().partition("\n## Load\n")
        page.write_text(get_page(results, databases) + mark + load)
        print(Path(args.out).read_text())


if __name__ == "__main__":
    main()
