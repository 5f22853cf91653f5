"""Orders that are shipped later: the delivery takes the chosen numbers first."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import AcceptanceCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestShipLater(AcceptanceCase):
    """Serials SN1 to SN3 and a lot; the goods leave days after the sale."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.till.ship_later = True
        cls.phone = cls._product("Phone")
        cls.milk = cls._product("Milk", tracking="lot")
        cls._put(cls.phone, ["SN1", "SN2", "SN3"])
        cls._put(cls.milk, {"L1": 10, "L2": 10})

    def _sell_for_later(self, *lines):
        values = {"partner_id": self.customer.id, "shipping_date": fields.Date.today()}
        return self._sell(*lines, **values)

    def _to_ship(self, order):
        """{number: quantity} that the order's open transfers have reserved."""
        lines = order.picking_ids.move_line_ids.filtered(lambda line: line.state != "done")
        return {line.lot_id.name: line.quantity for line in lines if line.quantity}

    @passes_on_stock
    def test_chosen_serial_is_reserved(self):
        """The chosen serial is reserved, and leaves with the delivery."""
        order = self._sell_for_later(self._line(self.phone, 1, ["SN3"]))
        self.assertEqual(self._gone(self.phone), {})
        self.assertEqual(self._to_ship(order), {"SN3": 1})
        self._ship(order.picking_ids)
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1}, {"SN3": 1})

    def test_letter_case(self):
        """Also when it was typed in other letter case."""
        order = self._sell_for_later(self._line(self.phone, 1, ["sn3"]))
        self.assertEqual(self._to_ship(order), {"SN3": 1})

    def test_chosen_lot_on_two_shelves(self):
        """A lot is reserved on both shelves."""
        self._put(self.milk, {"L1": 5}, self.shelf)
        order = self._sell_for_later(self._line(self.milk, 12, ["L1"]))
        self._ship(order.picking_ids)
        self.assertStock(self.milk, {"L1": 3, "L2": 10}, {"L1": 12})
        self.assertNoNegative(self.milk)

    def test_expired_lot(self):
        """A chosen lot that is expired is reserved all the same."""
        self.milk.use_expiration_date = True
        lot = self._lot(self.milk, "L2")
        lot.expiration_date = fields.Datetime.now() - timedelta(days=3)
        lot.removal_date = lot.expiration_date
        order = self._sell_for_later(self._line(self.milk, 4, ["L2"]))
        self.assertEqual(self._to_ship(order), {"L2": 4})

    @passes_on_stock
    def test_several_steps(self):
        """In several steps the picking takes the chosen serial."""
        self.warehouse.delivery_steps = "pick_ship"
        order = self._sell_for_later(self._line(self.phone, 1, ["SN3"]))
        self.assertEqual(self._to_ship(order), {"SN3": 1})
        for step in ("pick", "ship"):
            self._fresh()
            picking = order.picking_ids.filtered(lambda picking: picking.state == "assigned")
            self.assertEqual(len(picking), 1, step)
            self._ship(picking)
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1}, {"SN3": 1})

    @passes_on_stock
    def test_two_lines(self):
        """Two lines of one product get their serials, no other."""
        lines = self._line(self.phone, 1, ["SN3"]), self._line(self.phone, 1, ["SN1"], price=90)
        order = self._sell_for_later(*lines)
        self.assertEqual(self._to_ship(order), {"SN1": 1, "SN3": 1})

    def test_shipped_another(self):
        """When another serial was shipped, the order says so."""
        order = self._sell_for_later(self._line(self.phone, 1, ["SN3"]))
        order.picking_ids.move_line_ids.lot_id = self._lot(self.phone, "SN1")
        self._ship(order.picking_ids)
        self._fresh()
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN1"])

    def test_no_number(self):
        """Without a number the delivery chooses, and the order learns what was shipped."""
        order = self._sell_for_later(self._line(self.phone, 1))
        order.picking_ids.action_assign()
        self._ship(order.picking_ids)
        self._fresh()
        shipped = list(self._gone(self.phone))
        self.assertEqual(len(shipped), 1)
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), shipped)

    def _ship_all(self, order):
        """Do one step after the other of the order's delivery."""
        for _step in range(3):
            self._fresh()
            picking = order.picking_ids.filtered(lambda picking: picking.state == "assigned")
            if picking:
                self._ship(picking)
        self._fresh()

    def assertShipped(self, order, *numbers):
        """These left, whole, and the order says so."""
        self.assertEqual(self._gone(self.phone), dict.fromkeys(numbers, 1))
        told = order.lines.pack_lot_ids.mapped("lot_name")
        self.assertEqual(sorted(told), sorted(numbers))
        self.assertNoNegative(self.phone)
        self.assertFalse(self._open_moves(self.phone))

    def test_one_of_two(self):
        """One number for two units: that one leaves with another, and the order says which."""
        order = self._sell_for_later(self._line(self.phone, 2, ["SN3"]))
        order.picking_ids.action_assign()
        self._ship_all(order)
        self.assertShipped(order, "SN1", "SN3")

    def test_not_on_file(self):
        """A serial that nobody knows is not there: another one is shipped, the order says so."""
        self.warehouse.pos_type_id.use_create_lots = False
        order = self._sell_for_later(self._line(self.phone, 1, ["NEW1"]))
        order.picking_ids.action_assign()
        self._ship_all(order)
        self.assertShipped(order, "SN1")

    def test_too_many(self):
        """One unit with two serials: the first is shipped."""
        order = self._sell_for_later(self._line(self.phone, 1, ["SN3", "SN2"]))
        self.assertEqual(self._to_ship(order), {"SN3": 1})
        self._ship_all(order)
        self.assertEqual(self._gone(self.phone), {"SN3": 1})

    def test_sold_already(self):
        """A serial that left with an earlier order is not shipped again, another is."""
        self._sell(self._line(self.phone, 1, ["SN2"]))
        order = self._sell_for_later(self._line(self.phone, 1, ["SN2"]))
        order.picking_ids.action_assign()
        self._ship_all(order)
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN1"])

    def test_several_steps_another_picked(self):
        """In several steps another serial was picked: the order says which was shipped."""
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._sell_for_later(self._line(self.phone, 1, ["SN3"]))
        picking = order.picking_ids.filtered(lambda picking: picking.state == "assigned")
        picking.move_line_ids.lot_id = self._lot(self.phone, "SN1")
        self._ship_all(order)
        self.assertShipped(order, "SN1")

    def test_several_steps_no_number(self):
        """In several steps without a number the order learns what was shipped."""
        self.warehouse.delivery_steps = "pick_ship"
        order = self._sell_for_later(self._line(self.phone, 1))
        order.picking_ids.action_assign()
        self._ship_all(order)
        self.assertShipped(order, "SN1")
