"""What the accounts say of units without a number, in perpetual valuation."""

from odoo.tests import tagged

from .common import AccountsCase


@tagged("post_install", "-at_install")
class TestSessionEntry(AccountsCase):
    """The entry that closes a session."""

    def test_assigned_before(self):
        """It books what the assigned serial cost."""
        order = self._sell(self._line(self.radio, 1))
        self._assign(order.lines, "R2")
        session = self._close()
        self.assertEqual(self._booked(session.move_id), (30, 30))

    def test_corrected_before(self):
        """It books what the right serial cost, not the wrong one."""
        order = self._sell(self._line(self.radio, 1, ["R1"]))
        self._correct(order.lines.pack_lot_ids, "R2")
        session = self._close()
        self.assertEqual(self._booked(session.move_id), (30, 30))
        self.assertEqual(order.lines.total_cost, 30)

    def test_assigned_after(self):
        """Once it is posted, assigning changes no entry and adds none."""
        order = self._sell(self._line(self.radio, 2, ["R1"]))
        session = self._close()
        self.assertEqual(self._booked(session.move_id), (10, 10))
        before = self._all_entries()
        self._assign(order.lines, "R2")
        self.assertEqual(self._all_entries(), before)
        self.assertEqual(order.lines.total_cost, 40)
        self.assertEqual(self.radio.with_company(self.company).total_value, 0)

    def test_corrected_after(self):
        """Nor does correcting."""
        order = self._sell(self._line(self.radio, 1, ["R1"]))
        self._close()
        before = self._all_entries()
        self._correct(order.lines.pack_lot_ids, "R2")
        self.assertEqual(self._all_entries(), before)
        self.assertEqual(order.lines.total_cost, 30)
        self.assertEqual(self.radio.with_company(self.company).total_value, 10)


@tagged("post_install", "-at_install")
class TestInvoice(AccountsCase):
    """The invoice of a sale books the cost of all its units."""

    def _invoice(self, *numbers):
        order = self._sell(
            self._line(self.radio, 2, numbers), partner_id=self.customer.id, to_invoice=True
        )
        return order, order.account_move

    def test_all_numbers(self):
        """Each unit at what it cost."""
        _order, invoice = self._invoice("R1", "R2")
        self.assertEqual(self._booked(invoice), (40, 40))

    def test_no_number(self):
        """Units that wait cost what the product costs now, not nothing."""
        current = self.radio.with_company(self.company).standard_price
        self.assertTrue(current)
        _order, invoice = self._invoice()
        self.assertEqual(self._booked(invoice), (2 * current, 2 * current))

    def test_some_numbers(self):
        """The known unit at its cost, the other at what the product costs now."""
        _order, invoice = self._invoice("R1")
        current = self.radio.with_company(self.company).standard_price
        self.assertEqual(self._booked(invoice), (10 + current, 10 + current))

    def test_assigned_later(self):
        """A posted invoice stays as it is."""
        order, invoice = self._invoice("R1")
        before = self._booked(invoice)
        self._assign(order.lines, "R2")
        self.assertEqual(self._booked(invoice), before)
