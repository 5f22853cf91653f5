"""Flags to review: each says in a sentence what happened at the sale, naming what it speaks of."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import format_date

from .common import AssignmentCase


@tagged("post_install", "-at_install")
class TestFlagSentences(AssignmentCase):
    """Every flag, in each of its situations, as an inventory user reads it."""

    def _title(self, order, word="receipt"):
        return f"{word} {order.pos_reference} of {format_date(self.env, order.date_order)}"

    def _flagged(self, order, code, position=-1):
        """The flagged number of an order, as the inventory user sees it."""
        self._fresh()
        numbers = order.lines.pack_lot_ids.filtered(lambda n: code in n._get_flag_codes())
        self.assertTrue(numbers, f"nothing is flagged {code}")
        return numbers.sorted("id")[position].with_user(self.inventory)

    def assertTells(self, number, sentence, advice=None):
        self.assertIn(sentence, number.explanation)
        self.assertTrue(number.advice)
        if advice:
            self.assertIn(advice, number.advice)

    # ------------------------------------------------------------------ sales

    def test_unknown_created(self):
        order = self._sell(self._line(self.milk, 2.5, pack_lot_ids=self._lots(L9=2.5)))
        self.assertTells(
            self._flagged(order, "unknown"),
            f"Lot L9 of Milk was created when 2.5 units left with {self._title(order)}: nobody had "
            "received it. Its stock went below zero by 2.5 units.",
            "Receive it",
        )

    def test_unknown_refused(self):
        self.till.number_creation = False
        order = self._sell(self._line(self.phone, 1, ["SN77"]))
        self.assertTells(
            self._flagged(order, "unknown"),
            f"Serial number SN77 of Phone was not known when 1 unit left with "
            f"{self._title(order)}, and Till creates no numbers. Nothing moved.",
        )

    def test_unusable_name(self):
        order = self._sell(self._line(self.phone, 1, ["X" * 140]))
        number = self._flagged(order, "unknown")
        self.assertTells(number, "is no number: it is empty or longer than 128 characters")

    def test_not_here_in_the_warehouse(self):
        self._put(self.phone, ["SN8"], self.warehouse.wh_input_stock_loc_id)
        order = self._sell(self._line(self.phone, 1, ["SN8"]))
        self.assertTells(
            self._flagged(order, "not_here"),
            f"Serial number SN8 of Phone lay in SHOP/Input, not on the shelves of Till, when "
            f"1 unit left with {self._title(order)}. 1 unit moved from there.",
        )

    def test_not_here_other_warehouse(self):
        self._elsewhere(self.phone, "SN9")
        order = self._sell(self._line(self.phone, 1, ["SN9"]))
        number = self._flagged(order, "not_here")
        sentence = (
            f"Serial number SN9 of Phone lay in another warehouse (DEPO/Stock) when 1 unit left "
            f"with {self._title(order)}. Nothing moved."
        )
        self.assertTells(number, sentence, "Take it from there")
        number.action_take_from_elsewhere()
        self._fresh()
        self.assertIn(sentence, number.explanation, "a fact of the sale stays")

    def test_short_lot(self):
        order = self._sell(self._line(self.milk, 12, pack_lot_ids=self._lots(L1=12)))
        self.assertTells(
            self._flagged(order, "short"),
            f"Lot L1 of Milk had 10 units in stock when 12 units left with {self._title(order)}. "
            "Its stock went below zero by 2 units.",
            "Count it",
        )

    def test_short_with_the_unit_of_the_product(self):
        cream = self._product("Cream", "lot", uom_id=self.env.ref("uom.product_uom_kgm").id)
        self._put(cream, {"C1": 1.25})
        order = self._sell(self._line(cream, 2, pack_lot_ids=self._lots(C1=2)))
        self.assertTells(
            self._flagged(order, "short"), "Lot C1 of Cream had 1.25 kg in stock when 2 kg left"
        )

    def test_short_serial(self):
        quant = self.env["stock.quant"].search([("lot_id.name", "=", "SN5")])
        quant.sudo().with_context(inventory_mode=True).inventory_quantity = 0
        quant.action_apply_inventory()
        order = self._sell(self._line(self.phone, 1, ["SN5"]))
        self.assertTells(
            self._flagged(order, "short"),
            f"Serial number SN5 of Phone was nowhere in stock when it left with "
            f"{self._title(order)}. Its stock went below zero by 1 unit.",
        )

    def test_duplicate_of_another_receipt(self):
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        number = self._flagged(order, "duplicate")
        self.assertTells(
            number,
            f"Serial number SN1 of Phone was on {self._title(order)}, but {self._title(first)} had "
            "sold it before and it had not come back. Nothing moved.",
            "Compare both receipts",
        )
        self.assertEqual(number.flag_order_id, first)
        self.assertEqual(number.action_open_flag_order()["res_id"], first.id)

    def test_duplicate_on_one_receipt(self):
        order = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.phone, 1, ["SN1"]))
        self.assertTells(
            self._flagged(order, "duplicate"),
            f"Serial number SN1 of Phone stands twice on {self._title(order)}. It left once; the "
            "other unit waited.",
        )

    def test_duplicate_delivered(self):
        sale_order = self._sale_order(self.phone, 1)
        self._choose(sale_order.picking_ids.move_ids, ["SN3"])
        picking = sale_order.picking_ids
        self._ship(picking)
        order = self._sell(self._line(self.phone, 1, ["SN3"]))
        number = self._flagged(order, "duplicate")
        date = format_date(self.env, fields.Date.today())
        self.assertTells(
            number,
            f"Serial number SN3 of Phone was on {self._title(order)}, but transfer {picking.name} "
            f"({sale_order.name}) of {date} had brought it to a customer before. Nothing moved.",
            f"book the return of {picking.name}",
        )
        self.assertEqual(number.action_open_flag_picking()["res_id"], picking.id)

    def test_reserved(self):
        sale_order = self._sale_order(self.phone, 1)
        self._choose(sale_order.picking_ids.move_ids, ["SN2"])
        order = self._sell(self._line(self.phone, 1, ["SN2"]))
        number = self._flagged(order, "reserved")
        self.assertTells(
            number,
            f"Serial number SN2 of Phone was reserved for {sale_order.name} (1 unit) when 1 unit "
            f"left with {self._title(order)}. The sale had priority.",
            f"See that {sale_order.name} (1 unit) gets another number.",
        )
        self.assertEqual(number.severity, "note")

    def test_expired(self):
        self._lot(self.milk, "L2").expiration_date = "2020-03-01 12:00:00"
        order = self._sell(self._line(self.milk, 2, pack_lot_ids=self._lots(L2=2)))
        number = self._flagged(order, "expired")
        self.assertTells(number, "Lot L2 of Milk had expired on 3/1/20")
        self.assertIn(f"when 2 units left with {self._title(order)}.", number.explanation)

    def test_recalled(self):
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        order.lines.pack_lot_ids._add_flags("recalled")
        self.assertTells(
            self._flagged(order, "recalled"),
            f"Serial number SN1 of Phone was under recall when 1 unit left with "
            f"{self._title(order)}",
        )

    def test_other_product(self):
        order = self._sell(self._line(self.phone, 1, ["L1"]))
        number = self._flagged(order, "mismatch")
        self.assertTells(
            number,
            f"Number L1 was sold as Phone on {self._title(order)}, but it is a number of Milk. "
            "Nothing moved.",
            "Correct it to a number of Phone.",
        )
        self.assertEqual(number.severity, "wait")

    def test_surplus(self):
        """What stands for no unit can be taken off, and not corrected."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2", "SN3"]))
        number = self._flagged(order, "surplus")
        self.assertTells(
            number,
            f"Serial number SN3 of Phone is on {self._title(order)}, where numbers for 3 units "
            "were entered, for only 2 units: 1 unit of it moved no stock.",
            "sell it on a new receipt",
        )
        self.assertFalse(number.can_correct)
        number.action_take_off()
        self._fresh()
        self.assertEqual(self._names(order.lines), ["SN1", "SN2"])
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})

    def test_surplus_of_a_lot(self):
        """A part of it moved: that can be corrected."""
        order = self._sell(self._line(self.milk, 3, pack_lot_ids=self._lots(L1=5)))
        number = self._flagged(order, "surplus")
        self.assertTells(number, "numbers for 5 units were entered, for only 3 units: 2 units of")
        self.assertTrue(number.can_correct)

    # ---------------------------------------------------------------- returns

    def test_return_of_what_is_in_stock(self):
        """The unit was never sold: it says where it lies, and not that somebody has sold it."""
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._give_back(sold, 1, ["SN2"])
        number = self._flagged(order, "duplicate")
        self.assertTells(
            number,
            f"Serial number SN2 of Phone came back with {self._title(order, 'return')}, but it was "
            "in stock already, in SHOP/Stock. Nothing moved.",
        )
        self.assertNotIn("sold it before", number.explanation)
        self.assertIn(
            f"came back with {self._title(order, 'return')}, but {self._title(sold)} did not sell",
            number.explanation,
        )

    def test_return_of_two_of_one(self):
        sold = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        order = self._give_back(sold, 2, ["SN1", "SN1"])
        self.assertTells(
            self._flagged(order, "duplicate"),
            f"Serial number SN1 of Phone stands twice on {self._title(order, 'return')}. It came "
            "back once; the other unit waited.",
        )

    def test_return_without_receipt(self):
        order = self._sell(self._line(self.milk, -2, pack_lot_ids=self._lots(L1=2)))
        self.assertTells(
            self._flagged(order, "not_sold"),
            f"Lot L1 of Milk: 2 units came back with {self._title(order, 'return')} without the "
            "receipt of a sale, and no customer had so much of it according to stock.",
        )

    def test_return_of_more_than_sold(self):
        sold = self._sell(
            self._line(self.milk, 4, pack_lot_ids=self._lots(L1=1, L2=3)),
        )
        order = self._sell(
            self._line(
                self.milk,
                -2,
                refunded_orderline_id=sold.lines.id,
                pack_lot_ids=self._lots(L1=2),
            ),
            is_refund=True,
        )
        self.assertTells(
            self._flagged(order, "not_sold"),
            f"2 units came back with {self._title(order, 'return')}, but {self._title(sold)} had "
            "sold only 1 unit of it.",
        )

    def test_return_of_what_came_back(self):
        sold = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        back = self._give_back(sold, 1, ["SN1"])
        order = self._give_back(sold, 1, ["SN1"])
        self.assertTells(
            self._flagged(order, "not_sold"),
            f"but {self._title(back, 'return')} had taken it back from {self._title(sold)} before.",
        )

    def test_return_unknown(self):
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        self.till.number_creation = False
        order = self._give_back(sold, 1, ["SN78"])
        self.assertTells(
            self._flagged(order, "unknown"),
            f"Serial number SN78 of Phone was not known when 1 unit came back with "
            f"{self._title(order, 'return')}",
        )

    def test_return_of_another_product(self):
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._give_back(sold, 1, ["L1"])
        self.assertTells(
            self._flagged(order, "mismatch"), "Number L1 came back as Phone with return"
        )

    # ---------------------------------------------------------------- afterwards

    def test_facts_of_the_sale(self):
        """What is corrected later does not change what is told of the sale."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        told = self._flagged(order, "duplicate").explanation
        self._correct(first.lines.pack_lot_ids, "SN2")
        number = self._correct(order.lines.pack_lot_ids, "SN4")
        self.assertIn(told, number.with_user(self.inventory).explanation)
        self.assertIn("It was sold as SN1.", number.explanation)
        self.assertFalse(number.advice, "it is done")

    def test_flag_of_an_assigned_number(self):
        order = self._sell(self._line(self.phone, 1))
        self._assign(order.lines, "NEW1")
        number = self._flagged(order, "unknown")
        self.assertIn("(assigned on ", number.explanation)

    def test_flag_without_facts(self):
        """Flags from before facts were kept still name product, number and receipt."""
        first = self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sell(self._line(self.phone, 1, ["SN1"]))
        order.lines.pack_lot_ids.flag_facts = False
        number = self._flagged(order, "duplicate")
        self.assertTells(number, f"Serial number SN1 of Phone, {self._title(order)}: ")
        self.assertFalse(number.flag_order_id)
        self.assertTrue(first)

    def test_facts_are_the_servers(self):
        """Nobody but the server writes them, nor reads another company's through them."""
        order = self._sell(self._line(self.phone, 1, ["L1"]))
        for user in (self.cashier, self.inventory):
            number = order.lines.pack_lot_ids.with_user(user)
            with self.assertRaises(AccessError):
                number.read(["flag_facts"])
            with self.assertRaises(AccessError):
                number.write({"flag_facts": {"mismatch": {"products": ["X"]}}, "lot_name": "X"})
        draft = self._sync(self._paid(self._line(self.phone, 1, ["SN1"]), state="draft"))
        number = draft.lines.pack_lot_ids
        number.with_user(self.cashier).write({"flag_facts": {"recalled": {}}})
        self._fresh()
        self.assertFalse(number.flag_facts)

    def test_colours(self):
        """A colour means a severity, and the severity stands beside it as a word."""
        flags = self.env["pos.number.flag"].search([])
        colours = {flag.severity: flag.color for flag in flags}
        self.assertEqual(len(set(colours.values())), len(colours))
        self.assertEqual(set(colours), {"wait", "stock", "note"})
        urgent = flags.filtered(lambda flag: flag.severity == "wait").mapped("code")
        self.assertEqual(set(urgent), {"duplicate", "mismatch", "recalled", "expired"})
