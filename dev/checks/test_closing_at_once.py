"""A session that closes while one of its orders is being stored, in two processes.

No order stays paid in a closed session: what the closing does not take goes to the next session.
"""

import time

import pytest
from odoo_process import kept_database, run, start, wait_for
from shop import Shop, open_session, prepare


@pytest.fixture(scope="module", name="installed")
def _installed():
    with kept_database("at_once_ground") as name:
        yield name


@pytest.fixture(name="database")
def _database(installed):
    with kept_database("at_once", template=installed) as name:
        yield name


def sell_slowly(env, order, stored, go_on):
    """Store an order; commit it when the closing has begun."""
    env["pos.order"].sync_from_ui([dict(order)])
    env.flush_all()
    stored.touch()
    wait_for(go_on)
    time.sleep(1)  # by then the closing is at work, or waits for this order


def sell_late(env, order, begun, go_on):
    """Begin a request; store the order when its session is closed."""
    env["pos.session"].search([]).mapped("state")
    begun.touch()
    wait_for(go_on)
    env["pos.order"].sync_from_ui([dict(order)])


def close(env, session, begun):
    """Close in one request, as the back office does."""
    session = env["pos.session"].browse(session)
    assert session.state == "opened"
    begun.touch()
    return session.close_session_from_ui()


def read_orders(env):
    """:return: of each order its state, and that of its session"""
    orders = Shop.find(env).env["pos.order"].search([], order="id")
    return [(order.state, order.session_id.state) for order in orders]


@pytest.mark.parametrize("update_stock", ["real", "closing"])
def test_order_stored_while_its_session_closes(database, tmp_path, update_stock):
    """The closing waits for the order, and takes it."""
    shop = run(database, prepare, update_stock)
    first, second = shop["orders"][0], shop["orders"][2]
    run(database, lambda env: env["pos.order"].sync_from_ui([dict(first)]), user=shop["user"])
    stored, closing = tmp_path / "stored", tmp_path / "closing"
    join = start(database, sell_slowly, second, stored, closing, user=shop["user"])
    wait_for(stored)
    run(database, close, shop["session"], closing, user=shop["user"])
    assert not join()
    assert run(database, read_orders) == [("done", "closed")] * 2
    run(database, assert_milk_moved)


def assert_milk_moved(env):
    shop = Shop.find(env)
    shop.assertStock(shop.product("Milk"), {"L1": 6, "L2": 8}, {"L1": 4, "L2": 2})


def test_order_that_began_before_its_session_closed(database, tmp_path):
    """Its request still sees the session open: it goes to the next one."""
    shop = run(database, prepare, "closing")
    first, second = shop["orders"][0], shop["orders"][2]
    run(database, lambda env: env["pos.order"].sync_from_ui([dict(first)]), user=shop["user"])
    begun, closed = tmp_path / "begun", tmp_path / "closed"
    join = start(database, sell_late, second, begun, closed, user=shop["user"])
    wait_for(begun)
    run(database, close, shop["session"], tmp_path / "closing", user=shop["user"])
    following = run(database, open_session, user=shop["user"])
    closed.touch()
    assert not join()
    assert run(database, read_orders) == [("done", "closed"), ("paid", "opened")]
    run(database, close, following, tmp_path / "closing", user=shop["user"])
    run(database, assert_milk_moved)
