from odoo import api, models
from odoo.exceptions import AccessError


class PosNumberDialog(models.AbstractModel):
    """A dialog about sold lines: only who may change their numbers makes, fills or reads one."""

    _name = "pos.number.dialog"
    _inherit = ["pos.number.input"]
    _description = "Dialog about Lot/Serial Numbers"

    # The fields that say what the dialog is about.
    _target_fields = ()

    def _get_target_lines(self):
        """The lines that the dialog is about; called as superuser."""
        raise NotImplementedError

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not any(self._ids):
            return result
        try:
            self._check_target()
        except AccessError as error:
            message = str(error)
            return self, lambda: AccessError(message)
        return None

    def _check_target(self):
        """:raises AccessError: the user may not change the numbers of these lines"""
        lines = self.sudo()._get_target_lines()
        self.env["pos.number.correction"]._check_caller(lines.sudo(False).with_env(self.env))

    @api.model_create_multi
    def create(self, vals_list):
        """:raises AccessError: see `_check_target`"""
        dialogs = super().create(vals_list)
        dialogs._check_target()
        return dialogs

    def write(self, vals):
        """:raises AccessError: see `_check_target`"""
        result = super().write(vals)
        self._check_target()
        return result

    def onchange(self, values, field_names, fields_spec):
        """A dialog that is not stored yet is filled from the browser's values: it tells as much.

        :raises AccessError: see `_check_target`
        """
        if not self.env.su:
            values = self._drop_from_values(values)
            sent = {
                name: values.get(name) or self.env.context.get(f"default_{name}")
                for name in self._target_fields
            }
            sent = {name: value for name, value in sent.items() if value}
            if sent:
                self.new(sent)._check_target()
        return super().onchange(values, field_names, fields_spec)
