"""Loading sales orders: what the till gets, who may ask, and what is linked on order lines."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .against_core.common import POS_USER, SALESMAN
from .common import OrderNumbersCase


@tagged("post_install", "-at_install")
class TestOrderNumbers(OrderNumbersCase):
    """What the till is told."""

    def test_paid_online(self):
        """An order that was paid online brings its numbers all the same: they are to deliver."""
        sale_order = self._sale_order(self.phone, 2)
        self._choose(sale_order.picking_ids.move_ids, ["SN2", "SN4"])
        provider = self.env["payment.provider"].create({"name": "Online", "code": "none"})
        method = self.env["payment.method"].create({"name": "Online", "code": "online_test"})
        self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": "paid online",
                "amount": sale_order.amount_total,
                "currency_id": sale_order.currency_id.id,
                "partner_id": self.customer.id,
                "sale_order_ids": [Command.set(sale_order.ids)],
                "state": "done",
            }
        )
        self._fresh()
        self.assertEqual(sale_order.amount_unpaid, 0)
        self.assertLoads(sale_order, {"SN2": 1, "SN4": 1})
        order = self._settle(sale_order, 2, ["SN2", "SN4"])
        self.assertEqual(order.picking_ids.move_line_ids.mapped("lot_id.name"), ["SN2", "SN4"])
        self.assertDelivered(sale_order, 2)

    def test_reserved_serials(self):
        sale_order = self._sale_order(self.phone, 2)
        self._choose(sale_order.picking_ids.move_ids, ["SN2", "SN4"])
        answer = self._ask(sale_order)
        self.assertEqual(answer["products"], [[sale_order.order_line.id, self.phone.id]])
        (line,) = answer["lines"]
        self.assertEqual((line["units"], line["tracking"]), (2, "serial"))
        self.assertEqual(
            [(n["info"]["name"], n["take"], n["problem"]) for n in line["numbers"]],
            [("SN2", 1, False), ("SN4", 1, False)],
        )
        self.assertFalse(line["numbers"][0]["info"]["reserved_for"], "its own reservation")

    def test_two_lots_in_three_places(self):
        self._put(self.milk, {"L1": 5, "L2": 4})
        self._put(self.milk, {"L1": 3}, self.shelf)
        sale_order = self._sale_order(self.milk, 10)
        move = sale_order.picking_ids.move_ids
        self._choose(move, {"L1": 5, "L2": 2})
        move._update_reserved_quantity(3, self.shelf, lot_id=self._lot(self.milk, "L1"))
        self.assertLoads(sale_order, {"L1": 8, "L2": 2})

    def test_some_reserved(self):
        radio = self._product("Radio")
        self._put(radio, ["R1", "R2"])
        sale_order = self._sale_order(radio, 3)
        self.assertLoads(sale_order, {"R1": 1, "R2": 1})

    def test_after_a_delivery(self):
        sale_order = self._sale_order(self.phone, 5)
        self._ship(sale_order.picking_ids, ["SN1", "SN2"])
        self.assertLoads(sale_order, self._rest("SN1", "SN2"))

    def test_at_most_the_cart_line(self):
        """Invoiced units come into no cart: their numbers neither."""
        sale_order = self._sale_order(self.phone, 3)
        sale_order.order_line.qty_delivered_method = "manual"
        sale_order.order_line.qty_delivered = 2
        self._fresh()
        ((_line, numbers),) = self._numbers(sale_order)
        self.assertEqual(len(numbers), 1)

    def test_nothing_to_load(self):
        sale_order = self._sale_order(self.phone, 2)
        sale_order.picking_ids.action_cancel()
        self.assertEqual(self._ask(sale_order)["lines"], [])

    def test_sold_meanwhile(self):
        """A serial of the order that another till has sold and not moved yet."""
        self.company.point_of_sale_update_stock_quantities = "closing"
        self.till.current_session_id.update_stock_at_closing = True
        sale_order = self._sale_order(self.phone, 2)
        self._choose(sale_order.picking_ids.move_ids, ["SN1", "SN2"])
        self._sell(self._line(self.phone, 1, ["SN2"]))
        ((_line, numbers),) = self._numbers(sale_order)
        self.assertEqual(numbers, {"SN1": (1, False), "SN2": (0, "sold")})

    def test_other_warehouse(self):
        """Numbers that lie elsewhere are told and not loaded: another unit is handed over."""
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTHER"})
        self._put(self.phone, ["FAR1"], other.lot_stock_id)
        ((_line, numbers),) = self._numbers(self._sale_order(self.phone, 1, other))
        self.assertEqual(numbers, {"FAR1": (0, "elsewhere")})

    def test_steps(self):
        """What lies in packing and output is loaded like what lies on the shelf, at each stage."""
        self._steps("pick_pack_ship")
        sale_order = self._sale_order(self.phone, 2)
        pick = sale_order.picking_ids
        self._choose(pick.move_ids, ["SN1", "SN2"])
        self.assertLoads(sale_order, {"SN1": 1, "SN2": 1})
        self._ship(pick, ["SN1"])
        self.assertLoads(sale_order, {"SN1": 1, "SN2": 1})
        pack = sale_order.picking_ids.filtered(
            lambda picking: (
                picking.state == "assigned"
                and picking.picking_type_id == self.warehouse.pack_type_id
            )
        )
        pack.move_ids._do_unreserve()  # picked for the order all the same
        self.assertLoads(sale_order, {"SN1": 1, "SN2": 1})
        pack.action_assign()
        self._ship(pack)
        self.assertLoads(sale_order, {"SN1": 1, "SN2": 1})

    def test_two_lines_of_a_product(self):
        sale_order = self._quotation((self.phone, 1, ()), (self.phone, 2, ()))
        sale_order.action_confirm()
        first, second = sale_order.order_line
        self._choose(second.move_ids, ["SN4", "SN5"])
        self._choose(first.move_ids, ["SN3"])
        self.assertLoads(sale_order, {"SN3": 1}, {"SN4": 1, "SN5": 1})

    def test_dozens(self):
        """5 of a dozen are settled: 7 are left to load, not 6.96."""
        self._put(self.milk, {"L1": 20})
        for propagate in ("0", "1"):
            self.env["ir.config_parameter"].set_param("stock.propagate_uom", propagate)
            sale_order = self._quotation((self.milk, 1, ()))
            sale_order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
            sale_order.action_confirm()
            sale_order.picking_ids.action_assign()
            self.assertLoads(sale_order, {"L1": 12})
            self._settle(sale_order, 5, ["L1"])
            own = sale_order.picking_ids.filtered("sale_id").move_ids
            self.assertEqual((own.product_qty, own.state), (7, "assigned"))
            (item,) = sale_order.order_line.read_converted()
            left = item["product_uom_qty"] - max(item["qty_delivered"], item["qty_invoiced"])
            self.assertEqual(left, 7)
            self.assertLoads(sale_order, {"L1": 7})
            self._settle(sale_order, 7, ["L1"])
            self.assertEqual(own.state, "cancel")
            self._put(self.milk, {"L1": 12})

    def test_callers(self):
        """Who may not read the order gets no answer; bad arguments neither."""
        sale_order = self._sale_order(self.phone, 1)
        stranger = new_test_user(self.env, "pos_only", groups=POS_USER)
        with self.assertRaises(AccessError):
            self._ask(sale_order, stranger)
        other_cashier = new_test_user(self.env, "second", groups=f"{POS_USER},{SALESMAN}")
        sale_order.user_id = self.cashier
        with self.assertRaises(AccessError):  # own documents only
            self.till.with_user(other_cashier).get_sale_order_numbers(sale_order.id)
        till = self.till.with_user(self.cashier)
        for bad in ("1", None, [1], 2**31 - 1):
            with self.assertRaises(UserError):
                till.get_sale_order_numbers(bad)
        sale_order.action_cancel()
        with self.assertRaises(UserError):
            till.get_sale_order_numbers(sale_order.id)

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Second"})
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create({"partner_id": self.customer.id, "company_id": company.id})
        )
        self.cashier.company_ids |= company
        order.user_id = self.cashier
        till = self.till.with_user(self.cashier).with_context(
            allowed_company_ids=(self.company | company).ids
        )
        with self.assertRaisesRegex(UserError, "another company"):
            till.get_sale_order_numbers(order.id)


@tagged("post_install", "-at_install")
class TestLinkedNumbers(OrderNumbersCase):
    """Numbers that a salesperson links on an order line."""

    def test_loaded_before_confirmation(self):
        quotation = self._quotation((self.phone, 2, ["SN4", "SN2", "SN5"]))
        ((_line, numbers),) = self._numbers(quotation)
        self.assertEqual(list(numbers), ["SN4", "SN2"], "in the order in which they were linked")

    def test_without_numbers(self):
        self.assertEqual(self._ask(self._quotation((self.phone, 2, ())))["lines"], [])

    def test_lots_up_to_their_free_quantity(self):
        self._put(self.milk, {"L1": 5, "L2": 9})
        other = self._sale_order(self.milk, 2)
        self._choose(other.picking_ids.move_ids, {"L1": 2})
        quotation = self._quotation((self.milk, 8, ["L2", "L1"]), (self.milk, 4, ["L1"]))
        self.assertLoads(quotation, {"L2": 8}, {"L1": 3})
        quotation.order_line[0].lot_ids = self._lot(self.milk, "L1")
        ((_line, numbers), _second) = self._numbers(quotation)
        self.assertEqual(numbers, {"L1": (3, "reserved")})

    def test_not_available(self):
        quotation = self._quotation((self.phone, 3, ["SN1", "SN2", "SN3"]))
        other = self._sale_order(self.phone, 1)
        self._choose(other.picking_ids.move_ids, ["SN1"])
        self._sell(self._line(self.phone, 1, ["SN2"]))
        ((_line, numbers),) = self._numbers(quotation)
        self.assertEqual(numbers, {"SN1": (0, "reserved"), "SN2": (0, "sold"), "SN3": (1, False)})

    def test_reserved_first(self):
        quotation = self._quotation((self.phone, 2, ["SN5", "SN3"]))
        quotation.action_confirm()
        self.assertEqual(
            sorted(quotation.picking_ids.move_line_ids.lot_id.mapped("name")), ["SN3", "SN5"]
        )
        notes = [m.body for m in quotation.message_ids if "instead" in (m.body or "")]
        self.assertFalse(notes)

    def test_reserved_from_shelves(self):
        """A linked lot is reserved wherever it lies below the stock, before the others."""
        self._put(self.milk, {"L1": 20, "L2": 2})
        self._put(self.milk, {"L2": 3}, self.shelf)
        quotation = self._quotation((self.milk, 7, ["L2"]))
        quotation.action_confirm()
        self.assertLoads(quotation, {"L1": 2, "L2": 5})
        notes = [m.body for m in quotation.message_ids if "instead" in (m.body or "")]
        self.assertEqual(len(notes), 1)

    def test_others_are_reserved_with_a_note(self):
        other = self._sale_order(self.phone, 1)
        self._choose(other.picking_ids.move_ids, ["SN5"])
        quotation = self._quotation((self.phone, 2, ["SN5", "SN3"]))
        quotation.action_confirm()
        reserved = quotation.picking_ids.move_line_ids.lot_id.mapped("name")
        self.assertEqual(len(reserved), 2)
        self.assertIn("SN3", reserved)
        quotation.picking_ids.action_assign()
        notes = [m.body for m in quotation.message_ids if "instead" in (m.body or "")]
        self.assertEqual(len(notes), 1)
        self.assertIn("SN5", notes[0])

    def test_linked_after_confirmation(self):
        """The delivery takes the numbers that are linked later, as far as nothing is picked."""
        quotation = self._quotation((self.phone, 2, ()))
        quotation.action_confirm()
        quotation.order_line.lot_ids = self._lot(self.phone, "SN5") | self._lot(self.phone, "SN4")
        self.assertLoads(quotation, {"SN5": 1, "SN4": 1})
        delivery = quotation.picking_ids
        delivery.move_ids.picked = True
        quotation.order_line.lot_ids = self._lot(self.phone, "SN1")
        self.assertEqual(set(delivery.move_line_ids.lot_id.mapped("name")), {"SN5", "SN4"})

    def test_other_product(self):
        with self.assertRaises(ValidationError):
            self._quotation((self.phone, 1, ())).order_line.lot_ids = self._lot(self.milk, "L1")

    def test_product_is_changed(self):
        quotation = self._quotation((self.phone, 1, ["SN1"]))
        quotation.order_line.product_id = self.milk
        self.assertFalse(quotation.order_line.lot_ids)

    def test_salesperson(self):
        """Sales rights are enough to link numbers, print them, and confirm."""
        seller = new_test_user(self.env, "seller", groups=f"base.group_user,{SALESMAN}")
        quotation = self._quotation((self.phone, 1, ()), user_id=seller.id).with_user(seller)
        with Form(quotation) as form, form.order_line.edit(0) as line:
            line.lot_ids.add(self._lot(self.phone, "SN4"))
        html = self.env["ir.actions.report"]._render_qweb_html(
            "sale.report_saleorder", quotation.ids
        )[0]
        self.assertIn(b"SN4", html)
        quotation.action_confirm()
        self._fresh()
        self.assertEqual(quotation.sudo().picking_ids.move_line_ids.lot_id.mapped("name"), ["SN4"])

    def test_settle_a_quotation(self):
        """Settled at the till: confirmed, delivered once, its linked numbers moved."""
        quotation = self._quotation((self.phone, 2, ["SN4", "SN2"]))
        order = self._settle(quotation, 2, ["SN4", "SN2"])
        self.assertStock(self.phone, self._rest("SN2", "SN4"), {"SN2": 1, "SN4": 1})
        self.assertDelivered(quotation, 2)
        self.assertEqual(quotation.state, "sale")
        self.assertFalse(order.lines.pack_lot_ids.flag_ids)
        self.assertFalse([m for m in quotation.message_ids if "instead" in (m.body or "")])
        self.assertWaiting(self.phone, 0)


@tagged("post_install", "-at_install")
class TestGiveUp(OrderNumbersCase):
    """The order gives up exactly what the till settles."""

    def test_keeps_the_other_numbers(self):
        """One of three chosen serials is sold: the order keeps the other two, not any two."""
        sale_order = self._sale_order(self.phone, 3)
        self._choose(sale_order.picking_ids.move_ids, ["SN3", "SN4", "SN5"])
        order = self._settle(sale_order, 1, ["SN4"])
        self.assertEqual(
            sorted(
                sale_order.picking_ids.move_line_ids.filtered(
                    lambda line: line.state == "assigned"
                ).lot_id.mapped("name")
            ),
            ["SN3", "SN5"],
        )
        self.assertDelivered(sale_order, 1, still_open=2)
        self.assertFalse(order.lines.pack_lot_ids.flag_ids, "reserved by the order itself")

    def test_two_tills(self):
        """The same order settled at two tills: its serial leaves once, the second sale waits."""
        sale_order = self._sale_order(self.phone, 1)
        self._choose(sale_order.picking_ids.move_ids, ["SN2"])
        first = self._settle(sale_order, 1, ["SN2"])
        second = self._settle(sale_order, 1, ["SN2"])
        self.assertFalse(first.lines.pack_lot_ids.flag_ids)
        self.assertEqual(second.lines.pack_lot_ids.flag_ids.mapped("code"), ["duplicate"])
        self.assertStock(self.phone, self._rest("SN2"), {"SN2": 1})
        self.assertNoNegative(self.phone)
        self.assertEqual(self._ask(sale_order)["lines"], [])
