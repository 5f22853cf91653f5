import base64
import binascii
import re

from odoo import api, models
from odoo.exceptions import UserError

from ..number.arguments import is_storable

BROKEN = re.compile("[\0\ud800-\udfff]")


class PosNumberInput(models.AbstractModel):
    """A dialog whose texts and files come from keyboards, scanners and disks: broken ones are told.

    Nothing is dropped from a text in silence: a number without its bad character may be another's.
    """

    _name = "pos.number.input"
    _inherit = ["pos.number.guard"]
    _description = "Input of Lot/Serial Numbers"

    @api.model
    def _check_input(self, values):
        """:raises UserError: a text cannot be stored, or a file is none"""
        for name, value in values.items():
            field = self._fields.get(name)
            if not field or not value:
                continue
            if field.type in ("char", "text") and isinstance(value, str):
                self._check_text(value)
            elif field.type == "binary":
                self._decode_file(value)

    @api.model
    def _check_text(self, text):
        """:raises UserError: it holds a character that is none"""
        if is_storable(text):
            return
        rows = text.split("\n")
        place = next(place for place, row in enumerate(rows) if not is_storable(row))
        raise UserError(
            self.env._(
                "Row %(row)s holds a character that cannot be read: “%(text)s”. Scan or type it "
                "again.",
                row=place + 1,
                text=BROKEN.sub("\ufffd", rows[place]).strip()[:64],
            )
        )

    @api.model
    def _decode_file(self, value):
        """:return: the bytes of a file as browsers send it
        :raises UserError: it did not arrive whole
        """
        try:
            content = value.encode("ascii") if isinstance(value, str) else bytes(value)
            return base64.b64decode(re.sub(rb"\s", b"", content), validate=True)
        except (TypeError, ValueError, binascii.Error) as error:
            raise UserError(
                self.env._("This file did not arrive whole. Choose it again.")
            ) from error

    @api.model
    def default_get(self, fields):
        """:raises UserError: see `_check_input`"""
        defaults = super().default_get(fields)
        self._check_input(defaults)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        """:raises UserError: see `_check_input`"""
        for vals in vals_list:
            self._check_input(vals)
        return super().create(vals_list)

    def write(self, vals):
        """:raises UserError: see `_check_input`"""
        self._check_input(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """:raises UserError: see `_check_input`"""
        self._check_input(values)
        return super().onchange(values, field_names, fields_spec)
