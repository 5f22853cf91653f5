"""What comes back at the till: the numbers of that sale, each once, and nothing that is not out."""

from odoo.tests import tagged

from .common import RefundCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestComesBack(RefundCase):
    """Refunds as they should be."""

    @passes_on_stock
    def test_serial(self):
        """A sold serial comes back."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._give_back(order, 1, ["SN2"])
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})

    @passes_on_stock
    def test_lot_in_parts(self):
        """A lot comes back in parts."""
        order = self._sell(self._line(self.milk, 5, ["L1"]))
        self._give_back(order, 2, ["L1"])
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self._give_back(order, 1, ["L1"])
        self.assertStock(self.milk, {"L1": 8}, {"L1": 2})

    def test_letter_case(self):
        """A number in other letter case is the one that was sold."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(order, 1, ["sn1 "])
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1, "SN4": 1}, {})

    @passes_on_stock
    def test_exchange(self):
        """One serial comes back and another is sold, in one order."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        line = order.lines
        back = self._line(self.phone, -1, ["SN1"], refunded_orderline_id=line.id)
        self._sell(back, self._line(self.phone, 1, ["SN2"]))
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})

    def test_renamed(self):
        """A lot that was renamed after its sale is still the one that comes back."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._lot(self.phone, "SN1").name = "SN1-A"
        self._give_back(order, 1, ["SN1"])
        self.assertStock(self.phone, {"SN1-A": 1, "SN2": 1, "SN3": 1, "SN4": 1}, {})

    def test_missing_beside_known(self):
        """Of one number and one missing the number comes back; the other goes on waiting."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._give_back(order, 1, ["SN1"])
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1, "SN4": 1}, {})
        self.assertWaiting(self.phone, 1, order)

    @passes_on_stock
    def test_lot_again_without_number(self):
        """A second part of a lot that comes back without its number is not lost: it waits."""
        order = self._sell(self._line(self.milk, 5, ["L1"]))
        self._give_back(order, 2, ["L1"])
        refund = self._give_back(order, 1)
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        moves = self._open_moves(self.milk, ("outgoing", "incoming"))
        self.assertEqual((moves.product_uom_qty, moves.picking_id.origin), (1, refund.name))
        self.assertFalse(moves.move_line_ids.filtered("quantity"), "no unit without a number")


@tagged("post_install", "-at_install")
class TestWrongNumberBack(RefundCase):
    """Numbers that cannot come back."""

    def _cable_along(self, order):
        return self._line(self.cable, -1, refunded_orderline_id=order.lines[1].id)

    def test_never_sold(self):
        """A serial that lies in the shop does not come back; untracked goods beside it do."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable))
        back = self._line(self.phone, -1, ["SN4"], refunded_orderline_id=order.lines[0].id)
        self._sell(back, self._cable_along(order), is_refund=True)
        here = {"SN2": 1, "SN3": 1, "SN4": 1}
        self.assertStock(self.phone, here, {"SN1": 1})
        self.assertStock(self.cable, {None: 10}, {})

    def test_already_back(self):
        """A serial that came back already does not come back again."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable))
        self._give_back(order, 1, ["SN1"])
        back = self._line(self.phone, -1, ["SN1"], refunded_orderline_id=order.lines[0].id)
        self._sell(back, self._cable_along(order), is_refund=True)
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1, "SN4": 1}, {})
        self.assertStock(self.cable, {None: 10}, {})

    @passes_on_stock
    def test_of_another_sale(self):
        """A serial of another sale comes back from its customer."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self._give_back(order, 1, ["SN2"])
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})

    def test_twice_in_a_line(self):
        """The same serial twice in a refund comes back once."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._give_back(order, 2, ["SN1", "SN1"])
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})

    def test_more_than_sold(self):
        """Of two serials one was sold: one comes back, the other is here already."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(order, 2, ["SN1", "SN2"])
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1, "SN4": 1}, {})

    def test_right_one_beside_wrong(self):
        """Beside a serial that is not out the right one comes back."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._give_back(order, 2, ["SN4", "SN2"])
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})


@tagged("post_install", "-at_install")
class TestNoNumberBack(RefundCase):
    """A refund without a number."""

    def test_untracked_comes_back(self):
        """What needs no number comes back at once, the rest waits and holds no number."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]), self._line(self.cable))
        back = self._line(self.phone, -1, refunded_orderline_id=order.lines[0].id)
        cable = self._line(self.cable, -1, refunded_orderline_id=order.lines[1].id)
        refund = self._sell(back, cable, is_refund=True)
        self.assertStock(self.cable, {None: 10}, {})
        self.assertStock(self.phone, {"SN3": 1, "SN4": 1}, {"SN1": 1, "SN2": 1})
        moves = self._open_moves(self.phone, ("outgoing", "incoming"))
        self.assertEqual(moves.mapped("product_uom_qty"), [1])
        self.assertEqual(self._reserved(self.phone), set())
        self.assertFalse(moves.move_line_ids.filtered("quantity"), "no unit without a number")
        self.assertIn(refund.name, moves.picking_id.origin or "")

    def test_some_numbers(self):
        """The known number comes back, the other waits."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        refund = self._give_back(order, 2, ["SN1"])
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1, "SN4": 1}, {"SN2": 1})
        moves = self._open_moves(self.phone, ("outgoing", "incoming"))
        self.assertEqual(moves.mapped("product_uom_qty"), [1])
        self.assertEqual(self._reserved(self.phone), set())
        self.assertIn(refund.name, moves.picking_id.origin or "")

    def test_cancels_what_waits(self):
        """A unit whose number is missing and that comes back is not waited for any more."""
        order = self._sell(self._line(self.phone, 2))
        self._give_back(order, 1)
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1, "SN4": 1}, {})
        self.assertEqual(self._open_moves(self.phone, ("incoming",)).ids, [])
        self.assertWaiting(self.phone, 1, order)

    def test_cancels_all_that_waits(self):
        """All units back: nothing waits any more."""
        order = self._sell(self._line(self.phone, 2))
        self._give_back(order, 2)
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1, "SN4": 1}, {})

    def test_missing_first(self):
        """Of a sale with one number and one missing, a unit without number is the missing one."""
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        self._give_back(order, 1)
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1, "SN4": 1}, {"SN1": 1})
        self.assertFalse(self._open_moves(self.phone, ("outgoing", "incoming")))


@tagged("post_install", "-at_install")
class TestBackOffice(RefundCase):
    """Return Products on the order's form proposes what has not come back."""

    def test_serials_after_partial_refund(self):
        """Only the serials that are still out."""
        order = self._sell(self._line(self.phone, 3, ["SN1", "SN2", "SN3"]))
        self._give_back(order, 1, ["SN2"])
        refund = self._refund_in_the_back_office(order)
        self.assertEqual(refund.lines.qty, -2)
        self.assertEqual(sorted(refund.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN3"])

    @passes_on_stock
    def test_serials(self):
        """All serials when none came back; the sale keeps its own."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        refund = self._refund_in_the_back_office(order)
        self.assertEqual(sorted(refund.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])
        self.assertEqual(sorted(order.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])

    @passes_on_stock
    def test_pay_it(self):
        """The refund prepared there brings the goods back."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        refund = self._refund_in_the_back_office(order)
        payment = self.env["pos.make.payment"].with_context(active_id=refund.id)
        values = {"amount": -200, "payment_method_id": self.till.payment_method_ids.id}
        payment.create(values).check()
        self._let_stock_move(refund)
        self._fresh()
        self.assertIn(refund.state, ("paid", "done"))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1, "SN4": 1}, {})
