"""Numbers that are taken off a paid order, and numbers of two orders that are swapped."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .against_core.common import AtClosing
from .common import ExchangeCase, NumberedShopCase


@tagged("post_install", "-at_install")
class TestRelease(ExchangeCase):
    """The unit waits, its number is free."""

    def test_moved(self):
        """It lies where it lay, and may be sold again; its unit takes another number."""
        self._put(self.phone, ["SH1"], self.shelf)
        order = self._sell(self._line(self.phone, 1, ["SH1"]))
        self._release(order.lines.pack_lot_ids)
        self.assertStock(self.phone, {**self.rest, "SH1": 1}, {})
        self.assertEqual(self._quants(self.phone, ("location_id", "=", self.shelf.id)), {"SH1": 1})
        self.assertFalse(order.lines.pack_lot_ids)
        self.assertEqual(order.lines.missing_number_qty, 1)
        self.assertWaiting(self.phone, 1, order)
        again = self._sell(self._line(self.phone, 1, ["SH1"]))
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)
        self._assign(order.lines, "SN2")
        self.assertStock(self.phone, self._left("SN2"), {"SH1": 1, "SN2": 1})

    def test_one_of_two(self):
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._release(order.lines.pack_lot_ids.filtered(lambda n: n.lot_name == "SN1"))
        self.assertStock(self.phone, self._left("SN2"), {"SN2": 1})
        self.assertEqual((self._names(order.lines), order.waiting_number_qty), (["SN2"], 1))
        self.assertHeld(order, "SN2")

    def test_lot(self):
        order = self._sell(self._line(self.milk, 5, pack_lot_ids=self._lots(L1=3, L2=2)))
        self._release(order.lines.pack_lot_ids.filtered(lambda n: n.lot_name == "L1"))
        self.assertStock(self.milk, {"L1": 10, "L2": 8}, {"L2": 2})
        self.assertWaiting(self.milk, 3, order)

    def test_waiting_duplicate(self):
        """A number that waits is just taken off."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._release(order.lines.pack_lot_ids)
        self.assertFalse(order.lines.pack_lot_ids)
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_returned(self):
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(order, 1, ["SN1"])
        number = order.lines.pack_lot_ids.with_user(self.inventory)
        self._refused(number._take_off, reason="come back already")

    def test_return_taken_off(self):
        """What did not come back is with its customer again; the return waits for what did."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        refund = self._give_back(order, 1, ["SN1"])
        self._release(refund.lines.pack_lot_ids)
        self.assertStock(self.phone, self._left("SN1"), {"SN1": 1})
        self.assertHeld(order, "SN1")
        self.assertEqual(refund.waiting_number_qty, 1)
        self._assign(refund.lines, "SN1")
        self.assertStock(self.phone, self.rest, {})

    def test_return_sold_again(self):
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        refund = self._give_back(order, 1, ["SN1"])
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._refused(refund.lines.pack_lot_ids.with_user(self.inventory)._take_off)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_rights(self):
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        number = order.lines.pack_lot_ids
        self._refused(number.with_user(self.cashier)._take_off, error=AccessError)
        other = self.env["res.company"].create({"name": "Other"})
        self.inventory.write({"company_ids": [(4, other.id)]})
        foreign = number.with_user(self.inventory).with_context(allowed_company_ids=other.ids)
        self._refused(foreign._take_off, error=AccessError)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_cost(self):
        """Its unit counts with the current cost, until the right number replaces it."""
        radio = self._product("Radio", method="fifo")
        self._receive(radio, ["R1"], cost=50)
        self._receive(radio, ["R2"], cost=80)
        order = self._sell(self._line(radio, 1, ["R1"]))
        self.assertEqual(order.lines.total_cost, 50)
        self._release(order.lines.pack_lot_ids)
        self.assertEqual(order.lines.total_cost, radio.standard_price)
        self._assign(order.lines, "R1")
        moved = order.lines.pack_lot_ids.move_line_ids.move_id
        self.assertEqual(order.lines.total_cost, moved.value)

    def test_chatter(self):
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._release(order.lines.pack_lot_ids)
        body = order.message_ids[0].body
        for text in ("released", "Ines", "Before: SN1", "After: none"):
            self.assertIn(text, body)

    def test_dialog(self):
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        wizard = self.env["pos.number.replacement"].with_user(self.inventory)
        wizard = wizard.create({"number_id": order.lines.pack_lot_ids.id})
        wizard.action_release()
        self._fresh()
        self.assertStock(self.phone, self.rest, {})


@tagged("post_install", "-at_install")
class TestReleaseAtClosing(AtClosing, TestRelease):
    pass


@tagged("post_install", "-at_install")
class TestExchange(ExchangeCase):
    """Two boxes were handed out crosswise."""

    def setUp(self):
        super().setUp()
        self.ada = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        self.bea = self.env["res.partner"].create({"name": "Bea"})
        self.other = self._sell(self._line(self.phone, 1, ["SN2"]), partner_id=self.bea.id)

    def _swap(self, first=None, second=None, **kwargs):
        first, second = first or self.ada, second or self.other
        self._exchange(first.lines.pack_lot_ids, second.lines.pack_lot_ids, **kwargs)

    def assertSwapped(self):
        self.assertEqual(self._names(self.ada.lines), ["SN2"])
        self.assertEqual(self._names(self.other.lines), ["SN1"])
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertHeld(self.ada, "SN2")
        self.assertHeld(self.other, "SN1")
        self.assertFalse(self._open_moves(self.phone))

    def test_both_moved(self):
        self._swap()
        self.assertSwapped()
        self.assertNoNegative(self.phone)
        moved = self.ada.lines.pack_lot_ids.move_line_ids
        self.assertEqual((moved.lot_id.name, moved.picking_id.pos_order_id), ("SN2", self.ada))
        self.assertIn(self.customer, self._lot(self.phone, "SN2").partner_ids)

    def test_back_again(self):
        self._swap()
        self._swap()
        self.assertEqual(self._names(self.ada.lines), ["SN1"])
        self.assertHeld(self.ada, "SN1")
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_refund_afterwards(self):
        """Each number comes back to the order that has it now."""
        self._swap()
        refund = self._give_back(self.ada, 1, ["SN2"])
        self.assertFalse(refund.lines.pack_lot_ids.flag_ids)
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_chatter_on_both(self):
        self._swap()
        for order, other, before, after in (
            (self.ada, self.other, "SN1", "SN2"),
            (self.other, self.ada, "SN2", "SN1"),
        ):
            body = order.message_ids[0].body
            for text in (other.name, f"Before: {before}", f"After: {after}", "Ines"):
                self.assertIn(text, body)

    def test_cost_follows(self):
        radio = self._product("Radio", method="average", lot_valuated=True)
        self._receive(radio, ["R1"], cost=50)
        self._receive(radio, ["R2"], cost=80)
        first = self._sell(self._line(radio, 1, ["R1"]))
        second = self._sell(self._line(radio, 1, ["R2"]))
        costs = first.lines.total_cost, second.lines.total_cost
        self._swap(first, second)
        self.assertEqual((first.lines.total_cost, second.lines.total_cost), costs[::-1])
        self._swap(first, second)
        self.assertEqual((first.lines.total_cost, second.lines.total_cost), costs)

    def test_one_waits(self):
        """The other order's number could not move: it moves now, with the first order."""
        with self._refuse_moving(self.phone), self.assertLogs(level="WARNING"):
            waiting = self._sell(self._line(self.phone, 1, ["SN3"]))
        self.assertWaiting(self.phone, 1, waiting)
        self._swap(self.ada, waiting)
        self.assertEqual(self._names(waiting.lines), ["SN1"])
        self.assertEqual(self._names(self.ada.lines), ["SN3"])
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1, "SN3": 1})
        self.assertFalse(self._open_moves(self.phone))
        self.assertHeld(waiting, "SN1")
        self.assertHeld(self.ada, "SN3")

    _refuse_moving = NumberedShopCase._refuse

    def test_lots(self):
        """Of lots, as many units as both have, or as said."""
        first = self._sell(self._line(self.milk, 3, pack_lot_ids=self._lots(L1=3)))
        second = self._sell(self._line(self.milk, 5, pack_lot_ids=self._lots(L2=5)))
        self._swap(first, second)
        self.assertEqual(self._quantities(first), {"L2": 3})
        self.assertEqual(self._quantities(second), {"L1": 3, "L2": 2})
        self.assertStock(self.milk, {"L1": 7, "L2": 5}, {"L1": 3, "L2": 5})
        moved = {n.lot_name: n._get_moved_quantity() for n in second.lines.pack_lot_ids}
        self.assertEqual(moved, {"L1": 3, "L2": 2})
        number = second.lines.pack_lot_ids.filtered(lambda n: n.lot_name == "L1")
        self._exchange(first.lines.pack_lot_ids, number, quantity=1)
        self.assertEqual(self._quantities(first), {"L1": 1, "L2": 2})
        self.assertEqual(self._quantities(second), {"L1": 2, "L2": 3})
        self.assertEqual(self._gone(self.milk), {"L1": 3, "L2": 5})

    def test_refused(self):
        milk = self._sell(self._line(self.milk, 1, ["L1"]))
        number = self.ada.lines.pack_lot_ids.with_user(self.inventory)
        other = self.other.lines.pack_lot_ids
        self._refused(number._exchange_with, milk.lines.pack_lot_ids, reason="one product")
        self._refused(number._exchange_with, number, reason="nothing to exchange")
        self._refused(number._exchange_with, other, 2, reason="not 2")
        self._give_back(self.other, 1, ["SN2"])
        self._refused(number._exchange_with, other, reason="SN2 has come back already")
        self._refused(other.with_user(self.inventory)._exchange_with, number, reason="SN2 has come")
        self.assertEqual(self._names(self.ada.lines), ["SN1"])
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_rights(self):
        number, other = (order.lines.pack_lot_ids for order in (self.ada, self.other))
        self._refused(number.with_user(self.cashier)._exchange_with, other, error=AccessError)
        self.assertEqual(self._names(self.ada.lines), ["SN1"])

    def test_dialog(self):
        """Offered where the correction is refused because the other order has the number."""
        wizards = self.env["pos.number.replacement"].with_user(self.inventory)
        wizard = wizards.create({"number_id": self.ada.lines.pack_lot_ids.id})
        with Form(wizard) as form:
            form.new_name = "SN4"
            self.assertFalse(form.exchange_number_id)
            form.new_name = "SN2"
            self.assertFalse(form.is_valid)
            self.assertEqual(form.exchange_number_id, self.other.lines.pack_lot_ids)
            self.assertIn(self.other.pos_reference, form.exchange_offer)
        self._refused(wizard.action_correct, reason="sold already")
        wizard.action_exchange()
        self._fresh()
        self.assertSwapped()

    def test_dialog_without_other(self):
        wizards = self.env["pos.number.replacement"].with_user(self.inventory)
        wizard = wizards.create({"number_id": self.ada.lines.pack_lot_ids.id, "new_name": "SN4"})
        self._refused(wizard.action_exchange)


@tagged("post_install", "-at_install")
class TestExchangeAtClosing(AtClosing, TestExchange):
    pass


@tagged("post_install", "-at_install")
class TestBeforeClosing(ExchangeCase):
    """Numbers whose stock moves only when the session closes."""

    update_stock = "closing"

    def setUp(self):
        super().setUp()
        self.first = self._sell(self._line(self.phone, 1, ["SN1"]))

    def test_release(self):
        self._release(self.first.lines.pack_lot_ids)
        self.assertFalse(self.first.lines.pack_lot_ids)
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertFalse(again.lines.pack_lot_ids.flag_ids)
        self._close()
        self.assertStock(self.phone, self._left("SN1"), {"SN1": 1})
        self.assertWaiting(self.phone, 1, self.first)

    def test_release_of_what_came_back(self):
        self._give_back(self.first, 1, ["SN1"])
        self._refused(self.first.lines.pack_lot_ids.with_user(self.inventory)._take_off)

    def test_exchange(self):
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        self._exchange(self.first.lines.pack_lot_ids, second.lines.pack_lot_ids)
        self.assertEqual(self._names(self.first.lines), ["SN2"])
        self.assertHeld(second, "SN1")
        self._close()
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertFalse(
            second.lines.pack_lot_ids.flag_ids | self.first.lines.pack_lot_ids.flag_ids
        )

    def test_one_session_closed(self):
        """One has moved, the other moves when its session closes."""
        self._close()
        self._open_till(self.till)
        second = self._sell(self._line(self.phone, 1, ["SN2"]))
        self._exchange(self.first.lines.pack_lot_ids, second.lines.pack_lot_ids)
        self.assertStock(self.phone, self._left("SN2"), {"SN2": 1})
        self.assertEqual(self._names(self.first.lines), ["SN2"])
        self._close()
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self.assertEqual(self._names(second.lines), ["SN1"])
        self.assertFalse(self._open_moves(self.phone))
        self.assertNoNegative(self.phone)
