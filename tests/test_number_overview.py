"""The Traceability page: each figure is the length of the list that it leads to."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .test_recall import RecallCase


@tagged("post_install", "-at_install")
class TestOverview(RecallCase):
    def _read(self, user=None):
        self._fresh()
        return self.env["pos.number.overview"].with_user(user or self.clerk).get_overview()

    def _tiles(self, user=None):
        return {tile["key"]: tile for tile in self._read(user)["tiles"]}

    def _count(self, action, user=None):
        """How many records the list has that a figure opens, as its reader finds it."""
        values = self.env["ir.actions.actions"]._for_xml_id(action["xmlid"])
        known = {"uid": self.env.uid, "now": fields.Datetime.to_string(fields.Datetime.now())}
        domain = action["domain"] or safe_eval(values["domain"] or "[]", known)
        context = action["context"] or (
            {} if action["domain"] else safe_eval(values["context"] or "{}")
        )
        if context.get("search_default_to_review"):
            domain = [*domain, ("needs_review", "=", True)]
        if context.get("search_default_running"):
            domain = [*domain, ("state", "=", "running")]
        if context.get("search_default_open"):
            domain = [*domain, ("closed_on", "=", False)]
        return self.env[values["res_model"]].with_user(user or self.clerk).search_count(domain)

    def test_quiet(self):
        """Nothing is the matter: figures of 0, and no division by it."""
        overview = self._read()
        before = {tile["key"]: tile["figure"] for tile in overview["tiles"]}
        self.assertEqual(before["recalls"], "0")
        self.assertEqual(overview["recalls"], [])

    def test_each_figure(self):
        before = {key: int(tile["figure"]) for key, tile in self._tiles().items()}
        self._sell(self._line(self.phone, 1))
        old = self._sell(self._line(self.milk, 2))
        old.date_order = fields.Datetime.now() - timedelta(days=10)
        self._sell(self._line(self.phone, 1, ["NEW"]), partner_id=self.customer.id)
        now = fields.Datetime.now()
        self._lot(self.milk, "L1").write(
            {"alert_date": now - timedelta(days=2), "expiration_date": now - timedelta(days=1)}
        )
        self._lot(self.milk, "L2").write(
            {"alert_date": now - timedelta(days=2), "expiration_date": now + timedelta(days=5)}
        )
        recall = self._start("SN1")
        self._lot(self.phone, "SN2").with_user(self.clerk).action_recall_drill()
        overview = self._read()
        tiles = {tile["key"]: tile for tile in overview["tiles"]}
        added = {key: int(tile["figure"]) - before[key] for key, tile in tiles.items()}
        # A serial that nobody knew waits for nothing and is flagged.
        self.assertEqual(
            {key: added[key] for key in ("gaps", "flags", "shelf", "recalls", "findings")},
            {"gaps": 2, "flags": 1, "shelf": 2, "recalls": 1, "findings": 0},
        )
        self.assertEqual(tiles["shelf"]["detail"][:8], "Expired:")
        self.assertEqual(tiles["shelf"]["level"], "danger")
        self.assertIn(tiles["drills"]["figure"], ("364", "365"))
        for key in ("gaps", "flags", "recalls", "findings"):
            self.assertEqual(str(self._count(tiles[key]["action"])), tiles[key]["figure"], key)
        # The list has a row for each place of a lot, also where it is opened by its address.
        self.assertEqual(self._count(tiles["shelf"]["action"]), 2 + before["shelf"])
        by_address = {**tiles["shelf"]["action"], "domain": False}
        self.assertEqual(self._count(by_address), 2 + before["shelf"])
        for gap in overview["gaps"]:
            self.assertEqual(self._count(gap["action"]), gap["count"], gap["label"])
        self.assertEqual(
            sum(gap["count"] for gap in overview["gaps"]), int(tiles["gaps"]["figure"])
        )
        (row,) = [row for row in overview["recalls"] if row["id"] == recall.id]
        self.assertEqual((row["notified"], row["answered"], row["days"]), (0, 0, 0))
        numbered, reached = (share["percent"] for share in overview["shares"])
        self.assertTrue(0 < numbered < 100)
        self.assertTrue(0 < reached < 100)

    def test_drill_due(self):
        self._lot(self.phone, "SN1").with_user(self.clerk).action_recall_drill()
        drill = self.env["pos.number.recall"].search([("is_drill", "=", True)], limit=1)
        others = self.env["pos.number.recall"].search([("is_drill", "=", True)]) - drill
        for each in others:
            each.started_on = fields.Datetime.now() - timedelta(days=900)
        drill.started_on = fields.Datetime.now() - timedelta(days=400)
        tile = self._tiles()["drills"]
        self.assertEqual((tile["figure"], tile["level"]), ("0", "danger"))
        self.assertIn("It was due on", tile["detail"])

    def test_who(self):
        """Inventory users and Point of Sale managers; others are refused, also strangers."""
        for user in (self.manager, self.clerk, self.shop_manager):
            self.assertTrue(self._read(user)["tiles"])
        for user in (self.cashier, new_test_user(self.env, "overview_nobody")):
            with self.assertRaises(AccessError):
                self._read(user)

    def test_own_companies_only(self):
        self._sell(self._line(self.phone, 1))
        self._start("SN1")
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "overview_stranger",
            groups="base.group_user,stock.group_stock_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        overview = self._read(stranger)
        figures = {tile["key"]: tile["figure"] for tile in overview["tiles"]}
        self.assertEqual((figures["gaps"], figures["recalls"], figures["shelf"]), ("0", "0", "0"))
        self.assertEqual(overview["recalls"], [])
