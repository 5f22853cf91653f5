"""The mass balance of a recall, on random histories, against a model of its own."""

import random
from collections import Counter

from odoo.fields import Command
from odoo.tests import tagged

from .common import AssignmentCase

HISTORIES, STEPS = 50, 9
# What may happen, as often as it stands here.
WHAT = (
    *("receive", "receive", "receive", "sell", "sell", "sell", "back", "back", "scrap"),
    *("depot", "transit", "supplier", "lost", "found", "ship", "gap", "kit", "kit_later", "far"),
)


class History:
    """One product's life, step by step, and what it comes to by lot: the model.

    `shelf` is what lies in the shop, `elsewhere` in other places of the company. Lot D lies in
    another warehouse only: what a till sells of it waits.
    """

    def __init__(self, case, seed):
        self.case, self.dice = case, random.Random(seed)
        self.product = case._product(f"Milk {seed}", tracking="lot")
        self.kit = case._kit(f"Basket {seed}", {self.product: 2})
        self.totals = {name: Counter() for name in "ABCD"}
        self.perhaps = 0
        self.sales = []

    def live(self):
        self.move("D", 20, self.case.suppliers, self.case.far)
        self.totals["D"].update(received=20, elsewhere=20)
        for _step in range(STEPS):
            name = self.dice.choice("ABC")
            getattr(self, f"do_{self.dice.choice(WHAT)}")(name, self.dice.randint(1, 4))

    def take(self, name, quantity):
        """So much of it leaves the shelf; 0: there is nothing."""
        quantity = min(quantity, self.totals[name]["shelf"])
        self.totals[name]["shelf"] -= quantity
        return quantity

    def do_receive(self, name, quantity, source=None):
        self.move(name, quantity, source or self.case.suppliers, self.case.stock)
        self.totals[name].update(received=quantity, shelf=quantity)

    def do_found(self, name, quantity):
        self.do_receive(name, quantity, self.product.property_stock_inventory)

    def do_sell(self, name, quantity):
        if quantity := self.take(name, quantity):
            order = self.sell(self.product, quantity, {name: quantity})
            self.sales.append([order, name, quantity])
            self.totals[name]["sold"] += quantity

    def do_back(self, _name, quantity):
        """Some or all of a sale comes back."""
        if not self.sales:
            return
        order, name, left = sale = self.dice.choice(self.sales)
        quantity = min(quantity, left)
        self.case._give_back(order, quantity, [name])
        sale[2] -= quantity
        if not sale[2]:
            self.sales.remove(sale)
        self.totals[name].update(sold=-quantity, shelf=quantity)

    def do_scrap(self, name, quantity):
        if quantity := self.take(name, quantity):
            self.case.env["stock.scrap"].create(
                {
                    "product_id": self.product.id,
                    "lot_id": self.lot(name).id,
                    "scrap_qty": quantity,
                    "location_id": self.case.stock.id,
                }
            ).action_validate()
            self.totals[name]["scrapped"] += quantity

    def do_depot(self, name, quantity):
        if quantity := self.take(name, quantity):
            self.move(name, quantity, self.case.stock, self.case.depot)
            self.totals[name]["elsewhere"] += quantity

    def do_transit(self, name, quantity):
        if quantity := self.take(name, quantity):
            self.move(name, quantity, self.case.stock, self.case.transit)
            self.totals[name]["elsewhere"] += quantity

    def do_supplier(self, name, quantity, destination=None):
        if quantity := self.take(name, quantity):
            self.move(name, quantity, self.case.stock, destination or self.case.suppliers)
            self.totals[name]["issued"] += quantity

    def do_lost(self, name, quantity):
        self.do_supplier(name, quantity, self.product.property_stock_inventory)

    def do_ship(self, name, quantity):
        """A sales order's delivery."""
        if quantity := self.take(name, quantity):
            order = self.case._sale_order(self.product, quantity)
            self.case._choose(order.picking_ids.move_ids, {name: quantity})
            self.case._ship(order.picking_ids)
            self.totals[name]["sold"] += quantity

    def do_gap(self, _name, quantity):
        """Sold without a number: nobody knows which lot it is."""
        self.sell(self.product, quantity, {})
        self.perhaps += quantity

    def do_far(self, _name, quantity):
        """Sold of what lies in another warehouse: it waits."""
        self.sell(self.product, quantity, {"D": quantity})
        self.totals["D"]["waiting"] += quantity

    def do_kit_later(self, _name, quantity):
        self.sell(self.kit, quantity, {})
        self.perhaps += 2 * quantity

    def do_kit(self, name, _quantity):
        """A kit whose number is written on the transfer that waits."""
        if self.totals[name]["shelf"] >= 2 and self.take(name, 2):
            order = self.sell(self.kit, 1, {})
            move = order.lines.waiting_move_ids.with_user(self.case.inventory)
            move.move_line_ids.unlink()
            values = move._prepare_move_line_vals(quantity=2)
            line = {**values, "lot_id": self.lot(name).id, "picked": True}
            move.env["stock.move.line"].create(line)
            self.case.assertIs(move.picking_id.button_validate(), True)
            self.case._fresh()
            self.totals[name]["sold"] += 2

    def lot(self, name):
        return self.case._lot(self.product, name)

    def sell(self, product, quantity, numbers):
        customer = self.dice.choice((self.case.customer.id, False))
        commands = [
            Command.create({"lot_name": name, "quantity": share}) for name, share in numbers.items()
        ]
        line = self.case._line(product, quantity, pack_lot_ids=commands)
        return self.case._sell(line, partner_id=customer)

    def move(self, name, quantity, source, destination):
        case = self.case
        values = {
            "product_id": self.product.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
        }
        line = {**values, "quantity": quantity, "lot_id": self.lot(name).id}
        move = case.env["stock.move"].create(
            {**values, "product_uom_qty": quantity, "move_line_ids": [Command.create(line)]}
        )
        move._action_confirm()
        move.picked = True
        move._action_done()


@tagged("post_install", "-at_install")
class TestBalance(AssignmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock = cls.warehouse.lot_stock_id
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.depot = cls._location("Depot", cls.warehouse.view_location_id)
        cls.far = cls.env["stock.warehouse"].create({"name": "Far", "code": "FAR"}).lot_stock_id
        cls.transit = cls.env["stock.location"].create(
            {"name": "Under way", "usage": "transit", "company_id": cls.company.id}
        )
        cls.customer.email = "ada@example.com"

    def test_random_histories(self):
        """Of some of its lots, each figure is the model's, and nothing is left unexplained."""
        for seed in range(HISTORIES):
            with self.subTest(seed=seed):
                history = History(self, seed)
                history.live()
                names = history.dice.sample("ABCD", 2)
                lots = [history.lot(name).id for name in names]
                recall = self.env["pos.number.recall"].create(
                    {
                        "name": "Balance",
                        "line_ids": [Command.create({"lot_ids": [Command.set(lots)]})],
                    }
                )
                recall.action_find_lots()
                self._fresh()
                expected = sum((history.totals[name] for name in names), Counter())
                self.assertEqual(
                    {
                        name: recall[name]
                        for name in (
                            *("received", "on_hand", "sold", "sold_waiting", "scrapped"),
                            *("issued", "difference", "units_sold", "units_perhaps"),
                        )
                    },
                    {
                        "received": expected["received"],
                        "on_hand": expected["shelf"] + expected["elsewhere"],
                        "sold": expected["sold"],
                        "sold_waiting": expected["waiting"],
                        "scrapped": expected["scrapped"],
                        "issued": expected["issued"],
                        "difference": 0,
                        "units_sold": expected["sold"] + expected["waiting"],
                        "units_perhaps": history.perhaps,
                    },
                )
                self.assertEqual(
                    recall.received,
                    recall.on_hand + recall.sold + recall.scrapped + recall.issued,
                )
