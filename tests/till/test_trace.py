"""Trace in a real browser: the same life at the till and in the back office."""

from datetime import date
from uuid import uuid4

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ...number.paid_order import get_till_values, make_line, make_order
from ..against_core.common import STOCK_USER
from .browser import DrivenBrowser, driven_browser
from .common import TillCase


class TraceCase(TillCase):
    """Two tills, phones with two years of warranty, a supplier's receipt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone.product_tmpl_id.write({"warranty_policy": "own", "warranty_months": 24})
        cls.inventory = new_test_user(cls.env, "trace_inventory", groups=STOCK_USER)
        cls.second = cls.config.copy({"name": "Second till"})
        cls.second.payment_method_ids = cls.bank_method

    @classmethod
    def _receive(cls, *names):
        """Receive phones from a supplier; `receipt` is their transfer."""
        supplier = cls.env["res.partner"].create({"name": "Secret Supplies"})
        vendors = cls.env.ref("stock.stock_location_suppliers")
        cls.receipt = cls.env["stock.picking"].create(
            {
                "partner_id": supplier.id,
                "picking_type_id": cls.warehouse.in_type_id.id,
                "location_id": vendors.id,
                "location_dest_id": cls.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": cls.phone.id,
                            "product_uom_qty": len(names),
                            "price_unit": 47.11,
                            "location_id": vendors.id,
                            "location_dest_id": cls.stock.id,
                        }
                    )
                ],
            }
        )
        cls.receipt.action_confirm()
        move = cls.receipt.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    **move._prepare_move_line_vals(),
                    "quantity": 1,
                    "lot_id": cls.env["stock.lot"]
                    .create({"product_id": cls.phone.id, "name": name})
                    .id,
                }
            )
            for name in names
        ]
        move.picked = True
        cls.receipt._action_done()


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestTraceOnScreen(TraceCase):
    """A phone received, sold to Ada at one till, returned, and sold to nobody known at another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._receive("SN1")
        for till in (cls.config, cls.second):
            till.open_ui()
            till.current_session_id.set_opening_control(0, "")
        ada = cls.env["res.partner"].create({"name": "Ada"})
        sale = cls._sell_at(cls.config, 1, "2027-01-01", ada.id)
        cls._sell_at(cls.config, -1, "2027-01-02", ada.id, sale.lines.id)
        cls.last = cls._sell_at(cls.second, 1, "2027-01-03")

    @classmethod
    def _sell_at(cls, till, quantity, day, partner_id=False, refunded_id=False):
        line = make_line(
            cls.phone.id,
            cls.phone.display_name,
            quantity,
            100.0,
            [{"lot_name": "SN1", "uuid": str(uuid4())}],
            refunded_orderline_id=refunded_id,
        )
        values = {**get_till_values(till), "payment_method_id": cls.bank_method.id}
        order = make_order(
            [line],
            **values,
            date=f"{day} 10:00:00",
            partner_id=partner_id,
            user_id=cls.cashier.id,
            is_refund=quantity < 0,
        )
        cls.env["pos.order"].with_user(cls.cashier).sync_from_ui([dict(order)])
        return cls.env["pos.order"].search([("uuid", "=", order["uuid"])])

    def test_at_the_till(self):
        with driven_browser():
            self.start_tour(
                f"/pos/ui/{self.second.id}", "numbers_trace_at_till", login="numbers_cashier"
            )
        claims = self.env["mail.activity"].search(
            [("res_model", "=", "pos.order"), ("res_id", "=", self.last.id)]
        )
        self.assertEqual(len(claims), 1)

    def test_in_the_back_office(self):
        with driven_browser():
            self.start_tour(
                "/odoo/pos-number-trace", "numbers_trace_in_back_office", login="trace_inventory"
            )


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestLifeOfAPhone(TraceCase):
    """From the supplier's receipt to the repair, with real keys: all who ask are told the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.partner_id = cls.env["res.partner"].create(
            {"name": "Shop", "tz": "Europe/Paris"}
        )
        (cls.config | cls.second).number_page = True
        cls.ada = cls.env["res.partner"].create({"name": "Ada Buyer", "email": "ada@example.com"})
        new_test_user(
            cls.env,
            "ada",
            groups="base.group_portal",
            partner_id=cls.ada.id,
            name=cls.ada.name,
            email=cls.ada.email,
        )
        cls._receive("SN1", "SN2", "SN3")

    def _run(self, till, tour):
        """Run a tour at a till; :return: the order it paid, or none"""
        before = self.env["pos.order"].search([])
        if not till.current_session_id:
            till.with_user(self.cashier).open_ui()
        self.env.flush_all()
        with driven_browser():
            self.start_tour(f"/pos/ui/{till.id}", tour, login=self.cashier.login, timeout=120)
        self.env.invalidate_all()
        return self.env["pos.order"].search([("state", "!=", "draft")]) - before

    def _run_in_back_office(self, tour):
        self.env.flush_all()
        with driven_browser():
            self.start_tour("/odoo/pos-number-trace", tour, login=self.inventory.login, timeout=120)
        self.env.invalidate_all()

    def _get_end(self, order):
        """The last day of two years, as everybody here writes it."""
        moment = fields.Datetime.context_timestamp(
            order.with_context(tz="Europe/Paris"), order.date_order
        )
        end = date(moment.year, moment.month, moment.day) + relativedelta(months=24)
        return f"{end:%m/%d/%Y}"

    def _check_rows(self, name, expected, secrets):
        """The rows at the till and in the back office: each the words of one row, newest first."""
        for place in ("at the till", "in the back office"):
            rows = self.notes[f"rows of {name} {place}"].split(" | ")
            # A repair is not there yet when the till asks.
            skipped = "Repair" if place == "at the till" else None
            wanted = [words for words in expected if skipped not in words]
            self.assertEqual(len(rows), len(wanted), rows)
            for row, words in zip(rows, wanted, strict=True):
                for word in words:
                    hidden = word in secrets and place == "at the till"
                    (self.assertNotIn if hidden else self.assertIn)(word, row)

    def _check_page(self, order, *texts, but=()):
        """What whoever holds the receipt reads."""
        answer = self.url_open(f"/pos/numbers/{order.number_page_token}")
        self.assertEqual(answer.status_code, 200)
        text = " ".join(answer.text.split())
        for wanted in (order.pos_reference, *texts):
            self.assertIn(wanted, text)
        for secret in ("Ada Buyer", "ada@example.com", "Secret Supplies", "47.11", *but):
            self.assertNotIn(secret, text)

    def test_life(self):
        self.notes = DrivenBrowser.notes
        sale = self._run(self.config, "life_sold_to_ada")
        anonymous = self._run(self.second, "life_sold_to_nobody_known")
        refund = self._run(self.config, "life_came_back")
        resale = self._run(self.second, "life_sold_again")
        self.assertEqual(
            (sale | anonymous | refund | resale).mapped("partner_id"), self.ada, "Ada, and nobody"
        )
        self.assertEqual(refund.lines.refunded_orderline_id, sale.lines)
        self._run(self.second, "life_at_the_till")
        self._run_in_back_office("life_claimed")
        self._run_in_back_office("life_in_the_back_office")
        today = fields.Date.context_today(self.env.user.with_context(tz="Europe/Paris"))
        ended = f"{today:%m/%d/%Y}"
        until = {order: f"Warranty until {self._get_end(order)}" for order in sale | anonymous}
        until[resale] = f"Warranty until {self._get_end(resale)}"

        # On paper: receipts, the reprint, the invoice.
        for name, order in (
            ("receipt of Ada", sale),
            ("receipt of nobody known", anonymous),
            ("receipt of the resale", resale),
            ("reprint", anonymous),
        ):
            with self.subTest(paper=name):
                self.assertIn(until[order], self.notes[name])
                for number in order.lines.pack_lot_ids:
                    self.assertIn(number.lot_name, self.notes[name])
        self.assertNotIn("Warranty", self.notes["receipt of the refund"])
        sale.action_pos_order_invoice()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice_with_payments", sale.account_move.ids
        )[0]
        # SN1 has come back meanwhile: its warranty is over.
        text = html.decode()
        self.assertEqual(text.count(self._get_end(sale)), 1, "of SN3 only")

        # In Trace: the life of SN1 and of SN2, at the till and in the back office.
        receipt, secrets = self.receipt.name, {"Secret Supplies", self.receipt.name}
        received = ["Received", "Secret Supplies", receipt]
        life = [
            ["Sold in", resale.pos_reference, "Second till", "not known", until[resale]],
            ["Came back in", refund.pos_reference, "Ada Buyer", sale.pos_reference],
            ["Sold in", sale.pos_reference, "Numbers shop", "Ada Buyer", f"ended on {ended}"],
            received,
        ]
        if "repair.order" in self.env:
            repair = self.env["repair.order"].search([("lot_id.name", "=", "SN1")])
            self.assertEqual(len(repair), 1)
            self.assertTrue(repair.under_warranty)
            life.insert(0, ["Repair", repair.name, "Under warranty"])
        else:
            activity = self.env["mail.activity"].search(
                [("res_model", "=", "pos.order"), ("res_id", "=", resale.id)]
            )
            self.assertEqual(len(activity), 1)
        self._check_rows("SN1", life, secrets)
        sold = ["Sold in", anonymous.pos_reference, "Second till", "not known", until[anonymous]]
        self._check_rows("SN2", [sold, received], secrets)
        self.assertIn(resale.pos_reference, self.notes["answer to a sold unit"])
        for name, order in (("SN1", resale), ("SN2", anonymous)):
            for place in ("at the till", "in the back office"):
                card = self.notes[f"card of {name} {place}"]
                self.assertIn(order.pos_reference, card)
                self.assertIn("to an unknown customer", card)
                self.assertIn(until[order], card)
                self.assertNotIn("47.11", card)
        self.assertEqual(self.notes["warranty on the lot"], until[anonymous])

        # Behind the QR codes, and in the portal.
        came_back = f"Came back on {ended}"
        self._check_page(sale, "SN1", came_back, "SN3", until[sale], but=["SN2"])
        self._check_page(anonymous, "SN2", until[anonymous], but=["SN1", "SN3", "Came back"])
        self._check_page(resale, "SN1", until[resale], but=["SN2", "SN3", "Came back"])
        self.authenticate("ada", "ada")
        portal = " ".join(self.url_open("/my/numbers").text.split())
        for text in ("SN1", came_back, "SN3", until[sale], sale.pos_reference):
            self.assertIn(text, portal)
        for other in (resale.pos_reference, anonymous.pos_reference, "SN2"):
            self.assertNotIn(other, portal)
