from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from ..number import facts
from ..number.arguments import are_ids, are_texts, is_id, is_quantity, is_storable
from ..number.name import clean_name
from ..number.pending import read_open_orders, read_pending
from ..number.shop import Shop
from ..number.verdict import Ask, get_verdict

MAX_NAMES = 1000
MAX_EXCLUDED = 10_000
MAX_LOT_UNITS = 1_000_000_000
MAX_SUGGESTIONS = 20
MAX_FREE_QUANTS = 10_000
FLAGS_BY_SEVERITY = (
    *("mismatch", "duplicate", "recalled", "expired", "reserved", "not_here", "short", "unknown"),
)
NEVER_PROPOSED = {"expired", "recalled"}


class PosConfig(models.Model):
    """What a till may ask about numbers: read only, checked, of the caller's companies."""

    _inherit = "pos.config"

    @api.readonly
    def search_numbers(
        self, product_id, term="", limit=MAX_SUGGESTIONS, exclude=None, is_return=False
    ):
        """Numbers on hand in this shop whose name contains a text, exact ones first.

        Of a return without receipt: those that customers of the company have.

        :param int product_id: the product
        :param str term: part of the name; wildcards count as letters
        :param int limit: at most 20
        :param list exclude: names that are not wanted
        :return: list of information, see `_get_number_info`, in the removal strategy's order,
            what is expired last
        :raises AccessError: the caller may not read this shop, or it is another company's
        """
        self._check_number_call([term], excluded=exclude or [])
        product = self._get_number_product(product_id)
        if not is_id(limit):
            limit = MAX_SUGGESTIONS
        limit = min(limit, MAX_SUGGESTIONS)
        if is_return:
            return self._find_at_customers(product, term.strip(), limit, exclude or [])
        return list(self._find_on_hand(product, term.strip(), limit, exclude).values())

    @api.readonly
    def check_numbers(self, product_id, names, is_return=False):
        """What is known of numbers, by the names as they were typed or scanned.

        :param int product_id: the product
        :param list names: at most 1,000
        :param bool is_return: of goods that come back without receipt; see `_get_return_info`
        :return: `{name: information}`, without the names that nobody knows; of one that is a number
            of another product only, `other_product` is that one's name
        """
        self._check_number_call(names)
        product = self._get_number_product(product_id)
        Lot = self.env["stock.lot"].sudo()
        found = Lot._find_by_names(product.ids, [name.strip() for name in names], self.company_id)
        get_info = self._get_return_info if is_return else self._get_number_info
        info = get_info(product, Lot.union(*found.values()))
        if not is_return:
            self._add_open_orders(product, info.values())
        result = {
            name: info[found[product.id, name.strip()]]
            for name in names
            if (product.id, name.strip()) in found
        }
        return result | self._get_foreign_info(product, [n for n in names if n not in result])

    @api.readonly
    def propose_numbers_for(self, product_id, quantity, exclude=None):
        """The next numbers to sell, for a quantity, in the removal strategy's order.

        As when Odoo reserves: neither what others have reserved nor what is past its removal date;
        nor what has expired or is recalled.

        :param float quantity: in the product's unit
        :param list exclude: names that are not wanted, at most 10,000
        :return: list of information of at most 1,000 numbers with `take`, the quantity to take of
            each; a lot that lies in several places may be there once for each
        """
        self._check_number_call(excluded=exclude or [])
        product = self._get_number_product(product_id)
        # One lot may have them all; how many numbers are proposed is limited as well.
        most = MAX_LOT_UNITS if product.tracking == "lot" else MAX_NAMES
        if not is_quantity(quantity, most):
            raise UserError(
                self.env._("Numbers are proposed for at most %s units at a time.", most)
            )
        return self._propose(product, quantity, exclude) if product else []

    def _propose(self, product, quantity, exclude=None):
        """See `propose_numbers_for`. Walks the quants, as a reservation does, not the lots."""
        shop = self._get_number_shop()
        pending = self._read_pending(product, shop)
        rows = self._read_free_quants(product, shop, exclude)
        is_serial = product.tracking == "serial"
        proposals, infos, free_of_lots, left = [], {}, {}, quantity
        while left > 0 and rows and len(proposals) < MAX_NAMES:
            batch, reach = [], 0.0
            while rows and reach < left and len(batch) < MAX_NAMES:
                batch.append(rows.pop())
                reach += batch[-1][1]
            lots = self.env["stock.lot"].sudo().browse(dict(batch).keys() - infos.keys())
            for lot, info in self._get_number_info(product, lots, pending, shop).items():
                infos[lot.id] = info
                passed = NEVER_PROPOSED & set(info["flags"])
                # Less than its quants say, where tills have sold of it what has not moved yet.
                free_of_lots[lot.id] = 0.0 if passed else info["available"]
            for lot_id, free in batch:
                take = product.uom_id.round(min(left, free, free_of_lots[lot_id]))
                if is_serial:
                    take = 1 if take > 0 else 0
                if take <= 0:
                    continue
                free_of_lots[lot_id] -= take
                left = product.uom_id.round(left - take)
                if proposals and proposals[-1]["id"] == infos[lot_id]["id"]:
                    proposals[-1]["take"] = product.uom_id.round(proposals[-1]["take"] + take)
                else:
                    proposals.append({**infos[lot_id], "take": take})
        return proposals[:MAX_NAMES]

    def _read_free_quants(self, product, shop, exclude=None):
        """What can be reserved of a product in the shop, the last to be taken first.

        :return: list of (lot id, quantity)
        """
        Quant = self.env["stock.quant"].sudo()
        domain = self._get_on_hand_domain(product, shop) & self._get_free_domain()
        if exclude:
            domain &= Domain("lot_id.name", "not in", list(filter(is_storable, exclude)))
        query = Quant._search(
            domain, order=self._get_removal_order(product, shop), limit=MAX_FREE_QUANTS
        )
        table = SQL.identifier(query.table)
        columns = SQL("%s.lot_id, %s.quantity - %s.reserved_quantity", table, table, table)
        return self.env.execute_query(query.select(columns))[::-1]

    @api.readonly
    def get_refundable_numbers(self, line_ids):
        """The numbers of sold lines that have not come back.

        :param list line_ids: ids of sold lines
        :return: `{line id: [{lot_name, quantity}]}`, quantity in the product's unit
        """
        self._check_number_call([])
        if not are_ids(line_ids):
            raise UserError(self.env._("These lines cannot be read: an id is not a number."))
        lines = self.env["pos.order.line"].browse(line_ids[:MAX_NAMES]).exists()
        lines.check_access("read")
        if lines.company_id - self.company_id:
            raise AccessError(self.env._("This sale belongs to another company."))
        result = {}
        for line in lines.sudo():
            returned = line.pack_lot_ids._get_quantity_given_back()
            uom = line.product_id.uom_id
            left = [
                (number.lot_name, uom.round(number.quantity - quantity))
                for number, quantity in returned.items()
            ]
            result[line.id] = [
                {"lot_name": name, "quantity": quantity}
                for name, quantity in left
                if name and uom.compare(quantity, 0) > 0
            ]
        return result

    @api.readonly
    def get_sale_order_numbers(self, order_id):
        """The numbers of a sales order or quotation that is being loaded.

        :param int order_id: the sales order
        :return: `{products, lines}`: `products` is a list of `[line id, product id]` of all the
            order's lines, to tell whether the order is still the one the till has; `lines` as in
            `sale.order._get_numbers_for_till`
        :raises AccessError: the caller may not read this shop or this order
        :raises UserError: the order cannot be loaded in this shop, or not any more
        """
        self._check_number_call([])
        if not is_id(order_id):
            raise UserError(self.env._("This order cannot be read: its id is not a number."))
        order = self.env["sale.order"].browse(order_id).exists()
        if not order:
            raise UserError(self.env._("This order does not exist any more."))
        order.check_access("read")
        if order.company_id != self.company_id:
            raise UserError(self.env._("%(order)s belongs to another company.", order=order.name))
        if order.state == "cancel":
            raise UserError(self.env._("%(order)s was cancelled.", order=order.name))
        # Whoever may load the order gets its numbers, without rights on stock.
        order = order.sudo().with_company(self.company_id)
        return {
            "products": [[line.id, line.product_id.id] for line in order.order_line],
            "lines": order._get_numbers_for_till(self),
        }

    def _check_number_call(self, *lists, excluded=()):
        """Check caller and lists of names of a look-up."""
        if not are_ids(self._ids) or len(self) != 1:
            raise UserError(self.env._("This shop does not exist any more."))
        # Else the first field that is read brings all of them along, and these records are wide.
        self.sudo().fetch(["company_id", "picking_type_id"])
        self.check_access("read")
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("This shop belongs to another company."))
        if not all(are_texts(names) and len(names) <= MAX_NAMES for names in lists):
            raise UserError(self.env._("At most %s numbers can be asked for.", MAX_NAMES))
        if not are_texts(excluded) or len(excluded) > MAX_EXCLUDED:
            raise UserError(self.env._("At most %s numbers can be asked for.", MAX_EXCLUDED))

    def _get_number_product(self, product_id):
        """The product of a look-up as superuser: a cashier may sell it, but not read its stock.

        :return: the product; none when it does not exist any more
        """
        if not is_id(product_id):
            raise UserError(self.env._("The product of these numbers is not known."))
        asked = self.env["product.product"].browse(product_id)
        product = asked.sudo().with_company(self.company_id)
        # Few fields: these records are wide.
        product.fetch(["product_tmpl_id"])
        try:
            template = product.product_tmpl_id
        except MissingError:
            return product.browse()
        template.fetch(["tracking", "categ_id", "uom_id", "company_id", "use_expiration_date"])
        if template.company_id:
            # The rules ask for the companies' paths.
            self.env.companies.sudo().fetch(["parent_path"])
        asked.check_access("read")
        return product

    def _get_free_domain(self):
        """Quants of which something can be reserved, and nothing is recalled."""
        return (
            self._get_unrecalled_domain()
            & Domain.custom(
                to_sql=lambda quants, alias, query: SQL(
                    "%s > %s",
                    quants._field_to_sql(alias, "quantity", query),
                    quants._field_to_sql(alias, "reserved_quantity", query),
                )
            )
            & (
                Domain("removal_date", "=", False)
                | Domain("removal_date", ">=", fields.Datetime.now())
            )
        )

    def _find_on_hand(self, product, term, limit, exclude=None, quant_domain=Domain.TRUE):
        """Lots on hand in the shop's stock or below it, in the removal strategy's order.

        What is exactly called like the text, or so but for letter case, comes first; what is
        expired last.

        :param quant_domain: which quants count
        :return: `{lot: information}`, see `_get_number_info`
        """
        if not product:
            return {}
        Quant = self.env["stock.quant"].sudo()
        shop = self._get_number_shop()
        order = self._get_removal_order(product, shop)
        domain = self._get_on_hand_domain(product, shop) & quant_domain
        if exclude:
            # No lot is called what PostgreSQL does not store.
            domain &= Domain("lot_id.name", "not in", list(filter(is_storable, exclude)))
        pending = self._read_pending(product, shop)
        if pending:
            stock = self._read_stock({row.lot for row in pending}, pending)
            sold_out = [row.lot for row in pending if not stock.get_quantity(row.lot, shop.is_here)]
            domain &= Domain("lot_id", "not in", sold_out)
        lots = self.env["stock.lot"].sudo()
        if term:
            pattern = escape_psql(clean_name(term))
            exact = lots._find_by_names(product.ids, [term], self.company_id)
            for lot in exact.values():
                lots |= Quant.search(domain & Domain("lot_id", "=", lot.id), limit=1).lot_id
            domain &= Domain("lot_id.name", "ilike", pattern)
        parts = [domain]
        if product.product_tmpl_id.use_expiration_date:
            # Two searches, the second one only where the first has too few: indexes know `order`.
            now = fields.Datetime.now()
            fresh = Domain("expiration_date", "=", False) | Domain("expiration_date", ">", now)
            parts = [domain & fresh, domain & Domain("expiration_date", "<=", now)]
        for part in parts:
            offset = 0
            while len(lots) < limit:
                query = Quant._search(part, order=order, limit=limit, offset=offset)
                rows = self.env.execute_query(query.select(SQL.identifier(query.table, "lot_id")))
                lots |= lots.browse(lot_id for (lot_id,) in rows)
                offset += limit
                if len(rows) < limit:
                    break
        return self._get_number_info(product, lots[:limit], pending, shop)

    def _get_removal_order(self, product, shop):
        """In which order the shop's quants of a product leave, by the removal strategy: SQL."""
        Quant = self.env["stock.quant"].sudo()
        source = self.env["stock.location"].sudo().browse(shop.source)
        product.categ_id.fetch(["removal_strategy_id"])
        if not product.categ_id.removal_strategy_id:
            # Core asks each location up to the root for its strategy.
            above = source.browse(map(int, shop.source_path.strip("/-").split("/")))
            above.fetch(["removal_strategy_id", "location_id"])
        strategy = Quant._get_removal_strategy(product, source)
        return Quant._get_removal_strategy_order(strategy) or "in_date ASC, id"

    def _get_on_hand_domain(self, product, shop):
        """Quants of a product's numbers in the shop or below it. SQL: the popup waits for it."""

        def to_sql(quants, alias, query):
            fields_read = ("product_id", "location_id", "quantity", "lot_id", "company_id")
            return SQL(
                """
                %(product_id)s = %(product)s AND %(quantity)s > 0 AND %(lot_id)s IS NOT NULL
                AND (%(company_id)s IS NULL OR %(company_id)s = %(company)s)
                AND EXISTS (SELECT FROM stock_location location
                             WHERE location.id = %(location_id)s
                               AND starts_with(location.parent_path, %(path)s))
                """,
                **{name: quants._field_to_sql(alias, name, query) for name in fields_read},
                product=product.id,
                company=self.company_id.id,
                path=shop.source_path,
            )

        return Domain.custom(to_sql=to_sql)

    def _get_number_shop(self):
        return Shop.of(self.sudo().picking_type_id)

    def _read_pending(self, product, shop):
        """What tills have sold of a product and not moved yet."""
        if not shop.has_pending:
            return []
        return read_pending(self.sudo().env, products=product.ids)

    def _read_stock(self, lot_ids, pending=None):
        """What is known of lots at this shop, see `facts.read`."""
        return facts.read(self.sudo().env, lot_ids, pending=pending)

    def _get_number_info(self, product, lots, pending=None, shop=None):
        """What a till shows of lots.

        :param lots: of one product, as superuser
        :param pending: what `read_pending` says of the product, when that is known already
        :param shop: this till's `Shop`, when that is known already
        :return: `{lot: {id, name, product_id, quantity, available, reserved_for, elsewhere,
            sold_in, expiration_date, use_date, alert_date, expired, expires_soon, flags}}`:
            quantities on hand in the shop in the product's unit; dates as UTC strings; `flags`,
            codes of what one unit sold now would be flagged with, in the order of their severity;
            where nothing is to say, False
        """
        lots.fetch(["name", "expiration_date", "use_date", "alert_date"])
        stock, shop = self._read_stock(lots.ids, pending), shop or self._get_number_shop()
        reserved = lots.filtered(lambda lot: stock.is_reserved(lot.id, shop))
        reservations = {}
        if reserved:
            env = self.sudo().env
            reservations = facts.read_reservations(env, reserved, self.company_id)
        recalls = lots._get_recalls(self.sudo().company_id) if shop.has_recalls else {}
        now = fields.Datetime.now()
        # Of the template: read through the product it is computed anew for each lot.
        is_serial = product.product_tmpl_id.tracking == "serial"
        asks = {lot: Ask(lot.id, 1.0, product.id, is_serial) for lot in lots}
        result = {
            lot: self._describe_number(ask, lot, stock, shop, reservations.get(lot, []), now)
            for lot, ask in asks.items()
        }
        for lot, recall in recalls.items():
            result[lot].update(recall._describe_for_till(self.env.user.lang))
            flags = {*result[lot]["flags"], "recalled"}
            result[lot]["flags"] = [code for code in FLAGS_BY_SEVERITY if code in flags]
        return result

    def _describe_number(self, ask, lot, stock, shop, reservations, now):
        """See `_get_number_info`; `ask`: one unit of the lot."""
        verdict = get_verdict(ask, stock, shop)
        here = stock.get_quantity(lot.id, shop.is_here)
        reserved = sum(place.reserved for place in stock.places[lot.id] if shop.is_here(place))
        far = [
            place
            for place in stock.places[lot.id]
            if place.quantity > 0 and shop.is_on_hand(place) and not shop.is_here(place)
        ]
        expired = bool(lot.expiration_date and lot.expiration_date <= now)
        flags = set(verdict.flags)
        if expired:
            flags.add("expired")
        if reservations and here - reserved < 1:
            flags.add("reserved")
        return {
            "id": lot.id,
            "name": lot.name,
            "product_id": ask.product,
            "quantity": here,
            "available": here - reserved,
            "reserved_for": reservations[0].document if reservations else False,
            "elsewhere": bool(far)
            and self.sudo().env["stock.location"].browse(far[0].location).display_name,
            "sold_in": verdict.reason == "sold" and self._get_sale_name(lot, stock),
            "expiration_date": fields.Datetime.to_string(lot.expiration_date),
            # Most lots have none.
            **({"use_date": fields.Datetime.to_string(lot.use_date)} if lot.use_date else {}),
            "alert_date": fields.Datetime.to_string(lot.alert_date),
            "expired": expired,
            "expires_soon": bool(lot.alert_date and lot.alert_date <= now),
            "flags": [code for code in FLAGS_BY_SEVERITY if code in flags],
        }

    def _add_open_orders(self, product, infos):
        """Say of serials which unpaid order of another till, that the server knows, has them.

        What this till and those that it trusts have open, it has itself.

        :param infos: information as of `_get_number_info`: gets `open_in`
        """
        if product.product_tmpl_id.tracking != "serial" or not infos:
            return
        names = [info["name"] for info in infos]
        own = self.id, *self.sudo().trusted_config_ids.ids
        env = self.sudo().env
        orders = read_open_orders(env, product.id, names, self.company_id.id, own)
        for info in infos:
            order = orders.get(info["name"])
            info["open_in"] = bool(order) and self._get_order_name(order)

    def _get_sale_name(self, lot, stock):
        holder = stock.holders[lot.id].number
        number = self.sudo().env["pos.pack.operation.lot"].browse(holder)
        return self._get_order_name(number.order_id.id)

    def _get_order_name(self, order_id):
        order = self.sudo().env["pos.order"].browse(order_id)
        if order.company_id != self.company_id:
            return self.env._("another company")  # its sales are not this till's business
        return order._get_receipt_name()
