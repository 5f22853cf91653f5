"""Numbers that are mistyped, elsewhere, sold already or too many: the order is stored, the right
unit moves, and what cannot move waits without holding up the rest."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import WrongCase, passes_on_stock


@tagged("post_install", "-at_install")
class TestUnknown(WrongCase):
    """Numbers that are not on file."""

    @passes_on_stock
    def test_unknown_serial(self):
        """Creation allowed: the serial is created, moves and leaves negative stock."""
        self._sell(self._line(self.phone, 1, ["NEW1"]))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1, "NEW1": -1}, {"NEW1": 1})

    @passes_on_stock
    def test_unnumbered_stock(self):
        """Where stock without numbers lies, a new number moves one unit of it."""
        radio = self._product("Radio")
        self._put(radio, {None: 3})
        self._sell(self._line(radio, 2, ["R1", "R2"]))
        self.assertStock(radio, {None: 1}, {"R1": 1, "R2": 1})

    def test_unnumbered_stock_on_a_shelf(self):
        """The same when that stock lies on a shelf below."""
        radio = self._product("Radio")
        self._put(radio, {None: 3}, self.shelf)
        self._sell(self._line(radio, 2, ["R1", "R2"]))
        self.assertStock(radio, {None: 1}, {"R1": 1, "R2": 1})
        self.assertNoNegative(radio)

    def test_unnumbered_lot_on_a_shelf(self):
        """The same for lots, whose quantity may come from two places."""
        cheese = self._product("Cheese", tracking="lot")
        self._put(cheese, {None: 2})
        self._put(cheese, {None: 3}, self.shelf)
        self._sell(self._line(cheese, 4, ["C1"]))
        self.assertStock(cheese, {None: 1}, {"C1": 4})
        self.assertNoNegative(cheese)

    def test_letter_case(self):
        """A number typed in other letter case is the one on file."""
        self._sell(self._line(self.phone, 1, ["sn2"]))
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self.assertEqual(self._lots(self.phone), {"SN1", "SN2", "SN3"})

    def test_blanks(self):
        """A number with blanks around it is the one on file."""
        self._sell(self._line(self.phone, 2, [" SN1", "SN2 "]))
        self.assertStock(self.phone, {"SN3": 1}, {"SN1": 1, "SN2": 1})
        self.assertEqual(self._lots(self.phone), {"SN1", "SN2", "SN3"})

    @passes_on_stock
    def test_exact_before_letter_case(self):
        """Two numbers that differ by letter case are told apart."""
        self._put(self.phone, ["sn1"])
        self._sell(self._line(self.phone, 1, ["sn1"]))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {"sn1": 1})

    @passes_on_stock
    def test_ambiguous_letter_case(self):
        """A number that could be either of two by letter case is neither."""
        self._put(self.phone, ["Ab1", "aB1"])
        self._sell(self._line(self.phone, 1, ["AB1"]))
        self.assertEqual(self._gone(self.phone), {"AB1": 1})
        self.assertEqual(self._here(self.phone)["Ab1"], 1)
        self.assertEqual(self._here(self.phone)["aB1"], 1)

    def test_lot_letter_case(self):
        """The same for lots."""
        self._sell(self._line(self.milk, 2, ["l1"]))
        self.assertStock(self.milk, {}, {"L1": 2})

    def test_blank(self):
        """A number of blanks is none: the unit waits, and no such number is created."""
        order = self._sell(self._line(self.phone, 1, ["  "]), self._line(self.cable))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {})
        self.assertEqual(self._lots(self.phone), {"SN1", "SN2", "SN3"})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)

    @passes_on_stock
    def test_odd_names(self):
        """Names of any kind are stored as they are."""
        names = ["<b>SN</b>", "=1+1", "100%", "a_b", "Ø-ß-日本", "x" * 128]
        self._sell(self._line(self.phone, len(names), names))
        self.assertEqual(self._gone(self.phone), dict.fromkeys(names, 1))

    @passes_on_stock
    def test_wildcards(self):
        """A name is no pattern: neither % nor _ finds another number."""
        self._sell(self._line(self.phone, 2, ["SN%", "S_1"]))
        self.assertEqual(self._gone(self.phone), {"SN%": 1, "S_1": 1})
        self.assertEqual(self._here(self.phone)["SN1"], 1)


@tagged("post_install", "-at_install")
class TestCreationForbidden(WrongCase):
    """The operation type takes only numbers that are on file."""

    def setUp(self):
        super().setUp()
        self.warehouse.pos_type_id.use_create_lots = False

    def test_rest_moves(self):
        """An unknown number waits; everything else of the order leaves."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "NEW1"]), self._line(self.cable))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)

    def test_alone(self):
        """Alone it waits too, and no number is created."""
        order = self._sell(self._line(self.phone, 1, ["NEW1"]), self._line(self.cable))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(self._lots(self.phone), {"SN1", "SN2", "SN3"})
        self.assertEqual(order.lines.pack_lot_ids.lot_name, "NEW1")

    def test_letter_case(self):
        """Letter case does not make a number unknown."""
        self._sell(self._line(self.phone, 1, ["sn1"]))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})

    def test_lot(self):
        """An unknown lot waits, a known one leaves."""
        order = self._sell(self._line(self.milk, 2, ["L1"]), self._line(self.milk, 3, ["NEW"]))
        self.assertStock(self.milk, {}, {"L1": 2})
        self.assertWaiting(self.milk, 3, order)


@tagged("post_install", "-at_install")
class TestBothSwitchesOff(WrongCase):
    """The operation type uses no numbers."""

    def test_number_given_is_moved(self):
        """A number that was given all the same is the one that moves, no other."""
        self.warehouse.pos_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        self._sell(self._line(self.phone, 1, ["SN3"]))
        self.assertEqual(self._gone(self.phone), {"SN3": 1})


@tagged("post_install", "-at_install")
class TestElsewhere(WrongCase):
    """Numbers that do not lie in the shop's stock itself."""

    def test_other_warehouse(self):
        """A serial in another warehouse waits: nothing moves here, nothing there."""
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTHER"})
        self._put(self.phone, ["FAR1"], other.lot_stock_id)
        order = self._sell(self._line(self.phone, 1, ["FAR1"]), self._line(self.cable))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {})
        self.assertEqual(self._here(self.phone, other.lot_stock_id), {"FAR1": 1})
        self.assertNoNegative(self.phone)
        self.assertWaiting(self.phone, 1, order)
        self.assertCableGone()

    def test_other_warehouse_beside_known(self):
        """It does not hold up the serials that are here."""
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTHER"})
        self._put(self.phone, ["FAR1"], other.lot_stock_id)
        order = self._sell(self._line(self.phone, 2, ["FAR1", "SN1"]))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertNoNegative(self.phone)
        self.assertWaiting(self.phone, 1, order)

    def test_input(self):
        """A serial still in the warehouse's input leaves from there."""
        dock = self._location("Input", self.warehouse.view_location_id)
        self._put(self.phone, ["IN1"], dock)
        self._sell(self._line(self.phone, 1, ["IN1"]))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {"IN1": 1})
        self.assertNoNegative(self.phone)

    def test_lot_in_stock_and_input(self):
        """A lot is taken from stock first, then from the input."""
        dock = self._location("Input", self.warehouse.view_location_id)
        self._put(self.milk, {"L1": 4}, dock)
        self._sell(self._line(self.milk, 5, ["L1"]))
        self.assertStock(self.milk, {"L1": 1}, {"L1": 5})
        self.assertEqual(self._here(self.milk, dock), {"L1": 1})
        self.assertNoNegative(self.milk)

    @passes_on_stock
    def test_other_company(self):
        """A serial of another company is not ours: ours is a new one of that name."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        lot = self.env["stock.lot"].create(
            {"name": "FOR1", "product_id": self.phone.id, "company_id": company.id}
        )
        quants = self.env["stock.quant"].with_company(company)
        quants._update_available_quantity(self.phone, theirs.lot_stock_id, 1, lot_id=lot)
        self._sell(self._line(self.phone, 1, ["FOR1"]))
        self.assertEqual(self._here(self.phone, theirs.lot_stock_id), {"FOR1": 1})
        ours = self.env["stock.lot"].search([("name", "=", "FOR1"), ("id", "!=", lot.id)])
        self.assertEqual(ours.company_id, self.company)
        self.assertEqual(sum(ours.quant_ids.mapped("quantity")), 0)

    @passes_on_stock
    def test_shelf(self):
        """A serial on a shelf below the shop's stock leaves from the shelf."""
        self._put(self.phone, ["SH1"], self.shelf)
        self._sell(self._line(self.phone, 1, ["SH1"]))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {"SH1": 1})
        self.assertNoNegative(self.phone)


@tagged("post_install", "-at_install")
class TestSeveralSteps(WrongCase):
    """The warehouse delivers in three steps; what is sold at the till is handed out at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.delivery_steps = "pick_pack_ship"

    @passes_on_stock
    def test_number(self):
        """The serial that was sold leaves in one step."""
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self.assertFalse(self._open_moves(self.phone, ("internal", "outgoing")))

    def test_no_number(self):
        """A unit without number waits, as one step too; all others leave."""
        order = self._sell(self._line(self.phone, 2, ["SN2"]), self._line(self.cable))
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(len(self._open_moves(self.phone, ("internal", "outgoing"))), 1)

    def test_picked_already(self):
        """A serial that was picked for a delivery leaves from the packing zone."""
        sale_order = self._sale_order(self.phone, 1)
        picking = sale_order.picking_ids.filtered(lambda picking: picking.state == "assigned")
        self._choose(picking.move_ids, ["SN2"])
        self._ship(picking)
        self.assertEqual(self._here(self.phone, self.warehouse.wh_pack_stock_loc_id), {"SN2": 1})
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self.assertNoNegative(self.phone)

    def test_sold_twice(self):
        """A serial sold a second time waits, and holds no number."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.cable))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)

    @passes_on_stock
    def test_refund(self):
        """A serial that comes back is in the shop's stock."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(order, 1, ["SN1"])
        self.assertEqual(
            self._here(self.phone, self.warehouse.lot_stock_id), {"SN1": 1, "SN2": 1, "SN3": 1}
        )


@tagged("post_install", "-at_install")
class TestShort(WrongCase):
    """More of a lot is sold than lies here."""

    @passes_on_stock
    def test_more_than_on_hand(self):
        """All units move, and the lot goes negative by the excess."""
        self._sell(self._line(self.milk, 5, ["L1"]))
        self.assertStock(self.milk, {"L1": -3}, {"L1": 5})

    def test_split_over_shelves(self):
        """A lot on two shelves is taken from both."""
        self._put(self.milk, {"L1": 3}, self.shelf)
        self._sell(self._line(self.milk, 5, ["L1"]))
        self.assertStock(self.milk, {}, {"L1": 5})
        self.assertNoNegative(self.milk)

    def test_split_and_short(self):
        """Both shelves are emptied before the lot goes negative, by the excess only."""
        self._put(self.milk, {"L1": 3}, self.shelf)
        self._sell(self._line(self.milk, 7, ["L1"]))
        self.assertStock(self.milk, {"L1": -2}, {"L1": 7})
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.milk.id), ("location_id.usage", "=", "internal")]
        )
        self.assertEqual(sorted(q for q in quants.mapped("quantity") if q), [-2])

    def test_two_lines_one_lot(self):
        """Two lines of one lot share what the shelves hold."""
        self._put(self.milk, {"L1": 3}, self.shelf)
        self._sell(self._line(self.milk, 3, ["L1"]), self._line(self.milk, 2, ["L1"], price=90))
        self.assertStock(self.milk, {}, {"L1": 5})
        self.assertNoNegative(self.milk)


@tagged("post_install", "-at_install")
class TestSoldTwice(WrongCase):
    """A serial that was sold already, or that comes twice."""

    def test_second_order(self):
        """Sold again in a second order: that unit waits, the rest of the order leaves."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]), self._line(self.cable))
        self.assertStock(self.phone, {"SN3": 1}, {"SN1": 1, "SN2": 1})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)

    def test_second_order_alone(self):
        """Alone in the second order it waits, and no transfer is ready with a wrong number."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertWaiting(self.phone, 1, order)
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN1"])

    def test_second_line(self):
        """In a second line of the order: one unit moves, one waits."""
        lines = self._line(self.phone, 1, ["SN1"]), self._line(self.phone, 1, ["SN1"], price=90)
        order = self._sell(*lines, self._line(self.cable))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)

    def test_twice_in_a_line(self):
        """Twice in a line: one unit moves, one waits."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN1"]), self._line(self.cable))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)

    def test_twice_by_letter_case(self):
        """Also when the letter case differs."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "sn1"]))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertWaiting(self.phone, 1, order)

    def test_new_number_twice(self):
        """A number that was new at its first sale is known as sold at the second."""
        self._sell(self._line(self.phone, 1, ["NEW1"]))
        order = self._sell(self._line(self.phone, 1, ["NEW1"]), self._line(self.cable))
        self.assertEqual(self._gone(self.phone), {"NEW1": 1})
        self.assertEqual(self._here(self.phone)["NEW1"], -1)
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)

    def test_two_tills(self):
        """Two tills sell the same serial: both sales stand, the second one waits."""
        other = self._till("Other till")
        first = self._paid(self._line(self.phone, 1, ["SN1"]))
        second = self._paid(self._line(self.phone, 1, ["SN1"]), self._line(self.cable), till=other)
        orders = self._sync(first, second)
        self.assertLessEqual(set(orders.mapped("state")), {"paid", "done"})
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, orders[1])

    def test_one_session(self):
        """One bad order does not touch the good ones of its session."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        bad = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self._close()
        self.assertStock(self.phone, {"SN3": 1}, {"SN1": 1, "SN2": 1})
        self.assertWaiting(self.phone, 1, bad)

    @passes_on_stock
    def test_returned_is_sold_again(self):
        """A serial that came back can be sold again."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        self._give_back(order, 1, ["SN1"])
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {})
        self._sell(self._line(self.phone, 1, ["SN1"]))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})


@tagged("post_install", "-at_install")
class TestOtherProduct(WrongCase):
    """A number of another product."""

    def test_waits(self):
        """It waits under its name; no number of that name is made for this product."""
        self._put(self.milk, {"M7": 5})
        order = self._sell(self._line(self.phone, 1, ["M7"]), self._line(self.cable))
        self.assertStock(self.phone, {"SN1": 1, "SN2": 1, "SN3": 1}, {})
        self.assertEqual(self._here(self.milk), {"L1": 2, "M7": 5})
        self.assertEqual(self._lots(self.phone), {"SN1", "SN2", "SN3"})
        self.assertWaiting(self.phone, 1, order)
        self.assertCableGone()

    @passes_on_stock
    def test_shared_name(self):
        """A name that both products have is each product's own."""
        self._put(self.milk, {"SN1": 5})
        self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.milk, 2, ["SN1"]))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})
        self.assertStock(self.milk, {"L1": 2, "SN1": 3}, {"SN1": 2})


@tagged("post_install", "-at_install")
class TestTooMany(WrongCase):
    """More numbers than units."""

    def test_serials(self):
        """One unit with three serials: one leaves."""
        self._sell(self._line(self.phone, 1, ["SN1", "SN2", "SN3"]))
        self.assertStock(self.phone, {"SN2": 1, "SN3": 1}, {"SN1": 1})

    def test_lots(self):
        """Three units with two lots: three leave."""
        self._put(self.milk, {"L1": 3, "L2": 5})
        self._sell(self._line(self.milk, 3, ["L1", "L2"]))
        self.assertEqual(sum(self._gone(self.milk).values()), 3)
        self.assertEqual(sum(self._here(self.milk).values()), 7)

    def test_refund(self):
        """One unit back with two serials: one comes back."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        self._give_back(order, 1, ["SN1", "SN2"])
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})


@tagged("post_install", "-at_install")
class TestReserved(WrongCase):
    """Numbers that another document has reserved."""

    @passes_on_stock
    def test_reserved_elsewhere(self):
        """The till's sale wins; the other document gets another serial."""
        sale_order = self._sale_order(self.phone, 1)
        move = sale_order.picking_ids.move_ids
        self._choose(move, ["SN2"])
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self.assertEqual(move.quantity, 1)
        self.assertIn(move.lot_ids.name, ("SN1", "SN3"))

    @passes_on_stock
    def test_last_one(self):
        """With no other serial left, the other document waits for stock."""
        self._put(self.cable, {None: 1})
        radio = self._product("Radio")
        self._put(radio, ["R1"])
        move = self._sale_order(radio, 1).picking_ids.move_ids
        self.assertEqual(move.lot_ids.mapped("name"), ["R1"])
        self._sell(self._line(radio, 1, ["R1"]))
        self.assertStock(radio, {}, {"R1": 1})
        self.assertEqual((move.state, move.quantity), ("confirmed", 0))

    @passes_on_stock
    def test_expired(self):
        """An expired lot that is sold moves: policy is the till's, stock is stock."""
        lot = self._lot(self.milk, "L1")
        lot.product_id.use_expiration_date = True
        lot.expiration_date = fields.Datetime.now() - timedelta(days=2)
        self._sell(self._line(self.milk, 1, ["L1"]))
        self.assertStock(self.milk, {"L1": 1}, {"L1": 1})

    @passes_on_stock
    def test_package(self):
        """A serial that lies in a package leaves from the package."""
        radio = self._product("Radio")
        package = self.env["stock.package"].create({"name": "PACK1"})
        self.env["stock.quant"]._update_available_quantity(
            radio,
            self.warehouse.lot_stock_id,
            1,
            lot_id=self._lot(radio, "R1"),
            package_id=package,
        )
        self._sell(self._line(radio, 1, ["R1"]))
        self.assertStock(radio, {}, {"R1": 1})
        self.assertNoNegative(radio)

    @passes_on_stock
    def test_owner(self):
        """Goods of a consignor leave as his."""
        radio = self._product("Radio")
        lot = self._lot(radio, "R1")
        self.env["stock.quant"]._update_available_quantity(
            radio, self.warehouse.lot_stock_id, 1, lot_id=lot, owner_id=self.customer
        )
        order = self._sell(self._line(radio, 1, ["R1"]))
        self.assertStock(radio, {}, {"R1": 1})
        self.assertEqual(self._transfers(order).move_line_ids.owner_id, self.customer)


@tagged("post_install", "-at_install")
class TestSeveralMoves(WrongCase):
    """Several stock moves of one product in one order."""

    def test_never_variant(self):
        """Two lines that differ by an attribute without variants: each its own serial, once."""
        attribute = self.env["product.attribute"].create(
            {
                "name": "Engraving",
                "create_variant": "no_variant",
                "value_ids": [Command.create({"name": name}) for name in ("A", "B")],
            }
        )
        template = self.phone.product_tmpl_id
        choice = {"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]}
        template.attribute_line_ids = [Command.create(choice)]
        values = template.attribute_line_ids.product_template_value_ids
        lines = [
            self._line(self.phone, 1, [name], attribute_value_ids=[Command.set(value.ids)])
            for name, value in zip(("SN1", "SN2"), values, strict=True)
        ]
        self._sell(*lines)
        self.assertStock(self.phone, {"SN3": 1}, {"SN1": 1, "SN2": 1})
        self.assertFalse(self._open_moves(self.phone))

    def test_kit_beside_its_component(self):
        """A kit beside its own component: the serial given leaves, the kit's unit waits."""
        kit = self._kit("Kit", {self.phone: 1, self.cable: 1})
        order = self._sell(self._line(kit), self._line(self.phone, 1, ["SN2"]))
        self.assertStock(self.phone, {"SN1": 1, "SN3": 1}, {"SN2": 1})
        self.assertCableGone()
        self.assertWaiting(self.phone, 1, order)

    @passes_on_stock
    def test_same_product_in_two_lines(self):
        """Two lines of one product, each with its serial."""
        self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.phone, 1, ["SN3"], price=90))
        self.assertStock(self.phone, {"SN2": 1}, {"SN1": 1, "SN3": 1})
