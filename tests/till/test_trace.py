"""Trace in a real browser: the same life at the till and in the back office."""

from uuid import uuid4

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ...number.paid_order import get_till_values, make_line, make_order
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
        line = make_line(
            cls.phone.id,
            cls.phone.display_name,
            quantity,
            100.0,
            [{"lot_name": "SN1", "uuid": str(uuid4())}],
            refunded_orderline_id=refunded_id,
        )
        values = {**get_till_values(till), "payment_method_id": cls.bank_method.id}
        order = make_order(
            [line],
            **values,
            date=f"{day} 10:00:00",
            partner_id=partner_id,
            user_id=cls.cashier.id,
            is_refund=quantity < 0,
        )
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
