"""Orders of a restaurant's tables, on the server."""

import copy

from odoo.fields import Command
from odoo.tests import tagged

from .against_core.common import AtClosing
from .common import NumberedShopCase


@tagged("post_install", "-at_install")
class TestTables(NumberedShopCase):
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

    def test_courses_sent_again(self):
        """A till whose answer got lost sends its courses as new again: each is there once."""
        if "restaurant.order.course" not in self.env:
            self.skipTest("needs pos_restaurant")
        line = self._line(self.phone, 1, pack_lot_ids=self._identified("SN1"))
        courses = [{"uuid": f"course-{index}", "index": index, "fired": False} for index in (1, 2)]
        draft = self._draft(
            line,
            course_ids=[Command.create(course) for course in courses],
            relations_uuid_mapping={
                "pos.order.line": {line["uuid"]: {"course_id": "course-1"}},
                "restaurant.order.course": {"course-1": {"line_ids": [line["uuid"]]}},
            },
        )
        first = self._sync(copy.deepcopy(draft))
        draft["course_ids"][1][2]["fired"] = True
        order = self._sync(self._again(copy.deepcopy(draft), amount_paid=0))
        self.assertEqual(order, first)
        self.assertEqual(order.course_ids.mapped("index"), [1, 2])
        self.assertEqual(order.course_ids.mapped("fired"), [False, True])
        self.assertEqual(order.lines.course_id.index, 1)
        paid = self._again(self._paid(line), uuid=draft["uuid"])
        paid.update(
            course_ids=draft["course_ids"], relations_uuid_mapping=draft["relations_uuid_mapping"]
        )
        self._sync(paid)
        self.assertIn(order.state, ("paid", "done"))
        self.assertEqual(sum(order.payment_ids.mapped("amount")), 100)
        self.assertEqual(len(order.course_ids), 2)
        self.assertStock(self.phone, self._left("SN1"), {"SN1": 1})

    def test_payments_sent_again(self):
        """So are payments of an order that is not paid yet."""
        paid = self._paid(self._line(self.phone, 2, pack_lot_ids=self._identified("SN1", "SN2")))
        part = copy.deepcopy(paid)
        part["payment_ids"][0][2]["amount"] = 50
        for _time in range(2):
            order = self._sync(self._again(copy.deepcopy(part), state="draft", amount_paid=50))
        self.assertEqual(order.payment_ids.mapped("amount"), [50])
        self._sync(self._again(paid))
        self.assertIn(order.state, ("paid", "done"))
        self.assertEqual(order.payment_ids.mapped("amount"), [200])

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

    def test_taken_off_as_tills_say_it(self):
        """Tills send `[2, id]` and `[3, id]`, without a third part: lines and numbers go."""
        cable = self.env["product.product"].create({"name": "Cable", "available_in_pos": True})
        for code in (Command.DELETE, Command.UNLINK):
            with self.subTest(code=code):
                draft = self._draft(
                    self._line(self.phone, 2, pack_lot_ids=self._identified("SN1", "SN2")),
                    self._line(self.phone, 1, pack_lot_ids=self._identified("SN3")),
                    self._line(cable, 1),
                )
                stored = self._sync(draft)
                phones, phone, cables = stored.lines
                number = phones.pack_lot_ids[0]
                self._sync(
                    self._again(
                        draft,
                        id=stored.id,
                        lines=[
                            [Command.UPDATE, phones.id, {"pack_lot_ids": [[code, number.id]]}],
                            [code, phone.id],
                            [code, cables.id],
                        ],
                    )
                )
                self.assertFalse(number.exists())
                self.assertEqual(stored.lines, phones)
                self.assertEqual(stored.lines.pack_lot_ids.mapped("lot_name"), ["SN2"])


@tagged("post_install", "-at_install")
class TestTablesAtClosing(AtClosing, TestTables):
    """And where stock moves at closing."""
