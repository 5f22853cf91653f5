from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ..number.arguments import is_storable
from ..number.name import clean_name, fold_name
from ..number.pending import read_pending
from ..number.verdict import Ask, get_verdict


class PosConfig(models.Model):
    """What a till is told of numbers that come back without receipt, and of another product's."""

    _inherit = "pos.config"

    def _get_return_info(self, product, lots):
        """What a till shows of lots that come back without receipt.

        :param lots: of one product, as superuser
        :return: `{lot: {id, name, product_id, quantity, expiration_date, alert_date, flags,
            is_return}}`: `quantity`, what customers have, in the product's unit; `flags`, codes
            of what one unit that comes back now would be flagged with
        """
        lots.fetch(["name", "expiration_date", "alert_date"])
        stock = self._read_stock(lots.ids)
        shop = self._get_number_shop()
        is_serial = product.tracking == "serial"
        result = {}
        for lot in lots:
            ask = Ask(lot.id, 1.0, product.id, is_serial, is_return=True)
            verdict = get_verdict(ask, stock, shop)
            result[lot] = {
                "id": lot.id,
                "name": lot.name,
                "product_id": product.id,
                "quantity": sum(
                    place.quantity
                    for place in stock.places.get(lot.id, ())
                    if place.usage == "customer"
                ),
                "expiration_date": fields.Datetime.to_string(lot.expiration_date),
                "alert_date": fields.Datetime.to_string(lot.alert_date),
                "flags": sorted(verdict.flags),
                "is_return": True,
            }
        return result

    def _find_at_customers(self, product, term, limit, exclude):
        """Numbers that customers of this company have, the latest first; what is called exactly
        like the text before all.

        :return: list of information, see `_get_return_info`
        """
        Lot = self.env["stock.lot"].sudo()
        domain = Domain("product_id", "=", product.id) & Domain(
            "company_id", "in", (False, self.company_id.id)
        )
        exact = Lot.union(*Lot._find_by_names(product.ids, [term], self.company_id).values())
        if term:
            pattern = escape_psql(clean_name(term))
            domain &= Domain("name", "ilike", pattern)
        # No lot is called what PostgreSQL does not store.
        exclude = list(filter(is_storable, exclude))
        if exclude:
            domain &= Domain("name", "not in", exclude)
        at_customer = Domain("location_id.usage", "=", "customer") & Domain("quantity", ">", 0)
        quants = self.env["stock.quant"].sudo()
        quants = quants.search(
            at_customer & Domain("product_id", "=", product.id) & Domain("lot_id", "any", domain),
            order="in_date DESC, id DESC",
            limit=2 * limit,
        )
        lots = exact.filtered(lambda lot: lot.name not in exclude)
        sold = [row.lot for row in read_pending(self.sudo().env, products=product.ids)]
        lots |= Lot.search(domain & Domain("id", "in", sold), order="id desc", limit=limit)
        lots |= quants.lot_id
        info = self._get_return_info(product, lots)
        return [row for row in info.values() if not row["flags"]][:limit]

    def _get_foreign_info(self, product, names):
        """What a till shows of names that are numbers of other products only.

        :return: `{name: information}`
        """
        Lot = self.env["stock.lot"].sudo()
        names = {name.strip() for name in names if clean_name(name)} if product else set()
        products = defaultdict(set)
        for product_id, _lot_id, _name, key in Lot._fetch_by_names(names, self.company_id):
            products[key].add(product_id)
        result = {}
        for name in names if products else ():
            others = products.get(fold_name(name), ())
            if others and product.id not in others:
                other = self.env["product.product"].sudo().browse(min(others))
                result[name] = {
                    "id": False,
                    "name": clean_name(name),
                    "product_id": other.id,
                    "other_product": other.display_name,
                    "quantity": 0,
                    "available": 0,
                    "flags": ["mismatch"],
                }
        return result
