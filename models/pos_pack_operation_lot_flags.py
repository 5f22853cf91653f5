from odoo import api, fields, models


class PosPackOperationLot(models.Model):
    """What the flags of a number are based on: facts of the sale, noted with names."""

    _inherit = "pos.pack.operation.lot"

    flag_facts = fields.Json(
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="What each flag is based on, as it was at the sale.",
    )
    explanation = fields.Char(
        compute="_compute_explanation", compute_sudo=True, string="What happened"
    )
    advice = fields.Char(compute="_compute_explanation", compute_sudo=True, string="What to do")
    receipt = fields.Char(compute="_compute_receipt", compute_sudo=True)
    severity = fields.Selection(
        lambda self: (
            self.env["pos.number.flag"]._fields["severity"]._description_selection(self.env)
        ),
        string="Urgency",
        compute="_compute_severity",
        compute_sudo=True,
        help="How urgent the most urgent of its flags is.",
    )
    can_correct = fields.Boolean(compute="_compute_can_correct", compute_sudo=True)
    flag_order_id = fields.Many2one(
        "pos.order",
        string="Other Receipt",
        compute="_compute_flag_documents",
        compute_sudo=True,
        help="The sale or return that a flag speaks of.",
    )
    flag_picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        compute="_compute_flag_documents",
        compute_sudo=True,
        help="The transfer that a flag speaks of.",
    )
    concerns_stock = fields.Boolean(
        compute="_compute_flag_documents",
        compute_sudo=True,
        help="A flag speaks of the quantities on hand.",
    )

    # --------------------------------------------------------------------- shown

    @api.depends("pos_order_line_id.order_id.pos_reference")
    def _compute_receipt(self):
        for number in self:
            number.receipt = number.order_id.pos_reference or number.order_id.name

    @api.depends("flag_ids.severity")
    def _compute_severity(self):
        order = list(dict(self.env["pos.number.flag"]._fields["severity"].selection))
        for number in self:
            found = number.flag_ids.mapped("severity")
            number.severity = min(found, key=order.index) if found else False

    @api.depends("quantity", "flag_ids")
    def _compute_can_correct(self):
        """What stands for no unit has nothing to correct; nor has what was never paid."""
        for number in self:
            number.can_correct = (
                number.quantity > 0 or "surplus" not in number._get_flag_codes()
            ) and number.pos_order_line_id.order_id.state not in ("draft", "cancel")

    @api.depends("flag_facts", "flag_ids")
    def _compute_flag_documents(self):
        for number in self:
            facts = number._get_facts_by_code()
            others = [fact["order_id"] for fact in facts.values() if fact.get("order_id")]
            pickings = [fact["picking_id"] for fact in facts.values() if fact.get("picking_id")]
            number.flag_order_id = number.flag_order_id.browse(others[:1]).exists()
            number.flag_picking_id = number.flag_picking_id.browse(pickings[:1]).exists()
            number.concerns_stock = bool(number.lot_id) and any(
                code in ("short", "unknown", "not_here") or fact.get("situation") == "in_stock"
                for code, fact in facts.items()
            )

    @api.depends(
        "flag_ids.explanation",
        "flag_facts",
        "corrected_from",
        "lot_name",
        "needs_review",
        "waiting_reason",
    )
    @api.depends_context("lang", "tz")
    def _compute_explanation(self):
        for number in self:
            sentences, advices = [], []
            words = number._get_words() if number.flag_ids else {}
            for code, fact in number._get_facts_by_code().items():
                sentence, advice = number._tell(code, fact, words)
                sentences.append(sentence)
                advices.append(advice)
            if number.corrected_from and number.corrected_from != number.lot_name:
                sentences.append(self.env._("It was sold as %s.", number.corrected_from))
            # What a flag says is not said again.
            if not number.flag_ids:
                sentences = [number._tell_sale(), *sentences, number.waiting_reason]
            number.explanation = " ".join(filter(None, sentences))
            number.advice = " ".join(filter(None, advices)) if number.needs_review else ""

    def _get_facts_by_code(self):
        """:return: `{code: facts}` of its flags; empty facts where none were noted"""
        self.ensure_one()
        noted = self.sudo().flag_facts or {}
        return {code: noted.get(code) or {} for code in self.flag_ids.mapped("code")}

    # --------------------------------------------------------------------- noted

    def _note_evidence(self, codes, evidence):
        """Keep what flags are based on; what is noted already stays, for it was so at the sale.

        :param codes: of the flags
        :param evidence: `{code: facts}`: those of `number.evidence`, or of the caller. A `holder`,
            a `customer` and `places` get their names here: a document may be gone when it is read.
        """
        for number in self:
            noted = dict(number.flag_facts or {})
            for code in codes:
                if code not in noted:
                    noted[code] = number._name_evidence(code, dict(evidence.get(code) or {}))
            number.flag_facts = noted

    def _name_evidence(self, code, facts):
        line = self.pos_order_line_id
        facts.setdefault("name", self.lot_name or "")
        facts.setdefault("quantity", self.quantity)
        if line.numbers_locked:
            facts["later"] = fields.Datetime.to_string(fields.Datetime.now())
        if "places" in facts:
            places = self.env["stock.location"].browse(filter(None, facts.pop("places")))
            own = places.filtered(
                lambda place: place.company_id in (line.company_id, place.browse().company_id)
            )
            facts["places"] = own.mapped("display_name")
        if facts.pop("customer", False):
            facts |= self._find_delivery()
        holder = self.browse(facts.pop("holder", None) or ()).exists()
        if holder:
            facts |= self._name_order(holder.order_id)
            if holder.order_id == line.order_id:
                facts["situation"] = "same_order"
        if code == "mismatch":
            rows = self.env["stock.lot"]._fetch_by_names([self.lot_name], line.company_id)
            products = self.env["product.product"].browse({row[0] for row in rows})
            facts["products"] = (products - line.product_id).mapped("display_name")
        if code == "not_sold":
            facts |= self._find_sale(line.refunded_orderline_id)
        return facts

    def _name_order(self, order):
        return {
            "order_id": order.id,
            "receipt": order.pos_reference or order.name,
            "date": fields.Datetime.to_string(order.date_order),
            "is_return": bool(order.is_refund or order.refunded_order_id),
        }

    def _find_delivery(self):
        """The transfer that brought this serial to a customer, if one did."""
        move_line = self.env["stock.move.line"].search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("state", "=", "done"),
                ("location_dest_id.usage", "=", "customer"),
                ("company_id", "=", self.pos_order_line_id.company_id.id),
            ],
            order="date desc, id desc",
            limit=1,
        )
        picking = move_line.picking_id
        if not picking:
            return {}
        document = picking.origin or move_line.move_id.origin
        return {
            "picking_id": picking.id,
            "transfer": f"{picking.name} ({document})" if document else picking.name,
            "date": fields.Datetime.to_string(move_line.date),
        }

    def _find_sale(self, sold_line):
        """The sale that a return names, and the return that was there before, if one was."""
        if not sold_line:
            return {}
        facts = self._name_order(sold_line.order_id)
        origin = sold_line.pack_lot_ids._match(self).get(self)
        if origin:
            facts["sold"] = origin.quantity
        earlier = sold_line.refund_orderline_ids.filtered("numbers_locked") - self.pos_order_line_id
        back = earlier.pack_lot_ids.filtered(lambda n: n.lot_id and n.lot_id == self.lot_id)
        if back:
            facts["back"] = self._name_order(back[0].order_id)
        return facts

    # --------------------------------------------------------------------- done

    def action_take_off(self):
        """Take a number off that stands for no unit of its line."""
        self.ensure_one()
        self._take_off()
        return True

    def action_open_flag_order(self):
        """Open the other sale that a flag speaks of."""
        self.ensure_one()
        self.check_access("read")
        return self.flag_order_id._get_numbers_order_action()

    def action_open_flag_picking(self):
        """Open the transfer that a flag speaks of."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "view_mode": "form",
            "res_id": self.flag_picking_id.id,
        }

    def action_view_stock(self):
        """Open what is on hand of this number."""
        self.ensure_one()
        return self.lot_id.action_lot_open_quants()
