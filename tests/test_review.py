"""Flags to review: what was out of order at the sale, and what is done about it."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestReview(AssignmentCase):
    """Flagged numbers are listed until somebody has dealt with them."""

    def _listed(self):
        """Names in the list, as the inventory user sees it."""
        self._fresh()
        domain = [("needs_review", "=", True), ("config_id", "=", self.till.id)]
        numbers = self.env["pos.pack.operation.lot"].with_user(self.inventory).search(domain)
        return sorted(numbers.mapped("lot_name"))

    def _duplicate(self):
        self._sell(self._line(self.phone, 1, ["SN1"]))
        return self._sell(self._line(self.phone, 1, ["SN1"])).lines.pack_lot_ids

    def test_listed(self):
        """A flagged number is listed, one without flag is not."""
        self._duplicate()
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertEqual(self._listed(), ["SN1"])

    def test_found_by_number(self):
        """A number that is known finds itself only, typed or scanned; a part finds what has it."""
        self._put(self.phone, ["X1", "SNX1", "X10"])
        for name in ("X1", "SNX1", "X10"):
            self._sell(self._line(self.phone, 1, [name]))
        self._fresh()
        numbers = self.env["pos.pack.operation.lot"].with_user(self.inventory)
        for text, names in {
            "X1": ["X1"],
            " x1 ": ["X1"],
            "]C121X1": ["X1"],
            "NX": ["SNX1"],
            "X": ["SNX1", "X1", "X10"],
            "%": [],
            "NOBODY": [],
        }.items():
            with self.subTest(text=text):
                found = numbers.search(
                    [("number_wanted", "ilike", text), ("config_id", "=", self.till.id)]
                )
                self.assertEqual(sorted(found.mapped("lot_name")), names)

    def test_found_as_it_was_sold(self):
        """A corrected number is found by the name on its first receipt too."""
        number = self._sell(self._line(self.phone, 1, ["SN1"])).lines.pack_lot_ids
        number = self._correct(number, "SN2")
        numbers = self.env["pos.pack.operation.lot"].with_user(self.inventory)
        for text in ("SN1", "SN2"):
            self.assertEqual(numbers.search([("number_wanted", "ilike", text)]).sudo(), number)

    def test_told_without_a_flag(self):
        """A number with which all is well says where it was sold, or with what it came back."""
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._give_back(sold, 1, ["SN1"])
        self._fresh()
        for order, words in ((sold, "was sold on receipt"), (back, "came back with return")):
            number = order.lines.pack_lot_ids.with_user(self.inventory)
            self.assertIn(f"SN1 of Phone {words} {order.pos_reference}", number.explanation)
            self.assertFalse(number.advice)

    def test_explained(self):
        """In a sentence."""
        number = self._duplicate().with_user(self.inventory)
        self._fresh()
        self.assertIn("had sold it before", number.explanation)

    def test_reviewed(self):
        """Reviewed: who and when; the flag stays."""
        number = self._duplicate()
        self._fresh()
        number.with_user(self.inventory).action_review()
        self.assertEqual(number.reviewed_by_id, self.inventory)
        self.assertTrue(number.reviewed_on)
        self.assertEqual(number.flag_ids.mapped("code"), ["duplicate"])
        self.assertEqual(self._listed(), [])

    def test_corrected(self):
        """Corrected through the dialog, which tells beforehand what is wrong."""
        number = self._duplicate().with_user(self.inventory)
        self._fresh()
        action = number.action_correct()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.inventory)
            .with_context(**action["context"])
        )
        form.new_name = "L1"
        self.assertFalse(form.is_valid)
        self.assertIn("another product", form.message)
        form.new_name = "SN4"
        self.assertTrue(form.is_valid)
        form.save().action_correct()
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN4": 1})
        self.assertEqual(self._listed(), [])
        self.assertIn("sold as SN1", number.explanation)

    def test_new_flag_of_a_correction(self):
        """A correction that is itself out of order is listed."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._correct(order.lines.pack_lot_ids, "NEVER SEEN")
        self.assertEqual(self._listed(), ["NEVER SEEN"])

    def test_take_from_another_warehouse(self):
        """A number of another warehouse: the place is named, and its stock is taken from there."""
        warehouse = self._elsewhere(self.phone, "SN9")
        order = self._sell(self._line(self.phone, 1, ["SN9"]))
        number = order.lines.pack_lot_ids.with_user(self.inventory)
        self._fresh()
        self.assertEqual(number.elsewhere_location_ids, warehouse.lot_stock_id)
        number.action_take_from_elsewhere()
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN9": 1})
        self.assertFalse(number.elsewhere_location_ids)
        self.assertEqual(self._listed(), [])

    def test_rights(self):
        """A cashier reviews nothing, nor takes anything from anywhere."""
        number = self._duplicate().with_user(self.cashier)
        for action in ("action_review", "action_take_from_elsewhere"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(number, action)()
        with self.assertRaises(AccessError):
            number.write({"reviewed_by_id": self.cashier.id, "lot_name": "X"})

    def test_draft_is_not_listed(self):
        """What a till has not sold yet is nobody's business."""
        self.assertEqual(self._listed(), [])

    def test_list_can_be_read(self):
        """Every column, by an inventory user without Point of Sale rights."""
        self._duplicate()
        self._fresh()
        numbers = self.env["pos.pack.operation.lot"].with_user(self.inventory)
        names = numbers.get_view(
            self.env.ref("pos_lot_traceability.view_pos_number_list").id, "list"
        )["models"]["pos.pack.operation.lot"]
        spec = {
            name: {"fields": {"display_name": {}}} if numbers._fields[name].relational else {}
            for name in names
        }
        rows = numbers.web_search_read([("needs_review", "=", True)], spec)
        self.assertTrue(rows["length"])
        for group in ("config_id", "flag_ids", "product_id", "user_id", "date_order:month"):
            with self.subTest(group=group):
                numbers.formatted_read_group([("needs_review", "=", True)], [group], ["__count"])
