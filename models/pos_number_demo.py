from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..number.paid_order import get_till_values, make_line, make_order

BUYERS = 40


class PosNumberDemo(models.AbstractModel):
    """Makes demo sales, see `demo/trace_demo.xml`: a phone with a life, two whose warranty ends
    soon, a lot with many buyers.
    """

    _name = "pos.number.demo"
    _description = "Demo Sales with Lot/Serial Numbers"

    @api.model
    def _make_sales(self):
        config = self.env.ref("pos_lot_traceability.pos_config_demo")
        if not config.company_id.chart_template or config.current_session_id:
            return  # without accounts no session can be closed
        phone = self._get_product("product_phone_demo")
        medicine = self._get_product("product_medicine_demo")
        supplier = self.env.ref("pos_lot_traceability.partner_supplier_demo")
        self._receive(config, supplier, phone, "F5000301", 1, days_ago=90)
        for name in ("F5000401", "F5000402"):
            self._receive(config, supplier, phone, name, 1, days_ago=800)
        self._receive(config, supplier, medicine, "P2608", 100, days_ago=80)
        # Odoo's superuser may not open a session.
        config.with_user(self.env.ref("pos_lot_traceability.user_cashier_demo")).open_ui()
        session = config.current_session_id
        session.set_opening_control(session.cash_register_balance_start, "")
        buyer = self.env.ref("pos_lot_traceability.partner_order_demo")
        # Of two years of warranty, some weeks are left.
        self._sell(config, phone, "F5000401", 1, 715, buyer)
        self._sell(config, phone, "F5000402", 1, 690)
        sale = self._sell(config, phone, "F5000301", 1, 75, buyer)
        self._sell(config, phone, "F5000301", -1, 60, buyer, sale.lines)
        self._repair(phone, "F5000301", buyer)
        self._sell(config, phone, "F5000301", 1, 30)
        names = self._create_buyers()
        for number in range(BUYERS):
            # Two of three are known.
            partner = names[number // 3] if number % 3 else False
            self._sell(config, medicine, "P2608", 1 + number % 2, 70 - number, partner)
        session.close_session_from_ui()

    def _get_product(self, name):
        return self.env.ref(f"pos_lot_traceability.{name}").product_variant_id

    def _create_buyers(self):
        names = ("Ada", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Iris", "Jonas")
        return self.env["res.partner"].create(
            [
                {"name": f"{name} {family}", "email": f"{name}.{family}@example.com".lower()}
                for name in names
                for family in ("Berg", "Lind")
            ][: BUYERS // 3 + 1]
        )

    def _receive(self, config, supplier, product, name, quantity, days_ago):
        """Receive a lot from a supplier, so many days ago."""
        warehouse = config.picking_type_id.warehouse_id
        kind = warehouse.in_type_id
        picking = self.env["stock.picking"].create(
            {
                "partner_id": supplier.id,
                "picking_type_id": kind.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    **move._prepare_move_line_vals(),
                    "quantity": quantity,
                    "lot_id": self.env["stock.lot"]
                    .create({"product_id": product.id, "name": name})
                    .id,
                    "picked": True,
                }
            )
        ]
        picking._action_done()
        move.move_line_ids.date = fields.Datetime.now() - timedelta(days=days_ago)

    def _sell(self, config, product, name, quantity, days_ago, partner=False, refunded=False):
        """Sell at the till, as it sends its orders; below zero: take back. :return: the order"""
        date = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=days_ago))
        method = config.payment_method_ids.filtered(lambda each: each.type == "bank")[:1]
        line = make_line(
            product.id,
            product.display_name,
            quantity,
            product.lst_price,
            [
                {
                    "uuid": str(uuid4()),
                    "lot_name": name,
                    "quantity": abs(quantity),
                    "origin": "scanned" if quantity > 0 else "refund",
                }
            ],
            total=config.currency_id.round(product.lst_price * quantity),
            refunded_orderline_id=refunded and refunded.id,
        )
        till = {**get_till_values(config), "payment_method_id": method.id}
        order = make_order(
            [line],
            **till,
            date=date,
            partner_id=partner and partner.id,
            user_id=self.env.ref("pos_lot_traceability.user_cashier_demo").id,
            is_refund=quantity < 0,
        )
        Order = self.env["pos.order"]
        Order.sync_from_ui([order])
        return Order.search([("uuid", "=", order["uuid"])])

    def _repair(self, product, name, buyer):
        """What came back is repaired before it is sold again, where Repairs are installed."""
        if "repair.order" not in self.env:
            return
        lot = self.env["stock.lot"].search(
            [("product_id", "=", product.id), ("name", "=", name)], limit=1
        )
        repair = self.env["repair.order"].create(
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "partner_id": buyer.id,
                "internal_notes": "The loudspeaker was silent.",
            }
        )
        repair.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE repair_order SET create_date = %s WHERE id = %s",
                fields.Datetime.now() - timedelta(days=45),
                repair.id,
            )
        )
        repair.invalidate_recordset(["create_date"])
