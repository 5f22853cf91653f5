"""Transfers that wait for numbers: whatever is tried on them, no unit is lost or invented."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .against_core.common import AtClosing
from .common import AssignmentCase, WaitingCase


@tagged("post_install", "-at_install")
class TestWaitingStays(WaitingCase):
    """Cancel, delete, change."""

    def test_cancel(self):
        self._refuse(self.picking.action_cancel)
        self._refuse(self.picking.with_user(self.env.ref("base.user_admin")).action_cancel)
        self._refuse(self.picking.sudo().action_cancel)
        self._refuse(self.move._action_cancel)

    def test_cancelling_key_of_a_context(self):
        """No context key opens the way."""
        keys = {"cancel_backorder": True, "skip_backorder": True, "do_not_unreserve": True}
        self._refuse(self.picking.with_context(**keys).action_cancel)
        self._refuse(self.move.with_context(**keys).write, {"product_uom_qty": 1})

    def test_delete(self):
        admin = self.env.ref("base.user_admin")
        picking, move = self.picking.with_user(admin), self.move.with_user(admin)
        self._refuse(self.picking.unlink)
        self._refuse(picking.unlink)
        self._refuse(move.unlink)
        self._refuse(move.sudo().unlink)
        self._refuse(picking.write, {"move_ids": [Command.delete(self.move.id)]})

    def test_demand(self):
        for demand in (0, 1, 3):
            with self.subTest(demand):
                self._refuse(self.move.write, {"product_uom_qty": demand})
        self._refuse(self.move.write, {"product_uom": self.env.ref("uom.product_uom_dozen").id})
        self.move.write({"product_uom_qty": 2})
        self.assertUntouched()

    def test_state_and_links(self):
        """What only a request can write."""
        self._refuse(self.move.write, {"state": "cancel"})
        self._refuse(self.move.write, {"state": "draft"})
        self._refuse(self.move.write, {"pos_numbers_waiting": False})
        self._refuse(self.move.write, {"pos_numbers_line_id": False})
        self._refuse(self.move.write, {"location_dest_id": self.shelf.id})
        self._refuse(self.move.write, {"picking_id": False}, reason="stay with their POS order")
        other = self._sell(self._line(self.milk, 1)).sudo().numbers_picking_ids
        self._refuse(self.move.write, {"picking_id": other.id}, reason="stay with their POS order")
        self.picking.write({"pos_numbers_order_id": False})
        self.assertEqual(self.picking.sudo().pos_numbers_order_id, self.order)

    def test_invented(self):
        """Nobody makes a move or transfer that waits, by a value or a default."""
        keys = {
            "default_pos_numbers_waiting": True,
            "default_pos_numbers_line_id": self.line.id,
            "default_pos_numbers_order_id": self.order.id,
        }
        values = {
            "product_id": self.phone.id,
            "product_uom_qty": 5,
            "location_id": self.move.location_id.id,
            "location_dest_id": self.move.location_dest_id.id,
            "picking_id": self.picking.id,
        }
        Move = self.env["stock.move"].with_user(self.inventory)
        own = {"pos_numbers_waiting": True, "pos_numbers_line_id": self.line.id}
        made = Move.with_context(**keys).create(values) | Move.create({**values, **own})
        made |= self.move.copy()
        made.write(own)
        self._fresh()
        self.assertEqual(self.line.waiting_number_qty, 2)
        self.assertFalse(made.filtered("pos_numbers_waiting"))
        self.assertFalse(self.picking.with_context(**keys).copy().sudo().pos_numbers_order_id)

    def test_sale_order_cancelled(self):
        """What the till settled of a sales order is not undone by cancelling that order."""
        seller = new_test_user(
            self.env,
            login="seller",
            groups="base.group_user,point_of_sale.group_pos_user,sales_team.group_sale_salesman",
        )
        sale_order = self._sale_order(self.phone, 1)
        sale_order.user_id = seller
        line = self._line(
            self.phone,
            sale_order_origin_id=sale_order.id,
            sale_order_line_id=sale_order.order_line.id,
        )
        order = self._sell(line, user=seller, partner_id=self.customer.id)
        sale_order._action_cancel()
        self._fresh()
        self.assertEqual(order.lines.waiting_number_qty, 1)

    def test_confirm_merges_nothing(self):
        """Units of one line in two moves of a transfer stay two moves."""
        self._write_lines("SN1")
        self._answer(self.picking.button_validate())
        self._fresh()
        self.move.copy({"picking_id": self._open_moves(self.phone).picking_id.id})
        self._open_moves(self.phone).picking_id.with_user(self.inventory).action_confirm()
        self._fresh()
        self.assertEqual(self.line.waiting_number_qty, 1)

    def test_check_availability(self):
        """It reserves nothing, and says so."""
        answer = self.picking.action_assign()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIn("Close without Number", answer["params"]["message"])
        self.assertIn(self.order.name, answer["params"]["message"])
        self._fresh()
        self.assertUntouched()
        self.assertEqual(self._reserved(self.phone), set())

    def test_refund_afterwards(self):
        """What was tried in vain is over when the units come back: nothing waits any more."""
        self._refuse(self.picking.action_cancel)
        self.move.quantity = 1
        self._refuse(self.picking.button_validate)
        self._give_back(self.order, 2)
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))
        self.assertEqual(self.line.waiting_number_qty, 0)
        self.assertStock(self.phone, self.rest, {})

    def test_one_of_two_comes_back(self):
        """The add-on's own way to wait for less."""
        self._give_back(self.order, 1)
        self.assertEqual(self.line.waiting_number_qty, 1)
        self.assertWaiting(self.phone, 1, self.order)


@tagged("post_install", "-at_install")
class TestWaitingStaysAtClosing(AtClosing, TestWaitingStays):
    pass


@tagged("post_install", "-at_install")
class TestTypedQuantity(WaitingCase):
    """A quantity picks no number."""

    def assertNoNumber(self):
        self._fresh()
        self.assertFalse(self.move.move_line_ids.lot_id)
        self.assertEqual(self.line.waiting_number_qty, 2)
        self.assertEqual(self.move.state, "confirmed")
        self.assertStock(self.phone, self.rest, {})

    def test_typed(self):
        for quantity in (1, 2):
            with self.subTest(quantity):
                self.move.quantity = quantity
                self.assertNoNumber()
                self._refuse(self.picking.button_validate, reason="assign them first")
        self.move.quantity = 0
        self.assertNoNumber()

    def test_in_the_form(self):
        with Form(self.picking) as form, form.move_ids.edit(0) as row:
            row.quantity = 2
        self.assertNoNumber()
        self._refuse(self.picking.button_validate, reason="assign them first")

    def test_demand_in_the_form(self):
        """The picking's form does not change the demand either."""
        with self.assertRaisesRegex(UserError, "Close without Number"), self.env.cr.savepoint():
            self.picking.write({"move_ids": [Command.update(self.move.id, {"product_uom_qty": 1})]})
        self._fresh()
        self.assertUntouched()

    def test_below_the_buttons(self):
        """Nor on any other way to the move."""
        self.move.picked = True
        self.assertNoNumber()
        self.move._set_quantity_done(2)
        self.assertNoNumber()
        self.move._action_assign()
        self.assertNoNumber()
        with self.assertRaisesRegex(UserError, "Close without Number"), self.env.cr.savepoint():
            self.move._action_done()
        with self.assertRaisesRegex(UserError, "Close without Number"), self.env.cr.savepoint():
            self.picking.with_context(skip_sanity_check=True)._action_done()
        self.assertNoNumber()

    def test_lots(self):
        """A lot as well: none is taken by its quantity."""
        order = self._sell(self._line(self.milk, 3.5))
        move = self._open_moves(self.milk).with_user(self.inventory)
        move.quantity = 2.5
        self._fresh()
        self.assertFalse(move.move_line_ids.lot_id)
        self.assertEqual(sum(move.move_line_ids.mapped("quantity")), 2.5)
        with self.assertRaisesRegex(UserError, "assign them first"), self.env.cr.savepoint():
            move.picking_id.button_validate()
        self.assertEqual(order.lines.waiting_number_qty, 3.5)

    def test_others_are_not_offered_it(self):
        """Units that left are not reserved by others because somebody typed a quantity."""
        self.move.quantity = 2
        self._fresh()
        delivery = self._sale_order(self.phone, 5).picking_ids
        self.assertEqual(delivery.move_ids.quantity, 3)

    def test_assign_afterwards(self):
        """Assigning goes over what was typed."""
        self.move.quantity = 2
        self._assign(self.line, "SN2")
        self.assertStock(self.phone, self._left("SN2"), {"SN2": 1})
        self.assertEqual(self.line.waiting_number_qty, 1)
        self._assign(self.line, "SN3")
        self.assertStock(self.phone, self._left("SN2", "SN3"), {"SN2": 1, "SN3": 1})
        self.assertEqual(self._reserved(self.phone), set())


@tagged("post_install", "-at_install")
class TestTypedQuantityAtClosing(AtClosing, TestTypedQuantity):
    pass


@tagged("post_install", "-at_install")
class TestWrittenNumbers(WaitingCase):
    """A number that is written by hand is judged like one that is assigned."""

    def _refuse_written(self, *names, reason):
        self._write_lines(*names)
        with self.assertRaisesRegex(UserError, reason), self.env.cr.savepoint():
            answer = self.picking.button_validate()
            if isinstance(answer, dict):
                self._answer(answer)
        self._fresh()
        self.assertStock(self.phone, self._left(*self.gone), dict.fromkeys(self.gone, 1))
        self.assertEqual(self.line.waiting_number_qty, 2)
        self.assertFalse(self.line.pack_lot_ids)

    gone = ()

    def test_both(self):
        """Both numbers are right: they leave, and the sale has them."""
        self._write_lines("SN4", "SN5")
        self.assertIs(self.picking.button_validate(), True)
        self._fresh()
        self.assertStock(self.phone, self._left("SN4", "SN5"), {"SN4": 1, "SN5": 1})
        self.assertEqual(self._names(self.line), ["SN4", "SN5"])
        self.assertEqual(self.line.waiting_number_qty, 0)
        self.assertFalse(self.line.pack_lot_ids.flag_ids)
        self.assertEqual(self.line.pack_lot_ids.mapped("holds"), [True, True])

    def test_one(self):
        """One of two: the other goes on waiting for the same line."""
        self._write_lines("SN4")
        self._answer(self.picking.button_validate())
        self._fresh()
        self.assertStock(self.phone, self._left("SN4"), {"SN4": 1})
        self.assertEqual(self.line.waiting_number_qty, 1)
        self.assertWaiting(self.phone, 1, self.order)

    def test_no_backorder(self):
        """Without a backorder the other one would be forgotten."""
        self._write_lines("SN4")
        answer = self.picking.button_validate()
        with self.assertRaisesRegex(UserError, "forgotten"), self.env.cr.savepoint():
            self._answer(answer, "process_cancel_backorder")
        self._fresh()
        self.assertUntouched()

    def test_operation_type_without_backorders(self):
        """The operation type's own setting does not lose it either."""
        self.picking.sudo().picking_type_id.create_backorder = "never"
        self._write_lines("SN4")
        self._refuse(self.picking.button_validate, reason="forgotten")
        self._write_lines("SN5")
        self.picking.button_validate()
        self._fresh()
        self.assertEqual(self._names(self.line), ["SN4", "SN5"])

    def test_sold_already(self):
        """A number that another sale has is not moved, and no duplicate comes of it."""
        other = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.gone = ("SN1",)
        self._refuse_written("SN1", reason="SN1: This serial number is sold already")
        self.assertFalse(other.lines.pack_lot_ids.flag_ids)

    def test_more_than_wait(self):
        self._refuse_written("SN1", "SN2", "SN3", reason="3 units, with only 2 to assign")

    def test_twice(self):
        self._refuse_written("SN1", "SN1", reason="SN1")

    def test_other_warehouse(self):
        self._elsewhere(self.phone, "SN9")
        self._write_lines("SN9")
        with self.assertRaisesRegex(UserError, "another warehouse"), self.env.cr.savepoint():
            self._answer(self.picking.button_validate())

    def test_other_shelf(self):
        """It is not taken from where it does not lie."""
        self._put(self.phone, ["SN8"], self.shelf)
        self._write_lines("SN8")
        with self.assertRaisesRegex(UserError, "It lies in .*Shelf"), self.env.cr.savepoint():
            self._answer(self.picking.button_validate())
        self.move.move_line_ids.location_id = self.shelf
        self._answer(self.picking.button_validate())
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN8": 1})
        self.assertNoNegative(self.phone)

    def test_other_shelf_as_text(self):
        """Nor where its name is typed in another spelling."""
        self._put(self.phone, ["SN8"], self.shelf)
        self.move.env["stock.move.line"].create(
            {
                **self.move._prepare_move_line_vals(quantity=0),
                "quantity": 1,
                "lot_name": "sn8",
                "picked": True,
            }
        )
        with self.assertRaisesRegex(UserError, "It lies in .*Shelf"), self.env.cr.savepoint():
            self._answer(self.picking.button_validate())

    def test_new_name(self):
        """A new name is taken or not, as when it is assigned."""
        self.till.picking_type_id.use_create_lots = False
        self.move.env["stock.move.line"].create(
            {
                **self.move._prepare_move_line_vals(quantity=0),
                "quantity": 1,
                "lot_name": "NEW1",
                "picked": True,
            }
        )
        with self.assertRaisesRegex(UserError, "Nobody knows"), self.env.cr.savepoint():
            self._answer(self.picking.button_validate())

    def _write_name(self, name, move=None, quantity=1, **values):
        """Write a name that is no lot yet, or another spelling of one, and validate."""
        move = move or self.move
        move.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(quantity=0),
                "quantity": quantity,
                "lot_name": name,
                "picked": True,
                **values,
            }
        )
        answer = move.picking_id.button_validate()
        if isinstance(answer, dict):
            self._answer(answer)
        self._fresh()

    def assertFlagged(self, line, *expected):
        """Each number with its flags; who reads the flag is told why."""
        numbers = line.pack_lot_ids
        found = [(number.lot_name, *number.flag_ids.mapped("code")) for number in numbers]
        self.assertEqual(found, list(expected))
        for number in numbers.filtered("flag_ids"):
            self.assertTrue(number.needs_review)
            self.assertTrue(number.explanation)

    def test_flagged_as_assigned(self):
        """What is out of order with it is flagged, as if it had been assigned."""
        self._write_name("NEW1")
        self.assertFlagged(self.line, ("NEW1", "unknown"))
        self._put(self.phone, ["SN8"], self.warehouse.wh_input_stock_loc_id)
        move = self.line.waiting_move_ids._waits_for_numbers().with_user(self.inventory)
        self._write_name("SN8", move, location_id=self.warehouse.wh_input_stock_loc_id.id)
        self.assertFlagged(self.line, ("NEW1", "unknown"), ("SN8", "not_here"))

    def test_short_lot(self):
        line = self._sell(self._line(self.milk, 12)).lines
        move = line.waiting_move_ids.with_user(self.inventory)
        self._write_lines("L1", move=move, quantity=12)
        move.picking_id.button_validate()
        self._fresh()
        self.assertFlagged(line, ("L1", "short"))
        self.assertEqual(self._gone(self.milk), {"L1": 12})

    def test_short_by_two_lines(self):
        """Each has enough by itself, and both together have not."""
        order = self._sell(self._line(self.milk, 8), self._line(self.milk, 8, price=90))
        moves = order.lines.waiting_move_ids.with_user(self.inventory)
        for move in moves:
            self._write_lines("L1", move=move, quantity=8)
        moves.picking_id.button_validate()
        self._fresh()
        self.assertEqual(self._gone(self.milk), {"L1": 16})
        flags = [number.flag_ids.mapped("code") for number in order.lines.pack_lot_ids]
        self.assertEqual(flags, [[], ["short"]])

    def test_new_names_of_two_lines(self):
        """One takes what has no number, the other nothing that is there."""
        self._put(self.phone, {None: 1})
        order = self._sell(self._line(self.phone, 1), self._line(self.phone, 1, price=90))
        moves = order.lines.waiting_move_ids.with_user(self.inventory)
        for move, name in zip(moves, ("NEW1", "NEW2"), strict=True):
            values = {**move._prepare_move_line_vals(quantity=0), "quantity": 1}
            move.env["stock.move.line"].create({**values, "lot_name": name, "picked": True})
        moves.picking_id.button_validate()
        self._fresh()
        flags = [number.flag_ids.mapped("code") for number in order.lines.pack_lot_ids]
        self.assertEqual(flags, [[], ["unknown"]])

    def test_nobody_sold_it(self):
        line = self._sell(self._line(self.phone, -1), is_refund=True).lines
        self._lot(self.phone, "LOST")
        self._write_name("LOST", line.waiting_move_ids.with_user(self.inventory))
        self.assertFlagged(line, ("LOST", "not_sold"))

    def test_name_is_read(self):
        """A scanned text becomes the name that it stands for everywhere else."""
        for text, name in (("]C121NEW7", "NEW7"), ("NEW\u200b 8", "NEW 8")):
            self._fresh()
            move = self.line.waiting_move_ids._waits_for_numbers().with_user(self.inventory)
            self._write_name(text, move)
            number = self.line.pack_lot_ids[-1]
            self.assertEqual((number.lot_name, number.lot_id.name), (name, name))
        self.assertEqual(self._gone(self.phone), {"NEW7": 1, "NEW 8": 1})

    def test_name_in_the_product_s_format(self):
        self.phone.product_tmpl_id.write(
            {"pos_number_kind": "any", "pos_number_prefixes": "SN:", "pos_number_upper": True}
        )
        self._write_name("sn:abc")
        self.assertEqual(self.line.pack_lot_ids.lot_id.name, "ABC")

    def test_known_number_in_a_code(self):
        self._write_name("]C121SN4")
        self.assertFlagged(self.line, ("SN4",))
        self.assertEqual(self._gone(self.phone), {"SN4": 1})

    def test_barcode_is_no_number(self):
        self.phone.barcode = "5901234123457"
        with self.assertRaisesRegex(UserError, "barcode of"), self.env.cr.savepoint():
            self._write_name("5901234123457")
        self._fresh()
        self.assertFalse(self.line.pack_lot_ids)

    def test_return_frees_its_sale(self):
        """Written on the return's transfer, it comes back as if it were assigned."""
        self.phone.categ_id.warranty_months = 24
        sold = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        other = self._sell(self._line(self.phone, 1, ["SN3"]))
        back = self._give_back(sold, 1).lines
        free = self._sell(self._line(self.phone, -1), is_refund=True).lines
        for line, name in ((back, "SN1"), (free, "SN3")):
            move = line.waiting_move_ids.with_user(self.inventory)
            self._write_lines(name, move=move)
            move.picking_id.button_validate()
            self._fresh()
            self.assertFlagged(line, (name,))
        numbers = {n.lot_name: n for n in (sold | other).lines.pack_lot_ids}
        self.assertEqual(
            {name: (n.holds, bool(n.warranty_ended_on)) for name, n in numbers.items()},
            {"SN1": (False, True), "SN2": (True, False), "SN3": (False, True)},
        )
        again = self._sell(self._line(self.phone, 2, ["SN1", "SN3"]))
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)
        self.assertEqual(again.lines.pack_lot_ids.mapped("holds"), [True, True])

    def test_serial_numbers_column(self):
        """In the column of serial numbers."""
        self.move.lot_ids = self._lot(self.phone, "SN2") | self._lot(self.phone, "SN3")
        self.assertIs(self.picking.button_validate(), True)
        self._fresh()
        self.assertEqual(self._names(self.line), ["SN2", "SN3"])

    def test_number_that_came_back(self):
        """What another sale still holds of a serial that a transfer brought back is over."""
        other = self._sell(self._line(self.phone, 1, ["SN1"]))
        moved = other.lines.pack_lot_ids.move_line_ids.picking_id
        wizard = self.env["stock.return.picking"].create({"picking_id": moved.id})
        wizard.product_return_moves.filtered(lambda r: r.product_id == self.phone).quantity = 1
        back = wizard._create_return()
        back.move_ids.move_line_ids.filtered(lambda ml: ml.lot_id.name != "SN1").unlink()
        back.move_ids.picked = True
        back._action_done()
        self._fresh()
        self._write_lines("SN1")
        self._answer(self.picking.button_validate())
        self._fresh()
        number = self.line.pack_lot_ids
        self.assertEqual(
            (number.lot_name, number.holds, number._get_flag_codes()), ("SN1", True, set())
        )

    def test_flagged_number_of_the_line(self):
        """The line's own number that was a duplicate and is free now: it is corrected, and held."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        second = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(second.lines.pack_lot_ids._get_flag_codes(), {"duplicate"})
        self._correct(first.lines.pack_lot_ids, "SN2")
        move = second.lines.waiting_move_ids.with_user(self.inventory)
        self._write_lines("SN1", move=move)
        self.assertIs(move.picking_id.button_validate(), True)
        self._fresh()
        number = second.lines.pack_lot_ids
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})
        self.assertEqual((number.holds, number._is_refused()), (True, False))
        self._give_back(second, 1, ["SN1"])
        self.assertEqual(self._gone(self.phone), {"SN2": 1})


@tagged("post_install", "-at_install")
class TestWrittenNumbersAtClosing(AtClosing, TestWrittenNumbers):
    pass


@tagged("post_install", "-at_install")
class TestWaitingKit(AssignmentCase):
    """What waits of a kit is kept in the same way."""

    def setUp(self):
        super().setUp()
        self.kit = self._kit("Kit", {self.phone: 1})
        self.order = self._sell(self._line(self.kit))
        self.move = self._open_moves(self.phone).with_user(self.inventory)

    def _write(self, name):
        self.move.env["stock.move.line"].create(
            {
                **self.move._prepare_move_line_vals(quantity=0),
                "quantity": 1,
                "lot_id": self._lot(self.phone, name).id,
                "picked": True,
            }
        )

    def test_cancel(self):
        with self.assertRaisesRegex(UserError, "Close without Number"):
            self.move.picking_id.action_cancel()

    def test_sold_already(self):
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._write("SN1")
        with self.assertRaisesRegex(UserError, "sold already"):
            self.move.picking_id.button_validate()

    def test_right_number(self):
        self._write("SN1")
        self.assertIs(self.move.picking_id.button_validate(), True)
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertEqual(self.order.waiting_number_qty, 0)
