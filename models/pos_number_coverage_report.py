from odoo import api, fields, models
from odoo.tools import SQL


class PosNumberCoverageReport(models.Model):
    """Units sold of tracked products: how many have a number, and where it came from.

    One row for each number, one for each line's units without number, and one for each line of the
    worklist, which counts nothing else. Quantities are in the product's unit.
    """

    _name = "pos.number.coverage.report"
    _description = "Lot/Serial Number Coverage"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"

    date = fields.Datetime(readonly=True)
    order_id = fields.Many2one("pos.order", readonly=True)
    line_id = fields.Many2one("pos.order.line", readonly=True)
    session_id = fields.Many2one("pos.session", readonly=True)
    config_id = fields.Many2one("pos.config", string="Shop", readonly=True)
    # To search by: who may read this report need not be able to read shops.
    config_name = fields.Char(related="config_id.name", string="Name of Shop")
    user_id = fields.Many2one("res.users", readonly=True)
    cashier = fields.Char(
        readonly=True, help="The employee, where employees log in; else the user."
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    origin = fields.Selection(
        selection=lambda self: [
            *self.env["pos.pack.operation.lot"]._fields["origin"]._description_selection(self.env),
            ("unrecorded", self.env._("Not recorded")),
            ("none", self.env._("Without number")),
        ],
        readonly=True,
    )
    age = fields.Selection(
        [
            ("1_day", "Less than a day"),
            ("2_week", "Up to a week"),
            ("3_month", "Up to a month"),
            ("4_more", "More than a month"),
        ],
        string="Age of the Gap",
        readonly=True,
        help="Since when units are without number.",
    )
    quantity = fields.Float("Units Sold", digits="Product Unit", readonly=True)
    quantity_with = fields.Float("With Number", digits="Product Unit", readonly=True)
    quantity_without = fields.Float("Without Number", digits="Product Unit", readonly=True)
    quantity_closed = fields.Float(
        "Closed without Number",
        digits="Product Unit",
        readonly=True,
        help="Units without number whose waiting was ended: nobody will ever know it.",
    )
    quantity_waiting = fields.Float(
        "To Assign",
        digits="Product Unit",
        readonly=True,
        help="Units of sales and returns whose stock waits for a number: what the worklist shows.",
    )
    coverage = fields.Float("Coverage (%)", readonly=True, aggregator="avg")
    quantity_reachable = fields.Float(
        "Buyer Reachable",
        digits="Product Unit",
        readonly=True,
        help="Units whose customer has a mail address or telephone number, or whose buyer left one "
        "for product safety.",
    )
    reachability = fields.Float("Buyer Reachable (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        employees = "cashier" in self.env["pos.order"]._fields  # of pos_hr: its users share a till
        common = SQL(
            """
            line.id AS line_id,
            pos_order.id AS order_id,
            pos_order.date_order AS date,
            pos_order.session_id,
            pos_order.config_id,
            pos_order.user_id,
            COALESCE(%s, seller.name) AS cashier,
            pos_order.partner_id,
            pos_order.company_id,
            line.product_id,
            template.uom_id AS product_uom_id,
            template.categ_id
            """,
            SQL("pos_order.cashier" if employees else "NULL"),
        )
        sold = SQL(
            """
            pos_order_line line
            JOIN pos_order ON pos_order.id = line.order_id
            JOIN product_product product ON product.id = line.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            LEFT JOIN res_users users ON users.id = pos_order.user_id
            LEFT JOIN res_partner seller ON seller.id = users.partner_id
            """
        )
        age = SQL(
            """
            CASE
                WHEN pos_order.date_order > NOW() AT TIME ZONE 'UTC' - INTERVAL '1 day'
                THEN '1_day'
                WHEN pos_order.date_order > NOW() AT TIME ZONE 'UTC' - INTERVAL '7 days'
                THEN '2_week'
                WHEN pos_order.date_order > NOW() AT TIME ZONE 'UTC' - INTERVAL '1 month'
                THEN '3_month'
                ELSE '4_more'
            END
            """
        )
        reachable = SQL(
            """
            CASE
                WHEN EXISTS (
                    SELECT FROM res_partner partner
                     WHERE partner.id = pos_order.partner_id
                       AND (partner.email <> '' OR partner.phone <> '')
                ) OR EXISTS (
                    SELECT FROM pos_safety_contact contact WHERE contact.order_id = pos_order.id
                )
                THEN 1.0
                ELSE 0.0
            END
            """
        )
        return SQL(
            """
            SELECT number.id * 3::bigint AS id, %(common)s,
                   COALESCE(number.origin, 'unrecorded') AS origin,
                   NULL AS age,
                   units.quantity,
                   units.quantity AS quantity_with,
                   0.0 AS quantity_without,
                   0.0 AS quantity_closed,
                   0.0 AS quantity_waiting,
                   100.0 AS coverage,
                   units.quantity * %(reachable)s AS quantity_reachable,
                   100.0 * %(reachable)s AS reachability
              FROM pos_pack_operation_lot number
              JOIN %(sold)s ON line.id = number.pos_order_line_id
              CROSS JOIN LATERAL (
                    SELECT CASE
                        WHEN number.quantity > 0 THEN number.quantity
                        WHEN template.tracking = 'serial' THEN 1.0
                        ELSE line.qty
                    END AS quantity
              ) units
             WHERE line.qty > 0
               AND number.lot_name IS NOT NULL
               AND template.tracking IN ('serial', 'lot')
               AND pos_order.state NOT IN ('draft', 'cancel')
             UNION ALL
            SELECT line.id * 3::bigint + 1 AS id, %(common)s,
                   'none' AS origin,
                   CASE
                       WHEN gap.quantity > COALESCE(line.closed_number_qty, 0) THEN %(age)s
                   END AS age,
                   gap.quantity,
                   0.0 AS quantity_with,
                   gap.quantity - LEAST(gap.quantity, COALESCE(line.closed_number_qty, 0))
                       AS quantity_without,
                   LEAST(gap.quantity, COALESCE(line.closed_number_qty, 0)) AS quantity_closed,
                   0.0 AS quantity_waiting,
                   0.0 AS coverage,
                   gap.quantity * %(reachable)s AS quantity_reachable,
                   100.0 * %(reachable)s AS reachability
              FROM %(sold)s
              CROSS JOIN LATERAL (
                    SELECT COALESCE(
                        line.missing_number_qty,
                        line.qty - (
                            SELECT COUNT(old.id)
                              FROM pos_pack_operation_lot old
                             WHERE old.pos_order_line_id = line.id
                               AND old.lot_name IS NOT NULL
                        ) * CASE WHEN template.tracking = 'serial' THEN 1.0 ELSE line.qty END
                    ) AS quantity
              ) gap
             WHERE line.qty > 0
               AND template.tracking IN ('serial', 'lot')
               AND pos_order.state NOT IN ('draft', 'cancel')
               AND gap.quantity > 0
             UNION ALL
            SELECT line.id * 3::bigint + 2 AS id, %(common)s,
                   'none' AS origin,
                   %(age)s AS age,
                   0.0 AS quantity,
                   0.0 AS quantity_with,
                   0.0 AS quantity_without,
                   0.0 AS quantity_closed,
                   line.waiting_number_qty AS quantity_waiting,
                   0.0 AS coverage,
                   0.0 AS quantity_reachable,
                   0.0 AS reachability
              FROM %(sold)s
             WHERE line.waiting_number_qty > 0
            """,
            common=common,
            sold=sold,
            age=age,
            reachable=reachable,
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """A share of a group is that of its units, not the average of its rows.

        Kilograms and pieces have neither a sum nor a share in common: groups of several units have
        none.
        """
        shares = {"coverage:avg": "quantity_with", "reachability:avg": "quantity_reachable"}
        if aggregate_spec in shares:
            selected = SQL(
                "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
                self._field_to_sql(self._table, shares[aggregate_spec], query),
                self._field_to_sql(self._table, "quantity", query),
            )
        else:
            selected = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec in shares or aggregate_spec.startswith("quantity"):
            unit = self._field_to_sql(self._table, "product_uom_id", query)
            return SQL("CASE WHEN COUNT(DISTINCT %s) < 2 THEN %s END", unit, selected)
        return selected
