from uuid import uuid4

from odoo import api, fields, models
from odoo.modules.db import FunctionStatus

from ..number.label import DAYS
from ..number.name import MAX_NAME_LENGTH, clean_name


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
        return [*names, "uuid", "quantity", "origin", "expiration_date", *DAYS]

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

    def _correct(self, new_name, anywhere=False, days=None):
        """Replace a wrong number of a paid order, see `pos.number.correction`."""
        return self.env["pos.number.correction"]._correct(self, new_name, anywhere, days)

    def _take_off(self):
        """Take this number off its paid line, see `pos.number.correction._release`."""
        self.env["pos.number.correction"]._release(self)

    def _exchange_with(self, other, quantity=None):
        """Swap this number with the one of another order, see `pos.number.correction._exchange`."""
        return self.env["pos.number.correction"]._exchange(self, other, quantity)

    def _add_flags(self, *codes, evidence=None):
        """Add flags to these numbers; flags that are there already stay.

        :param evidence: `{code: facts}`, see `_note_evidence`
        """
        if self and codes:
            flags = self.env["pos.number.flag"]._get(*codes)
            self.write({"flag_ids": [fields.Command.link(flag.id) for flag in flags]})
            self._note_evidence(codes, evidence or {})

    def _flag_anew(self, codes, evidence):
        """Add flags that are found after the sale: who has reviewed the number saw none of them.

        :param set codes: of the flags, see `_add_flags` for `evidence`
        """
        if codes - self._get_flag_codes():
            self._add_flags(*codes, evidence=evidence)
            self.write({"reviewed_by_id": False, "reviewed_on": False})
