"""Numbers that come back: at the till, or by the transfer that waited."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.pos_number_history import END
from .against_core.common import STOCK_USER
from .common import RawSaleCase


@tagged("post_install", "-at_install")
class TestReturns(RawSaleCase):
    """What comes back is known again."""

    def test_serial_in_other_letters(self):
        """It is the one that was sold: no flag, and free to be sold again."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        refund = self._give_back(sale, 1, ["sn1"])
        self.assertEqual(self._codes(refund), [])
        self.assertEqual(self._refundable(sale), {})
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._codes(again), [])
        self.assertEqual(self._gone(self.phone), {"SN1": 1})

    def test_lot_in_other_letters(self):
        sale = self._sell(self._line(self.milk, 5, ["L1"]))
        refund = self._give_back(sale, 2, ["l1"])
        self.assertEqual(self._codes(refund), [])
        self.assertEqual(self._refundable(sale), {"L1": 3})

    def test_sold_before_the_add_on_came(self):
        """Nothing links that sale's number to its move: it comes back all the same."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        sale.picking_ids.move_line_ids.pos_number_id = False
        sale.lines.pack_lot_ids.write({"holds": False, "lot_id": False})
        self.env["ir.config_parameter"].set_param(END, str(sale.lines.pack_lot_ids.id))
        refund = self._give_back(sale, 1, ["SN1"])
        self.assertEqual(self._codes(refund), [])
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {})

    def test_sold_again_in_the_same_order(self):
        """A wrong price is mended by a refund and a sale in one go."""
        sale = self._sell(self._line(self.phone, 1, ["SN1"]))
        back = self._line(self.phone, -1, ["SN1"], refunded_orderline_id=sale.lines.id)
        order = self._sell(back, self._line(self.phone, 1, ["SN1"], price=90))
        self.assertEqual(self._codes(order), [])
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        again = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._codes(again), ["duplicate"])

    def test_return_that_waits_is_not_ready(self):
        """Nobody has said which lot came back: its transfer says so."""
        sale = self._sell(self._line(self.milk, 5, ["L1"]))
        back = self._give_back(sale, 3)
        picking = back.numbers_picking_ids
        self.assertEqual((picking.state, picking.move_ids.state), ("confirmed", "confirmed"))
        self.assertEqual(back.waiting_number_qty, 3)

    def test_refund_of_a_duplicate(self):
        """It never left: its unit is not waited for any more, and the right sale keeps it."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        second = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertEqual(self._codes(second), ["duplicate"])
        self._give_back(second, 1, ["SN1"])
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertWaiting(self.phone, 0)

    def test_returned_by_inventory(self):
        """A transfer that waited and was completed is returned like any other."""
        order = self._sell(self._line(self.phone, 1))
        picking = order.numbers_picking_ids
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.phone.id,
                    "quantity": 1,
                    "lot_id": self._lot(self.phone, "SN1").id,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                    "picking_id": picking.id,
                }
            )
        ]
        picking.button_validate()
        self.assertEqual(self._gone(self.phone), {"SN1": 1})
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        self.assertFalse(back.move_ids.filtered("pos_numbers_waiting"))
        back.button_validate()
        self.assertEqual(self._gone(self.phone), {})

    def test_validate_says_what_to_do(self):
        """Nobody validates a transfer that waits by just any number."""
        order = self._sell(self._line(self.phone, 1))
        user = new_test_user(self.env, login="stocker", groups=STOCK_USER)
        with self.assertRaisesRegex(UserError, "assign them first"):
            order.numbers_picking_ids.with_user(user).button_validate()
