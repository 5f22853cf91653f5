"""The server is killed in the middle of a sale or of a closing, and the till tries again.

In processes and database connections of their own: the one that is killed leaves PostgreSQL a
transaction without an end, and the next one finds what is really stored. Core commits nothing
inside either request (checked for Odoo 19.0); a till closes in two requests, though.
"""

import pytest
from odoo_process import kept_database, run
from shop import Shop, open_session, prepare


@pytest.fixture(scope="module", name="installed")
def _installed():
    with kept_database("killed_ground") as name:
        yield name


@pytest.fixture(name="database")
def _database(installed):
    with kept_database("killed", template=installed) as name:
        yield name


# ---------------------------------------------------------------------- what a till does


def sync(env, orders):
    env["pos.order"].sync_from_ui(orders)


def start_closing(env, session):
    """The first of the two requests by which a till closes."""
    env["pos.session"].browse(session).update_closing_control_state_session("")


def close(env, session):
    return env["pos.session"].browse(session).close_session_from_ui()


# ---------------------------------------------------------------------- what is stored


def assert_nothing(env):
    """As if the sale had never been sent."""
    shop = Shop.find(env)
    assert not shop.env["pos.order"].search([])
    assert not shop.env["pos.pack.operation.lot"].search([])
    assert not shop.env["stock.lot"].search([("name", "=", "NEW1")])
    shop.assertStock(shop.product("Phone"), dict.fromkeys(_serials(1, 2, 3, 4, 5), 1), {})
    shop.assertStock(shop.product("Milk"), {"L1": 10, "L2": 10}, {})
    assert not shop._open_moves(shop.product("Phone")).filtered("pos_numbers_waiting")


def _serials(*numbers):
    return [f"SN{number}" for number in numbers]


def assert_orders(env):
    """All orders are there once, with each of their numbers once."""
    orders = Shop.find(env).env["pos.order"].search([], order="id")
    assert [len(order.lines) for order in orders] == [3, 2, 1]
    names = [sorted(order.lines.pack_lot_ids.mapped("lot_name")) for order in orders]
    assert names == [["L1", "L2", "NEW1", "SN1"], ["SN2", "SN5"], ["L1"]]
    flags = {
        number.lot_name: number.flag_ids.mapped("code")
        for number in orders.lines.pack_lot_ids
        if number.flag_ids
    }
    assert flags == {"NEW1": ["unknown"]}
    assert all(orders.lines.sudo().mapped("numbers_locked"))


def assert_moved(env):
    """Stock moved once, number by number, and only the unit without number waits."""
    assert_orders(env)
    shop = Shop.find(env)
    phone, milk, cable = map(shop.product, ("Phone", "Milk", "Cable"))
    sold = dict.fromkeys(["NEW1", *_serials(1, 2, 5)], 1)
    shop.assertStock(phone, {"NEW1": -1, "SN3": 1, "SN4": 1}, sold)
    shop.assertStock(milk, {"L1": 6, "L2": 8}, {"L1": 4, "L2": 2})
    shop.assertStock(cable, {None: 8}, {None: 2})
    waiting = shop._open_moves(phone)
    delivery = waiting.filtered("sale_line_id")
    assert delivery.mapped("product_uom_qty") == [1], "the sales order ships the other unit"
    waiting -= delivery
    first = shop.env["pos.order"].search([], order="id", limit=1)
    assert waiting.mapped("product_uom_qty") == [1]
    assert waiting.picking_id.pos_numbers_order_id == first
    moves = shop.env["stock.move"].search([("state", "=", "done"), ("picking_id", "!=", False)])
    assert sum(moves.mapped("quantity")) == 4 + 6 + 2
    assert first.waiting_number_qty == 1


def assert_closed(env, session):
    """Closed, with one posted entry for all that was sold, and every unit moved."""
    assert_moved(env)
    session = Shop.find(env).env["pos.session"].browse(session)
    assert session.state == "closed"
    entry = session.move_id
    assert entry.state == "posted"
    assert sum(entry.line_ids.mapped("debit")) == sum(session.order_ids.mapped("amount_total"))
    assert set(session.order_ids.mapped("state")) == {"done"}
    assert set(session.picking_ids.mapped("state")) == {"done"}


# ---------------------------------------------------------------------- the tests


@pytest.mark.parametrize(
    "point",
    [
        ("pos.number.sale", "_conclude"),  # numbers are concluded, stock has not moved
        ("pos.order", "_create_order_picking"),  # stock has moved
        ("pos.order", "sync_from_ui"),  # all is done but the commit
    ],
    ids=lambda point: point[1],
)
def test_sale(database, point):
    """Nothing of it is stored; sent again it is stored once, and sent once more still once."""
    shop = run(database, prepare, "real")
    for _killed in range(2):
        run(database, sync, shop["orders"], user=shop["user"], die_after=point)
        run(database, assert_nothing)
    for _healthy in range(2):
        run(database, sync, shop["orders"], user=shop["user"])
        run(database, assert_moved)
    run(database, close, shop["session"], user=shop["user"])
    run(database, assert_closed, shop["session"])


@pytest.mark.parametrize(
    "point",
    [
        ("stock.picking", "_create_picking_from_pos_order_lines"),  # one of several transfers
        ("pos.session", "_create_picking_at_end_of_session"),  # all transfers, no entry
        ("pos.session", "_create_account_move"),  # the entry, not posted
        ("pos.session", "close_session_from_ui"),  # all is done but the commit
    ],
    ids=lambda point: point[1],
)
def test_closing(database, point):
    """The session is as before; closed again, all units move once and one entry is posted."""
    shop = run(database, prepare, "closing")
    run(database, sync, shop["orders"], user=shop["user"])
    run(database, start_closing, shop["session"], user=shop["user"])
    for _killed in range(2):
        run(database, close, shop["session"], user=shop["user"], die_after=point)
        run(database, assert_open, shop["session"])
    assert run(database, close, shop["session"], user=shop["user"]) == {"successful": True}
    run(database, assert_closed, shop["session"])


def assert_open(env, session):
    """All orders are there, nothing has moved."""
    assert_orders(env)
    shop = Shop.find(env)
    session = shop.env["pos.session"].browse(session)
    assert (session.state, bool(session.move_id)) == ("closing_control", False)
    assert not session.picking_ids
    assert not shop._gone(shop.product("Phone")) and not shop._gone(shop.product("Milk"))


def test_sale_whose_session_closes_meanwhile(database):
    """Killed during a sale, and the session closes before the till tries again.

    Core takes it into the next session: it is stored once, and its stock moves with that one.
    """
    shop = run(database, prepare, "closing")
    *sold, last = shop["orders"]
    run(database, sync, sold, user=shop["user"])
    point = ("pos.order", "_create_order_picking")
    run(database, sync, [last], user=shop["user"], die_after=point)
    run(database, close, shop["session"], user=shop["user"])
    following = run(database, open_session, user=shop["user"])
    for _again in range(2):
        run(database, sync, [last], user=shop["user"])
    run(database, close, following, user=shop["user"])
    run(database, assert_closed, following)
