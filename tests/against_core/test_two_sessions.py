"""Two tills whose stock moves at closing: in whatever order their sessions close, what was sold
first leaves first."""

from odoo.tests import tagged

from .common import TwoSessionsCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestReturnedAtAnotherTill(TwoSessionsCase):
    """Sold at one till, returned at the other, on the same day."""

    def test_return_closes_first(self):
        """The serial leaves with its sale before it comes back; the rest leaves at closing."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]), self._line(self.cable, 3))
        self._give_back(order, 1, ["SN1"], till=self.other)
        self._close(self.other)
        self.assertNothingOpen(self.phone)
        self._close()
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self.assertStock(self.cable, {None: 7}, {None: 3})
        self.assertNothingOpen(self.phone)
        self.assertEqual(order.lines.mapped("total_cost"), [20, 30])

    @passes_on_stock
    def test_sale_closes_first(self):
        """The other way round nothing is special."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._give_back(order, 1, ["SN1"], till=self.other)
        self._close()
        self._close(self.other)
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self.assertNothingOpen(self.phone)

    @passes_on_stock
    def test_lot(self):
        """A part of a lot comes back before its sale's session closes."""
        order = self._sell(self._line(self.milk, 4, ["L1"]))
        self._give_back(order, 1, ["L1"], till=self.other)
        self._close(self.other)
        self._close()
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self.assertNothingOpen(self.milk)

    def test_without_a_number(self):
        """A unit that never had a number comes back: nothing waits, nothing has moved."""
        order = self._sell(self._line(self.phone, 1), self._line(self.cable))
        self._give_back(order, 1, till=self.other)
        self._close(self.other)
        self._close()
        self.assertNothingOpen(self.phone)
        self.assertEqual(self._gone(self.phone), {})
        self.assertStock(self.cable, {None: 9}, {None: 1})

    @passes_on_stock
    def test_sold_again_at_a_third(self):
        """Sold, returned and sold again, and the last session closes first."""
        third = self._till("Third till")
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(first, 1, ["SN1"], till=self.other)
        self._sell(self._line(self.phone, 1, ["SN1"]), till=third)
        for till in (third, self.other, self.till):
            self._close(till)
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertNothingOpen(self.phone)

    def test_invoiced_at_once(self):
        """An invoiced return moves at once (perpetual valuation), its sale only at closing."""
        self.company.anglo_saxon_accounting = True
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]), partner_id=self.customer.id)
        refund = self._give_back(
            order, 1, ["SN1"], partner_id=self.customer.id, to_invoice=True, till=self.other
        )
        self.assertTrue(refund.account_move)
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self._close()
        self._close(self.other)
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self.assertNothingOpen(self.phone)

    def test_moved_early_leads_to_the_order(self):
        """What moved before its session closed leads to its customer all the same."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]), partner_id=self.customer.id)
        self._give_back(order, 1, ["SN1"], till=self.other)
        self._close(self.other)
        self.assertEqual(self._lot(self.phone, "SN2").partner_ids, self.customer)
