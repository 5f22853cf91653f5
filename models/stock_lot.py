from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..number.arguments import is_storable
from ..number.name import clean_name, find_closest, fold_name
from ..number.warranty import get_end_of_day

# `fold_name` in SQL: what differs from the name in ASCII's lower case is stored. Under the "C"
# collation `lower` knows no other letters, whatever the locale of the database.
FOLDED_NAME = SQL('COALESCE(lot.pos_folded_name, lower(lot.name COLLATE "C"))')

# Of an Internal Reference nothing is stored: what SQL finds is compared again in Python.
FOLDED_REF = SQL('lower(lot.ref COLLATE "C")')


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "pos.number.guard"]

    pos_number_ids = fields.One2many(
        "pos.pack.operation.lot", "lot_id", string="Sold at the Till", readonly=True
    )
    pos_order_count = fields.Integer("POS Orders", compute="_compute_pos_order_count")
    pos_customer_count = fields.Integer("Customers", compute="_compute_pos_customer_count")
    pos_recall_lot_ids = fields.One2many(
        "pos.number.recall.lot",
        "lot_id",
        string="Recalls",
        readonly=True,
        groups="stock.group_stock_user,point_of_sale.group_pos_manager",
    )
    pos_warranty = fields.Char("Warranty", compute="_compute_pos_warranty")

    pos_folded_name = fields.Char(
        "Name for Comparison",
        compute="_compute_pos_folded_name",
        store=True,
        precompute=True,
        copy=False,
        exportable=False,
        help="Empty where it is the name in lower case.",
    )

    # The expression of `FOLDED_NAME`.
    _folded_name_idx = models.Index(
        '(COALESCE(pos_folded_name, lower(name COLLATE "C")), product_id)'
    )
    # The expression of `FOLDED_REF`.
    _folded_ref_idx = models.Index('(lower(ref COLLATE "C"), product_id) WHERE ref IS NOT NULL')

    # A scanned text is looked for among Internal References too.
    _ref_idx = models.Index("(ref) WHERE ref IS NOT NULL")

    # ---------------------------------------------------------------------- the name rule

    @api.depends("name")
    def _compute_pos_folded_name(self):
        for lot in self:
            lot.pos_folded_name = self._get_stored_fold(lot.name)

    @api.model
    def _get_stored_fold(self, name):
        """What `pos_folded_name` is for a name: None where SQL finds it by itself."""
        name = name or ""
        folded = fold_name(name)
        # Of bytes, `lower` changes those of ASCII only, as PostgreSQL does.
        lower = name.encode("utf-8", "surrogatepass").lower()
        return None if folded.encode() == lower else folded

    @api.model
    def _find_by_names(self, product_ids, names, company):
        """The lots that names stand for, see `find_closest`; one query for all of them.

        A lot of the company goes before one of no company, an older one before a younger one.
        Access rules do not count. What names no lot is looked for among Internal References, by
        one query more.

        :param product_ids: ids of the products whose lots count
        :param names: names as they were typed or scanned
        :return: `{(product id, name): stock.lot}`
        """
        names = set(names)
        by_key = defaultdict(list)
        for product_id, lot_id, name, key in self._fetch_by_names(names, company, product_ids):
            by_key[product_id, key].append((name, lot_id))
        keys = {name: fold_name(name) for name in names} if by_key else {}
        found = {}
        for product_id in {product_id for product_id, _key in by_key}:
            for name, key in keys.items():
                lot_id = find_closest(name, by_key.get((product_id, key), ()))
                if lot_id:
                    found[product_id, name] = lot_id
        named = {name for _product_id, name in found}
        if len(named) < len(names):
            by_ref = self._find_by_refs(product_ids, names - named, company)
            found = by_ref | found
        lots = self.browse(found.values())
        return {
            key: self.browse(lot_id).with_prefetch(lots._prefetch_ids)
            for key, lot_id in found.items()
        }

    def _find_by_refs(self, product_ids, names, company):
        """The lots whose Internal Reference names are: `{(product id, name): lot id}`."""
        wanted = defaultdict(set)
        for name in names:
            for form in (name, clean_name(name), fold_name(name)):
                # Of bytes, `lower` changes those of ASCII only, as PostgreSQL does.
                key = form.encode("utf-8", "ignore").lower().decode()
                if key and is_storable(key):
                    wanted[key].add(name)
        product_ids = list(product_ids)
        if not wanted or not product_ids:
            return {}
        self.flush_model(["ref", "product_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.product_id, lot.id, lot.ref, wanted.key
                  FROM unnest(%(keys)s) AS wanted(key)
                  JOIN stock_lot lot ON %(folded_ref)s = wanted.key AND lot.ref IS NOT NULL
                 WHERE lot.product_id = ANY(%(products)s)
                   AND (lot.company_id IS NULL OR lot.company_id = %(company)s)
                 ORDER BY lot.company_id NULLS LAST, lot.id
                """,
                keys=list(wanted),
                folded_ref=FOLDED_REF,
                products=product_ids,
                company=company.id,
            )
        )
        candidates = defaultdict(list)
        for product_id, lot_id, ref, key in rows:
            for name in wanted[key]:
                candidates[product_id, name].append((ref, lot_id))
        found = {key: find_closest(key[1], named) for key, named in candidates.items()}
        return {key: lot_id for key, lot_id in found.items() if lot_id}

    @api.model
    def _find_names_of_other_products(self, product_names, company):
        """Which names stand for no lot of their product, but for one of another product.

        :param product_names: set of (product id, name)
        :return: those of them
        """
        product_names = set(product_names)
        products = defaultdict(set)
        names = {name for _product_id, name in product_names}
        for product_id, _lot_id, _name, key in self._fetch_by_names(names, company):
            products[key].add(product_id)
        return {
            (product_id, name)
            for product_id, name in (product_names if products else ())
            if (others := products.get(fold_name(name))) and product_id not in others
        }

    def _fetch_by_names(self, names, company, product_ids=None):
        """:return: list of (product id, lot id, name, folded name)"""
        keys = list({fold_name(name) for name in names} - {""})
        if not keys or (product_ids is not None and not product_ids):
            return []
        self.flush_model(["name", "pos_folded_name", "product_id", "company_id"])
        return self.env.execute_query(
            SQL(
                """
                SELECT lot.product_id, lot.id, lot.name, wanted.key
                  FROM unnest(%(keys)s) AS wanted(key)
                  JOIN stock_lot lot ON %(folded_name)s = wanted.key
                 WHERE (lot.company_id IS NULL OR lot.company_id = %(company)s)
                   AND %(products)s
                 ORDER BY lot.company_id NULLS LAST, lot.id
                """,
                keys=keys,
                folded_name=FOLDED_NAME,
                company=company.id,
                products=SQL("TRUE")
                if product_ids is None
                else SQL("lot.product_id = ANY(%s)", list(product_ids)),
            )
        )

    # ----------------------------------------------------------------- who has bought it

    @api.model
    def _create_with_days(self, rows):
        """Create lots, with the dates that scanned codes have said of them.

        The end of that day in the shop's time zone; the other dates follow from the expiration date
        as product_expiry has it. Goods do not expire before the day they are best before.

        :param rows: list of (values of the lot, `{field of the number: date}`, time zone)
        """
        lots = self.create(
            [values | self._get_expiration(values, days, zone) for values, days, zone in rows]
        )
        for lot, (_values, days, zone) in zip(lots, rows, strict=True):
            if "code_best_before" in days and lot.product_id.use_expiration_date:
                lot.flush_recordset(["use_date"])  # else it is still to be computed
                lot.use_date = get_end_of_day(days["code_best_before"], zone)
        return lots

    @api.model
    def _get_expiration(self, values, days, zone):
        """The expiration date of a lot to be created, where a code has something to say of it."""
        product = self.env["product.product"].browse(values["product_id"])
        if not days or not product.use_expiration_date:
            return {}
        if "code_expiration" in days:
            return {"expiration_date": get_end_of_day(days["code_expiration"], zone)}
        usual = fields.Datetime.now() + timedelta(days=product.product_tmpl_id.expiration_time)
        return {"expiration_date": max(usual, get_end_of_day(days["code_best_before"], zone))}

    def _get_till_moves(self):
        """Done move lines by which these lots left for customers of tills; each has its number.

        :return: stock.move.line, as superuser: where a lot went is the business of whoever may
            read the lot, within his companies
        """
        return (
            self.env["stock.move.line"]
            .sudo()
            .search(
                self._get_own_domain()
                & Domain("lot_id", "in", self.ids)
                & Domain("state", "=", "done")
                & Domain("pos_number_id", "!=", False)
                & Domain("location_dest_id.usage", "=", "customer"),
                order="date desc, id desc",
            )
        )

    @api.model
    def _get_own_domain(self):
        """What the caller may know of moves, as core's rule has it: those of his companies."""
        if self.env.su:
            return Domain.TRUE
        return Domain("company_id", "in", [*self.env.companies.ids, False])

    def _compute_partner_ids(self):  # pylint: disable=missing-return
        """Also customers whose order moved together with others, when the session closed."""
        super()._compute_partner_ids()
        partners = defaultdict(lambda: self.env["res.partner"])
        for line in self._get_till_moves():
            partners[line.lot_id.id] |= line.pos_number_id.order_id.partner_id.sudo(False)
        for lot in self:
            if partners[lot.id]:
                lot.partner_ids |= partners[lot.id]

    def _search_partner_ids(self, operator, value):
        domain = super()._search_partner_ids(operator, value)
        if domain is NotImplemented:
            return domain
        is_no_partner = operator == "in" and list(value) == [False]
        partner = "pos_number_id.pos_order_line_id.order_id.partner_id"
        sold = Domain("state", "=", "done") & Domain("lot_id", "!=", False)
        sold &= Domain("location_dest_id.usage", "=", "customer")
        sold &= self._get_own_domain()
        if is_no_partner:
            sold &= Domain(partner, "!=", False)
        else:
            sold &= Domain(partner, operator, value)
        # See `_get_till_moves`; lots are filtered by the caller's own rules.
        lots = self.env["stock.move.line"].sudo().search(sold).lot_id
        if is_no_partner:
            return Domain(domain) & Domain("id", "not in", lots.ids)
        return Domain(domain) | Domain("id", "in", lots.ids)

    @api.depends("name")
    def _compute_sale_order_ids(self):  # pylint: disable=missing-return
        """Also sales orders that were settled at a till."""
        super()._compute_sale_order_ids()
        orders = defaultdict(lambda: self.env["sale.order"])
        for line in self._get_till_moves():
            order = line.pos_number_id.pos_order_line_id.sale_order_line_id.order_id
            if order and order.with_user(self.env.user).has_access("read"):
                orders[line.lot_id.id] |= order.with_env(self.env)
        for lot in self:
            if orders[lot.id]:
                lot.sale_order_ids |= orders[lot.id]
                lot.sale_order_count = len(lot.sale_order_ids)

    # ------------------------------------------------------------------------- buttons

    def _compute_pos_order_count(self):
        counts = {}
        if self.env["pos.pack.operation.lot"].has_access("read"):
            counts = dict(
                self.env["pos.pack.operation.lot"]._read_group(
                    [
                        ("lot_id", "in", self.ids),
                        ("pos_order_line_id.order_id.state", "not in", ("draft", "cancel")),
                    ],
                    ["lot_id"],
                    ["pos_order_line_id:count_distinct"],
                )
            )
        for lot in self:
            lot.pos_order_count = counts.get(lot, 0)

    @api.depends("partner_ids")
    def _compute_pos_customer_count(self):
        for lot in self:
            lot.pos_customer_count = len(lot.partner_ids)

    def action_view_pos_orders(self):
        """The orders that sold this lot, or took it back."""
        self.ensure_one()
        orders = self.pos_number_ids.order_id.filtered(
            lambda order: order.state not in ("draft", "cancel")
        )
        return orders._get_numbers_order_action()

    def action_view_customers(self):
        """Who has bought this lot."""
        self.ensure_one()
        return {
            "name": self.env._("Customers of %s", self.display_name),
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", self.partner_ids.ids)],
            "context": {"create": False},
        }

    # ------------------------------------------------------- recalls, warranty and trace

    def _get_recalls(self, company):
        """Which of these lots are under a running recall of a company, or of one above it.

        Access rules do not count.

        :return: `{lot: pos.number.recall}`, of several recalls the oldest, as superuser
        """
        if not self:
            return {}
        self.env["pos.number.recall.lot"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot_id, MIN(recall_id) FROM pos_number_recall_lot
                 WHERE is_running AND lot_id = ANY(%s) AND company_id = ANY(%s)
                 GROUP BY lot_id
                """,
                self.ids,
                company.sudo().parent_ids.ids,
            )
        )
        recalls = self.env["pos.number.recall"].sudo()
        return {self.browse(lot): recalls.browse(recall) for lot, recall in rows}

    def action_recall_drill(self):
        """Trace this lot as if it were recalled; see `pos.number.recall`."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pos.number.recall"]._open_drill(
            self.name, self.company_id, {"lot_ids": [Command.set(self.ids)]}
        )

    def _compute_pos_warranty(self):
        """Of a serial, that of its last sale; of a lot each sale has its own."""
        self.pos_warranty = False
        # A lot's reader may know what its units are promised, without rights on orders.
        Trace = self.env["pos.number.trace"].sudo()
        for lot in self.filtered(lambda lot: lot.product_id.tracking == "serial"):
            sale = Trace._get_last_sale(lot.sudo(), self.env.companies)
            lot.pos_warranty = sale and Trace._get_warranty_text(sale)

    def action_trace(self):
        """Show the life of this lot."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pos.number.trace"]._get_action({"lot_id": self.id})

    def action_view_pos_warranties(self):
        """The sales of this lot at tills, with their warranties."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_warranties"
        )
        domain = [("lot_id", "=", self.id), ("pos_order_line_id.qty", ">", 0)]
        return {**action, "domain": domain, "context": {}}
