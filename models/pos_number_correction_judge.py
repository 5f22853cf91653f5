from odoo import models
from odoo.exceptions import UserError

from ..number import facts
from ..number.format import read_new_number
from ..number.name import MAX_NAME_LENGTH, clean_name, fold_name
from ..number.shop import Shop
from ..number.stock import Place
from ..number.verdict import Ask, clean, get_verdict

SHOWN_ERRORS = 10


class PosNumberCorrection(models.AbstractModel):
    """Whether a paid line may have a number: the verdict, read aloud."""

    _inherit = "pos.number.correction"

    def _judge(self, line, entries, replaced=None, anywhere=False):
        """What each entry stands for, and what speaks against it. Changes nothing.

        :param line: one sold or returned line, as superuser
        :param entries: list of (name, quantity), quantity in the product's unit
        :param replaced: the number that gives way, when one is corrected
        :param anywhere: also take numbers that lie in another warehouse
        :return: list of (name, quantity, lot or empty when it is to be created, message or False),
            in the order of the entries
        """
        # A unit that waits, or that closing moves, may turn out to be back already: see `_settle`.
        moves_later = not replaced or line._moves_at_closing()
        may_be_back = moves_later or replaced <= line._get_idle_numbers()
        return self._judge_all(line, entries, replaced, anywhere, may_be_back)[0]

    def _judge_all(self, line, entries, replaced=None, anywhere=False, may_be_back=False):
        """See `_judge`. :return: (its list, `{lot: Verdict}` of those that may be taken)

        :param may_be_back: also a return's number that is in stock already may be taken
        """
        line = self._get_judged_line(line, replaced)
        product = line.product_id
        names = [(name or "").replace("\x00", "").strip() for name, _quantity in entries]
        usable = {name for name in names if 0 < len(clean_name(name)) <= MAX_NAME_LENGTH}
        Lot = self.env["stock.lot"]
        found = Lot._find_by_names([product.id], usable, line.company_id)
        faults = self._read_new_names(line, usable, found)
        foreign = Lot._find_names_of_other_products(
            {(product.id, name) for name in usable if (product.id, name) not in found},
            line.company_id,
        )
        lots = Lot.union(*found.values())
        stock = self._read_stock(line, lots, replaced or line.pack_lot_ids.browse())
        shop = Shop.of(line.order_id.config_id.picking_type_id)
        seen = set()
        spellings = {}  # of names that are new: those that look alike are one
        result, verdicts = [], {}
        for name, (_name, quantity) in zip(names, entries, strict=True):
            lot = found.get((product.id, name), Lot)
            message = self._judge_entry(line, clean_name(name), quantity)
            new_name, fault = faults.get(name, (clean_name(name), None))
            key = lot or fold_name(new_name)
            if not message and product.tracking == "serial" and key in seen:
                message = self.env._("This serial number is entered twice.")
            seen.add(key)
            if not message:
                ask = self._get_ask(line, lot, quantity, anywhere)
                ask = ask._replace(foreign=(product.id, name) in foreign)
                verdict = get_verdict(ask, stock, shop)
                stock.carry_out(ask, verdict, shop)
                if not (may_be_back and verdict.already_back):
                    message = self._get_refusal(line, lot, verdict, stock, shop)
            if fault and not message:
                message = product.product_tmpl_id._explain_number_fault(fault)
            if lot and not message:
                verdicts[lot] = verdict
            shown = name if lot or message else spellings.setdefault(key, new_name)
            result.append((shown, quantity, lot, message or False))
        return result, verdicts

    def _read_new_names(self, line, names, found):
        """What the product's format makes of names that nobody knows, see `read_new_number`.

        :param names: set of names
        :param found: `{(product id, name): stock.lot}`; gets those that are known without prefix
        :return: `{name: (name of the new number, fault or None)}`
        """
        product = line.product_id
        number_format = product.product_tmpl_id._get_number_format()
        if not number_format:
            return {}
        read = {
            name: read_new_number(name, number_format)
            for name in names
            if (product.id, name) not in found
        }
        bare = {new for name, (new, _fault) in read.items() if new and new != clean_name(name)}
        known = self.env["stock.lot"]._find_by_names([product.id], bare, line.company_id)
        for name, (new, _fault) in list(read.items()):
            if (product.id, new) in known:
                found[product.id, name] = known[product.id, new]
                del read[name]
        return read

    def _read_stock(self, line, lots, but_numbers):
        """What is known of lots that a line may get; what waits on it holds nothing against it.

        A lot that was moved under another name comes back when that is corrected.
        """
        idle = line._get_idle_numbers() | but_numbers
        stock = facts.read(self.env, lots.ids, but_numbers=idle.ids)
        for number in but_numbers:
            for moved in number.move_line_ids.filtered(lambda ml: ml.state == "done"):
                if moved.lot_id != number.lot_id and moved.lot_id in lots:
                    stock.undo(
                        moved.lot_id.id,
                        moved.quantity_product_uom,
                        self._get_place(moved.location_dest_id, moved),
                        self._get_place(moved.location_id, moved),
                    )
        return stock

    @staticmethod
    def _get_place(location, move_line):
        """Where a move line brought its goods to, or took them from: `stock.Place`."""
        is_target = location == move_line.location_dest_id
        package = move_line.result_package_id if is_target else move_line.package_id
        return Place(
            location.usage,
            0.0,
            location.id,
            location.parent_path,
            package.id or None,
            move_line.owner_id.id or None,
            company=location.company_id.id or None,
        )

    @staticmethod
    def _get_moved_lots(number):
        """The lots that a number really moved: its own, unless transfers were tampered with."""
        return number.move_line_ids.filtered(lambda ml: ml.state == "done").lot_id

    def _foresee_flags(self, line, lots):
        """Which flags a unit of each of these lots would get on a line.

        :param line: as superuser
        :return: `{lot: codes}`
        """
        stock = self._read_stock(line, lots, line.pack_lot_ids.browse())
        shop = Shop.of(line.order_id.config_id.picking_type_id)
        return {lot: get_verdict(self._get_ask(line, lot, 1.0), stock, shop).flags for lot in lots}

    @staticmethod
    def _may_create(line):
        config = line.order_id.config_id
        return config.number_creation and config.picking_type_id.use_create_lots

    def _get_ask(self, line, lot, quantity, anywhere=False):
        """What a line asks of a lot; of none where the name is to be created: `verdict.Ask`."""
        ask = Ask(
            lot.id or None,
            quantity,
            line.product_id.id,
            line.product_id.tracking == "serial",
            is_return=line.qty < 0,
            creates=self._may_create(line),
            anywhere=anywhere,
        )
        sale = line.refunded_orderline_id
        if line.qty > 0:
            return ask
        if not sale:
            return ask._replace(creates=False)
        origin = sale.pack_lot_ids.filtered(lambda number: number.lot_id == lot)[:1]
        if not origin:
            # It was sold before tracking was switched on, or closed without number: its number is
            # known from now on.
            unnamed = line._get_quantity_of_unnamed_sale(lot)
            may_be_new = line.product_id.uom_id.compare(unnamed, 0) > 0
            return ask._replace(
                creates=ask.creates and may_be_new,
                of_sale=unnamed,
                has_left=quantity <= unnamed or not line._get_unshipped_of_sale(lot),
            )
        # What this line has taken back of it already counts as well, what waits on it does not.
        own = line.pack_lot_ids.filtered(lambda number: number.lot_id == lot)
        taken = origin._get_returned_quantity(line)[origin] + sum(
            number._get_moved_quantity() for number in own
        )
        return ask._replace(
            of_sale=max(quantity, clean(origin.quantity - taken)),
            by_transfer=origin._get_quantity_returned_by_transfer(line).get(origin, 0.0),
            has_left=not origin._has_never_left() or origin._will_move(),
            origin=origin.id,
            places=origin._get_customer_places(),
        )

    def _get_refusal(self, line, lot, verdict, stock, shop):
        """Why a number moves nothing, in a sentence; None where it does."""
        if verdict.already_back:
            return self.env._("It is in stock already: it came back before this return.")
        if not verdict.reason:
            return None
        if verdict.reason == "unknown" and line.qty < 0 and self._may_create(line):
            sale = line.refunded_orderline_id
            if not sale:
                return self.env._("Nobody has sold this Lot/Serial Number: it cannot come back.")
            if sale._get_assignable_quantity():
                return self.env._(
                    "Nobody has sold this Lot/Serial Number. %(order)s still lacks one: assign it"
                    " there first.",
                    order=sale.order_id._get_receipt_name(),
                )
            return self.env._(
                "Nobody has sold this Lot/Serial Number: all units of %(order)s had another one.",
                order=sale.order_id.name,
            )
        if verdict.reason == "unknown":
            return self.env._(
                "Nobody knows this Lot/Serial Number, and %(shop)s creates no new ones.",
                shop=line.order_id.config_id.name,
            )
        if verdict.reason == "mismatch":
            return self.env._(
                "This is a Lot/Serial Number of another product, not of %(product)s.",
                product=line.product_id.display_name,
            )
        if verdict.reason == "sold":
            holder = self.env["pos.pack.operation.lot"].browse(stock.holders[lot.id].number)
            return self.env._(
                "This serial number is sold already, in %(order)s.",
                order=holder.order_id._get_receipt_name(),
            )
        if verdict.reason == "elsewhere":
            places = self.env["stock.location"].browse(
                {place.location for place in stock.places[lot.id] if shop.is_elsewhere(place)}
            )
            return self.env._(
                "This Lot/Serial Number lies in another warehouse (%(places)s).",
                places=", ".join(sorted(places.mapped("display_name"))),
            )
        return {
            "other_company": self.env._("This Lot/Serial Number lies in another company's stock."),
            "at_customer": self.env._("This serial number is at a customer already."),
            "in_stock": self.env._("This serial number is in stock already: it cannot come back."),
            "not_left": self.env._("This number has not left: its sale waits for it itself."),
        }[verdict.reason]

    def _judge_entry(self, line, name, quantity):
        if not name:
            return self.env._("The Lot/Serial Number is empty.")
        if len(name) > MAX_NAME_LENGTH:
            return self.env._("A Lot/Serial Number has at most %s characters.", MAX_NAME_LENGTH)
        uom = line.product_id.uom_id
        if uom.compare(quantity, 0) <= 0:
            return self.env._("The quantity must be more than zero.")
        if line.product_id.tracking == "serial" and uom.compare(quantity, 1) != 0:
            return self.env._("A serial number stands for exactly one unit.")
        return None

    def _raise_errors(self, judged):
        """:raises UserError: with every entry that cannot be taken and the reason"""
        errors = [(name, message) for name, _quantity, _lot, message in judged if message]
        if not errors:
            return
        rows = [
            self.env._("%(number)s: %(reason)s", number=name or "-", reason=message)
            for name, message in errors[:SHOWN_ERRORS]
        ]
        if len(errors) > SHOWN_ERRORS:
            rows.append(self.env._("… and %s more.", len(errors) - SHOWN_ERRORS))
        raise UserError(
            "\n".join([self.env._("Nothing was assigned. These numbers cannot be taken:"), *rows])
        )
