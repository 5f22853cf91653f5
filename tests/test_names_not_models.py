"""Inventory users see names of shops and sessions, and of sold lines what a clerk needs."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import AssignmentCase

SECRET = ("total_cost", "margin", "margin_percent", "price_unit", "discount", "customer_note")


@tagged("post_install", "-at_install")
class TestNamesNotModels(AssignmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inventory.group_ids += cls.env.ref("base.group_allow_export")

    def setUp(self):
        super().setUp()
        self.line = self._sell(self._line(self.phone, 2, ["SN1"])).lines
        self.session = self.till.current_session_id

    def _as(self, model):
        return self.env[model].with_user(self.inventory)

    def test_shops_and_sessions(self):
        """Access tokens, balances and the till's own methods are none of their business."""
        for record in (self.till, self.session):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.inventory).read(["name"])
        with self.assertRaises(AccessError):
            self.session.with_user(self.inventory).load_data([])
        with self.assertRaises(AccessError):
            self.till.with_user(self.inventory).open_ui()

    def test_secrets_are_not_read(self):
        """Whatever leads to a value is refused."""
        line = self.line.with_user(self.inventory)
        for name in SECRET:
            for action in (
                lambda name=name: line.read([name]),
                lambda name=name: line.web_read({name: {}}),
                lambda name=name: line.export_data([name]),
                lambda name=name: line[name],
            ):
                with self.subTest(name=name), self.assertRaises(AccessError):
                    action()
            self.assertNotIn(name, line.fields_get())
            self.assertNotIn(name, line.read()[0])

    def test_secrets_are_no_oracle(self):
        """A search, a sort or a group by a value tells it as well."""
        Line = self._as("pos.order.line")
        Order = self._as("pos.order")
        Number = self._as("pos.pack.operation.lot")
        for name in ("total_cost", "price_unit", "discount", "customer_note"):
            for action in (
                lambda name=name: Line.search([(name, "!=", 77)]),
                lambda name=name: Line.search([], order=name),
                lambda name=name: Line.formatted_read_group([], [name], ["__count"]),
                lambda name=name: Line.formatted_read_group([], ["product_id"], [f"{name}:max"]),
                lambda name=name: Order.search([(f"lines.{name}", "!=", 77)]),
                lambda name=name: Number.search([(f"pos_order_line_id.{name}", "!=", 77)]),
                lambda name=name: Number.formatted_read_group(
                    [], [f"pos_order_line_id.{name}"], ["__count"]
                ),
            ):
                with self.subTest(name=name), self.assertRaises(AccessError):
                    action()

    def test_models_behind_names_are_no_oracle(self):
        """Fields that lead to shops and sessions lead to their names only."""
        token = self.till.access_token
        self.assertTrue(token)
        for model, names in {
            "pos.order.line": ("order_config_id", "order_session_id.config_id"),
            "pos.pack.operation.lot": ("config_id", "session_id.config_id"),
            "pos.number.coverage.report": ("config_id", "session_id.config_id"),
        }.items():
            for name in names:
                with self.subTest(model=model, name=name):
                    with self.assertRaises(AccessError):
                        self._as(model).search([(f"{name}.access_token", "=like", token[:3] + "%")])
                    with self.assertRaises(AccessError):
                        records = self._as(model).search([], limit=1)
                        records.web_read({name.split(".")[0]: {"fields": {"name": {}}}})

    def test_shop_and_session_are_shown(self):
        """Names come without rights on what they name."""
        specification = {
            "order_config_id": {"fields": {"display_name": {}}},
            "order_session_id": {"fields": {"display_name": {}}},
        }
        (row,) = self.line.with_user(self.inventory).web_read(specification)
        self.assertEqual(row["order_config_id"]["display_name"], self.till.display_name)
        self.assertEqual(row["order_session_id"]["display_name"], self.session.display_name)
        (row,) = self.line.with_user(self.inventory).export_data(["order_config_name"])["datas"]
        self.assertEqual(row, [self.till.name])

    def test_grouping(self):
        """By shop and by session, in the worklist, the review list and the coverage."""
        for model, names, domain in (
            (
                "pos.order.line",
                ("order_config_id", "order_session_id"),
                [("id", "=", self.line.id)],
            ),
            (
                "pos.pack.operation.lot",
                ("config_id", "session_id"),
                [("pos_order_line_id", "=", self.line.id)],
            ),
            (
                "pos.number.coverage.report",
                ("config_id", "session_id"),
                [("line_id", "=", self.line.id)],
            ),
        ):
            for name, record in zip(names, (self.till, self.session), strict=True):
                with self.subTest(model=model, name=name):
                    answer = self._as(model).web_read_group(domain, [name], ["__count"])
                    (group,) = answer["groups"]
                    self.assertEqual(group[name], (record.id, record.display_name))
                    opened = self._as(model).search([*domain, *group["__extra_domain"]])
                    self.assertIn(
                        self.line,
                        opened
                        if model == "pos.order.line"
                        else opened.mapped("line_id")
                        if "line_id" in opened
                        else opened.pos_order_line_id,
                    )

    def test_searching_by_name(self):
        """What the search fields of the lists ask."""
        for model, name in (
            ("pos.order.line", "order_config_name"),
            ("pos.pack.operation.lot", "config_name"),
            ("pos.number.coverage.report", "config_name"),
        ):
            with self.subTest(model=model):
                found = self._as(model).search([(name, "ilike", self.till.name)])
                self.assertTrue(found)
                self.assertFalse(self._as(model).search([(name, "ilike", "no such shop")]))
        found = self._as("pos.order.line").search(
            [("order_session_name", "ilike", self.session.name)]
        )
        self.assertIn(self.line, found)

    def test_cashiers_read_what_core_lets_them(self):
        """Nothing is taken from who has Odoo's own right."""
        values = self.line.with_user(self.cashier).read(list(SECRET))[0]
        self.assertEqual(values["price_unit"], self.line.price_unit)
        self.assertTrue(
            self.env["pos.order.line"].with_user(self.cashier).search([], order="discount")
        )


@tagged("post_install", "-at_install")
class TestFlags(AssignmentCase):
    """Codes of flags are the add-on's own; it finds flags by them."""

    def test_code(self):
        """Nobody renames a code, makes one up or deletes one: an administrator neither."""
        flag = self.env.ref("pos_lot_traceability.flag_duplicate")
        users = {
            "manager": new_test_user(
                self.env, "flag_manager", groups="base.group_user,point_of_sale.group_pos_manager"
            ),
            "administrator": new_test_user(self.env, "flag_admin", groups="base.group_system"),
            "inventory": self.inventory,
        }
        for role, user in users.items():
            own = flag.with_user(user)
            for action in (
                lambda own=own: own.write({"code": "never"}),
                lambda own=own: own.write({"color": 3, "code": "never"}),
                lambda own=own: own.create({"name": "Mine", "code": "mine"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy({"code": "copy"}),
                lambda own=own: own.web_save({"code": "never"}, {}),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    action()
        self.assertEqual(flag.code, "duplicate")
        flag.with_user(users["administrator"]).write({"color": 3, "name": "Twice", "sequence": 1})
        self.assertEqual((flag.name, flag.color), ("Twice", 3))
        with self.assertRaises(AccessError):
            flag.with_user(users["manager"]).color = 4

    def test_used_flag(self):
        """Not even a program deletes a flag that numbers have."""
        order = self._sell(self._line(self.phone, 1, ["NEVER"]))
        flag = order.lines.pack_lot_ids.flag_ids
        self.assertTrue(flag)
        with self.assertRaises(UserError):
            flag.unlink()
        order.lines.pack_lot_ids.sudo().write({"flag_ids": [Command.clear()]})
