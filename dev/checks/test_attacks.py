"""Attacks on what is stored about a paid sale, over HTTP, by every login and by nobody."""

from attacker import EVERYBODY, INSIDERS, AttackCase

from odoo.fields import Command
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestGround(AttackCase):
    """The suite would notice."""

    def test_change_is_noticed(self):
        """A field more or less is seen."""
        self.assertUntouched()
        self.sold_number.sudo().origin = "auto"
        with self.assertRaises(AssertionError):
            self.assertUntouched()

    def test_logins(self):
        """Requests come in as who they say; nobody calls methods without a login."""
        for role in EVERYBODY:
            with self.subTest(role=role):
                answer = self._call(role, "res.users", "context_get")
                if role == "public":
                    self.assertIn("SessionExpired", answer.error)
                else:
                    self.assertEqual(answer.result["uid"], self.users[role].id)


@tagged("post_install", "-at_install")
class TestSale(AttackCase):
    """Each row of a table is tried as each role; the sale stays as it was."""

    def _try_all(self, attacks, roles=EVERYBODY):
        """:param attacks: list of (model, method, arguments, keywords)"""
        for role in roles:
            for model, method, args, kwargs in attacks:
                with self.subTest(role=role, attack=(model, method, args, kwargs)):
                    answer = self._call(role, model, method, *args, **kwargs)
                    # A refusal is for people: no fault of the server.
                    self.assertRegex(
                        answer.error,
                        r"^$|AccessError|UserError|ValidationError|MissingError|SessionExpired",
                        answer.message,
                    )
                    self.assertUntouched()

    def test_numbers_by_default(self):
        """Door 1: no default makes a number on a paid line, or an orphan that holds."""
        lot = self._lot(self.phone, "SN2")
        number = "pos.pack.operation.lot"
        defaults = {
            "default_pos_order_line_id": self.sold_line.id,
            "default_lot_name": "SN2",
            "default_lot_id": lot.id,
            "default_holds": True,
            "default_flag_ids": self.env["pos.number.flag"].search([]).ids,
        }
        line = {"pos_order_line_id": self.sold_line.id, "lot_name": "SN2"}
        self._try_all(
            [
                (number, "create", [{"lot_name": "X"}], {"context": defaults}),
                (number, "create", [line], {}),
                (number, "name_create", ["SN2"], {"context": defaults}),
                (
                    number,
                    "web_save",
                    [[], {"lot_name": "X"}],
                    {"specification": {}, "context": defaults},
                ),
                (number, "copy", [self.sold_number.ids, line], {"context": defaults}),
                (
                    number,
                    "load",
                    [["lot_name", "pos_order_line_id/.id"], [["SN2", str(self.sold_line.id)]]],
                    {},
                ),
                (number, "write", [self.sold_number.ids, {"lot_name": "SN2"}], {}),
                (number, "write", [self.sold_number.ids, {"lot_id": lot.id, "holds": False}], {}),
                (number, "write", [self.sold_number.ids, {"product_id": self.milk.id}], {}),
                (number, "write", [self.sold_number.ids, {"order_id": False}], {}),
                (number, "unlink", [self.sold_number.ids], {}),
            ]
        )
        self.assertFalse(self.env[number].search([("lot_id", "=", lot.id)]))
        order = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertEqual(order.lines.pack_lot_ids.lot_id, lot)
        self.assertFalse(order.waiting_number_qty, "its real sale does not wait")

    def test_defaults_of_a_request_that_sells(self):
        """Door 1: nor do they say what acts as superuser in the cashier's request."""
        defaults = {
            "default_pos_numbers_closed": True,
            "default_pos_numbers_waiting": False,
            "default_numbers_locked": True,
            "default_stock_done": True,
            "default_quantity": 7,
            "default_lot_id": self._lot(self.phone, "SN3").id,
            "default_state": "done",
        }
        sale = self._paid(self._line(self.phone, 1, ["SN2"]), self._line(self.phone, 1))
        answer = self._call("cashier", "pos.order", "sync_from_ui", [sale], context=defaults)
        self.assertFalse(answer.error, answer.message)
        order = self.env["pos.order"].search([("uuid", "=", sale["uuid"])])
        self.assertEqual(order.waiting_number_qty, 1)
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_links_of_stock_documents(self):
        """Door 4: no document becomes one of the sale, and none of the sale's is cut off."""
        moved = self.sold_number.move_line_ids
        waiting = self.waiting_move
        links = {
            "pos_numbers_line_id": self.sold_line.id,
            "pos_numbers_waiting": True,
            "pos_cost_line_id": self.sold_line.id,
        }
        other = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.phone.id,
                            "product_uom_qty": 1,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                        }
                    )
                ],
            }
        )
        other.action_confirm()
        other.action_assign()
        picking_links = {"pos_numbers_order_id": self.sold.id, "pos_order_id": self.sold.id}
        new_move = {
            "product_id": self.phone.id,
            "product_uom_qty": 1,
            "location_id": other.location_id.id,
            "location_dest_id": other.location_dest_id.id,
        }
        defaults = {f"default_{name}": value for name, value in (links | picking_links).items()}
        self._try_all(
            [
                ("stock.move", "write", [other.move_ids.ids, links], {}),
                ("stock.move", "create", [{**new_move, **links}], {}),
                ("stock.move", "create", [new_move], {"context": defaults}),
                (
                    "stock.move.line",
                    "write",
                    [other.move_line_ids.ids, {"pos_number_id": self.sold_number.id}],
                    {},
                ),
                ("stock.move.line", "write", [moved.ids, {"pos_number_id": False}], {}),
                (
                    "stock.move.line",
                    "write",
                    [moved.ids, {"lot_id": self._lot(self.phone, "SN4").id}],
                    {},
                ),
                ("stock.picking", "write", [other.ids, picking_links], {}),
                (
                    "stock.picking",
                    "write",
                    [moved.picking_id.ids, {"pos_order_id": False, "pos_session_id": False}],
                    {},
                ),
                (
                    "stock.picking",
                    "write",
                    [waiting.picking_id.ids, {"pos_numbers_order_id": False}],
                    {},
                ),
                ("stock.picking", "copy", [moved.picking_id.ids], {}),
                (
                    "pos.order",
                    "write",
                    [self.sold.ids, {"numbers_picking_ids": [[4, other.id]]}],
                    {},
                ),
                ("pos.order", "write", [self.sold.ids, {"picking_ids": [[4, other.id]]}], {}),
                ("pos.order", "write", [self.sold.ids, {"picking_ids": [[5]]}], {}),
                (
                    "pos.order.line",
                    "write",
                    [self.sold_line.ids, {"waiting_move_ids": [[4, other.move_ids.id]]}],
                    {},
                ),
                (
                    "pos.order.line",
                    "write",
                    [self.sold_line.ids, {"waiting_move_ids": [[3, waiting.id]]}],
                    {},
                ),
                (
                    "pos.pack.operation.lot",
                    "write",
                    [self.sold_number.ids, {"move_line_ids": [[5]]}],
                    {},
                ),
                (
                    "stock.lot",
                    "write",
                    [self._lot(self.phone, "SN1").ids, {"pos_number_ids": [[5]]}],
                    {},
                ),
                (
                    "stock.lot",
                    "write",
                    [
                        self._lot(self.phone, "SN4").ids,
                        {"pos_number_ids": [[4, self.sold_number.id]]},
                    ],
                    {},
                ),
            ]
        )

    def test_worklist(self):
        """Door 5: what waits stays in the worklist."""
        move, picking = self.waiting_move, self.waiting_move.picking_id
        self._try_all(
            [
                (
                    "pos.order.line",
                    "write",
                    [self.sold_line.ids, {"waiting_number_qty": 0, "missing_number_qty": 0}],
                    {},
                ),
                ("pos.order.line", "write", [self.sold_line.ids, {"closed_number_qty": 1}], {}),
                ("pos.order", "write", [self.sold.ids, {"waiting_number_qty": 0}], {}),
                *(
                    ("stock.move", "write", [move.ids, values], {})
                    for values in (
                        {"pos_numbers_waiting": False},
                        {"pos_numbers_closed": True},
                        {"pos_numbers_line_id": False},
                        {"product_uom_qty": 0},
                        {"product_id": self.cable.id},
                        {"state": "done"},
                        {"state": "cancel"},
                        {"company_id": self.elsewhere.id},
                        {"picking_id": False},
                    )
                ),
                ("stock.move", "unlink", [move.ids], {}),
                ("stock.picking", "unlink", [picking.ids], {}),
                ("stock.picking", "action_cancel", [picking.ids], {}),
                ("stock.picking", "button_validate", [picking.ids], {}),
                ("stock.picking", "action_assign", [picking.ids], {}),
                ("stock.picking", "write", [picking.ids, {"move_ids": [[2, move.id]]}], {}),
                (
                    "stock.picking",
                    "write",
                    [picking.ids, {"move_ids": [[1, move.id, {"pos_numbers_waiting": False}]]}],
                    {},
                ),
            ]
        )

    def test_sold_line(self):
        """Door 6: the paid line is what was sold, and of that order."""
        draft = self._sync(self._paid(self._line(self.cable, 1), state="draft", payment_ids=[]))
        line = self.sold_line.id
        self._try_all(
            [
                *(
                    ("pos.order.line", "write", [[line], values], {})
                    for values in (
                        {"product_id": self.cable.id},
                        {"qty": 1},
                        {"order_id": draft.id},
                        {"company_id": self.elsewhere.id},
                        {"uuid": "another"},
                        {"refunded_orderline_id": draft.lines.id},
                        {"numbers_locked": False},
                        {"pack_lot_ids": [[0, 0, {"lot_name": "SN3"}]]},
                        {"pack_lot_ids": [[5]]},
                        {"pack_lot_ids": [[3, self.sold_number.id]]},
                        {"pack_lot_ids": [[1, self.sold_number.id, {"lot_name": "SN3"}]]},
                    )
                ),
                *(
                    ("pos.order", "write", [self.sold.ids, values], {})
                    for values in (
                        {"state": "draft"},
                        {"state": "cancel"},
                        {"company_id": self.elsewhere.id},
                        {"session_id": False},
                        {"shipping_date": "2030-01-01"},
                        {"uuid": "another"},
                        {"lines": [[1, line, {"qty": 1}]]},
                        {"lines": [[2, line]]},
                        {"lines": [[3, line]]},
                        {"lines": [[5]]},
                        {"lines": [[0, 0, self._line(self.phone, 1, ["SN3"])]]},
                    )
                ),
                ("pos.order", "write", [draft.ids, {"lines": [[4, line]]}], {}),
                ("pos.order.line", "write", [draft.lines.ids, {"combo_line_ids": [[4, line]]}], {}),
                (
                    "pos.order.line",
                    "write",
                    [draft.lines.ids, {"refund_orderline_ids": [[4, line]]}],
                    {},
                ),
                ("pos.order.line", "unlink", [[line]], {}),
                ("pos.order", "unlink", [self.sold.ids], {}),
            ]
        )

    def test_payloads(self):
        """Doors 6 and 10: whatever a payload says besides, it is stored, and the sale stays."""
        line, number = self.sold_line, self.sold_number
        gone = self._sync(
            self._paid(self._line(self.phone, 1, ["SN4"]), state="draft", payment_ids=[])
        ).lines.pack_lot_ids
        gone_id = gone.id
        gone.sudo().unlink()
        commands = (
            [1, line.id, {"qty": 1, "product_id": self.cable.id, "numbers_locked": False}],
            [1, line.id, {"pack_lot_ids": [[5]]}],
            [2, line.id, 0],
            [3, line.id, 0],
            [4, line.id, 0],
            [6, 0, [line.id]],
            [1, 2**31 - 1, {"qty": 1}],
            [1, "x", {}],
            [1, {}, {"qty": 2}],
            7,
        )
        values = (
            {"pack_lot_ids": "x"},
            {"pack_lot_ids": [[1, gone_id, {"quantity": 1}]]},
            {"pack_lot_ids": [[2, gone_id, 0], [4, gone_id, 0], [6, 0, [gone_id]]]},
            {"pack_lot_ids": [[4, number.id, 0]]},
            {"pack_lot_ids": [[0, 0, {"lot_name": "L1", "origin": {}, "quantity": 10**400}]]},
            {
                "pack_lot_ids": [
                    [0, 0, {"lot_name": "L1", "origin": [], "pos_order_line_id": 2**30}]
                ]
            },
            {"refunded_orderline_id": 2**30},
            {"combo_line_ids": [[4, line.id, 0]]},
            {"numbers_locked": True, "stock_done": True, "waiting_number_qty": 4},
        )
        mappings = (
            {"pos.order.line": {line.uuid: {"order_id": "x"}}},
            {"pos.order.line": {"x": {"refund_orderline_ids": [line.uuid]}}},
            {"pos.order": {self.sold.uuid: {"lines": []}}},
            {"no.model": {"x": {}}, "res.partner": {"x": {"name": "y"}}},
            {"pos.order.line": {"x": {"nonsense": ["y"], "combo_line_ids": {}}}},
            {"pos.order.line": 7},
            7,
        )
        payloads = [
            *(([command], {}, None) for command in commands),
            *(([], value, None) for value in values),
            *(([], {}, mapping) for mapping in mappings),
        ]
        for more, value, mapping in payloads:
            for kiosk in (False, True):
                with self.subTest(more=more, value=str(value)[:90], mapping=mapping, kiosk=kiosk):
                    order = self._paid(self._line(self.milk, 0.1, **value))
                    order["lines"] += more
                    if mapping is not None:
                        order["relations_uuid_mapping"] = mapping
                    if kiosk:
                        self.env["pos.order"].sudo().sync_from_ui([dict(order)])
                        self._fresh()
                    else:
                        answer = self._call("cashier", "pos.order", "sync_from_ui", [order])
                        self.assertFalse(answer.error, answer.message)
                    stored = self.env["pos.order"].search([("uuid", "=", order["uuid"])])
                    self.assertEqual(stored.state, "paid")
                    self.assertUntouched()


@tagged("post_install", "-at_install")
class TestDialogs(AttackCase):
    """Doors 2 and 3: a dialog is its maker's, and about sales of the maker's companies."""

    def _read_dialog(self, role, model, values, names):
        """Create and read a dialog, and ask for it without creating it."""
        made = self._call(role, model, "create", values)
        spec = {name: {"fields": {"display_name": {}}} for name in names}
        return [
            made,
            self._call(role, model, "web_save", [], values, specification=spec),
            self._call(role, model, "onchange", [], values, [], spec),
            self._call(role, model, "onchange", [], values, list(values), spec),
        ]

    def test_foreign_sales(self):
        """Nobody else is told customer, order or serials."""
        dialogs = {
            "pos.number.assignment": ({"line_id": self.sold_line.id}, ["order_id", "partner_id"]),
            "pos.number.replacement": (
                {"number_id": self.sold_number.id},
                ["order_id", "old_name"],
            ),
            "pos.number.closing": ({"line_ids": [[6, 0, self.sold_line.ids]]}, ["line_ids"]),
        }
        for role in ("stranger", "cashier", "salesman", "portal", "public"):
            for model, (values, names) in dialogs.items():
                with self.subTest(role=role, model=model):
                    for answer in self._read_dialog(role, model, values, names):
                        self.assertTrue(answer.error, answer.result)
                        self.assertNotIn("SN1", answer.message)
        self.assertUntouched()

    def test_anothers_dialog(self):
        """A candidate that somebody else fills in, or puts there, is not assigned."""
        action = self._call(
            "inventory", "pos.order.line", "action_assign_numbers", self.sold_line.ids
        )
        dialog = self.env["pos.number.assignment"].browse(action.result["res_id"])
        candidate = dialog.candidate_ids[0]
        sent = {"assignment_id": dialog.id, "lot_id": candidate.lot_id.id, "quantity": 1}
        for role in ("stranger", "pos_manager", "inventory_manager", *INSIDERS[:1]):
            model = candidate._name
            for method, args in (
                ("write", [candidate.ids, {"quantity": 1}]),
                ("create", [sent]),
                ("unlink", [candidate.ids]),
                ("read", [candidate.ids, ["lot_id"]]),
            ):
                with self.subTest(role=role, method=method):
                    self.assertTrue(self._call(role, model, method, *args).error)
            answer = self._call(role, dialog._name, "action_assign", dialog.ids)
            self.assertTrue(answer.error)
        self.assertFalse(sum(dialog.sudo().candidate_ids.mapped("quantity")))
        self.assertUntouched()

    def test_own_dialog_turned_round(self):
        """One's own dialog is not turned to a foreign sale, lot or dialog."""
        order = self._sell(self._line(self.phone, 1))
        action = self._call("inventory", "pos.order.line", "action_assign_numbers", order.lines.ids)
        dialog = self.env["pos.number.assignment"].browse(action.result["res_id"])
        candidate = dialog.candidate_ids[0]
        other = self._lot(self.milk, "L1")
        self._call("inventory", candidate._name, "write", candidate.ids, {"lot_id": other.id})
        self.assertEqual(candidate.lot_id.product_id, self.phone)
        self.sold.sudo().company_id = self.elsewhere
        for values in ({"line_id": self.sold_line.id}, {"candidate_ids": [[0, 0, {"lot_id": 1}]]}):
            self._call("inventory", dialog._name, "write", dialog.ids, values)
        self.assertEqual(dialog.line_id, order.lines)
        answer = self._call(
            "inventory",
            dialog._name,
            "onchange",
            dialog.ids,
            {"line_id": self.sold_line.id},
            ["line_id"],
            {"order_id": {"fields": {"display_name": {}}}},
        )
        self.assertTrue(answer.error, answer.result)
