"""Fields that the server keeps for itself: each is declared, and none is written by a browser."""

import contextlib

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.server_only_fields import (
    CORE_SERVER_ONLY,
    MODULE,
    SERVER_ONLY,
    SOLD,
    WRITABLE,
    get_server_only,
)
from .against_core.common import ShopCase

# Rights of all kinds: what keeps these fields is no right.
GROUPS = (
    "base.group_user,point_of_sale.group_pos_manager,stock.group_stock_manager,"
    "sales_team.group_sale_manager"
)


@tagged("post_install", "-at_install")
class TestDeclared(ShopCase):
    """A field that is added later without a decision fails here."""

    def _own_fields(self):
        for model in self.env.registry.values():
            if model._auto and not model._abstract:
                for name, field in model._fields.items():
                    if field._modules[:1] == (MODULE,) and (field.store or field.inverse):
                        yield model._name, name

    def test_each_field(self):
        """Each stored field of this add-on is either the server's own or writable for a reason."""
        magic = {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"}
        for model, name in self._own_fields():
            if name in magic:
                continue
            with self.subTest(model=model, field=name):
                declared = [name in SERVER_ONLY.get(model, ()), name in WRITABLE.get(model, ())]
                one2many = self.env[model]._fields[name].type == "one2many"
                self.assertTrue(one2many or sum(declared) == 1, "decide, in server_only_fields.py")

    def test_each_declaration(self):
        """Each declared field is there, and its model is guarded."""
        for declaration in (SERVER_ONLY, CORE_SERVER_ONLY, WRITABLE, SOLD):
            for model, names in declaration.items():
                self.assertLessEqual(set(names), set(self.env[model]._fields), model)
        for model in (*SERVER_ONLY, *CORE_SERVER_ONLY, *SOLD):
            self.assertTrue(hasattr(self.env[model], "_check_sold"), model)


@tagged("post_install", "-at_install")
class TestKept(ShopCase):
    """No route writes them: values, defaults of the context, stored defaults, commands."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mighty = new_test_user(cls.env, login="mighty", groups=GROUPS)

    def setUp(self):
        super().setUp()
        order = self._sell(self._line(self.phone, 2, ["SN1"]))
        draft = self._sync(self._paid(self._line(self.milk, 1), state="draft", payment_ids=[]))
        quotation = self._sale_order(self.cable, 1)
        line = order.lines
        self.records = {
            record._name: record
            for record in (
                draft,
                line,
                draft.lines,
                line.pack_lot_ids,
                line.pack_lot_ids.lot_id,
                line.waiting_move_ids,
                line.pack_lot_ids.move_line_ids,
                line.waiting_move_ids.picking_id,
                quotation.order_line,
                self.env["pos.number.flag"].search([], limit=1),
            )
        }

    def _value(self, field):
        """A value that the field does not have by itself."""
        if field.relational:
            record = self.env[field.comodel_name].search([], limit=1)
            return record.id if field.type == "many2one" else [Command.link(record.id)]
        if field.type == "selection":
            return field.get_values(self.env)[0]
        return {
            "boolean": True,
            "float": 7.5,
            "integer": 7,
            "char": "claimed",
            "json": [7],
            "date": "2020-02-02",
            "datetime": "2020-02-02 02:02:02",
        }[field.type]

    def _stored(self):
        for model, record in self.records.items():
            for name in sorted(get_server_only(record)):
                field = record._fields[name]
                if field.store and field.type != "one2many":
                    yield model, record, field

    def test_write(self):
        """Written by its name, alone and beside something else."""
        for model, record, field in self._stored():
            with self.subTest(model=model, field=field.name):
                before = record[field.name]
                # A flag is refused as a whole, anything else drops the field.
                with contextlib.suppress(AccessError):
                    record.with_user(self.mighty).write({field.name: self._value(field)})
                self._fresh()
                self.assertEqual(record[field.name], before)

    def test_default(self):
        """By a context key and by a stored default, as the user and as superuser."""
        for model, _record, field in self._stored():
            value = self._value(field)
            Model = self.env[model].with_context(**{f"default_{field.name}": value})
            for user_model in (Model.with_user(self.mighty), Model.sudo()):
                with self.subTest(model=model, field=field.name, su=user_model.env.su):
                    self.assertNotIn(field.name, user_model.default_get([field.name]))
            if field.type in ("char", "float", "boolean"):
                self.env["ir.default"].set(model, field.name, value)
                with self.subTest(model=model, field=field.name, stored=True):
                    self.assertNotIn(field.name, self.env[model].default_get([field.name]))

    def test_create(self):
        """By a copy that names all of them."""
        claims = {}
        for model, _record, field in self._stored():
            claims.setdefault(model, {})[field.name] = self._value(field)
        for model in ("stock.picking", "stock.move", "pos.order.line", "sale.order.line"):
            with self.subTest(model=model):
                record = self.records[model].with_user(self.mighty)
                values = claims[model]
                defaults = {f"default_{name}": value for name, value in values.items()}
                # What core does not copy, and a copy needs.
                if model == "sale.order.line":
                    values = {**values, "order_id": record.order_id.id}
                copy = record.with_context(**defaults).copy(values).sudo()
                self._fresh()
                for name in claims[model].keys() - {"company_id", "missing_number_qty"}:
                    self.assertFalse(copy[name], name)

    def test_commands(self):
        """One2many fields of this add-on link nothing and cut nothing off."""
        for model, record in self.records.items():
            for name, field in record._fields.items():
                if field.type != "one2many" or field._modules[:1] != (MODULE,) or not field.store:
                    continue
                other = self.env[field.comodel_name].search([], limit=1, order="id desc")
                for command in (Command.clear(), Command.set([]), Command.link(other.id)):
                    with self.subTest(model=model, field=name, command=command):
                        before = record[name]
                        record.with_user(self.mighty).write({name: [command]})
                        self._fresh()
                        self.assertEqual(record[name], before)
