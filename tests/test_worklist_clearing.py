"""The worklist as a clerk clears it: scans, files of many orders, many lines at once, reports."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import AssignmentCase


class ClearingCase(AssignmentCase):
    def _lines(self):
        return self.env["pos.order.line"].with_user(self.inventory)

    def _waiting(self):
        """Units of the worklist, and its lines."""
        self._fresh()
        lines = self._lines().search([("waiting_number_qty", ">", 0)])
        return sum(lines.mapped("waiting_number_qty")), len(lines)


@tagged("post_install", "-at_install")
class TestScan(ClearingCase):
    """A scanned number opens the oldest line that waits for its product, filled in."""

    def setUp(self):
        super().setUp()
        self.milk_line = self._sell(self._line(self.milk, 2)).lines
        self.lines = [self._sell(self._line(self.phone, 1)).lines for _each in range(2)]
        self._fresh()

    def _scan(self, code, **shown):
        """(line, text filled in), or the message."""
        action = self._lines().action_assign_scanned(code, shown)
        if action["type"] == "ir.actions.client":
            return action["params"]["message"]
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        return wizard.line_id.sudo(), (wizard.text or "").strip()

    def test_oldest(self):
        """A serial, a serial in other letters, a lot."""
        self.assertEqual(self._scan("SN3"), (self.lines[0], "SN3"))
        self.assertEqual(self._scan("sn3"), (self.lines[0], "sn3"))
        self.assertEqual(self._scan("L2"), (self.milk_line, "L2"))

    def test_exact_goes_first(self):
        """`sn3` of another product is that product's, although SN3 differs by its case only."""
        radio = self._product("Radio")
        self._put(radio, ["sn3"])
        line = self._sell(self._line(radio, 1)).lines
        self.assertEqual(self._scan("sn3"), (line, "sn3"))
        self.assertEqual(self._scan("SN3"), (self.lines[0], "SN3"))

    def test_of_the_list(self):
        """Only lines that the list shows are opened."""
        domain = [("id", "=", self.lines[1].id)]
        self.assertEqual(self._scan("SN3", domain=domain), (self.lines[1], "SN3"))
        self.assertIn("nothing in this list", self._scan("L1", domain=domain))

    def test_barcode_and_gs1(self):
        """A product's barcode opens its line empty; a GS1 code fills it, also with a new number."""
        self.phone.barcode = "5901234123457"
        self._fresh()
        self.assertEqual(self._scan("5901234123457"), (self.lines[0], ""))
        code = "]C1010590123412345721NEW7"
        self.assertEqual(self._scan(code), (self.lines[0], code))

    def test_where_it_was_entered(self):
        """A number that waits on a line opens that one, although an older one waits as well."""
        self.till.number_creation = False
        line = self._sell(self._line(self.phone, 1, ["LATE1"])).lines
        self._put(self.phone, ["LATE1"])
        self.assertEqual(self._scan("LATE1"), (line, "LATE1"))

    def test_of_the_right_shop(self):
        """A serial of another warehouse opens the line of its shop, not an older one."""
        warehouse = self._elsewhere(self.phone, "FAR1")
        till = self._till("Depot till", warehouse)
        line = self._sync(self._paid(self._line(self.phone, 1), till=till)).lines
        self.assertEqual(self._scan("FAR1"), (line, "FAR1"))

    def test_a_return(self):
        """A serial that was sold opens the return that waits for it."""
        sold = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        refund = self._give_back(sold, 1)
        self.assertEqual(self._scan("SN2"), (refund.lines, "SN2"))

    def test_sold_already(self):
        """A serial that a sale has opens no line: it is told where it is, to correct it there."""
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        for code in ("SN1", "sn1", "]C121SN1"):
            with self.subTest(code=code):
                action = self._lines().action_assign_scanned(code, {})
                self.assertIn("SN1 of Phone is on", action["params"]["message"])
                self.assertIn(sold.pos_reference, action["params"]["message"])
                number = self.env["pos.pack.operation.lot"].browse(
                    action["params"]["sold_number_id"]
                )
                self.assertEqual(number, sold.lines.pack_lot_ids)
        # Where it was entered, and waits, its line opens: there it is told as well.
        again = self._sell(self._line(self.phone, 1, ["SN1"])).lines
        self.assertEqual(self._scan("SN1"), (again, "SN1"))

    def test_not_of_the_sale_that_is_refunded(self):
        """What another sale sold opens no return; typed there all the same, it is told."""
        other = self._sell(self._line(self.phone, 1, ["SN1"]))
        sold = self._sell(self._line(self.phone, 2, ["SN2", "SN3"]))
        refund = self._give_back(sold, 1).lines
        action = self._lines().action_assign_scanned("SN1", {})
        self.assertEqual(action["params"]["sold_number_id"], other.lines.pack_lot_ids.id)
        self.assertEqual(self._scan("SN2"), (refund, "SN2"))
        line = refund.with_user(self.inventory)
        wizard = self.env["pos.number.assignment"].with_user(self.inventory)
        wizard = wizard.browse(line.action_assign_numbers()["res_id"])
        wizard.text = "SN1\n"
        self.assertIn("1 to check", wizard.preview)
        self.assertIn(f"was not sold on receipt {sold.pos_reference}", wizard.preview)
        self.assertTrue(wizard.is_valid, "it may be what came back")
        self.assertFalse(wizard.is_certain)
        wizard.text = "SN2\n"
        self.assertTrue(wizard.is_certain)

    def test_sold_in_a_kit(self):
        """A kit holds no serial, and has it all the same."""
        kit = self._sell(self._line(self._kit("Kit", {self.phone: 1}))).lines
        move = kit.waiting_move_ids.with_user(self.inventory)
        values = move._prepare_move_line_vals(quantity=1)
        lot = self._lot(self.phone, "SN5")
        move.env["stock.move.line"].create({**values, "lot_id": lot.id, "picked": True})
        move.picking_id.button_validate()
        self._fresh()
        action = self._lines().action_assign_scanned("SN5", {})
        self.assertEqual(action.get("params", {}).get("sold_number_id"), kit.pack_lot_ids.id)
        self.assertIn("SN5 of Phone is on", action["params"]["message"])
        wizard = self.env["pos.number.assignment"].with_user(self.inventory)
        line = self.lines[0].with_user(self.inventory)
        wizard = wizard.browse(line.action_assign_numbers()["res_id"])
        wizard.text = "SN5\n"
        self.assertEqual(wizard.sold_number_id.id, kit.pack_lot_ids.id)

    def test_sold_by_another_company(self):
        """What another company sold is not told."""
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        sold.company_id = self.env["res.company"].create({"name": "Stranger"})
        self._fresh()
        action = self._lines().action_assign_scanned("SN1", {})
        self.assertFalse(action.get("params", {}).get("sold_number_id"))

    def test_dialog_leads_to_the_other_sale(self):
        """An entry that another sale has is named with its receipt, and is corrected there."""
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        line = self.lines[0].with_user(self.inventory)
        wizard = self.env["pos.number.assignment"].with_user(self.inventory)
        wizard = wizard.browse(line.action_assign_numbers()["res_id"])
        with Form(wizard) as form:
            form.text = "SN2\n"
            self.assertFalse(form.sold_note)
            form.text = "SN2\nSN1\n"
            self.assertIn(sold.pos_reference, form.sold_note)
            self.assertIn("correct it there first", form.sold_note)
        action = wizard.action_correct_sold()
        self.assertEqual(action["context"], {"default_number_id": sold.lines.pack_lot_ids.id})
        wizard.text = "SN2\n"
        with self.assertRaises(UserError):
            wizard.action_correct_sold()

    def test_dialog_closes_without_number(self):
        """On a phone the dialog is the only way to a single line."""
        line = self.lines[0].with_user(self.inventory)
        wizard = self.env["pos.number.assignment"].with_user(self.inventory)
        wizard = wizard.browse(line.action_assign_numbers()["res_id"])
        action = wizard.action_close_without_number()
        closing = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(closing.line_ids.sudo(), self.lines[0])
        with self.assertRaises(AccessError):
            wizard.with_user(self.cashier).action_close_without_number()

    def test_unknown(self):
        """Nothing is opened by guess."""
        for code in ("NOBODY", "", "  ", "%", "S%", None, 7):
            with self.subTest(code=code):
                self.assertIn("Nobody knows", self._scan(code))

    def test_search(self):
        """The search finds the lines where a number stands, and those that may get it."""
        done = self._sell(self._line(self.phone, 1, ["SN5"])).lines
        self._fresh()
        both = self._lines().search([("number_wanted", "ilike", "SN3")])
        self.assertEqual(both.sudo(), self.lines[0] | self.lines[1])
        self.assertIn(done, self._lines().search([("number_wanted", "ilike", "N5")]).sudo())
        self.assertFalse(self._lines().search([("number_wanted", "ilike", "NOBODY")]))

    def test_cashier(self):
        with self.assertRaises(AccessError):
            self.env["pos.order.line"].with_user(self.cashier).action_assign_scanned("SN3")


@tagged("post_install", "-at_install")
class TestManyLines(ClearingCase):
    def test_reviewed(self):
        """The flags of selected lines are reviewed at once."""
        orders = [self._sell(self._line(self.phone, 1, [name])) for name in ("X1", "X2")]
        lines = self._lines().browse([order.lines.id for order in orders])
        self.assertTrue(all(lines.sudo().pack_lot_ids.mapped("needs_review")))
        action = lines.action_review_numbers()
        self.assertIn("reviewed: 2", action["params"]["message"])
        self.assertFalse(any(lines.sudo().pack_lot_ids.mapped("needs_review")))
        self.assertEqual(lines.sudo().pack_lot_ids.reviewed_by_id, self.inventory)
        with self.assertRaises(AccessError):
            lines.with_user(self.cashier).action_review_numbers()

    def test_sums_of_one_unit(self):
        """Kilograms and pieces have no sum; each product's group has one."""
        cream = self._product(
            "Cream", tracking="lot", uom_id=self.env.ref("uom.product_uom_kgm").id
        )
        self._sell(self._line(self.phone, 2), self._line(cream, 3))
        self._fresh()
        domain = [("waiting_number_qty", ">", 0), ("product_id", "in", (self.phone | cream).ids)]
        total = self._lines().formatted_read_group(domain, [], ["waiting_number_qty:sum"])
        self.assertFalse(total[0]["waiting_number_qty:sum"])
        groups = self._lines().formatted_read_group(
            domain, ["product_id"], ["waiting_number_qty:sum"]
        )
        self.assertEqual(sorted(g["waiting_number_qty:sum"] for g in groups), [2, 3])


@tagged("post_install", "-at_install")
class TestImport(ClearingCase):
    """One file for many orders: all of it, or nothing."""

    def setUp(self):
        super().setUp()
        self.first = self._sell(self._line(self.phone, 2), self._line(self.milk, 3))
        self.second = self._sell(self._line(self.milk, 4))
        self._fresh()

    def _wizard(self, *rows):
        content = "\r\n".join(rows).encode()
        wizard = self.env["pos.number.import"].with_user(self.inventory)
        return wizard.create({"file": base64.b64encode(content)})

    def test_all(self):
        """References or receipt numbers, a header, products by name, code and not at all."""
        self.phone.default_code = "PH-1"
        wizard = self._wizard(
            "Receipt;Product;Number;Quantity",
            f"{self.first.pos_reference};Phone;SN1;1",
            f"{self.first.name};ph-1;sn2",
            f"{self.first.pos_reference};Milk;L1;3",
            f"{self.second.pos_reference};;L2;",
        )
        self.assertTrue(wizard.is_valid, wizard.preview)
        self.assertIn("4 known", wizard.preview)
        message = wizard.action_import()["params"]["message"]
        self.assertIn("Numbers assigned: 4. Orders: 2.", message)
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})
        self.assertEqual(self._gone(self.milk), {"L1": 3, "L2": 4})

    def test_each_error(self):
        """Every bad row has its reason and its place; nothing is assigned."""
        reference = self.first.pos_reference
        wizard = self._wizard(
            f"{reference};Phone;SN1;1",
            "NO-SUCH;Phone;SN2;1",
            f"{reference};Radio;SN2;1",
            f"{reference};;SN2;1",
            f"{reference};Phone;sn1;1",
            f"{reference};Phone;L1;1",
            f"{reference};Milk;L1;x",
            f"{reference};Milk;L1;9",
            f"{reference};Milk;;1",
        )
        self.assertFalse(wizard.is_valid)
        for reason in (
            "There is no order “NO-SUCH”",
            "Nothing of it waits",
            "name the product",
            "entered twice",
            "another product",
            "is not a quantity",
            "with only 3 to assign",
            "is empty",
        ):
            self.assertIn(reason, wizard.preview)
        with self.assertRaisesRegex(UserError, "Row 2, SN2"):
            wizard.action_import()
        self._fresh()
        self.assertEqual(self._gone(self.phone), {})

    def test_two_orders_one_serial(self):
        """One serial for two orders is no number for either's second."""
        third = self._sell(self._line(self.phone, 1))
        wizard = self._wizard(
            f"{self.first.pos_reference};Phone;SN1", f"{third.pos_reference};Phone;SN1"
        )
        self.assertFalse(wizard.is_valid)
        self.assertIn("entered twice", wizard.preview)

    def test_first_row_with_a_typo(self):
        """A first row of a wrong order is an error, no header."""
        wizard = self._wizard("NO-SUCH;Phone;SN1;1", f"{self.first.pos_reference};Phone;SN2;1")
        self.assertFalse(wizard.is_valid)

    def test_no_file(self):
        """Pictures, nothing and too much are named as such."""
        for content in (b"\x89PNG\x00\x01", b"", b"a;b;c;d\n"):
            wizard = self.env["pos.number.import"].with_user(self.inventory)
            wizard = wizard.create({"file": base64.b64encode(content)})
            self.assertFalse(wizard.is_valid)
            with self.assertRaises(UserError):
                wizard.action_import()

    def test_rights(self):
        """Neither a cashier nor a stranger imports."""
        with self.assertRaises(AccessError):
            self.env["pos.number.import"].with_user(self.cashier).create({"file": "YQ=="})
        self.first.company_id = self.env["res.company"].create({"name": "Stranger"})
        self._fresh()
        wizard = self._wizard(f"{self.first.pos_reference};Phone;SN1;1")
        self.assertIn("There is no order", wizard.preview)


@tagged("post_install", "-at_install")
class TestFigures(ClearingCase):
    """The worklist, the ages and the shop's card count the same."""

    def test_age_counts_as_the_worklist(self):
        """Returns, numbers that wait and closed units: lines and units agree."""
        sold = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._give_back(sold, 1)
        self._sell(self._line(self.phone, 1, ["SN3"]))
        self._sell(self._line(self.phone, 1, ["SN3"]))  # a duplicate waits with its number
        self._sell(self._line(self.milk, 4))
        closed = self._sell(self._line(self.phone, 1))
        closed.lines.with_user(self.inventory)._close_without_number("Lost")
        self._fresh()
        action = self.env.ref("pos_lot_traceability.action_number_gaps")
        report = self.env["pos.number.coverage.report"].with_user(self.inventory)
        rows = report._read_group(
            [("quantity_waiting", ">", 0)], [], ["quantity_waiting:sum", "__count"]
        )
        self.assertEqual(action.domain, "[('quantity_waiting', '>', 0)]")
        self.assertEqual(rows[0], self._waiting())
        self.assertGreaterEqual(rows[0], (6, 3))

    def test_card_until_closing(self):
        """Where stock moves at closing, the card tells of the open session; then of what waits."""
        self.company.point_of_sale_update_stock_quantities = "closing"
        self._close(user=self.env.user)
        self._open_till(self.till)
        self._sell(self._line(self.phone, 1))
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._fresh()
        self.assertEqual(self.till.numbers_to_wait_count, 1)
        self.assertEqual(self.till.numbers_to_assign_count, 0)
        action = self.till.action_view_numbers_to_wait()
        line = self._lines().search(action["domain"])
        self.assertEqual(len(line), 1)
        opened = self._lines().action_assign_scanned("SN2", {"domain": action["domain"]})
        wizard = self.env[opened["res_model"]].browse(opened["res_id"])
        self.assertEqual((wizard.line_id.id, wizard.text), (line.id, "SN2\n"))
        self.assertEqual(wizard.progress, "1 of 1")
        self._close(user=self.env.user)
        self.assertEqual(self.till.numbers_to_wait_count, 0)
        self.assertEqual(self.till.numbers_to_assign_count, 1)

    def test_menus(self):
        """An inventory user without Point of Sale rights reaches the list and its reports."""
        menus = self.env["ir.ui.menu"].with_user(self.inventory)._visible_menu_ids()
        for name in ("to_assign", "review", "closed", "coverage", "gaps"):
            names = [f"menu_stock_numbers_{name}", f"menu_stock_number_{name}"]
            found = [self.env.ref(f"pos_lot_traceability.{n}", False) for n in names]
            menu = next(each for each in found if each)
            self.assertIn(menu.id, menus, name)
            self.assertIn(menu.parent_id.id, menus, name)
