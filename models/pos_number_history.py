import logging
from collections import defaultdict

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Takes a moment: a refund of one of its numbers waits until the batch is done.
BATCH = 5000
END = "pos_lot_traceability.history_end_id"


class PosNumberHistory(models.AbstractModel):
    """Links the numbers that were sold before this add-on was there to lots and moves.

    Each number carries a mark until it was looked at: work that was interrupted goes on from there.
    """

    _name = "pos.number.history"
    _description = "History of Sold Lot/Serial Numbers"

    def _start(self):
        """Note the last number that exists at installation: history ends with it."""
        ((end,),) = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM pos_pack_operation_lot")
        )
        self.env["ir.config_parameter"].sudo().set_param(END, str(end))

    def _forget(self):
        """Forget where history ends, at uninstallation: a later installation notes it anew."""
        self.env["ir.config_parameter"].sudo().set_param(END, False)

    @api.model
    def _get_end(self):
        return int(self.env["ir.config_parameter"].sudo().get_param(END, 0))

    @api.model
    def _count_left(self):
        """Numbers of the history that were not looked at yet."""
        # By the partial index: instant when nothing is left.
        ((count,),) = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM pos_pack_operation_lot WHERE awaits_linking IS TRUE")
        )
        return count

    @api.model
    def _cron_link(self):
        """Link batch after batch, as long as the scheduler gives time; the next run goes on."""
        left = self._count_left()
        cron = self.env["ir.cron"]
        time_left = cron._commit_progress(remaining=left)
        while left and time_left:
            try:
                done = self._link_batch(BATCH)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # A till has just changed one of these numbers: read them again.
                self.env.cr.rollback()
                done = 0
            else:
                left = max(0, left - done) if done else 0
                _logger.info("Numbers sold before: %s looked at, %s left", done, left)
            time_left = cron._commit_progress(done, remaining=left)
        if not left:
            cron._commit_progress(deactivate=True)

    @api.model
    def _link_batch(self, size):
        """Link the next numbers by id.

        Names are matched as at a sale, see `stock.lot._find_by_names`. What fits no lot stays as
        it is.

        :param size: how many at most
        :return: how many numbers were looked at
        """
        self.env.flush_all()
        ids = [
            number_id
            for (number_id,) in self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM pos_pack_operation_lot
                     WHERE awaits_linking IS TRUE
                     ORDER BY id
                     LIMIT %s
                    """,
                    size,
                )
            )
        ]
        if ids:
            self._link_numbers(ids)
            self._link_moves(ids)
            self.env.invalidate_all()
        return len(ids)

    def _link_numbers(self, ids):
        """Numbers of carts, and those whose line is gone, only lose their mark."""
        sold = defaultdict(list)
        for number_id, product_id, company_id, name in self._get_unlinked(ids):
            sold[company_id].append((number_id, (product_id, name)))
        links = {}
        for company_id, numbers in sold.items():
            found = self.env["stock.lot"]._find_by_names(
                {product_id for _id, (product_id, _name) in numbers},
                {name for _id, (_product_id, name) in numbers},
                self.env["res.company"].browse(company_id),
            )
            links |= {number_id: found[key].id for number_id, key in numbers if key in found}
        self.env.cr.execute(
            SQL(
                """
                UPDATE pos_pack_operation_lot number
                   SET awaits_linking = FALSE,
                       lot_id = COALESCE(number.lot_id, link.lot_id),
                       sold_on = COALESCE(number.sold_on, sold.date_order),
                       quantity = CASE
                           WHEN number.quantity > 0 THEN number.quantity
                           WHEN sold.tracking = 'serial' THEN 1
                           ELSE COALESCE(sold.quantity, number.quantity)
                       END
                  FROM unnest(%s::integer[]) AS batch(id)
                  LEFT JOIN unnest(%s::integer[], %s::integer[]) AS link(number_id, lot_id)
                    ON link.number_id = batch.id
                  LEFT JOIN (%s) sold ON sold.id = batch.id
                 WHERE number.id = batch.id
                """,
                ids,
                list(links),
                list(links.values()),
                self._select_sold(ids),
            ),
            # A till that has changed one of them is no fault: `_cron_link` reads them again.
            log_exceptions=False,
        )

    def _select_sold(self, ids):
        """Of these numbers those of paid orders, with what was sold."""
        return SQL(
            """
            SELECT number.id, number.lot_name, number.lot_id, line.product_id, line.company_id,
                   ABS(line.qty) AS quantity, template.tracking, pos_order.date_order
              FROM pos_pack_operation_lot number
              JOIN pos_order_line line ON line.id = number.pos_order_line_id
              JOIN pos_order
                ON pos_order.id = line.order_id
               AND pos_order.state NOT IN ('draft', 'cancel')
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE number.id = ANY(%s)
            """,
            ids,
        )

    def _get_unlinked(self, ids):
        """:return: `[(number, product, company, name)]`, ids"""
        return self.env.execute_query(
            SQL(
                """
                SELECT id, product_id, company_id, lot_name
                  FROM (%s) sold
                 WHERE lot_id IS NULL AND lot_name IS NOT NULL
                """,
                self._select_sold(ids),
            )
        )

    def _link_moves(self, ids):
        """The move lines these numbers left or came back by: of their order, or their session.

        Matched here and not by one statement: PostgreSQL cannot know how few rows it joins.
        """
        by_order, by_session = {}, {}
        for number_id, lot_id, is_sale, order_id, session_id in self._get_sold(ids):
            by_order.setdefault((order_id, lot_id, is_sale), number_id)
            by_session.setdefault((session_id, lot_id, is_sale), number_id)
        orders = {order_id for order_id, _lot_id, _is_sale in by_order}
        sessions = {session_id for session_id, _lot_id, _is_sale in by_session}
        found = {}
        for line_id, lot_id, is_sale, order_id, session_id in self._get_moved(orders, sessions):
            number_id = (
                by_order.get((order_id, lot_id, is_sale))
                if order_id
                else by_session.get((session_id, lot_id, is_sale))
            )
            if number_id:
                found[line_id] = number_id
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_move_line move_line
                   SET pos_number_id = found.number_id
                  FROM UNNEST(%s::integer[], %s::integer[]) AS found(line_id, number_id)
                 WHERE found.line_id = move_line.id
                """,
                list(found),
                list(found.values()),
            ),
            log_exceptions=False,
        )

    def _get_sold(self, ids):
        """:return: `[(number, lot, is a sale, order, session)]`, ids, of numbers that have a lot"""
        return self.env.execute_query(
            SQL(
                """
                SELECT number.id, number.lot_id, line.qty > 0, pos_order.id, pos_order.session_id
                  FROM pos_pack_operation_lot number
                  JOIN pos_order_line line ON line.id = number.pos_order_line_id
                  JOIN pos_order ON pos_order.id = line.order_id
                 WHERE number.id = ANY(%s)
                   AND number.lot_id IS NOT NULL
                 ORDER BY number.id
                """,
                ids,
            )
        )

    def _get_moved(self, orders, sessions):
        """What these orders moved at once, and these sessions when they closed.

        :return: `[(move line, lot, is a sale, order, session)]`, ids
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT ml.id, ml.lot_id, destination.usage = 'customer',
                       picking.pos_order_id, picking.pos_session_id
                  FROM stock_picking picking
                  JOIN stock_move_line ml ON ml.picking_id = picking.id
                  JOIN stock_location destination ON destination.id = ml.location_dest_id
                 WHERE picking.id = ANY(ARRAY(
                       SELECT id FROM stock_picking WHERE pos_order_id = ANY(%s)
                        UNION ALL
                       SELECT id
                         FROM stock_picking
                        WHERE pos_order_id IS NULL
                          AND pos_session_id = ANY(%s)))
                   AND ml.state = 'done'
                   AND ml.lot_id IS NOT NULL
                   AND ml.pos_number_id IS NULL
                """,
                list(orders),
                list(sessions),
            )
        )
