"""Sales that reach the stock by rare ways: late orders, other companies, dropship, tables."""

from uuid import uuid4

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .against_core.common import STOCK_USER, AtClosing, ShopCase
from .common import TwoCompaniesAtClosing, TwoCompaniesCase


class NeighbourCase(ShopCase):
    """Words for numbers as the till sends them, with an identity, and for their flags."""

    def _codes(self, order):
        return sorted(order.lines.pack_lot_ids.flag_ids.mapped("code"))

    def _left(self, *names):
        return {name: 1 for name in self.serials if name not in names}

    def _identified(self, *names):
        return [Command.create({"lot_name": name, "uuid": str(uuid4())}) for name in names]


@tagged("post_install", "-at_install")
class TestLateOrder(NeighbourCase):
    """An order arrives after its session was closed."""

    def test_next_session(self):
        """It is sold in the session that is open now, once, however often it is sent."""
        late = self._paid(
            self._line(self.phone, 2, pack_lot_ids=self._identified("SN2")),
        )
        first = self._close()
        self._open_till(self.till)
        order = self._sync(late)
        self.assertEqual(self._sync(late), order)
        self.assertNotEqual(order.session_id, first)
        self.assertStock(self.phone, self._left("SN2"), {"SN2": 1})
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(order.lines.pack_lot_ids.mapped("holds"), [True])

    def test_sold_meanwhile(self):
        """The order that is stored first has the serial."""
        late = self._paid(self._line(self.phone, 1, ["SN2"]))
        self._close()
        self._open_till(self.till)
        other = self._sell(self._line(self.phone, 1, ["SN2"]))
        order = self._sync(late)
        self.assertEqual((self._codes(other), self._codes(order)), ([], ["duplicate"]))
        self.assertStock(self.phone, self._left("SN2"), {"SN2": 1})
        self.assertWaiting(self.phone, 1, order)

    def test_no_session_open(self):
        """It stays with its till, and leaves nothing behind here."""
        late = self._paid(self._line(self.phone, 1, ["NEW1"]))
        self._close()
        with self.assertRaisesRegex(UserError, "session"), self.env.cr.savepoint():
            self._sync(late)
        self._fresh()
        self.assertFalse(self.env["stock.lot"].search([("name", "=", "NEW1")]))
        self._open_till(self.till)
        order = self._sync(late)
        self.assertEqual(order.lines.pack_lot_ids.lot_id.name, "NEW1")


@tagged("post_install", "-at_install")
class TestLateOrderAtClosing(AtClosing, TestLateOrder):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestRescueSession(NeighbourCase):
    """A recovery session beside the one that is open, closed from the back office."""

    update_stock = "closing"

    def test_both_close(self):
        open_session = self.till.current_session_id
        rescue = self.env["pos.session"].create(
            {"config_id": self.till.id, "rescue": True, "user_id": self.env.uid}
        )
        rescue.state = "opened"
        recovered = self._sell(
            self._line(self.phone, 2, ["SN1"]),
            self._line(self.phone, 1, ["SN2"]),
            session_id=rescue.id,
        )
        self.assertEqual(recovered.session_id, rescue)
        order = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.phone, 1, ["SN3"]))
        self.assertEqual(order.session_id, open_session)
        self.assertEqual((self._codes(recovered), self._codes(order)), ([], ["duplicate"]))
        rescue.action_pos_session_closing_control()
        self._fresh()
        self.assertEqual(rescue.state, "closed")
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})
        self._close()
        self.assertStock(
            self.phone, self._left("SN1", "SN2", "SN3"), {"SN1": 1, "SN2": 1, "SN3": 1}
        )
        self.assertEqual(recovered.waiting_number_qty, 1)
        self.assertEqual(order.waiting_number_qty, 1)
        self.assertEqual((self._codes(recovered), self._codes(order)), ([], ["duplicate"]))


@tagged("post_install", "-at_install")
class TestDropshipped(NeighbourCase):
    """A serial goes from the supplier to the customer, and never lies here."""

    def setUp(self):
        super().setUp()
        move = self.env["stock.move"].create(
            {
                "product_id": self.phone.id,
                "product_uom_qty": 1,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "picking_type_id": self.warehouse.out_type_id.id,
            }
        )
        move._action_confirm()
        move.move_line_ids.lot_id = self._lot(self.phone, "DS1")
        move.picked = True
        move._action_done()
        self.assertEqual(self._gone(self.phone), {"DS1": 1})

    def test_sold(self):
        """Somebody has it already."""
        order = self._sell(self._line(self.phone, 1, ["DS1"]))
        self.assertEqual(self._codes(order), ["duplicate"])
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(self._here(self.phone), self._left())

    def test_taken_back_and_sold(self):
        self._sell(self._line(self.phone, -1, ["DS1"]), is_refund=True)
        self.assertStock(self.phone, {**self._left(), "DS1": 1}, {})
        order = self._sell(self._line(self.phone, 1, ["DS1"]))
        self.assertEqual(self._codes(order), [])
        self.assertStock(self.phone, self._left(), {"DS1": 1})


@tagged("post_install", "-at_install")
class TestDropshippedAtClosing(AtClosing, TestDropshipped):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestTables(NeighbourCase):
    """Orders of a restaurant's tables, as its tills send them: draft, moved, put together."""

    def _draft(self, *lines, **values):
        order = self._paid(*lines, **values)
        return {**order, "state": "draft", "payment_ids": [], "amount_paid": 0}

    def _again(self, order, **values):
        """The same order as a till sends it that has read it back."""
        return {**order, "access_token": "read back", **values}

    def test_sent_again_and_paid(self):
        """A draft sent from another table is the same order, its numbers are there once."""
        line = self._line(self.phone, 2, pack_lot_ids=self._identified("SN1", "SN2"))
        draft = self._draft(line)
        first = self._sync(draft)
        again = self._sync(self._again(draft, table_stand_number="7"))
        self.assertEqual(first, again)
        self.assertEqual(first.lines.pack_lot_ids.mapped("holds"), [False, False])
        paid = self._again(self._paid(line), uuid=draft["uuid"])
        order = self._sync(paid)
        self.assertEqual(order, first)
        self.assertEqual(sorted(order.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})

    def test_put_together(self):
        """Lines of one table go to another order with their numbers; the first order is gone."""
        numbers = self._identified("SN1")
        source = self._sync(self._draft(self._line(self.phone, 1, pack_lot_ids=numbers)))
        target = self._paid(
            self._line(self.phone, 1, pack_lot_ids=self._identified("SN2")),
            self._line(self.phone, 1, pack_lot_ids=numbers, price=90.0),
        )
        order = self._sync(target)
        source.with_user(self.cashier).remove_from_ui(source.ids)
        self._fresh()
        self.assertNotIn(source.exists().state, ("draft", "paid"))
        self._let_stock_move(order.filtered(lambda order: order.session_id.state != "closed"))
        self.assertEqual(self._codes(order), [])
        self.assertEqual(sorted(order.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])
        self.assertStock(self.phone, self._left("SN1", "SN2"), {"SN1": 1, "SN2": 1})

    def test_taken_off_before_payment(self):
        """A line that went to another table leaves no number behind."""
        lines = [
            self._line(self.phone, 1, pack_lot_ids=self._identified(name))
            for name in ("SN1", "SN2")
        ]
        draft = self._draft(*lines)
        stored = self._sync(draft)
        gone = stored.lines[1]
        paid = self._again(
            self._paid(lines[0]), uuid=draft["uuid"], lines=[Command.delete(gone.id)]
        )
        order = self._sync(paid)
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN1"])
        self.assertStock(self.phone, self._left("SN1"), {"SN1": 1})
        other = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertEqual(self._codes(other), [])


@tagged("post_install", "-at_install")
class TestTablesAtClosing(AtClosing, TestTables):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestTwoCompanies(TwoCompaniesCase, NeighbourCase):
    """Two companies sell the same products, each its own stock."""

    def test_same_name(self):
        """Each company has a serial of that name: two units, no duplicate."""
        self._put_there(self._other_lot("SN1", self.other))
        here = self._sell(self._line(self.phone, 1, ["SN1"]))
        there = self._sell_there(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual((self._codes(here), self._codes(there)), ([], []))
        self.assertEqual(here.lines.pack_lot_ids.lot_id.company_id, self.company)
        self.assertEqual(there.lines.pack_lot_ids.lot_id.company_id, self.other)
        self.assertEqual((self._here(self.phone), self._lots_there()), (self._left("SN1"), {}))
        self.assertEqual((here.waiting_number_qty, there.waiting_number_qty), (0, 0))

    def test_number_of_the_other_company(self):
        """A serial of this company is not known there: nothing of this stock moves."""
        order = self._sell_there(self._line(self.phone, 1, ["SN2"]))
        self.assertEqual(self._here(self.phone), self._left())
        self.assertNotEqual(order.lines.pack_lot_ids.lot_id, self._lot(self.phone, "SN2"))
        self.assertFalse(order.picking_ids.filtered(lambda p: p.company_id == self.company))
        here = self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertEqual(self._codes(here), [])
        self.assertEqual(self._here(self.phone), self._left("SN2"))

    def test_waiting_units_are_each_companys_own(self):
        order = self._sell_there(self._line(self.phone, 1))
        move = order.lines.waiting_move_ids
        self.assertEqual((move.company_id, move.location_id.company_id), (self.other, self.other))
        inventory = new_test_user(self.env, login="inventory_here", groups=STOCK_USER)
        with self.assertRaises(AccessError):
            order.lines.with_user(inventory)._assign_numbers([("SN1", 1)])
        self.assertEqual(self._here(self.phone), self._left())


@tagged("post_install", "-at_install")
class TestTwoCompaniesAtClosing(TwoCompaniesAtClosing, TestTwoCompanies):
    """And where stock moves at closing."""
