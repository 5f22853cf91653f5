"""Kits: whose company closes, what ships later, what is corrected, and kits that are tracked."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..number.warranty import get_day
from .against_core.common import AtClosing
from .common import AssignmentCase, ExchangeCase


class KitCase(AssignmentCase):
    """A phone, two units of a lot and a cable, sold as one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cable = cls._product("Cable", tracking="none")
        cls._put(cls.cable, {None: 20})
        cls.kit = cls._kit("Kit", {cls.phone: 1, cls.milk: 2, cls.cable: 1})

    def _write_by_hand(self, line, numbers):
        """Write `{product: {number: quantity}}` on the transfers that wait, and validate them."""
        self._fresh()
        moves = line.waiting_move_ids.filtered(lambda move: move.state == "confirmed")
        for move in moves.with_user(self.inventory):
            move.move_line_ids.unlink()
            for name, quantity in numbers[move.product_id].items():
                values = move._prepare_move_line_vals(quantity=quantity)
                lot = self._lot(move.product_id, name)
                move.env["stock.move.line"].create({**values, "lot_id": lot.id, "picked": True})
        for picking in moves.picking_id.with_user(self.inventory):
            self.assertIs(picking.button_validate(), True)
        self._fresh()


@tagged("post_install", "-at_install")
class TestOtherCompany(KitCase):
    """A session is closed by somebody who works in another company just now."""

    update_stock = "closing"

    def test_components_wait_for_their_orders(self):
        other = self.env["res.company"].create({"name": "Other"})
        manager = new_test_user(
            self.env,
            login="manager",
            groups="base.group_user,point_of_sale.group_pos_manager",
            company_id=other.id,
            company_ids=[Command.set((other | self.company).ids)],
        )
        # A kit of this company only.
        self.kit.bom_ids.company_id = self.company
        orders = self._sync(self._paid(self._line(self.kit)), self._paid(self._line(self.kit, 2)))
        session = self.till.current_session_id
        self._fresh()
        session = session.with_user(manager).with_context(
            allowed_company_ids=[other.id, self.company.id]
        )
        self.assertEqual(session.env.company, other)
        self.assertTrue(session.close_session_from_ui()["successful"])
        self._fresh()
        self.assertEqual(orders.lines.mapped("waiting_number_qty"), [3, 6])
        quantities = {
            move.picking_id.origin: move.product_uom_qty for move in self._open_moves(self.phone)
        }
        self.assertEqual(quantities, {orders[0].name: 1, orders[1].name: 2})
        self.assertEqual(self._gone(self.cable), {None: 3})


@tagged("post_install", "-at_install")
class TestShippedLater(KitCase):
    """A kit's numbers are known when its delivery is done."""

    def _ship_order(self, *lines):
        order = self._sell(*lines, partner_id=self.customer.id, shipping_date="2030-01-01")
        delivery = order.picking_ids
        for product, numbers in ((self.phone, {"SN2": 1}), (self.milk, {"L2": 2})):
            move = delivery.move_ids.filtered(lambda move, p=product: move.product_id == p)
            self._choose(move, numbers)
        self._ship(delivery)
        self._fresh()
        return order

    def test_written_back(self):
        order = self._ship_order(self._line(self.kit))
        numbers = {n.lot_name: n.quantity for n in order.lines.pack_lot_ids}
        self.assertEqual(numbers, {"SN2": 1, "L2": 2})
        self.assertEqual(set(order.lines.pack_lot_ids.mapped("origin")), {"later"})
        self.assertEqual(self._lot(self.phone, "SN2").partner_ids, self.customer)
        self.assertEqual(order.lines.missing_number_qty, 0)
        self.assertIn("SN2", order.message_ids[0].body)

    def test_nested(self):
        order = self._ship_order(self._line(self._kit("Set", {self.kit: 1})))
        self.assertEqual(self._names(order.lines), ["L2", "SN2"])


@tagged("post_install", "-at_install")
class TestCorrectComponent(KitCase):
    """The wrong number was written on the transfer of a kit."""

    def _sold(self):
        order = self._sell(self._line(self.kit), partner_id=self.customer.id)
        self._write_by_hand(order.lines, {self.phone: {"SN1": 1}, self.milk: {"L1": 2}})
        return order, {n.lot_name: n for n in order.lines.pack_lot_ids}

    def test_serial(self):
        order, numbers = self._sold()
        number = self._correct(numbers["SN1"], "SN3")
        self.assertEqual((number.lot_name, number.lot_id.name), ("SN3", "SN3"))
        self.assertEqual(number.corrected_from, "SN1")
        self.assertStock(self.phone, self._left("SN3"), {"SN3": 1})
        self.assertEqual(self._gone(self.milk), {"L1": 2})
        self.assertEqual(self._gone(self.cable), {None: 1})
        self.assertIn("SN3", order.message_ids[0].body)
        self.assertEqual(self._lot(self.phone, "SN3").partner_ids, self.customer)

    def test_lot(self):
        _order, numbers = self._sold()
        self._correct(numbers["L1"], "L2")
        self.assertEqual(self._gone(self.milk), {"L2": 2})
        self.assertEqual(self._here(self.milk), {"L1": 10, "L2": 8})

    def test_new_lot(self):
        """It gets the date of the code that was scanned for it."""
        _order, numbers = self._sold()
        self.milk.use_expiration_date = True
        number = numbers["L1"].with_user(self.inventory)
        number._correct("NEW", days={"code_expiration": "2031-07-31"})
        self._fresh()
        date = self._lot(self.milk, "NEW").expiration_date
        self.assertEqual(str(get_day(date, number.sudo().order_id._get_shop_zone())), "2031-07-31")
        self.assertEqual(self._gone(self.milk), {"NEW": 2})
        self.assertNotIn("other_date", number.sudo()._get_flag_codes())

    def test_wrong_one_can_be_sold(self):
        _order, numbers = self._sold()
        self._correct(numbers["SN1"], "SN3")
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN3": 1})

    def test_refused(self):
        """For the reasons for which the number of a line of its own is refused."""
        self._sell(self._line(self.phone, 1, ["SN2"]))
        _order, numbers = self._sold()
        for name, reason in (
            ("SN2", "sold already|at a customer"),
            ("SN1", "already has the number"),
            ("L2", "another product"),
            ("", "empty"),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, reason):
                self._correct(numbers["SN1"], name)
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_from_a_shelf(self):
        _order, numbers = self._sold()
        self._put(self.phone, ["SN9"], self.shelf)
        self._correct(numbers["SN1"], "SN9")
        self.assertEqual(self._gone(self.phone), {"SN9": 1})
        self.assertNoNegative(self.phone)

    def _put_one(self, name, **values):
        """Put a phone of somebody, or in a package, on the shelf."""
        self.env["stock.quant"]._update_available_quantity(
            self.phone, self.shelf, 1, lot_id=self._lot(self.phone, name), **values
        )

    def _places(self, name):
        """Where a phone is: [(usage, owner, package)], and no negative stock of it anywhere."""
        quants = self._lot(self.phone, name).quant_ids.filtered("quantity")
        own = quants.filtered(lambda quant: quant.location_id.usage != "inventory")
        self.assertFalse(own.filtered(lambda quant: quant.quantity < 0), "negative stock")
        return [(quant.location_id.usage, quant.owner_id, quant.package_id) for quant in own]

    def test_from_this_shop(self):
        """Not from another warehouse, though the lot has lain there for longer."""
        depot = self.env["stock.warehouse"].create({"name": "Depot", "code": "DEPO"})
        self._put(self.milk, {"L3": 5}, depot.lot_stock_id)
        self._put(self.milk, {"L3": 5})
        _order, numbers = self._sold()
        self._correct(numbers["L1"], "L3")
        self.assertEqual(self._gone(self.milk), {"L3": 2})
        self.assertEqual(self._here(self.milk, depot.view_location_id), {"L3": 5})
        self.assertEqual(self._here(self.milk), {"L1": 10, "L2": 10, "L3": 3})

    def test_from_several_places(self):
        self._put(self.milk, {"L4": 1}, self.shelf)
        self._put(self.milk, {"L4": 9})
        _order, numbers = self._sold()
        number = self._correct(numbers["L1"], "L4")
        self.assertNoNegative(self.milk)
        self.assertEqual(self._here(self.milk, self.shelf), {})
        self.assertStock(self.milk, {"L1": 10, "L2": 10, "L4": 8}, {"L4": 2})
        self.assertEqual(number.move_line_ids.mapped("quantity"), [1, 1])
        self.assertFalse(number.flag_ids)

    def test_more_than_on_hand(self):
        """The lot goes below nothing by the rest, and the number says so."""
        self._put(self.milk, {"L5": 1}, self.shelf)
        _order, numbers = self._sold()
        number = self._correct(numbers["L1"], "L5")
        self.assertStock(self.milk, {"L1": 10, "L2": 10, "L5": -1}, {"L5": 2})
        self.assertEqual(self._here(self.milk, self.shelf), {})
        self.assertEqual(number.flag_ids.mapped("code"), ["short"])

    def test_from_a_consignor(self):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        self._put_one("SN9", owner_id=owner)
        _order, numbers = self._sold()
        number = self._correct(numbers["SN1"], "SN9")
        self.assertEqual(
            self._places("SN9"), [("customer", owner, self.env["stock.package"].browse())]
        )
        self._correct(number, "SN2")
        self.assertEqual(
            self._places("SN9"), [("internal", owner, self.env["stock.package"].browse())]
        )

    def test_from_a_package(self):
        self._put_one("SN9", package_id=self.env["stock.package"].create({"name": "Box"}))
        _order, numbers = self._sold()
        self._correct(numbers["SN1"], "SN9")
        self.assertEqual([usage for usage, *_others in self._places("SN9")], ["customer"])

    def test_new_takes_what_has_no_number(self):
        self._put(self.phone, {None: 1}, self.shelf)
        _order, numbers = self._sold()
        number = self._correct(numbers["SN1"], "NEW1")
        self.assertStock(self.phone, self.rest, {"NEW1": 1})
        self.assertNoNegative(self.phone)
        self.assertFalse(number.flag_ids)

    def test_new_otherwise(self):
        _order, numbers = self._sold()
        number = self._correct(numbers["SN1"], "NEW1")
        self.assertStock(self.phone, {**self.rest, "NEW1": -1}, {"NEW1": 1})
        self.assertEqual(number.flag_ids.mapped("code"), ["unknown"])

    def test_came_back(self):
        """What came back comes from the customer who has it, to its owner."""
        owner = self.env["res.partner"].create({"name": "Consignor"})
        self._put_one("SN9", owner_id=owner)
        self._sell(self._line(self.phone, 1, ["SN9"]))
        order, _numbers = self._sold()
        back = self._give_back(order)
        self._write_by_hand(back.lines, {self.phone: {"SN1": 1}, self.milk: {"L1": 2}})
        wrong = back.lines.pack_lot_ids.filtered(lambda number: number.lot_name == "SN1")
        self._correct(wrong, "SN9")
        self.assertEqual(
            self._places("SN9"), [("internal", owner, self.env["stock.package"].browse())]
        )
        self.assertEqual(self._gone(self.phone), {"SN1": 1})


@tagged("post_install", "-at_install")
class TestCorrectComponentAtClosing(AtClosing, TestCorrectComponent):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestReturnComponent(KitCase):
    """What comes back of a kit is judged by the sale that it is refunded of."""

    def _write_names(self, line, names):
        """Write `{product: name}`, as text, on the transfers that wait, and validate them."""
        self._fresh()
        moves = line.waiting_move_ids.filtered(lambda move: move.state == "confirmed")
        for move in moves.with_user(self.inventory):
            values = move._prepare_move_line_vals(quantity=move.product_qty)
            values |= {"lot_name": names[move.product_id], "picked": True}
            move.env["stock.move.line"].create(values)
        for picking in moves.picking_id.with_user(self.inventory):
            picking.button_validate()
        self._fresh()

    def _sell_closed(self, quantity=1):
        """Kits that were closed without number, and have left."""
        self._put(self.phone, {None: quantity})
        self._put(self.milk, {None: 2 * quantity})
        line = self._sell(self._line(self.kit, quantity)).lines
        line.with_user(self.inventory)._close_without_number("The box is gone")
        self._fresh()
        self.assertEqual(
            (self._gone(self.phone), self._gone(self.milk)),
            ({None: quantity}, {None: 2 * quantity}),
        )
        return line.order_id

    def test_new_name(self):
        """A kit that was closed without number comes back under a new one."""
        order = self._sell_closed()
        back = self._give_back(order).lines
        self._write_names(back, {self.phone: "NEW1", self.milk: "NEWL"})
        self.assertEqual(self._here(self.phone).get("NEW1"), 1)
        self.assertEqual(self._here(self.milk).get("NEWL"), 2)
        self.assertFalse(back.pack_lot_ids.flag_ids)
        self.assertEqual(back.waiting_number_qty, 0)

    def test_not_more_than_left_unnamed(self):
        """Where all parts had numbers, nobody has sold another one."""
        order = self._sell(self._line(self.kit))
        self._write_by_hand(order.lines, {self.phone: {"SN1": 1}, self.milk: {"L1": 2}})
        back = self._give_back(order).lines
        with self.assertRaisesRegex(UserError, "all units of"), self.env.cr.savepoint():
            self._write_names(back, {self.phone: "NEW1", self.milk: "L1"})
        self._fresh()
        self._write_names(back, {self.phone: "sn1", self.milk: "l1"})
        self.assertStock(self.phone, self.rest, {})
        self.assertFalse(back.pack_lot_ids.flag_ids)

    def test_one_new_name_a_unit(self):
        order = self._sell_closed(2)
        for name in ("NEW1", "NEW2"):
            back = self._give_back(order).lines
            self._write_names(back, {self.phone: name, self.milk: "NEWL"})
            self.assertEqual(self._here(self.phone).get(name), 1)
            self.assertFalse(back.pack_lot_ids.flag_ids)

    def test_another_sale_s(self):
        """What another sale sold comes back all the same, and is flagged."""
        self._sell(self._line(self.phone, 1, ["SN2"]))
        order = self._sell(self._line(self.kit))
        self._write_by_hand(order.lines, {self.phone: {"SN1": 1}, self.milk: {"L1": 2}})
        back = self._give_back(order).lines
        self._write_by_hand(back, {self.phone: {"SN2": 1}, self.milk: {"L1": 2}})
        flags = {n.lot_name: n.flag_ids.mapped("code") for n in back.pack_lot_ids}
        self.assertEqual(flags, {"SN2": ["not_sold"], "L1": []})
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_owner(self):
        """A lot of two owners comes back to the owner it was sold for."""
        owner = self.env["res.partner"].create({"name": "Consignor"})
        lot = self._lot(self.milk, "LX")
        place = self.warehouse.lot_stock_id
        quants = self.env["stock.quant"]
        quants._update_available_quantity(self.milk, place, 2, lot_id=lot, owner_id=owner)
        self._sell(self._line(self.milk, 2, ["LX"]))
        quants._update_available_quantity(self.milk, place, 2, lot_id=lot)
        order = self._sell(self._line(self.kit))
        self._write_by_hand(order.lines, {self.phone: {"SN1": 1}, self.milk: {"LX": 2}})
        back = self._give_back(order).lines
        self._write_by_hand(back, {self.phone: {"SN1": 1}, self.milk: {"LX": 2}})
        self._fresh()
        found = {
            (quant.location_id.usage, quant.owner_id.name): quant.quantity
            for quant in lot.quant_ids.filtered("quantity")
        }
        self.assertEqual(found, {("customer", "Consignor"): 2, ("internal", False): 2})


@tagged("post_install", "-at_install")
class TestReturnComponentAtClosing(AtClosing, TestReturnComponent):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestExchangeComponent(ExchangeCase, KitCase):
    """Kits were handed out with each other's parts, or one number too many was written."""

    def _sold(self, serial, lot="L1", units=2):
        order = self._sell(self._line(self.kit), partner_id=self.customer.id)
        self._write_by_hand(order.lines, {self.phone: {serial: 1}, self.milk: {lot: units}})
        return order, {n.lot_name: n for n in order.lines.pack_lot_ids}

    def assertComponents(self, order, *names):
        self.assertEqual(self._names(order.lines), sorted(names))
        for number in order.lines.pack_lot_ids:
            self.assertEqual(number.move_line_ids.lot_id, number.lot_id)
        self.assertFalse(order.lines.pack_lot_ids.filtered("holds"))

    def test_crosswise(self):
        first, numbers = self._sold("SN1")
        second, others = self._sold("SN2", "L2")
        self._refused(self._correct, numbers["SN1"], "SN2", reason="at a customer")
        self._exchange(numbers["SN1"], others["SN2"])
        self.assertComponents(first, "SN2", "L1")
        self.assertComponents(second, "SN1", "L2")
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertEqual(first.lines.waiting_number_qty, 0)
        self.assertFalse((first | second).lines.pack_lot_ids.flag_ids)
        self.assertIn("SN2", first.message_ids[0].body)

    def test_lots(self):
        first, numbers = self._sold("SN1")
        second, others = self._sold("SN2", "L2")
        self._exchange(numbers["L1"], others["L2"], 1)
        self.assertComponents(first, "SN1", "L1", "L2")
        self.assertComponents(second, "SN2", "L1", "L2")
        self.assertStock(self.milk, {"L1": 8, "L2": 8}, {"L1": 2, "L2": 2})

    def test_with_a_line_of_its_own(self):
        first, numbers = self._sold("SN1")
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        self._exchange(numbers["SN1"], second.lines.pack_lot_ids)
        self.assertComponents(first, "SN2", "L1")
        self.assertEqual(self._names(second.lines), ["SN1"])
        self.assertHeld(second, "SN1")
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})

    def test_not_of_one_product(self):
        _first, numbers = self._sold("SN1")
        _second, others = self._sold("SN2", "L2")
        self._refused(self._exchange, numbers["SN1"], others["L2"], reason="of one product")

    def test_came_back(self):
        _first, numbers = self._sold("SN1")
        second, others = self._sold("SN2", "L2")
        back = self._give_back(second)
        self._write_by_hand(back.lines, {self.phone: {"SN2": 1}, self.milk: {"L2": 2}})
        self._refused(self._exchange, numbers["SN1"], others["SN2"], reason="come back already")

    def test_offered(self):
        """The dialog offers it where the other kit has the number, and no longer than that."""
        first, numbers = self._sold("SN1")
        second, others = self._sold("SN2", "L2")
        self._fresh()
        action = numbers["SN1"].with_user(self.inventory).action_correct()
        dialog = self.env[action["res_model"]].with_user(self.inventory)
        with Form(dialog.with_context(**action["context"])) as form:
            form.new_name = "SN3"
            self.assertTrue(form.is_valid)
            form.new_name = "SN2"
            self.assertFalse(form.is_valid)
            self.assertEqual(form.exchange_number_id.id, others["SN2"].id)
        form.record.action_exchange()
        self._fresh()
        self.assertComponents(first, "SN2", "L1")
        self.assertComponents(second, "SN1", "L2")
        back = self._give_back(second)
        self._write_by_hand(back.lines, {self.phone: {"SN1": 1}, self.milk: {"L2": 2}})
        correction = self.env["pos.number.correction"].sudo()
        self.assertFalse(correction._find_other(first.lines.pack_lot_ids[0], "SN1"))

    def test_release(self):
        """The part waits on its kit's line, and its number may be sold."""
        order, numbers = self._sold("SN1")
        self._release(numbers["SN1"])
        self.assertStock(self.phone, self.rest, {})
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(order.lines.waiting_number_qty, 1)
        self.assertComponents(order, "L1")
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._write_by_hand(order.lines, {self.phone: {"SN2": 1}})
        self.assertComponents(order, "L1", "SN2")
        self.assertEqual(order.lines.waiting_number_qty, 0)
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})

    def test_release_of_a_return(self):
        order, _numbers = self._sold("SN1")
        back = self._give_back(order)
        self._write_by_hand(back.lines, {self.phone: {"SN1": 1}, self.milk: {"L1": 2}})
        number = back.lines.pack_lot_ids.filtered(lambda number: number.lot_name == "SN1")
        self._release(number)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertEqual(back.lines.waiting_number_qty, 1)
        self.assertEqual(self._names(back.lines), ["L1"])


@tagged("post_install", "-at_install")
class TestExchangeComponentAtClosing(AtClosing, TestExchangeComponent):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestTrackedKit(KitCase):
    """A product that is tracked and a kit all the same: nothing of it moves itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box = cls._kit("Box", {cls.cable: 2})
        cls.box.write({"is_storable": True, "tracking": "serial"})

    def test_asks_for_none(self):
        order = self._sell(self._line(self.box))
        self.assertFalse(order.lines.is_number_tracked)
        self.assertEqual(order.lines.missing_number_qty, 0)
        self.assertEqual(order.lines.waiting_number_qty, 0)
        self.assertEqual(self._gone(self.cable), {None: 2})
        self.assertFalse(self._open_moves(self.box))

    def test_number_given(self):
        """The sale counts, and its parts leave."""
        order = self._sell(self._line(self.box, 1, ["B1"]))
        self.assertEqual(order.lines.waiting_number_qty, 0)
        self.assertEqual(self._gone(self.cable), {None: 2})
        self.assertEqual(self._names(order.lines), ["B1"])

    def test_tracked_components(self):
        """What is in it waits for its number, on the kit's line."""
        self.box.bom_ids.bom_line_ids = [
            Command.create({"product_id": self.phone.id, "product_qty": 1})
        ]
        order = self._sell(self._line(self.box, 2))
        self.assertEqual(self._gone(self.cable), {None: 4})
        self.assertWaiting(self.phone, 2, order)
        self.assertEqual(order.lines.waiting_number_qty, 2)

    def test_refund(self):
        order = self._sell(self._line(self.box))
        self._give_back(order)
        self.assertEqual(self._gone(self.cable), {})
        self.assertEqual(self._here(self.cable), {None: 20})

    def test_assigning_says_kit(self):
        order = self._sell(self._line(self.box))
        with self.assertRaisesRegex(UserError, "is a kit"):
            self._assign(order.lines, "B1")

    def test_kit_of_another_company(self):
        """There it is a kit, here it is tracked."""
        other = self.env["res.company"].create({"name": "Other"})
        self.box.bom_ids.company_id = other
        order = self._sell(self._line(self.box))
        self.assertEqual(order.lines.missing_number_qty, 1)
        self.assertWaiting(self.box, 1, order)

    def test_till(self):
        """The till is told which products are kits in the shop's company."""
        for company in (self.company, self.env["res.company"].create({"name": "Other"})):
            self.box.bom_ids.company_id = company
            self._fresh()
            rows = self.env["product.template"]._load_pos_data_read(
                (self.box | self.phone).product_tmpl_id, self.till
            )
            kits = {row["id"] for row in rows if row.get("_is_kits")}
            self.assertEqual(
                kits, {self.box.product_tmpl_id.id} if company == self.company else set()
            )


@tagged("post_install", "-at_install")
class TestTrackedKitAtClosing(AtClosing, TestTrackedKit):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestKnowComponents(KitCase):
    """The parts of a kit have a life and a warranty of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone.product_tmpl_id.write({"warranty_policy": "own", "warranty_months": 24})

    def test_trace(self):
        order = self._sell(self._line(self.kit), partner_id=self.customer.id)
        self._write_by_hand(order.lines, {self.phone: {"SN1": 1}, self.milk: {"L1": 2}})
        trace = self.env["pos.number.trace"].with_user(self.inventory).get_trace({"text": "SN1"})
        self.assertEqual([row["kind"] for row in trace["rows"]], ["sale", "receipt"])
        self.assertIn("Part of Kit", trace["rows"][0]["details"])
        self.assertEqual(trace["card"]["order_id"], order.id)
        self.assertIn("Ada", trace["card"]["answer"])
        self.assertIn("Warranty until", trace["card"]["warranty"])
        (product,) = order._get_number_page()["products"]
        self.assertEqual(product["name"], "Kit")
        self.assertEqual(sorted(each["name"] for each in product["numbers"]), ["L1", "SN1"])

    def test_warranty(self):
        """It starts with the sale, and no later change of the period changes it."""
        order = self._sell(self._line(self.kit), date_order="2026-01-10 10:00:00")
        self._write_by_hand(order.lines, {self.phone: {"SN1": 1}, self.milk: {"L1": 2}})
        numbers = {number.lot_name: number for number in order.lines.pack_lot_ids}
        self.assertEqual(str(numbers["SN1"].warranty_end), "2028-01-10")
        self.assertFalse(numbers["L1"].warranty_end)
        self.phone.product_tmpl_id.warranty_months = 6
        number = self._correct(numbers["SN1"], "SN3")
        self.assertEqual(str(number.warranty_end), "2028-01-10")

    def test_ends_with_the_return_of_the_kit(self):
        order = self._sell(self._line(self.kit))
        self._write_by_hand(order.lines, {self.phone: {"SN1": 1}, self.milk: {"L1": 2}})
        back = self._give_back(order, 1)
        self._write_by_hand(back.lines, {self.phone: {"SN1": 1}, self.milk: {"L1": 2}})
        number = order.lines.pack_lot_ids.filtered(lambda number: number.lot_name == "SN1")
        self.assertTrue(number.warranty_ended_on)
        self.assertEqual(number.warranty_state, "returned")
