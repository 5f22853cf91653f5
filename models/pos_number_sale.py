import time
from collections import defaultdict

from odoo import fields, models

from ..number import facts
from ..number.name import clean_name, fold_name
from ..number.pending import read_mates, read_pending
from ..number.plan import Plan
from ..number.shop import Shop
from ..number.verdict import NOT_LEFT

# Before any moment of a sale, see `pos.order.line._get_moment`.
NEVER = (0.0, False, 0)


class PosNumberSale(models.AbstractModel):
    """What becomes of the numbers of an order the moment it is paid."""

    _name = "pos.number.sale"
    _description = "Sale of Lot/Serial Numbers"

    def _conclude(self, order):
        """Resolve, flag and hold the numbers of a paid order. Facts of the sale, found once.

        :return: Plan of what moves and what waits; None where nothing is tracked, or where what was
            sold before and not yet moved has to move first
        """
        # Core comes here again when an order is invoiced before its session is closed.
        lines = order.lines.filtered(lambda line: not line.numbers_locked)
        plan = self._conclude_lines(order, lines.filtered("is_number_tracked"))
        lines._note_repair_numbers()
        tracked = lines.filtered(lambda line: line.product_id.tracking != "none")
        if tracked:
            self.env["pos.number.warranty"]._start(tracked)
        order._ensure_page_token()
        return plan

    def _conclude_lines(self, order, lines):
        """See `_conclude`.

        :param lines: lines of the order whose numbers the till asks for
        """
        if not lines:
            return None
        operation_type = order.config_id.picking_type_id
        self._tidy(lines)
        self._link_returned_lots(lines)
        self._link_lots(lines, operation_type, order.config_id, order.company_id)
        self._fold_lots(lines)
        stock = facts.read(self.env, lines.pack_lot_ids.lot_id.ids, but_orders=order.ids)
        shop = Shop.of(operation_type)
        self._share_out_quantities(lines, stock, shop)
        self._cut_surplus(lines)
        sold = lines.filtered(lambda line: line.qty > 0)
        self._flag_state(sold, stock, shop)
        has_pending = bool(stock.outcomes)
        plan = Plan()
        # First what comes back: the same order may sell it again, at another price.
        for line in (lines - sold) + sold:
            plan.add_line(line, stock, shop)
        self._release(plan, lines - sold)
        self._hold(plan, sold)
        for number, codes in plan.flags.items():
            number._add_flags(*codes, evidence=plan.evidence.get(number))
        if shop.has_recalls:
            returned = (lines - sold).pack_lot_ids.lot_id
            self.env["pos.number.recall"]._take_back(returned, order.company_id)
        lines.numbers_paid_at = time.time()
        return None if has_pending else plan

    def _plan_moves(self, lines):
        """What lines of paid orders move now, and what of other open sessions moves before them.

        What was sold first leaves first, in whatever order sessions close: a serial does not come
        back before it has left. The sale was judged when it was paid; no flag is added.

        :param lines: tracked lines whose stock has not moved
        :return: (Plan, the lines to move: these and others, oldest first)
        """
        wanted = lines
        while True:
            lots = set(wanted.pack_lot_ids.lot_id.ids)
            stock = facts.read(self.env, lots, replay=False)
            claims = facts.read_claims(self.env, stock, lots)
            pending = read_pending(self.env, lots=lots | claims)
            mates = read_mates(self.env, pending) - lots - claims
            if mates:
                pending = read_pending(self.env, lots=lots | claims | mates)
            earlier = wanted.refunded_orderline_id.filtered(
                lambda line: line.is_number_tracked and line._moves_at_closing()
            )
            last = {}
            for line in wanted:
                usable = line.pack_lot_ids.filtered(lambda number: not number._is_refused())
                for lot in usable.lot_id:
                    last[lot.id] = max(last.get(lot.id, NEVER), line._get_moment())
            latest = max(last.values(), default=NEVER)
            earlier |= wanted.browse(
                {
                    row.line
                    for row in pending
                    if (row.is_serial and row.moment < last.get(row.lot, NEVER))
                    # It takes stock without number that a later one would take.
                    or (row.lot in claims and row.moment < latest)
                }
            )
            if earlier <= wanted:
                break
            wanted |= earlier
        if claims | mates:
            stock = facts.read(self.env, lots | claims | mates, replay=False)
        # Each is judged as when it was sold: what is not moved yet holds nothing.
        for row in pending:
            stock.forget_holder(row.lot, row.number)
        for number in wanted.pack_lot_ids:
            stock.forget_holder(number.lot_id.id, number.id)
        plan = Plan()
        ordered = wanted.sorted(lambda line: line._get_moment())
        own = set(wanted.ids)
        others = [row for row in pending if row.line not in own]
        shops = {
            operation_type: Shop.of(operation_type)
            for operation_type in ordered.order_id.config_id.picking_type_id
        }
        for line in ordered:
            before = [row for row in others if row.moment < line._get_moment()]
            others = others[len(before) :]
            facts.replay_pending(self.env, stock, before)
            plan.add_line(line, stock, shops[line.order_id.config_id.picking_type_id])
        return plan, ordered

    def _tidy(self, lines):
        """One record a line and number; no record without a name."""
        lines.pack_lot_ids.filtered(lambda number: not clean_name(number.lot_name)).unlink()
        for line in lines:
            by_name = defaultdict(list)
            for number in line.pack_lot_ids:
                name = number.lot_name.strip()
                if name != number.lot_name:
                    number.lot_name = name
                by_name[name].append(number.id)
            if line.product_id.tracking == "lot":
                self._join(map(line.pack_lot_ids.browse, by_name.values()))
            if line.product_id.tracking == "serial":
                odd = line.pack_lot_ids.filtered(lambda number: number.quantity != 1)
                odd.write({"quantity": 1.0})

    def _link_returned_lots(self, lines):
        """A number of the sale comes back as its lot, whatever that is called by now."""
        for line in lines:
            origin = line.refunded_orderline_id
            if (origin.product_id, origin.company_id) == (line.product_id, line.company_id):
                numbers = line.pack_lot_ids.filtered(lambda number: not number.lot_id)
                for number, sold in origin.pack_lot_ids._match(numbers).items():
                    number.lot_id = sold.lot_id

    def _link_lots(self, lines, operation_type, config, company):
        numbers = lines.pack_lot_ids.filtered(lambda number: not number.lot_id)
        usable = numbers.filtered(lambda number: number._is_usable())
        (numbers - usable)._add_flags("unknown", evidence={"unknown": {"situation": "unusable"}})
        named = {number: (number.product_id.id, number.lot_name) for number in usable}
        wanted = set(named.values())
        Lot = self.env["stock.lot"]
        found = Lot._find_by_names(
            {product_id for product_id, _name in wanted},
            {name for _product_id, name in wanted},
            company,
        )
        foreign = Lot._find_names_of_other_products(wanted - set(found), company)
        new = wanted - set(found) - foreign
        if config.number_creation and operation_type.use_create_lots:
            kept = usable.filtered(
                lambda number: named[number] in new and self._is_of_waiting_unit(number)
            )
            kept._add_flags("not_sold", evidence={"not_sold": {"situation": "of_sale"}})
            usable -= kept
            new &= {named[number] for number in usable}
            found |= self._create_lots(new, usable, company)
        by_lot, unknown = defaultdict(list), []
        for number in usable:
            key = named[number]
            if key in found:
                by_lot[found[key]].append(number.id)
            elif key in foreign:
                number._add_flags("mismatch", evidence={"mismatch": {"situation": "other"}})
            else:
                unknown.append(number.id)
        for lot, ids in by_lot.items():
            numbers.browse(ids).lot_id = lot
        numbers.browse(unknown)._add_flags("unknown", evidence={"unknown": {"situation": "waits"}})
        for number in numbers:
            # A lot that Odoo has under another form of its name keeps that.
            if number.lot_name != number.lot_id.name:
                number.lot_name = clean_name(number.lot_name)

    @staticmethod
    def _is_of_waiting_unit(number):
        """Whether it comes back of a sale that still lacks numbers, and that no unit has left
        unnamed: then no lot is made of it, and the unit first cancels what the sale waits for, or
        what its delivery has yet to bring.
        """
        line = number.pos_order_line_id
        sale = line.refunded_orderline_id
        if line.qty > 0 or not sale:
            return False
        uom = line.product_id.uom_id
        lacking = sale._get_assignable_quantity() + line._get_unshipped_of_sale(number.lot_id)
        if line.product_id.tracking == "serial":
            lacking = float(int(lacking))  # no number is of the broken unit of 1.5 serials
        return (
            uom.compare(lacking, 0) > 0
            and uom.compare(line._get_quantity_of_unnamed_sale(number.lot_id), 0) <= 0
        )

    def _fold_lots(self, lines):
        """One record a line and lot, though its name was written in two ways."""
        for line in lines.filtered(lambda line: line.product_id.tracking == "lot"):
            self._join(line.pack_lot_ids.filtered("lot_id").grouped("lot_id").values())

    def _join(self, groups):
        """Of each group of numbers, the first takes the quantity of all. At once: each deletion
        writes down what is changed, and so counts all numbers of the line again.
        """
        joined = []
        for numbers in groups:
            if len(numbers) > 1:
                numbers[0].quantity = sum(numbers.mapped("quantity"))
                if days := numbers._get_days():
                    numbers[0].write(days)
                joined += numbers[1:].ids
        self.env["pos.pack.operation.lot"].browse(joined).unlink()

    def _create_lots(self, keys, numbers, company):
        """Create lots for (product id, name) keys, so that no other till creates them as well."""
        if not keys:
            return {}
        creators = {}
        for number in numbers:
            key = (number.product_id.id, number.lot_name)
            if key in keys:
                creators.setdefault(key, number)
        claims = {key: f"{company.id}:{key[0]}:{fold_name(key[1])}" for key in creators}
        # Names that look alike within this order are one lot.
        first_key = {}
        for key, claim in claims.items():
            first_key.setdefault(claim, key)
        by_claim = defaultdict(numbers.browse)
        for number in numbers:
            key = (number.product_id.id, number.lot_name)
            if key in claims:
                by_claim[claims[key]] |= number
        lots = self.env["stock.lot"]._create_with_days(
            [
                (
                    {"product_id": product_id, "name": clean_name(name), "company_id": company.id},
                    *by_claim[claim]._get_new_lot_days(),
                )
                for claim, (product_id, name) in first_key.items()
            ]
        )
        lot_by_claim = dict(zip(first_key, lots, strict=True))
        numbers._claim_new_lots({creators[key]: claim for claim, key in first_key.items()})
        return {key: lot_by_claim[claim] for key, claim in claims.items()}

    def _share_out_quantities(self, lines, stock, shop):
        """Lots that came without a quantity take what is left of the line, each up to its stock.

        What comes back takes up to what the sale has sold of it and not taken back. What other
        lines of the order take is not there any more.
        """
        lines = lines.filtered(lambda line: line.product_id.tracking == "lot")
        if all(lines.pack_lot_ids.mapped("quantity")):
            return
        sources = {}
        for line in lines:
            origins = line.refunded_orderline_id.pack_lot_ids._match(line.pack_lot_ids)
            for number in line.pack_lot_ids:
                # Of one lot, what comes back is not what is sold.
                sources[number] = origins.get(number) or (number.lot_id, line.qty > 0)
        taken = defaultdict(float)
        for number, source in sources.items():
            taken[source] += number.quantity
        # First those that have no choice.
        for line in lines.sorted(lambda line: len(line.pack_lot_ids)):
            open_numbers = line.pack_lot_ids.filtered(lambda number: not number.quantity)
            if not open_numbers:
                continue
            uom = line.product_id.uom_id
            left = max(0.0, uom.round(abs(line.qty) - sum(line.pack_lot_ids.mapped("quantity"))))
            sold = line.refunded_orderline_id.pack_lot_ids
            returned = sold._get_returned_quantity()
            for number in open_numbers[:-1]:
                source = sources[number]
                if source in returned:
                    most = source.quantity - returned[source]
                else:
                    most = stock.get_quantity(number.lot_id.id, shop.is_here)
                number.quantity = min(left, max(0.0, uom.round(most - taken[source])))
                taken[source] += number.quantity
                left = uom.round(left - number.quantity)
            open_numbers[-1].quantity = left
            taken[sources[open_numbers[-1]]] += left
            open_numbers.filtered(lambda number: not number.quantity)._add_flags(
                "surplus", evidence={"surplus": {"situation": "no_room", "asked": abs(line.qty)}}
            )

    def _cut_surplus(self, lines):
        """Numbers beyond the units of their line keep their name, but nothing is sold of them."""
        for line in lines:
            uom = line.product_id.uom_id
            asked = left = line._get_asked_number_quantity()
            entered = uom.round(sum(line.pack_lot_ids.mapped("quantity")))
            for number in line.pack_lot_ids:
                if uom.compare(number.quantity, left) > 0:
                    excess = uom.round(number.quantity - left)
                    number.quantity = left
                    facts_of_flag = {"entered": entered, "asked": asked, "excess": excess}
                    number._add_flags("surplus", evidence={"surplus": facts_of_flag})
                left = uom.round(left - number.quantity)

    def _release(self, plan, returned_lines):
        """Returned serials can be sold again, and so can what came back by a transfer."""
        freed = self.env["pos.pack.operation.lot"].browse(plan.released)
        serials = returned_lines.filtered(lambda line: line.product_id.tracking == "serial")
        for number in serials.pack_lot_ids:
            never_left = plan.reasons.get(number) == NOT_LEFT
            if number in plan.already_back or number in plan.takes or never_left:
                freed |= plan.origins.get(number) or freed.browse()
        back = serials.pack_lot_ids.filtered(lambda number: number in plan.takes).lot_id
        if back:
            freed |= freed.search([("lot_id", "in", back.ids), ("holds", "=", True)])
        holders = freed.filtered("holds")
        freed.holds = False
        freed.flush_recordset(["holds"])
        self.env["pos.number.warranty"]._end_released(holders, returned_lines)

    def _hold(self, plan, lines):
        """Only one sale may hold a serial; another sale of it is a duplicate."""
        numbers = self.env["pos.pack.operation.lot"].union(
            *(
                number
                for line in lines.filtered(lambda line: line.product_id.tracking == "serial")
                for number in plan.get_numbers(line)
            )
        )
        for number in numbers - numbers._try_hold():
            # Another till was quicker, this very moment.
            plan.flags[number].add("duplicate")
            holder = number.search([("lot_id", "=", number.lot_id.id), ("holds", "=", True)])
            plan.evidence[number]["duplicate"] = {"situation": "sold", "holder": holder.id}
            line = number.pos_order_line_id
            quantity = sum(take.quantity for take in plan.takes.pop(number))
            plan.moving[line] -= quantity
            plan.waiting[line] = plan.waiting.get(line, 0.0) + quantity

    def _flag_state(self, lines, stock, shop):
        """Expired lots, other dates than their codes', and what other documents have reserved."""
        numbers = lines.pack_lot_ids.filtered("lot_id")
        now = fields.Datetime.now()
        for number in numbers:
            expiration = number.lot_id.expiration_date
            if expiration and expiration <= now:
                expired_on = {"expired_on": fields.Datetime.to_string(expiration)}
                number._add_flags("expired", evidence={"expired": expired_on})
        numbers._flag_other_days()
        if shop.has_recalls:
            recalls = numbers.lot_id._get_recalls(lines.company_id)
            numbers.filtered(lambda number: number.lot_id in recalls)._add_flags("recalled")
        lots = numbers.lot_id.filtered(lambda lot: stock.is_reserved(lot.id, shop))
        if not lots:
            return
        own_moves = lines.sale_order_line_id.order_id.order_line.move_ids
        own_moves |= own_moves.browse(own_moves._rollup_move_origs())
        reservations = facts.read_reservations(self.env, lots, lines.company_id, own_moves)
        for lot, rows in reservations.items():
            on_hand = stock.get_quantity(lot.id, shop.is_on_hand)
            taken = numbers.filtered(lambda number, lot=lot: number.lot_id == lot)
            reserved = sum(row.quantity for row in rows)
            if sum(taken.mapped("quantity")) > on_hand - reserved:
                documents = defaultdict(float)
                for row in rows:
                    documents[row.document] += row.quantity
                reserved_for = {"documents": list(documents.items())}
                taken._add_flags("reserved", evidence={"reserved": reserved_for})
