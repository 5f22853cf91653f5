"""What recalls take over the history of `bench_history`: 10,000 units, everything, a drill, mails.

Everything is rolled back.
"""

import argparse
import time
from pathlib import Path

import bench
import bench_history
from bench_page import write_section

from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools import config as odoo_config

TITLE = "Recalls"
EXPLANATION = """
Written by `dev/bench --history`, over the same million of sold numbers: a recall of 10,000 serials,
one of everything (some 850,000 lots), a drill of the lot that was sold 100,000 times (its data, not
the PDF). The best of three times on the server, once where it changes something.
"""
UNITS = 10_000
BUYERS = 10_000
MAILS = 500
BATCH = 50
FIGURES = ("units_sold", "units_reachable", "received", "notified_count", "to_notify_count")


def recall(database):
    """Print what each part takes.

    :return: list of (what, ms, limit in ms)
    """
    rows = []

    def tell(what, measured, limit, rounds=3):
        keep(rows, what, min(time_of(measured) for _round in range(rounds)), limit)

    with bench.environment(database) as seller:
        env = seller(su=True)
        products = env["product.product"].search(
            [("stock_move_ids.picking_id.name", "=like", "OLD/%")], order="id"
        )
        serial, lot = find_lots(env, products)
        give_buyers(env)
        print(f"{env['stock.lot'].search_count([]):,} lots, {BUYERS:,} buyers", flush=True)

        some = make(env, {"lot_ids": [Command.set(find_serials(env, serial, UNITS))]})
        tell(f"recall of {UNITS:,} serials: find them", some._find_lots, 2)
        tell("  its figures", lambda: read(some, FIGURES), 0.15)
        tell("  by shop and day", some._read_sold_by_shop, 0.15)
        tell("  its report's data", lambda: report(some), 2)
        env.cr.execute(SQL("UPDATE pos_number_recall SET state = 'running' WHERE id = %s", some.id))
        some.invalidate_recordset()
        some._set_running(True)
        till = env["pos.config"].search([], limit=1)
        tell("  what a till that opens reads of it", till._read_number_recalls, 1)
        order = env["pos.order"].search(
            [("lines.pack_lot_ids.lot_id", "in", some.recalled_lot_ids.lot_id.ids)], limit=1
        )
        tell("  the customer's page of a sale", order._get_recall_notices, 0.15)
        tell("  who is still to be told", some._count_to_notify, 0.15)
        start = time.perf_counter()
        done = 0
        while done < MAILS and (more := some._notify_batch(some._read_untold(BATCH))):
            env.flush_all()
            done += more
        assert done, "nobody is told"
        seconds = time.perf_counter() - start
        print(f"  {done} mails put into the queue: {seconds * 1000 / done:.1f} ms each", flush=True)
        tell("  who has brought it back", some._update_answers, 0.5, rounds=1)

        whole = make(env, *({"kind": "product", "product_id": product.id} for product in products))
        tell("recall of everything: find and count", whole.action_find_lots, 60, rounds=1)
        tell("  of which to count", whole._keep_figures, 30, rounds=1)
        tell("  what its form shows", lambda: read(whole, [*FIGURES, "impact_tables"]), 2)

        drill = make(env, {"lot_ids": [Command.set(lot.ids)]}, is_drill=True)
        tell("drill of the lot sold most", lambda: (drill.action_run_drill(), report(drill)), 2, 1)
        assert drill.units_sold >= UNITS
        env.cr.rollback()
    return rows


def find_lots(env, products):
    """A product with serials, and the lot that was sold most."""
    rows = env.execute_query(
        SQL(
            """
            SELECT lot_id FROM pos_pack_operation_lot
             WHERE lot_id IN (SELECT id FROM stock_lot WHERE name LIKE 'LOT-%%')
             GROUP BY lot_id ORDER BY COUNT(*) DESC LIMIT 1
            """
        )
    )
    serials = products.filtered(lambda product: product.tracking == "serial")
    return serials[0], env["stock.lot"].browse(rows[0][0])


def find_serials(env, product, count):
    lots = env["stock.lot"].search([("product_id", "=", product.id)], limit=count, order="id")
    assert len(lots) == count, f"{len(lots)} serials: take a longer history"
    return lots.ids


def give_buyers(env):
    """Three of four sales have a customer, half of the others a contact for product safety."""
    template = env["res.partner"].create({"name": "Bench", "email": "bench@example.com"})
    env.flush_all()
    history = bench_history.History(env, BUYERS)
    history.copy(
        template,
        BUYERS,
        email="'buyer' || n || '@example.com'",
        email_normalized="'buyer' || n || '@example.com'",
        commercial_partner_id=f"{history.highest('res_partner')} + 1 + n",
    )
    env.cr.execute(
        f"UPDATE pos_order SET partner_id = {template.id} + 1 + id % {BUYERS}"
        " WHERE id % 4 > 0 AND name LIKE 'OLD/%'"
    )
    env.cr.execute(
        "INSERT INTO pos_safety_contact (order_id, company_id, email, source, create_date)"
        " SELECT id, company_id, 'cy' || id || '@example.com', 'till', now() FROM pos_order"
        " WHERE id % 8 = 0 AND name LIKE 'OLD/%'"
    )
    for table in ("res_partner", "pos_order", "pos_safety_contact"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()


def make(env, *lines, **values):
    return env["pos.number.recall"].create(
        {
            "name": "Bench",
            "description": "Of the bench",
            "hazard": "It may burn.",
            "what_to_do": "Bring it back.",
            "contact": "0800 123",
            "remedy_refund": True,
            "remedy_repair": True,
            "line_ids": [Command.create(line) for line in lines],
            **values,
        }
    )


def read(recall, names):
    recall.invalidate_recordset()
    return recall.read(names)


def report(recall):
    return (
        recall._get_report_rows(),
        recall._get_report_tables(),
        recall._get_names_for_notice(50),
    )


def time_of(measured):
    """:return: seconds"""
    start = time.perf_counter()
    measured()
    return time.perf_counter() - start


def keep(rows, what, seconds, limit):
    """Print what something took, and add (what, ms, limit in ms) to the rows."""
    rows.append((what, seconds * 1000, limit * 1000))
    print(f"{what}: {seconds * 1000:.0f} ms (at most {limit * 1000:.0f})", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--conf", required=True)
    parser.add_argument("--out")
    parser.add_argument("database")
    args = parser.parse_args()
    odoo_config.parse_config(["-c", args.conf, "--log-level=error", "--max-cron-threads=0"])
    rows = recall(args.database)
    if args.out:
        table = ["| | ms | at most | holds |", "|---|--:|--:|---|"]
        table += [
            f"| {what.strip()} | {ms:,.0f} | {limit:,.0f} | {'yes' if ms < limit else 'NO'} |"
            for what, ms, limit in rows
        ]
        write_section(Path(args.out), TITLE, EXPLANATION, table)
    late = [what.strip() for what, ms, limit in rows if ms >= limit]
    assert not late, f"later than promised: {', '.join(late)}"


if __name__ == "__main__":
    main()
