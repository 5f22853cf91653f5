import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Numbers that one batch looks at: about a tenth of a second.
BATCH = 10000
END = 2**31 - 1


class PosNumberCheck(models.Model):
    """The nightly check: what is written down about numbers against what moved.

    Repairs nothing: what does not fit becomes a finding, and a finding that is gone is closed. A
    check that is interrupted goes on where it was. Each step reads by index; only the last one goes
    through all numbers, batch by batch.
    """

    _name = "pos.number.check"
    _inherit = ["pos.number.guard"]
    _description = "Check of Lot/Serial Numbers"
    _order = "id desc"

    started_on = fields.Datetime(default=fields.Datetime.now, readonly=True)
    finished_on = fields.Datetime(readonly=True)
    step = fields.Integer(readonly=True, help="How many of the steps are done.")
    position = fields.Integer(readonly=True, help="The last number that the step looked at.")

    @api.model
    def _cron_check(self):
        """Check batch after batch, as long as the scheduler gives time; the next run goes on."""
        cron = self.env["ir.cron"]
        check = self._get_unfinished()
        time_left = cron._commit_progress(remaining=check._count_left())
        while time_left and not check.finished_on:
            done = check._check_batch()
            time_left = cron._commit_progress(done, remaining=check._count_left())

    @api.model
    def _check_all(self):
        """Check everything at once, in this transaction.

        :return: the check
        """
        check = self._get_unfinished()
        while not check.finished_on:
            check._check_batch()
        return check

    @api.model
    def _get_unfinished(self):
        check = self.search([("finished_on", "=", False)], limit=1)
        if not check:
            self.search([("finished_on", "!=", False)], offset=30, limit=30).unlink()
            check = self.create({})
        return check

    def _get_steps(self):
        """The steps, in their order: each gives rows of what does not fit, of ids in a range."""
        return [
            ("pos.order", {"stranded", "order_figure"}, self._select_orders),
            ("pos.order.line", {"line_figure"}, self._select_lines),
            ("stock.move", {"no_line"}, self._select_moves),
            ("pos.pack.operation.lot", {"hold", "other_lot", "not_moved"}, self._select_numbers),
        ]

    def _count_left(self):
        """About how many records are still to be looked at."""
        if self.finished_on:
            return 0
        ((left,),) = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM pos_pack_operation_lot")
        )
        return max(1, left - self.position)

    def _check_batch(self):
        """Look at the next records, and write down what does not fit.

        :return: how many ids were passed
        """
        self.ensure_one()
        self.env.flush_all()
        model, kinds, select = self._get_steps()[self.step]
        start, end = self.position, END
        if model == "pos.pack.operation.lot":
            ((last,),) = self.env.execute_query(
                SQL(
                    """
                    SELECT MAX(id)
                      FROM (SELECT id FROM pos_pack_operation_lot WHERE id > %s
                             ORDER BY id LIMIT %s) batch
                    """,
                    start,
                    BATCH,
                )
            )
            end = last or END
        rows = self.env.execute_query(select(start, end))
        self.env["pos.number.finding"]._note(kinds, start, end, rows)
        if end < END:
            self.position = end
            return end - start
        self.write({"step": self.step + 1, "position": 0})
        if self.step == len(self._get_steps()):
            self.finished_on = fields.Datetime.now()
            self.env["pos.number.finding"]._remind()
        return 1

    # ----------------------------------------------------------------- what does not fit

    # Each gives (kind, id, order, line, number, move, expected, found).

    def _select_orders(self, start, end):
        """Paid orders that no closing will take; orders that count other waiting units than theirs.

        A session without entry sold for nothing: its orders stay paid, as core has it.
        """
        return SQL(
            """
            SELECT 'stranded', pos_order.id, pos_order.id, NULL, NULL, NULL, 0, 0
              FROM pos_order
              JOIN pos_session session ON session.id = pos_order.session_id
             WHERE pos_order.state = 'paid'
               AND session.state = 'closed'
               AND pos_order.account_move IS NULL
               AND (session.move_id IS NOT NULL OR pos_order.amount_total != 0)
               AND pos_order.id > %(start)s AND pos_order.id <= %(end)s
             UNION ALL
            SELECT 'order_figure', pos_order.id, pos_order.id, NULL, NULL, NULL,
                   COALESCE(waiting.quantity, 0), COALESCE(pos_order.waiting_number_qty, 0)
              FROM (SELECT id FROM pos_order WHERE waiting_number_qty > 0
                     UNION
                    SELECT order_id FROM pos_order_line WHERE waiting_number_qty > 0) counted
              JOIN pos_order ON pos_order.id = counted.id
              LEFT JOIN LATERAL (SELECT SUM(line.waiting_number_qty) AS quantity
                                   FROM pos_order_line line
                                  WHERE line.order_id = pos_order.id) waiting ON TRUE
             WHERE ABS(COALESCE(waiting.quantity, 0)
                       - COALESCE(pos_order.waiting_number_qty, 0)) > 0.00001
               AND pos_order.id > %(start)s AND pos_order.id <= %(end)s
            """,
            start=start,
            end=end,
        )

    def _select_lines(self, start, end):
        """Lines that count other waiting units than those of their open moves."""
        return SQL(
            """
            SELECT 'line_figure', line.id, line.order_id, line.id, NULL, NULL,
                   COALESCE(waiting.quantity, 0), COALESCE(line.waiting_number_qty, 0)
              FROM (SELECT id FROM pos_order_line WHERE waiting_number_qty > 0
                     UNION
                    SELECT pos_numbers_line_id FROM stock_move
                     WHERE pos_numbers_waiting IS TRUE AND state = 'confirmed') counted
              JOIN pos_order_line line ON line.id = counted.id
              LEFT JOIN LATERAL (SELECT SUM(move.product_qty) AS quantity
                                   FROM stock_move move
                                  WHERE move.pos_numbers_line_id = line.id
                                    AND move.state NOT IN ('done', 'cancel')) waiting ON TRUE
             WHERE ABS(COALESCE(waiting.quantity, 0) - COALESCE(line.waiting_number_qty, 0))
                   > 0.00001
               AND line.id > %(start)s AND line.id <= %(end)s
            """,
            start=start,
            end=end,
        )

    def _select_moves(self, start, end):
        """Units that wait for the number of no sale: no worklist shows them."""
        return SQL(
            """
            SELECT 'no_line', move.id, picking.pos_numbers_order_id, NULL, NULL, move.id, 0,
                   move.product_qty
              FROM stock_move move
              LEFT JOIN stock_picking picking ON picking.id = move.picking_id
             WHERE move.pos_numbers_waiting IS TRUE
               AND move.state = 'confirmed'
               AND move.pos_numbers_line_id IS NULL
               AND move.id > %(start)s AND move.id <= %(end)s
            """,
            start=start,
            end=end,
        )

    def _select_numbers(self, start, end):
        """Serials held by no sale, numbers whose move says another lot, numbers that never moved.

        Of numbers sold before the installation nobody knows what moved.
        """
        return SQL(
            """
            SELECT problem.kind, number.id, line.order_id, line.id, number.id, NULL, 0,
                   number.quantity
              FROM pos_pack_operation_lot number
              LEFT JOIN pos_order_line line ON line.id = number.pos_order_line_id
              LEFT JOIN pos_order ON pos_order.id = line.order_id
              LEFT JOIN LATERAL (
                  SELECT COUNT(*) AS moves, BOOL_OR(moved.lot_id != number.lot_id) AS differs
                    FROM stock_move_line moved
                   WHERE moved.pos_number_id = number.id AND moved.state = 'done') done ON TRUE
             CROSS JOIN LATERAL (
                  SELECT 'hold' AS kind
                   WHERE number.holds AND (line.id IS NULL OR line.qty <= 0
                                           OR pos_order.state IN ('draft', 'cancel')
                                           OR number.lot_id IS NULL)
                   UNION ALL
                  SELECT 'other_lot' WHERE done.differs
                   UNION ALL
                  SELECT 'not_moved'
                   WHERE done.moves = 0
                     AND number.lot_id IS NOT NULL
                     AND number.quantity > 0
                     AND number.waits_because IS NULL
                     AND number.corrected_from IS NULL
                     AND number.id > %(history)s
                     AND line.stock_done
                     AND line.qty > 0
                     AND COALESCE(line.waiting_number_qty, 0) = 0
                     AND COALESCE(line.closed_number_qty, 0) = 0
                     AND COALESCE(line.missing_number_qty, 0) = 0
                     AND pos_order.state IN ('paid', 'done')
                     AND pos_order.shipping_date IS NULL
                     AND NOT EXISTS (SELECT FROM pos_number_flag_rel flag
                                      WHERE flag.number_id = number.id)
                     AND NOT EXISTS (SELECT FROM pos_order_line refund
                                      WHERE refund.refunded_orderline_id = line.id)
                     AND NOT EXISTS (SELECT FROM stock_move waited
                                      WHERE waited.pos_numbers_line_id = line.id)) problem
             WHERE number.id > %(start)s AND number.id <= %(end)s
            """,
            start=start,
            end=end,
            history=self.env["pos.number.history"]._get_end(),
        )
