"""Random sales, refunds, assignments and corrections: whatever the numbers are, no unit is lost and
none moves twice."""

import os
from collections import defaultdict
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .against_core.common import STOCK_USER, AcceptanceCase

SERIALS = ("SN1", "SN2", "SN3", "sn1", " SN2 ", "NEW1", "NEW2", "OTHER1", " ")
LOTS = ("L1", "L2", "l1", "NEW1", "OTHER1")

serial_lines = st.fixed_dictionaries(
    {
        "product": st.just("phone"),
        "quantity": st.sampled_from((1, 2, 3, 1.5)),
        "numbers": st.lists(st.sampled_from(SERIALS), max_size=4).map(
            lambda names: [(name, 1) for name in names]
        ),
    }
)
lot_lines = st.fixed_dictionaries(
    {
        "product": st.just("milk"),
        "quantity": st.sampled_from((1, 2, 2.5, 6)),
        "numbers": st.lists(
            st.tuples(st.sampled_from(LOTS), st.sampled_from((0, 0.5, 1, 3))), max_size=3
        ),
    }
)
untracked_lines = st.fixed_dictionaries(
    {
        "product": st.just("cable"),
        "quantity": st.sampled_from((1, 3)),
        "numbers": st.just([]),
    }
)
sales = st.fixed_dictionaries(
    {
        "lines": st.lists(
            st.one_of(serial_lines, lot_lines, untracked_lines), min_size=1, max_size=3
        ),
        "again": st.booleans(),
        "till": st.integers(0, 1),
    }
)
refunds = st.fixed_dictionaries(
    {
        "order": st.integers(0, 5),
        "line": st.integers(0, 2),
        "quantity": st.sampled_from((1, 2, 0.5)),
        # Of the sale's own numbers, or any.
        "own": st.integers(0, 3),
        "numbers": st.lists(st.sampled_from(SERIALS), max_size=2),
        "again": st.booleans(),
        "till": st.integers(0, 1),
    }
)
assignments = st.fixed_dictionaries(
    {
        "order": st.integers(0, 7),
        "line": st.integers(0, 2),
        "serials": st.lists(st.sampled_from(SERIALS), min_size=1, max_size=3),
        "lots": st.lists(
            st.tuples(st.sampled_from(LOTS), st.sampled_from((0.5, 1, 3))), min_size=1, max_size=2
        ),
    }
)
corrections = st.fixed_dictionaries(
    {
        "order": st.integers(0, 7),
        "line": st.integers(0, 2),
        "number": st.integers(0, 3),
        "serial": st.sampled_from(SERIALS),
        "lot": st.sampled_from(LOTS),
    }
)
# What the inventory user does, before the session closes and after.
back_office = st.lists(
    st.one_of(
        st.tuples(st.just("assign"), assignments), st.tuples(st.just("correct"), corrections)
    ),
    max_size=3,
)
days = st.fixed_dictionaries(
    {
        "sales": st.lists(sales, min_size=1, max_size=4),
        "refunds": st.lists(refunds, max_size=4),
        "refunds_later": st.booleans(),
        "first_to_close": st.integers(0, 1),
        "at_noon": back_office,
        "at_night": back_office,
    }
)

# POS_LOT_EXAMPLES=500 looks longer, each time elsewhere.
EXAMPLES = os.environ.get("POS_LOT_EXAMPLES")
quickly = settings(
    max_examples=int(EXAMPLES or 15),
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class PropertyCase(AcceptanceCase):
    """Serials SN1 to SN5, lots L1 and L2 on two shelves; OTHER1 is a number of another product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = {
            "phone": cls._product("Phone"),
            "milk": cls._product("Milk", tracking="lot"),
            "cable": cls._product("Cable", tracking="none"),
        }
        cls._put(cls.products["phone"], ["SN1", "SN2", "SN3", "SN4", "SN5"])
        cls._put(cls.products["milk"], {"L1": 5, "L2": 4})
        cls._put(cls.products["milk"], {"L1": 2}, cls.shelf)
        cls._put(cls.products["cable"], {None: 50})
        cls._put(cls._product("Radio"), ["OTHER1"])
        cls.tills = [cls.till, cls._till("Other till")]
        cls.inventory = new_test_user(cls.env, login="inventory_only", groups=STOCK_USER)

    # ------------------------------------------------------------------ a day at the till

    def _try_days(self):
        """Try random days, each on the same stock."""

        @quickly
        @given(days)
        def try_day(day):
            savepoint = self.env.cr.savepoint()
            try:
                self._live(**day)
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)

        try_day()

    def _live(self, sales, refunds, refunds_later, first_to_close, at_noon, at_night):
        sent = []
        to_close = self.tills[::-1] if first_to_close else self.tills
        for sale in sales:
            lines = [
                self._numbered(self.products[line["product"]], line["quantity"], line["numbers"])
                for line in sale["lines"]
            ]
            payload = self._paid(*lines, till=self.tills[sale["till"]])
            sent.append(self._send(payload, sale["again"]))
        self._work(sent, at_noon)
        if self.update_stock == "closing" and refunds_later:
            self._close_all(to_close)
            for till in self.tills:
                till.open_ui()
                till.current_session_id.set_opening_control(0, "")
        for refund in refunds:
            payload = self._make_refund(sent, refund)
            if payload:
                sent.append(self._send(payload, refund["again"]))
        if self.update_stock == "closing":
            self._close_all(to_close)
        self._work(sent, at_night)
        orders = self.env["pos.order"].union(*sent)
        self.assertEqual(len(orders), len(sent), "each order is stored once")
        self._check(orders)

    def _work(self, sent, tasks):
        """Assign and correct numbers; what is refused has changed nothing."""
        for kind, task in tasks:
            order = sent[task["order"] % len(sent)]
            line = order.lines[task["line"] % len(order.lines)]
            before = self._get_state(order)
            self._fresh()
            try:
                getattr(self, f"_{kind}")(line, task)
            except UserError:
                self._fresh()
                self.assertEqual(self._get_state(order), before, "refused: nothing changed")
            self._fresh()

    def _assign(self, line, task):
        is_serial = line.product_id.tracking == "serial"
        entries = [(name, 1) for name in task["serials"]] if is_serial else task["lots"]
        waiting = line.waiting_number_qty
        line.with_user(self.inventory)._assign_numbers(entries)
        self._fresh()
        if waiting:  # else the session moves it when it closes
            assigned = sum(quantity for _name, quantity in entries)
            self.assertAlmostEqual(line.waiting_number_qty, waiting - assigned)

    def _correct(self, line, task):
        numbers = line.pack_lot_ids
        if numbers:
            number = numbers[task["number"] % len(numbers)]
            name = task["serial"] if line.product_id.tracking == "serial" else task["lot"]
            number.with_user(self.inventory)._correct(name)

    def _close_all(self, tills):
        for till in tills:
            self._close(till)

    def _send(self, payload, again):
        order = self._sync(payload)
        self.assertIn(order.state, ("paid", "done"))
        if again:
            before = self._get_state(order)
            self.assertEqual(self._sync(payload), order)
            self.assertEqual(self._get_state(order), before, "sent again, nothing changes")
        return order

    def _get_state(self, order):
        return [
            (
                line.waiting_number_qty,
                number.lot_name,
                number.quantity,
                number._get_moved_quantity(),
            )
            for line in order.lines
            for number in line.pack_lot_ids
        ]

    def _numbered(self, product, quantity, numbers, **values):
        commands = [
            Command.create({"uuid": str(uuid4()), "lot_name": name, "quantity": share})
            for name, share in numbers
        ]
        return self._line(product, quantity, pack_lot_ids=commands, **values)

    def _make_refund(self, sent, refund):
        """A refund of units that have not come back; None when there are none."""
        order = sent[refund["order"] % len(sent)]
        line = order.lines[refund["line"] % len(order.lines)]
        left = line.qty + sum(line.refund_orderline_ids.mapped("qty"))
        quantity = min(refund["quantity"], left)
        if line.qty < 0 or quantity <= 0:
            return None
        names = line.pack_lot_ids.mapped("lot_name")[: refund["own"]] + refund["numbers"]
        share = 1 if line.product_id.tracking == "serial" else quantity
        numbers = [(name, share) for name in names] if line.product_id.tracking != "none" else []
        values = self._numbered(line.product_id, -quantity, numbers, refunded_orderline_id=line.id)
        return self._paid(values, is_refund=True, till=self.tills[refund["till"]])

    # ------------------------------------------------------------------ what always holds

    def _check(self, orders):
        self._check_balance(orders)
        self._check_numbers(orders)
        self._check_stock(orders)
        self._check_cost(orders)

    def _get_moved(self, line):
        return sum(number._get_moved_quantity() for number in line.pack_lot_ids)

    def _check_balance(self, orders):
        """A line's units have moved or wait, net of what came back."""
        for line in orders.lines.filtered(lambda line: line.qty > 0 and line.is_number_tracked):
            back = line.refund_orderline_ids
            due = line.qty + sum(back.mapped("qty"))
            accounted = (
                self._get_moved(line)
                + line.waiting_number_qty
                - sum(self._get_moved(refund) + refund.waiting_number_qty for refund in back)
            )
            self.assertAlmostEqual(accounted, due, msg=f"{line.full_product_name}: units of a line")
            self.assertGreaterEqual(line.waiting_number_qty, 0)
            self.assertLessEqual(self._get_moved(line), line.qty)

    def _check_numbers(self, orders):
        """Whatever moved belongs to the order that sold it, and moved once."""
        for number in orders.lines.pack_lot_ids:
            self.assertLessEqual(number._get_moved_quantity(), number.quantity, number.lot_name)
        pickings = orders.picking_ids | orders.session_id.picking_ids
        moved = pickings.move_line_ids.filtered(
            lambda line: line.state == "done" and line.product_id.tracking != "none"
        )
        swapped = defaultdict(float)
        for move_line in moved:
            number, picking = move_line.pos_number_id, move_line.picking_id
            if not number:  # a wrong number that has come back to where it lay
                is_out = move_line.location_dest_id.usage == "customer"
                swapped[move_line.lot_id.name] += move_line.quantity * (1 if is_out else -1)
                continue
            self.assertEqual(number.lot_id, move_line.lot_id)
            self.assertEqual(number.product_id, move_line.product_id)
            if picking.pos_order_id:
                self.assertEqual(number.order_id, picking.pos_order_id)
            else:
                self.assertEqual(number.order_id.session_id, picking.pos_session_id)
        left = {name: quantity for name, quantity in swapped.items() if abs(quantity) > 1e-6}
        self.assertFalse(left, "moved for no sale")

    def _check_stock(self, orders):
        """Nothing is negative but what is said to be; nothing came out of nowhere."""
        excused = orders.lines.pack_lot_ids.filtered(
            lambda number: {"unknown", "short"} & set(number.flag_ids.mapped("code"))
        ).lot_id
        for product in self.products.values():
            quants = self.env["stock.quant"].search([("product_id", "=", product.id)])
            here = quants.filtered(lambda quant: quant.location_id.usage == "internal")
            gone = quants.filtered(lambda quant: quant.location_id.usage == "customer")
            negative = here.filtered(lambda quant: quant.quantity < 0).lot_id - excused
            self.assertFalse(negative.mapped("name"), "negative stock")
            lines = orders.lines.filtered(lambda line, product=product: line.product_id == product)
            due = sum(lines.mapped("qty"))
            sold = lines.filtered(lambda line: line.qty > 0)
            waiting = sum(sold.mapped("waiting_number_qty")) - sum(
                sold.refund_orderline_ids.mapped("waiting_number_qty")
            )
            self.assertAlmostEqual(sum(gone.mapped("quantity")) + waiting, due)
            if product.tracking == "serial":
                self.assertLessEqual(max(gone.mapped("quantity"), default=0), 1)

    def _check_cost(self, orders):
        """Known, estimated or assigned: a unit costs what one costs."""
        for line in orders.lines:
            self.assertTrue(line.is_total_cost_computed)
            self.assertAlmostEqual(line.total_cost, 10 * line.qty, msg=line.full_product_name)


@tagged("post_install", "-at_install")
class TestAnyDay(PropertyCase):
    """Stock moves with each sale."""

    def test_any_day(self):
        self._try_days()


@tagged("post_install", "-at_install")
class TestAnySession(PropertyCase):
    """Stock moves when the session closes."""

    update_stock = "closing"

    def test_any_session(self):
        self._try_days()
