"""The life of a number, as the back office, a till and its customer are told."""

from random import Random
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import SQL

from ..number.trace import Key, Row, get_bounds, get_kind, merge
from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestPages(TransactionCase):
    """Several sources become one list, page by page, whatever their dates."""

    def _read_all(self, sources, size, *, oldest_first):
        """Page through lists of keys as the database does."""
        cursor, seen = None, []
        while True:
            slices = []
            for rank, keys in enumerate(sources):
                bounds = get_bounds(rank, cursor, oldest_first=oldest_first)
                slices.append(
                    [
                        Row(key, None)
                        for key in sorted(keys, reverse=not oldest_first)
                        if self._is_behind(key, bounds, oldest_first)
                    ][: size + 1]
                )
            rows, following = merge(slices, size, oldest_first=oldest_first)
            seen += [row.key for row in rows]
            if not following:
                return seen
            cursor = Key.load(following.dump())

    @staticmethod
    def _is_behind(key, bounds, oldest_first):
        if bounds is None:
            return True
        moment, row_id = bounds
        if row_id is None:
            return key.moment > moment if oldest_first else key.moment < moment
        own = (key.moment, key.id)
        return own > (moment, row_id) if oldest_first else own < (moment, row_id)

    def test_every_row_once(self):
        random = Random(12)
        days = [fields.Datetime.to_datetime(f"2026-01-0{day}") for day in range(1, 5)]
        for size in (1, 2, 7):
            sources = [
                [Key(days[random.randrange(4)], rank, i) for i in range(1, 12)] for rank in range(3)
            ]
            everything = sorted(key for keys in sources for key in keys)
            for oldest_first in (True, False):
                with self.subTest(size=size, oldest_first=oldest_first):
                    expected = everything if oldest_first else everything[::-1]
                    found = self._read_all(sources, size, oldest_first=oldest_first)
                    self.assertEqual(found, expected)

    def test_cursor_of_a_stranger(self):
        for value in (
            *("x", 5, [], [1, 2, 3], ["2026-01-01", True, 1], ["2026-01-01", 1, -1]),
            *(["2026-01-01T00:00:00+01:00", 1, 1], ["' OR 1=1", 1, 1], {}, ["2026-01-01", 1]),
        ):
            with self.subTest(value=value), self.assertRaises(ValueError):
                Key.load(value)

    def test_kinds(self):
        for source, target, kind in (
            ("supplier", "internal", "receipt"),
            ("internal", "supplier", "returned_to_supplier"),
            ("production", "internal", "produced"),
            ("internal", "production", "consumed"),
            ("internal", "customer", "delivered"),
            ("customer", "internal", "came_back"),
            ("inventory", "internal", "found"),
            ("internal", "inventory", "lost"),
            ("internal", "transit", "moved"),
        ):
            self.assertEqual(get_kind(source, target), kind)


class TraceCase(AssignmentCase):
    def _trace(self, text, user=None, **values):
        """What the back office is told."""
        self._fresh()
        query = text if isinstance(text, dict) else {"text": text}
        return (
            self.env["pos.number.trace"]
            .with_user(user or self.inventory)
            .get_trace(query, **values)
        )

    def _trace_at_till(self, text, user=None, till=None, **values):
        self._fresh()
        query = text if isinstance(text, dict) else {"text": text}
        return (till or self.till).with_user(user or self.cashier).trace_number(query, **values)

    def _kinds(self, trace):
        """Oldest first."""
        return [row["kind"] for row in trace["rows"]][::-1]


@tagged("post_install", "-at_install")
class TestTrace(TraceCase):
    def test_bought_sold_returned_sold_again(self):
        """Each step once, in order; the answer names who has it."""
        first = self._sell(
            self._line(self.phone, 1, ["SN1"]),
            partner_id=self.customer.id,
            date_order="2027-01-01 10:00:00",
        )
        self._give_back(first, 1, ["SN1"], date_order="2027-01-02 10:00:00")
        self.assertEqual(self._trace("SN1")["card"]["level"], "success")
        second = self._sell(self._line(self.phone, 1, ["SN1"]), date_order="2027-01-03 10:00:00")
        for trace in (self._trace("SN1"), self._trace_at_till("SN1")):
            self.assertEqual(self._kinds(trace), ["receipt", "sale", "refund", "sale"])
            self.assertIn(second.pos_reference, trace["card"]["answer"])
            self.assertIn("unknown customer", trace["card"]["answer"])
            self.assertEqual(trace["card"]["order_id"], second.id)
            self.assertIn("Ada", str(trace["rows"][2]["details"]))
            self.assertIn(first.pos_reference, str(trace["rows"][1]["details"]))
            self.assertIsNone(trace["next"])
        upwards = self._trace("SN1", oldest_first=True)
        self.assertEqual(upwards["rows"], self._trace("SN1")["rows"][::-1])

    def test_names(self):
        """Exact, alike, by Internal Reference, in a GS1 code; unknown."""
        lot = self._lot(self.phone, "SN1")
        lot.ref = "IMEI-2"
        self.phone.barcode = "5901234123457"
        for text in ("SN1", " sn1 ", "IMEI-2", "]C1010590123412345721SN1"):
            with self.subTest(text=text):
                self.assertEqual(self._trace(text)["card"]["query"], {"lot_id": lot.id})
                self.assertEqual(self._trace_at_till(text)["card"]["name"], "SN1")
        for text in ("NEVER", "", "   ", "x" * 200, "%", "_", "\0", "\ud800", "SN"):
            with self.subTest(text=text):
                self.assertIn("unknown", self._trace(text))
                self.assertIn("unknown", self._trace_at_till(text))

    def test_exact_before_alike(self):
        upper, lower = self._lot(self.phone, "Ab1"), self._lot(self.phone, "aB1")
        self.assertEqual(self._trace("Ab1")["card"]["query"], {"lot_id": upper.id})
        self.assertEqual(self._trace("aB1")["card"]["query"], {"lot_id": lower.id})
        self.assertEqual(len(self._trace("ab1")["choices"]), 2)

    def test_number_of_several_products(self):
        lots = self._lot(self.phone, "X1") | self._lot(self.milk, "X1")
        choices = self._trace("X1")["choices"]
        self.assertEqual({choice["query"]["lot_id"] for choice in choices}, set(lots.ids))
        self.assertEqual({choice["product"] for choice in choices}, {"Phone", "Milk"})
        self.assertEqual(self._trace(choices[1]["query"])["card"]["name"], "X1")

    def test_questions_that_are_none(self):
        for query in (
            *(None, [], "SN1", 5, {}, {"text": 5}, {"text": None}, {"text": "x" * 9999}),
            *({"lot_id": "1"}, {"lot_id": True}, {"lot_id": [1]}, {"number_id": 2**40}),
        ):
            with self.subTest(query=query), self.assertRaises(UserError):
                self.env["pos.number.trace"].with_user(self.inventory).get_trace(query)
            with self.subTest(query=query), self.assertRaises(UserError):
                self.till.with_user(self.cashier).trace_number(query)
        with self.assertRaises(UserError):
            self._trace("SN1", cursor=["x", 1, 1])

    def test_sold_twice(self):
        """Both sales stand in the list; the answer names the one that has it."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._sell(self._line(self.phone, 1, ["SN1"]))
        trace = self._trace("SN1")
        self.assertEqual(self._kinds(trace)[-2:], ["sale", "sale"])
        self.assertEqual(trace["card"]["order_id"], first.id)
        self.assertIn("Another sale has this serial number.", str(trace["rows"]))

    def test_unknown_name_that_was_sold(self):
        """A name that no lot has is found by its sales."""
        self.till.number_creation = False
        order = self._sell(self._line(self.phone, 1, ["LOST"]))
        trace = self._trace("lost")
        self.assertEqual(trace["card"]["query"], {"number_id": order.lines.pack_lot_ids.id})
        self.assertEqual(self._kinds(trace), ["sale"])

    def test_deleted_and_renamed_lot(self):
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        lot = self._lot(self.phone, "SN1")
        lot.name = "RENAMED"
        trace = self._trace("RENAMED")
        self.assertIn("Called SN1 then", trace["rows"][0]["details"])
        # Who holds the receipt asks for the name of then.
        self.assertEqual(self._trace("sn1")["card"]["query"], {"lot_id": lot.id})
        self.assertEqual(self._trace_at_till("SN1")["card"]["name"], "RENAMED")
        # A unit that has the name now goes before one that had it.
        other = self._lot(self.phone, "SN1")
        self.assertEqual(self._trace("SN1")["card"]["query"], {"lot_id": other.id})
        order.lines.pack_lot_ids.lot_id = other
        other.name = "AGAIN"
        self.assertEqual(self._trace("SN1")["card"]["query"], {"lot_id": other.id})

    def test_deleted_lot(self):
        """What was sold under its name is found by that; its moves are gone with it."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        lot = self._lot(self.phone, "SN1")
        self.env["stock.quant"].search([("lot_id", "=", lot.id)]).sudo().unlink()
        lot.unlink()
        self._fresh()
        for trace in (self._trace("SN1"), self._trace_at_till("sn1")):
            self.assertEqual(trace["card"]["number_id"], order.lines.pack_lot_ids.id)
            self.assertEqual(self._kinds(trace), ["sale"])
            self.assertIn("Ada", trace["card"]["answer"])
        page = order._get_number_page()
        self.assertEqual(page["products"][0]["numbers"][0]["name"], "SN1")

    def test_merged_lot(self):
        """All that happened to both stands in one list, under both names."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(first, 1, ["SN1"])
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        gone, kept = self._lot(self.phone, "SN1"), self._lot(self.phone, "SN2")
        self._fresh()
        for table in ("stock_move_line", "stock_quant", "pos_pack_operation_lot"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET lot_id = %s WHERE lot_id = %s",
                    SQL.identifier(table),
                    kept.id,
                    gone.id,
                )
            )
        self.env.invalidate_all()
        gone.unlink()
        for name in ("SN1", "SN2"):
            trace = self._trace(name)
            self.assertEqual(trace["card"]["name"], "SN2")
            self.assertEqual(
                sorted(self._kinds(trace)), ["receipt", "receipt", "refund", "sale", "sale"]
            )
        self.assertEqual(trace["card"]["order_id"], second.id)

    def test_archived_and_anonymised_customer(self):
        self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        self.customer.write({"name": "(deleted)", "active": False})
        self.assertIn("(deleted)", self._trace("SN1")["card"]["answer"])

    def test_corrected(self):
        """The right number tells what it was recorded as, by whom; the wrong one that it left."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._correct(order.lines.pack_lot_ids, "SN2")
        right, wrong = self._trace("SN2"), self._trace("SN1")
        self.assertIn("First recorded as SN1", right["rows"][0]["details"])
        self.assertIn("Ines", right["rows"][0]["notes"][0]["text"])
        self.assertIn("corrected", right["rows"][0]["notes"][0]["text"])
        self.assertEqual(self._kinds(wrong), ["receipt", "delivered", "came_back"])
        self.assertIn("SN2", str(wrong["rows"]))
        self.assertEqual(wrong["card"]["level"], "success")

    def test_assigned_later(self):
        order = self._sell(self._line(self.phone, 1))
        self._assign(order.lines, "SN3")
        (row, *_others) = self._trace("SN3")["rows"]
        self.assertEqual(row["order_id"], order.id)
        self.assertIn("assigned", str(row["notes"]))

    def test_returned_without_receipt(self):
        """The sale has lost it, though no return names that sale."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        self._sell(self._line(self.phone, -1, ["SN1"]), is_refund=True)
        card = self._trace("SN1")["card"]
        self.assertIn("In stock", card["answer"])
        self.assertFalse(card["is_with_buyer"])
        self._ship_by_order("SN1")
        card = self._trace("SN1")["card"]
        self.assertNotIn("Ada", card["answer"])
        self.assertIn("by a delivery", card["answer"])
        self.assertEqual(card["number_id"], sale.lines.pack_lot_ids.id)

    def _ship_by_order(self, name):
        other = self.customer.copy({"name": "Bo"})
        order = self._sale_order(self.phone, 1)
        order.partner_id = other
        self._choose(order.picking_ids.move_ids, [name])
        self._ship(order.picking_ids)

    def test_returned_without_a_warranty(self):
        """What came back is not offered to come back again."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertTrue(self._trace("SN1")["card"]["is_with_buyer"])
        self._give_back(order, 1, ["SN1"])
        self.assertFalse(self._trace("SN1")["card"]["is_with_buyer"])

    def test_day_of_the_receipt(self):
        """Received on Monday evening in UTC: it is Tuesday in Auckland."""
        lot = self._lot(self.phone, "SN1")
        lines = self.env["stock.move.line"].search([("lot_id", "=", lot.id)])
        lines.date = "2026-06-01 20:00:00"
        self.inventory.tz = "Pacific/Auckland"
        fact = self._trace("SN1")["card"]["facts"][0]
        self.assertIn("06/02/2026", fact["value"])

    def test_lot_with_several_buyers(self):
        for customer in (self.customer.id, False):
            self._sell(self._line(self.milk, 2, pack_lot_ids=self._lots(L1=2)), partner_id=customer)
        trace = self._trace("L1")
        self.assertEqual(self._kinds(trace)[-2:], ["sale", "sale"])
        self.assertIn("6 Units on hand, 4 Units with customers", trace["card"]["answer"])
        self.assertFalse(trace["card"]["order_id"])

    def test_production_and_its_components(self):
        if "mrp.production" not in self.env:
            self.skipTest("Manufacturing is not installed")
        made = self._product("Bundle")
        production = self.env["mrp.production"].create(
            {
                "product_id": made.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "move_raw_ids": [
                    Command.create({"product_id": self.phone.id, "product_uom_qty": 1})
                ],
            }
        )
        production.action_confirm()
        production.lot_producing_ids = self._lot(made, "B1")
        production.qty_producing = 1
        production.move_raw_ids.move_line_ids.unlink()
        production.move_raw_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.phone.id,
                    "lot_id": self._lot(self.phone, "SN1").id,
                    "quantity": 1,
                    "location_id": self.warehouse.lot_stock_id.id,
                    "location_dest_id": production.production_location_id.id,
                }
            )
        ]
        production.move_raw_ids.picked = True
        production.button_mark_done()
        (row,) = self._trace("B1")["rows"]
        self.assertEqual((row["kind"], row["link"]["id"]), ("produced", production.id))
        self.assertEqual([lot["name"] for lot in row["lots"]], ["SN1"])
        forward = self._trace("SN1")
        self.assertEqual(self._kinds(forward), ["receipt", "consumed"])
        self.assertEqual([lot["name"] for lot in forward["rows"][0]["lots"]], ["B1"])
        self.assertIn("Used in production on", forward["card"]["answer"])

    def test_scrapped(self):
        """Sold, returned, scrapped: the last one is the answer."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]), date_order="2027-01-01 10:00:00")
        self._give_back(order, 1, ["SN1"], date_order="2027-01-02 10:00:00")
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.phone.id,
                "lot_id": self._lot(self.phone, "SN1").id,
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        scrap.do_scrap()
        scrap.move_ids.move_line_ids.date = "2027-01-03 10:00:00"
        trace = self._trace("SN1")
        self.assertEqual(self._kinds(trace), ["receipt", "sale", "refund", "scrapped"])
        self.assertIn("Scrapped on 01/03/2027", trace["card"]["answer"])
        self.assertEqual(trace["card"]["level"], "warning")

    def test_repair(self):
        if "repair.order" not in self.env:
            self.skipTest("Repairs are not installed")
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        number = order.lines.pack_lot_ids.with_user(self.inventory)
        context = number.action_claim()["context"]
        self.env["repair.order"].with_context(**context).create({})
        self.assertIn("repair", self._kinds(self._trace("SN1")))
        till = self._trace_at_till("SN1")
        self.assertFalse([row["link"] for row in till["rows"] if row["link"]])

    def test_ten_years(self):
        """Fifty moves: three pages, each row once, and no page reads them all."""
        lot = self._lot(self.milk, "L1")
        shelf = self.shelf
        stock = self.warehouse.lot_stock_id
        for year in range(10):
            for _time in range(5):
                self.env["stock.quant"]._update_available_quantity(self.milk, stock, 1, lot_id=lot)
                move = self.env["stock.move"].create(
                    {
                        "product_id": self.milk.id,
                        "product_uom_qty": 1,
                        "location_id": stock.id,
                        "location_dest_id": shelf.id,
                    }
                )
                move._action_confirm()
                move.move_line_ids.unlink()
                move.move_line_ids = [
                    Command.create(
                        {
                            "product_id": self.milk.id,
                            "lot_id": lot.id,
                            "quantity": 1,
                            "location_id": stock.id,
                            "location_dest_id": shelf.id,
                        }
                    )
                ]
                move.picked = True
                move._action_done()
                move.move_line_ids.date = f"{2016 + year}-05-05 10:00:00"
        seen, cursor, pages = [], None, 0
        while True:
            page = self._trace({"lot_id": lot.id}, cursor=cursor)
            self.assertEqual("card" in page, cursor is None)
            self.assertLessEqual(len(page["rows"]), 20)
            seen += [row["id"] for row in page["rows"]]
            cursor, pages = page["next"], pages + 1
            if not cursor:
                break
        self.assertEqual((len(seen), len(set(seen)), pages), (50, 50, 3))

    def test_report(self):
        """The printed trace says what the screen says, for whoever may print it."""
        self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        lot = self._lot(self.phone, "SN1")
        self._fresh()
        for user, sees_place in ((self.inventory, True), (self.cashier, False)):
            reports = self.env["ir.actions.report"].with_user(user)
            html = reports._render_qweb_html("pos_lot_traceability.report_number_trace", lot.ids)[
                0
            ].decode()
            self.assertIn("SN1", html)
            self.assertIn("Ada", html)
            self.assertEqual("Vendors" in html, sees_place, user.login)


@tagged("post_install", "-at_install")
class TestTraceBeforeClosing(TraceCase):
    """Where stock moves at closing, what was sold or came back counts at once."""

    update_stock = "closing"

    def test_sold_and_returned(self):
        order = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        self.assertFalse(order.picking_ids)
        for trace in (self._trace("SN1"), self._trace_at_till("SN1")):
            self.assertEqual(trace["card"]["level"], "info")
            self.assertIn("Ada", trace["card"]["answer"])
            self.assertTrue(trace["card"]["is_with_buyer"])
        self._give_back(order, 1, ["SN1"])
        for trace in (self._trace("SN1"), self._trace_at_till("SN1")):
            self.assertEqual(trace["card"]["level"], "success")
            self.assertIn("In stock", trace["card"]["answer"])
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertIn("unknown customer", self._trace("SN1")["card"]["answer"])
        before = self._trace("SN1")
        self._close()
        after = self._trace("SN1")
        self.assertEqual(after["card"]["answer"], before["card"]["answer"])
        self.assertEqual(self._kinds(after), self._kinds(before))

    def test_lot(self):
        self._sell(self._line(self.milk, 3, pack_lot_ids=self._lots(L1=3)))
        self.assertIn("7 Units on hand, 3 Units with customers", str(self._trace("L1")))


@tagged("post_install", "-at_install")
class TestTraceRights(TraceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create({"name": "Secret Supplies"})
        picking = cls.env["stock.picking"].create(
            {
                "partner_id": cls.supplier.id,
                "picking_type_id": cls.warehouse.in_type_id.id,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": cls.warehouse.lot_stock_id.id,
            }
        )
        move = cls.env["stock.move"].create(
            {
                "product_id": cls.phone.id,
                "product_uom_qty": 1,
                "picking_id": picking.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
                "price_unit": 4711.0,
            }
        )
        picking.action_confirm()
        move.move_line_ids.lot_id = cls._lot(cls.phone, "R1")
        move.write({"quantity": 1, "picked": True})
        picking._action_done()
        cls.receipt = picking

    def test_what_each_sees(self):
        """The supplier and the receipt are for inventory users; no cost is for anybody."""
        manager = new_test_user(
            self.env, "manager_t", groups="base.group_user,point_of_sale.group_pos_manager"
        )
        both = new_test_user(
            self.env,
            "both_t",
            groups="base.group_user,point_of_sale.group_pos_user,stock.group_stock_user",
        )
        for user, trace in (
            ("inventory", self._trace("R1")),
            ("both", self._trace("R1", both)),
            # Odoo gives a manager of the Point of Sale the rights of Inventory.
            ("manager", self._trace("R1", manager)),
        ):
            with self.subTest(user=user):
                self.assertIn("Secret Supplies", str(trace))
                self.assertEqual(trace["rows"][0]["link"]["id"], self.receipt.id)
                self.assertNotIn("4711", str(trace))
        for user, trace in (
            ("cashier", self._trace_at_till("R1")),
            ("cashier in the back office", self._trace("R1", self.cashier)),
            ("manager at the till", self._trace_at_till("R1", manager)),
            ("both, at the till", self._trace_at_till("R1", both)),
        ):
            with self.subTest(user=user):
                self.assertEqual(trace["rows"][0]["kind"], "receipt")
                self.assertNotIn("Secret", str(trace))
                self.assertNotIn("4711", str(trace))
                self.assertNotIn(self.receipt.name, str(trace))
                self.assertFalse(trace["rows"][0]["link"])

    def test_who_sees_nothing(self):
        lot = self._lot(self.phone, "R1")
        order = self._sell(self._line(self.phone, 1, ["R1"]))
        number = order.lines.pack_lot_ids
        for login, groups in (
            ("accountant_t", "base.group_user,account.group_account_user"),
            ("plain_t", "base.group_user"),
            ("portal_t", "base.group_portal"),
            ("public_t", "base.group_public"),
        ):
            user = new_test_user(self.env, login, groups=groups)
            for call in (
                lambda user=user: self._trace("R1", user),
                lambda user=user: self._trace_at_till("R1", user),
                lambda user=user: self.till.with_user(user).claim_number(number.id),
                lambda user=user: self.env["pos.number.trace"].with_user(user).claim(number.id),
                lambda user=user: (
                    self.env["ir.actions.report"]
                    .with_user(user)
                    ._render_qweb_html("pos_lot_traceability.report_number_trace", lot.ids)
                ),
            ):
                with self.subTest(login=login), self.assertRaises(AccessError):
                    call()

    def test_other_company(self):
        """Neither its lots nor its sales of a shared lot are told."""
        other = self.env["res.company"].create({"name": "Other"})
        lot = self._lot(self.phone, "R1")
        hidden = self.env["stock.lot"].create(
            {"product_id": self.phone.id, "name": "HIDDEN", "company_id": other.id}
        )
        for ask in (self._trace, self._trace_at_till):
            self.assertIn("unknown", ask("HIDDEN"))
            self.assertIn("unknown", ask({"lot_id": hidden.id}))
        order = self._sell(self._line(self.phone, 1, ["R1"]))
        lot.company_id = False
        self._fresh()
        self.env.cr.execute(
            "UPDATE pos_order_line SET company_id = %s WHERE id = %s", [other.id, order.lines.id]
        )
        self.env.cr.execute(
            "UPDATE stock_move_line SET company_id = %s WHERE lot_id = %s", [other.id, lot.id]
        )
        for ask in (self._trace, self._trace_at_till):
            self.assertEqual(ask("R1")["rows"], [])
        with self.assertRaises(AccessError):
            self.till.with_user(self.cashier).claim_number(order.lines.pack_lot_ids.id)
        self.till.company_id = self.env.company
        stranger = new_test_user(
            self.env,
            "stranger_t",
            groups="base.group_user,point_of_sale.group_pos_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self._trace_at_till("R1", stranger)

    def test_context_authorises_nothing(self):
        """A company that the caller has no right in cannot be asked for by context."""
        other = self.env["res.company"].create({"name": "Other"})
        self.env["stock.lot"].create(
            {"product_id": self.phone.id, "name": "HIDDEN", "company_id": other.id}
        )
        Trace = self.env["pos.number.trace"].with_user(self.inventory)
        with self.assertRaises(AccessError):
            Trace.with_context(allowed_company_ids=[other.id]).get_trace({"text": "HIDDEN"})

    def test_reads_only(self):
        """Asking changes nothing: it works in a transaction that may only read."""
        self._sell(self._line(self.phone, 1, ["R1"]))
        self._fresh()
        before = self.env.cr.sql_log_count
        self._trace("R1")
        self.assertLess(self.env.cr.sql_log_count - before, 60)
        self.env.cr.execute("SET TRANSACTION READ ONLY")
        self._trace("R1")
        self._trace_at_till("R1")


@tagged("post_install", "-at_install")
class TestTraceByIndex(TraceCase):
    """Pages come from indexes, also where a table is large."""

    def _plan(self, query):
        return "\n".join(row for (row,) in self.env.execute_query(SQL("EXPLAIN %s", query)))

    def test_indexes(self):
        self._sell(self._line(self.phone, 1, ["SN1"]))
        lot = self._lot(self.phone, "SN1")
        asked = []
        Trace = self.env["pos.number.trace"]
        execute = type(self.env).execute_query

        def note(env, query):
            asked.append(query)
            return execute(env, query)

        with patch.object(type(self.env), "execute_query", note):
            key = Key(fields.Datetime.now(), 1, 10**6)
            Trace._read_sold(lot, self.env.company, key, False)
            Trace._read_moved(lot, self.env.company, key, False)
            Trace._find_by_name("SN1", self.env.company)
            Trace._read_origin(lot, self.env.company)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plans = [self._plan(query) for query in asked]
        self.assertEqual(len(plans), 5)
        for plan, index in zip(
            plans,
            (
                *("sold_idx", "pos_trace_idx", "folded_name_idx", "sold_name_idx"),
                "pos_trace_idx",
            ),
            strict=True,
        ):
            self.assertIn(index, plan)
            self.assertNotIn("Seq Scan on pos_pack_operation_lot", plan)
            self.assertNotIn("Seq Scan on stock_move_line", plan)
            self.assertNotIn("Seq Scan on stock_lot", plan)
        self.assertIn("folded_ref_idx", plans[2])
