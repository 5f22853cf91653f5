"""From a serial or lot to the sale: order, sales order and customer."""

from odoo.tests import Form, new_test_user, tagged

from .common import STOCK_USER, TraceCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestTransfer(TraceCase):
    """Stock moves with each order."""

    @passes_on_stock
    def test_order(self):
        """The serial's transfer names the order."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        lines = self.env["stock.move.line"].search([("lot_id", "=", self._number("SN1").id)])
        self.assertEqual(lines.picking_id.pos_order_id, order)
        self.assertEqual(lines.picking_id.origin, order.name)

    def test_order_on_the_form(self):
        """An inventory user sees on the transfer's form which order it is of."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        inventory = new_test_user(self.env, login="inventory_only", groups=STOCK_USER)
        picking = order.picking_ids.with_user(inventory)
        with Form(picking) as form:
            self.assertEqual(form.pos_order_id, order)

    def test_numbers_have_a_view(self):
        """The numbers of sold lines can be looked at."""
        domain = [("model", "=", "pos.pack.operation.lot"), ("type", "=", "list")]
        self.assertTrue(self.env["ir.ui.view"].search(domain))


@tagged("post_install", "-at_install")
class TestNumber(TraceCase):
    """Where a serial leads to."""

    @passes_on_stock
    def test_customer(self):
        """The serial names its customer, and the customer finds the serial."""
        self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        self._sell(self._line(self.phone, 1, ["SN2"]), partner_id=self.other.id)
        self.assertEqual(self._number("SN1").partner_ids, self.customer)
        self.assertEqual(self._of(self.customer), {"SN1"})
        self.assertEqual(self._of(self.other), {"SN2"})

    def test_customer_beside_a_missing_number(self):
        """So does the serial that moved when another of the order waits."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]), partner_id=self.customer.id)
        self.assertEqual(self._number("SN1").partner_ids, self.customer)
        waiting = self._open_moves(self.phone).picking_id
        self.assertEqual(waiting.partner_id, self.customer)
        self.assertIn(order.name, waiting.origin or "")

    def test_sales_order(self):
        """The serial names the sales order that was settled with it."""
        sale_order = self._sale_order(self.phone, 1)
        self._settle(sale_order, "SN1")
        number = self._number("SN1")
        self.assertEqual(number.sale_order_ids, sale_order)
        self.assertEqual(number.sale_order_count, 1)
        self.assertFalse(self._number("SN2").sale_order_ids)

    @passes_on_stock
    def test_waiting_units(self):
        """What waits leads to its order and customer."""
        order = self._sell(self._line(self.phone, 2), partner_id=self.customer.id)
        waiting = self._open_moves(self.phone).picking_id
        self.assertEqual((waiting.partner_id, waiting.origin), (self.customer, order.name))

    @passes_on_stock
    def test_delivered_sales_order(self):
        """A serial delivered by the sales order itself names it, as before."""
        sale_order = self._sale_order(self.phone, 1)
        self._choose(sale_order.picking_ids.move_ids, ["SN3"])
        self._ship(sale_order.picking_ids)
        self._fresh()
        self.assertEqual(self._number("SN3").sale_order_ids, sale_order)


@tagged("post_install", "-at_install")
class TestOneSession(TraceCase):
    """The serials of several orders move together when the session closes."""

    update_stock = "closing"

    def test_customer(self):
        """Each serial names its own customer."""
        self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        self._sell(self._line(self.phone, 1, ["SN2"]), partner_id=self.other.id)
        self._sell(self._line(self.phone, 1, ["SN3"]))
        self._close()
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1, "SN3": 1})
        self.assertEqual(self._number("SN1").partner_ids, self.customer)
        self.assertEqual(self._number("SN2").partner_ids, self.other)
        self.assertFalse(self._number("SN3").partner_ids)

    def test_search_by_customer(self):
        """Each customer finds his serials."""
        self._sell(self._line(self.phone, 2, ["SN1", "SN4"]), partner_id=self.customer.id)
        self._sell(self._line(self.phone, 1, ["SN2"]), partner_id=self.other.id)
        self._close()
        self.assertEqual(self._of(self.customer), {"SN1", "SN4"})
        self.assertEqual(self._of(self.other), {"SN2"})

    def test_sales_order(self):
        """The serial names the sales order that was settled with it."""
        sale_order = self._sale_order(self.phone, 1)
        self._settle(sale_order, "SN1")
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self._close()
        self.assertEqual(self._number("SN1").sale_order_ids, sale_order)
        self.assertFalse(self._number("SN2").sale_order_ids)

    def test_renamed(self):
        """A lot that is renamed between sale and closing is the one that leaves."""
        self._sell(self._line(self.phone, 1, ["SN1"]), partner_id=self.customer.id)
        number = self._number("SN1")
        number.name = "SN1-A"
        self._close()
        self.assertEqual(self._gone(self.phone), {"SN1-A": 1})
        self.assertEqual(number.partner_ids, self.customer)
