"""Stock that moves when the session closes: good units move, whatever the others are."""

from odoo.tests import tagged

from .common import StockCase, passes_on_stock


class ClosingCase(StockCase):
    """A till whose stock moves at closing, FIFO serials, a lot and an untracked product."""

    update_stock = "closing"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone", method="fifo")
        cls._receive(cls.phone, ["SN1", "SN2", "SN3", "SN4"], cost=10)
        cls.milk = cls._product("Milk", tracking="lot")
        cls._put(cls.milk, {"L1": 10})
        cls.cable = cls._product("Cable", tracking="none")
        cls._put(cls.cable, {None: 10})

    def _offered(self, product):
        """{number: quantity} that a till is told to have at hand."""
        self._fresh()
        lines = self.env["pos.order.line"].with_user(self.cashier)
        offered = lines.get_existing_lots(self.company.id, self.till.id, product.id)
        return {lot["name"]: lot["product_qty"] for lot in offered if lot["product_qty"]}


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
        order = self._sell(self._line(self.phone, 2))
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
