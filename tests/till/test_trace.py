"""Trace in a real browser: the same life at the till and in the back office."""

from uuid import uuid4

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..against_core.common import STOCK_USER
from .browser import driven_browser
from .common import TillCase


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestTraceOnScreen(TillCase):
    """A phone received, sold to Ada at one till, returned, and sold to nobody known at another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone.product_tmpl_id.write({"warranty_policy": "own", "warranty_months": 24})
        new_test_user(cls.env, "trace_inventory", groups=STOCK_USER)
        cls.second = cls.config.copy({"name": "Second till"})
        cls.second.payment_method_ids = cls.bank_method
        cls._receive()
        for till in (cls.config, cls.second):
            till.open_ui()
            till.current_session_id.set_opening_control(0, "")
        ada = cls.env["res.partner"].create({"name": "Ada"})
        sale = cls._sell_at(cls.config, 1, "2027-01-01", ada.id)
        cls._sell_at(cls.config, -1, "2027-01-02", ada.id, sale.lines.id)
        cls.last = cls._sell_at(cls.second, 1, "2027-01-03")

    @classmethod
    def _receive(cls):
        supplier = cls.env["res.partner"].create({"name": "Secret Supplies"})
        kind = cls.warehouse.in_type_id
        picking = cls.env["stock.picking"].create(
            {
                "partner_id": supplier.id,
                "picking_type_id": kind.id,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": cls.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": cls.phone.id,
                            "product_uom_qty": 1,
                            "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": cls.stock.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        lot = cls.env["stock.lot"].create({"product_id": cls.phone.id, "name": "SN1"})
        picking.move_ids.move_line_ids.lot_id = lot
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking._action_done()

    @classmethod
    def _sell_at(cls, till, quantity, day, partner_id=False, refunded_id=False):
        total = 100.0 * quantity
        line = {
            "uuid": str(uuid4()),
            "product_id": cls.phone.id,
            "full_product_name": cls.phone.display_name,
            "qty": quantity,
            "price_unit": 100.0,
            "price_subtotal": total,
            "price_subtotal_incl": total,
            "discount": 0,
            "tax_ids": [],
            "refunded_orderline_id": refunded_id,
            "pack_lot_ids": [Command.create({"lot_name": "SN1", "uuid": str(uuid4())})],
        }
        payment = {
            "uuid": str(uuid4()),
            "amount": total,
            "payment_method_id": cls.bank_method.id,
            "name": fields.Datetime.to_string(fields.Datetime.now()),
        }
        order = {
            "uuid": str(uuid4()),
            "name": "/",
            "state": "paid",
            "session_id": till.current_session_id.id,
            "company_id": till.company_id.id,
            "pricelist_id": till.pricelist_id.id,
            "fiscal_position_id": False,
            "partner_id": partner_id,
            "user_id": cls.cashier.id,
            "date_order": f"{day} 10:00:00",
            "last_order_preparation_change": "{}",
            "to_invoice": False,
            "amount_total": total,
            "amount_paid": total,
            "amount_tax": 0,
            "amount_return": 0,
            "is_refund": quantity < 0,
            "lines": [Command.create(line)],
            "payment_ids": [Command.create(payment)],
        }
        cls.env["pos.order"].with_user(cls.cashier).sync_from_ui([dict(order)])
        return cls.env["pos.order"].search([("uuid", "=", order["uuid"])])

    def test_at_the_till(self):
        with driven_browser():
            self.start_tour(
                f"/pos/ui/{self.second.id}", "numbers_trace_at_till", login="numbers_cashier"
            )
        claims = self.env["mail.activity"].search(
            [("res_model", "=", "pos.order"), ("res_id", "=", self.last.id)]
        )
        self.assertEqual(len(claims), 1)

    def test_in_the_back_office(self):
        with driven_browser():
            self.start_tour(
                "/odoo/pos-number-trace", "numbers_trace_in_back_office", login="trace_inventory"
            )
