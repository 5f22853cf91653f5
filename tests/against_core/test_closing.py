"""Stock that moves when the session closes: several orders of one session, several sessions.

What one order does at closing is in `test_again_at_closing`.
"""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ClosingCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestClosing(ClosingCase):
    """One transfer for the session."""

    @passes_on_stock
    def test_all_good(self):
        """Everything sold with its number leaves at closing."""
        self._sell(self._line(self.phone, 2, ["SN1", "SN2"]), self._line(self.cable))
        self._sell(self._line(self.milk, 3, ["L1"]))
        self.assertEqual(self._gone(self.phone), {})
        self._close()
        self.assertStock(self.phone, {"SN3": 1, "SN4": 1}, {"SN1": 1, "SN2": 1})
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self.assertStock(self.cable, {None: 9}, {None: 1})

    def test_sold_twice(self):
        """A serial sold twice keeps no other unit of the session from moving."""
        self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable))
        self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable))
        self._sell(self._line(self.phone, 1, ["SN2"]), self._line(self.milk, 3, ["L1"]))
        self._close()
        self.assertStock(self.phone, {"SN3": 1, "SN4": 1}, {"SN1": 1, "SN2": 1})
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertWaiting(self.phone, 1)

    def test_sold_in_an_earlier_session(self):
        """Nor one that an earlier session sold."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._close()
        self.till.open_ui()
        self.till.current_session_id.set_opening_control(0, "")
        self._sell(self._line(self.phone, 2, ["SN1", "SN2"]), self._line(self.cable))
        self._close()
        self.assertStock(self.phone, {"SN3": 1, "SN4": 1}, {"SN1": 1, "SN2": 1})
        self.assertStock(self.cable, {None: 9}, {None: 1})
        self.assertWaiting(self.phone, 1)

    def test_unknown_with_creation_forbidden(self):
        """Nor an unknown one where creation is forbidden."""
        self.warehouse.pos_type_id.use_create_lots = False
        self._sell(self._line(self.phone, 1, ["NEW1"]))
        self._sell(self._line(self.phone, 1, ["SN2"]), self._line(self.cable))
        self._close()
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})
        self.assertStock(self.cable, {None: 9}, {None: 1})
        self.assertWaiting(self.phone, 1)

    def test_missing(self):
        """What has no number waits, and takes no number that nobody chose."""
        self._sell(self._line(self.phone, 2, ["SN1"]))
        self._sell(self._line(self.phone, 1), self._line(self.cable))
        self._close()
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})
        self.assertStock(self.cable, {None: 9}, {None: 1})
        self.assertWaiting(self.phone, 2)

    def test_missing_names_its_order(self):
        """Each order's waiting units stand in a transfer that names the order."""
        orders = [self._sell(self._line(self.phone)), self._sell(self._line(self.milk, 2))]
        self._sell(self._line(self.cable))
        self._close()
        self.assertWaiting(self.phone, 1, orders[0])
        self.assertWaiting(self.milk, 2, orders[1])

    def test_too_many_numbers(self):
        """One unit with three serials: one leaves."""
        self._sell(self._line(self.phone, 1, ["SN1", "SN2", "SN3"]))
        self._close()
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})

    def test_lot_on_two_shelves(self):
        """A lot on two shelves is taken from both, over two orders."""
        self._put(self.milk, {"L1": 5}, self.shelf)
        self._sell(self._line(self.milk, 8, ["L1"]))
        self._sell(self._line(self.milk, 7, ["L1"]))
        self._close()
        self.assertStock(self.milk, {}, {"L1": 15})
        self.assertNoNegative(self.milk)

    def test_refund_in_the_same_session(self):
        """A serial sold, returned and sold again in one session is out."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(first, 1, ["SN1"])
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._close()
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))

    @passes_on_stock
    def test_sold_and_returned(self):
        """A serial sold and returned in one session is here."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(order, 1, ["SN1"])
        self._close()
        self.assertStock(self.phone, dict.fromkeys(["SN1", "SN2", "SN3", "SN4"], 1), {})

    @passes_on_stock
    def test_reserved_meanwhile(self):
        """A serial that another document reserved after the sale is the till's."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        move = self._sale_order(self.phone, 1).picking_ids.move_ids
        self._choose(move, ["SN1"])
        self._close()
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})
        self.assertEqual(move.quantity, 1)
        self.assertIn(move.lot_ids.name, ("SN2", "SN3", "SN4"))

    @passes_on_stock
    def test_invoiced(self):
        """An invoiced order moves at once, and not again at closing."""
        self.company.anglo_saxon_accounting = True
        values = {"partner_id": self.customer.id, "to_invoice": True}
        self._sell(self._line(self.milk, 3, ["L1"]), **values)
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self._sell(self._line(self.milk, 2, ["L1"]))
        self._close()
        self.assertStock(self.milk, {"L1": 5}, {"L1": 5})

    def test_cost(self):
        """Units without number cost what the product costs, not nothing."""
        radio = self._product("Radio", method="fifo")
        self._receive(radio, ["R1", "R2"], cost=10)
        order = self._sell(self._line(radio, 2))
        self._close()
        self.assertEqual(order.lines.total_cost, 20)


@tagged("post_install", "-at_install")
class TestOffered(ClosingCase):
    """What is paid and not yet moved is not offered at the tills."""

    def test_serial(self):
        """A sold serial is not offered again before closing."""
        self._sell(self._line(self.phone, 2, ["SN1", "SN3"]))
        self.assertEqual(self._offered(self.phone), {"SN2": 1, "SN4": 1})

    def test_lot(self):
        """Of a lot only the rest is offered."""
        self._sell(self._line(self.milk, 4, ["L1"]))
        self.assertEqual(self._offered(self.milk), {"L1": 6})

    def test_other_till(self):
        """At another till of the same stock neither."""
        self._sell(self._line(self.phone, 1, ["SN1"]), till=self._till("Other till"))
        self.assertEqual(self._offered(self.phone), {"SN2": 1, "SN3": 1, "SN4": 1})

    def test_returned(self):
        """A serial sold and returned is offered, and a second one sold is not."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._give_back(order, 1, ["SN1"])
        self.assertEqual(self._offered(self.phone), {"SN1": 1, "SN3": 1, "SN4": 1})

    @passes_on_stock
    def test_moved(self):
        """Once the session is closed nothing is subtracted twice."""
        self._sell(self._line(self.milk, 4, ["L1"]))
        self._close()
        self.assertEqual(self._offered(self.milk), {"L1": 6})

    @passes_on_stock
    def test_not_paid(self):
        """An order that is not paid holds nothing."""
        line = self._line(self.phone, 1, ["SN1"])
        self._sync(self._paid(line, state="draft", payment_ids=[]))
        self.assertIn("SN1", self._offered(self.phone))


@tagged("post_install", "-at_install")
class TestAmongGoodOrders(ClosingCase):
    """One bad number in a session of good orders."""

    serials = ("SN1", "SN2", "SN3")

    def _sell_among_good(self, *lines):
        """Sell SN1 and a lot, then these lines, then SN2; and close."""
        self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.milk, 3, ["L1"]))
        order = self._sell(*lines, self._line(self.cable))
        self._sell(self._line(self.phone, 1, ["SN2"]), self._line(self.cable))
        self._close()
        return order

    def assertGoodGone(self, bad, *more):
        """The good ones left, and everything of the bad order but one unit, which waits."""
        gone = {"SN1", "SN2", *more}
        here = dict.fromkeys(set(self.serials) - gone, 1)
        self.assertStock(self.phone, here, dict.fromkeys(gone, 1))
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertWaiting(self.phone, 1, bad)

    def test_no_number(self):
        """No number at all."""
        self.assertGoodGone(self._sell_among_good(self._line(self.phone)))

    def test_one_of_two(self):
        """One of two numbers."""
        self.assertGoodGone(self._sell_among_good(self._line(self.phone, 2, ["SN3"])), "SN3")

    def test_sold_before_in_other_letter_case(self):
        """The serial of an order before, in other letter case."""
        self.assertGoodGone(self._sell_among_good(self._line(self.phone, 1, ["sn1"])))

    def test_twice_in_a_line(self):
        """The same serial twice in the line."""
        order = self._sell_among_good(self._line(self.phone, 2, ["SN3", "SN3"]))
        self.assertGoodGone(order, "SN3")

    def test_creation_forbidden(self):
        """A serial that is not on file, where creation is forbidden."""
        self.warehouse.pos_type_id.use_create_lots = False
        self.assertGoodGone(self._sell_among_good(self._line(self.phone, 1, ["NEW1"])))

    def test_other_product(self):
        """A lot of another product."""
        self.assertGoodGone(self._sell_among_good(self._line(self.phone, 1, ["L1"])))

    def test_other_warehouse(self):
        """A serial of another warehouse."""
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTHER"})
        self._put(self.phone, ["FAR1"], other.lot_stock_id)
        self.assertGoodGone(self._sell_among_good(self._line(self.phone, 1, ["FAR1"])))
        self.assertEqual(self._here(self.phone, other.lot_stock_id), {"FAR1": 1})

    def test_kit(self):
        """A kit, whose component has no number."""
        kit = self._kit("Kit", {self.phone: 1})
        self.assertGoodGone(self._sell_among_good(self._line(kit)))

    def test_both_switches_off(self):
        """An operation type without numbers: those given are those that move."""
        self.warehouse.pos_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        self._sell(self._line(self.phone, 1, ["SN3"]))
        self._sell(self._line(self.phone, 1, ["SN2"]), self._line(self.cable))
        self._close()
        self.assertStock(self.phone, {"SN1": 1}, {"SN2": 1, "SN3": 1})


@tagged("post_install", "-at_install")
class TestLotOverOrders(ClosingCase):
    """Orders of one or two sessions share what there is of a lot."""

    def assertShort(self, quantity):
        """All left; the lot is negative by the excess, in one place."""
        self.assertEqual(self._gone(self.milk), {"L1": 15 + quantity})
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.milk.id), ("location_id.usage", "=", "internal")]
        )
        self.assertEqual([left for left in quants.mapped("quantity") if left], [-quantity])

    def test_short(self):
        """Both shelves are emptied before the lot goes negative, by the excess only."""
        self._put(self.milk, {"L1": 5}, self.shelf)
        for quantity in (6, 7, 5):
            self._sell(self._line(self.milk, quantity, ["L1"]))
        self._close()
        self.assertShort(3)

    def test_short_at_two_tills(self):
        """Also when they are orders of two tills."""
        self._put(self.milk, {"L1": 5}, self.shelf)
        other = self._till("Other till")
        self._sell(self._line(self.milk, 9, ["L1"]))
        self._sell(self._line(self.milk, 9, ["L1"]), till=other)
        self._close(other)
        self._close()
        self.assertShort(3)

    @passes_on_stock
    def test_expires_meanwhile(self):
        """A lot that expires between sale and closing leaves all the same."""
        self.milk.use_expiration_date = True
        lot = self._lot(self.milk, "L1")
        lot.expiration_date = fields.Datetime.now() + timedelta(days=1)
        self._sell(self._line(self.milk, 4, ["L1"]))
        lot.expiration_date = lot.removal_date = fields.Datetime.now() - timedelta(days=1)
        self._close()
        self.assertStock(self.milk, {"L1": 6}, {"L1": 4})

    @passes_on_stock
    def test_reserved_meanwhile(self):
        """Of a lot that another document reserved after the sale it keeps what is left."""
        self._sell(self._line(self.milk, 4, ["L1"]))
        self._sell(self._line(self.milk, 3, ["L1"]))
        move = self._sale_order(self.milk, 10).picking_ids.move_ids
        self._close()
        self.assertStock(self.milk, {"L1": 3}, {"L1": 7})
        self.assertEqual(move.quantity, 3)


@tagged("post_install", "-at_install")
class TestTwoTills(ClosingCase):
    """Two tills of one stock, both open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._till("Other till")

    def _sell_at_both(self):
        """Sell SN1 here, then at the other till: that one waits."""
        self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable))
        lines = self._line(self.phone, 1, ["SN1"]), self._line(self.cable)
        return self._sell(*lines, till=self.other)

    def assertSecondWaits(self, second):
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertWaiting(self.phone, 1, second)

    def test_first_closes_first(self):
        """The second sale waits, whichever till closes first."""
        second = self._sell_at_both()
        self._close()
        self._close(self.other)
        self.assertSecondWaits(second)

    def test_second_closes_first(self):
        """Also when the second sale's till closes first."""
        second = self._sell_at_both()
        self._close(self.other)
        self.assertEqual(self._gone(self.phone), {})
        self.assertWaiting(self.phone, 1, second)
        self._close()
        self.assertSecondWaits(second)

    @passes_on_stock
    def test_returned_at_the_other_till(self):
        """A serial returned at the other till is back once both are closed."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(order, 1, ["SN1"], till=self.other)
        self._close()
        self._close(self.other)
        self.assertAllHere()

    def test_sold_again_at_the_other_till(self):
        """Returned and sold again there, it is out, once."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(order, 1, ["SN1"], till=self.other)
        self._sell(self._line(self.phone, 1, ["SN1"]), till=self.other)
        self._close()
        self._close(self.other)
        self.assertAllHere("SN1")


@tagged("post_install", "-at_install")
class TestRefundsOfSessions(ClosingCase):
    """What comes back in the session of its sale, or in a later one."""

    def _next_session(self):
        self._close()
        self._open_till(self.till)

    def test_sold_and_returned_twice(self):
        """Sold, returned, sold and returned again: it is here."""
        for _time in range(2):
            order = self._sell(self._line(self.phone, 1, ["SN1"]))
            self._give_back(order, 1, ["SN1"])
        self._close()
        self.assertAllHere()

    def test_returned_and_sold_again_later(self):
        """In the next session returned and sold again: it is out."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._next_session()
        self._give_back(order, 1, ["SN1"])
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._close()
        self.assertAllHere("SN1")

    def test_missing_and_returned(self):
        """A unit without number that comes back in the same session is not waited for."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._give_back(order, 1)
        self._close()
        self.assertAllHere("SN1")

    def test_wrong_one_back(self):
        """A serial that is here does not come back, beside one that does."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._give_back(order, 2, ["SN4", "SN2"])
        self._close()
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})

    def test_back_twice(self):
        """A serial that comes back twice in one session comes back once."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._give_back(order, 1, ["SN1"])
        self._give_back(order, 1, ["SN1"])
        self._close()
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})

    @passes_on_stock
    def test_lot(self):
        """A lot sold beyond its stock and returned in part."""
        order = self._sell(self._line(self.milk, 12, ["L1"]))
        self._give_back(order, 5, ["L1"])
        self._close()
        self.assertStock(self.milk, {"L1": 3}, {"L1": 7})

    @passes_on_stock
    def test_lot_over_sessions(self):
        """A lot comes back in parts, in this session and the next."""
        order = self._sell(self._line(self.milk, 6, ["L1"]))
        self._give_back(order, 2, ["L1"])
        self._next_session()
        self._give_back(order, 3, ["L1"])
        self._close()
        self.assertStock(self.milk, {"L1": 9}, {"L1": 1})


@tagged("post_install", "-at_install")
class TestInvoiced(ClosingCase):
    """Invoiced orders: with Anglo-Saxon accounting their stock moves at once, else at closing."""

    anglo_saxon = False

    def setUp(self):
        super().setUp()
        self.company.anglo_saxon_accounting = self.anglo_saxon
        self.invoiced = {"partner_id": self.customer.id, "to_invoice": True}

    def test_some_numbers(self):
        """The known serial leaves once, the other unit waits once."""
        order = self._sell(
            self._line(self.phone, 2, ["SN1"]), self._line(self.cable), **self.invoiced
        )
        self.assertTrue(order.account_move)
        self.assertEqual(self._gone(self.phone), {"SN1": 1} if self.anglo_saxon else {})
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self._close()
        self.assertStock(self.phone, {"SN3": 1, "SN4": 1}, {"SN1": 1, "SN2": 1})
        self.assertStock(self.cable, {None: 9}, {None: 1})
        self.assertWaiting(self.phone, 1, order)

    def test_sold_twice(self):
        """The same serial in an order of the session: the second one waits."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]), **self.invoiced)
        self._close()
        self.assertStock(self.phone, {"SN3": 1, "SN4": 1}, {"SN1": 1, "SN2": 1})
        self.assertWaiting(self.phone, 1, order)

    def test_invoiced_before_closing(self):
        """An order that is invoiced while its session is open moves and waits once."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]), partner_id=self.customer.id)
        order.action_pos_order_invoice()
        self._fresh()
        self._close()
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})
        self.assertWaiting(self.phone, 1, order)

    def test_refund(self):
        """An invoiced refund brings back what the session has sold."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]), **self.invoiced)
        self._give_back(order, 1, ["SN1"], **self.invoiced)
        self._close()
        self.assertStock(self.phone, dict.fromkeys(self.serials, 1), {})
        self.assertWaiting(self.phone, 1, order)


@tagged("post_install", "-at_install")
class TestInvoicedAngloSaxon(TestInvoiced):
    """The same with Anglo-Saxon accounting."""

    anglo_saxon = True
