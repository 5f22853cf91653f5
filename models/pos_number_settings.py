import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A product or category where both are empty says nothing of its numbers.
MARKS = ("pos_number_entry", "pos_number_kind")


class PosNumberSettings(models.AbstractModel):
    """How numbers of a product are entered, and what new ones look like.

    Of a product, or of a category for all of its products that say nothing themselves. What a till
    does and the format are two settings: each comes from whoever says something first.
    """

    _name = "pos.number.settings"
    _description = "Settings of Lot/Serial Numbers"

    pos_number_entry = fields.Selection(
        [
            ("ask", "Ask"),
            ("auto", "Choose automatically (lots only)"),
            ("none", "Do not ask"),
        ],
        string="At the Till",
        help="Ask: the popup opens. Choose automatically: the next free lots in the removal order "
        "are taken as the line grows; a serial number is never chosen. Do not ask: what has no "
        "number waits for an inventory user.",
    )
    pos_number_kind = fields.Selection(
        [
            ("any", "Any"),
            ("digits", "Digits"),
            ("imei", "IMEI (15 digits with their check digit)"),
            ("mask", "Mask"),
        ],
        string="Number Format",
        help="What new Lot/Serial Numbers look like. Known numbers are taken whatever they are.",
    )
    pos_number_shortest = fields.Integer(string="Shortest", help="Digits at least; 0: no limit.")
    pos_number_longest = fields.Integer(string="Longest", help="Digits at most; 0: no limit.")
    pos_number_mask = fields.Char(
        string="Mask",
        help="9 stands for a digit, A for a letter, * for either, all else for itself.",
    )
    pos_number_prefixes = fields.Char(
        string="Prefixes to Take Off",
        index="btree_not_null",  # each scan that nobody knows asks which there are
        help="Texts that scanners send before the number, with blanks between them: S SN:",
    )
    pos_number_upper = fields.Boolean(string="Upper Case")

    @api.constrains(
        "pos_number_kind", "pos_number_shortest", "pos_number_longest", "pos_number_mask"
    )
    def _check_number_format(self):
        for record in self:
            shortest, longest = record.pos_number_shortest, record.pos_number_longest
            if shortest < 0 or longest < 0 or 0 < longest < shortest:
                raise ValidationError(
                    self.env._(
                        "The shortest number has %(shortest)s digits, more than the longest with "
                        "%(longest)s.",
                        shortest=shortest,
                        longest=longest,
                    )
                )
            if record.pos_number_kind == "mask" and not (record.pos_number_mask or "").strip():
                raise ValidationError(self.env._("Write down the mask that new numbers fit."))

    def _get_own_number_format(self):
        """:return: dict, see `number.format.read_new_number`; empty where nothing is said"""
        self.ensure_one()
        kind = self.pos_number_kind
        if not kind:
            return {}
        number_format = {"kind": kind}
        if kind == "digits":
            number_format["shortest"] = self.pos_number_shortest
            number_format["longest"] = self.pos_number_longest
        elif kind == "mask":
            number_format["mask"] = self.pos_number_mask.strip()
        prefixes = self._split_prefixes(self.pos_number_prefixes)
        if prefixes:
            number_format["prefixes"] = prefixes
        if self.pos_number_upper:
            number_format["upper"] = True
        return number_format

    @api.model
    def _split_prefixes(self, text):
        return [prefix for prefix in re.split(r"[\s,;]+", text or "") if prefix]

    def _get_own_number_rules(self):
        """What a till has to know: `{entry, format}` as far as said; False for nothing."""
        rules = {"entry": self.pos_number_entry, "format": self._get_own_number_format()}
        return {name: value for name, value in rules.items() if value} or False

    def _read_number_rules(self, rows):
        """Take the marks out of the rows that a till loads.

        :param rows: list of dict with an "id" and `MARKS`
        :return: `{id: rules}` of these records, see `_get_own_number_rules`
        """
        told = set()
        for row in rows:
            marks = [row.pop(name, None) for name in MARKS]
            if any(marks):
                told.add(row["id"])
        return {record.id: record.id in told and record._get_own_number_rules() for record in self}
