"""The clerks' dialogs over HTTP: buttons pressed by who may not, and broken input."""

import base64

from attacker import AttackCase

from odoo.tests import tagged

REFUSED = ("AccessError", "MissingError", "UserError", "SessionExpiredException")
BUTTONS = {
    "pos.number.assignment": (
        *("action_assign", "action_assign_next", "action_skip"),
        *("action_correct_sold", "action_close_without_number"),
    ),
    "pos.number.replacement": ("action_correct", "action_release", "action_exchange"),
    "pos.number.closing": ("action_close",),
    "pos.number.import": ("action_import",),
}
# What a browser can send in JSON, and no table can store.
BROKEN_TEXTS = ("SN\x002", "\x00", "\ud800", "SN2\nSN\udfff3", "\ud83d")
BROKEN_FILES = ("YQ", "a", "=", "é", "\x00", "\ud800", "bm8gYmFzZTY0!", 7, True, {"a": 1}, [1])


@tagged("post_install", "-at_install")
class TestDialogs(AttackCase):
    def setUp(self):
        super().setUp()
        self.file = base64.b64encode(f"{self.sold.pos_reference};;SN2;1\r\n".encode()).decode()
        other = self._sell(self._line(self.phone, 1, ["SN3"]), user=self.cashier)
        assert other.lines.pack_lot_ids.lot_id
        self.values = {
            "pos.number.assignment": {"line_id": self.sold_line.id, "text": "SN2"},
            "pos.number.replacement": {"number_id": self.sold_number.id, "new_name": "SN3"},
            "pos.number.closing": {
                "line_ids": [[6, 0, self.sold_line.ids]],
                "quantity": 1,
                "reason": "Lost",
            },
            "pos.number.import": {"file": self.file},
        }

    def _make(self, role, model, **values):
        return self._call(role, model, "create", {**self.values[model], **values})

    def _press(self, role, model, button, dialog_id):
        params = {"model": model, "method": button, "args": [[dialog_id]], "kwargs": {}}
        return self._post(role, f"/web/dataset/call_button/{model}/{button}", params)

    def assertRefused(self, answer, reason=""):
        self.assertTrue(answer.error, answer.result)
        self.assertTrue(answer.error.endswith(REFUSED), (answer.error, answer.message))
        self.assertIn(reason, answer.message)
        self.assertUntouched()

    # ------------------------------------------------------------------------- rights

    def test_buttons_of_a_clerks_dialog(self):
        """Nobody else presses them: no cashier, no stranger, and no other clerk."""
        for model, buttons in BUTTONS.items():
            dialog = self._make("inventory", model)
            self.assertFalse(dialog.error, dialog.message)
            for role in (
                *("cashier", "salesman", "portal", "stranger", "public"),
                *("pos_manager", "inventory_manager"),
            ):
                for button in buttons:
                    with self.subTest(role=role, model=model, button=button):
                        self.assertRefused(self._press(role, model, button, dialog.result))
                with self.subTest(role=role, model=model, method="write"):
                    self.assertRefused(
                        self._call(role, model, "write", [dialog.result], self.values[model])
                    )

    def test_own_dialogs(self):
        """Who has no right to the sale has no dialog about it, and imports nothing to it."""
        for role in ("cashier", "salesman", "portal", "stranger", "public"):
            for model in BUTTONS:
                with self.subTest(role=role, model=model):
                    dialog = self._make(role, model)
                    if model == "pos.number.import" and role == "stranger":
                        self.assertFalse(dialog.error, dialog.message)
                        answer = self._press(role, model, "action_import", dialog.result)
                        self.assertRefused(answer, "There is no order")
                    else:
                        self.assertRefused(dialog)

    def test_dialog_of_who_lost_the_right(self):
        """A dialog that is open does nothing for who is no clerk any more."""
        user = self.users["inventory"]
        dialogs = {model: self._make("inventory", model).result for model in BUTTONS}
        for group in ("stock.group_stock_user", "stock.group_stock_manager"):
            user.write({"group_ids": [(3, self.env.ref(group).id)]})
        for model, buttons in BUTTONS.items():
            for button in buttons:
                with self.subTest(model=model, button=button):
                    self.assertRefused(self._press("inventory", model, button, dialogs[model]))

    def test_clerk(self):
        """The same requests of the clerk are carried out: the refusals above are no accident."""
        dialog = self._make("inventory", "pos.number.import")
        answer = self._press("inventory", "pos.number.import", "action_import", dialog.result)
        self.assertFalse(answer.error, answer.message)
        self.assertEqual(sorted(self.sold_line.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])
        dialog = self._make("inventory", "pos.number.replacement")
        answer = self._press(
            "inventory", "pos.number.replacement", "action_exchange", dialog.result
        )
        self.assertFalse(answer.error, answer.message)
        self.assertEqual(sorted(self.sold_line.pack_lot_ids.mapped("lot_name")), ["SN2", "SN3"])

    # ------------------------------------------------------------------------- broken input

    def test_broken_texts(self):
        """They end in a message, by each way that a browser has."""
        fields = {
            "pos.number.assignment": "text",
            "pos.number.replacement": "new_name",
            "pos.number.closing": "reason",
        }
        for model, name in fields.items():
            dialog = self._make("inventory", model).result
            about = {k: v for k, v in self.values[model].items() if k != name}
            for text in BROKEN_TEXTS:
                with self.subTest(model=model, text=text):
                    broken = {name: text}
                    reason = "cannot be read"
                    self.assertRefused(self._make("inventory", model, **broken), reason)
                    for method, args, context in (
                        ("write", [[dialog], broken], {}),
                        ("web_save", [[], {**about, **broken}, {}], {}),
                        ("create", [about], {f"default_{name}": text}),
                        ("onchange", [[], {**about, **broken}, [name], {name: {}}], {}),
                        ("onchange", [[], {}, [], {name: {}}], {f"default_{name}": text}),
                    ):
                        answer = self._call("inventory", model, method, *args, context=context)
                        self.assertRefused(answer, reason)
        for model in ("pos.number.assignment", "pos.number.import"):
            self.assertRefused(self._make("inventory", model, file_name="\ud800"), reason)

    def test_broken_files(self):
        """So do files that are none."""
        for model in ("pos.number.assignment", "pos.number.import"):
            dialog = self._make("inventory", model).result
            about = {k: v for k, v in self.values[model].items() if k != "file"}
            for file in BROKEN_FILES:
                with self.subTest(model=model, file=file):
                    reason = "did not arrive whole"
                    self.assertRefused(self._make("inventory", model, file=file), reason)
                    spec = {"preview": {}, "text": {}} if "assign" in model else {"preview": {}}
                    for method, args in (
                        ("write", [[dialog], {"file": file}]),
                        ("onchange", [[], {**about, "file": file}, ["file"], spec]),
                    ):
                        answer = self._call("inventory", model, method, *args)
                        self.assertRefused(answer, reason)
