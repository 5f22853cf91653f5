"""What goes wrong around a sale: lost answers, refused transfers, products that change."""

from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .against_core.common import ShopCase


class FaultCase(ShopCase):
    """Goods of the shop, sold as this add-on's till does."""

    def _numbered(self, product, quantity, numbers, **values):
        """A line whose numbers carry uuids and quantities, as this add-on's till sends them."""
        commands = [
            Command.create(
                {"uuid": str(uuid4()), "lot_name": name, "quantity": share, "origin": "scanned"}
            )
            for name, share in numbers.items()
        ]
        return self._line(product, quantity, pack_lot_ids=commands, **values)

    def _refuse(self, product):
        """Stock refuses to move this product, whatever the reason."""
        MoveLine = self.env.registry["stock.move.line"]
        done = MoveLine._action_done

        def refuse(lines):
            if product in lines.product_id:
                raise UserError(lines.env._("This product does not move today."))
            return done(lines)

        return patch.object(MoveLine, "_action_done", refuse)


@tagged("post_install", "-at_install")
class TestLostAnswers(FaultCase):
    """A till that hears nothing sends again."""

    def test_paid_order_sent_twice(self):
        sent = self._paid(self._numbered(self.milk, 3, {"L1": 3}))
        order = self._sync(sent)
        self.assertEqual(self._sync(sent), order)
        self.assertEqual(order.lines.pack_lot_ids.mapped("quantity"), [3])
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})

    def test_draft_sent_twice_then_paid(self):
        """The same lines and numbers come again by their uuids, first unpaid, then paid."""
        line = self._numbered(self.phone, 2, {"SN1": 1, "SN2": 1})
        draft = self._paid(line, state="draft", payment_ids=[], access_token="token")
        order = self._sync(draft)
        self.assertEqual(len(order.lines.pack_lot_ids), 2)
        self._sync(draft)
        self.assertEqual(len(order.lines), 1)
        self.assertEqual(len(order.lines.pack_lot_ids), 2)
        paid = self._paid(line, access_token="token")
        self._sync({**paid, "uuid": draft["uuid"]})
        self.assertIn(order.state, ("paid", "done"))
        self.assertEqual(sorted(order.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])
        self.assertStock(self.phone, {"SN3": 1, "SN4": 1}, {"SN1": 1, "SN2": 1})

    def test_number_added_to_a_draft(self):
        """The second sending brings one number more; the first one's stays one."""
        line = self._numbered(self.phone, 2, {"SN1": 1})
        draft = self._paid(line, state="draft", payment_ids=[], access_token="token")
        order = self._sync(draft)
        more = self._numbered(self.phone, 2, {"SN2": 1})["pack_lot_ids"]
        self._sync(
            {
                **draft,
                "lines": [Command.create({**line, "pack_lot_ids": line["pack_lot_ids"] + more})],
            }
        )
        self.assertEqual(sorted(order.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])

    def test_number_taken_off_a_draft(self):
        """What the cashier took off between the two sendings is gone."""
        line = self._numbered(self.phone, 2, {"SN1": 1, "SN2": 1})
        draft = self._paid(line, state="draft", payment_ids=[], access_token="token")
        order = self._sync(draft)
        rest = line["pack_lot_ids"][1:]
        self._sync({**draft, "lines": [Command.create({**line, "pack_lot_ids": rest})]})
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN2"])

    def test_lock_of_a_paid_order(self):
        """An order that is paid takes no other numbers by being sent again."""
        line = self._numbered(self.phone, 2, {"SN1": 1})
        sent = self._paid(line, access_token="token")
        order = self._sync(sent)
        more = self._numbered(self.phone, 2, {"SN2": 1})["pack_lot_ids"]
        self._sync({**sent, "lines": [Command.create({**line, "pack_lot_ids": more})]})
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN1"])


@tagged("post_install", "-at_install")
class TestRefusedTransfer(FaultCase):
    """One line's transfer is refused."""

    def test_real_time(self):
        """The others move, the sale is stored, what was refused waits with its number."""
        with self._refuse(self.phone), self.assertLogs(level="WARNING"):
            order = self._sell(
                self._line(self.phone, 1, ["SN1"]),
                self._line(self.milk, 2, ["L1"]),
                self._line(self.cable, 3),
            )
        self.assertStock(self.phone, dict.fromkeys(["SN1", "SN2", "SN3", "SN4"], 1), {})
        self.assertStock(self.milk, {"L1": 8}, {"L1": 2})
        self.assertStock(self.cable, {None: 7}, {None: 3})
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(order.lines[0].pack_lot_ids.lot_name, "SN1")

    def test_closing(self):
        """At closing it is the same, for the orders concerned only."""
        self.till.current_session_id.update_stock_at_closing = True
        refused = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable))
        self._sell(self._line(self.milk, 2, ["L1"]), self._line(self.cable))
        self._sell(self._line(self.milk, 1, ["L1"]))
        with self._refuse(self.phone), self.assertLogs(level="WARNING"):
            self._close()
        self.assertStock(self.milk, {"L1": 7}, {"L1": 3})
        self.assertStock(self.cable, {None: 8}, {None: 2})
        self.assertWaiting(self.phone, 1, refused)

    def test_any_error(self):
        """Whatever another add-on raises: the sale is stored, and the log tells."""
        MoveLine = self.env.registry["stock.move.line"]
        done = MoveLine._action_done

        def fail(lines):
            if self.phone in lines.product_id:
                raise ValueError("no such thing")
            return done(lines)

        with patch.object(MoveLine, "_action_done", fail), self.assertLogs(level="WARNING"):
            order = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.milk, 2, ["L1"]))
        self.assertWaiting(self.phone, 1, order)
        self.assertStock(self.milk, {"L1": 8}, {"L1": 2})

    def test_untracked(self):
        """An untracked product that is refused does not hold the numbers back."""
        with self._refuse(self.cable):
            self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable, 3))
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertStock(self.cable, {None: 10}, {})


@tagged("post_install", "-at_install")
class TestChangedMeanwhile(FaultCase):
    """Between sale and closing of the session somebody changes the data."""

    update_stock = "closing"

    def test_archived_product(self):
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self.phone.action_archive()
        self._close()
        self.assertEqual(self._gone(self.phone.with_context(active_test=False)), {"SN1": 1})

    def test_renamed_lot(self):
        """It is still the one that was sold."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self._lot(self.phone, "SN1").name = "SN1-A"
        self._close()
        self.assertEqual(self._gone(self.phone), {"SN1-A": 1})

    def test_deleted_lot(self):
        """The number keeps its name and waits; nothing else does."""
        order = self._sell(self._line(self.phone, 1, ["NEW1"]), self._line(self.cable))
        self._lot(self.phone, "NEW1").unlink()
        self._close()
        self.assertEqual(order.lines[0].pack_lot_ids.lot_name, "NEW1")
        self.assertWaiting(self.phone, 1, order)
        self.assertStock(self.cable, {None: 9}, {None: 1})

    def test_tracking_switched_off(self):
        """What was sold leaves, the session closes."""
        self._sell(self._line(self.milk, 4, ["L1"]), self._line(self.cable))
        self.milk.tracking = "none"
        self._close()
        self.assertEqual(sum(self._here(self.milk).values()), 6)
        self.assertEqual(sum(self._gone(self.milk).values()), 4)

    def test_tracking_switched_on(self):
        """Units sold before nobody asked for numbers wait for them."""
        order = self._sell(self._line(self.cable, 2), self._line(self.milk, 1, ["L1"]))
        self.cable.tracking = "serial"
        self._close()
        self.assertWaiting(self.cable, 2, order)
        self.assertEqual(self._gone(self.milk), {"L1": 1})


@tagged("post_install", "-at_install")
class TestOddMoves(FaultCase):
    """One product in several moves, packages and owners."""

    def test_kits_are_listed(self):
        """Kits whose components wait are in the list of lines to assign, each by itself."""
        kits = self._kit("Kit", {self.phone: 1}), self._kit("Second kit", {self.milk: 2})
        order = self._sell(*(self._line(product) for product in (*kits, self.cable)))
        self.assertEqual(order.lines.mapped("waiting_number_qty"), [1, 2, 0])

    def test_attributes_that_make_no_variant(self):
        """Two moves of one product: each number moves once."""
        attribute = self.env["product.attribute"].create(
            {
                "name": "Engraving",
                "create_variant": "no_variant",
                "value_ids": [Command.create({"name": "A"}), Command.create({"name": "B"})],
            }
        )
        line = self.env["product.template.attribute.line"].create(
            {
                "product_tmpl_id": self.phone.product_tmpl_id.id,
                "attribute_id": attribute.id,
                "value_ids": [Command.set(attribute.value_ids.ids)],
            }
        )
        first, second = line.product_template_value_ids
        order = self._sell(
            self._line(self.phone, 1, ["SN1"], attribute_value_ids=[Command.set(first.ids)]),
            self._line(
                self.phone, 2, ["SN2", "SN3"], attribute_value_ids=[Command.set(second.ids)]
            ),
        )
        self.assertStock(self.phone, {"SN4": 1}, {"SN1": 1, "SN2": 1, "SN3": 1})
        self.assertEqual(sorted(order.picking_ids.move_ids.mapped("quantity")), [1, 2])

    def test_owner_and_package(self):
        """Goods in consignment and in a package leave as what they are."""
        radio = self._product("Radio")
        package = self.env["stock.package"].create({"name": "PACK1"})
        self.env["stock.quant"]._update_available_quantity(
            radio,
            self.shelf,
            1,
            lot_id=self._lot(radio, "R1"),
            package_id=package,
            owner_id=self.customer,
        )
        order = self._sell(self._line(radio, 1, ["R1"]))
        self.assertStock(radio, {}, {"R1": 1})
        moved = order.picking_ids.move_line_ids
        self.assertEqual((moved.owner_id, moved.package_id), (self.customer, package))
        self.assertEqual(moved.location_id, self.shelf)


@tagged("post_install", "-at_install")
class TestReservations(FaultCase):
    """The till does not reserve what it moves; the books of reservations stay right."""

    def setUp(self):
        super().setUp()
        self.delivery = self._sale_order(self.milk, 8).picking_ids

    def _assert_reserved(self, quantity):
        self._fresh()
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.milk.id),
                ("location_id", "child_of", self.warehouse.lot_stock_id.id),
            ]
        )
        self.assertEqual(sum(quants.mapped("reserved_quantity")), quantity)
        self.assertEqual(sum(self.delivery.move_ids.mapped("quantity")), quantity)

    def test_enough_for_both(self):
        self._sell(self._line(self.milk, 2, ["L1"]))
        self._assert_reserved(8)

    def test_not_enough(self):
        """The delivery keeps what is left."""
        self._sell(self._line(self.milk, 5, ["L1"]))
        self.assertStock(self.milk, {"L1": 5}, {"L1": 5})
        self._assert_reserved(5)

    def test_at_closing(self):
        self.till.current_session_id.update_stock_at_closing = True
        self._sell(self._line(self.milk, 4, ["L1"]))
        self._sell(self._line(self.milk, 3, ["L1"]))
        self._close()
        self.assertStock(self.milk, {"L1": 3}, {"L1": 7})
        self._assert_reserved(3)

    def test_refused(self):
        """What the till could not move was not reserved, and takes nothing away."""
        with self._refuse(self.milk), self.assertLogs(level="WARNING"):
            self._sell(self._line(self.milk, 5, ["L1"]), self._line(self.cable))
        self._assert_reserved(8)
        self.assertEqual(self._gone(self.cable), {None: 1})
