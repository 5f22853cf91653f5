import math
from uuid import uuid4

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from ..number.arguments import is_day
from ..number.label import DAYS

# Only these fields are taken from a till; the server finds out the rest.
CLIENT_FIELDS = {"uuid", "lot_name", "quantity", "origin", "pos_order_line_id", *DAYS}
MAX_QUANTITY = 1e9
# Longer names are cut here: the sale counts, and an index row of PostgreSQL has an end.
MAX_STORED_LENGTH = 500
MAX_UUID_LENGTH = 64


class PosPackOperationLot(models.Model):
    """What a till may say of a number; everything else is dropped or refused."""

    _inherit = "pos.pack.operation.lot"

    @api.model
    def default_get(self, fields):
        """What is not said of a number is not known: no context says it."""
        return super(PosPackOperationLot, self._without_defaults()).default_get(fields)

    @api.model_create_multi
    def create(self, vals_list):
        """A till creates numbers: only with fields it may set, and only on lines that are not paid.

        A number whose uuid is there already on the same order is that number, sent again because
        the answer got lost. Two names never share a uuid.
        """
        if self.env.su:
            return super().create(vals_list)
        vals_list = [self._clean_client_vals(vals) for vals in vals_list]
        self._check_lines_unlocked(
            self.env["pos.order.line"].browse(
                [vals["pos_order_line_id"] for vals in vals_list if vals.get("pos_order_line_id")]
            )
        )
        known = {
            number.uuid: number
            for number in self.sudo().search(
                [("uuid", "in", [vals["uuid"] for vals in vals_list if vals.get("uuid")])]
            )
        }
        again, new_vals, sent = {}, [], set()
        for position, vals in enumerate(vals_list):
            uuid = vals.get("uuid")
            number = known.get(uuid) if uuid not in sent else None
            line = self.env["pos.order.line"].browse(vals.get("pos_order_line_id"))
            if uuid in sent:
                new_vals.append({**vals, "uuid": str(uuid4())})
                continue
            if uuid:
                sent.add(uuid)
            if not number:
                new_vals.append(vals)
            elif line and number.pos_order_line_id.order_id == line.order_id:
                again[position] = number.sudo(False)
                again[position].write(vals)
            else:
                new_vals.append({**vals, "uuid": str(uuid4())})
        created = super(PosPackOperationLot, self._without_defaults()).create(new_vals)
        created = created.with_env(self.env)
        # A stored default may have named a line.
        self._check_lines_unlocked(created.pos_order_line_id)
        created = iter(created)
        return self.browse().concat(
            *(
                again[position] if position in again else next(created)
                for position in range(len(vals_list))
            )
        )

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        vals = self._clean_client_vals(vals)
        vals.pop("uuid", None)
        if not vals:
            return True
        self._check_lines_unlocked(self.pos_order_line_id)
        if vals.get("pos_order_line_id"):
            line = self.env["pos.order.line"].browse(vals["pos_order_line_id"])
            line.check_access("write")
            self._check_lines_unlocked(line)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        if not self.env.su:
            self._check_lines_unlocked(self.pos_order_line_id)

    def _check_lines_unlocked(self, lines):
        """Refuse changes by a client once an order is processed.

        :raises AccessError: one of the lines is locked
        """
        # As superuser: the field that locks a line cannot be read by tills' users.
        if any(line.numbers_locked for line in lines.sudo().exists()):
            raise AccessError(
                self.env._(
                    "The Lot/Serial Numbers of a paid order cannot be changed here. "
                    "Ask an inventory user to correct them."
                )
            )

    @api.model
    def _clean_client_vals(self, vals):
        """Drop unknown fields of a till's values, and replace values that would refuse the sale."""
        vals = {name: value for name, value in vals.items() if name in CLIENT_FIELDS}
        line_id = vals.get("pos_order_line_id")
        if line_id and not self._is_id(line_id):
            del vals["pos_order_line_id"]
        if "lot_name" in vals:
            vals["lot_name"] = self._clean_name(vals["lot_name"])
        if "quantity" in vals:
            vals["quantity"] = self._clean_quantity(vals["quantity"])
        if "origin" in vals and vals["origin"] not in self._fields["origin"].get_values(self.env):
            vals["origin"] = False
        for name in DAYS.keys() & vals.keys():
            vals[name] = is_day(vals[name]) and vals[name]
        uuid = vals.get("uuid")
        if "uuid" in vals and not (
            isinstance(uuid, str)
            and uuid.isascii()
            and uuid.isprintable()
            and 0 < len(uuid.strip()) <= MAX_UUID_LENGTH
        ):
            vals.pop("uuid")
        return vals

    @staticmethod
    def _is_id(value):
        return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31

    @api.model
    def _clean_ids(self, ids):
        return [i for i in ids if self._is_id(i)]

    @api.model
    def _read_client_commands(self, commands):
        """Keep the valid x2many commands in what a till sends for numbers or lines; drop all else.

        :return: list of commands, each of three parts
        """
        result = []
        for command in commands if isinstance(commands, list | tuple) else []:
            if not isinstance(command, list | tuple) or not command:
                continue
            code, number_id, value = (*command, 0, 0)[:3]
            if code == Command.CREATE and isinstance(value, dict):
                result.append(Command.create(value))
            elif code == Command.UPDATE and self._is_id(number_id) and isinstance(value, dict):
                result.append(Command.update(number_id, value))
            elif code in (Command.DELETE, Command.UNLINK, Command.LINK) and self._is_id(number_id):
                result.append((code, number_id, 0))
            elif code == Command.CLEAR:
                result.append(Command.clear())
            elif code == Command.SET and isinstance(value, list | tuple):
                result.append(Command.set(self._clean_ids(value)))
        return result

    @api.model
    def _clean_client_command(self, command, locked, locked_lines):
        """Remove from a till's command for the numbers of a line what a till may not change.

        :param command: see `_read_client_commands`
        :param set locked: ids of numbers that the till may not change
        :param set locked_lines: ids of lines whose numbers it may not change
        :return: the command, or None when nothing of it is left
        """
        code, number_id = command[0], command[1]
        if code in (Command.CREATE, Command.UPDATE):
            vals = self._clean_client_vals(command[2])
            if vals.get("pos_order_line_id") in locked_lines:
                del vals["pos_order_line_id"]
            if code == Command.CREATE:
                return Command.create(vals)
            return None if number_id in locked else Command.update(number_id, vals)
        if code == Command.SET:
            return Command.set([kept for kept in command[2] if kept not in locked])
        return None if number_id in locked else command

    @staticmethod
    def _clean_name(name):
        """Make a name that PostgreSQL stores: no NUL, no lone surrogate, at most 500 characters."""
        if not name:
            return False
        try:
            text = str(name)
        except ValueError:  # an integer of more digits than Python writes
            return False
        text = text.replace("\x00", "").encode("utf-8", "ignore").decode()
        return text.strip()[:MAX_STORED_LENGTH].strip() or False

    @staticmethod
    def _clean_quantity(quantity):
        try:
            quantity = float(quantity)
        except (TypeError, ValueError, OverflowError):
            return 0.0
        return quantity if math.isfinite(quantity) and 0 < quantity < MAX_QUANTITY else 0.0
