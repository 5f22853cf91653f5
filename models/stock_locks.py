"""How sales lock the quants of their numbers.

Core reads and locks them one after the other. Of a sale's numbers all are locked with one query:
measured with 500 serials (`dev/bench`), two queries a serial less, of three.

Core makes a second quant where another transaction has locked the first, and nobody waits. Where
the other has committed since this request began, PostgreSQL refuses the lock instead, and Odoo runs
the whole request again after a random pause of up to 2, 4, 8 and 16 seconds: a lot that all tills
sell made them wait up to 11 s for one another (`dev/load`). Here both cases are one: what another
changed is another's.
"""

from collections import defaultdict

import psycopg2.errors

from odoo import api, models
from odoo.tools import SQL

HELD = "pos_numbers_held_quants"
# Of a lot with fewer units than this many sales take, the sale is judged again on what the others
# left: exactly the one that takes too many is flagged.
SALES_AT_ONCE = 20


class Held:
    """What the sale that is being moved has locked and takes.

    `locked`: ids of quants. `taken`: `{(lot id, location id): quantity}`, in the product's unit.
    """

    def __init__(self, move_lines):
        self.locked = set()
        self.taken = defaultdict(float)
        for line in move_lines:
            self.taken[line.lot_id.id, line.location_id.id] += line.quantity_product_uom


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        """What other transactions have locked or changed stays theirs: see above."""
        sold = self.filtered(lambda line: line.pos_number_id and line.lot_id)
        if not sold:
            return super()._action_done()
        held = Held(sold)
        if len(sold) > 1:
            # Core reads them one by one.
            quants = self.env["stock.quant"].search_fetch(
                [("lot_id", "in", sold.lot_id.ids), ("location_id", "in", sold.location_id.ids)],
                [
                    *("product_id", "location_id", "lot_id", "package_id", "owner_id"),
                    *("company_id", "quantity", "reserved_quantity", "in_date", "user_id"),
                    "inventory_date",
                ],
            )
            locked = quants._lock_unchanged()
            held.locked.update(locked.ids, (quants - locked)._lock_unless_changed().ids)
        cache = self.env.cr.cache
        cache[HELD] = held
        try:
            return super()._action_done()
        finally:
            cache.pop(HELD, None)  # a savepoint that is rolled back gives its locks up


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.private
    def try_lock_for_update(self, *, allow_referencing=False, limit=None):
        """What this transaction has locked is not locked again; what another changed is passed."""
        held = self.env.cr.cache.get(HELD)
        if not (held and allow_referencing and limit == 1):
            return super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)
        if self[:1].id in held.locked:
            return self[:1]
        if self._runs_out(held):
            return super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)
        return self._lock_unchanged(limit=1) or self._lock_unless_changed(limit=1)

    def _runs_out(self, held):
        """Whether these quants are too few to take from without knowing what others have taken."""
        if not all(quant.lot_id for quant in self):
            return True  # stock without number: a new number takes it, or is not known
        quant = self[:1]
        taken = held.taken.get((quant.lot_id.id, quant.location_id.id), 0.0)
        return taken > 0 and sum(self.mapped("quantity")) < SALES_AT_ONCE * taken

    def _lock_unchanged(self, limit=None):
        """Lock those of these quants that nobody has locked or changed since this request began.

        `xmax` is the transaction that locked or replaced the row as this transaction sees it.

        :return: the quants that are locked now, in this order
        """
        return self._lock(SQL("xmax = 0"), limit)

    def _lock_unless_changed(self, limit=None):
        """Lock those that nobody has locked; `xmax` may be left from who only locked a row.

        :return: these quants, or none if another has changed one of them since this request began
        """
        if not self:
            return self
        try:
            with self.env.cr.savepoint(flush=False):
                return self._lock(SQL("TRUE"), limit)
        except psycopg2.errors.SerializationFailure:
            return self.browse()

    def _lock(self, condition, limit):
        if not self:
            return self
        self.env.cr.execute(
            SQL(
                """
                SELECT id
                  FROM stock_quant
                 WHERE id = ANY(%(ids)s) AND %(condition)s
                 ORDER BY ARRAY_POSITION(%(ids)s, id)
                 LIMIT %(limit)s
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                ids=self.ids,
                condition=condition,
                limit=limit,
            ),
            log_exceptions=False,  # not a bad query: the caller, or Odoo, tries another way
        )
        return self.browse([quant_id for (quant_id,) in self.env.cr.fetchall()])
