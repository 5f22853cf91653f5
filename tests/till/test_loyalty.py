"""Loyalty programs beside numbers: free products, gift cards, and what comes back."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import TillCase


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestLoyalty(TillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).pos_ok = False
        cls.env["loyalty.program"].create(
            {
                "name": "Two phones and one free",
                "program_type": "buy_x_get_y",
                "trigger": "auto",
                "applies_on": "current",
                "pos_config_ids": [Command.link(cls.config.id)],
                "rule_ids": [
                    Command.create(
                        {
                            "product_ids": [Command.link(cls.phone.id)],
                            "reward_point_mode": "unit",
                            "minimum_qty": 1,
                        }
                    )
                ],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "product",
                            "reward_product_id": cls.phone.id,
                            "reward_product_qty": 1,
                            "required_points": 2,
                        }
                    )
                ],
            }
        )
        action = cls.env["loyalty.program"].create_from_template("gift_card")
        program = cls.env["loyalty.program"].browse(action["res_id"])
        program.write(
            {
                "pos_config_ids": [Command.set(cls.config.ids)],
                "pos_report_print_id": cls.env.ref("loyalty.report_gift_card").id,
            }
        )
        cls.gift_card = cls.env["loyalty.card"].create(
            {"program_id": program.id, "points": 50, "code": "GIFT-0001"}
        )

    def test_free_units(self):
        """A free unit is one of those with a number; units that the popup adds count as well."""
        names = [f"SN{number}" for number in range(1, 8)]
        for name in names:
            self.put_in_stock(self.phone, name)
        sale, refund = self.sell("numbers_with_rewards")
        sold = sale.lines.filtered(lambda line: line.product_id == self.phone)
        self.assertEqual(sold.qty, 6)
        self.assert_numbers(sale, dict.fromkeys([*names[:5], "SN7"], 1))
        self.assertEqual(sale.amount_total, 6 * 100 - 2 * 100 - 50)
        self.assertEqual(self.gift_card.points, 0)
        self.assertFalse(sale.lines.pack_lot_ids.flag_ids)
        self.assert_numbers(refund, {"SN2": 1})
        self.assertEqual(refund.amount_total, -100 + 100)
