import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 20000
LAST = "pos_lot_traceability.history_last_id"
END = "pos_lot_traceability.history_end_id"


class PosNumberHistory(models.AbstractModel):
    """Links the numbers that were sold before this add-on was there to lots and moves."""

    _name = "pos.number.history"
    _description = "History of Sold Lot/Serial Numbers"

    def _start(self):
        """Note up to where the history goes: all that is there when the add-on is installed."""
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param(END):
            return  # installed before: what came since is linked at its sale
        ((end,),) = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM pos_pack_operation_lot")
        )
        parameters.set_param(END, str(end))

    @api.model
    def _get_end(self):
        return int(self.env["ir.config_parameter"].sudo().get_param(END, 0))

    @api.model
    def _get_last(self):
        return int(self.env["ir.config_parameter"].sudo().get_param(LAST, 0))

    @api.model
    def _count_left(self):
        """Numbers of the history that were not looked at yet."""
        ((count,),) = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM pos_pack_operation_lot WHERE id > %s AND id <= %s",
                self._get_last(),
                self._get_end(),
            )
        )
        return count

    @api.model
    def _cron_link(self):
        """Link batch after batch, as long as the scheduler gives time; the next run goes on."""
        left = self._count_left()
        cron = self.env["ir.cron"]
        time_left = cron._commit_progress(remaining=left)
        while left and time_left:
            done = self._link_batch(BATCH)
            left = max(0, left - done) if done else 0
            _logger.info("Numbers sold before: %s looked at, %s left", done, left)
            time_left = cron._commit_progress(done, remaining=left)
        if not left:
            cron._commit_progress(deactivate=True)

    @api.model
    def _link_batch(self, size):
        """Link the next numbers by id.

        Names are matched as at a sale: exactly, then without letter case when that leaves one lot.
        What fits no lot stays as it is.

        :param size: how many at most
        :return: how many numbers were looked at
        """
        self.env.flush_all()
        first = self._get_last()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*), MAX(id)
                  FROM (
                        SELECT id FROM pos_pack_operation_lot
                         WHERE id > %s AND id <= %s
                         ORDER BY id
                         LIMIT %s
                       ) batch
                """,
                first,
                self._get_end(),
                size,
            )
        )
        ((count, last),) = rows
        if not count:
            return 0
        self._link_lots(first, last)
        self._link_moves(first, last)
        self.env["ir.config_parameter"].sudo().set_param(LAST, str(last))
        self.env.invalidate_all()
        return count

    def _link_lots(self, first, last):
        self.env.cr.execute(
            SQL(
                """
                UPDATE pos_pack_operation_lot number
                   SET lot_id = COALESCE(number.lot_id, found.lot_id),
                       quantity = CASE
                           WHEN number.quantity > 0 THEN number.quantity
                           WHEN found.tracking = 'serial' THEN 1
                           ELSE found.line_quantity
                       END
                  FROM (
                        SELECT batch.id,
                               template.tracking,
                               ABS(line.qty) AS line_quantity,
                               (
                                SELECT COALESCE(
                                           (ARRAY_AGG(lot.id ORDER BY lot.company_id NULLS LAST)
                                            FILTER (WHERE lot.name = TRIM(batch.lot_name)))[1],
                                           CASE WHEN COUNT(*) = 1 THEN MIN(lot.id) END
                                       )
                                  FROM stock_lot lot
                                 WHERE lot.product_id = line.product_id
                                   AND LOWER(lot.name) = LOWER(TRIM(batch.lot_name))
                                   AND (lot.company_id IS NULL
                                        OR lot.company_id = line.company_id)
                               ) AS lot_id
                          FROM pos_pack_operation_lot batch
                          JOIN pos_order_line line ON line.id = batch.pos_order_line_id
                          JOIN pos_order ON pos_order.id = line.order_id
                          JOIN product_product product ON product.id = line.product_id
                          JOIN product_template template ON template.id = product.product_tmpl_id
                         WHERE batch.id > %s AND batch.id <= %s
                           AND pos_order.state NOT IN ('draft', 'cancel')
                       ) found
                 WHERE found.id = number.id
                """,
                first,
                last,
            )
        )

    def _link_moves(self, first, last):
        """The move lines these numbers left or came back by: of their order, or their session."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_move_line move_line
                   SET pos_number_id = found.number_id
                  FROM (
                        SELECT DISTINCT ON (ml.id) ml.id, number.id AS number_id
                          FROM pos_pack_operation_lot number
                          JOIN pos_order_line line ON line.id = number.pos_order_line_id
                          JOIN pos_order ON pos_order.id = line.order_id
                          JOIN stock_move_line ml ON ml.lot_id = number.lot_id
                          JOIN stock_picking picking ON picking.id = ml.picking_id
                          JOIN stock_location destination ON destination.id = ml.location_dest_id
                         WHERE number.id > %s AND number.id <= %s
                           AND ml.state = 'done'
                           AND ml.pos_number_id IS NULL
                           AND (line.qty > 0) = (destination.usage = 'customer')
                           AND (picking.pos_order_id = pos_order.id
                                OR (picking.pos_order_id IS NULL
                                    AND picking.pos_session_id = pos_order.session_id))
                         ORDER BY ml.id, number.id
                       ) found
                 WHERE found.id = move_line.id
                """,
                first,
                last,
            )
        )
