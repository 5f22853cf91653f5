"""Two tills that sell one lot at the same time, in two processes."""

import pytest
from odoo_process import kept_database, run, start, wait_for
from shop import Shop

from odoo.fields import Command

LOT = "L1"  # ten units


@pytest.fixture(scope="module", name="database")
def _database():
    with kept_database("one_lot") as name:
        yield name


def prepare(env, quantity, on_hand):
    """:return: the cashier, and two orders of the lot as tills send them"""
    found = env["stock.warehouse"].search([("code", "=", "SHOP")])
    shop = Shop.find(env) if found else Shop.build(env)
    milk = shop.product("Milk")
    shop._put(milk, {LOT: on_hand - shop._here(milk).get(LOT, 0)})
    # Sold before: at the first sale of a lot Odoo writes to it that it lies in one place no more.
    shop._put(milk, {LOT: 1}, shop.env.ref("stock.stock_location_customers"))
    numbers = [Command.create({"lot_name": LOT, "quantity": quantity})]
    # Each from its own till: core has a counter a till, without gaps.
    other = shop.env["pos.config"].search([("name", "=", "Other till")]) or shop._till("Other till")
    orders = [
        shop._paid(shop._line(milk, quantity, pack_lot_ids=numbers), till=till)
        for till in (shop.till, other)
    ]
    return {"user": shop.cashier.id, "orders": orders}


def sell(env, order):
    env["pos.order"].sync_from_ui([dict(order)])


def sell_late(env, order, begun, go_on, tries):
    """Begin a request; store the order when the other till's is stored."""
    with tries.open("a") as file:
        file.write("x")
    env["stock.quant"].search([]).mapped("quantity")
    begun.touch()
    wait_for(go_on)
    sell(env, order)


def read(env, orders):
    """:return: flags of the orders' numbers, the order sent first first; the lot's stock; moved"""
    shop = Shop.find(env)
    by_uuid = {order.uuid: order for order in shop.env["pos.order"].search([])}
    numbers = [by_uuid[order["uuid"]].lines.pack_lot_ids for order in orders]
    flags = [number.flag_ids.mapped("code") for number in numbers]
    stock = shop._here(shop.product("Milk")).get(LOT, 0)
    return flags, stock, [number._get_moved_quantity() for number in numbers]


@pytest.mark.parametrize(
    ("quantity", "on_hand", "flags", "tries"),
    [
        # Nobody waits, and no request is run again.
        (2, 1000, [[], []], 1),
        # The lot runs out: the second is judged on what the first left, and only that is flagged.
        (6, 10, [[], ["short"]], 2),
    ],
    ids=["plenty", "runs out"],
)
def test_one_lot(database, tmp_path, quantity, on_hand, flags, tries):
    shop = run(database, prepare, quantity, on_hand)
    first, second = shop["orders"]
    begun, stored, attempts = (tmp_path / name for name in ("begun", "stored", "attempts"))
    join = start(database, sell_late, second, begun, stored, attempts, user=shop["user"])
    wait_for(begun)
    run(database, sell, first, user=shop["user"])
    stored.touch()
    assert not join()
    left = on_hand - 2 * quantity
    assert run(database, read, shop["orders"]) == (flags, left, [quantity, quantity])
    assert len(attempts.read_text()) == tries
