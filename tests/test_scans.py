"""What a code scanned on the product screen stands for, asked by a cashier with till rights."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .against_core.common import POS_USER, AcceptanceCase

GTIN = "05901234123457"
FNC1 = "\x1d"


@tagged("post_install", "-at_install")
class TestScans(AcceptanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone", barcode="5901234123457")
        cls.milk = cls._product("Milk", tracking="lot", barcode="5901234123464")
        cls.bag = cls._product("Bag", tracking="none", barcode="5901234123471")
        cls._put(cls.phone, ["SN1", "2250X17", "SN9"])
        cls._put(cls.milk, {"L1": 10, "SN9": 2, "10120000515": 3})
        cls._lot(cls.phone, "SN1").ref = "IMEI-2"
        cls.env["product.uom"].create(
            {
                "product_id": cls.milk.id,
                "uom_id": cls.env.ref("uom.product_uom_dozen").id,
                "barcode": "15901234123461",
            }
        )

    def _scan(self, text, till=None):
        self._fresh()
        return (till or self.till).with_user(self.cashier).find_numbers_by_text(text)

    def assertFound(self, text, kind, *expected):
        """:param expected: (product, name, quantity)"""
        answer = self._scan(text)
        self.assertEqual(answer["kind"], kind, answer)
        found = [(c["product_id"], c["name"], c["quantity"]) for c in answer["choices"]]
        self.assertEqual(
            sorted(found), sorted((product.id, name, qty) for product, name, qty in expected)
        )
        return answer["choices"]

    def test_a_known_number(self):
        (choice,) = self.assertFound("SN1", "number", (self.phone, "SN1", None))
        self.assertEqual(choice["info"]["quantity"], 1)
        self.assertEqual(choice["product_tmpl_id"], self.phone.product_tmpl_id.id)
        self.assertFound("\x02sn1\r", "number", (self.phone, "SN1", None))
        self.assertFound("2250X17", "number", (self.phone, "2250X17", None))

    def test_what_comes_back(self):
        """Without receipt: what is on the shelf is wrong, what a customer has is right."""
        customers = self.env.ref("stock.stock_location_customers")
        self.env["stock.quant"]._update_available_quantity(
            self.phone, customers, 1, lot_id=self._lot(self.phone, "SOLD")
        )
        till = self.till.with_user(self.cashier)
        for text, flags in (
            ("SN1", ["duplicate", "not_sold"]),
            ("SOLD", []),
            (f"01{GTIN}21SOLD", []),
        ):
            with self.subTest(text=text):
                (choice,) = till.find_numbers_by_text(text, True)["choices"]
                self.assertTrue(choice["info"]["is_return"])
                self.assertEqual(choice["info"]["flags"], flags)
        (choice,) = till.find_numbers_by_text("NEW", True)["choices"] or [None]
        self.assertFalse(choice)
        self.assertFalse(till.find_numbers_by_text("SN1")["choices"][0]["info"].get("is_return"))

    def test_of_several_products(self):
        self.assertFound("SN9", "number", (self.phone, "SN9", None), (self.milk, "SN9", None))

    def test_internal_reference(self):
        """After the name: a number that is called so goes first."""
        self.assertFound("IMEI-2", "number", (self.phone, "SN1", None))
        self._put(self.milk, {"IMEI-2": 1})
        self.assertFound("IMEI-2", "number", (self.milk, "IMEI-2", None))

    def test_behind_a_prefix(self):
        """What the format of a number's product takes off is taken off for it only."""
        self.assertFound("SNSN1", "unknown")
        self.milk.categ_id = self.env["product.category"].create(
            {"name": "Dairy", "pos_number_kind": "any", "pos_number_prefixes": "LOT: S"}
        )
        self.phone.product_tmpl_id.write({"pos_number_kind": "imei", "pos_number_prefixes": "SN"})
        self.assertFound("SNSN1", "number", (self.phone, "SN1", None))
        self.assertFound("]C0snsn1", "number", (self.phone, "SN1", None))
        self.assertFound("SSN9", "number", (self.milk, "SN9", None))
        self.assertFound("SN1", "number", (self.phone, "SN1", None))
        self.assertFound("LOT:L1", "number", (self.milk, "L1", None))
        for text in ("SN", "LOT:SN1", "SNIMEI", "S" * 200):
            self.assertFound(text, "unknown")
        # A number that is called so goes first.
        self._put(self.milk, {"SNSN1": 1})
        self.assertFound("SNSN1", "number", (self.milk, "SNSN1", None))
        # Refund and Trace read as the product screen does.
        find_sale = self.till.with_user(self.cashier).find_sale_by_text
        self.assertEqual(find_sale("LOT:L1")["kind"], "unsold")
        self.assertEqual(find_sale("SSN1")["kind"], "unknown")
        Trace = self.env["pos.number.trace"]
        found = Trace._find_by_text("]C0LOT:L1", self.till.company_id)
        self.assertEqual(found, [self._lot(self.milk, "L1")])
        self.assertFalse(Trace._find_by_text("SSN1", self.till.company_id))

    def test_barcode_first(self):
        """A product's barcode goes before a number of that name, a number before a GS1 code."""
        self._put(self.phone, ["5901234123464"])
        self.assertFound("5901234123464", "barcode", (self.milk, "", None))
        self.assertFound("15901234123461", "barcode", (self.milk, "", None))
        self.assertFound("10120000515", "number", (self.milk, "10120000515", None))
        self._put(self.phone, [f"01{GTIN}21ABC"])
        self.assertFound(f"01{GTIN}21ABC", "number", (self.phone, f"01{GTIN}21ABC", None))

    def test_gs1(self):
        """Known and new numbers, cartons, content, printed text and addresses."""
        (choice,) = self.assertFound(f"]d201{GTIN}21SN1", "gs1", (self.phone, "SN1", None))
        self.assertEqual(choice["info"]["name"], "SN1")
        (choice,) = self.assertFound(f"01{GTIN}21NEW", "gs1", (self.phone, "NEW", None))
        self.assertIs(choice["info"], False)
        self.assertFound(f"(01){GTIN}(21)SN1", "gs1", (self.phone, "SN1", None))
        self.assertFound(f"https://x.example/01/{GTIN}/21/SN1", "gs1", (self.phone, "SN1", None))
        self.assertFound("011590123412346110L1", "gs1", (self.milk, "L1", 12))
        self.assertFound(f"02059012341234643740{FNC1}10L1", "gs1", (self.milk, "L1", 40))
        self.assertFound("0105901234123471303", "gs1", (self.bag, "", 3))
        self.assertFound(f"]C101{GTIN}", "gs1", (self.phone, "", None))
        self.assertFound("]C121SN1", "gs1", (self.phone, "SN1", None))
        self.assertFound("]C121NOBODY", "unknown")

    def test_dates(self):
        """What a label says goes along with the lot's own dates, which the till compares."""
        cheese = self._product("Cheese", "lot", use_expiration_date=True, barcode="4006381333931")
        self._put(cheese, {"C1": 1})
        self._lot(cheese, "C1").expiration_date = "2027-06-30 12:00:00"
        self.company.partner_id.tz = "Europe/Paris"
        same = self.assertFound(
            "0104006381333931" + "17270630" + "10C1", "gs1", (cheese, "C1", None)
        )
        self.assertEqual(same[0]["dates"], {"code_expiration": "2027-06-30"})
        self.assertEqual(same[0]["info"]["expiration_date"], "2027-06-30 12:00:00")
        self.assertTrue(same[0]["info"]["use_date"])
        new = self.assertFound(
            "0104006381333931" + "15270731" + "16270701" + "10C2", "gs1", (cheese, "C2", None)
        )
        self.assertEqual(new[0]["dates"], {"code_best_before": "2027-07-31"})
        plain = self.assertFound("C1", "number", (cheese, "C1", None))
        self.assertEqual(plain[0]["dates"], {})

    def test_refused(self):
        answer = self._scan(f"]C101{GTIN}17270231")
        self.assertEqual((answer["kind"], answer["choices"]), ("refused", []))
        self.assertIn("part (17) is no date", answer["reason"])
        self.assertEqual(self._scan(f"01{GTIN}ZZ")["kind"], "refused")

    def test_unknown(self):
        """Nothing is found by a part, a wildcard, or an odd text."""
        for text in ("NOBODY", "", "SN", "%", "_", "\0", "x\0y", "\ud800", "X" * 8000, "042123"):
            with self.subTest(text=text[:20]):
                self.assertFound(text, "unknown")

    def test_not_sold_here(self):
        """Numbers of products that this till does not sell are none of its business."""
        kitchen = self.env["pos.category"].create({"name": "Kitchen"})
        self.phone.pos_categ_ids = kitchen
        other = self.env["pos.category"].create({"name": "Other"})
        self.till.write({"limit_categories": True, "iface_available_categ_ids": [(4, other.id)]})
        self.assertFound("SN1", "unknown")
        self.assertFound("IMEI-2", "unknown")
        self.assertFound(f"01{GTIN}21SN1", "unknown")
        self.till.iface_available_categ_ids = kitchen
        self.assertFound("SN1", "number", (self.phone, "SN1", None))
        self.phone.available_in_pos = False
        self.assertFound("SN1", "unknown")

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        lot = self._lot(self.phone, "SN1")
        self.phone.company_id = False
        foreign = self.env["stock.lot"].create(
            {"product_id": self.phone.id, "name": "FAR", "company_id": company.id, "ref": "FARREF"}
        )
        self.assertEqual(foreign.company_id, company)
        self.assertFound("FAR", "unknown")
        self.assertFound("FARREF", "unknown")
        self.assertTrue(lot)

    def test_bad_arguments(self):
        for text in (None, 7, True, ["SN1"], {"a": 1}, "X" * 8001):
            with self.subTest(text=str(text)[:20]), self.assertRaises(UserError):
                self._scan(text)
        for text in (None, 7, True, ["SN1"], {"a": 1}):
            with self.subTest(sale=str(text)), self.assertRaises(UserError):
                self._find_sale(text)

    def _find_sale(self, text):
        self._fresh()
        return self.till.with_user(self.cashier).find_sale_by_text(text)

    def test_sale(self):
        """Its last sale that has not come back, by name, reference or GS1 code."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN9"]))
        for text in ("SN1", "sn1", "IMEI-2", f"01{GTIN}21SN1", "]C121SN1"):
            with self.subTest(text=text):
                answer = self._find_sale(text)
                self.assertEqual(
                    (answer["kind"], answer["order_id"], answer["line_id"], answer["name"]),
                    ("sold", order.id, order.lines.id, "SN1"),
                )
        self.assertEqual(self._find_sale("2250X17")["kind"], "unsold")
        for text in ("NOBODY", "", "SN", f"]C101{GTIN}17270231", "\ud800", "X" * 9000):
            with self.subTest(text=text[:20]):
                self.assertEqual(self._find_sale(text)["kind"], "unknown")

    def test_sale_that_came_back(self):
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(sold, 1, ["SN1"])
        self.assertEqual(self._find_sale("SN1")["kind"], "returned")
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._find_sale("SN1")["order_id"], again.id)

    def test_sale_that_came_back_without_receipt(self):
        """It is not paid back twice: neither the scan nor the sale's own list offers it."""
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._sell(self._line(self.phone, -1, ["SN1"]), is_refund=True)
        self.assertEqual(self._find_sale("SN1")["kind"], "returned")
        till = self.till.with_user(self.cashier)
        line = sold.lines
        self.assertEqual(till.get_refundable_numbers(line.ids)[line.id], [])
        refund = self.env["pos.order"].browse(sold.refund()["res_id"])
        self.assertFalse(refund.lines.pack_lot_ids)
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._find_sale("SN1")["order_id"], again.id)

    def test_sale_that_came_back_before_closing(self):
        """Also where neither has moved yet."""
        self._close()
        self.company.point_of_sale_update_stock_quantities = "closing"
        self._open_till(self.till)
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._find_sale("SN1")["order_id"], sold.id)
        self._sell(self._line(self.phone, -1, ["SN1"]), is_refund=True)
        self.assertEqual(self._find_sale("SN1")["kind"], "returned")
        # What is to wait holds nothing, and has not come back.
        depot = self.env["stock.warehouse"].create({"name": "Depot", "code": "DEPO"})
        self._put(self.phone, ["FAR1"], depot.lot_stock_id)
        far = self._sell(self._line(self.phone, 1, ["FAR1"]))
        self.assertFalse(far.lines.pack_lot_ids.holds)
        self.assertEqual(self._find_sale("FAR1")["order_id"], far.id)
        trace = self.env["pos.number.trace"]
        self.assertTrue(trace._is_with_buyer(far.lines.pack_lot_ids))

    def test_sale_that_came_back_on_another_receipt(self):
        self._sell(self._line(self.phone, 1, ["SN1"]))
        other = self._sell(self._line(self.phone, 1, ["SN9"]))
        self._give_back(other, 1, ["SN1"])
        self.assertEqual(self._find_sale("SN1")["kind"], "returned")

    def test_sale_that_came_back_by_a_transfer(self):
        """Its money is still to be given back: its receipt is found, until the serial is sold."""
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        move_line = sold.lines.pack_lot_ids.move_line_ids
        if not move_line:
            return  # nothing of it has moved before its session closes
        picking = move_line.picking_id
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_ids.picked = True
        back._action_done()
        self.assertEqual(self._find_sale("SN1")["order_id"], sold.id)
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._find_sale("SN1")["order_id"], again.id)
        till = self.till.with_user(self.cashier)
        rows = till.get_refundable_numbers(sold.lines.ids)[sold.lines.id]
        self.assertEqual([row["lot_name"] for row in rows], ["SN1"])

    def test_sale_whose_delivery_was_cancelled(self):
        """It never left: its money can be given back."""
        self.till.ship_later = True
        customer = self.env["res.partner"].create({"name": "Ada"})
        sold = self._sell(
            self._line(self.phone, 1, ["SN1"]), partner_id=customer.id, shipping_date="2030-01-01"
        )
        sold.picking_ids.action_cancel()
        self.assertEqual(self._find_sale("SN1")["order_id"], sold.id)

    def test_sale_without_product_at_the_till(self):
        """What is no longer sold here can come back."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.phone.available_in_pos = False
        self.assertEqual(self._find_sale("SN1")["order_id"], order.id)

    def test_strangers(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="scan_stranger",
            groups=POS_USER,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        nobody = new_test_user(self.env, login="scan_nobody", groups="base.group_user")
        self._fresh()
        for user in (stranger, nobody):
            with self.assertRaises(AccessError):
                self.till.with_user(user).find_numbers_by_text("SN1")
            with self.assertRaises(AccessError):
                self.till.with_user(user).find_sale_by_text("SN1")
