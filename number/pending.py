"""Reads what tills have sold or taken back and not yet moved, and what open orders have.

Stock that moves when a session closes, known numbers that wait in a transfer, orders that are not
paid yet. `facts` counts the first two as moved, see `stock.replay`.
"""

from odoo.tools import SQL

from .stock import Pending, Refund
from .verdict import clean


def read_pending(env, products=None, lots=None, but_orders=(), but_numbers=()):
    """What tills have sold or taken back and will only move when their sessions close.

    :param products: ids of products, or `lots`: ids of lots
    :return: list of `Pending`, oldest first
    """
    for model, names in {
        "pos.session": ["state", "update_stock_at_closing", "config_id"],
        "pos.order": ["state", "session_id", "shipping_date", "partner_id"],
        "pos.order.line": [
            *("order_id", "product_id", "qty", "stock_done", "numbers_paid_at"),
            "refunded_orderline_id",
        ],
        "pos.pack.operation.lot": [
            *("pos_order_line_id", "lot_id", "quantity", "flag_ids", "corrected_from")
        ],
        "stock.move.line": ["pos_number_id", "state", "location_dest_id", "owner_id"],
        "stock.lot": ["product_id"],
    }.items():
        env[model].flush_model(names)
    # First this: nearly always there is none, and the query below is long to plan.
    sessions = env.execute_query(
        SQL("SELECT id FROM pos_session WHERE state != 'closed' AND update_stock_at_closing")
    )
    if not sessions:
        return []
    rows = env.execute_query(
        SQL(
            """
            SELECT COALESCE(line.numbers_paid_at, 0), line.id, number.id, number.lot_id,
                   line.product_id, SIGN(line.qty) * number.quantity, template.tracking,
                   config.picking_type_id, pos_order.partner_id, pos_order.company_id,
                   origin.places, origin.id, COALESCE(origin.has_left, TRUE),
                   CASE WHEN template.tracking = 'serial' AND line.qty != TRUNC(line.qty)
                        THEN TRUNC(ABS(line.qty)) END
              FROM pos_session session
              JOIN pos_config config ON config.id = session.config_id
              JOIN pos_order ON pos_order.session_id = session.id
              JOIN pos_order_line line ON line.order_id = pos_order.id
              JOIN pos_pack_operation_lot number ON number.pos_order_line_id = line.id
              -- Of another product are numbers of a kit: they are known once they have moved.
              JOIN stock_lot lot ON lot.id = number.lot_id AND lot.product_id = line.product_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN LATERAL (
                   SELECT sold.id,
                          sold.id <= %(history_end)s OR EXISTS (
                              SELECT FROM stock_move_line moved
                               WHERE moved.pos_number_id = sold.id AND moved.state = 'done'
                          ) AS has_left,
                          ARRAY(
                              SELECT ARRAY[moved.location_dest_id, moved.owner_id]
                                FROM stock_move_line moved
                                JOIN stock_location place ON place.id = moved.location_dest_id
                               WHERE moved.pos_number_id = sold.id AND moved.state = 'done'
                                 AND place.usage = 'customer'
                          ) AS places
                     FROM pos_pack_operation_lot sold
                    WHERE sold.pos_order_line_id = line.refunded_orderline_id
                      AND sold.lot_id = number.lot_id
                    ORDER BY %(sold_refused)s, sold.id
                    LIMIT 1) origin ON TRUE
             WHERE session.id = ANY(%(sessions)s)
               AND pos_order.state NOT IN ('draft', 'cancel')
               AND pos_order.shipping_date IS NULL
               AND line.stock_done IS NOT TRUE
               AND NOT %(of_repair)s
               AND NOT pos_order.id = ANY(%(but_orders)s)
               AND NOT number.id = ANY(%(but_numbers)s)
               AND number.quantity > 0
               AND %(which)s
               AND NOT %(refused)s
             ORDER BY 1, line.qty > 0, line.id, number.id
            """,
            of_repair=is_of_repair(env, SQL("line")),
            refused=_is_refused(SQL("number")),
            sold_refused=_is_refused(SQL("sold")),
            history_end=env["pos.number.history"]._get_end(),
            sessions=[session for (session,) in sessions],
            but_orders=list(but_orders),
            but_numbers=list(but_numbers),
            which=SQL("number.lot_id = ANY(%s)", list(lots))
            if lots is not None
            else SQL(
                "number.lot_id IS NOT NULL AND line.product_id = ANY(%s)", list(products or ())
            ),
        )
    )
    customers = _read_customer_locations(env, {tuple(row[8:10]) for row in rows})
    return [
        Pending(
            (moment, quantity > 0, line),
            number,
            line,
            lot,
            product,
            quantity,
            tracking == "serial",
            kind,
            *receipt,
            places=frozenset(map(tuple, places or ())),
            customer=customers.get((partner, company)),
        )
        for (
            moment,
            line,
            number,
            lot,
            product,
            quantity,
            tracking,
            kind,
            partner,
            company,
            places,
            *receipt,
        ) in rows
    ]


def _read_customer_locations(env, buyers):
    """Where the goods of customers are who have a location of their own.

    :param buyers: set of (id of a partner, id of a company)
    :return: `{(id of the partner, id of the company): id of the location}`
    """
    partners = env["res.partner"].browse({partner for partner, _company in buyers if partner})
    return {
        (partner, company): partners.browse(partner)
        .with_prefetch(partners.ids)
        .with_company(company)
        .property_stock_customer.id
        or None
        for partner, company in buyers
        if partner
    }


def complete_returns(env, pending):
    """Add to returns what a transfer of Inventory has brought back of their sales already, and
    whether what they name has not left, for its delivery is not done.

    :param list pending: `Pending`
    :return: list of `Pending`
    """
    pending = [
        row._replace(has_left=not _is_unshipped(env, row))
        if row.quantity < 0 and not row.origin
        else row
        for row in pending
    ]
    origins = {row.origin for row in pending if row.quantity < 0 and row.origin}
    if not origins:
        return pending
    env["stock.move"].flush_model(["origin_returned_move_id", "state"])
    env["stock.move.line"].flush_model(["pos_number_id", "move_id"])
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT sold.pos_number_id
              FROM stock_move_line sold
              JOIN stock_move back ON back.origin_returned_move_id = sold.move_id
             WHERE sold.pos_number_id = ANY(%s) AND back.state = 'done'
            """,
            list(origins),
        )
    )
    returned = {number for (number,) in rows}
    completed = []
    for row in pending:
        if row.quantity < 0 and row.origin in returned:
            line = env["pos.order.line"].browse(row.line)
            origin = env["pos.pack.operation.lot"].browse(row.origin)
            by_transfer = origin._get_quantity_returned_by_transfer(line).get(origin)
            if by_transfer:
                of_sale = clean(origin.quantity - origin._get_returned_quantity(line)[origin])
                completed.append(row._replace(of_sale=of_sale, by_transfer=by_transfer))
                continue
        completed.append(row)
    return completed


def _is_unshipped(env, row):
    """As `plan._Sale._is_unshipped`, of a return whose sale does not name what comes back."""
    line = env["pos.order.line"].browse(row.line)
    lot = env["stock.lot"].browse(row.lot)
    sale = line.refunded_orderline_id
    if not sale.order_id.shipping_date or not line._get_unshipped_of_sale(lot):
        return False
    return clean(abs(row.quantity) - line._get_quantity_of_unnamed_sale(lot)) > 0


def read_mates(env, pending):
    """Lots of the other numbers of lines of 1.5 serials: which of them moves depends on the others.

    :param list pending: `Pending`
    :return: set of ids of lots
    """
    lines = {row.line for row in pending if row.limit is not None}
    if not lines:
        return set()
    env["pos.pack.operation.lot"].flush_model(["pos_order_line_id", "lot_id"])
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT lot_id FROM pos_pack_operation_lot
             WHERE pos_order_line_id = ANY(%s) AND lot_id IS NOT NULL
            """,
            list(lines),
        )
    )
    return {lot for (lot,) in rows}


def read_waiting(env, lots, but_numbers=()):
    """Known numbers of sales that wait in a transfer, and move when their lot comes back.

    :param lots: ids of lots
    :return: list of `Pending`, oldest first
    """
    for model, names in {
        "pos.order.line": ["order_id", "product_id", "qty", "waiting_number_qty"],
        "pos.pack.operation.lot": [
            *("pos_order_line_id", "lot_id", "quantity", "flag_ids", "corrected_from")
        ],
        "stock.move": ["pos_numbers_line_id", "state", "location_dest_id"],
        "stock.move.line": ["pos_number_id", "state", "quantity_product_uom"],
    }.items():
        env[model].flush_model(names)
    rows = env.execute_query(
        SQL(
            """
            SELECT line.id, number.id, number.lot_id, line.product_id,
                   LEAST(number.quantity - moved.quantity, line.waiting_number_qty),
                   template.tracking, config.picking_type_id,
                   (SELECT MIN(location_dest_id) FROM stock_move
                     WHERE pos_numbers_line_id = line.id AND state NOT IN ('done', 'cancel'))
              FROM pos_pack_operation_lot number
              JOIN pos_order_line line ON line.id = number.pos_order_line_id
              JOIN pos_order ON pos_order.id = line.order_id
              JOIN pos_session session ON session.id = pos_order.session_id
              JOIN pos_config config ON config.id = session.config_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(SUM(quantity_product_uom), 0) AS quantity
                     FROM stock_move_line
                    WHERE pos_number_id = number.id AND state = 'done') moved
             WHERE number.lot_id = ANY(%(lots)s)
               AND NOT number.id = ANY(%(but_numbers)s)
               AND line.qty > 0
               AND line.waiting_number_qty > 0
               AND number.quantity > moved.quantity
               AND (template.tracking != 'serial' OR line.waiting_number_qty >= 1)
               AND NOT %(refused)s
             ORDER BY number.id
            """,
            lots=list(lots),
            but_numbers=list(but_numbers),
            refused=_is_refused(SQL("number")),
        )
    )
    return [
        Pending(
            (0.0, True, line),
            number,
            line,
            lot,
            product,
            quantity,
            tracking == "serial",
            kind,
            customer=customer,
        )
        for line, number, lot, product, quantity, tracking, kind, customer in rows
    ]


def read_refunds(env, lines):
    """What takes units of sales back and will only move when its session closes.

    :param lines: ids of the sales' lines
    :return: list of `Refund`, oldest first
    """
    if not lines:
        return []
    # `read_pending`, or `read_waiting`, has flushed what this reads.
    rows = env.execute_query(
        SQL(
            """
            SELECT refund.numbers_paid_at, refund.id, ABS(refund.qty), sale.id,
                   CASE WHEN sale.stock_done THEN sale.waiting_number_qty ELSE sale.qty END
              FROM pos_order_line sale
              JOIN pos_order_line refund ON refund.refunded_orderline_id = sale.id
              JOIN pos_order ON pos_order.id = refund.order_id
              JOIN pos_session session ON session.id = pos_order.session_id
             WHERE sale.id = ANY(%s)
               AND refund.numbers_paid_at IS NOT NULL
               AND refund.stock_done IS NOT TRUE
               AND pos_order.state NOT IN ('draft', 'cancel')
               AND pos_order.shipping_date IS NULL
               AND session.state != 'closed'
               AND session.update_stock_at_closing
             ORDER BY refund.numbers_paid_at, refund.id
            """,
            list(lines),
        )
    )
    return [Refund(*row) for row in rows]


def read_open_orders(env, product, names, company, but_configs):
    """Which unpaid orders of open sessions have serials of a product.

    :param product: id
    :param names: of the serials
    :param company: id; what another one calls so is another unit
    :param but_configs: ids of the tills that do not count
    :return: {name: id of an order}
    """
    for model, fields_read in {
        "pos.order": ["state", "session_id", "company_id"],
        "pos.session": ["state", "config_id"],
        "pos.order.line": ["order_id", "product_id"],
        "pos.pack.operation.lot": ["lot_name", "pos_order_line_id"],
    }.items():
        env[model].flush_model(fields_read)
    rows = env.execute_query(
        SQL(
            """
            SELECT number.lot_name, line.order_id
              FROM pos_pack_operation_lot number
              JOIN pos_order_line line ON line.id = number.pos_order_line_id
              JOIN pos_order ON pos_order.id = line.order_id
              JOIN pos_session session ON session.id = pos_order.session_id
             WHERE number.lot_name = ANY(%s)
               AND line.product_id = %s
               AND pos_order.state = 'draft'
               AND pos_order.company_id = %s
               AND session.state != 'closed'
               AND NOT session.config_id = ANY(%s)
             ORDER BY line.order_id DESC
            """,
            list(names),
            product,
            company,
            list(but_configs),
        )
    )
    return dict(rows)


def is_of_repair(env, line):
    """As `pos.order.line._is_of_repair`, of a table's alias: what a repair moves, no till does."""
    if "is_repair_line" not in env["sale.order.line"]:
        return SQL("FALSE")
    env["stock.move"].flush_model(["sale_line_id", "repair_id"])
    env["pos.order.line"].flush_model(["sale_order_line_id", "refunded_orderline_id"])
    return SQL(
        """
        EXISTS (SELECT FROM stock_move part
                 WHERE part.repair_id IS NOT NULL
                   AND part.sale_line_id IN (
                       %(line)s.sale_order_line_id,
                       (SELECT sold.sale_order_line_id FROM pos_order_line sold
                         WHERE sold.id = %(line)s.refunded_orderline_id)))
        """,
        line=line,
    )


def _is_refused(number):
    """As `pos.pack.operation.lot._is_refused`, of a table's alias."""
    return SQL(
        """
        (%(number)s.corrected_from IS NULL AND EXISTS (
            SELECT FROM pos_number_flag_rel rel
              JOIN pos_number_flag flag ON flag.id = rel.flag_id
             WHERE rel.number_id = %(number)s.id AND flag.code IN ('duplicate', 'mismatch')))
        """,
        number=number,
    )
