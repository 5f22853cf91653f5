"""The add-on comes, is used, goes, and comes back: Odoo and its data are whole all the time.

On a database of its own. Each step is a process of its own, which loads what is installed then.
"""

import logging

import pytest
from odoo_process import drop_database, install, make_database, run
from shop import Shop

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.loading import load_demo
from odoo.modules.module_graph import ModuleGraph
from odoo.tests import new_test_user

from odoo.addons.pos_lot_traceability.tests.against_core.common import (
    POS_USER,
    SALESMAN,
    STOCK_USER,
)

MODULE = "pos_lot_traceability"


class DemoShop(Shop):
    """The shop of the demo data."""

    @classmethod
    def _enter(cls, env):
        super()._enter(env)
        cls.till = cls.env.ref(f"{MODULE}.pos_config_demo")
        cls.cashier = cls.env.ref(f"{MODULE}.user_cashier_demo")
        if not cls.till.current_session_id:
            cls._open_till(cls.till)


@pytest.fixture(name="database")
def _database():
    name = make_database("uninstall")
    yield name
    drop_database(name)


def test_uninstall_and_install_again(database):
    schema = run(database, read_schema)
    run(database, install)
    assert run(database, read_schema) != schema
    run(database, sell)
    for module in (MODULE, "product_expiry", "point_of_sale"):
        run(database, assert_refused, module)
    run(database, close_and_assign)
    before = run(database, read_data)
    assert run(database, uninstall) == [], "errors in the log"
    assert run(database, read_schema) == schema
    run(database, assert_no_trace)
    assert run(database, read_data) == before
    run(database, work_on_stock)
    run(database, install)
    run(database, assert_history)
    assert run(database, link) is True
    run(database, assert_linked)
    run(database, assign_what_waits)


def test_with_demo_data(database):
    """Demo data that was sold stays as the company's own, and comes anew with the add-on."""
    run(database, install)
    run(database, bring_demo_data)
    run(database, sell_demo_data)
    before = run(database, read_data)
    assert run(database, uninstall) == [], "errors in the log"
    run(database, assert_no_trace)
    assert run(database, read_data) == before
    run(database, install)
    run(database, bring_demo_data)
    run(database, assert_demo_waits)
    assert run(database, uninstall) == [], "errors in the log"


# ---------------------------------------------------------------------- with the add-on


def sell(env):
    """Numbers of all kinds: given, missing, unknown, a duplicate, two lots on a line, a refund."""
    shop = Shop.build(env)
    for login, groups in {
        "inventory": STOCK_USER,
        # What stock Odoo asks for to sell a serial.
        "clerk": f"{POS_USER},{STOCK_USER},{SALESMAN}",
    }.items():
        new_test_user(shop.env, login=login, groups=groups)
    phone, milk = shop.product("Phone"), shop.product("Milk")
    shop._sell(shop._line(phone, 3, ["SN1"]))
    shop._sell(shop._line(phone, 2, ["NEW1", "SN1"]))
    lots = [Command.create({"lot_name": name, "quantity": 2}) for name in ("L1", "L2")]
    sold = shop._sell(shop._line(milk, 4, pack_lot_ids=lots))
    shop._give_back(sold, 1, ["L1"])


def bring_demo_data(env):
    """As an installation does where Odoo has demo data."""
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False
        )
    modules = env["ir.module.module"].search([("state", "=", "installed")])
    graph = ModuleGraph(env.cr, mode="load")
    graph.extend(modules.mapped("name"))
    package = next(node for node in graph if node.name == MODULE)
    assert load_demo(env, package, {}, "init"), "demo data failed, see the log"
    env.flush_all()
    phone = env.ref(f"{MODULE}.product_phone_demo").product_variant_id
    assert (phone.barcode, phone.active) == ("0614141000012", True)
    assert phone.qty_available == 12


def sell_demo_data(env):
    """One phone with its number, one without, at the demo shop; its session is closed."""
    DemoShop._enter(env)
    shop = DemoShop("run")
    phone = shop.env.ref(f"{MODULE}.product_phone_demo").product_variant_id
    shop._sell(shop._line(phone, 1, ["F5000101"]), shop._line(phone, 1))
    shop._close()


def assert_demo_waits(env):
    (line,) = env["pos.order.line"].search([("waiting_number_qty", ">", 0)])
    assert not line.product_id.active, "of the first installation"
    users = env["res.users"].with_context(active_test=False)
    assert users.search_count([("login", "=like", "cashier%")]) == 2


def close_and_assign(env):
    shop = Shop.find(env)
    shop._close()
    line = shop.env["pos.order"].search([], order="id", limit=1).lines
    inventory = shop.env["res.users"].search([("login", "=", "inventory")])
    shop.env.invalidate_all()
    line.with_user(inventory)._assign_numbers([("SN2", 1)])


def assert_refused(env, name):
    """Not under an open till, whichever module it is that takes the add-on away."""
    module = env["ir.module.module"].search([("name", "=", name)])
    with pytest.raises(UserError, match="Close these sessions"):
        module.button_immediate_uninstall()
    env.cr.rollback()
    assert not env["ir.module.module"].search([("state", "=", "to remove")])


def uninstall(env):
    """:return: what Odoo logged as errors meanwhile"""
    logged = []

    class Collector(logging.Handler):
        def emit(self, record):
            logged.append(record.getMessage())

    handler = Collector(logging.ERROR)
    logging.getLogger().addHandler(handler)
    env["ir.module.module"].search([("name", "=", MODULE)]).button_immediate_uninstall()
    return logged


# ---------------------------------------------------------------------- without it


def read_schema(env):
    """Columns, indexes and constraints of all tables."""
    queries = (
        """
        SELECT table_name, column_name, data_type
          FROM information_schema.columns
         WHERE table_schema = current_schema
        """,
        """
        SELECT tablename, indexname, indexdef
          FROM pg_indexes
         WHERE schemaname = current_schema
        """,
        """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE connamespace = current_schema::regnamespace
        """,
    )
    rows = set()
    for query in queries:
        env.cr.execute(query)
        rows.update(env.cr.fetchall())
    return rows


def read_data(env):
    """What was sold, where everything lies and what is still open, in core's words."""
    orders = env["pos.order"].search([], order="id")
    quants = env["stock.quant"].search([], order="id")
    return {
        "orders": [(order.name, order.state, order.amount_total) for order in orders],
        "lines": [(line.product_id.id, line.qty, line.total_cost) for line in orders.lines],
        "numbers": [(n.pos_order_line_id.id, n.lot_name) for n in orders.lines.pack_lot_ids],
        "quants": [
            (q.product_id.id, q.location_id.id, q.lot_id.id, q.quantity, q.reserved_quantity)
            for q in quants
        ],
        "moves": [
            (move.product_id.id, move.state, move.product_uom_qty, move.quantity)
            for move in env["stock.move"].search([], order="id")
        ],
        "entries": [
            (entry.name, entry.state, sum(entry.line_ids.mapped("debit")))
            for entry in env["account.move"].search([], order="id")
        ],
    }


def assert_no_trace(env):
    """No row of Odoo's own books names the add-on, but the list of modules."""
    env.cr.execute("SELECT * FROM ir_model_data WHERE module = %s", [MODULE])
    assert not env.cr.fetchall()
    found = {
        "parameters": env["ir.config_parameter"].search([("key", "like", MODULE)]),
        "views": env["ir.ui.view"]
        .with_context(active_test=False)
        .search(["|", ("key", "like", MODULE), ("arch_db", "like", "pos_number")]),
        "models": env["ir.model"].search([("model", "like", "pos.number")]),
        "fields": env["ir.model.fields"].search(
            [("name", "in", ("pos_number_id", "pos_numbers_order_id", "holds", "numbers_locked"))]
        ),
        "actions": env["ir.actions.actions"].search([("name", "ilike", "Lots/Serials to Assign")]),
        "menus": env["ir.ui.menu"].search([("name", "ilike", "Lots/Serials to Assign")]),
        "jobs": env["ir.cron"]
        .with_context(active_test=False)
        .search([("cron_name", "ilike", "Lot/Serial Numbers")]),
        "reports": env["ir.actions.report"].search([("report_name", "like", MODULE)]),
        "rules": env["ir.rule"].search([("domain_force", "like", "number")]),
        "files": env["ir.attachment"].search([("url", "like", MODULE)]),
        "dangling rights": env["ir.model.access"].search([("model_id", "=", False)]),
    }
    assert {
        kind: records.mapped("display_name") for kind, records in found.items() if records
    } == {}


def work_on_stock(env):
    """What waited is the order's open transfer; a till sells a serial and closes."""
    assert "pos.number.sale" not in env
    shop = Shop.find(env)
    phone = shop.product("Phone")
    clerk = shop.env["res.users"].search([("login", "=", "clerk")])
    waiting = shop._open_moves(phone)
    assert sorted(waiting.mapped("product_uom_qty")) == [1, 1]
    first = shop.env["pos.order"].search([], order="id", limit=1)
    move = waiting.filtered(lambda move: move.picking_id.pos_order_id == first)
    assert (len(move), move.picking_id.state) == (1, "confirmed")
    assert move.picking_id.pos_session_id == first.session_id
    move.move_line_ids = [
        Command.create(
            {
                "product_id": phone.id,
                "lot_id": shop._lot(phone, "SN3").id,
                "quantity": 1,
                "location_id": move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
            }
        )
    ]
    move.picked = True
    move.picking_id.with_user(clerk).button_validate()
    assert move.picking_id.state == "done"
    till = shop.till.with_user(clerk)
    till.open_ui()
    till.current_session_id.set_opening_control(0, "")
    shop._sell(shop._line(phone, 1, ["SN4"]), user=clerk)
    shop._close(user=clerk)
    shop.assertStock(
        phone,
        {"NEW1": -1, "SN5": 1},
        dict.fromkeys(["SN1", "SN2", "SN3", "SN4", "NEW1"], 1),
    )
    # Every page of the back office that shows these models opens.
    for model in ("pos.order", "stock.picking", "product.template", "stock.lot", "pos.config"):
        shop.env[model].get_views([(False, "form"), (False, "list"), (False, "search")])
    shop.env["res.config.settings"].get_views([(False, "form")])


# ---------------------------------------------------------------------- with it again


def assert_history(env):
    """All that was sold till now is history: numbers unique and protected.

    What waited and still does waits again, in the worklist; its numbers are linked at once.
    """
    numbers = env["pos.pack.operation.lot"].search([])
    (line,) = env["pos.order.line"].search([("waiting_number_qty", ">", 0)])
    waiting = line.pack_lot_ids
    assert line.waiting_number_qty == 1
    assert sorted(waiting.mapped("lot_name")) == ["NEW1", "SN1"]
    picking = line.waiting_move_ids.picking_id
    assert (picking.pos_numbers_order_id, picking.pos_order_id.id) == (line.order_id, False)
    assert not env["ir.model.data"].search(
        [("module", "like", "pos_lot"), ("model", "=", "stock.move")]
    )
    assert len(numbers) == 8
    assert env["pos.number.history"]._count_left() == len(numbers) - len(waiting)
    assert len(set(numbers.mapped("uuid"))) == len(numbers) and all(numbers.mapped("uuid"))
    assert not (numbers - waiting).lot_id
    assert all(numbers.pos_order_line_id.mapped("numbers_locked"))


def link(env):
    """Run the scheduled action, as Odoo does."""
    return env.ref(f"{MODULE}.cron_link_history").method_direct_trigger()


def assert_linked(env):
    shop = Shop.find(env)
    numbers = shop.env["pos.pack.operation.lot"].search([])
    assert shop.env["pos.number.history"]._count_left() == 0
    assert not shop.env.ref(f"{MODULE}.cron_link_history").active, "nothing is left to do"
    assert all(number.lot_id.name == number.lot_name for number in numbers)
    moved = numbers.move_line_ids
    assert set(moved.mapped("state")) == {"done"}
    assert sorted(moved.lot_id.mapped("name")) == ["L1", "L2", "NEW1", "SN1", "SN2", "SN4"]
    # A number of before comes back like any other.
    shop.till.open_ui()
    shop.till.current_session_id.set_opening_control(0, "")
    order = numbers.filtered(lambda number: number.lot_name == "SN4").order_id
    shop._give_back(order, 1, ["SN4"])
    assert shop._here(shop.product("Phone")).get("SN4") == 1


def assign_what_waits(env):
    """What waited before the uninstallation gets its number, and nothing else gives way to it."""
    shop = Shop.find(env)
    inventory = shop.env["res.users"].search([("login", "=", "inventory")])
    (line,) = shop.env["pos.order.line"].search([("waiting_number_qty", ">", 0)])
    line.with_user(inventory)._assign_numbers([("SN5", 1)])
    shop.env.invalidate_all()
    assert sorted(line.pack_lot_ids.mapped("lot_name")) == ["NEW1", "SN5"]
    assert line.waiting_number_qty == 0
    assert shop._gone(shop.product("Phone"))["SN5"] == 1
    session = shop.till.current_session_id
    shop._close()
    assert session.state == "closed"
