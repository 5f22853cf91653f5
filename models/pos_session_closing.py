"""A sale and the closing of its session, at the same moment.

Core's closing takes the orders that it sees. One that was being stored meanwhile stays *paid* in a
closed session: in no entry, and its stock never moves. Here a sale shares its session's row while
it is stored, and the closing waits for it: either the closing sees the order, or the order sees
that its session is closed, and goes to the next one, as core has it for late orders.
"""

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL


class PosOrder(models.Model):
    _inherit = "pos.order"

    def _process_order(self, order, existing_order):
        session_id = order.get("session_id")
        if self.env["pos.pack.operation.lot"]._is_id(session_id):
            self.env["pos.session"].browse(session_id)._share_for_sale()
        return super()._process_order(order, existing_order)

    def _get_valid_session(self, order):
        session = super()._get_valid_session(order)
        session._share_for_sale()
        return session


class PosSession(models.Model):
    _inherit = "pos.session"

    def _share_for_sale(self):
        """Keep the session from being closed before this sale is stored; sales do not wait.

        :raises psycopg2.errors.SerializationFailure: it was closed since the request began: Odoo
            runs the request again, which then sees it
        """
        self.env.cr.execute(
            SQL("SELECT FROM pos_session WHERE id = %s FOR SHARE", self.id), log_exceptions=False
        )

    def _validate_session(
        self, balancing_account=False, amount_to_balance=0, bank_payment_method_diffs=None
    ):
        self._wait_for_sales()
        return super()._validate_session(
            balancing_account, amount_to_balance, bank_payment_method_diffs
        )

    def _wait_for_sales(self):
        """Wait for sales that are being stored, and let others wait.

        :raises ConcurrencyError: a sale was stored since this request began, which therefore does
            not see it: Odoo runs the request again
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL("SELECT FROM pos_session WHERE id = %s FOR NO KEY UPDATE", self.id),
            log_exceptions=False,
        )
        orders = SQL("SELECT id FROM pos_order WHERE session_id = %s", self.id)
        self.env["pos.order"].flush_model(["session_id"])
        seen = set(self.env.execute_query(orders))
        if not self.env.registry.ready:
            # An installation's demo sales: its locks on tables would keep another transaction
            # waiting for ever, and nobody else sells.
            return
        # A transaction of its own sees what others have stored since.
        with self.env.registry.cursor() as cr:
            cr.execute(orders)
            unseen = set(cr.fetchall()) - seen
        if unseen:
            raise ConcurrencyError("sales were stored while their session was being closed")
