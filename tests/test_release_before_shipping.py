"""A number of an order that ships later is changed in its delivery, not taken off its order."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestReleaseBeforeShipping(AssignmentCase):
    def test_release(self):
        tomorrow = fields.Date.to_string(fields.Date.today() + timedelta(days=1))
        order = self._sell(
            self._line(self.phone, 1, ["SN1"]),
            shipping_date=tomorrow,
            partner_id=self.customer.id,
        )
        number = order.lines.pack_lot_ids
        with self.assertRaisesRegex(UserError, "not shipped yet"):
            self.env["pos.number.correction"].with_user(self.inventory)._release(number)
        self.assertEqual(number.lot_name, "SN1")
