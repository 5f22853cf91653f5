from collections import defaultdict, namedtuple

from odoo import models

# A part of a number that moves: from a location, with package and owner, quantity in the
# product's unit; `quant` when it is known which one it lies in.
Take = namedtuple("Take", "location package owner quantity quant", defaults=[None])


class NumberPlan:
    """What the tracked lines of one transfer move, and what waits for its number.

    `takes`: `{number: [Take]}`, of numbers that move; `moving` and `waiting`: `{line: quantity}`
    in the product's unit, without sign; `flags`: `{number: {code}}`; `moves`: ids of the moves
    that carry it out; `locked`: ids of the quants that this transaction has locked for them.
    """

    KEY = "pos_number_plan"

    def __init__(self):
        self.takes = {}
        self.moving = defaultdict(float)
        self.waiting = defaultdict(float)
        self.flags = defaultdict(set)
        self.moves = set()
        self.locked = set()

    @classmethod
    def of(cls, env):
        """The plan that is being carried out; a browser's context holds no such thing."""
        plan = env.context.get(cls.KEY)
        return plan if isinstance(plan, cls) else None

    def lock(self, numbers):
        """Lock the quants that these numbers are taken from, but for those that others have."""
        quants = [
            take.quant for number in numbers for take in self.takes.get(number, ()) if take.quant
        ]
        if quants:
            quants = quants[0].union(*quants)
            self.locked = set(quants.try_lock_for_update(allow_referencing=True).ids)

    def get_numbers(self, line):
        return [number for number in line.pack_lot_ids if number in self.takes]


class PosNumberAllocation(models.AbstractModel):
    """Finds the lots that names stand for, and where their quantity is taken from."""

    _name = "pos.number.allocation"
    _description = "Allocation of Lot/Serial Numbers"

    # ----------------------------------------------------------------------- matching

    def _find_lots(self, product_ids, names, company):
        """See `stock.lot._find_by_names`."""
        return self.env["stock.lot"]._find_by_names(product_ids, names, company)

    def _find_names_of_other_products(self, product_names, company):
        """See `stock.lot._find_names_of_other_products`."""
        return self.env["stock.lot"]._find_names_of_other_products(product_names, company)

    # ----------------------------------------------------------------------- planning

    def _plan(self, lines, operation_type, judge=False, returning=None):
        """Share the stock out to the numbers of lines, in the order of the lines.

        :param lines: tracked lines, sold and returned, of one company and one operation type
        :param judge: at the time of the sale, when what is sold and not yet moved counts
        :param returning: lines that come back along with these, and move after them
        :return: NumberPlan
        """
        plan = NumberPlan()
        sold = lines.filtered(lambda line: line.qty > 0)
        returning = (lines - sold) | (returning or lines.browse())
        stock = _Stock(self.env, operation_type, sold, returning, judge)
        for line in sold:
            self._plan_sold_line(plan, line, stock)
        for line in lines - sold:
            self._plan_returned_line(plan, line)
        return plan

    def _plan_assigned(self, line, parts, anywhere=False):
        """Where the quantities of numbers come from that a sold line gets afterwards.

        :param line: one sold line
        :param parts: `{number: quantity}`, in the product's unit
        :param anywhere: also from other warehouses of the company
        :return: NumberPlan
        """
        plan = NumberPlan()
        stock = _Stock(
            self.env, line.order_id.config_id.picking_type_id, line, line.browse(), False
        )
        for number, quantity in parts.items():
            left, takes = quantity, []
            if anywhere:
                takes = stock.take_elsewhere(number.lot_id, quantity)
                left = line.product_id.uom_id.round(left - sum(take.quantity for take in takes))
            if line.product_id.uom_id.compare(left, 0) > 0:
                takes = takes + self._take(plan, number, left, stock)
            plan.takes[number] = takes
        return plan

    def _plan_sold_line(self, plan, line, stock):
        left = line._get_asked_number_quantity()
        movable = line._get_movable_quantity()
        uom = line.product_id.uom_id
        for number in line.pack_lot_ids:
            quantity = min(number.quantity, left)
            if uom.compare(number.quantity, left) > 0:
                plan.flags[number].add("surplus")
            if uom.compare(quantity, 0) <= 0:
                continue
            left -= quantity
            if uom.compare(quantity, movable) > 0 and line.product_id.tracking == "serial":
                continue  # the broken unit of 1.5 serials
            takes = self._take(plan, number, quantity, stock)
            if takes:
                plan.takes[number] = takes
                plan.moving[line] += quantity
                movable -= quantity
        waiting = uom.round(abs(line.qty) - plan.moving[line])
        if uom.compare(waiting, 0) > 0:
            plan.waiting[line] = waiting

    def _take(self, plan, number, quantity, stock):
        """Where a sold number's quantity comes from; nothing when it has to wait."""
        flags = plan.flags[number]
        lot = number.lot_id
        if not lot or number._is_refused():
            return []
        uom = number.pos_order_line_id.product_id.uom_id
        here = stock.take_here(lot, quantity)
        left = uom.round(quantity - sum(take.quantity for take in here))
        if uom.compare(left, 0) <= 0:
            return here
        near = stock.take_in_warehouse(lot, left)
        if near:
            flags.add("not_here")
            left = uom.round(left - sum(take.quantity for take in near))
        back = stock.take_returning(lot, left)
        left = uom.round(left - sum(take.quantity for take in back))
        if uom.compare(left, 0) <= 0:
            return here + near + back
        if number.pos_order_line_id.product_id.tracking == "serial" and lot in stock.at_customer:
            # When it was sold nobody had it (else it were flagged then): it left by another way.
            flags.add("duplicate")
            return []
        if not here and not near and stock.is_in_other_warehouse(lot):
            flags.add("not_here")
            return []
        # A lot may be found on more units than those that were numbered; a serial is one unit.
        may_be_unnumbered = stock.is_new(lot) or lot.product_id.tracking == "lot"
        fresh = stock.take_unnumbered(lot, left) if may_be_unnumbered else []
        left = uom.round(left - sum(take.quantity for take in fresh))
        if uom.compare(left, 0) > 0:
            flags.add("unknown" if stock.is_new(lot) else "short")
            fresh = [*fresh, stock.take_negative(left)]
        return here + near + back + fresh

    def _plan_returned_line(self, plan, line):
        left = line._get_asked_number_quantity()
        uom = line.product_id.uom_id
        for number in line.pack_lot_ids:
            if uom.compare(number.quantity, left) > 0:
                plan.flags[number].add("surplus")
            left = uom.round(left - min(number.quantity, max(left, 0.0)))
        origins = line.refunded_orderline_id.pack_lot_ids._match(line.pack_lot_ids)
        for number, quantity in line._get_returning_numbers():
            origin = origins.get(number)
            if origin and origin._has_never_left():
                continue  # what never left cannot come back
            plan.takes[number] = [Take(None, None, None, quantity)]
            plan.moving[line] += quantity
        rest = uom.round(abs(line.qty) - plan.moving[line])
        if uom.compare(rest, 0) > 0:
            plan.waiting[line] = rest


class _Stock:
    """The quantity of lots by place, taken from as a plan goes on."""

    def __init__(self, env, operation_type, lines, returning, judge):
        self.env = env
        self.source = operation_type.default_location_src_id
        self.company = operation_type.company_id
        self.warehouse_path = operation_type.warehouse_id.view_location_id.parent_path or ""
        self.lots = lines.pack_lot_ids.lot_id
        self.by_lot = defaultdict(list)
        self.by_lot_elsewhere = defaultdict(list)
        self.elsewhere = set()
        self.at_customer = set()
        self.unnumbered = None
        # What leaves before it is back: negative for a moment only.
        self.returning = defaultdict(float)
        for line in returning:
            for number, quantity in line._get_returning_numbers():
                self.returning[number.lot_id] += quantity
        if self.lots:
            self._load()
            if judge and lines.order_id.session_id.update_stock_at_closing:
                self._leave_out_unmoved(lines | returning, operation_type.warehouse_id)

    def _load(self):
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", self.lots.ids),
                ("location_id.usage", "in", ("internal", "transit", "customer")),
                ("quantity", ">", 0),
                ("company_id", "in", (False, self.company.id)),
            ],
            order="in_date, id",
        )
        for quant in quants:
            path = quant.location_id.parent_path
            if quant.location_id.usage == "customer":
                self.at_customer.add(quant.lot_id)
            elif self.warehouse_path and path.startswith(self.warehouse_path):
                self.by_lot[quant.lot_id].append([quant, quant.quantity])
            else:
                self.elsewhere.add(quant.lot_id)
                self.by_lot_elsewhere[quant.lot_id].append([quant, quant.quantity])
        # A lot that never moved has no history: stock without number may be what it names.
        moved = self.env["stock.move.line"]._read_group(
            [("lot_id", "in", self.lots.ids), ("state", "=", "done")], ["lot_id"]
        )
        self.with_history = {lot for (lot,) in moved} | set(quants.lot_id)

    def _leave_out_unmoved(self, lines, warehouse):
        """What was sold before and moves when the session closes is not there any more."""
        unmoved = self.env["pos.pack.operation.lot"]._get_unmoved_quantities(
            warehouse, lines.product_id, self.lots, but_orders=lines.order_id
        )
        for lot, quantity in unmoved.items():
            if quantity > 0:
                self._take_from(self.by_lot[lot], quantity, here=True)
            else:
                self.returning[lot] -= quantity

    def is_new(self, lot):
        return lot not in self.with_history

    def is_in_other_warehouse(self, lot):
        return lot in self.elsewhere

    def take_here(self, lot, quantity):
        return self._take_from(self.by_lot[lot], quantity, here=True)

    def take_elsewhere(self, lot, quantity):
        """What lies in another warehouse, once somebody has said that it is the one sold."""
        return self._take_from(self.by_lot_elsewhere[lot], quantity, here=False)

    def take_returning(self, lot, quantity):
        """What comes back right after this: it leaves from the shop's stock all the same."""
        taken = min(quantity, self.returning[lot])
        if taken <= 0:
            return []
        self.returning[lot] -= taken
        return [self.take_negative(taken)]

    def take_in_warehouse(self, lot, quantity):
        return self._take_from(self.by_lot[lot], quantity, here=False)

    def _take_from(self, pool, quantity, here):
        takes = []
        for entry in pool:
            quant, available = entry
            is_here = quant.location_id.parent_path.startswith(self.source.parent_path)
            if is_here != here or available <= 0:
                continue
            taken = min(available, quantity)
            entry[1] -= taken
            quantity -= taken
            takes.append(Take(quant.location_id, quant.package_id, quant.owner_id, taken, quant))
            if quant.product_uom_id.compare(quantity, 0) <= 0:
                break
        return takes

    def take_unnumbered(self, lot, quantity):
        """Stock of the product that has no number yet (before tracking was switched on)."""
        if self.unnumbered is None:
            self.unnumbered = defaultdict(list)
            for quant in self.env["stock.quant"].search(
                [
                    ("product_id", "in", self.lots.product_id.ids),
                    ("lot_id", "=", False),
                    ("location_id", "child_of", self.source.id),
                    ("quantity", ">", 0),
                ],
                order="in_date, id",
            ):
                self.unnumbered[quant.product_id].append([quant, quant.quantity])
        return self._take_from(self.unnumbered[lot.product_id], quantity, here=True)

    def take_negative(self, quantity):
        return Take(self.source, self.env["stock.package"], self.env["res.partner"], quantity)
