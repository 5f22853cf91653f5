from odoo import models
from odoo.tools import SQL, float_round

# What a number of a till stands for, in the product's unit: see `pos.number.coverage.report`.
NUMBER_QUANTITY = SQL(
    """
    SIGN(line.qty) * CASE
        WHEN number.quantity > 0 THEN number.quantity
        WHEN template.tracking = 'serial' THEN 1.0
        ELSE ABS(line.qty)
    END
    """
)
# More lots than these are read together.
FEW_LOTS = 20_000


class PosNumberRecall(models.Model):
    """What a recall concerns, in figures: by SQL from indexes, for a million lots as well."""

    _inherit = "pos.number.recall"

    def _get_impact(self):
        """:return: `{name of the figure: quantity}`, in the products' units; see the fields. With
        `to_notify_count`, persons.
        """
        self.env.flush_all()
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        figures = self._read_balance() | self._read_customers()
        figures = {
            name: float_round(value or 0.0, precision_digits=digits)
            for name, value in figures.items()
        }
        sold = figures["units_sold"]
        share = 100.0 * figures["units_reachable"] / sold if sold > 0 else 100.0
        return {**figures, "reachable_share": float_round(share, precision_digits=1)}

    def _get_fence(self):
        """What keeps PostgreSQL from reading whole tables for few lots among many.

        One lot that was sold a hundred thousand times makes it take a few lots for half of all
        sales. Subqueries that end so are run lot by lot, from their indexes.
        """
        ((count,),) = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM (SELECT FROM pos_number_recall_lot"
                " WHERE recall_id = %s LIMIT %s) few",
                self.id,
                FEW_LOTS + 1,
            )
        )
        return SQL("OFFSET 0") if count <= FEW_LOTS else SQL()

    def _read_balance(self):
        """Received = on hand + sold + scrapped + issued + what is not explained."""
        fence, companies = self._get_fence(), self._get_company_ids()
        ((received, sold, scrapped, issued),) = self.env.execute_query(
            SQL(
                """
                WITH places AS MATERIALIZED (
                    SELECT id, usage = 'customer' AS is_customer,
                           usage IN ('internal', 'transit')
                           AND (company_id IS NULL OR company_id = ANY(%(companies)s)) AS is_own
                      FROM stock_location
                ), ways AS MATERIALIZED (
                    SELECT source.id AS source_id, dest.id AS dest_id,
                           source.is_own AS leaves, dest.is_own AS arrives,
                           source.is_customer AS is_back, dest.is_customer AS is_sold,
                           NOT source.is_own AND NOT dest.is_own AS is_direct
                      FROM places source CROSS JOIN places dest
                     WHERE source.is_own IS DISTINCT FROM dest.is_own
                        -- Delivered by the supplier to the customer: received and sold at once.
                        OR (NOT source.is_own
                            AND source.is_customer IS DISTINCT FROM dest.is_customer)
                ), moved AS MATERIALIZED (
                    SELECT location_id, location_dest_id, done.company_id, is_scrap,
                           SUM(quantity_product_uom) AS quantity
                      FROM pos_number_recall_lot recalled
                     CROSS JOIN LATERAL (
                           SELECT quantity_product_uom, location_id, location_dest_id, company_id,
                                  CASE WHEN location_dest_id = ANY(ARRAY(
                                                SELECT id FROM places
                                                 WHERE NOT is_own AND NOT is_customer))
                                       THEN EXISTS (SELECT FROM stock_move move
                                                     WHERE move.id = move_id
                                                       AND move.scrap_id IS NOT NULL)
                                       ELSE FALSE END AS is_scrap
                             FROM stock_move_line
                            WHERE lot_id = recalled.lot_id AND state = 'done' %(fence)s) done
                     WHERE recalled.recall_id = %(recall)s
                     GROUP BY location_id, location_dest_id, done.company_id, is_scrap
                ), told AS (
                    SELECT quantity, leaves OR is_direct AS leaves, arrives OR is_direct AS arrives,
                           is_back, is_sold,
                           leaves AND NOT is_direct AND NOT is_sold AND is_scrap AS is_scrap
                      FROM moved
                      JOIN ways ON source_id = location_id AND dest_id = location_dest_id
                     WHERE NOT is_direct OR company_id = ANY(%(companies)s)
                )
                SELECT COALESCE(SUM(quantity) FILTER (WHERE arrives AND NOT is_back), 0),
                       COALESCE(SUM(quantity) FILTER (WHERE leaves AND is_sold), 0)
                       - COALESCE(SUM(quantity) FILTER (WHERE arrives AND is_back), 0),
                       COALESCE(SUM(quantity) FILTER (WHERE leaves AND is_scrap), 0),
                       COALESCE(SUM(quantity)
                                FILTER (WHERE leaves AND NOT is_sold AND NOT is_scrap), 0)
                  FROM told
                """,
                recall=self.id,
                companies=companies,
                fence=fence,
            )
        )
        ((on_hand,),) = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(quant.quantity), 0)
                  FROM pos_number_recall_lot recalled
                 CROSS JOIN LATERAL (
                       SELECT quantity, location_id FROM stock_quant
                        WHERE lot_id = recalled.lot_id %(fence)s) quant
                 WHERE recalled.recall_id = %(recall)s
                   AND quant.location_id = ANY(ARRAY(
                       SELECT id FROM stock_location
                        WHERE usage IN ('internal', 'transit')
                          AND (company_id IS NULL OR company_id = ANY(%(companies)s))))
                """,
                recall=self.id,
                companies=companies,
                fence=fence,
            )
        )
        return {
            "received": received,
            "on_hand": on_hand,
            "sold": sold,
            "scrapped": scrapped,
            "issued": issued,
            "difference": received - sold - scrapped - issued - on_hand,
        }

    def _get_units(self):
        """SQL of what customers bought and brought back of the recalled lots.

        Rows of (lot_id, partner_id, quantity, unmoved, config_id, sale_id, sold_at): what tills
        sold, and what left by other deliveries. What comes back counts for who had bought it, and
        for the sale that it had been (`sale_id`, a pos.order). `sold_at` is in UTC.
        """
        return SQL(
            """
            SELECT sold.*
              FROM pos_number_recall_lot recalled
             CROSS JOIN LATERAL (
                   SELECT number.lot_id,
                          COALESCE(sale.partner_id, pos_order.partner_id) AS partner_id,
                          %(quantity)s AS quantity,
                          CASE WHEN is_settled THEN 0
                               WHEN number.waits_because IS NULL
                                    OR number.waits_because IN ('elsewhere', 'refused')
                               THEN SIGN(line.qty) * GREATEST(0, ABS(%(quantity)s) - COALESCE((
                                        SELECT SUM(done.quantity_product_uom)
                                          FROM stock_move_line done
                                         WHERE done.pos_number_id = number.id
                                           AND done.state = 'done'), 0))
                               ELSE 0 END AS unmoved,
                          pos_order.config_id,
                          COALESCE(sale.id, pos_order.id) AS sale_id,
                          pos_order.date_order AS sold_at
                     FROM pos_pack_operation_lot number
                     JOIN pos_order_line line ON line.id = number.pos_order_line_id
                     JOIN pos_order ON pos_order.id = line.order_id
                    CROSS JOIN LATERAL (
                           SELECT number.id <= %(history_end)s OR COALESCE(
                               line.stock_done AND number.quantity > 0
                               AND line.waiting_number_qty = 0, FALSE) AS is_settled) state
                     LEFT JOIN LATERAL (
                           SELECT template.tracking
                             FROM product_product product
                             JOIN product_template template ON template.id = product.product_tmpl_id
                            WHERE product.id = line.product_id
                              AND (number.quantity > 0) IS NOT TRUE OFFSET 0
                     ) template ON TRUE
                     LEFT JOIN LATERAL (
                           SELECT sale.id, sale.partner_id
                             FROM pos_order_line origin
                             JOIN pos_order sale ON sale.id = origin.order_id
                            WHERE origin.id = line.refunded_orderline_id
                              AND line.refunded_orderline_id IS NOT NULL OFFSET 0) sale ON TRUE
                    WHERE number.lot_id = recalled.lot_id
                      AND pos_order.state NOT IN ('draft', 'cancel')
                      AND pos_order.company_id = ANY(%(companies)s) %(fence)s) sold
             WHERE recalled.recall_id = %(recall)s
             UNION ALL
            SELECT done.lot_id, picking.partner_id,
                   CASE WHEN dest.usage = 'customer' THEN 1 ELSE -1 END * done.quantity_product_uom,
                   0, NULL, NULL,
                   done.date
              FROM pos_number_recall_lot recalled
              JOIN stock_move_line done ON done.lot_id = recalled.lot_id
              JOIN stock_location source ON source.id = done.location_id
              JOIN stock_location dest ON dest.id = done.location_dest_id
              LEFT JOIN stock_picking picking ON picking.id = done.picking_id
             WHERE recalled.recall_id = %(recall)s
               AND done.state = 'done' AND done.pos_number_id IS NULL
               AND done.company_id = ANY(%(companies)s)
               AND (source.usage = 'customer') IS DISTINCT FROM (dest.usage = 'customer')
               AND picking.pos_order_id IS NULL AND picking.pos_session_id IS NULL
            """,
            quantity=NUMBER_QUANTITY,
            recall=self.id,
            companies=self._get_company_ids(),
            history_end=self.env["pos.number.history"]._get_end(),
            fence=self._get_fence(),
        )

    def _read_customers(self):
        """Who has the units, and who of them has no notice yet: the units are read once for both"""
        ((sold, waiting, unknown, reachable, untold),) = self.env.execute_query(
            SQL(
                """
                WITH %(people)s
                SELECT COALESCE(SUM(quantity), 0), COALESCE(SUM(unmoved), 0),
                       COALESCE(SUM(quantity) FILTER (WHERE NOT is_known AND NOT is_reached), 0),
                       COALESCE(SUM(quantity) FILTER (WHERE is_reached), 0),
                       %(untold)s
                  FROM (SELECT units.quantity, units.unmoved, partner.id IS NOT NULL AS is_known,
                               COALESCE(partner.email, '') != ''
                               OR COALESCE(partner.phone, '') != ''
                               OR told.sale_id IS NOT NULL AS is_reached
                          FROM units
                          LEFT JOIN res_partner partner ON partner.id = units.partner_id
                          LEFT JOIN (SELECT DISTINCT sale_id FROM linked) told
                            ON told.sale_id = units.sale_id
                        OFFSET 0) sold
                """,
                people=self._get_people(),
                # A drill writes to nobody.
                untold=SQL("0") if self.is_drill else SQL("(SELECT COUNT(*) FROM untold)"),
            )
        )
        return {
            "units_sold": sold,
            "sold_waiting": waiting,
            "units_reachable": reachable,
            "units_anonymous": unknown,
            "units_perhaps": self._read_perhaps(),
            "to_notify_count": untold,
        }

    def _read_perhaps(self):
        """Units of the recalled products that left without a number, less what came back so."""
        (units,) = self.env.execute_query(
            SQL(
                """
                WITH products AS MATERIALIZED (
                    SELECT DISTINCT product_id FROM pos_number_recall_lot
                     WHERE recall_id = %(recall)s
                )
                SELECT (SELECT SUM(line.quantity)
                          FROM products
                         CROSS JOIN LATERAL (
                               SELECT SIGN(qty) * missing_number_qty AS quantity, order_id
                                 FROM pos_order_line
                                WHERE product_id = products.product_id
                                  AND missing_number_qty > 0 OFFSET 0) line
                          JOIN pos_order ON pos_order.id = line.order_id
                         WHERE pos_order.company_id = ANY(%(companies)s)
                           AND pos_order.state NOT IN ('draft', 'cancel')),
                       -- A kit's line is of another product: its parts wait in transfers.
                       (SELECT SUM(SIGN(line.qty) * move.product_qty)
                          FROM stock_move move
                          JOIN pos_order_line line ON line.id = move.pos_numbers_line_id
                         WHERE move.product_id = ANY(ARRAY(SELECT product_id FROM products))
                           AND move.pos_numbers_waiting IS TRUE AND move.state = 'confirmed'
                           AND line.product_id != move.product_id
                           AND line.company_id = ANY(%(companies)s)),
                       (SELECT SUM(SIGN(line.qty) * move.product_qty)
                          FROM pos_order_line line
                          JOIN stock_move move ON move.pos_numbers_line_id = line.id
                         WHERE line.closed_number_qty > 0 AND move.pos_numbers_closed
                           AND move.product_id = ANY(ARRAY(SELECT product_id FROM products))
                           AND line.product_id != move.product_id
                           AND line.company_id = ANY(%(companies)s))
                """,
                recall=self.id,
                companies=self._get_company_ids(),
            )
        )
        return max(0.0, sum(float(quantity or 0) for quantity in units))

    def _read_sold_by_shop(self):
        """`[(shop or False, day, quantity)]` net of returns, newest first; the reader's days."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT config_id,
                       (sold_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date, SUM(quantity)
                  FROM (%(units)s) units GROUP BY 1, 2 ORDER BY 2 DESC, 1
                """,
                zone=self.env.user.tz or "UTC",
                units=self._get_units(),
            )
        )
        shops = self.env["pos.config"].sudo()
        return [(shops.browse(shop).name or False, day, quantity) for shop, day, quantity in rows]

    def _read_stock_left(self):
        """`[(location, quantity)]` of what is left."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT location.complete_name, SUM(quant.quantity)
                  FROM pos_number_recall_lot recalled
                  JOIN stock_quant quant ON quant.lot_id = recalled.lot_id
                  JOIN stock_location location ON location.id = quant.location_id
                 WHERE recalled.recall_id = %s
                   AND location.usage IN ('internal', 'transit')
                   AND (location.company_id IS NULL OR location.company_id = ANY(%s))
                 GROUP BY 1 HAVING SUM(quant.quantity) != 0 ORDER BY 1
                """,
                self.id,
                self._get_company_ids(),
            )
        )

    def _read_receipts(self, limit=200):
        """`[(day, supplier, document, quantity)]`: where the lots came from."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT done.date::date, partner.name, COALESCE(picking.name, move.reference),
                       SUM(done.quantity_product_uom)
                  FROM pos_number_recall_lot recalled
                  JOIN stock_move_line done ON done.lot_id = recalled.lot_id
                  JOIN stock_move move ON move.id = done.move_id
                  JOIN stock_location source ON source.id = done.location_id
                  LEFT JOIN stock_picking picking ON picking.id = done.picking_id
                  LEFT JOIN res_partner partner ON partner.id = picking.partner_id
                 WHERE recalled.recall_id = %s AND done.state = 'done'
                   AND done.company_id = ANY(%s)
                   AND source.usage NOT IN ('internal', 'transit', 'customer', 'view')
                 GROUP BY 1, 2, 3 ORDER BY 1 DESC, 3 LIMIT %s
                """,
                self.id,
                self._get_company_ids(),
                limit,
            )
        )

    def _read_gaps(self, limit=200):
        """`[(order, product, quantity)]`: units of these products that left without a number."""
        self.env.flush_all()
        products = self._get_products().ids
        lines = (
            self.env["pos.order.line"]
            .sudo()
            .search(
                [
                    *("&", "&", ("company_id", "in", self._get_company_ids()), ("qty", ">", 0)),
                    *("&", ("order_id.state", "not in", ("draft", "cancel")), "|", "&"),
                    *(("product_id", "in", products), ("missing_number_qty", ">", 0)),
                    # Of a kit: its parts wait.
                    *("&", ("waiting_number_qty", ">", 0), ("product_id", "not in", products)),
                    ("waiting_move_ids.product_id", "in", products),
                ],
                limit=limit,
                order="id desc",
            )
        )
        return [
            (line.order_id._get_receipt_title(), line.product_id.display_name, quantity)
            for line in lines
            if (
                quantity := line.missing_number_qty
                if line.product_id.id in products
                else line.waiting_number_qty
            )
        ]

    def _read_tables(self, limit=200):
        """Where the lots came from, where they went, what is left, what is perhaps affected.

        :return: `{"receipts": [[day, supplier, document, quantity]], "sold": [[shop or False, day,
            quantity]], "left": [[location, quantity]], "gaps": [[order, product, quantity]]}`,
            days as YYYY-MM-DD: it can be kept as JSON
        """
        return {
            "receipts": [
                (str(day), supplier, document, float(quantity))
                for day, supplier, document, quantity in self._read_receipts(limit)
            ],
            "sold": [
                (shop, str(day), float(quantity))
                for shop, day, quantity in self._read_sold_by_shop()[:limit]
            ],
            "left": [(place, float(quantity)) for place, quantity in self._read_stock_left()],
            "gaps": [
                (sale, product, float(quantity))
                for sale, product, quantity in self._read_gaps(limit)
            ],
        }
