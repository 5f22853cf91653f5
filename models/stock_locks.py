"""Locks the quants of a sale's numbers with one query; core reads and locks one after the other.

Measured with 500 serials (`dev/bench`): two queries a serial less, of three.
"""

from odoo import api, models

LOCKED = "pos_numbers_locked_quants"


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        """What other transactions have locked stays theirs: core makes a second quant then."""
        sold = self.filtered(lambda line: line.pos_number_id and line.lot_id)
        if len(sold) < 2:
            return super()._action_done()
        # Core reads them one by one.
        quants = self.env["stock.quant"].search_fetch(
            [("lot_id", "in", sold.lot_id.ids), ("location_id", "in", sold.location_id.ids)],
            [
                *("product_id", "location_id", "lot_id", "package_id", "owner_id", "company_id"),
                *("quantity", "reserved_quantity", "in_date", "user_id", "inventory_date"),
            ],
        )
        cache = self.env.cr.cache
        cache[LOCKED] = set(quants.try_lock_for_update(allow_referencing=True).ids)
        try:
            return super()._action_done()
        finally:
            cache.pop(LOCKED, None)  # a savepoint that is rolled back gives its locks up


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.private
    def try_lock_for_update(self, *, allow_referencing=False, limit=None):
        """What this transaction has locked is not locked again."""
        locked = self.env.cr.cache.get(LOCKED)
        if locked and allow_referencing and limit == 1 and self[:1].id in locked:
            return self[:1]
        return super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)
