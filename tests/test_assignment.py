"""Numbers that are assigned or corrected after payment, by an inventory user."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .against_core.common import POS_USER, STOCK_USER
from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestAssign(AssignmentCase):
    """Units that wait get their number, and their stock moves."""

    def test_one_of_two(self):
        """Exactly the assigned unit leaves; the other one goes on waiting."""
        order = self._sell(self._line(self.phone, 2))
        self._assign(order.lines, "SN2")
        self.assertStock(self.phone, self._left("SN2"), {"SN2": 1})
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(order.lines.waiting_number_qty, 1)
        self.assertEqual(order.waiting_number_qty, 1)

    def test_the_rest_later(self):
        """The last unit ends the waiting, and its transfers are the order's."""
        order = self._sell(self._line(self.phone, 2))
        self._assign(order.lines, "SN2")
        self._assign(order.lines, "SN3")
        self.assertStock(self.phone, self._left("SN2", "SN3"), {"SN2": 1, "SN3": 1})
        self.assertWaiting(self.phone, 0)
        self.assertEqual(order.lines.waiting_number_qty, 0)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
        self.assertEqual(len(order.picking_ids), 2)

    def test_number_is_on_the_line(self):
        """The line has the number, with lot, origin and the move it made."""
        order = self._sell(self._line(self.phone, 1))
        number = self._assign(order.lines, " SN4 ")
        self.assertEqual(number.pos_order_line_id, order.lines)
        self.assertEqual((number.lot_name, number.origin), ("SN4", "later"))
        self.assertEqual(number.lot_id.name, "SN4")
        self.assertEqual(number.move_line_ids.mapped("state"), ["done"])
        self.assertTrue(number.holds)
        self.assertFalse(number.flag_ids)
        self.assertEqual(order.lines.missing_number_qty, 0)

    def test_lots_with_quantities(self):
        """Several lots, each with its quantity; the same lot twice adds up."""
        order = self._sell(self._line(self.milk, 6))
        self._assign(order.lines, ("L1", 1), ("L2", 2), ("L1", 2))
        self.assertStock(self.milk, {"L1": 7, "L2": 8}, {"L1": 3, "L2": 2})
        self.assertEqual(order.lines.waiting_number_qty, 1)
        self._assign(order.lines, ("L1", 1))
        self.assertEqual(self._gone(self.milk), {"L1": 4, "L2": 2})
        quantities = {n.lot_name: n.quantity for n in order.lines.pack_lot_ids}
        self.assertEqual(quantities, {"L1": 4, "L2": 2})

    def test_from_a_shelf(self):
        """A number leaves from where it lies."""
        radio = self._product("Radio")
        self._put(radio, ["R1"], self.shelf)
        order = self._sell(self._line(radio, 1))
        self._assign(order.lines, "R1")
        self.assertStock(radio, {}, {"R1": 1})
        self.assertNoNegative(radio)

    def test_letter_case(self):
        """Exact first, then letter case."""
        order = self._sell(self._line(self.phone, 1))
        self._assign(order.lines, "sn3")
        self.assertEqual(self._gone(self.phone), {"SN3": 1})
        self.assertEqual(self._names(order.lines), ["SN3"])

    def test_unnumbered_stock(self):
        """A new number takes stock that has no number yet."""
        radio = self._product("Radio")
        self._put(radio, {None: 2})
        order = self._sell(self._line(radio, 1))
        number = self._assign(order.lines, "NEW1")
        self.assertStock(radio, {None: 1}, {"NEW1": 1})
        self.assertFalse(number.flag_ids)

    def test_other_lines_stay(self):
        """Another line that waits in the same transfer goes on waiting."""
        order = self._sell(self._line(self.phone, 1), self._line(self.milk, 3))
        line = order.lines.filtered(lambda line: line.product_id == self.phone)
        self._assign(line, "SN1")
        self.assertStock(self.phone, self._left("SN1"), {"SN1": 1})
        self.assertWaiting(self.milk, 3, order)
        self._assign(order.lines - line, ("L1", 3))
        self.assertEqual(self._gone(self.milk), {"L1": 3})

    def test_reserved_elsewhere(self):
        """What was really sold wins over another document's reservation."""
        sale_order = self._sale_order(self.phone, 1)
        self._choose(sale_order.picking_ids.move_ids, ["SN1"])
        order = self._sell(self._line(self.phone, 1))
        self._assign(order.lines, "SN1")
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertNotIn("SN1", self._reserved(self.phone))

    def test_after_closing(self):
        """Long after the session is closed."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._close()
        entry = order.session_id.move_id.line_ids.read(["balance", "account_id"])
        self._assign(order.lines, "SN2")
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertEqual(order.session_id.move_id.line_ids.read(["balance", "account_id"]), entry)

    def test_tills_read_it_again(self):
        """The line counts as changed, so that a till reads it before it reprints the receipt."""
        order = self._sell(self._line(self.phone, 1))
        self.env.cr.execute(
            "UPDATE pos_order_line SET write_date = '2020-01-01' WHERE id = %s", (order.lines.id,)
        )
        self._assign(order.lines, "SN1")
        self.assertGreater(order.lines.write_date.year, 2020)

    def test_chatter(self):
        """The order tells who, what, before and after."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._assign(order.lines, "SN2")
        message = order.message_ids[0]
        self.assertEqual(message.author_id, self.inventory.partner_id)
        self.assertIn("Ines", message.body)
        self.assertIn("Before: SN1", message.body)
        self.assertIn("After: SN1; SN2", message.body)

    def test_chatter_names_the_employee(self):
        """With employees: the one behind the user."""
        if "hr.employee" not in self.env:
            self.skipTest("employees are not installed")
        self.env["hr.employee"].create({"name": "Ines Employed", "user_id": self.inventory.id})
        order = self._sell(self._line(self.phone, 1))
        self._assign(order.lines, "SN2")
        self.assertIn("Ines Employed", order.message_ids[0].body)

    def test_markup_is_text(self):
        """A number that looks like markup is text in the chatter."""
        radio = self._product("Radio")
        self._put(radio, {None: 1})
        order = self._sell(self._line(radio, 1))
        self._assign(order.lines, "<b>X</b>")
        self.assertIn("&lt;b&gt;X&lt;/b&gt;", order.message_ids[0].body)

    def test_return_without_number(self):
        """A unit that came back without its number gets it, and is in stock."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        refund = self._give_back(order, 1)
        self.assertEqual(refund.lines.waiting_number_qty, 1)
        number = self._assign(refund.lines, "SN1")
        self.assertStock(self.phone, self.rest, {})
        self.assertFalse(number.flag_ids)
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)

    def test_transfer_can_no_longer_be_validated_empty(self):
        """What still waits says so when somebody presses Validate."""
        order = self._sell(self._line(self.phone, 2))
        self._assign(order.lines, "SN2")
        with self.assertRaises(UserError):
            order.numbers_picking_ids.filtered(lambda p: p.state != "done").button_validate()


@tagged("post_install", "-at_install")
class TestAssignRefused(AssignmentCase):
    """What cannot be is refused with a reason, and nothing is half done."""

    def setUp(self):
        super().setUp()
        self.order = self._sell(self._line(self.phone, 2))

    def _refused(self, line, *numbers, reason="", error=UserError, user=None):
        before = self._names(line)
        gone = self._gone(line.product_id)
        with self.assertRaises(error) as caught:
            self._assign(line, *numbers, user=user)
        self._fresh()
        self.assertIn(reason, str(caught.exception))
        self.assertEqual(self._names(line), before)
        self.assertEqual(self._gone(line.product_id), gone)

    def test_sold_already(self):
        """A serial that another sale has; the good one beside it is not taken either."""
        other = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._refused(self.order.lines, "SN2", "SN1", reason=other.pos_reference)
        self.assertEqual(self.order.lines.waiting_number_qty, 2)

    def test_twice(self):
        """The same serial twice, whatever its letter case."""
        self._refused(self.order.lines, "SN1", "sn1", reason="twice")

    def test_other_product(self):
        """A number of another product."""
        self._refused(self.order.lines, "L1", reason="another product")

    def test_unknown_where_none_are_created(self):
        """A new number in a shop that creates none."""
        self.till.number_creation = False
        self._refused(self.order.lines, "NEW", reason="Nobody knows")
        self.assertFalse(self.env["stock.lot"].search([("name", "=", "NEW")]))

    def test_too_many(self):
        """More than the units that wait."""
        self._refused(self.order.lines, "SN1", "SN2", "SN3", reason="only 2")

    def test_empty_and_long(self):
        """Names that are none."""
        self._refused(self.order.lines, " ", reason="empty")
        self._refused(self.order.lines, "x" * 129, reason="128")

    def test_quantities(self):
        """A serial is one unit; no quantity below zero."""
        self._refused(self.order.lines, ("SN1", 2), reason="exactly one")
        milk = self._sell(self._line(self.milk, 2))
        self._refused(milk.lines, ("L1", -1), reason="more than zero")

    def test_other_warehouse(self):
        """What lies in another warehouse is not taken by itself."""
        warehouse = self._elsewhere(self.phone, "SN9")
        self._refused(self.order.lines, "SN9", reason=warehouse.code)

    def test_nothing_waits(self):
        """A line that is complete."""
        complete = self._sell(self._line(self.phone, 1, ["SN5"]))
        self._refused(complete.lines, "SN1", reason="only 0")

    def test_draft(self):
        """An order that is not paid is the till's own."""
        line = self._line(self.phone, 1)
        draft = self._sync(self._paid(line, state="draft", payment_ids=[]))
        self._refused(draft.lines, "SN1", reason="not paid")

    def test_cashier(self):
        """A cashier cannot, an inventory user can, a Point of Sale manager can."""
        self._refused(self.order.lines, "SN1", error=AccessError, user=self.cashier)
        manager = new_test_user(
            self.env, login="manager", groups="base.group_user,point_of_sale.group_pos_manager"
        )
        self._assign(self.order.lines, "SN1", user=manager)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_other_company(self):
        """Neither can an inventory user of another company."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups=STOCK_USER,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self._refused(self.order.lines, "SN1", error=AccessError, user=stranger)

    def test_context_authorises_nothing(self):
        """No context key does."""
        line = self.order.lines.with_user(self.cashier).with_context(su=True, uid=1, force=True)
        with self.assertRaises(AccessError):
            line._assign_numbers([("SN1", 1)])


@tagged("post_install", "-at_install")
class TestAssignInsteadOfRefusedNumber(AssignmentCase):
    """A unit that was sold under a name that cannot be gets its real one."""

    def test_duplicate(self):
        """The duplicate gives way, its flag stays and counts as dealt with."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(order.lines.waiting_number_qty, 1)
        number = self._assign(order.lines, "SN2")
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertEqual(self._names(order.lines), ["SN2"])
        self.assertEqual(number.corrected_from, "SN1")
        self.assertEqual(number.flag_ids.mapped("code"), ["duplicate"])
        self.assertEqual(number.reviewed_by_id, self.inventory)

    def test_units_without_a_name_first(self):
        """A unit without any name takes the number before a refused name gives way."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._assign(order.lines, "SN2")
        self.assertEqual(self._names(order.lines), ["SN1", "SN2"])
        self._assign(order.lines, "SN3")
        self.assertEqual(self._names(order.lines), ["SN2", "SN3"])
        self.assertEqual(order.lines.waiting_number_qty, 0)

    def test_unknown_that_is_known_by_now(self):
        """A name nobody knew is assigned under the same name once it has been received."""
        self.till.number_creation = False
        order = self._sell(self._line(self.phone, 1, ["SN7"]))
        self._receive(self.phone, ["SN7"], cost=10)
        number = self._assign(order.lines, "SN7")
        self.assertEqual(number, order.lines.pack_lot_ids)
        self.assertEqual(self._gone(self.phone), {"SN7": 1})

    def test_lots(self):
        """A lot of another product gives way as far as it has to."""
        order = self._sell(self._line(self.milk, 5, ["SN1"]))
        self.assertEqual(order.lines.waiting_number_qty, 5)
        self._assign(order.lines, ("L1", 2))
        quantities = {n.lot_name: n.quantity for n in order.lines.pack_lot_ids}
        self.assertEqual(quantities, {"SN1": 3, "L1": 2})
        self._assign(order.lines, ("L2", 3))
        quantities = {n.lot_name: n.quantity for n in order.lines.pack_lot_ids}
        self.assertEqual(quantities, {"L1": 2, "L2": 3})
        self.assertEqual(self._gone(self.milk), {"L1": 2, "L2": 3})


@tagged("post_install", "-at_install")
class TestAssignBeforeClosing(AssignmentCase):
    """Stock that moves when the session closes."""

    update_stock = "closing"

    def test_assigned_before(self):
        """A number assigned in the open session moves with it."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._assign(order.lines, "SN2")
        self.assertEqual(self._gone(self.phone), {})
        self._close()
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertWaiting(self.phone, 0)

    def test_assigned_after(self):
        """A number assigned after closing moves at once."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._close()
        self._assign(order.lines, "SN2")
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertEqual(order.lines.total_cost, 20)

    def test_duplicate_replaced_before(self):
        """A duplicate that is replaced in time moves with the session."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._assign(order.lines, "SN2")
        self._close()
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_corrected_before(self):
        """A number that is corrected in the open session never moves; the right one does."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._correct(order.lines.pack_lot_ids, "SN3")
        self._close()
        self.assertEqual(self._gone(self.phone), {"SN3": 1})
        again = self._sell_in_new_session("SN1")
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)

    def _sell_in_new_session(self, name):
        self.till.open_ui()
        self.till.current_session_id.set_opening_control(0, "")
        return self._sell(self._line(self.phone, 1, [name]))


@tagged("post_install", "-at_install")
class TestCost(AssignmentCase):
    """What a unit costs, before and after its number is known."""

    def _value(self, product):
        return product.with_company(self.company).total_value

    def test_equal_to_the_sale_with_numbers(self):
        """Cost, margin and stock value equal those of a sale with numbers."""
        other = self._product("Other phone", method="fifo")
        self._receive(other, ["SN1", "SN2", "SN3", "SN4", "SN5"], cost=10)
        told = self._sell(self._line(other, 3, ["SN1", "SN2", "SN3"]))
        order = self._sell(self._line(self.phone, 3, ["SN1"]))
        self.assertTrue(order.lines.is_cost_estimated)
        self.assertEqual(order.lines.total_cost, 30)
        self._assign(order.lines, "SN2", "SN3")
        self.assertFalse(order.lines.is_cost_estimated)
        self.assertEqual(order.lines.total_cost, told.lines.total_cost)
        self.assertEqual(order.lines.margin, told.lines.margin)
        self.assertEqual(order.margin, told.margin)
        self.assertEqual(self._value(self.phone), self._value(other))

    def test_by_serial(self):
        """A product valued by serial costs what this serial cost, once it is known."""
        radio = self._product("Radio", method="fifo", lot_valuated=True)
        self._receive(radio, ["R1"], cost=10)
        self._receive(radio, ["R2"], cost=30)
        order = self._sell(self._line(radio, 2))
        estimate = order.lines.total_cost
        self.assertEqual(estimate, 2 * radio.standard_price)
        self._assign(order.lines, "R2")
        self.assertEqual(order.lines.total_cost, 30 + estimate / 2)
        self._assign(order.lines, "R1")
        self.assertEqual(order.lines.total_cost, 40)

    def test_standard(self):
        """At standard cost nothing changes unless the cost did; then for these units only."""
        order = self._sell(self._line(self.milk, 4, ["L1"]))
        order = self._sell(self._line(self.milk, 4))
        self.assertEqual(order.lines.total_cost, 40)
        self._assign(order.lines, ("L1", 2))
        self.assertEqual(order.lines.total_cost, 40)
        self.milk.standard_price = 15
        self._assign(order.lines, ("L1", 2))
        self.assertEqual(order.lines.total_cost, 50)

    def test_never_free(self):
        """A unit that waits is never free of cost."""
        order = self._sell(self._line(self.phone, 1), self._line(self.milk, 1, ["L1"]))
        self.assertEqual(sorted(order.lines.mapped("total_cost")), [10, 10])

    def test_corrected(self):
        """A corrected serial costs what the right one costs; the wrong one is worth what it was."""
        radio = self._product("Radio", method="fifo", lot_valuated=True)
        self._receive(radio, ["R1"], cost=10)
        self._receive(radio, ["R2"], cost=30)
        order = self._sell(self._line(radio, 1, ["R1"]))
        self.assertEqual(order.lines.total_cost, 10)
        self._correct(order.lines.pack_lot_ids, "R2")
        self.assertEqual(order.lines.total_cost, 30)
        self.assertEqual(self._value(radio), 10)


@tagged("post_install", "-at_install")
class TestCorrect(AssignmentCase):
    """A wrong number of a paid order."""

    def test_swap(self):
        """The wrong serial is back, the right one has left."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        number = order.lines.pack_lot_ids.filtered(lambda number: number.lot_name == "SN1")
        self._correct(number, "SN3")
        self.assertStock(self.phone, self._left("SN2", "SN3"), {"SN2": 1, "SN3": 1})
        self.assertEqual(self._names(order.lines), ["SN2", "SN3"])
        self.assertEqual((number.corrected_from, number.origin), ("SN1", "later"))
        self.assertIn("SN1", order.message_ids[0].body)
        self.assertIn("SN3", order.message_ids[0].body)
        self.assertEqual(order.lines.total_cost, 20)

    def test_wrong_one_can_be_sold(self):
        """What was not sold after all can be sold; what was, cannot."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._correct(order.lines.pack_lot_ids, "SN3")
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)
        twice = self._sell(self._line(self.phone, 1, ["SN3"]))
        self.assertEqual(twice.lines.pack_lot_ids.flag_ids.mapped("code"), ["duplicate"])

    def test_back_to_its_shelf(self):
        """It comes back to where it lay."""
        radio = self._product("Radio")
        self._put(radio, ["R1"], self.shelf)
        self._put(radio, ["R2"])
        order = self._sell(self._line(radio, 1, ["R1"]))
        self._correct(order.lines.pack_lot_ids, "R2")
        self.assertEqual(self._here(radio, self.shelf), {"R1": 1})
        self.assertStock(radio, {"R1": 1}, {"R2": 1})

    def test_lot(self):
        """The quantity of a lot goes to the other lot; one that is there already grows."""
        order = self._sell(self._line(self.milk, 4, ["L1"]))
        self._correct(order.lines.pack_lot_ids, "L2")
        self.assertStock(self.milk, {"L1": 10, "L2": 6}, {"L2": 4})
        other = self._sell(self._line(self.milk, 1, ["L1"]))
        self._correct(other.lines.pack_lot_ids, "L2")
        self.assertEqual(self._gone(self.milk), {"L2": 5})

    def test_back_in_the_shop(self):
        """A number that has come back cannot be corrected."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(order, 1, ["SN1"])
        with self.assertRaisesRegex(UserError, "come back"):
            self._correct(order.lines.pack_lot_ids, "SN3")

    def test_moved_on(self):
        """Nor one that is somewhere else by now, with the place."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        lot = self._lot(self.phone, "SN1")
        quant = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        quant.move_quants(location_dest_id=self.shelf, message="brought back by hand")
        with self.assertRaisesRegex(UserError, "moved on"):
            self._correct(order.lines.pack_lot_ids, "SN3")
        self.assertEqual(self._names(order.lines), ["SN1"])

    def test_right_one_is_sold(self):
        """Nor to one that another sale has; nothing moves."""
        self._sell(self._line(self.phone, 1, ["SN3"]))
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        with self.assertRaisesRegex(UserError, "sold already"):
            self._correct(order.lines.pack_lot_ids, "SN3")
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN3": 1})

    def test_to_itself(self):
        """Nor to itself."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        with self.assertRaises(UserError):
            self._correct(order.lines.pack_lot_ids, "SN1")

    def test_to_a_serial_that_waits(self):
        """The serial that waits for another unit of the line is the right one for this unit."""
        warehouse = self._elsewhere(self.phone, "FAR1")
        order = self._sell(self._line(self.phone, 2, ["SN1", "FAR1"]))
        self._put(self.phone, {"FAR1": -1}, warehouse.lot_stock_id)
        self._put(self.phone, ["FAR1"])
        self._correct(order.lines.pack_lot_ids[0], "FAR1")
        self.assertEqual(self._names(order.lines), ["FAR1"])
        self.assertEqual(order.lines.pack_lot_ids.mapped("quantity"), [1])
        self.assertStock(self.phone, self.rest, {"FAR1": 1})
        self.assertEqual(order.lines.waiting_number_qty, 1)

    def test_lot_in_two_spellings(self):
        """One lot on one line is one number, however it was written."""
        order = self._sell(self._line(self.milk, 3, pack_lot_ids=self._lots(l1=1, L1=2)))
        self.assertEqual(order.lines.pack_lot_ids.mapped("quantity"), [3])
        self._correct(order.lines.pack_lot_ids, "L2")
        self.assertStock(self.milk, {"L1": 10, "L2": 7}, {"L2": 3})

    def test_lot_that_moved_in_part(self):
        """What waits of a lot is assigned or corrected, what has moved is swapped, once."""
        warehouse = self._elsewhere(self.milk)
        self._put(self.milk, {"FAR": 5}, warehouse.lot_stock_id)
        order = self._sell(self._line(self.milk, 5, ["FAR"]))
        self._put(self.milk, {"FAR": 2})
        self._assign(order.lines, ("FAR", 2))
        self.assertEqual(order.lines.pack_lot_ids.mapped("quantity"), [5])
        self.assertEqual(order.lines.waiting_number_qty, 3)
        number = self._correct(order.lines.pack_lot_ids, "L1")
        self.assertEqual((number.lot_name, number.quantity), ("L1", 5))
        self.assertEqual(self._gone(self.milk), {"L1": 2})
        self.assertEqual(order.lines.waiting_number_qty, 3)
        self._assign(order.lines, ("L1", 3))
        self.assertEqual(order.lines.pack_lot_ids.mapped("quantity"), [5])
        self.assertEqual(self._gone(self.milk), {"L1": 5})

    def test_waiting_is_assigned(self):
        """A number that waits is simply assigned anew."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "L1"]))
        wrong = order.lines.pack_lot_ids.filtered(lambda number: number.lot_name == "L1")
        self._correct(wrong, "SN2")
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertEqual(wrong.flag_ids.mapped("code"), ["mismatch"])
        self.assertEqual(wrong.corrected_from, "L1")

    def test_surplus(self):
        """A number beyond the line's units stands for nothing."""
        order = self._sell(self._line(self.phone, 1, ["SN1", "SN2"]))
        extra = order.lines.pack_lot_ids.filtered(lambda number: number.lot_name == "SN2")
        with self.assertRaisesRegex(UserError, "no unit left"):
            self._correct(extra, "SN3")

    def test_returned_number(self):
        """The number of a return: the wrong one is at the customer again, the right one back."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        refund = self._give_back(order, 1, ["SN1"])
        self._correct(refund.lines.pack_lot_ids, "SN2")
        self.assertStock(self.phone, self._left("SN1"), {"SN1": 1})
        again = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)

    def test_after_closing(self):
        """Also after closing; the posted entry stays as it is."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._close()
        lines = order.session_id.move_id.line_ids
        entry = lines.read(["balance", "account_id"])
        self._correct(order.lines.pack_lot_ids, "SN3")
        self.assertEqual(self._gone(self.phone), {"SN3": 1})
        self.assertEqual(lines.read(["balance", "account_id"]), entry)

    def test_rights(self):
        """A cashier cannot."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        with self.assertRaises(AccessError):
            self._correct(order.lines.pack_lot_ids, "SN3", user=self.cashier)

    def test_take_from_another_warehouse(self):
        """What lies in another warehouse is taken from there once somebody says so."""
        warehouse = self._elsewhere(self.phone, "SN9")
        order = self._sell(self._line(self.phone, 1, ["SN9"]))
        self.assertEqual(order.lines.waiting_number_qty, 1)
        number = order.lines.pack_lot_ids
        self.assertEqual(number.flag_ids.mapped("code"), ["not_here"])
        number.with_user(self.inventory)._correct("SN9", anywhere=True)
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN9": 1})
        self.assertEqual(self._here(self.phone, warehouse.view_location_id), {})
        self.assertNoNegative(self.phone)


@tagged("post_install", "-at_install")
class TestReadOnly(AssignmentCase):
    """Inventory users read the sales, and change none of it by hand."""

    def test_read(self):
        """The worklist's records can be read."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._fresh()
        line = order.lines.with_user(self.inventory)
        self.assertEqual(line.pack_lot_ids.lot_name, "SN1")
        self.assertEqual(line.order_config_name, self.till.name)
        self.assertEqual(line.order_session_name, order.session_id.name)

    def test_write(self):
        """None of them can be written, made or deleted."""
        for model in (
            "pos.order",
            "pos.order.line",
            "pos.pack.operation.lot",
            "pos.session",
            "pos.config",
        ):
            records = self.env[model].with_user(self.inventory)
            for operation in ("write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(records.has_access(operation))

    def test_other_company(self):
        """Nothing of other companies can be seen, by inventory users nor by cashiers."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        of_tills = ("pos.session", "pos.config")  # no inventory user sees any of these
        company = self.env["res.company"].create({"name": "Elsewhere"})
        values = {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        for login, groups in (("stock", STOCK_USER), ("pos", POS_USER)):
            user = new_test_user(self.env, login=f"elsewhere_{login}", groups=groups, **values)
            self._fresh()
            for records in (
                order,
                order.lines,
                order.lines.pack_lot_ids,
                order.session_id,
                order.config_id,
            ):
                if login == "stock" and records._name in of_tills:
                    self.assertFalse(records.with_user(user).has_access("read"))
                    continue
                with self.subTest(user=login, model=records._name):
                    found = records.with_user(user).search([("id", "in", records.ids)])
                    self.assertFalse(found)
