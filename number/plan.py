"""What the lines of tills move, what waits for its number, and in which order."""

from collections import defaultdict

from .evidence import get_evidence
from .verdict import MISMATCH, UNKNOWN, Ask, clean, get_verdict


class Plan:
    """The verdicts of the tracked lines of one transfer, order or session.

    `takes`: `{number: [Take]}`, of numbers that move. `moving` and `waiting`: `{line: quantity}` in
    the product's unit, without sign. `flags`: `{number: {code}}`, facts of the sale. `reasons`:
    `{number: code}`, why a number moves nothing. `already_back`: `{number: quantity}`, what comes
    back and is in stock already. `stale`: `{number: [Take]}`, what customers have by the books
    only. `released`: ids of numbers whose unit came back by a transfer. `origins`: `{returned
    number: sold number}`.

    One plan an order: what is decided when it is paid is carried out as it is, see
    `stock.picking._create_picking_from_pos_order_lines`. It goes along in the context, as an
    object: no browser can send one. `of` is the only reader.
    """

    KEY = "pos_number_plan"

    def __init__(self):
        self.takes = {}
        self.moving = defaultdict(float)
        self.waiting = defaultdict(float)
        self.flags = defaultdict(set)
        self.evidence = defaultdict(dict)
        self.reasons = {}
        self.already_back = {}
        self.stale = {}
        self.released = set()
        self.origins = {}
        self.came_back = defaultdict(float)

    @classmethod
    def of(cls, env):
        """The plan that is being carried out, or None."""
        plan = env.context.get(cls.KEY)
        return plan if isinstance(plan, cls) else None

    def add_line(self, line, stock, shop):
        """Judge the numbers of a line, and carry out in memory what they move.

        :param line: tracked pos.order.line, sold or returned; lines are added oldest first
        :param stock.Stock stock: changed
        :param facts.Shop shop: of the line's till
        """
        is_return = line.qty < 0
        sale = _Sale(line, self.came_back) if is_return else None
        left, movable = line._get_asked_number_quantity(), line._get_movable_quantity()
        already_back = 0.0
        seen = set()
        for number in line.pack_lot_ids:
            quantity = min(number.quantity, left)
            if clean(number.quantity - left) > 0:
                self.flags[number].add("surplus")
            if quantity <= 0:
                continue
            left = clean(left - quantity)
            if clean(quantity - movable) > 0 and line.product_id.tracking == "serial":
                continue  # the broken unit of 1.5 serials
            if not number.lot_id or number._is_refused():
                continue
            if line.product_id.tracking == "serial":
                if is_return and number.lot_id in seen:
                    # One unit comes back once.
                    self.flags[number].add("duplicate")
                    self.evidence[number]["duplicate"] = {"situation": "twice", "quantity": 1.0}
                    continue
                seen.add(number.lot_id)
            ask = Ask(
                number.lot_id.id,
                quantity,
                line.product_id.id,
                line.product_id.tracking == "serial",
                is_return,
                customer=line._get_customer_location().id,
            )
            if is_return:
                ask = sale.complete(ask, number, stock)
                self.origins[number] = sale.origins.get(number)
            verdict = get_verdict(ask, stock, shop)
            self.note_flags(number, ask, verdict, stock, shop)
            stock.carry_out(ask, verdict, shop, number.id)
            stock.outcomes[number.id] = verdict
            if verdict.released:
                self.released.add(verdict.released)
            if verdict.reason:
                self.reasons[number] = verdict.reason
            if verdict.stale:
                self.stale[number] = verdict.stale
            if verdict.already_back:
                self.already_back[number] = verdict.already_back
                already_back = clean(already_back + verdict.already_back)
            if verdict.takes:
                self.takes[number] = verdict.takes
                self.moving[line] = clean(self.moving[line] + verdict.quantity)
            movable = clean(movable - verdict.quantity - verdict.already_back)
        waiting = clean(abs(line.qty) - self.moving[line] - already_back)
        if waiting > 0:
            self.waiting[line] = waiting

    def note_flags(self, number, ask, verdict, stock, shop):
        """Note what is out of order with a number, and why; before it is carried out."""
        if verdict.flags:
            self.flags[number] |= verdict.flags
            self.evidence[number] |= get_evidence(ask, verdict, stock, shop)

    def refuse(self, line):
        """Nothing of a line moves: its transfer was refused."""
        for number in self.get_numbers(line):
            self.reasons[number] = "refused"
        self.moving.pop(line, None)
        self.waiting[line] = clean(
            abs(line.qty) - sum(self.already_back.get(number, 0.0) for number in line.pack_lot_ids)
        )

    def note_reasons(self, lines):
        """Write down why numbers of these lines move nothing."""
        for number in lines.pack_lot_ids:
            reason = (
                "already_back" if number in self.already_back else self.reasons.get(number, False)
            )
            if reason in (UNKNOWN, MISMATCH):
                reason = False  # its flag says so
            if reason != number.waits_because:
                number.waits_because = reason

    def get_numbers(self, line):
        return [number for number in line.pack_lot_ids if number in self.takes]

    def get_source(self, number, take):
        """Where a quantity of a number moves from: id of a location, None: where its transfer does.

        What a sale has just brought to a customer was not there when the plan was made.
        """
        origin = self.origins.get(number)
        if take.location or not origin:
            return take.location
        brought = [line for line in origin.move_line_ids if line.state == "done"]
        return brought[0].location_dest_id.id if brought else None

    def get_batches(self, lines):
        """Group lines into transfers, so that no unit comes back before it has left.

        Lines of one lot follow each other oldest first; sales and returns are never in one
        transfer. What has nothing to do with numbers goes with the first sale and comes back last.

        :param lines: pos.order.line, oldest first
        :return: list of lists of lines
        """
        batches = defaultdict(list)
        last, positions, others = {}, {}, []
        for line in lines:
            lots = [number.lot_id for number in self.get_numbers(line)]
            if not lots and not self.waiting.get(line):
                others.append(line)
                continue
            before = [last[lot] for lot in lots if lot in last]
            if line.refunded_orderline_id in positions:
                before.append(positions[line.refunded_orderline_id] + 1)
            # Returns have even positions, sales odd ones.
            position = max(before, default=0)
            if position % 2 != (line.qty > 0):
                position += 1
            positions[line] = position
            last.update(dict.fromkeys(lots, position))
            batches[position].append(line)
        last_return = max([2, *(position for position in batches if not position % 2)])
        for line in others:
            batches[1 if line.qty > 0 else last_return].append(line)
        return [batches[position] for position in sorted(batches)]


class _Sale:
    """Of a returned line: what the sale that is refunded has sold and not taken back.

    `came_back`: `{number of the sale, or its line for what has none: quantity}` that lines of one
    plan take back, under ("unshipped", line) what its delivery brings less of; changed.
    """

    def __init__(self, line, came_back):
        self.line = line
        self.has_receipt = bool(line.refunded_orderline_id)
        numbers = line.refunded_orderline_id.pack_lot_ids
        self.origins = numbers._match(line.pack_lot_ids)
        origins = numbers.browse().union(*self.origins.values())
        self.returned = origins._get_returned_quantity(before=line)
        self.came_back = came_back
        # The other lines of its order are not stored as paid yet.
        unstored = {} if line.numbers_locked else came_back
        for origin in origins:
            self.returned[origin] += unstored.get(origin, 0.0)
        self.by_transfer = origins._get_quantity_returned_by_transfer(line, unstored)

    def complete(self, ask, number, stock):
        """What is asked of a number that comes back with a receipt, or without."""
        if not self.has_receipt:
            return ask
        origin = self.origins.get(number)
        if not origin:
            unnamed = self._take_unnamed(ask, number)
            has_left = not self._is_unshipped(clean(ask.quantity - unnamed), number.lot_id)
            return ask._replace(of_sale=unnamed, has_left=has_left)
        of_sale = clean(origin.quantity - self.returned[origin])
        self.returned[origin] += ask.quantity
        self.came_back[origin] += ask.quantity
        outcome = stock.outcomes.get(origin.id)
        has_left = not origin._has_never_left() or bool(outcome and outcome.takes)
        return ask._replace(
            of_sale=of_sale,
            by_transfer=self.by_transfer.get(origin, 0.0),
            has_left=has_left,
            origin=origin.id,
            # What leaves within this plan has been brought there in memory only.
            places=origin._get_customer_places() | stock.brought.get(origin.id, set()),
        )

    def _take_unnamed(self, ask, number):
        """How much the sale may have sold of a number that it does not name."""
        unnamed = self.line._get_quantity_of_unnamed_sale(number.lot_id)
        sale = self.line.refunded_orderline_id
        left = max(0.0, clean(unnamed - self.came_back[sale]))
        self.came_back[sale] += min(ask.quantity, left)
        return left

    def _is_unshipped(self, quantity, lot):
        """Whether the sale's delivery has yet to bring what comes back beyond what left unnamed."""
        sale = self.line.refunded_orderline_id
        if quantity <= 0:
            return False
        unshipped = self.line._get_unshipped_of_sale(lot)
        if clean(unshipped - self.came_back["unshipped", sale]) <= 0:
            return False
        self.came_back["unshipped", sale] += quantity
        return True
