"""The warranty of what is sold: when it starts and ends, what changes it, who may."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from ..number.warranty import Returned, add_months, get_day, get_state, get_warranty, take_exchanged
from .common import AssignmentCase

MANAGER = "base.group_user,point_of_sale.group_pos_manager"


def compare(one, other):
    return (one > other) - (one < other)


@tagged("post_install", "-at_install")
class TestWarrantyDates(TransactionCase):
    """The arithmetic of periods, without a shop."""

    def test_months(self):
        for day, months, expected in (
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2026, 11, 24), 24, date(2028, 11, 24)),
            (date(2026, 12, 15), 1, date(2027, 1, 15)),
            (date(2026, 5, 1), 0, date(2026, 5, 1)),
            (date(9990, 1, 1), 1200, date.max),
        ):
            with self.subTest(day=day, months=months):
                self.assertEqual(add_months(day, months), expected)

    def test_day_of_the_shop(self):
        """23:30 UTC is the next day in Paris, also on both days on which the clocks change."""
        for moment, zone, expected in (
            (fields.Datetime.to_datetime("2026-03-28 22:59:00"), "Europe/Paris", date(2026, 3, 28)),
            (fields.Datetime.to_datetime("2026-03-28 23:00:00"), "Europe/Paris", date(2026, 3, 29)),
            (fields.Datetime.to_datetime("2026-03-29 21:59:00"), "Europe/Paris", date(2026, 3, 29)),
            (fields.Datetime.to_datetime("2026-03-29 22:00:00"), "Europe/Paris", date(2026, 3, 30)),
            (
                fields.Datetime.to_datetime("2026-10-25 22:59:00"),
                "Europe/Paris",
                date(2026, 10, 25),
            ),
            (
                fields.Datetime.to_datetime("2026-10-25 23:00:00"),
                "Europe/Paris",
                date(2026, 10, 26),
            ),
            (
                fields.Datetime.to_datetime("2026-06-01 03:00:00"),
                "America/Los_Angeles",
                date(2026, 5, 31),
            ),
            (fields.Datetime.to_datetime("2026-06-01 03:00:00"), "Nowhere/Else", date(2026, 6, 1)),
            (fields.Datetime.to_datetime("2026-06-01 03:00:00"), False, date(2026, 6, 1)),
        ):
            with self.subTest(moment=moment, zone=zone):
                self.assertEqual(get_day(moment, zone), expected)

    def test_state(self):
        end = date(2026, 6, 1)
        self.assertEqual(get_state(None, None, end), "none")
        self.assertEqual(get_state(end, None, end), "running")
        self.assertEqual(get_state(end, None, date(2026, 6, 2)), "over")
        self.assertEqual(get_state(end, date(2026, 1, 1), date(2026, 2, 1)), "returned")

    def test_exchange(self):
        """The rest of the first period, at least what the shop sets."""
        start = date(2026, 6, 1)
        first = Returned(1, date(2027, 1, 1))
        self.assertEqual(get_warranty(start, 24, first).end, date(2027, 1, 1))
        self.assertEqual(get_warranty(start, 24, first, 12).end, date(2027, 6, 1))
        over = Returned(1, date(2026, 1, 1))
        self.assertEqual(get_warranty(start, 24, over).end, date(2026, 1, 1))
        self.assertEqual(get_warranty(start, 0).end, None)

    def test_exchange_of_parts(self):
        """Only what is a replacement entirely counts as one."""
        back = [Returned(2, date(2027, 1, 1)), Returned(3, date(2028, 1, 1))]
        self.assertEqual(take_exchanged(back, 6, compare), None)
        self.assertEqual(take_exchanged(back, 4, compare).end, date(2028, 1, 1))
        self.assertEqual(back, [Returned(1, date(2027, 1, 1))])
        self.assertEqual(take_exchanged(back, 1, compare).end, date(2027, 1, 1))
        self.assertEqual(take_exchanged(back, 1, compare), None)


@tagged("post_install", "-at_install")
class TestWarranty(AssignmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone.categ_id.warranty_months = 24
        cls.warehouse.partner_id = cls.env["res.partner"].create(
            {"name": "Shop", "tz": "Europe/Paris"}
        )
        cls.manager = new_test_user(cls.env, login="pos_manager_w", groups=MANAGER)

    def _sell_on(self, day, *lines, **values):
        with freeze_time(day):
            return self._sell(*lines, date_order=f"{day} 10:00:00", **values)

    def _number(self, order, name=None):
        numbers = order.lines.pack_lot_ids
        return numbers.filtered(lambda number: number.lot_name == name) if name else numbers

    def assertWarranty(self, number, start, end, ended_on=False):
        self.assertEqual(
            (number.warranty_start, number.warranty_end, number.warranty_ended_on),
            (
                date.fromisoformat(start) if start else False,
                date.fromisoformat(end) if end else False,
                date.fromisoformat(ended_on) if ended_on else False,
            ),
        )

    def test_starts_with_the_sale(self):
        order = self._sell_on("2026-01-31", self._line(self.phone, 2, ["SN1", "SN2"]))
        for number in order.lines.pack_lot_ids:
            self.assertWarranty(number, "2026-01-31", "2028-01-31")

    def test_evening_in_the_shops_time_zone(self):
        """Sold half an hour after midnight in Paris: that day counts, not the one in UTC."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]), date_order="2026-03-28 23:30:00")
        self.assertWarranty(self._number(order), "2026-03-29", "2028-03-29")
        number = self._number(order)
        with freeze_time("2028-03-29 21:59:00"):  # 23:59 in Paris
            number.invalidate_recordset(["warranty_state"])
            self.assertEqual(number.warranty_state, "running")
        with freeze_time("2028-03-29 22:00:00"):  # midnight in Paris
            number.invalidate_recordset(["warranty_state"])
            self.assertEqual(number.warranty_state, "over")

    def test_last_day_on_the_page(self):
        """The customer's page and the portal count days as the shop does, in both directions."""
        for zone, number, sold_at, day, last_minute in (
            # The clocks of Paris change on 26 March 2028.
            ("Europe/Paris", "SN1", "2026-03-25 23:30:00", "03/26/2028", "2028-03-26 21:59:00"),
            ("US/Pacific", "SN2", "2026-06-01 03:00:00", "05/31/2028", "2028-06-01 06:59:00"),
        ):
            self.warehouse.partner_id.tz = zone
            order = self._sell(self._line(self.phone, 1, [number]), date_order=sold_at)
            with freeze_time(last_minute):
                self._fresh()
                page = order._get_number_page()
                self.assertEqual(
                    page["products"][0]["numbers"][0]["warranty"], f"Warranty until {day}"
                )
            after = fields.Datetime.to_datetime(last_minute) + timedelta(minutes=1)
            with freeze_time(after):
                self._fresh()
                page = order._get_number_page()
                self.assertEqual(
                    page["products"][0]["numbers"][0]["warranty"], f"Warranty ended on {day}"
                )

    def test_period(self):
        """The product's own one, none, its category's, and that of the category above."""
        for policy, months, expected in (
            ("own", 6, 6),
            ("own", 0, 0),
            ("none", 6, 0),
            ("category", 6, 24),
            (False, 6, 24),
        ):
            with self.subTest(policy=policy, months=months):
                self.phone.write({"warranty_policy": policy, "warranty_months": months})
                self.assertEqual(self.phone.warranty_period, expected)
        child = self.env["product.category"].create(
            {"name": "Below", "parent_id": self.phone.categ_id.id}
        )
        self.phone.write({"warranty_policy": "category", "categ_id": child.id})
        self.assertEqual(self.phone.warranty_period, 24)

    def test_product_without_period(self):
        order = self._sell(self._line(self.milk, 2, ["L1"]))
        self.assertWarranty(self._number(order), None, None)
        self.assertEqual(self._number(order).warranty_state, "none")

    def test_period_changed_after_the_sale(self):
        """Sold units keep theirs, also those whose number comes later."""
        order = self._sell_on("2026-01-10", self._line(self.phone, 2, ["SN1"]))
        self.phone.categ_id.warranty_months = 6
        self._assign(order.lines, "SN2")
        for number in order.lines.pack_lot_ids:
            self.assertWarranty(number, "2026-01-10", "2028-01-10")
        later = self._sell_on("2026-01-11", self._line(self.phone, 1, ["SN3"]))
        self.assertWarranty(self._number(later), "2026-01-11", "2026-07-11")

    def test_refund_and_resale(self):
        """It ends when the unit comes back, and starts anew when it is sold again."""
        first = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        with freeze_time("2026-03-01"):
            self._give_back(first, 1, ["SN1"], date_order="2026-03-01 10:00:00")
        self.assertWarranty(self._number(first), "2026-01-10", "2028-01-10", "2026-03-01")
        again = self._sell_on("2026-04-01", self._line(self.phone, 1, ["SN1"]))
        self.assertWarranty(self._number(again), "2026-04-01", "2028-04-01")
        self.assertWarranty(self._number(first), "2026-01-10", "2028-01-10", "2026-03-01")

    def test_part_of_a_lot(self):
        """Two of five came back: the other three go on; then all."""
        self.milk.write({"warranty_policy": "own", "warranty_months": 12})
        order = self._sell_on("2026-01-10", self._line(self.milk, 5, pack_lot_ids=self._lots(L1=5)))
        for quantity, day, ended_on in ((2, "2026-02-01", False), (3, "2026-03-01", "2026-03-01")):
            back = self._line(
                self.milk,
                -quantity,
                refunded_orderline_id=order.lines.id,
                pack_lot_ids=self._lots(L1=quantity),
            )
            self._sell_on(day, back, is_refund=True)
            self.assertWarranty(self._number(order), "2026-01-10", "2027-01-10", ended_on)

    def test_returned_by_a_transfer(self):
        """A return in Inventory ends it as well; returned itself, it lets it run on."""
        order = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        picking = order.picking_ids
        for is_back in (True, False):
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            wizard.product_return_moves.quantity = 1
            action = wizard.action_create_returns()
            picking = self.env["stock.picking"].browse(action["res_id"])
            picking.move_ids.move_line_ids.lot_id = self._lot(self.phone, "SN1")
            picking.move_ids.write({"quantity": 1, "picked": True})
            picking._action_done()
            self._fresh()
            self.assertEqual(bool(self._number(order).warranty_ended_on), is_back)

    def test_returned_without_receipt(self):
        """Which sale it was of is known by the number; it starts anew with the next one."""
        first = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        with freeze_time("2026-03-01"):
            self._sell(
                self._line(self.phone, -1, ["SN1"]),
                date_order="2026-03-01 10:00:00",
                is_refund=True,
            )
        self.assertWarranty(self._number(first), "2026-01-10", "2028-01-10", "2026-03-01")
        self.env["pos.number.warranty"]._update(first.lines)
        self.assertWarranty(self._number(first), "2026-01-10", "2028-01-10", "2026-03-01")
        again = self._sell_on("2026-04-01", self._line(self.phone, 1, ["SN1"]))
        self.assertWarranty(self._number(again), "2026-04-01", "2028-04-01")

    def test_second_sale_of_a_serial(self):
        """The sale that does not get the unit keeps its promise to who has paid, as the first."""
        first = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        second = self._sell_on("2026-02-01", self._line(self.phone, 1, ["SN1"]))
        self.assertWarranty(self._number(first), "2026-01-10", "2028-01-10")
        self.assertWarranty(self._number(second), "2026-02-01", "2028-02-01")

    def test_anonymised_and_archived_customer(self):
        order = self._sell_on(
            "2026-01-10", self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id
        )
        self.customer.write({"name": "(deleted)", "active": False})
        self._fresh()
        number = self._number(order).with_user(self.inventory)
        self.assertEqual(number.warranty_state, "running")
        self.assertIn("2028", number._get_warranty_sentence())

    def _exchange(self, order, old, new, day):
        """Take one back and hand another one out, in one order."""
        back = self._line(
            order.lines.product_id, -1, [old], refunded_orderline_id=order.lines[0].id
        )
        out = self._line(order.lines.product_id, 1, [new], price=0.0)
        return self._sell_on(day, back, out)

    def test_exchange(self):
        first = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        order = self._exchange(first, "SN1", "SN2", "2026-06-01")
        self.assertWarranty(self._number(order, "SN2"), "2026-06-01", "2028-01-10")
        self.assertWarranty(self._number(first), "2026-01-10", "2028-01-10", "2026-06-01")
        third = self._sell_on("2026-06-02", self._line(self.phone, 1, ["SN1"]))
        self.assertWarranty(self._number(third), "2026-06-02", "2028-06-02")

    def test_exchange_with_a_legal_rest(self):
        self.company.warranty_exchange_months = 12
        first = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        order = self._exchange(first, "SN1", "SN2", "2027-12-01")
        self.assertWarranty(self._number(order, "SN2"), "2027-12-01", "2028-12-01")

    def test_exchange_with_a_further_unit(self):
        """One comes back and two leave: one of them is the replacement."""
        first = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        back = self._line(self.phone, -1, ["SN1"], refunded_orderline_id=first.lines.id)
        order = self._sell_on("2026-06-01", back, self._line(self.phone, 2, ["SN2", "SN3"]))
        ends = sorted(
            (order.lines.pack_lot_ids - self._number(order, "SN1")).mapped("warranty_end")
        )
        self.assertEqual(ends, [date(2028, 1, 10), date(2028, 6, 1)])

    def test_corrected_number(self):
        """The right number has the warranty of the sale."""
        order = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        number = self._correct(self._number(order), "SN2")
        self.assertEqual(number.lot_name, "SN2")
        self.assertWarranty(number, "2026-01-10", "2028-01-10")

    def test_deleted_lot(self):
        """The warranty is the sale's, whatever becomes of the lot."""
        self.till.number_creation = False
        order = self._sell_on("2026-01-10", self._line(self.phone, 1, ["NEVER"]))
        self.assertWarranty(self._number(order), "2026-01-10", "2028-01-10")

    def test_ships_later(self):
        """The clock starts when it is delivered."""
        order = self._sell_on(
            "2026-01-10",
            self._line(self.phone, 1, ["SN1"]),
            partner_id=self.customer.id,
            shipping_date="2026-01-20",
        )
        self.assertWarranty(self._number(order), None, None)
        with freeze_time("2026-01-20 09:00:00"):
            self._ship(order.picking_ids)
        self._fresh()
        self.assertWarranty(self._number(order), "2026-01-20", "2028-01-20")

    # ------------------------------------------------------------------------ by hand

    def _change(self, number, user, **values):
        self._fresh()
        action = number.with_user(user).action_change_warranty()
        wizard = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        with Form(wizard) as form:
            for name, value in values.items():
                setattr(form, name, value)
        form.record.action_change()
        self._fresh()

    def test_change_by_hand(self):
        order = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        number = self._number(order)
        for user, end in ((self.inventory, "2030-01-01"), (self.manager, "2031-01-01")):
            self._change(number, user, end=end, reason="Goodwill")
            self.assertWarranty(number, "2026-01-10", end)
            message = order.message_ids[:1]
            self.assertIn("Goodwill", message.body)
            self.assertIn(user.name, message.body)
        self.env["pos.number.warranty"]._update(order.lines)
        self.assertWarranty(number, "2026-01-10", "2031-01-01")

    def test_change_that_makes_no_sense(self):
        order = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        Warranty = self.env["pos.number.warranty"].with_user(self.inventory)
        number = self._number(order).with_user(self.inventory)
        for start, end, reason in (
            (date(2026, 2, 1), date(2026, 1, 1), "why"),
            (False, date(2026, 1, 1), "why"),
            (date(2026, 1, 1), date(2026, 2, 1), "  "),
        ):
            with self.subTest(start=start, end=end), self.assertRaises(UserError):
                Warranty._change(number, start, end, reason)
        self.assertWarranty(number.sudo(), "2026-01-10", "2028-01-10")

    def test_change_without_rights(self):
        order = self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        number = self._number(order)
        accountant = new_test_user(
            self.env, login="accountant_w", groups="base.group_user,account.group_account_user"
        )
        for user in (self.cashier, accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                number.with_user(user).action_change_warranty()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["pos.number.warranty.change"].with_user(user).create(
                    {"number_id": number.id, "reason": "x"}
                )
        with self.assertRaises(AccessError):
            number.with_user(self.cashier).write({"lot_name": "X"})
        number.with_user(self.inventory).write({"warranty_end": "2040-01-01"})
        number.with_user(self.cashier).write({"warranty_end": "2040-01-01"})
        self.assertWarranty(number, "2026-01-10", "2028-01-10")

    def test_claimed_by_a_till(self):
        """A till that sends a warranty is not believed."""
        claim = {"lot_name": "SN1", "warranty_end": "2099-01-01", "warranty_is_manual": True}
        line = self._line(self.phone, 1, pack_lot_ids=[Command.create(claim)], warranty_months=999)
        order = self._sell_on("2026-01-10", line)
        self.assertWarranty(self._number(order), "2026-01-10", "2028-01-10")

    # ------------------------------------------------------------------- where it is shown

    def test_search(self):
        running = self._sell(self._line(self.phone, 1, ["SN1"]))
        over = self._sell_on("2020-01-10", self._line(self.phone, 1, ["SN2"]))
        back = self._sell(self._line(self.phone, 1, ["SN3"]))
        self._give_back(back, 1, ["SN3"])
        none = self._sell(self._line(self.milk, 1, ["L1"]))
        sold = Domain("id", "in", (running | over | back | none).lines.pack_lot_ids.ids)
        for state, order in (
            ("running", running),
            ("over", over),
            ("returned", back),
            ("none", none),
        ):
            with self.subTest(state=state):
                found = (
                    self.env["pos.pack.operation.lot"]
                    .with_user(self.inventory)
                    .search(sold & Domain("warranty_state", "=", state))
                )
                self.assertEqual(found.sudo(), order.lines.pack_lot_ids)
                self.assertEqual(found.warranty_state, state)

    def test_receipt_and_invoice(self):
        order = self._sell_on(
            "2026-01-10",
            self._line(self.phone, 1, ["SN1"]),
            partner_id=self.customer.id,
            to_invoice=True,
        )
        data = order.with_user(self.cashier).read_pos_data([], self.till)
        (number,) = data["pos.pack.operation.lot"]
        self.assertEqual(str(number["warranty_end"]), "2028-01-10")
        (value,) = order.account_move._get_invoiced_lot_values()
        self.assertEqual(value["warranty_end"], date(2028, 1, 10))
        html = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice_with_payments", order.account_move.ids
        )[0]
        self.assertIn(b"Warranty until", html)

    def test_lot_form(self):
        self._sell_on("2026-01-10", self._line(self.phone, 1, ["SN1"]))
        lot = self._lot(self.phone, "SN1").with_user(self.inventory)
        self.assertIn("2028", lot.pos_warranty)
        action = lot.action_view_pos_warranties()
        found = (
            self.env["pos.pack.operation.lot"].with_user(self.inventory).search(action["domain"])
        )
        self.assertEqual(found.mapped("lot_name"), ["SN1"])

    def test_what_a_customer_owns(self):
        """What tills have sold to a customer and to their addresses, and nothing else."""
        address = self.env["res.partner"].create({"name": "Home", "parent_id": self.customer.id})
        sales = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        sales |= self._sell(self._line(self.milk, 2, ["L1"]), partner_id=address.id)
        self._give_back(sales[0], 1, ["SN1"], partner_id=self.customer.id)
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self._fresh()
        action = self.customer.with_user(self.inventory).action_view_pos_numbers()
        for user in (self.inventory, self.cashier, self.manager):
            numbers = self.env["pos.pack.operation.lot"].with_user(user).search(action["domain"])
            self.assertEqual(numbers.sudo(), sales.lines.pack_lot_ids, user.login)
        stranger = new_test_user(self.env, login="portal_w", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.customer.with_user(stranger).action_view_pos_numbers()

    # ------------------------------------------------------------------------- claims

    def test_claim_with_repairs(self):
        """The repair form opens with what is known."""
        if "repair.order" not in self.env:
            self.skipTest("Repairs are not installed")
        order = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        number = self._number(order).with_user(self.inventory)
        context = number.action_claim()["context"]
        self.assertEqual(context["default_lot_id"], number.sudo().lot_id.id)
        self.assertEqual(context["default_partner_id"], self.customer.id)
        self.assertTrue(context["default_under_warranty"])
        form = Form(self.env["repair.order"].with_user(self.inventory).with_context(**context))
        self.assertEqual(form.save().lot_id, number.sudo().lot_id)

    def test_claim_at_the_till(self):
        """A cashier notes it on the order, once."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        till = self.till.with_user(self.cashier)
        for _again in range(2):
            message = till.claim_number(self._number(order).id)
            self.assertIn(order.pos_reference, message)
        activity = self.env["mail.activity"].search(
            [("res_model", "=", "pos.order"), ("res_id", "=", order.id)]
        )
        self.assertEqual(len(activity), 1)
        self.assertIn("SN1", activity.summary)

    # -------------------------------------------------------------------------- speed

    def _count_queries(self, *lines):
        order = self._paid(*lines)
        self._fresh()
        before = self.env.cr.sql_log_count
        self.env["pos.order"].with_user(self.cashier).sync_from_ui([order])
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries(self):
        """None for what is not tracked, none more for a further serial than before."""
        Warranty = self.registry["pos.number.warranty"]
        cable = self._product("Cable", tracking="none")
        self._put(cable, {None: 10})
        names = [f"W{number:03}" for number in range(130)]
        self._put(self.phone, names)
        self._count_queries(self._line(cable, 1))
        self._count_queries(self._line(self.phone, 1, names[:1]))
        self.assertEqual(
            self._count_queries(self._line(cable, 1)), self._count_without(cable, Warranty)
        )
        few = self._count_queries(self._line(self.phone, 10, names[10:20]))
        many = self._count_queries(self._line(self.phone, 100, names[20:120]))
        self.assertLessEqual((many - few) / 90, 1.5)

    def _count_without(self, product, Warranty):
        with patch.object(Warranty, "_start", lambda *args: None):
            return self._count_queries(self._line(product, 1))
