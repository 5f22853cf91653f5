from odoo import fields, models
from odoo.tools import format_date, format_datetime

from ..number.name import MAX_NAME_LENGTH


class PosPackOperationLot(models.Model):
    """The sentences in which flags are told, with what to do now: one method a flag."""

    _inherit = "pos.pack.operation.lot"

    def _get_words(self):
        """What the sentences about this number have in common."""
        line = self.pos_order_line_id
        return {
            "product": line.product_id.display_name or "",
            "sale": line.order_id._get_receipt_title(line.qty < 0) if line.order_id else "",
            "shop": line.order_id.config_id.name or "",
        }

    def _tell_sale(self):
        """Where a number stands with which nothing is out of order."""
        line = self.pos_order_line_id
        if not self.lot_name or not line or line.order_id.state in ("draft", "cancel"):
            return ""
        words = {
            "number": self.lot_name,
            "product": line.product_id.display_name,
            "order": line.order_id._get_receipt_title(),
        }
        if line.qty < 0:
            return self.env._("%(number)s of %(product)s came back with %(order)s.", **words)
        return self.env._("%(number)s of %(product)s was sold on %(order)s.", **words)

    def _format_units(self, quantity):
        """See `pos.order._format_units`."""
        return self.env["pos.order"]._format_units(quantity, self.product_id.uom_id)

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
                "The sale had priority.",
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

    def _tell_other_date(self, facts, words):
        advice = self.env._(
            "Look at the label of another unit. If the lot's date is wrong, change it; if the "
            "number is wrong, correct it."
        )
        sentences = []
        for name, code, lot in facts.get("days") or ():
            values = {
                **words,
                "code": format_date(self.env, code),
                "lot": format_date(self.env, lot),
            }
            sentences.append(
                self.env._(
                    "The code of %(what)s on %(sale)s said that it expires on %(code)s, the lot "
                    "said %(lot)s.",
                    **values,
                )
                if name == "code_expiration"
                else self.env._(
                    "The code of %(what)s on %(sale)s said that it is best before %(code)s, the "
                    "lot said %(lot)s.",
                    **values,
                )
            )
        return " ".join(sentences) or None, advice

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
