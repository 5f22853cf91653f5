"""Measures what the add-on does with numbers that were sold before it was installed.

The history is made by SQL: rows of one real sale on stock Odoo are copied with other ids. Half of
the sessions moved their stock at each sale, half when they closed.
"""

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import time

import bench

from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import SQL
from odoo.tools import config as odoo_config

SERIALS, NUMBERS = 3, 4  # of an order: three serials on one line, one lot on the other
ORDERS = 250  # of a session
SERIAL_PRODUCTS, LOT_PRODUCTS, LOTS = 50, 20, 250
TRACKED = SERIAL_PRODUCTS + LOT_PRODUCTS
SESSION, ORDER = f"(n / {ORDERS})", f"(n / {NUMBERS})"


# ---------------------------------------------------------------------------- the ground


class History:
    """Copies rows; `start[table]` is the highest id before, so that copies can refer to copies."""

    def __init__(self, env, count):
        self.env, self.count, self.start = env, count, {}

    def highest(self, table):
        ((highest,),) = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table))
        )
        return highest

    def copy(self, record, count, where="TRUE", **values):
        """Copy a record `count` times; `n` in the values is 0, 1, 2, ...

        :param values: SQL by column; the rest is as in the record
        """
        table = record._table
        start = self.start.setdefault(table, self.highest(table))
        values = {"id": f"{start} + 1 + n", **values}
        columns = [
            name
            for (name,) in self.env.execute_query(
                SQL(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
                    table,
                )
            )
        ]
        targets = ", ".join(f'"{name}"' for name in columns)
        sources = ", ".join(values.get(name, f'record."{name}"') for name in columns)
        self.env.cr.execute(
            f"INSERT INTO {table} ({targets}) SELECT {sources}"
            f" FROM {table} record, generate_series(0, {count - 1}) AS n"
            f" WHERE record.id = {record.id} AND ({where})"
        )
        self.env.cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")


def prepare(database, count):
    """Sell once on stock Odoo, and copy that sale until there are `count` numbers."""
    with bench.environment(database) as env:
        till, products = bench.get_ground(env)
        names = [f"IMEI1000-{number:07d}" for number in range(1, SERIALS + 1)]
        sent = bench.make_order(env, till, products[1000], names)
        env["pos.order"].sync_from_ui([sent])
        order = env["pos.order"].search([("uuid", "=", sent["uuid"])]).sudo()
        copy_sales(env, order, till.sudo(), count)
        env.cr.commit()


def copy_sales(env, order, till, count):
    history = History(env, count)
    orders = count // NUMBERS
    sessions = -(-orders // ORDERS)
    product, move_line = order.lines.product_id, order.picking_ids.move_line_ids[0]
    start = {
        model: history.start.setdefault(model, history.highest(model))
        for model in (
            *("pos_session", "pos_order", "pos_order_line", "stock_lot", "product_product"),
            *("stock_picking", "stock_move", "product_template"),
        )
    }

    def at(table, offset):
        return f"{start[table]} + 1 + {offset}"

    is_serial = f"n < {SERIAL_PRODUCTS}"
    history.copy(
        product.product_tmpl_id,
        TRACKED,
        tracking=f"CASE WHEN {is_serial} THEN 'serial' ELSE 'lot' END",
    )
    history.copy(product, TRACKED, product_tmpl_id=at("product_template", "n"), barcode="NULL")

    def sold(order, k):
        """The product of an order's line: serials first."""
        return at(
            "product_product",
            f"CASE WHEN {k} < 1 THEN {order} % {SERIAL_PRODUCTS}"
            f" ELSE {SERIAL_PRODUCTS} + {order} % {LOT_PRODUCTS} END",
        )

    # One serial for each number sold, but one in a hundred; letter case differs in another.
    history.copy(
        move_line.lot_id,
        count,
        where=f"n % {NUMBERS} < {SERIALS} AND n % 100 <> 0",
        name="'OLD-' || CASE WHEN n % 100 = 1 THEN 'x' ELSE 'X' END || n",
        product_id=sold(ORDER, 0),
    )
    # The first lot product is sold from one lot all the time.
    history.copy(
        move_line.lot_id,
        LOT_PRODUCTS * LOTS,
        id=at("stock_lot", f"{count} + n"),
        name=f"'LOT-' || n % {LOTS}",
        product_id=at("product_product", f"{SERIAL_PRODUCTS} + n / {LOTS}"),
    )
    lot_of_order = f"""
        {count} + {ORDER} % {LOT_PRODUCTS} * {LOTS}
        + CASE WHEN {ORDER} % {LOT_PRODUCTS} = 0 THEN 0
               ELSE {ORDER} / {LOT_PRODUCTS} % {LOTS} END"""
    history.copy(
        order.session_id,
        sessions,
        state="'closed'",
        stop_at="now()",
        update_stock_at_closing="n % 2 = 1",
        access_token="NULL",
        name="'OLD/' || n",
    )
    history.copy(
        order,
        orders,
        state="'done'",
        session_id=at("pos_session", SESSION),
        uuid="gen_random_uuid()",
        access_token="NULL",
        name="'OLD/' || n",
        pos_reference="'OLD/' || n",
        date_order="now() - interval '1 year' + n * interval '1 minute'",
    )
    history.copy(
        order.lines,
        2 * orders,
        order_id=at("pos_order", "n / 2"),
        product_id=sold("(n / 2)", "n % 2"),
        qty=f"CASE WHEN n % 2 = 0 THEN {SERIALS} ELSE 2 END",
        uuid="gen_random_uuid()",
    )
    line = at("pos_order_line", f"({ORDER} * 2 + n % {NUMBERS} / {SERIALS})")
    history.copy(
        order.lines.pack_lot_ids[0],
        count,
        pos_order_line_id=line,
        lot_name=f"""
            CASE WHEN n % {NUMBERS} < {SERIALS} THEN 'OLD-X' || n
                 ELSE 'LOT-' || (CASE WHEN {ORDER} % {LOT_PRODUCTS} = 0 THEN 0
                                      ELSE {ORDER} / {LOT_PRODUCTS} % {LOTS} END) END""",
    )
    picking, move = order.picking_ids, order.picking_ids.move_ids
    of_sale = f"{SESSION} % 2 = 0"
    history.copy(
        picking,
        orders,
        where=of_sale,
        name="'OLD/OUT/' || n",
        pos_order_id=at("pos_order", "n"),
        pos_session_id=at("pos_session", SESSION),
    )
    history.copy(
        picking,
        sessions,
        where="n % 2 = 1",
        id=at("stock_picking", f"{orders} + n"),
        name="'OLD/SESSION/' || n",
        pos_order_id="NULL",
        pos_session_id=at("pos_session", "n"),
    )
    history.copy(
        move,
        2 * orders,
        where=f"(n / {2 * ORDERS}) % 2 = 0",
        picking_id=at("stock_picking", "n / 2"),
        product_id=sold("(n / 2)", "n % 2"),
    )
    history.copy(
        move,
        sessions * TRACKED,
        where=f"(n / {TRACKED}) % 2 = 1",
        id=at("stock_move", f"{2 * orders} + n"),
        picking_id=at("stock_picking", f"{orders} + n / {TRACKED}"),
        product_id=at("product_product", f"n % {TRACKED}"),
    )
    number_session = f"(n / {NUMBERS * ORDERS})"
    history.copy(
        move_line,
        count,
        where=f"n % {NUMBERS} = {SERIALS} OR n % 100 <> 0",
        lot_id=at(
            "stock_lot", f"CASE WHEN n % {NUMBERS} < {SERIALS} THEN n ELSE {lot_of_order} END"
        ),
        product_id=sold(ORDER, f"n % {NUMBERS} / {SERIALS}"),
        picking_id=at(
            "stock_picking",
            f"CASE WHEN {number_session} % 2 = 0 THEN {ORDER} ELSE {orders} + {number_session} END",
        ),
        move_id=at(
            "stock_move",
            f"""CASE WHEN {number_session} % 2 = 0 THEN {ORDER} * 2 + n % {NUMBERS} / {SERIALS}
                ELSE {2 * orders} + {number_session} * {TRACKED}
                     + CASE WHEN n % {NUMBERS} < {SERIALS} THEN {ORDER} % {SERIAL_PRODUCTS}
                            ELSE {SERIAL_PRODUCTS} + {ORDER} % {LOT_PRODUCTS} END END""",
        ),
    )


# ---------------------------------------------------------------------------- measuring


def link(database, stop_after=None):
    """Run the scheduled action to its end, in this process, and print what each batch took.

    :param stop_after: batches after which the process kills itself in the middle of the next
    """
    registry = Registry(database)
    History = registry["pos.number.history"]
    link_batch, times = History._link_batch, []

    def timed(history, size):
        start = time.perf_counter()
        done = link_batch(history, size)
        if stop_after and len(times) == stop_after:
            os.kill(os.getpid(), signal.SIGKILL)
        # From here to the commit there is one small row to write.
        times.append(time.perf_counter() - start)
        return done

    History._link_batch = timed
    start = time.perf_counter()
    with registry.cursor() as cr:
        env = bench.api.Environment(cr, bench.SUPERUSER_ID, {})
        left = env["pos.number.history"]._count_left()
        print(f"{left:,} numbers are left to link", flush=True)
        cr.rollback()
        env["pos.number.history"]._cron_link()
        left = env["pos.number.history"]._count_left()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(times)} batches in {time.perf_counter() - start:.0f} s, the longest"
        f" {max(times):.2f} s; {memory:.0f} MB of memory; {left:,} are left",
        flush=True,
    )


def sell(database, child):
    """Sell and refund at a till while the child links; what that takes, with and without.

    A refund brings back a serial of the history that the action is just coming to.
    """
    registry = Registry(database)
    times = {"alone": [], "while linking": []}
    retries = []

    def one_sale(number):
        with registry.cursor() as cr:
            env = bench.api.Environment(cr, bench.SUPERUSER_ID, {})
            seller = env["res.users"].search([("login", "=", "bench")])
            env = env(user=seller)
            tries = []

            def do():
                tries.append(1)
                till, products = bench.get_ground(env)
                names = bench.get_names(100000, 1, number)
                order = bench.make_order(env, till, products[100000], names)
                refund = get_refund(env, till)
                env["pos.order"].sync_from_ui([order] + ([refund] if refund else []))

            start = time.perf_counter()
            retrying(do, env)
            retries.append(len(tries) - 1)
            return time.perf_counter() - start

    for number in range(10):
        one_sale(number)
    for number in range(10, 40):
        times["alone"].append(one_sale(number))
    process = child()
    number = 40
    while process.poll() is None:
        times["while linking"].append(one_sale(number))
        number += 1
    print(process.communicate()[0], end="")
    for when, taken in times.items():
        taken.sort()
        print(
            f"{len(taken)} sales {when}: typically {taken[len(taken) // 2]:.3f} s,"
            f" the slowest {taken[-1]:.3f} s"
        )
    print(f"sales that were run again because of a number in work: {sum(map(bool, retries))}")
    return process.returncode


def get_refund(env, till):
    """The refund of a serial that is soon looked at."""
    number = env["pos.pack.operation.lot"].search(
        # Of those that have a lot: the refund of another makes one, too late for the action.
        [("awaits_linking", "=", True), ("lot_name", "=like", "OLD-X%7")],
        order="id",
        offset=random.randrange(1000),
        limit=1,
    )
    if not number:
        return None
    line = number.pos_order_line_id
    refund = bench.make_order(env, till, number.product_id, [number.lot_name])
    (_code, _id, values) = refund["lines"][0]
    for name in ("qty", "price_subtotal", "price_subtotal_incl"):
        values[name] = -values[name]
    values["refunded_orderline_id"] = line.id
    payment = refund["payment_ids"][0][2]
    payment["amount"] = -payment["amount"]
    refund["amount_total"] = refund["amount_paid"] = -refund["amount_total"]
    refund["is_refund"] = True
    return refund


def check(database):
    """Every number whose lot exists is linked, and so is every move line.

    A lot with several move lines in one order or session has one link for each line.
    """
    with bench.environment(database) as env:
        for what, query in {
            "numbers whose lot exists, without a link": """
                SELECT COUNT(*)
                  FROM pos_pack_operation_lot number
                  JOIN pos_order_line line ON line.id = number.pos_order_line_id
                 WHERE number.lot_id IS NULL
                   AND EXISTS (SELECT FROM stock_lot lot
                                WHERE lot.product_id = line.product_id
                                  AND LOWER(lot.name) = LOWER(number.lot_name))""",
            "move lines of history without a link": """
                SELECT COUNT(*)
                  FROM stock_move_line ml
                  JOIN stock_picking picking ON picking.id = ml.picking_id
                 WHERE picking.name LIKE 'OLD/%%' AND ml.pos_number_id IS NULL""",
            "move lines linked to a number of another lot or sale": """
                SELECT COUNT(*)
                  FROM stock_move_line ml
                  JOIN stock_picking picking ON picking.id = ml.picking_id
                  JOIN pos_pack_operation_lot number ON number.id = ml.pos_number_id
                  JOIN pos_order_line line ON line.id = number.pos_order_line_id
                  JOIN pos_order ON pos_order.id = line.order_id
                 WHERE number.lot_id <> ml.lot_id
                    OR COALESCE(picking.pos_order_id, pos_order.id) <> pos_order.id
                    OR picking.pos_session_id <> pos_order.session_id""",
        }.items():
            ((count,),) = env.execute_query(SQL(query))
            print(f"{what}: {count:,}")
            assert not count, what
        ((numbers, linked),) = env.execute_query(
            SQL("SELECT COUNT(*), COUNT(lot_id) FROM pos_pack_operation_lot")
        )
        print(f"{linked:,} of {numbers:,} numbers have their lot")


def measure(database, conf):
    """Kill the action in the middle, run it to its end while a till sells, and check."""

    def child(*options):
        return subprocess.Popen(
            [sys.executable, __file__, "--conf", conf, "--link", *options, database],
            stdout=subprocess.PIPE,
            text=True,
        )

    killed = child("--stop-after", "20")
    print(killed.communicate()[0], end="")
    assert killed.returncode == -signal.SIGKILL, killed.returncode
    print("The action was killed in the middle of its 21st batch.", flush=True)
    assert sell(database, child) == 0
    check(database)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--conf", required=True)
    parser.add_argument("--prepare", type=int)
    parser.add_argument("--link", action="store_true")
    parser.add_argument("--stop-after", type=int)
    parser.add_argument("database")
    args = parser.parse_args()
    odoo_config.parse_config(["-c", args.conf, "--log-level=error", "--max-cron-threads=0"])
    if args.prepare:
        prepare(args.database, args.prepare)
    elif args.link:
        link(args.database, args.stop_after)
    else:
        measure(args.database, args.conf)


if __name__ == "__main__":
    main()
