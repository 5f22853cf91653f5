from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain

from ..number.name import clean_name, fold_name


class PosNumberSale(models.AbstractModel):
    """What becomes of the numbers of an order the moment it is paid."""

    _name = "pos.number.sale"
    _description = "Sale of Lot/Serial Numbers"

    def _settle(self, order):
        """Resolve, flag and hold the numbers of a paid order. Facts of the sale, found once."""
        # Core comes here again when an order is invoiced before its session is closed.
        lines = order.lines.filtered(
            lambda line: line.is_number_tracked and not line.numbers_locked
        )
        if not lines:
            return
        operation_type = order.config_id.picking_type_id
        company = order.company_id
        self._tidy(lines)
        self._link_returned_lots(lines)
        self._link_lots(lines, operation_type, order.config_id, company)
        self._fold_lots(lines)
        self._share_out_quantities(lines)
        self._cut_surplus(lines)
        allocation = self.env["pos.number.allocation"]
        sold = lines.filtered(lambda line: line.qty > 0)
        # First what comes back: the same order may sell it again, at another price.
        self._release(lines - sold)
        self._hold(sold, lines - sold)
        plan = allocation._plan(lines, operation_type, judge=True)
        for number, codes in plan.flags.items():
            number._add_flags(*codes)
        self._flag_state(sold)

    def _tidy(self, lines):
        """One record a line and number; no record without a name."""
        lines.pack_lot_ids.filtered(lambda number: not clean_name(number.lot_name)).unlink()
        for line in lines:
            first_by_name = {}
            for number in line.pack_lot_ids:
                name = number.lot_name.strip()
                if name != number.lot_name:
                    number.lot_name = name
                first = first_by_name.setdefault(name, number)
                if first != number and line.product_id.tracking == "lot":
                    first.quantity += number.quantity
                    number.unlink()
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
        (numbers - usable)._add_flags("unknown")
        wanted = {(number.product_id.id, number.lot_name) for number in usable}
        allocation = self.env["pos.number.allocation"]
        found = allocation._find_lots(
            {product_id for product_id, _name in wanted},
            {name for _product_id, name in wanted},
            company,
        )
        foreign = allocation._find_names_of_other_products(wanted - set(found), company)
        new = wanted - set(found) - foreign
        if config.number_creation and operation_type.use_create_lots:
            found |= self._create_lots(new, usable, company)
        by_lot, unknown = defaultdict(list), []
        for number in usable:
            key = (number.product_id.id, number.lot_name)
            if key in found:
                by_lot[found[key]].append(number.id)
            elif key in foreign:
                number._add_flags("mismatch")
            else:
                unknown.append(number.id)
        for lot, ids in by_lot.items():
            numbers.browse(ids).lot_id = lot
        numbers.browse(unknown)._add_flags("unknown")
        for number in numbers:
            # A lot that Odoo has under another form of its name keeps that.
            if number.lot_name != number.lot_id.name:
                number.lot_name = clean_name(number.lot_name)

    def _fold_lots(self, lines):
        """One record a line and lot, though its name was written in two ways."""
        for line in lines.filtered(lambda line: line.product_id.tracking == "lot"):
            for numbers in line.pack_lot_ids.filtered("lot_id").grouped("lot_id").values():
                if len(numbers) > 1:
                    numbers[0].quantity = sum(numbers.mapped("quantity"))
                    numbers[1:].unlink()

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
        lots = self.env["stock.lot"].create(
            [
                {"product_id": product_id, "name": clean_name(name), "company_id": company.id}
                for product_id, name in first_key.values()
            ]
        )
        lot_by_claim = dict(zip(first_key, lots, strict=True))
        numbers._claim_new_lots({creators[key]: claim for claim, key in first_key.items()})
        return {key: lot_by_claim[claim] for key, claim in claims.items()}

    def _share_out_quantities(self, lines):
        """Lots that came without a quantity take what is left of the line, each up to its stock."""
        for line in lines.filtered(lambda line: line.product_id.tracking == "lot"):
            open_numbers = line.pack_lot_ids.filtered(lambda number: not number.quantity)
            if not open_numbers:
                continue
            uom = line.product_id.uom_id
            left = max(0.0, uom.round(abs(line.qty) - sum(line.pack_lot_ids.mapped("quantity"))))
            source = line.order_id.config_id.picking_type_id.default_location_src_id
            for number in open_numbers[:-1]:
                number.quantity = min(left, self._get_on_hand(number.lot_id, source))
                left = uom.round(left - number.quantity)
            open_numbers[-1].quantity = left
            open_numbers.filtered(lambda number: not number.quantity)._add_flags("surplus")

    def _cut_surplus(self, lines):
        """Numbers beyond the units of their line keep their name, but nothing is sold of them."""
        for line in lines:
            uom = line.product_id.uom_id
            left = line._get_asked_number_quantity()
            for number in line.pack_lot_ids:
                if uom.compare(number.quantity, left) > 0:
                    number.quantity = left
                    number._add_flags("surplus")
                left = uom.round(left - number.quantity)

    def _get_on_hand(self, lot, location):
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "=", lot.id),
                ("location_id", "child_of", location.id),
                ("quantity", ">", 0),
            ]
        )
        return sum(quants.mapped("quantity")) if lot else 0.0

    def _hold(self, lines, returned_lines):
        """Of one serial, one sale holds it: any other is a duplicate.

        :param lines: sold lines
        :param returned_lines: lines of the same order that bring serials back
        """
        numbers = lines.filtered(
            lambda line: line.product_id.tracking == "serial"
        ).pack_lot_ids.filtered(lambda number: number.lot_id and number.quantity > 0)
        if not numbers:
            return
        holders = {
            number.lot_id: number
            for number in self.env["pos.pack.operation.lot"].search(
                [("lot_id", "in", numbers.lot_id.ids), ("holds", "=", True)]
            )
        }
        quants = [
            (quant.lot_id, quant.location_id.usage)
            for quant in self.env["stock.quant"].search(
                [
                    ("lot_id", "in", numbers.lot_id.ids),
                    ("location_id.usage", "in", ("internal", "transit", "customer")),
                    ("quantity", ">", 0),
                ]
            )
        ]
        on_hand = {lot for lot, usage in quants if usage != "customer"}
        with_customer = {lot for lot, usage in quants if usage == "customer"} - on_hand
        with_customer -= set(
            returned_lines.pack_lot_ids.filtered(
                lambda number: number.quantity > 0 and not number._is_refused()
            ).lot_id
        )
        if with_customer:
            # Taken back in a session that is still open: it may be sold again.
            unmoved = numbers._get_unmoved_quantities(
                lines.order_id.config_id.picking_type_id.warehouse_id,
                lines.product_id,
                self.env["stock.lot"].union(*with_customer),
                but_orders=lines.order_id,
            )
            with_customer -= {lot for lot in with_customer if unmoved.get(lot, 0) < 0}
        taken, wanted = set(), numbers.browse()
        returned = numbers.browse()
        for number in numbers:
            lot = number.lot_id
            holder = holders.get(lot)
            if holder and lot in on_hand and holder._has_moved():
                returned |= holder  # it came back by a transfer, not by a refund
                holder = None
            if lot in taken or holder or lot in with_customer:
                number._add_flags("duplicate")
            else:
                taken.add(lot)
                wanted |= number
        returned.holds = False
        returned.flush_recordset(["holds"])
        for number in wanted - wanted._try_hold():
            number._add_flags("duplicate")

    def _release(self, lines):
        """Returned serials can be sold again; what was not part of the sale is flagged."""
        seen = set()
        for line in lines:
            sold = line.refunded_orderline_id.pack_lot_ids
            returned = sold._get_returned_quantity()
            origins = sold._match(line.pack_lot_ids)
            for number in line.pack_lot_ids.filtered(lambda number: number.quantity > 0):
                if line.product_id.tracking == "serial":
                    if number.lot_id and number.lot_id in seen:
                        number._add_flags("duplicate")  # one unit comes back once
                        continue
                    seen.add(number.lot_id)
                origin = origins.get(number)
                left = origin.quantity - returned[origin] if origin else 0
                uom = line.product_id.uom_id
                if origin and uom.compare(number.quantity, left) <= 0:
                    returned[origin] += number.quantity
                    origin.holds = False
                    continue
                at_customer, on_hand = self._get_whereabouts(number.lot_id)
                if line.refunded_orderline_id or not at_customer:
                    number._add_flags("not_sold")
                if line.product_id.tracking == "serial":
                    if on_hand and not at_customer:
                        number._add_flags("duplicate")
                    else:
                        self.env["pos.pack.operation.lot"].search(
                            [("lot_id", "=", number.lot_id.id), ("holds", "=", True)]
                        ).holds = False
        self.env["pos.pack.operation.lot"].flush_model(["holds"])

    def _get_whereabouts(self, lot):
        quants = self.env["stock.quant"]
        if lot:
            quants = quants.search([("lot_id", "=", lot.id), ("quantity", ">", 0)])
        usages = set(quants.location_id.mapped("usage"))
        return "customer" in usages, bool(usages & {"internal", "transit"})

    def _flag_state(self, lines):
        """Expired lots, and lots that other documents had reserved."""
        numbers = lines.pack_lot_ids.filtered("lot_id")
        now = fields.Datetime.now()
        numbers.filtered(
            lambda number: number.lot_id.expiration_date and number.lot_id.expiration_date <= now
        )._add_flags("expired")
        reserved = self.env["stock.move.line"].search(
            Domain("lot_id", "in", numbers.lot_id.ids)
            & Domain("state", "in", ("assigned", "partially_available"))
            & Domain("quantity_product_uom", ">", 0)
            & Domain("picked", "=", False)
        )
        own_moves = lines.sale_order_line_id.order_id.order_line.move_ids
        own_moves |= own_moves.browse(own_moves._rollup_move_origs())
        for lot, move_lines in (
            reserved.filtered(lambda ml: ml.move_id not in own_moves).grouped("lot_id").items()
        ):
            on_hand = sum(
                quant.quantity for quant in lot.quant_ids if quant.location_id.usage == "internal"
            )
            taken = numbers.filtered(lambda number, lot=lot: number.lot_id == lot)
            needed = sum(taken.mapped("quantity"))
            if needed > on_hand - sum(move_lines.mapped("quantity_product_uom")):
                taken._add_flags("reserved")
