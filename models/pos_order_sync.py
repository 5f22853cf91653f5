from odoo import api, models
from odoo.fields import Command

from .pos_settlement import Settlement


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
        order["lines"] = self._clean_sent_numbers(order.get("lines") or [])
        self._clean_sent_relations(order.get("relations_uuid_mapping") or {})
        if existing_order and order["lines"]:
            order["lines"] = existing_order._match_lines_sent_again(order["lines"])
        order_id = super()._process_order(order, existing_order)
        self.browse(order_id).sudo()._protect_order_deliveries()
        return order_id

    @api.model
    def _clean_sent_numbers(self, commands):
        """Remove what a till may not say about numbers, for example about those of paid orders.

        This is done here, because orders of kiosks are stored as superuser (pos_self_order,
        `process_order`), and because what is refused there would lose the sale.

        :param commands: the till's commands for `lines`
        :return: cleaned commands
        """
        Number = self.env["pos.pack.operation.lot"].sudo()
        sent = [
            number
            for command in commands
            if command[0] in (Command.CREATE, Command.UPDATE)
            for number in Number._read_client_commands(command[2].get("pack_lot_ids"))
        ]
        if not sent:
            return commands
        number_ids = {number[1] for number in sent}
        number_ids.update(*(number[2] for number in sent if number[0] == Command.SET))
        line_ids = {command[1] for command in commands if command[0] == Command.UPDATE}
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
        result = []
        for command in commands:
            if command[0] in (Command.CREATE, Command.UPDATE) and "pack_lot_ids" in command[2]:
                values = dict(command[2])
                if command[0] == Command.UPDATE and command[1] in locked_lines:
                    del values["pack_lot_ids"]
                else:
                    values["pack_lot_ids"] = [
                        cleaned
                        for number in Number._read_client_commands(values["pack_lot_ids"])
                        if (cleaned := Number._clean_client_command(number, locked, locked_lines))
                    ]
                result.append((command[0], command[1], values))
            else:
                result.append(command)
        return result

    @api.model
    def _clean_sent_relations(self, mapping):
        """Remove links by uuid to numbers that the till may not change, see `_clean_sent_numbers`.

        :param mapping: `{model: {uuid: {field: uuids}}}`, changed
        """
        mapping.pop("pos.pack.operation.lot", None)
        for relations in mapping.get("pos.order.line", {}).values():
            relations.pop("pack_lot_ids", None)

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
