from odoo import api, models
from odoo.fields import Command

from .pos_settlement import Settlement
from .server_only_fields import SOLD

# Without these nothing is sold: what a line needs that a till sends anew.
NEW_LINE_FIELDS = {"product_id", "qty", "price_unit", "price_subtotal", "price_subtotal_incl"}


class PosOrder(models.Model):
    """Cleans what tills send about numbers, and stores an order that comes twice only once."""

    _inherit = "pos.order"

    @api.model
    def sync_from_ui(self, orders):
        """Keep core from adjusting deliveries that this add-on has adjusted exactly."""
        settling = self._without_defaults().with_context(**{Settlement.KEY: Settlement()})
        for order in orders:
            settling._clean_payload(order)
        return super(PosOrder, settling).sync_from_ui(orders)

    @api.model
    def _process_order(self, order, existing_order):
        if existing_order and order.get("lines"):
            order["lines"] = existing_order._match_lines_sent_again(
                order["lines"], keeps_numbers=self._is_of_customer(order)
            )
        if existing_order:
            existing_order._match_records_sent_again(order)
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
        line_lists = []
        cleaned = self._drop_server_only_fields(self, order, line_lists)
        order.clear()
        order.update(cleaned)
        sold = self._clean_sent_lines(order, line_lists)
        line_commands = [
            command
            for commands in line_lists
            for command in commands
            if command[0] in (Command.CREATE, Command.UPDATE)
        ]
        self._forget_deleted(line_commands)
        if self._is_of_customer(order):
            for _code, _id, values in line_commands:
                values.pop("pack_lot_ids", None)
        self._clean_sent_numbers(line_commands)
        self._clean_sent_relations(order, line_commands, sold)

    @api.model
    def _is_of_customer(self, order):
        """Whether a customer sends this order, by a kiosk or a phone: nobody has seen a number yet.

        Their public route (pos_self_order, `process_order`) says so itself, and stores as
        superuser; a till that sends such an order again does not.
        """
        return self.env.su and order.get("source") in ("kiosk", "mobile")

    @api.model
    def _is_id(self, value):
        return self.env["pos.pack.operation.lot"]._is_id(value)

    @api.model
    def _get_company(self, order):
        """The company of the session that the order is sent to, whoever sends it."""
        session_id = order.get("session_id")
        session = self.env["pos.session"].browse(session_id if self._is_id(session_id) else None)
        return session.sudo().exists().config_id.company_id

    @api.model
    def _forget_deleted(self, line_commands):
        """What was deleted while it was in a cart does not refuse the paid order.

        :param line_commands: commands that create or update lines; their values are changed
        """
        lines = self.env["pos.order.line"]
        for name in ("sale_order_origin_id", "sale_order_line_id", "refunded_orderline_id"):
            sent = [values for _code, _id, values in line_commands if values.get(name)]
            ids = {values[name] for values in sent if self._is_id(values[name])}
            there = set(lines[name].browse(ids).sudo().exists().ids) if ids else set()
            for values in sent:
                if not self._is_id(values[name]) or values[name] not in there:
                    values[name] = False

    @api.model
    def _drop_server_only_fields(self, model, values, line_lists):
        """Read values as the ORM would, commands in commands too, and leave the server's fields.

        :param model: the model that the values are of
        :param dict values: as the till sends them, not changed
        :param list line_lists: gets each list of commands for order lines, at whatever depth; they
            may be changed
        :return: the values without the fields that are the server's own
        """
        server_only = self._get_server_only(model._name)
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
                self._drop_from_command(comodel, command, line_lists) for command in value
            ]
            if comodel._name == "pos.order.line":
                line_lists.append(result[name])
        return result

    @api.model
    def _drop_from_command(self, model, command, line_lists):
        """The same for one command; what is none comes back as it is."""
        if not (
            isinstance(command, list | tuple)
            and len(command) == 3
            and command[0] in (Command.CREATE, Command.UPDATE)
            and isinstance(command[2], dict)
        ):
            return command
        values = self._drop_server_only_fields(model, command[2], line_lists)
        return (command[0], command[1], values)

    @api.model
    def _clean_sent_lines(self, order, line_lists):
        """Leave lines alone that were sold, are of another company, or are gone.

        :param line_lists: see `_drop_server_only_fields`; changed
        :return: the ids of those lines that are there
        """
        for commands in line_lists:
            # Tills say `[2, id]`, others `(2, id, 0)`.
            commands[:] = self.env["pos.pack.operation.lot"]._read_client_commands(commands)
        ids = {
            line_id
            for commands in line_lists
            for code, line_id, value in commands
            for line_id in (value if code == Command.SET else [line_id])
            if code not in (Command.CREATE, Command.CLEAR)
        }
        if not ids:
            return set()
        lines = self.env["pos.order.line"].sudo().browse(ids).exists()
        company = self._get_company(order)
        foreign = lines.filtered(lambda line: line.company_id != company)
        sold = set((lines._filter_sold() | foreign).ids)
        there = set(lines.ids)
        for commands in line_lists:
            commands[:] = [
                cleaned
                for command in commands
                if (cleaned := self._clean_line_command(command, there, sold, set(foreign.ids)))
            ]
        return sold

    @api.model
    def _clean_line_command(self, command, there, sold, foreign):
        """A command for lines, without what it would do to those that nobody changes.

        :param set there: ids of all named lines that exist
        :param set sold: ids of those that nobody changes
        :param set foreign: ids of those of another company
        :return: the command, or None when nothing of it is left
        """
        code, line_id, value = command
        if code in (Command.CREATE, Command.CLEAR):
            return command
        if code == Command.SET:
            return Command.set([kept for kept in value if kept in there - sold])
        if code == Command.UPDATE:
            if line_id not in there:
                # Another device has deleted it, and this one has sold it.
                return Command.create(value) if value.keys() >= NEW_LINE_FIELDS else None
            if line_id in foreign:
                return None
            if line_id in sold:
                kept = {
                    name: part
                    for name, part in value.items()
                    if name in self.env["pos.order.line"]._fields
                    and name not in SOLD["pos.order.line"]
                    and self.env["pos.order.line"]._fields[name].type != "one2many"
                }
                return Command.update(line_id, kept) if kept else None
            return command
        return command if line_id in there - sold else None

    @api.model
    def _clean_sent_numbers(self, line_commands):
        """A till's word on numbers: known fields only, and nothing about those of paid orders.

        :param line_commands: commands that create or update lines; their values are changed
        """
        Number = self.env["pos.pack.operation.lot"].sudo()
        sent = [
            number
            for command in line_commands
            for number in Number._read_client_commands(command[2].get("pack_lot_ids"))
        ]
        number_ids = {number[1] for number in sent if number[0] not in (Command.CREATE,)}
        number_ids.update(*(number[2] for number in sent if number[0] == Command.SET))
        line_ids = {command[1] for command in line_commands if command[0] == Command.UPDATE}
        line_ids.update(
            line_id
            for code, _id, values in sent
            if code in (Command.CREATE, Command.UPDATE)
            and self._is_id(line_id := values.get("pos_order_line_id"))
        )
        numbers = Number.browse(Number._clean_ids(number_ids)).exists()
        lines = numbers.pos_order_line_id | numbers.pos_order_line_id.browse(
            Number._clean_ids(line_ids)
        )
        lines = lines.exists()
        locked_lines = set(lines.filtered("numbers_locked").ids)
        # What another device has deleted meanwhile is out of reach as well.
        locked = set(number_ids) - set(numbers.ids)
        gone = set(locked)
        locked |= set(numbers.filtered(lambda n: n.pos_order_line_id.id in locked_lines).ids)
        unknown_lines = line_ids - set(lines.ids)
        for code, line_id, values in line_commands:
            if "pack_lot_ids" not in values:
                continue
            if code == Command.UPDATE and line_id in locked_lines:
                del values["pack_lot_ids"]
                continue
            values["pack_lot_ids"] = [
                cleaned
                for number in Number._read_client_commands(values["pack_lot_ids"])
                if (
                    cleaned := Number._clean_client_command(
                        self._revive_number(number, gone), locked, locked_lines | unknown_lines
                    )
                )
            ]

    @api.model
    def _revive_number(self, command, gone):
        """A number that this till has changed and another one has deleted is sold all the same."""
        code, number_id, values = command
        if code == Command.UPDATE and number_id in gone and values.get("lot_name"):
            return Command.create(values)
        return command

    @api.model
    def _clean_sent_relations(self, order, line_commands, sold):
        """The same for what a till links by uuid.

        :param order: its `relations_uuid_mapping` is `{model: {uuid: {field: uuids}}}`; replaced
        :param line_commands: commands that create or update lines
        :param set sold: ids of named lines that nobody changes
        """
        mapping = order.get("relations_uuid_mapping")
        if not mapping:
            return
        mapping = mapping if isinstance(mapping, dict) else {}
        new = {values.get("uuid") for code, _id, values in line_commands if code == Command.CREATE}
        named = set()
        result = {}
        for model_name, records in mapping.items():
            if (
                model_name == "pos.pack.operation.lot"
                or model_name not in self.env
                or "uuid" not in self.env[model_name]._fields
                or not isinstance(records, dict)
            ):
                continue
            model = self.env[model_name]
            dropped = self._get_server_only(model_name) | {"pack_lot_ids"}
            result[model_name] = {
                uuid: {
                    name: value
                    for name, value in relations.items()
                    if name not in dropped
                    and name in model._fields
                    and model._fields[name].relational
                    and self._is_uuids(value)
                }
                for uuid, relations in records.items()
                if isinstance(relations, dict)
                and (model_name != "pos.order" or uuid == order.get("uuid"))
            }
            for uuid, relations in result[model_name].items():
                if model_name == "pos.order.line":
                    named.add(uuid)
                for name, value in relations.items():
                    if model._fields[name].comodel_name == "pos.order.line":
                        named.update([value] if isinstance(value, str) else value)
        named = {uuid for uuid in named - new if isinstance(uuid, str)}
        lines = self.env["pos.order.line"].sudo()
        lines = lines.search([("uuid", "in", list(named))]) if named else lines
        if lines:
            company = self._get_company(order)
            locked = lines._filter_sold() | lines.filtered(lambda ln: ln.company_id != company)
            self._drop_relations_of(set((locked | locked.browse(sold)).mapped("uuid")), result)
        order["relations_uuid_mapping"] = result

    @staticmethod
    def _is_uuids(value):
        uuids = value if isinstance(value, list) else [value]
        return all(isinstance(uuid, str) for uuid in uuids)

    @api.model
    def _drop_relations_of(self, uuids, mapping):
        """Drop from a mapping what it would change of the lines that have these uuids."""
        for uuid in uuids & mapping.get("pos.order.line", {}).keys():
            del mapping["pos.order.line"][uuid]
        for model_name, records in mapping.items():
            fields = self.env[model_name]._fields
            for relations in records.values():
                for name, value in relations.items():
                    field = fields[name]
                    is_x2many = field.type in ("one2many", "many2many")
                    if is_x2many and field.comodel_name == "pos.order.line":
                        value = [value] if isinstance(value, str) else value  # noqa: PLW2901
                        relations[name] = [uuid for uuid in value if uuid not in uuids]

    # ------------------------------------------------------------------------- sent again

    def _match_lines_sent_again(self, commands, keeps_numbers=False):
        """Turn commands that create a line which is stored already into updates of that line.

        A till whose answer got lost sends its lines as new again. Their uuids exist by then, and
        the sale would be refused. Numbers that the cashier removed since are deleted here: the till
        does not know that they are stored.

        :param commands: the till's commands for `lines`
        :param keeps_numbers: the sender knows no numbers: what is stored was not removed
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
            gone = line.pack_lot_ids.filtered(
                lambda number, sent=sent: not keeps_numbers and number.uuid not in sent
            )
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

    def _match_records_sent_again(self, order):
        """The same for what else an order has: payments, and courses of a restaurant.

        A second payment with its uuid is refused, and so is what names a course that is there
        twice: the paid order would never be stored.

        :param dict order: as the till sends it; changed
        """
        for name, commands in order.items():
            field = self._fields.get(name)
            is_list = field and field.type == "one2many" and isinstance(commands, list | tuple)
            if not is_list or name == "lines" or "uuid" not in self[name]._fields:
                continue
            stored = {record.uuid: record.id for record in self[name]}
            order[name] = [
                Command.update(stored[uuid], command[2])
                if (uuid := self._get_sent_uuid(command)) in stored
                else command
                for command in commands
            ]

    @staticmethod
    def _get_sent_uuid(command):
        """The uuid of the record that a command creates; None where it creates none."""
        if not isinstance(command, list | tuple) or len(command) != 3:
            return None
        code, _id, values = command
        uuid = values.get("uuid") if isinstance(values, dict) else None
        return uuid if code == Command.CREATE and isinstance(uuid, str) else None
