from odoo import api, models
from odoo.fields import Command
from odoo.tools import ormcache

from .pos_pack_operation_lot import CLIENT_FIELDS
from .pos_settlement import Settlement

MODULE = "pos_lot_traceability"
# Of the fields that this add-on adds to any model, those that a till may send. All others are the
# server's own, see `_get_server_only_fields`.
SENT_BY_TILLS = {"pos.pack.operation.lot": CLIENT_FIELDS}


class PosOrder(models.Model):
    """Cleans what tills send about numbers, and stores an order that comes twice only once."""

    _inherit = "pos.order"

    @api.model
    def sync_from_ui(self, orders):
        """Keep core from adjusting deliveries that this add-on has adjusted exactly."""
        settling = self.with_context(**{Settlement.KEY: Settlement()})
        return super(PosOrder, settling).sync_from_ui(orders)

    @api.model
    def _process_order(self, order, existing_order):
        self._clean_payload(order)
        if existing_order and order.get("lines"):
            order["lines"] = existing_order._match_lines_sent_again(order["lines"])
        order_id = super()._process_order(order, existing_order)
        self.browse(order_id).sudo()._protect_order_deliveries()
        return order_id

    # ---------------------------------------------------------------- what a till may not say

    @api.model
    def _clean_payload(self, order):
        """Take out of a payload what no till may say; nothing of it refuses the order.

        Here, where payloads enter, and not by access rights: a refusal would lose the sale, and
        orders of kiosks are stored as superuser (pos_self_order, `process_order`).

        :param dict order: as the till sends it; changed
        """
        line_commands = []
        cleaned = self._drop_server_only_fields(self, order, line_commands)
        order.clear()
        order.update(cleaned)
        self._forget_deleted(order, line_commands)
        self._clean_sent_numbers(line_commands)
        self._clean_sent_relations(order.get("relations_uuid_mapping") or {})

    @api.model
    def _forget_deleted(self, order, line_commands):
        """What was deleted while it was in a cart does not refuse the paid order.

        :param line_commands: see `_drop_server_only_fields`; their values are changed
        """
        lines = self.env["pos.order.line"]
        for name in ("sale_order_origin_id", "sale_order_line_id", "refunded_orderline_id"):
            sent = [values for _code, _id, values in line_commands if values.get(name)]
            ids = {
                values[name]
                for values in sent
                if self.env["pos.pack.operation.lot"]._is_id(values[name])
            }
            there = set(lines[name].browse(ids).sudo().exists().ids) if ids else set()
            for values in sent:
                if values[name] not in there:
                    values[name] = False

    @api.model
    @ormcache("model_name")
    def _get_server_only_fields(self, model_name):
        """The names of all fields that this add-on adds to a model, but those that tills send."""
        return frozenset(
            name
            for name, field in self.env[model_name]._fields.items()
            if field._modules[:1] == (MODULE,)
        ) - SENT_BY_TILLS.get(model_name, set())

    @api.model
    def _drop_server_only_fields(self, model, values, line_commands):
        """Read values as the ORM would, commands in commands too, and leave the server's fields.

        :param model: the model that the values are of
        :param dict values: as the till sends them, not changed
        :param list line_commands: gets the commands that create or update order lines, at
            whatever depth; their values may be changed
        :return: the values without the fields that are the server's own
        """
        server_only = self._get_server_only_fields(model._name)
        result = {}
        for name, value in values.items():
            if name in server_only:
                continue
            field = model._fields.get(name)
            is_x2many = field and field.type in ("one2many", "many2many")
            if not is_x2many or not isinstance(value, list | tuple):
                result[name] = value
                continue
            comodel = self.env[field.comodel_name]
            result[name] = [
                self._drop_from_command(comodel, command, line_commands) for command in value
            ]
        return result

    @api.model
    def _drop_from_command(self, model, command, line_commands):
        """The same for one command; what is none comes back as it is."""
        if not (
            isinstance(command, list | tuple)
            and len(command) == 3
            and command[0] in (Command.CREATE, Command.UPDATE)
            and isinstance(command[2], dict)
        ):
            return command
        values = self._drop_server_only_fields(model, command[2], line_commands)
        command = (command[0], command[1], values)
        if model._name == "pos.order.line":
            line_commands.append(command)
        return command

    @api.model
    def _clean_sent_numbers(self, line_commands):
        """A till's word on numbers: known fields only, and nothing about those of paid orders.

        :param line_commands: see `_drop_server_only_fields`; their values are changed
        """
        Number = self.env["pos.pack.operation.lot"].sudo()
        sent = [
            number
            for command in line_commands
            for number in Number._read_client_commands(command[2].get("pack_lot_ids"))
        ]
        number_ids = {number[1] for number in sent}
        number_ids.update(*(number[2] for number in sent if number[0] == Command.SET))
        line_ids = {command[1] for command in line_commands if command[0] == Command.UPDATE}
        line_ids.update(
            Number._clean_client_vals(number[2]).get("pos_order_line_id")
            for number in sent
            if number[0] in (Command.CREATE, Command.UPDATE)
        )
        numbers = Number.browse(Number._clean_ids(number_ids)).exists()
        lines = numbers.pos_order_line_id | numbers.pos_order_line_id.browse(
            Number._clean_ids(line_ids)
        )
        locked_lines = set(lines.exists().filtered("numbers_locked").ids)
        locked = set(numbers.filtered(lambda n: n.pos_order_line_id.id in locked_lines).ids)
        for code, line_id, values in line_commands:
            if "pack_lot_ids" not in values:
                continue
            if code == Command.UPDATE and line_id in locked_lines:
                del values["pack_lot_ids"]
                continue
            values["pack_lot_ids"] = [
                cleaned
                for number in Number._read_client_commands(values["pack_lot_ids"])
                if (cleaned := Number._clean_client_command(number, locked, locked_lines))
            ]

    @api.model
    def _clean_sent_relations(self, mapping):
        """The same for what a till links by uuid.

        :param mapping: `{model: {uuid: {field: uuids}}}`, changed
        """
        mapping.pop("pos.pack.operation.lot", None)
        for model_name, records in mapping.items():
            dropped = set()
            if model_name in self.env:
                dropped |= self._get_server_only_fields(model_name)
            if model_name == "pos.order.line":
                dropped.add("pack_lot_ids")
            for relations in records.values():
                for name in dropped & relations.keys():
                    del relations[name]

    # ------------------------------------------------------------------------- sent again

    def _match_lines_sent_again(self, commands):
        """Turn commands that create a line which is stored already into updates of that line.

        A till whose answer got lost sends its lines as new again. Their uuids exist by then, and
        the sale would be refused. Numbers that the cashier removed since are deleted here: the till
        does not know that they are stored.

        :param commands: the till's commands for `lines`
        :return: the commands, with updates for the lines that exist
        """
        lines = {line.uuid: line for line in self.lines}
        result = []
        for command in commands:
            values = command[2] if command[0] == Command.CREATE else {}
            line = lines.get(values.get("uuid"))
            if not line:
                result.append(command)
                continue
            sent = {
                number[2].get("uuid")
                for number in values.get("pack_lot_ids") or []
                if number[0] == Command.CREATE
            }
            gone = line.pack_lot_ids.filtered(lambda number, sent=sent: number.uuid not in sent)
            numbers = [Command.delete(number.id) for number in gone]
            numbers += values.get("pack_lot_ids") or []
            # Other records below the line were stored when it came first.
            kept = {
                name: value
                for name, value in values.items()
                if not (
                    name in line._fields and line._fields[name].type == "one2many" and line[name]
                )
            }
            result.append(Command.update(line.id, {**kept, "pack_lot_ids": numbers}))
        return result
