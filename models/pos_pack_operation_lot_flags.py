from odoo import api, fields, models
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import get_lang

from ..number.name import MAX_NAME_LENGTH
from ..number.verdict import DIGITS


class PosPackOperationLot(models.Model):
    """What the flags of a number say: facts of the sale, told in sentences, and what to do now."""

    _inherit = "pos.pack.operation.lot"

    flag_facts = fields.Json(
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="What each flag is based on, as it was at the sale, by code; see `_note_evidence`.",
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
        help="Of the most urgent of its flags.",
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
            if number.waiting_reason and not number.flag_ids:
                sentences.append(number.waiting_reason)
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

    # --------------------------------------------------------------------- told

    def _get_words(self):
        """What the sentences about this number have in common."""
        line = self.pos_order_line_id
        return {
            "product": line.product_id.display_name or "",
            "sale": line.order_id._get_receipt_title(line.qty < 0) if line.order_id else "",
            "shop": line.order_id.config_id.name or "",
        }

    def _format_units(self, quantity):
        """A quantity with its unit, as people write it: *1 unit*, *2.5 kg*."""
        uom = self.product_id.uom_id
        text = f"{quantity:.{DIGITS}f}".rstrip("0").rstrip(".")
        if uom == self.env.ref("uom.product_uom_unit", raise_if_not_found=False):
            if text == "1":
                return self.env._("1 unit")
            return self.env._("%s units", text)
        return f"{text.replace('.', get_lang(self.env).decimal_point)} {uom.name}"

    def _format_order(self, facts):
        values = {
            "receipt": facts["receipt"],
            "date": format_date(self.env, fields.Datetime.to_datetime(facts["date"])),
        }
        if facts.get("is_return"):
            return self.env._("return %(receipt)s of %(date)s", **values)
        return self.env._("receipt %(receipt)s of %(date)s", **values)

    def _tell(self, code, facts, words):
        """What a flag says, and what can be done about it.

        :param facts: as noted at the sale; empty for flags from before facts were noted
        :param words: see `_get_words`
        :return: (sentence, advice)
        """
        name = facts.get("name") or self.corrected_from or self.lot_name or ""
        words = {**words, "number": name}
        if self.product_id.tracking == "serial":
            words["what"] = self.env._("Serial number %(number)s of %(product)s", **words)
        else:
            words["what"] = self.env._("Lot %(number)s of %(product)s", **words)
        words["amount"] = self._format_units(facts.get("quantity") or self.quantity or 1.0)
        if facts.get("later"):
            words["sale"] = self.env._(
                "%(sale)s (assigned on %(date)s)",
                sale=words["sale"],
                date=format_date(self.env, fields.Datetime.to_datetime(facts["later"])),
            )
        for key in ("excess", "found", "moved", "entered", "asked", "left", "sold"):
            if key in facts:
                words[key] = self._format_units(facts[key])
        if facts.get("receipt"):
            words["other"] = self._format_order(facts)
        words["places"] = ", ".join(facts.get("places") or ()) or self.env._("another place")
        tell = getattr(self, f"_tell_{code}", None)
        sentence, advice = tell(facts, words) if tell else (None, "")
        if not sentence:
            flag = self.flag_ids.filtered(lambda flag: flag.code == code)
            sentence = self.env._(
                "%(what)s, %(sale)s: %(sentence)s",
                **words,
                sentence=flag.explanation or flag.name,
            )
        return sentence, advice

    def _is_return(self):
        return self.pos_order_line_id.qty < 0

    def _tell_unknown(self, facts, words):
        situation = facts.get("situation")
        correct = self.env._(
            "Correct it to the number on the unit. If it is right, receive it in Inventory first."
        )
        if situation == "unusable":
            return (
                self.env._(
                    "“%(number)s” on %(sale)s is no number: it is empty or longer than "
                    "%(most)s characters. Nothing of %(product)s moved, %(amount)s waited.",
                    **words,
                    most=MAX_NAME_LENGTH,
                ),
                self.env._("Correct it to the number on the unit."),
            )
        if situation == "created":
            return (
                self.env._(
                    "%(what)s was created when %(amount)s left with %(sale)s: nobody had "
                    "received it. Its stock went below zero by %(excess)s.",
                    **words,
                ),
                self.env._("Receive it in Inventory, or correct it if it was mistyped."),
            )
        if not situation:
            return None, correct
        if self._is_return():
            return (
                self.env._(
                    "%(what)s was not known when %(amount)s came back with %(sale)s, and "
                    "%(shop)s creates no numbers. Nothing moved.",
                    **words,
                ),
                self.env._("Correct it to the number that came back."),
            )
        return (
            self.env._(
                "%(what)s was not known when %(amount)s left with %(sale)s, and %(shop)s "
                "creates no numbers. Nothing moved.",
                **words,
            ),
            correct,
        )

    def _tell_not_here(self, facts, words):
        situation = facts.get("situation")
        if situation == "near":
            return (
                self.env._(
                    "%(what)s lay in %(places)s, not on the shelves of %(shop)s, when "
                    "%(amount)s left with %(sale)s. %(moved)s moved from there.",
                    **words,
                ),
                self.env._("Check that it really left; if another number did, correct it."),
            )
        if situation == "other_company":
            return (
                self.env._(
                    "%(what)s lay in another company's stock when %(amount)s left with "
                    "%(sale)s. Nothing moved.",
                    **words,
                ),
                self.env._("Correct it, or let the other company sell or transfer it first."),
            )
        advice = self.env._("Take it from there if it was really sold; otherwise correct it.")
        if not situation:
            return None, advice
        return (
            self.env._(
                "%(what)s lay in another warehouse (%(places)s) when %(amount)s left with "
                "%(sale)s. Nothing moved.",
                **words,
            ),
            advice,
        )

    def _tell_short(self, facts, words):
        advice = self.env._("Count it in Inventory; if another number was sold, correct it.")
        if "excess" not in facts:
            return None, advice
        if self.product_id.tracking == "serial":
            return (
                self.env._(
                    "%(what)s was nowhere in stock when it left with %(sale)s. Its stock went "
                    "below zero by %(excess)s.",
                    **words,
                ),
                advice,
            )
        return (
            self.env._(
                "%(what)s had %(found)s in stock when %(amount)s left with %(sale)s. Its stock "
                "went below zero by %(excess)s.",
                **words,
            ),
            advice,
        )

    def _tell_duplicate(self, facts, words):
        situation = facts.get("situation")
        second = self.env._("Correct it to the number of the second unit.")
        if not situation:
            return None, self.env._("Correct it to the number that was really sold or came back.")
        if situation == "same_order":
            return (
                self.env._(
                    "%(what)s stands twice on %(sale)s. It left once; the other unit waited.",
                    **words,
                ),
                second,
            )
        if situation in ("sold", "shipped") and words.get("other"):
            advice = self.env._("Compare both receipts, and correct the number that is wrong.")
            if situation == "shipped":
                return (
                    self.env._(
                        "%(what)s was delivered for %(sale)s, but %(other)s had sold it before.",
                        **words,
                    ),
                    advice,
                )
            return (
                self.env._(
                    "%(what)s was on %(sale)s, but %(other)s had sold it before and it had not "
                    "come back. Nothing moved.",
                    **words,
                ),
                advice,
            )
        if situation == "customer" and facts.get("transfer"):
            date = format_date(self.env, fields.Datetime.to_datetime(facts["date"]))
            return (
                self.env._(
                    "%(what)s was on %(sale)s, but transfer %(transfer)s of %(date)s had brought "
                    "it to a customer before. Nothing moved.",
                    **words,
                    transfer=facts["transfer"],
                    date=date,
                ),
                self.env._(
                    "Correct it; if it had come back, book the return of %(transfer)s first.",
                    transfer=facts["transfer"],
                ),
            )
        if situation == "in_stock":
            return (
                self.env._(
                    "%(what)s came back with %(sale)s, but it was in stock already, in "
                    "%(places)s. Nothing moved.",
                    **words,
                ),
                self.env._(
                    "Correct it to the number that came back. If stock is wrong, count it first."
                ),
            )
        if situation == "twice":
            return (
                self.env._(
                    "%(what)s stands twice on %(sale)s. It came back once; the other unit waited.",
                    **words,
                ),
                second,
            )
        if self._is_return():
            return (
                self.env._(
                    "%(what)s could not come back with %(sale)s: it was not at a customer of "
                    "this company. Nothing moved.",
                    **words,
                ),
                self.env._("Correct it to the number that came back."),
            )
        return (
            self.env._(
                "%(what)s was on %(sale)s, but it was at a customer already. Nothing moved.",
                **words,
            ),
            self.env._("Correct it to the number that was really sold."),
        )

    def _tell_reserved(self, facts, words):
        if not facts.get("documents"):
            return None, self.env._("See that the other document got another number.")
        documents = ", ".join(
            f"{document} ({self._format_units(quantity)})"
            for document, quantity in facts["documents"]
        )
        return (
            self.env._(
                "%(what)s was reserved for %(documents)s when %(amount)s left with %(sale)s. "
                "The sale went first.",
                **words,
                documents=documents,
            ),
            self.env._("See that %(documents)s gets another number.", documents=documents),
        )

    def _tell_expired(self, facts, words):
        advice = self.env._("Warn the customer, and take what is left of it off the shelf.")
        if not facts.get("expired_on"):
            return None, advice
        moment = format_datetime(self.env, facts["expired_on"], dt_format="short")
        return (
            self.env._(
                "%(what)s had expired on %(moment)s when %(amount)s left with %(sale)s.",
                **words,
                moment=moment,
            ),
            advice,
        )

    def _tell_recalled(self, facts, words):
        return (
            self.env._("%(what)s was under recall when %(amount)s left with %(sale)s.", **words),
            self.env._("Contact the customer, and follow the recall."),
        )

    def _tell_mismatch(self, facts, words):
        advice = self.env._("Correct it to a number of %(product)s.", **words)
        if not facts.get("products"):
            return None, advice
        values = {**words, "others": ", ".join(facts["products"])}
        if self._is_return():
            return (
                self.env._(
                    "Number %(number)s came back as %(product)s with %(sale)s, but it is a "
                    "number of %(others)s. Nothing moved.",
                    **values,
                ),
                advice,
            )
        return (
            self.env._(
                "Number %(number)s was sold as %(product)s on %(sale)s, but it is a number of "
                "%(others)s. Nothing moved.",
                **values,
            ),
            advice,
        )

    def _tell_surplus(self, facts, words):
        if self.quantity > 0:
            advice = self.env._(
                "If the customer took more, sell the rest on a new receipt; then mark this as "
                "reviewed."
            )
        elif self._is_return():
            advice = self.env._(
                "If the unit came back, book it with a new return; otherwise take the number off."
            )
        else:
            advice = self.env._(
                "If the customer took it, sell it on a new receipt; otherwise take the number off."
            )
        if facts.get("situation") == "no_room":
            return (
                self.env._(
                    "%(what)s is on %(sale)s, but other numbers stand for all of its %(asked)s. "
                    "It moved no stock.",
                    **words,
                ),
                advice,
            )
        if "entered" not in facts:
            return None, advice
        return (
            self.env._(
                "%(what)s is on %(sale)s, where numbers for %(entered)s were entered, for only "
                "%(asked)s: %(excess)s of it moved no stock.",
                **words,
            ),
            advice,
        )

    def _tell_not_sold(self, facts, words):
        advice = self.env._(
            "Check where the unit comes from. If another number came back, correct it."
        )
        if facts.get("situation") == "no_receipt":
            return (
                self.env._(
                    "%(what)s: %(amount)s came back with %(sale)s without the receipt of a "
                    "sale, and no customer had so much of it according to stock.",
                    **words,
                )
                if self.product_id.tracking == "lot"
                else self.env._(
                    "%(what)s came back with %(sale)s without the receipt of a sale, and no "
                    "customer had it according to stock.",
                    **words,
                ),
                advice,
            )
        if not words.get("other"):
            return None, advice
        if facts.get("back"):
            return (
                self.env._(
                    "%(what)s: %(amount)s came back with %(sale)s, but %(back)s had taken it back "
                    "from %(other)s before.",
                    **words,
                    back=self._format_order(facts["back"]),
                ),
                advice,
            )
        if facts.get("sold"):
            return (
                self.env._(
                    "%(what)s: %(amount)s came back with %(sale)s, but %(other)s had sold only "
                    "%(sold)s of it.",
                    **words,
                ),
                advice,
            )
        return (
            self.env._("%(what)s came back with %(sale)s, but %(other)s did not sell it.", **words),
            advice,
        )

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
