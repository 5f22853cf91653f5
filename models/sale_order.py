from collections import defaultdict

from odoo import models

from ..number import facts


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_numbers_for_till(self, config):
        """The numbers that a till loads with this order, and those it cannot.

        First what is reserved or picked for what is still to deliver, then the numbers linked on
        the line up to their free quantity; in all at most the units that the cart line gets. What
        does not lie in the shop's warehouse any more, or is promised to others, is told but not
        loaded: the unit that is handed over has another number.

        :param config: pos.config, of the order's company
        :return: list of `{id, product, tracking, units, numbers}`, of the lines that have
            numbers; `numbers` is a list of `{info, wanted, take, problem}`: `info` as in
            `pos.config._get_number_info`, quantities in the product's unit, `problem` is False or
            one of `recalled`, `sold`, `elsewhere`, `reserved`, `gone`, for the quantity that is not
            taken
        """
        self.ensure_one()
        lines = self.order_line.filtered(
            lambda line: line.product_id.tracking in ("serial", "lot") and not line.is_downpayment
        )
        undelivered = lines._get_undelivered_numbers()
        lots = lines.lot_ids.union(*(lot for numbers in undelivered.values() for lot in numbers))
        if not lots:
            return []
        units = {
            item["id"]: item["product_uom_qty"] - max(item["qty_delivered"], item["qty_invoiced"])
            for item in lines.read_converted()
        }
        info = {}
        for product, lots_of_product in lots.grouped("product_id").items():
            info.update(config._get_number_info(product, lots_of_product))
        free, others = self._get_free_quantities(lots, config)
        for lot, values in info.items():
            values["reserved_for"] = others.get(lot, False)
            if "recalled" in values["flags"]:
                free[lot] = 0.0
        result = []
        for line in lines:
            uom = line.product_id.uom_id
            left = uom.round(units.get(line.id, 0.0))
            if left <= 0:
                continue
            numbers = []
            reserved_ids = {lot.id for lot in undelivered[line]}
            for lot, wanted in line._get_wanted_numbers(undelivered[line], left).items():
                take = max(0.0, min(wanted, free[lot], left))
                if line.product_id.tracking == "serial" and take < 1:
                    take = 0.0
                short = uom.compare(free[lot], wanted) < 0
                if not short and uom.compare(take, 0) <= 0:
                    continue  # there, but the line has no unit left for it
                free[lot] = uom.round(free[lot] - take)
                left = uom.round(left - take)
                numbers.append(
                    {
                        "info": info[lot],
                        "wanted": wanted,
                        "take": uom.round(take),
                        "problem": short and self._get_number_problem(info[lot]),
                    }
                )
            if uom.compare(left, 0) <= 0:
                for number in numbers:  # several numbers are linked, together they are enough
                    if number["take"] and number["info"]["id"] not in reserved_ids:
                        number.update(wanted=number["take"], problem=False)
            # What a repair has used is gone already.
            if numbers and not line._is_of_repair():
                result.append(
                    {
                        "id": line.id,
                        "product": line.product_id.display_name,
                        "tracking": line.product_id.tracking,
                        "units": uom.round(units[line.id]),
                        "numbers": numbers,
                    }
                )
        return result

    @staticmethod
    def _get_number_problem(info):
        """Why less of a number is loaded than was meant for the order."""
        if "recalled" in info["flags"]:
            return "recalled"
        if info["sold_in"]:
            return "sold"
        if info["reserved_for"]:
            return "reserved"
        return "elsewhere" if info["elsewhere"] and not info["quantity"] else "gone"

    def _get_free_quantities(self, lots, config):
        """What of lots the order can have at a till.

        :return: `({lot: quantity}, {lot: name of another document})`: on hand in the shop's
            warehouse, packing and output included, without what is sold and not moved yet, and
            without what others have reserved
        """
        stock, shop = config._read_stock(lots.ids), config._get_number_shop()
        reserved = lots.filtered(lambda lot: stock.is_reserved(lot.id, shop))
        reservations = facts.read_reservations(
            self.env, reserved, config.company_id, self.order_line._get_chain_moves()
        )
        free = defaultdict(float)
        for lot in lots:
            free[lot] = stock.get_quantity(
                lot.id, lambda place: shop.is_here(place) or shop.is_near(place)
            )
            free[lot] -= sum(row.quantity for row in reservations.get(lot, ()))
        others = {lot: rows[0].document for lot, rows in reservations.items() if rows}
        return free, others
