"""Grounds of tests that send payloads which claim what is the server's, as a kiosk may."""

import json
from datetime import datetime
from uuid import uuid4

from odoo.fields import Command
from odoo.tests import HttpCase

from .against_core.common import ShopCase

MODULE = "pos_lot_traceability"
# What a till of this add-on sends itself. All else that the add-on adds is the server's.
SENT_BY_TILLS = {
    "pos.order": set(),
    "pos.order.line": set(),
    "pos.pack.operation.lot": {
        *("uuid", "quantity", "origin", "code_expiration", "code_best_before"),
    },
}
# They name other records than those of a second order, or the moment.
INCOMPARABLE = {"uuid", "date_order", "order_date", "session_id", "order_session_id"}
INCOMPARABLE |= {"order_session_name", "order_receipt", "receipt"}
# The moment of the payment: found anew, whatever the payload says.
INCOMPARABLE |= {"numbers_paid_at", "sold_on"}


class PayloadCase(ShopCase):
    """Payloads that claim whatever the add-on keeps of an order, a line and a number."""

    lots = {"L1": 100}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.superuser = cls.env.ref("base.user_root")
        cls.senders = {"cashier": cls.cashier, "superuser": cls.superuser}

    def setUp(self):
        super().setUp()
        # What a payload could lay hands on: a sale with its numbers, moves and waiting transfer.
        self.other = self._sell(self._line(self.phone, 2, ["SN1"]))
        self.before = self._look(self.other)

    def _own_fields(self, model):
        """The fields that this add-on adds to a model and that no till sends."""
        return {
            name: field
            for name, field in self.env[model]._fields.items()
            if field._modules[:1] == (MODULE,) and name not in SENT_BY_TILLS[model]
        }

    def _claim(self, field):
        """A value of the field's type that is not its empty one, of records that exist."""
        if field.relational:
            ids = self.env[field.comodel_name].search([], limit=3).ids
            if field.type == "many2one":
                return ids[0]
            return [Command.link(record_id) for record_id in ids]
        if field.type == "selection":
            return field.get_values(self.env)[0]
        return {
            "boolean": True,
            "float": 7.0,
            "integer": 7,
            "char": "claimed",
            "json": {"1": [1.0, 77.0]},
            "datetime": "2020-02-02 02:02:02",
            "date": "2020-02-02",
        }[field.type]

    def _claims(self, model):
        return {name: self._claim(field) for name, field in self._own_fields(model).items()}

    def _claim_all(self, order):
        """The payload with everything claimed, in each command of its lines and numbers."""
        lines = []
        for code, line_id, values in order["lines"]:
            numbers = [
                [number[0], number[1], {**number[2], **self._claims("pos.pack.operation.lot")}]
                for number in values["pack_lot_ids"]
            ]
            claimed = {**values, **self._claims("pos.order.line"), "pack_lot_ids": numbers}
            lines.append([code, line_id, claimed])
        return {**order, **self._claims("pos.order"), "lines": lines}

    def _send(self, order, user):
        # As a request brings it: lists for tuples.
        return self._sync(json.loads(json.dumps(order)), user=user)

    def _look(self, order):
        """Whatever the add-on keeps of an order, by model; counts for related records."""
        self._fresh()
        result = {}
        for records in (order, order.lines, order.lines.pack_lot_ids):
            for name, field in records._fields.items():
                if field._modules[:1] == (MODULE,) and name not in INCOMPARABLE:
                    for index, record in enumerate(records.sudo()):
                        value = record[name]
                        if isinstance(value, datetime):
                            value = str(value)
                        elif isinstance(value, str):
                            # Sentences name the receipt.
                            value = value.replace(order._get_receipt_name(), "RECEIPT")
                        # Moves and transfers are made for each order anew.
                        is_own = field.relational and field.comodel_name.startswith("stock.")
                        if field.relational:
                            value = (
                                len(value) if is_own and value._name != "stock.lot" else value.ids
                            )
                        result[records._name, index, name] = value
        return result

    def _two_lines(self):
        """A serial that waits for its number, and three of a lot."""
        number = {"uuid": str(uuid4()), "lot_name": "L1", "quantity": 3, "origin": "scanned"}
        return (
            self._line(self.phone, 1),
            self._line(self.milk, 3, pack_lot_ids=[Command.create(number)]),
        )

    def _check_other(self):
        self.assertEqual(self._look(self.other), self.before, "another sale was changed")


class KioskCase(HttpCase, PayloadCase):
    """A kiosk, where nobody is logged in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.till.write(
            {
                "self_ordering_mode": "kiosk",
                "self_ordering_pay_after": "each",
                "self_ordering_service_mode": "counter",
                "self_ordering_default_user_id": cls.cashier.id,
                "use_presets": False,
            }
        )

    def _order_at_kiosk(self, *lines, **values):
        """Send an order by the kiosk's own route."""
        order = {
            **self._paid(*lines, state="draft", payment_ids=[]),
            "access_token": str(uuid4()),
            **values,
        }
        self._fresh()
        response = self.url_open(
            "/pos-self-order/process-order/kiosk/",
            json.dumps(
                {
                    "jsonrpc": "2.0",
                    "params": {
                        "order": order,
                        "access_token": self.till.access_token,
                        "table_identifier": None,
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        answer = response.json()
        self.assertIn("result", answer, answer.get("error"))
        self._fresh()
        return self.env["pos.order"].search([("uuid", "=", order["uuid"])]), order

    def _pay_at_till(self, order, sent, numbers=()):
        """Pay a kiosk's order at the till, its first line's numbers being entered there."""
        line = order.lines[0]
        values = {"pack_lot_ids": [Command.create({"lot_name": name}) for name in numbers]}
        paid = self._paid(
            *(values for _code, _id, values in sent["lines"]),
            uuid=sent["uuid"],
            access_token=order.access_token,
        )
        return self._sync({**paid, "lines": [Command.update(line.id, values)]})

    def _pay_at_kiosk(self, order):
        """Pay by the kiosk's terminal, as pos_self_order_adyen and its likes do.

        They pass by `_process_saved_order`: no stock moves then, be it tracked or not.
        """
        order = order.with_user(self.till.self_ordering_default_user_id)
        order.add_payment(
            {
                "amount": order.amount_total,
                "payment_method_id": self.till.payment_method_ids[:1].id,
                "pos_order_id": order.id,
            }
        )
        order.action_pos_order_paid()
        self._fresh()
