"""Logins of every role, and a paid sale that none of them may change: ground of the attack suites.

Requests go over HTTP, by the routes that a browser uses. The database is looked at afterwards: an
attack may be refused or pass without effect, but what is stored about the sale stays.
"""

import json
from typing import NamedTuple

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user
from odoo.tools import SQL, mute_logger

from odoo.addons.pos_lot_traceability.tests.against_core.common import (
    POS_USER,
    SALESMAN,
    STOCK_USER,
    ShopCase,
)

# Of the company that the shop belongs to; `stranger` has each of these rights in another company.
GROUPS = {
    "cashier": POS_USER,
    "pos_manager": "base.group_user,point_of_sale.group_pos_manager",
    "inventory": STOCK_USER,
    "inventory_manager": "base.group_user,stock.group_stock_manager",
    "salesman": f"base.group_user,{SALESMAN}",
    "portal": "base.group_portal",
}
STRANGER_GROUPS = (
    "base.group_user,point_of_sale.group_pos_manager,stock.group_stock_manager,"
    "sales_team.group_sale_manager"
)
INSIDERS = ("cashier", "pos_manager", "inventory", "inventory_manager", "salesman")
EVERYBODY = (*INSIDERS, "portal", "stranger", "public")
# Columns that say when a row was last written, not what it says.
TOUCHES = {"write_uid", "write_date"}


class Answer(NamedTuple):
    """What a request got: its result, or the name of the exception and its message."""

    result: object
    error: str
    message: str


class AttackCase(HttpCase, ShopCase):
    """A paid sale of two serials, SN1 and one that waits for its number, and who may attack it.

    `self.users` has a user for each role but `public`, who has no login.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, login=f"attacker_{role}", name=role, groups=groups)
            for role, groups in GROUPS.items()
        }
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.users["stranger"] = new_test_user(
            cls.env,
            login="attacker_stranger",
            name="stranger",
            groups=STRANGER_GROUPS,
            company_id=cls.elsewhere.id,
            company_ids=[Command.set(cls.elsewhere.ids)],
        )

    def setUp(self):
        super().setUp()
        self.role = None
        self.sold = self._sell(
            self._line(self.phone, 2, ["SN1"]), user=self.cashier, partner_id=self.customer.id
        )
        self.sold_line = self.sold.lines
        self.sold_number = self.sold_line.pack_lot_ids
        self.waiting_move = self.sold_line.waiting_move_ids
        self.before = self._look(self.sold)

    # ------------------------------------------------------------------ requests

    def _log_in(self, role):
        if self.role != role:
            login = None if role == "public" else self.users[role].login
            self.authenticate(login, login)
            self.role = role

    def _post(self, role, route, params):
        """Send a JSON-RPC request as a role.

        :return: Answer; refusals are answers
        """
        self._fresh()
        self._log_in(role)
        body = {"id": 0, "jsonrpc": "2.0", "method": "call", "params": params}
        # Refusals are logged as warnings; a fault of the server is an error, and fails the test.
        with mute_logger("odoo.sql_db"):
            response = self.url_open(
                route, json.dumps(body), headers={"Content-Type": "application/json"}
            )
        answer = response.json()
        self._fresh()
        error = answer.get("error", {}).get("data", {})
        return Answer(answer.get("result"), error.get("name", ""), error.get("message", ""))

    def _call(self, role, model, method, *args, **kwargs):
        """Call a method as the browser does; `context` is a keyword like any other.

        :return: Answer
        """
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._post(role, f"/web/dataset/call_kw/{model}.{method}", params)

    # ------------------------------------------------------------------ what is stored

    def _look(self, order):
        """All rows that say something about a sale, and all that claim to belong to it.

        :return: `{table: {id: {column: value}}}`
        """
        self.env.flush_all()
        lines = self._rows("pos_order_line", SQL("order_id = %s", order.id))
        line_ids = tuple(lines) or (0,)
        numbers = self._rows("pos_pack_operation_lot", SQL("pos_order_line_id IN %s", line_ids))
        number_ids = tuple(numbers) or (0,)
        pickings = self._rows(
            "stock_picking",
            SQL("%s IN (pos_order_id, pos_numbers_order_id)", order.id),
        )
        moves = self._rows(
            "stock_move",
            SQL("pos_numbers_line_id IN %s OR picking_id IN %s", line_ids, tuple(pickings) or (0,)),
        )
        return {
            "pos_order": self._rows("pos_order", SQL("id = %s", order.id)),
            "pos_order_line": lines,
            "pos_pack_operation_lot": numbers,
            "flags": self._rows(
                "pos_number_flag_rel", SQL("number_id IN %s", number_ids), key="number_id"
            ),
            "stock_picking": pickings,
            "stock_move": moves,
            "stock_move_line": self._rows(
                "stock_move_line",
                SQL("pos_number_id IN %s OR move_id IN %s", number_ids, tuple(moves) or (0,)),
            ),
        }

    def _rows(self, table, where, key="id"):
        self.env.cr.execute(SQL("SELECT * FROM %s WHERE %s", SQL.identifier(table), where))
        return {
            row[key]: {name: value for name, value in row.items() if name not in TOUCHES}
            for row in self.env.cr.dictfetchall()
        }

    def assertUntouched(self, before=None, order=None):
        """Nothing that is stored about the sale has changed, and nothing was added to it.

        :param before: from `_look`; what the shop's sale was at the start unless told
        """
        self._fresh()
        before = before or self.before
        after = self._look(order or self.sold)
        for table, rows in before.items():
            self.assertEqual(set(after[table]), set(rows), f"rows of {table}")
            for row_id, row in rows.items():
                changed = {
                    name: (row[name], after[table][row_id][name])
                    for name in row
                    if row[name] != after[table][row_id][name]
                }
                self.assertFalse(changed, f"{table} {row_id}: (before, after)")
