"""Switching traceability on: products, shops, and what the installation does."""

import hashlib

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.pos_lot_traceability import hooks

from .against_core.common import POS_USER, AcceptanceCase


@tagged("post_install", "-at_install")
class TestTurnItOn(AcceptanceCase):
    def test_choosing_a_number_switches_track_inventory_on(self):
        """By Unique Serial Number works on a product whose inventory was not tracked."""
        template = self.env["product.template"].create({"name": "Drill", "type": "consu"})
        self.assertFalse(template.is_storable)
        with Form(template) as form:
            form.number_tracking = "serial"
            self.assertTrue(form.is_storable)
        self.assertEqual((template.is_storable, template.tracking), (True, "serial"))
        with Form(template) as form:
            form.number_tracking = "none"
        self.assertEqual((template.is_storable, template.tracking), (True, "none"))

    def test_odoos_own_field_stays(self):
        """What is chosen in General Information shows in the Inventory tab."""
        template = self.env["product.template"].create({"name": "Drill", "type": "consu"})
        template.write({"is_storable": True, "tracking": "lot"})
        self.assertEqual(template.number_tracking, "lot")
        template.is_storable = False
        self.assertEqual(template.number_tracking, "none")

    def test_dialog_of_the_till(self):
        """The product dialog inside the till offers the same choice."""
        view = self.env.ref("point_of_sale.product_template_view_form_normalized_pos")
        with Form(self.env["product.template"], view=view) as form:
            form.name = "Saw"
            form.number_tracking = "lot"
        template = form.save()
        self.assertEqual((template.is_storable, template.tracking), (True, "lot"))

    def test_settings_of_the_shop(self):
        """Each shop has its own policies, and keeps its defaults until somebody changes them."""
        self.assertEqual(
            (
                self.till.number_creation,
                self.till.missing_number_policy,
                self.till.expired_number_policy,
                self.till.propose_numbers,
            ),
            (True, "warn", "warn", False),
        )
        settings = self.env["res.config.settings"].create({"pos_config_id": self.till.id})
        settings.pos_number_creation = False
        settings.pos_missing_number_policy = "block"
        settings.pos_expired_number_policy = "block"
        settings.pos_propose_numbers = True
        self.assertEqual(
            (
                self.till.number_creation,
                self.till.missing_number_policy,
                self.till.expired_number_policy,
                self.till.propose_numbers,
            ),
            (False, "block", "block", True),
        )


@tagged("post_install", "-at_install")
class TestInstallation(AcceptanceCase):
    def test_operation_types(self):
        """Both switches off become both on; one switch off is somebody's wish, and stays."""
        off = self.warehouse.pos_type_id
        off.write({"use_create_lots": False, "use_existing_lots": False})
        other = self.env["stock.warehouse"].create({"name": "Two", "code": "TWO"}).pos_type_id
        other.write({"use_create_lots": False, "use_existing_lots": True})
        hooks.post_init_hook(self.env)
        self.assertTrue(off.use_create_lots and off.use_existing_lots)
        self.assertFalse(other.use_create_lots)

    def test_features(self):
        """Internal users have lots and serial numbers, and lots on invoices."""
        hooks.post_init_hook(self.env)
        user = new_test_user(self.env, login="anybody", groups="base.group_user")
        self.assertTrue(user.has_group("stock.group_production_lot"))
        self.assertTrue(user.has_group("stock_account.group_lot_on_invoice"))


@tagged("post_install", "-at_install")
class TestLookUps(AcceptanceCase):
    """What a till may ask: who asks, what for, and what is answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._product("Phone")
        cls._put(cls.phone, ["SN1", "SN10", "sn2", "A_B", "AXB", "100%"])

    def _ask(self):
        """The shop, as a till asks it."""
        self._fresh()
        return self.till.with_user(self.cashier)

    def test_search(self):
        """Exact first, wildcards are letters, excluded names are left out, at most 20."""
        till = self._ask()
        names = lambda *args, **kw: [  # noqa: E731
            info["name"] for info in till.search_numbers(self.phone.id, *args, **kw)
        ]
        self.assertEqual(names("SN1"), ["SN1", "SN10"])
        self.assertEqual(names("SN10")[0], "SN10")
        self.assertEqual(names("a_b"), ["A_B"])
        self.assertEqual(names("%"), ["100%"])
        self.assertNotIn("SN1", names("", exclude=["SN1"]))
        self._put(self.phone, [f"M{i:02}" for i in range(30)])
        self.assertEqual(len(self._ask().search_numbers(self.phone.id, "M", limit=500)), 20)

    def test_check(self):
        """Exact, letter case, blanks; unknown names are not in the answer."""
        answer = self._ask().check_numbers(self.phone.id, ["SN1", " SN2 ", "NEW", "sn1"])
        self.assertEqual(
            {name: info["name"] for name, info in answer.items()},
            {"SN1": "SN1", " SN2 ": "sn2", "sn1": "SN1"},
        )
        self.assertEqual(answer["SN1"]["quantity"], 1)

    def test_check_tells_what_is_known(self):
        """Sold, reserved, elsewhere."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        order = self._sale_order(self.phone, 1)
        self._choose(order.picking_ids.move_ids, ["SN10"])
        other = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"})
        self._put(self.phone, ["FAR1"], other.lot_stock_id)
        answer = self._ask().check_numbers(self.phone.id, ["SN1", "SN10", "FAR1"])
        self.assertTrue(answer["SN1"]["sold_in"])
        self.assertEqual(answer["SN10"]["reserved_for"], order.name)
        self.assertIn("FAR", answer["FAR1"]["elsewhere"])
        self.assertEqual(answer["FAR1"]["quantity"], 0)

    def test_propose(self):
        """The next ones in the order they came in; none that is reserved or excluded."""
        proposals = self._ask().propose_numbers_for(self.phone.id, 2, ["SN1"])
        self.assertEqual([(p["name"], p["take"]) for p in proposals], [("SN10", 1), ("sn2", 1)])

    def test_bad_arguments(self):
        """Anything that is no product, no list of texts or too much is refused in words."""
        till = self._ask()
        for call in (
            lambda: till.check_numbers("1", ["SN1"]),
            lambda: till.check_numbers(self.phone.id, "SN1"),
            lambda: till.check_numbers(self.phone.id, [1]),
            lambda: till.check_numbers(self.phone.id, ["x"] * 1001),
            lambda: till.search_numbers(self.phone.id, None),
            lambda: till.propose_numbers_for(self.phone.id, -1),
            lambda: till.propose_numbers_for(self.phone.id, 1e9),
            lambda: till.get_refundable_numbers("1"),
        ):
            with self.assertRaises(UserError):
                call()

    def test_strangers(self):
        """No rights, or another company: no answer."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="stranger2",
            groups=POS_USER,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        nobody = new_test_user(self.env, login="nobody2", groups="base.group_user")
        self._fresh()
        for user in (stranger, nobody):
            with self.assertRaises(AccessError):
                self.till.with_user(user).check_numbers(self.phone.id, ["SN1"])

    def test_a_till_sends_no_findings(self):
        """Lot, flags, holding: what the browser says of them does not count."""
        other = self._lot(self.phone, "SN10")
        line = self._line(self.phone, 1)
        line["pack_lot_ids"] = [
            (
                0,
                0,
                {
                    "lot_name": "SN1",
                    "lot_id": other.id,
                    "holds": False,
                    "reviewed_by_id": self.env.uid,
                    "new_lot_key": hashlib.sha1(b"x").hexdigest(),
                },
            )
        ]
        number = self._sell(line).lines.pack_lot_ids
        self.assertEqual(number.lot_id.name, "SN1")
        self.assertTrue(number.holds)
        self.assertFalse(number.reviewed_by_id or number.new_lot_key)
