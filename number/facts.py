"""Reads what is known of lots: where they lie, who has reserved them, which sale has them.

The one reader of stock for numbers. The till's look-ups, the sale, the closing, assigning,
correcting and the loading of sales orders all read here, and `verdict` decides from what they read.

What tills have sold or taken back and not yet moved (stock that moves when a session closes) counts
as moved: `read` carries it out in memory, oldest first, see `stock.replay`.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo.tools import SQL

from .pending import (
    complete_returns,
    is_of_repair,
    read_mates,
    read_pending,
    read_refunds,
    read_waiting,
)
from .shop import Shop
from .stock import Holder, Place, Stock, replay


def read(env, lots, but_orders=(), but_numbers=(), pending=None, replay=True):
    """Read what is known of lots, in the stock of every company: a `Shop` knows which is its own.

    :param env: environment of a superuser
    :param lots: ids of lots
    :param but_orders: ids of orders, `but_numbers`: ids of numbers that do not count as sold
    :param pending: what `read_pending` says of these lots, when that is known already
    :param replay: what is sold and not yet moved counts as moved
    :return: Stock
    """
    lots = list(lots)
    stock = Stock(
        has_history=lambda new: _read_history(env, new),
        read_unnumbered=lambda product: _read_places(
            env, SQL("quant.lot_id IS NULL AND quant.product_id = %s", product)
        ).get(None, []),
    )
    if not lots:
        return stock
    stock.places.update({lot: [] for lot in lots})
    stock.places.update(_read_places(env, SQL("quant.lot_id = ANY(%s)", lots)))
    stock.holders.update(_read_holders(env, lots, but_numbers))
    if replay:
        claims = read_claims(env, stock, lots) if pending is None else ()
        if claims:
            return read(env, {*lots, *claims}, but_orders, but_numbers)
        rows = pending
        if rows is None:
            rows = read_pending(env, lots=lots, but_orders=but_orders, but_numbers=but_numbers)
        rows = [row for row in rows if row.lot in stock.places]
        mates = read_mates(env, rows) - set(lots)
        if mates:
            return read(env, {*lots, *mates}, but_orders, but_numbers, pending)
        replay_pending(env, stock, rows, but_numbers)
    return stock


def read_claims(env, stock, lots):
    """Lots that were sold before and take stock without number first.

    Who takes such stock: what is new, and a lot that is short.

    :return: set of ids of lots that are not among `lots`
    """
    new = [lot for lot in lots if not stock.places[lot] and stock.is_new(lot)]
    env["stock.quant"].flush_model(["product_id", "lot_id", "quantity"])
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT lot.product_id
              FROM stock_lot lot
              JOIN product_product product ON product.id = lot.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE lot.id = ANY(%s)
               AND (lot.id = ANY(%s) OR template.tracking = 'lot')
               AND EXISTS (SELECT FROM stock_quant quant
                            WHERE quant.product_id = lot.product_id
                              AND quant.lot_id IS NULL AND quant.quantity > 0)
            """,
            list(lots),
            new,
        )
    )
    products = [product for (product,) in rows]
    if not products:
        return set()
    return {row.lot for row in read_pending(env, products=products)} - set(lots)


def replay_pending(env, stock, pending, but_numbers=()):
    """See `stock.replay`; reads the shops that the sales were made in, and what waits.

    :param but_numbers: ids of numbers that wait for nothing
    """
    returned = {row.lot for row in pending if row.quantity < 0}
    waiting = read_waiting(env, returned, but_numbers) if returned else []
    sold = {row.line for row in (*pending, *waiting) if row.quantity > 0 and row.lot in returned}
    operation_types = {row.operation_type for row in (*pending, *waiting)}
    shops = {
        operation_type.id: Shop.of(operation_type)
        for operation_type in env["stock.picking.type"].browse(operation_types)
    }
    pending = complete_returns(env, pending)
    replay(stock, pending, shops, waiting, read_refunds(env, sold))


class Reservation(NamedTuple):
    """What a document has reserved of a lot: product's unit; `document`: its name."""

    quantity: float
    document: str


def read_reservations(env, lots, company, but_moves=()):
    """What documents of a company have reserved of lots.

    :param lots: stock.lot
    :param but_moves: stock.move, of the document that asks
    :return: `{lot: [Reservation]}`
    """
    result = defaultdict(list)
    for move_line in env["stock.move.line"].search(
        [
            ("lot_id", "in", lots.ids),
            ("company_id", "=", company.id),
            ("state", "not in", ("draft", "done", "cancel")),
            ("quantity_product_uom", ">", 0),
        ]
    ):
        move = move_line.move_id
        if move not in but_moves:
            document = move.origin or move_line.picking_id.name or move_line.reference
            row = Reservation(move_line.quantity_product_uom, document)
            result[move_line.lot_id].append(row)
    return result


def _read_places(env, condition):
    """:return: `{lot id: [Place]}`, in the order in which they came in

    Tills that sell one lot at once leave several quants of it at one place: they count together.
    """
    env["stock.quant"].flush_model(
        [
            *("lot_id", "product_id", "location_id", "quantity", "reserved_quantity"),
            *("package_id", "owner_id", "company_id", "in_date"),
        ]
    )
    rows = env.execute_query(
        SQL(
            """
            SELECT quant.lot_id, location.usage, SUM(quant.quantity), location.id,
                   location.parent_path, quant.package_id, quant.owner_id, MIN(quant.id),
                   SUM(quant.reserved_quantity), quant.company_id
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
             WHERE %(condition)s
               AND location.usage IN ('internal', 'transit', 'customer')
               AND quant.quantity != 0
             GROUP BY quant.lot_id, location.id, quant.package_id, quant.owner_id,
                      quant.company_id
            HAVING SUM(quant.quantity) != 0
             ORDER BY MIN(quant.in_date), MIN(quant.id)
            """,
            condition=condition,
        )
    )
    places = defaultdict(list)
    for lot, *values in rows:
        places[lot].append(Place(*values))
    return places


def _read_history(env, lots):
    """:return: ids of the lots that have ever moved; what a correction took back has not"""
    env["stock.move.line"].flush_model(["lot_id", "move_id", "pos_number_id", "state"])
    env["stock.move"].flush_model(["origin_returned_move_id", "picking_id", "state"])
    env["stock.picking"].flush_model(["pos_numbers_order_id"])
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT line.lot_id
              FROM stock_move_line line
             WHERE line.lot_id = ANY(%s)
               AND line.state = 'done'
               AND NOT (line.pos_number_id IS NULL AND EXISTS (
                        SELECT FROM stock_move back
                          JOIN stock_picking picking ON picking.id = back.picking_id
                          JOIN stock_move_line undone ON undone.move_id = back.id
                         WHERE (back.id = line.move_id
                                OR back.origin_returned_move_id = line.move_id)
                           AND back.origin_returned_move_id IS NOT NULL
                           AND back.state = 'done'
                           AND picking.pos_numbers_order_id IS NOT NULL
                           AND undone.lot_id = line.lot_id))
            """,
            list(lots),
        )
    )
    return {lot for (lot,) in rows}


def _read_holders(env, lots, but_numbers=()):
    """:return: `{lot id: Holder}`"""
    env["pos.pack.operation.lot"].flush_model(["holds", "lot_id"])
    env["stock.move.line"].flush_model(["pos_number_id", "lot_id", "state"])
    rows = env.execute_query(
        SQL(
            """
            SELECT lot_id, id
              FROM pos_pack_operation_lot
             WHERE holds AND lot_id = ANY(%(lots)s) AND NOT id = ANY(%(but)s)
            """,
            lots=lots,
            but=list(but_numbers),
        )
    )
    if not rows:
        return {}
    moved = env.execute_query(
        SQL(
            """
            SELECT lot_id, pos_number_id FROM stock_move_line
             WHERE pos_number_id = ANY(%(numbers)s) AND state = 'done'
             UNION
            SELECT number.lot_id, number.id FROM pos_pack_operation_lot number
              JOIN pos_order_line line ON line.id = number.pos_order_line_id
             WHERE number.id = ANY(%(numbers)s) AND %(of_repair)s
            """,
            numbers=[number for _lot, number in rows],
            of_repair=is_of_repair(env, SQL("line")),
        )
    )
    # Transfers that were tampered with may have moved another lot. What a repair has used left
    # with the repair.
    moved = set(moved)
    return {lot: Holder(number, (lot, number) in moved) for lot, number in rows}
