"""The demo data: a phone with a life, and a lot with many buyers."""

from datetime import timedelta

from odoo import fields
from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file

MODULE = "pos_lot_traceability"


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        if not company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
        for file in Manifest.for_addon(MODULE)["demo"]:
            convert_file(cls.env, MODULE, file, {}, mode="init", noupdate=True)

    def _trace(self, name):
        return self.env["pos.number.trace"].get_trace({"text": name})

    def test_phone(self):
        trace = self._trace("F5000301")
        kinds = {"receipt", "sale", "refund"} | (
            {"repair"} if "repair.order" in self.env else set()
        )
        self.assertEqual({row["kind"] for row in trace["rows"]}, kinds)
        # Repaired after it came back, before it was sold again.
        order = ["sale", "repair", "refund", "sale", "receipt"]
        expected = [kind for kind in order if kind in kinds]
        self.assertEqual([row["kind"] for row in trace["rows"]], expected)
        self.assertIn("unknown customer", trace["card"]["answer"])
        self.assertEqual(trace["card"]["warranty_state"], "running")
        config = self.env.ref(f"{MODULE}.pos_config_demo")
        self.assertFalse(config.current_session_id, "a session was left open")

    def test_warranties(self):
        """The list of those that end soon is not empty."""
        today = fields.Date.today()
        numbers = self.env["pos.pack.operation.lot"].search(
            [
                ("warranty_state", "=", "running"),
                ("warranty_end", "<=", today + timedelta(days=60)),
                ("lot_name", "=like", "F5%"),
            ]
        )
        self.assertEqual(sorted(numbers.mapped("lot_name")), ["F5000401", "F5000402"])

    def test_lot(self):
        trace = self._trace("P2608")
        self.assertEqual(len(trace["rows"]), 20)
        self.assertTrue(trace["next"])
        numbers = self.env["stock.lot"].search([("name", "=", "P2608")]).pos_number_ids
        self.assertEqual(len(numbers), 40)
        customers = numbers.mapped("order_id.partner_id")
        self.assertGreater(len(customers), 10)
        self.assertTrue(numbers.filtered(lambda number: not number.partner_id))
