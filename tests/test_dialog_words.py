"""What the dialogs of the back office tell: what was done, and what of a file is no number."""

import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import WizardCase


class WordsCase(WizardCase):
    def _make(self, model, **values):
        self._fresh()
        return self.env[model].with_user(self.inventory).create(values)

    def assertTold(self, action, *parts):
        """A notification, after which the dialog is closed."""
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(action["params"]["next"]["type"], "ir.actions.act_window_close")
        for part in parts:
            self.assertIn(part, action["params"]["message"])


@tagged("post_install", "-at_install")
class TestSuccess(WordsCase):
    """Each button says what it has done, to which order."""

    def test_close_some(self):
        line = self.order.lines
        wizard = self._make(
            "pos.number.closing", line_ids=[(6, 0, line.ids)], quantity=2, reason="Lost"
        )
        action = wizard.action_close()
        self.assertTold(action, self.order.pos_reference, "closed without number: 2")
        self.assertEqual(line.closed_number_qty, 2)

    def test_close_several(self):
        lines = self.order.lines | self.milk_order.lines
        wizard = self._make("pos.number.closing", line_ids=[(6, 0, lines.ids)], reason="Lost")
        self.assertTold(wizard.action_close(), "lines: 2, orders: 2")
        self.assertEqual(lines.mapped("closed_number_qty"), [3, 5])

    def test_wait_again(self):
        lines = self.order.lines | self.milk_order.lines
        lines.with_user(self.inventory)._close_without_number("Lost")
        action = lines.with_user(self.inventory).action_reopen_numbers()
        self.assertTold(action, "again: 2")
        self.assertEqual(lines.mapped("waiting_number_qty"), [3, 5])

    def test_correct(self):
        number = self._sell(self._line(self.phone, 1, ["SN1"])).lines.pack_lot_ids
        wizard = self._make("pos.number.replacement", number_id=number.id, new_name="sn2")
        action = wizard.action_correct()
        self.assertTold(action, "SN1 is corrected to SN2", number.order_id.pos_reference)

    def test_correct_what_waits(self):
        """The number that waited is gone, and the dialog with it."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        number = self._sell(self._line(self.phone, 1, ["SN1"])).lines.pack_lot_ids
        wizard = self._make("pos.number.replacement", number_id=number.id, new_name="SN2")
        self.assertTold(wizard.action_correct(), "SN1 is corrected to SN2")

    def test_release_and_exchange(self):
        first, second = (
            self._sell(self._line(self.phone, 1, [name])).lines for name in ("SN1", "SN2")
        )
        wizard = self._make(
            "pos.number.replacement", number_id=first.pack_lot_ids.id, new_name="SN2"
        )
        action = wizard.action_exchange()
        for line, name in ((first, "SN2"), (second, "SN1")):
            receipt = line.order_id._get_receipt_name()
            self.assertTold(action, f"{receipt} has {name}")
        wizard = self._make("pos.number.replacement", number_id=first.pack_lot_ids.id)
        action = wizard.action_release()
        self.assertTold(action, f"SN2 is taken off {first.order_id._get_receipt_name()}")
        self._fresh()
        self.assertFalse(first.pack_lot_ids)


@tagged("post_install", "-at_install")
class TestTitles(WordsCase):
    """A first row that is left out is told: it may have been a number."""

    def _import(self, *rows):
        return self._make("pos.number.import", file=base64.b64encode("\r\n".join(rows).encode()))

    def test_many_orders(self):
        good = f"{self.order.pos_reference};Phone;SN1;1"
        wizard = self._import("NO-SUCH;Phone;SN2;", good)
        self.assertIn("Row 1 is read as titles of columns: NO-SUCH · Phone · SN2", wizard.preview)
        self.assertTrue(wizard.is_valid)
        self.assertNotIn("titles", self._import(good).preview)

    def test_many_orders_as_the_browser_reads(self):
        """A browser reads with `bin_size`: the file is read all the same."""
        wizard = self._import("Receipt;Product;Number", f"{self.order.pos_reference};Phone;SN1")
        self._fresh()
        preview = wizard.with_context(bin_size=True).read(["preview"])[0]["preview"]
        self.assertIn("Receipt · Product · Number", preview)
        self.assertIn("1 known", preview)

    def test_one_line(self):
        spec = {"text": {}, "file": {}}
        wizard = self.env["pos.number.assignment"].with_user(self.inventory)
        for rows, titles in (
            ("TYPO;one\r\nSN1;1", "TYPO · one"),
            ("Number;Quantity\r\nSN1", "Number · Quantity"),
            ("SN1;1\r\nSN2;1", None),
        ):
            with self.subTest(rows=rows):
                file = base64.b64encode(rows.encode()).decode()
                values = {"line_id": self.order.lines.id, "file": file}
                answer = wizard.onchange(values, ["file"], spec)
                self.assertIn("SN1", answer["value"]["text"])
                message = answer.get("warning", {}).get("message", "")
                self.assertEqual(bool(message), bool(titles))
                self.assertIn(titles or "", message)


@tagged("post_install", "-at_install")
class TestBrokenInput(WordsCase):
    """What cannot be stored or looked up is told with its row, and nothing of it is dropped."""

    def test_row(self):
        with self.assertRaisesRegex(UserError, "Row 2 .*SN\ufffd2"):
            self._make(
                "pos.number.assignment", line_id=self.order.lines.id, text="SN1\nSN\x002\nSN3"
            )

    def test_scan_above_the_worklist(self):
        lines = self.env["pos.order.line"].with_user(self.inventory)
        for code in ("\x00", "SN\ud8001", "\udfff"):
            action = lines.action_assign_scanned(code)
            self.assertIn("Nobody knows", action["params"]["message"])

    def test_gs1_separator(self):
        """The separator of GS1 codes is part of them."""
        wizard = self._make(
            "pos.number.assignment", line_id=self.order.lines.id, text="]C121SN1\x1d10X"
        )
        self.assertIn("1 known", wizard.preview)
