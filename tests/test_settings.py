"""Switching traceability on: products, shops, and what the installation does."""

from odoo.tests import Form, new_test_user, tagged

from odoo.addons.pos_lot_traceability import hooks

from .against_core.common import AcceptanceCase


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
