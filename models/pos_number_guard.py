from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import ormcache

from .server_only_fields import SOLD, get_server_only


class PosNumberGuard(models.AbstractModel):
    """Keeps browsers from writing what is the server's own, by whatever route.

    Values are dropped without a word, for tills send back what they have loaded. Commands for
    related records end in `create` or `write` of their models, which have this guard as well.
    """

    _name = "pos.number.guard"
    _description = "Guard of Server-Only Fields"

    @api.model
    @ormcache("model_name")
    def _get_server_only(self, model_name):
        """See `server_only_fields.get_server_only`, for any model."""
        return get_server_only(self.env[model_name])

    @api.model
    def _without_defaults(self, names=None):
        """The same records, whose context has no defaults for fields of these names, or for any."""
        dropped = {
            key
            for key in self.env.context
            if key.startswith("default_")
            and (names is None or key.removeprefix("default_") in names)
        }
        if not dropped:
            return self
        kept = {key: value for key, value in self.env.context.items() if key not in dropped}
        return self.with_env(self.env(context=kept))

    @api.model
    def default_get(self, fields):
        """No context and no stored default says what is the server's own.

        For the superuser neither: the context of a request goes along with what acts as superuser.
        """
        defaults = super().default_get(fields)
        for name in self._get_server_only(self._name) & defaults.keys():
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                defaults[name] = field.convert_to_write(value, self)
            else:
                del defaults[name]
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        server_only = self._get_server_only(self._name)
        vals_list = [
            {name: value for name, value in vals.items() if name not in server_only}
            for vals in vals_list
        ]
        # Core refuses a default for a field that the user may not read.
        guarded = self._without_defaults(server_only)
        return super(PosNumberGuard, guarded).create(vals_list).with_env(self.env)

    def write(self, vals):
        """:raises AccessError: something of what was sold would change"""
        if self.env.su or not vals:
            return super().write(vals)
        server_only = self._get_server_only(self._name)
        vals = {name: value for name, value in vals.items() if name not in server_only}
        if not vals:
            self.check_access("write")  # who may not write at all is told so
            return True
        names = SOLD.get(self._name, set()) & vals.keys()
        if names:
            self._check_sold({name: vals[name] for name in names})
        return super().write(vals)

    @api.model
    def _drop_from_values(self, values):
        """Values of an onchange without what is the server's own, in commands as well.

        :param dict values: as a browser sends them, not changed
        """
        server_only = self._get_server_only(self._name)
        result = {}
        for name, value in values.items():
            field = self._fields.get(name)
            # What is computed is compared with, to find out what to show anew.
            if name in server_only and not field.compute:
                continue
            is_x2many = field and field.type in ("one2many", "many2many")
            comodel = is_x2many and self.env[field.comodel_name]
            if is_x2many and hasattr(comodel, "_drop_from_values") and isinstance(value, list):
                result[name] = [
                    [*command[:2], comodel._drop_from_values(command[2])]
                    if len(command) > 2
                    and command[0] in (Command.CREATE, Command.UPDATE)
                    and isinstance(command[2], dict)
                    else command
                    for command in value
                ]
            else:
                result[name] = value
        return result

    # ------------------------------------------------------------------------ what was sold

    def _filter_sold(self):
        """The records whose fields `SOLD` stay as they are; called as superuser."""
        return self.browse()

    def _check_sold(self, vals):
        """:raises AccessError: a value differs from what a record has that was sold"""
        for record in self.sudo().exists()._filter_sold():
            if any(record._differs(name, value) for name, value in vals.items()):
                raise AccessError(
                    self.env._(
                        "%(record)s belongs to a paid order: it stays as it was sold. Lot/Serial "
                        "Numbers are assigned and corrected in Point of Sale > Orders.",
                        record=record.display_name,
                    )
                )

    def _differs(self, name, value):
        """Whether writing a value would change this field."""
        self.ensure_one()
        field = self._fields[name]
        try:
            new = field.convert_to_cache(value, self, validate=False)
        except (TypeError, ValueError):
            return True
        old = field.convert_to_cache(self[name], self, validate=False)
        return (new or None) != (old or None)
