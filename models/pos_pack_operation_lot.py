import math
from uuid import uuid4

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.fields import Command
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL

from ..number.name import MAX_NAME_LENGTH, clean_name, find_closest

# Only these fields are taken from a till; the server finds out the rest.
CLIENT_FIELDS = {"uuid", "lot_name", "quantity", "origin", "pos_order_line_id"}
MAX_QUANTITY = 1e9
# Longer names are cut here: the sale counts, and an index row of PostgreSQL has an end.
MAX_STORED_LENGTH = 500
MAX_UUID_LENGTH = 64


def get_name_index(registry):
    """The index that finds a part of a name, as core has it for the names of lots.

    See odoo/orm/registry.py, `check_indexes`.
    """
    if not registry.has_trigram:
        return "(lot_name)"
    name = "lot_name"
    if registry.has_unaccent == FunctionStatus.INDEXABLE:
        name = registry.unaccent(name)
    return f"USING gin ({name} gin_trgm_ops)"


class PosPackOperationLot(models.Model):
    """A number: the serial or lot of a cart line or sold line."""

    _name = "pos.pack.operation.lot"
    _inherit = ["pos.pack.operation.lot", "pos.number.guard"]

    pos_order_line_id = fields.Many2one(
        # A number is deleted with its line. A copy belongs to the line that its maker gives it:
        # core's `_refund` copies numbers before the refund's lines exist.
        ondelete="cascade",
        copy=False,
    )
    uuid = fields.Char(default=lambda self: str(uuid4()), copy=False, readonly=True)
    quantity = fields.Float(
        digits="Product Unit", help="In the product's unit. 0: shared out when the order is paid."
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot/Serial Number",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )
    expiration_date = fields.Datetime(related="lot_id.expiration_date")
    origin = fields.Selection(
        [
            ("scanned", "Scanned"),
            ("typed", "Typed"),
            ("picked", "Picked from the list"),
            ("auto", "Proposed"),
            ("order", "Sales order"),
            ("refund", "Refund"),
            ("later", "Assigned later"),
        ],
    )
    flag_ids = fields.Many2many(
        "pos.number.flag",
        "pos_number_flag_rel",
        "number_id",
        "flag_id",
        string="Flags",
        copy=False,
        readonly=True,
    )
    corrected_from = fields.Char(
        string="Sold as",
        copy=False,
        readonly=True,
        help="The name that this number had at the sale, when it was corrected afterwards.",
    )
    reviewed_by_id = fields.Many2one("res.users", copy=False, readonly=True)
    reviewed_on = fields.Datetime(copy=False, readonly=True)
    needs_review = fields.Boolean(
        compute="_compute_needs_review",
        store=True,
        help="Something was out of order at the sale, and nobody has dealt with it yet.",
    )
    elsewhere_location_ids = fields.Many2many(
        "stock.location", compute="_compute_elsewhere_location_ids", string="Lies in"
    )
    config_id = fields.Many2one(related="pos_order_line_id.order_id.config_id", string="Shop")
    # To search by: who may review flags need not be able to read shops.
    config_name = fields.Char(
        related="pos_order_line_id.order_id.config_id.name", string="Name of Shop"
    )
    session_id = fields.Many2one(related="pos_order_line_id.order_id.session_id", string="Session")
    user_id = fields.Many2one(related="pos_order_line_id.order_id.user_id", string="Cashier")
    partner_id = fields.Many2one(related="pos_order_line_id.order_id.partner_id", string="Customer")
    date_order = fields.Datetime(related="pos_order_line_id.order_id.date_order", string="Sold on")
    move_line_ids = fields.One2many("stock.move.line", "pos_number_id", string="Moved by")
    waits_because = fields.Selection(
        [
            ("sold", "Another sale has this serial number."),
            ("at_customer", "It is at a customer already."),
            ("elsewhere", "It lies in another warehouse."),
            ("other_company", "It lies in another company's stock."),
            ("in_stock", "It is in stock already: it cannot come back."),
            ("not_left", "It cannot come back: its sale waits for it as well."),
            ("refused", "Odoo refused to move it. Assign it again to see why."),
            ("already_back", "It came back before this return: it is in stock, and nothing moved."),
        ],
        string="Why Nothing Moved",
        copy=False,
        readonly=True,
    )
    waiting_reason = fields.Char(compute="_compute_waiting_reason", string="Why It Waits")
    holds = fields.Boolean(
        string="Sold and not Returned",
        copy=False,
        readonly=True,
        help="Only one sale may hold a serial number, and this is the one.",
    )
    new_lot_key = fields.Char(
        copy=False,
        readonly=True,
        help="Company, product and name of the lot that this number had created.",
    )
    awaits_linking = fields.Boolean(
        copy=False,
        readonly=True,
        help="Sold before the installation, and not looked at yet by the scheduled action.",
    )

    _unique_uuid = models.Constraint("UNIQUE(uuid)", "A number with this uuid exists already.")
    # Two tills that sell one serial at the same moment: the second finds the row taken.
    _one_holder = models.UniqueIndex("(lot_id) WHERE holds")
    # Two tills that create one lot at the same moment: the second tries again and finds it.
    _one_creator = models.UniqueIndex("(new_lot_key) WHERE new_lot_key IS NOT NULL")
    # `IS TRUE`, as the ORM asks: PostgreSQL does not take `WHERE needs_review` for the same.
    _needs_review_idx = models.Index("(id) WHERE needs_review IS TRUE")
    _lot_name_idx = models.Index(get_name_index)
    _awaits_linking_idx = models.Index("(id) WHERE awaits_linking IS TRUE")

    @api.model
    def _load_pos_data_fields(self, config):
        names = super()._load_pos_data_fields(config)
        return [*names, "uuid", "quantity", "origin", "expiration_date"]

    @api.depends("flag_ids", "reviewed_by_id")
    def _compute_needs_review(self):
        for number in self:
            number.needs_review = bool(number.flag_ids) and not number.reviewed_by_id

    @api.depends("waits_because", "move_line_ids.state")
    def _compute_waiting_reason(self):
        labels = dict(self._fields["waits_because"]._description_selection(self.env))
        for number in self:
            number.waiting_reason = not number._has_moved() and labels.get(number.waits_because)

    @api.depends("flag_ids", "lot_id", "move_line_ids.state")
    def _compute_elsewhere_location_ids(self):
        """Where the number lies, if it waits because that is in another warehouse."""
        missed = self.filtered(
            lambda number: (
                "not_here" in number._get_flag_codes()
                and number.sudo().pos_order_line_id.waiting_number_qty > 0
                and not number._has_moved()
            )
        )
        (self - missed).elsewhere_location_ids = False
        # A cashier who is allowed to review has no rights on stock.
        places = dict(
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", missed.sudo().lot_id.ids),
                    ("location_id.usage", "in", ("internal", "transit")),
                    ("quantity", ">", 0),
                    ("company_id", "in", missed.sudo().pos_order_line_id.company_id.ids),
                ],
                ["lot_id"],
                ["location_id:recordset"],
            )
        )
        for number in missed:
            number.elsewhere_location_ids = places.get(number.sudo().lot_id, False)

    @api.depends("lot_name", "quantity", "pos_order_line_id")
    def _compute_display_name(self):
        """Lots are shown with their quantity."""
        for number in self:
            name = number.lot_name or ""
            if number.product_id.tracking == "lot" and number.quantity:
                name = f"{name} ({number.quantity:g})"
            number.display_name = name

    # ---------------------------------------------------------------------------- review

    def action_review(self):
        """Mark the flags as reviewed, with user and time."""
        self.env["pos.number.correction"]._check_caller(self.pos_order_line_id)
        # Checked above: nobody may write the numbers of paid orders by hand.
        self.sudo().filtered("needs_review").write(
            {"reviewed_by_id": self.env.uid, "reviewed_on": fields.Datetime.now()}
        )
        return True

    def action_correct(self):
        """Open the dialog that replaces this number by the right one."""
        self.ensure_one()
        self.check_access("read")
        return {
            "name": self.env._("Correct %s", self.lot_name),
            "type": "ir.actions.act_window",
            "res_model": "pos.number.replacement",
            "view_mode": "form",
            "target": "new",
            "context": {"default_number_id": self.id},
        }

    def action_take_from_elsewhere(self):
        """The number was sold here but lay in another warehouse: take it from there."""
        self.ensure_one()
        self._correct(self.lot_name, anywhere=True)
        return True

    def action_open_order(self):
        """Open the sale of this number."""
        self.ensure_one()
        return self.order_id._get_numbers_order_action()

    # ------------------------------------------------------------- create, write, unlink

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
        """Keep the valid x2many commands in what a till sends for numbers; drop everything else."""
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

    # ------------------------------------------------------------------------ business

    def _is_usable(self):
        """Whether a lot can have this name: it has 1 to 128 characters."""
        self.ensure_one()
        return 0 < len(clean_name(self.lot_name)) <= MAX_NAME_LENGTH

    def _get_flag_codes(self):
        return set(self.flag_ids.mapped("code"))

    def _is_refused(self):
        """Whether it was not corrected, and is another sale's serial or another product's lot."""
        self.ensure_one()
        return not self.corrected_from and bool(self._get_flag_codes() & {"duplicate", "mismatch"})

    def _mark_corrected(self):
        """Note the wrong names before they are replaced. Flags stay, and count as reviewed."""
        for number in self:
            values = {"corrected_from": number.corrected_from or number.lot_name}
            if number.flag_ids and not number.reviewed_by_id:
                values |= {
                    "reviewed_by_id": self.env.uid,
                    "reviewed_on": fields.Datetime.now(),
                }
            number.write(values)

    def _is_history(self):
        """Whether it was sold before the installation: then its move may be unknown."""
        self.ensure_one()
        return self.id <= self.env["pos.number.history"]._get_end()

    def _correct(self, new_name, anywhere=False):
        """Replace a wrong number of a paid order, see `pos.number.correction`."""
        return self.env["pos.number.correction"]._correct(self, new_name, anywhere)

    def _add_flags(self, *codes, evidence=None):
        """Add flags to these numbers; flags that are there already stay.

        :param evidence: `{code: facts}`, see `_note_evidence`
        """
        if self and codes:
            flags = self.env["pos.number.flag"]._get(*codes)
            self.write({"flag_ids": [fields.Command.link(flag.id) for flag in flags]})
            self._note_evidence(codes, evidence or {})

    def _get_returned_quantity(self, before=None):
        """How much of each sold number tills have taken back.

        :param before: a refund line that is paid: only what came back before it counts
        :return: `{number: quantity}`, product's unit
        """
        returned = dict.fromkeys(self, 0.0)
        moment = before._get_moment() if before and before.numbers_locked else None
        for line, numbers in self.grouped("pos_order_line_id").items():
            refunds = line.refund_orderline_ids.filtered(
                lambda refund: (
                    refund.order_id.state not in ("draft", "cancel")
                    and refund.numbers_locked
                    and (moment is None or refund._get_moment() < moment)
                )
            )
            for number, sold in numbers._match(refunds.pack_lot_ids).items():
                returned[sold] += number.quantity
        return returned

    def _get_quantity_returned_by_transfer(self):
        """How much of each sold number came back by transfers of Inventory: *Return* there.

        :return: `{number: quantity}`, product's unit; without those of which nothing did
        """
        result = {}
        for number in self:
            quantity = sum(
                move_line.quantity_product_uom
                for sold in number.move_line_ids
                if sold.state == "done"
                for move_line in sold.move_id.returned_move_ids.move_line_ids
                if move_line.state == "done"
                and move_line.lot_id == number.lot_id
                and not move_line.pos_number_id
            )
            if quantity:
                result[number] = quantity
        return result

    def _match(self, others):
        """Find for each of the others the one of these numbers that has its lot, else its name.

        Names are compared as those of lots, see `find_closest`.

        :param others: numbers of other lines of the same product
        :return: `{other: number}`, without those that stand for none of these
        """
        # Of one that a sale names twice, the first moves, and the others are refused.
        best_last = self[::-1].sorted(lambda number: not number._is_refused())
        by_lot = {number.lot_id: number for number in best_last if number.lot_id}
        by_name = {number.lot_name: number for number in best_last if number.lot_name}
        named = list(by_name.items())
        matches = {
            other: by_lot.get(other.lot_id)
            or by_name.get(other.lot_name)
            or find_closest(other.lot_name, named)
            for other in others
        }
        return {other: number for other, number in matches.items() if number}

    def _has_never_left(self):
        """Whether it was sold and never moved. Of history that is unknown, and the answer is no."""
        self.ensure_one()
        return not self._has_moved() and not self._is_history()

    def _will_move(self):
        """Known, not refused, and its session moves it when it closes."""
        self.ensure_one()
        line = self.pos_order_line_id
        return bool(self.lot_id) and not self._is_refused() and line._moves_at_closing()

    def _get_customer_places(self):
        """Where the sale brought this number: frozenset of (location id, owner id or None)."""
        self.ensure_one()
        return frozenset(
            (line.location_dest_id.id, line.owner_id.id or None)
            for line in self.move_line_ids
            if line.state == "done" and line.location_dest_id.usage == "customer"
        )

    def _has_moved(self):
        return any(line.state == "done" for line in self.move_line_ids)

    def _get_moved_quantity(self):
        """What of this number has moved, in the product's unit."""
        self.ensure_one()
        return sum(line.quantity_product_uom for line in self.move_line_ids if line.state == "done")

    def _get_open_quantity(self, idle):
        """The quantity that has not moved and that closing the session will not move either.

        :param idle: numbers of its line that move nothing, see `_get_idle_numbers`
        :return: quantity in the product's unit
        """
        self.ensure_one()
        if self in idle:
            return self.quantity
        if self.pos_order_line_id._moves_at_closing():
            return 0.0
        return max(0.0, self.product_id.uom_id.round(self.quantity - self._get_moved_quantity()))

    def _try_hold(self):
        """Let these numbers hold their serials. Only one sale can hold a serial: a unique index.

        :return: the numbers that got their serial
        """
        if not self:
            return self
        try:
            with self.env.cr.savepoint():
                self._write_unique("holds", dict.fromkeys(self, True))
            return self
        except psycopg2.errors.UniqueViolation:
            # Another sale holds at least one of them.
            self.invalidate_recordset(["holds"])
        if len(self) == 1:
            return self.browse()
        return self.browse().concat(*(number._try_hold() for number in self))

    def _write_unique(self, name, values):
        """Write what another transaction may have taken this very moment.

        Past the ORM, which would log the answer of the unique index as a fault.

        :param name: a field with a unique index
        :param values: `{number: value}`
        :raises psycopg2.errors.UniqueViolation: another has one of the values
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE pos_pack_operation_lot number
                   SET %(name)s = wanted.value
                  FROM UNNEST(%(ids)s, %(values)s) AS wanted(id, value)
                 WHERE number.id = wanted.id
                """,
                name=SQL.identifier(name),
                ids=[number.id for number in values],
                values=list(values.values()),
            ),
            log_exceptions=False,
        )
        for number, value in values.items():
            self._fields[name]._update_cache(number, value)

    def _claim_new_lots(self, claims):
        """Note for which numbers a lot is created, so that two tills never create the same one.

        :param claims: `{number: "company:product:name"}`, ids and the name in lower case
        :raises ConcurrencyError: another till has just created one of these lots: Odoo runs the
            request again, which then finds it (odoo/service/model.py, `retrying`)
        """
        # A lot that was deleted or renamed since may be created again.
        self.search([("new_lot_key", "in", list(claims.values()))]).new_lot_key = False
        self.env["pos.pack.operation.lot"].flush_model(["new_lot_key"])
        try:
            with self.env.cr.savepoint():
                self._write_unique("new_lot_key", claims)
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("the lot is being created by another till") from error
