from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT


class PosNumberPageVisit(models.Model):
    """Counts requests for customers' pages, so that nobody tries links or fills the table.

    In the database: several workers and servers count together. Rows are only added, so requests
    never wait for each other.
    """

    _name = "pos.number.page.visit"
    _inherit = ["pos.number.guard"]
    _description = "Request for a Customer's Page"

    key = fields.Char(required=True, readonly=True)

    _key_idx = models.Index("(key, create_date)")

    @api.model
    def _count(self, key, limit, minutes):
        """Count a request.

        :param key: what is limited; it says nothing about a person
        :return: whether there were less than `limit` in the last minutes, this one left out
        """
        [(count,)] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM (
                    SELECT 1
                      FROM pos_number_page_visit
                     WHERE key = %s
                       AND create_date > NOW() AT TIME ZONE 'UTC' - %s * INTERVAL '1 minute'
                     LIMIT %s
                ) visit
                """,
                key,
                minutes,
                limit,
            )
        )
        if count >= limit:
            return False
        self.sudo().create({"key": key})
        self.env.flush_all()
        return True

    @api.autovacuum
    def _gc_visits(self):
        """Delete what counts for nothing any more, each day."""
        before = fields.Datetime.now() - timedelta(hours=2)
        visits = self.sudo().search([("create_date", "<", before)], limit=GC_UNLINK_LIMIT)
        visits.unlink()
        return len(visits), len(visits) == GC_UNLINK_LIMIT
