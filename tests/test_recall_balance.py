"""The mass balance of a recall, on random histories, against a model of its own."""

import random
from collections import Counter

from odoo.fields import Command
from odoo.tests import tagged

from .against_core.common import AcceptanceCase

HISTORIES, STEPS = 6, 14
WHAT = ("receive", "receive", "sell", "sell", "back", "scrap", "away", "issue")


@tagged("post_install", "-at_install")
class TestBalance(AcceptanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk = cls._product("Milk", tracking="lot")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.other = cls._location("Depot", cls.warehouse.view_location_id)
        cls.customer.email = "ada@example.com"

    def _move(self, name, quantity, source, destination):
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": self.milk.id,
                            "quantity": quantity,
                            "lot_id": self._lot(self.milk, name).id,
                            "location_id": source.id,
                            "location_dest_id": destination.id,
                        }
                    )
                ],
            }
        )
        move._action_confirm()
        move.picked = True
        move._action_done()

    def _live(self, dice):
        """Random days; what they come to, by lot. `shelf`: what lies in the shop itself."""
        totals = {name: Counter() for name in ("A", "B", "C")}
        sales = []
        stock = self.warehouse.lot_stock_id
        for _step in range(STEPS):
            name = dice.choice("ABC")
            total, quantity = totals[name], dice.randint(1, 4)
            what = dice.choice(
                ("receive", "receive", "sell", "sell", "back", "scrap", "away", "issue")
            )
            if what == "receive":
                self._move(name, quantity, self.suppliers, stock)
                total.update(received=quantity, shelf=quantity)
                continue
            if what == "back":
                if sales:
                    order, sold_name, sold = sales.pop()
                    self._give_back(order, sold, [sold_name])
                    totals[sold_name].update(sold=-sold, shelf=sold)
                continue
            quantity = min(quantity, total["shelf"])
            if quantity <= 0:
                continue
            total["shelf"] -= quantity
            if what == "sell":
                customer = dice.choice((self.customer.id, False))
                line = self._line(self.milk, quantity, [name])
                order = self._sell(line, partner_id=customer)
                sales.append((order, name, quantity))
                total["sold"] += quantity
            elif what == "scrap":
                self.env["stock.scrap"].create(
                    {
                        "product_id": self.milk.id,
                        "lot_id": self._lot(self.milk, name).id,
                        "scrap_qty": quantity,
                        "location_id": stock.id,
                    }
                ).action_validate()
                total["scrapped"] += quantity
            elif what == "away":
                self._move(name, quantity, stock, self.other)
                total["elsewhere"] += quantity
            else:
                self._move(name, quantity, stock, self.suppliers)
                total["issued"] += quantity
        return totals

    def test_random_histories(self):
        for seed in range(HISTORIES):
            with self.subTest(seed=seed):
                dice = random.Random(seed)
                product = self.milk = self._product(f"Milk {seed}", tracking="lot")
                totals = self._live(dice)
                names = dice.sample("ABC", 2)
                lots = [self._lot(product, name).id for name in names]
                recall = self.env["pos.number.recall"].create(
                    {
                        "name": "Balance",
                        "line_ids": [Command.create({"lot_ids": [Command.set(lots)]})],
                    }
                )
                recall.action_find_lots()
                self._fresh()
                expected = sum((totals[name] for name in names), Counter())
                self.assertEqual(
                    {
                        name: recall[name]
                        for name in ("received", "on_hand", "sold", "scrapped", "issued")
                    },
                    {
                        "received": expected["received"],
                        "on_hand": expected["shelf"] + expected["elsewhere"],
                        "sold": expected["sold"],
                        "scrapped": expected["scrapped"],
                        "issued": expected["issued"],
                    },
                )
                self.assertEqual((recall.difference, recall.units_sold), (0, expected["sold"]))
                self.assertEqual(
                    recall.received,
                    recall.on_hand + recall.sold + recall.scrapped + recall.issued,
                )
