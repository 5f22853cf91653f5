"""What sold units cost, before and after their number is known, by whatever route they move."""

from odoo.tests import tagged

from .against_core.common import AtClosing
from .common import AccountsCase, AssignmentCase


class CostCase(AssignmentCase):
    """Radios valued by serial, R1 at 10 and R2 at 100; words for what a product is worth."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.radio = cls._valued("Radio")

    @classmethod
    def _valued(cls, name, **values):
        product = cls._product(name, method="fifo", **{"lot_valuated": True, **values})
        cls._receive(product, ["R1"], cost=10)
        cls._receive(product, ["R2"], cost=100)
        return product

    def _write_by_hand(self, line, *names):
        """Write serials on the transfers in which a line's units wait, and validate them."""
        self._fresh()
        moves = line.waiting_move_ids.filtered(lambda move: move.state == "confirmed")
        names = list(names)
        for move in moves.with_user(self.inventory):
            move.move_line_ids.unlink()
            for name in names:
                values = move._prepare_move_line_vals(quantity=1)
                lot = self._lot(move.product_id, name)
                move.env["stock.move.line"].create({**values, "lot_id": lot.id, "picked": True})
        for picking in moves.picking_id.with_user(self.inventory):
            action = picking.button_validate()
            if action is not True:
                context = action["context"]
                wizard = self.env[action["res_model"]].with_user(self.inventory)
                wizard.with_context(**context).create({}).process()
        self._fresh()

    def _current(self, product):
        return product.with_company(self.company).standard_price

    def _costs(self, order):
        return order.lines.mapped("total_cost")

    def _worth(self, product):
        return product.with_company(self.company).total_value


@tagged("post_install", "-at_install")
class TestValidatedByHand(CostCase):
    """Somebody writes the numbers on the transfer itself."""

    def test_takes_the_place_of_the_estimate(self):
        order = self._sell(self._line(self.radio, 1))
        self.assertEqual(order.lines.total_cost, self._current(self.radio))
        self._write_by_hand(order.lines, "R2")
        self.assertFalse(order.lines.is_cost_estimated)
        self.assertEqual((self._costs(order), order.margin), ([100], 0))
        self.assertEqual(self._worth(self.radio), 10)

    def test_part_of_a_line(self):
        """The unit that goes on waiting keeps its estimate."""
        estimate = self._current(self.radio)
        order = self._sell(self._line(self.radio, 2))
        self._write_by_hand(order.lines, "R2")
        self.assertEqual(order.lines.waiting_number_qty, 1)
        self.assertEqual(self._costs(order), [100 + estimate])
        self._write_by_hand(order.lines, "R1")
        self.assertEqual(self._costs(order), [110])

    def test_posted_entries_stay(self):
        order = self._sell(self._line(self.radio, 1))
        if order.session_id.state != "closed":
            self._close()
        before = self.env["account.move.line"].search([("company_id", "=", self.company.id)])
        self._write_by_hand(order.lines, "R2")
        after = self.env["account.move.line"].search([("company_id", "=", self.company.id)])
        self.assertEqual(before, after)


@tagged("post_install", "-at_install")
class TestValidatedByHandAtClosing(AtClosing, TestValidatedByHand):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestOwnNumbers(CostCase):
    """Each line bears the cost of its own numbers."""

    def test_two_lines(self):
        lines = (self._line(self.radio, 1, ["R1"]), self._line(self.radio, 1, ["R2"]))
        order = self._sell(*lines)
        self.assertEqual(self._costs(order), [10, 100])

    def test_two_orders(self):
        """Orders that move in one transfer too."""
        orders = self._sync(
            self._paid(self._line(self.radio, 1, ["R2"])),
            self._paid(self._line(self.radio, 1, ["R1"])),
        )
        self.assertEqual(self._costs(orders), [100, 10])

    def test_two_lots_on_a_line(self):
        oil = self._product("Oil", tracking="lot", method="average", lot_valuated=True)
        self._receive_lot(oil, "A", 10, 2)
        self._receive_lot(oil, "B", 10, 5)
        order = self._sell(
            self._line(oil, 4, pack_lot_ids=self._lots(A=1, B=3)),
            self._line(oil, 2, pack_lot_ids=self._lots(A=2)),
        )
        self.assertEqual(self._costs(order), [17, 4])

    def _receive_lot(self, product, name, quantity, cost):
        """Receive units of a lot from a supplier, each at a cost."""
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "picking_type_id": self.warehouse.in_type_id.id,
            }
        )
        move._action_confirm()
        move.move_line_ids.write({"lot_id": self._lot(product, name).id, "quantity": quantity})
        move.picked = True
        move._action_done()
        move.value_manual = cost * quantity

    def test_one_given_one_later(self):
        """In the order of the lines or against it, costs equal those of a sale with numbers."""
        for given, later in (("R1", "R2"), ("R2", "R1")):
            with self.subTest(given=given):
                radio = self._valued(f"Radio {given}")
                order = self._sell(self._line(radio, 1, [given]), self._line(radio, 1))
                self._assign(order.lines[1], later)
                cost = {"R1": 10, "R2": 100}
                self.assertEqual(self._costs(order), [cost[given], cost[later]])
                self.assertEqual(self._worth(radio), 0)

    def test_value_of_a_lot_changes_afterwards(self):
        """What has moved costs what it did, though its lot costs more by now."""
        oil = self._product("Oil", tracking="lot", method="average", lot_valuated=True)
        self._receive_lot(oil, "A", 10, 2)
        self._receive_lot(oil, "B", 10, 5)
        order = self._sell(
            self._line(oil, 2, pack_lot_ids=self._lots(A=1)),
            self._line(oil, 1, pack_lot_ids=self._lots(B=1)),
        )
        self._receive_lot(oil, "A", 10, 50)
        self._assign(order.lines[0], ("B", 1))
        self.assertEqual(self._costs(order), [7, 5])

    def test_corrected(self):
        """A corrected number of several takes its own cost back, and leaves the other's."""
        self._receive(self.radio, ["R3"], cost=50)
        order = self._sell(self._line(self.radio, 2, ["R1", "R2"]))
        number = order.lines.pack_lot_ids.filtered(lambda number: number.lot_name == "R1")
        self._correct(number, "R3")
        self.assertEqual(self._costs(order), [150])
        self.assertEqual(self._worth(self.radio), 10)

    def test_corrected_after_assigning(self):
        order = self._sell(self._line(self.radio, 1))
        self._assign(order.lines, "R1")
        self._correct(order.lines.pack_lot_ids, "R2")
        self.assertEqual(self._costs(order), [100])
        self.assertEqual(self._worth(self.radio), 10)


@tagged("post_install", "-at_install")
class TestOwnNumbersAtClosing(AtClosing, TestOwnNumbers):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestEstimate(CostCase):
    """What units cost whose number is not known."""

    def _free(self, name, method):
        product = self._product(name, method=method, standard_price=0.0)
        self._put(product, ["Z1", "Z2", "Z3"])
        return product

    def test_free_at_the_sale(self):
        """A cost of zero is one that is known."""
        for method in ("standard", "average"):
            with self.subTest(method=method):
                product = self._free(f"Free {method}", method)
                order = self._sell(self._line(product, 3))
                self.assertEqual(self._costs(order), [0])
                product.with_company(self.company).standard_price = 40
                for number, cost in (("Z1", 40), ("Z2", 80), ("Z3", 120)):
                    self._assign(order.lines, number)
                    self.assertEqual(self._costs(order), [cost])

    def test_one_product_on_two_lines(self):
        """First in, first out: both lines cost their average, as where both had a number."""
        told = self._product("Told", method="fifo")
        later = self._product("Later", method="fifo")
        for product in (told, later):
            self._receive(product, ["F1"], cost=10)
            self._receive(product, ["F2"], cost=30)
        first = self._sell(self._line(told, 1, ["F1"]), self._line(told, 1, ["F2"]))
        order = self._sell(self._line(later, 1, ["F1"]), self._line(later, 1))
        self._assign(order.lines[1], "F2")
        self.assertEqual(self._costs(order), self._costs(first))
        self.assertEqual(order.margin, first.margin)
        self.assertEqual(self._worth(later), self._worth(told))

    def test_refund_of_what_waits(self):
        """A unit that never left comes back at what it was sold at."""
        for method in ("standard", "average", "fifo"):
            with self.subTest(method=method):
                product = self._product(f"Phone {method}", method=method)
                self._receive(product, ["P1", "P2"], cost=10)
                order = self._sell(self._line(product, 2))
                self.assertEqual(self._costs(order), [20])
                refund = self._give_back(order, 1)
                self.assertEqual(self._costs(refund), [-10])
                self._assign(order.lines, "P1")
                self.assertEqual((self._costs(order), self._costs(refund)), ([20], [-10]))

    def test_refund_without_number(self):
        """A unit that comes back without number costs what one costs, then what its own does."""
        order = self._sell(self._line(self.radio, 1, ["R2"]))
        refund = self._give_back(order)
        self.assertEqual(refund.lines.total_cost, -self.radio.standard_price)
        self._assign(refund.lines, "R2")
        self.assertEqual(self._costs(refund), [-self._worth(self.radio) + 10])

    def test_other_currency(self):
        """The order's currency is not the company's."""
        other = self.env["res.currency"].create({"name": "XTS", "symbol": "x"})
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 2.0, "company_id": self.company.id}
        )
        order = self._sell(self._line(self.radio, 2, ["R1"]))
        line = order.lines
        # As if sold in that currency: a till has one only with journals in it.
        self.assertEqual(line.total_cost, 10 + self._current(self.radio))
        line.currency_id = other
        line.is_total_cost_computed = False
        line.cost_estimates = False
        line._compute_total_cost(order.picking_ids.move_ids)
        self.assertEqual(line.total_cost, 2 * (10 + self._current(self.radio)))


@tagged("post_install", "-at_install")
class TestConsignedCost(CostCase):
    """A consignor's unit of a product at standard cost costs what ours does, as in core."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handset = cls._product("Handset")
        cls._put(cls.handset, ["H1"])
        cls.env["stock.quant"]._update_available_quantity(
            cls.handset,
            cls.warehouse.lot_stock_id,
            1,
            lot_id=cls._lot(cls.handset, "H2"),
            owner_id=cls.customer,
        )

    def test_beside_one_that_waits(self):
        order = self._sell(self._line(self.handset, 2, ["H2"]))
        self.assertEqual(self._costs(order), [20])
        self._assign(order.lines, "H1")
        self.assertEqual(self._costs(order), [20])

    def test_assigned(self):
        order = self._sell(self._line(self.handset, 2))
        self._assign(order.lines, "H2")
        self.assertEqual(self._costs(order), [20])
        self._assign(order.lines, "H1")
        self.assertEqual(self._costs(order), [20])

    def test_corrected(self):
        order = self._sell(self._line(self.handset, 1, ["H1"]))
        self._correct(order.lines.pack_lot_ids, "H2")
        self.assertEqual(self._costs(order), [10])

    def test_comes_back(self):
        order = self._sell(self._line(self.handset, 2, ["H2"]))
        refund = self._give_back(order, 2, ["H2"])
        self.assertEqual(self._costs(refund), [-20])


@tagged("post_install", "-at_install")
class TestConsignedCostAtClosing(AtClosing, TestConsignedCost):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestEstimateAtClosing(AtClosing, TestEstimate):
    """And where stock moves at closing."""


class KitCostCase(CostCase):
    """A kit of a cable at 5 and a phone at 40; it is valued by what is in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cable = cls._product("Cable", tracking="none", method="average", standard_price=5.0)
        cls._put(cls.cable, {None: 20})
        cls.handset = cls._product("Handset", method="fifo")
        cls._receive(cls.handset, ["H1", "H2", "H3"], cost=40)
        cls.kit = cls._kit("Kit", {cls.cable: 1, cls.handset: 1})
        cls.kit.write({"is_storable": True, "categ_id": cls.cable.categ_id.id})


@tagged("post_install", "-at_install")
class TestKitCost(KitCostCase):
    """A kit costs what is in it, with the parts that wait for their number."""

    def test_estimate(self):
        order = self._sell(self._line(self.kit))
        self.assertEqual(self._costs(order), [45])
        self._write_by_hand(order.lines, "H1")
        self.assertEqual(self._costs(order), [45])
        self.assertFalse(order.lines.is_cost_estimated)

    def test_own_cost(self):
        """The part that left costs what it did, not what one costs."""
        self.kit.bom_ids.bom_line_ids[1].product_id = self.radio
        estimate = self._current(self.radio)
        order = self._sell(self._line(self.kit))
        self.assertEqual(self._costs(order), [5 + estimate])
        self._write_by_hand(order.lines, "R2")
        self.assertEqual(self._costs(order), [105])

    def test_two_lines(self):
        """Each kit bears its own parts."""
        self.kit.bom_ids.bom_line_ids[1].product_id = self.radio
        estimate = self._current(self.radio)
        order = self._sell(self._line(self.kit), self._line(self.cable), self._line(self.kit))
        self._write_by_hand(order.lines[2], "R2")
        self.assertEqual(self._costs(order), [5 + estimate, 5, 105])
        self._write_by_hand(order.lines[0], "R1")
        self.assertEqual(self._costs(order), [15, 5, 105])

    def test_refund(self):
        order = self._sell(self._line(self.kit, 2))
        self.assertEqual(self._costs(order), [90])
        refund = self._give_back(order, 1)
        self.assertEqual(self._costs(refund), [-45])
        self._write_by_hand(order.lines, "H1")
        self.assertEqual(self._costs(order), [90])

    def test_corrected(self):
        """The part that came back costs nothing any more, and one taken off what one costs now."""
        self.kit.bom_ids.bom_line_ids[1].product_id = self.radio
        order = self._sell(self._line(self.kit))
        self._write_by_hand(order.lines, "R1")
        self.assertEqual(self._costs(order), [15])
        number = self._correct(order.lines.pack_lot_ids, "R2")
        self.assertEqual(self._costs(order), [105])
        number.with_user(self.inventory)._take_off()
        self._fresh()
        self.assertEqual(self._costs(order), [5 + self._current(self.radio)])
        self.assertEqual(order.lines._get_current_cost(), 5 + self._current(self.radio))
        self._write_by_hand(order.lines, "R1")
        self.assertEqual(self._costs(order), [15])


@tagged("post_install", "-at_install")
class TestKitCostAtClosing(AtClosing, TestKitCost):
    """And where stock moves at closing."""


@tagged("post_install", "-at_install")
class TestInvoicedKit(AccountsCase):
    """The invoice of a kit books what is in it."""

    def test_parts_that_wait(self):
        cable = self._product("Cable", tracking="none", method="average", standard_price=5.0)
        self._put(cable, {None: 20})
        kit = self._kit("Kit", {cable: 1, self.radio: 1})
        kit.is_storable = True
        (cable | kit).categ_id = self.radio.categ_id
        cost = 5 + self.radio.with_company(self.company).standard_price
        order = self._sell(self._line(kit, 2), partner_id=self.customer.id, to_invoice=True)
        self.assertEqual(self._booked(order.account_move), (2 * cost, 2 * cost))

    def test_part_sold_beside_its_kit(self):
        kit = self._kit("Kit", {self.radio: 1})
        kit.write({"is_storable": True, "categ_id": self.radio.categ_id.id})
        order = self._sell(
            self._line(kit, 1),
            self._line(self.radio, 1, ["R1"]),
            partner_id=self.customer.id,
            to_invoice=True,
        )
        current = self.radio.with_company(self.company).standard_price
        self.assertEqual(self._booked(order.account_move), (10 + current, 10 + current))
        self.assertEqual(order.lines.mapped("total_cost"), [current, 10])


@tagged("post_install", "-at_install")
class TestKitAtStandardCost(KitCostCase):
    """A kit with a cost of its own keeps it, whatever is in it."""

    def test_keeps_its_cost(self):
        for storable in (True, False):
            with self.subTest(storable=storable):
                kit = self._kit(f"Kit {storable}", {self.cable: 1, self.handset: 1})
                kit.is_storable = storable
                kit.with_company(self.company).standard_price = 33
                order = self._sell(self._line(kit))
                self.assertEqual(self._costs(order), [33])
                self._write_by_hand(order.lines, "H2" if storable else "H3")
                self.assertEqual(self._costs(order), [33])


@tagged("post_install", "-at_install")
class TestKitAtStandardCostAtClosing(AtClosing, TestKitAtStandardCost):
    """And where stock moves at closing."""
