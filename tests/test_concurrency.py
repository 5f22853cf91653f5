"""Two tills at the same moment, in two real transactions."""

import threading
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from .against_core.common import AcceptanceCase

WAIT = 30  # seconds; a test that hangs longer has failed


class Shop(AcceptanceCase):
    """Builds the acceptance tests' shop, but in a transaction that others can see."""

    @classmethod
    def setUpClass(cls):  # pylint: disable=method-required-super
        raise NotImplementedError("a builder, not a test")


@tagged("post_install", "-at_install")
class TestTwoTills(BaseCase):
    """Each till has its own database connection, and both are at work before either commits."""

    def setUp(self):
        super().setUp()
        self.database = get_db_name()
        self.registry = Registry(self.database)
        with db_connect(self.database).cursor() as cr:
            self.highest = self._get_highest_ids(cr)
            self.addCleanup(self._clean_up)
            env = api.Environment(cr, SUPERUSER_ID, {})
            shop = Shop("run")
            Shop.env, Shop.company = env, env.company
            if not env.company.chart_template:
                self.skipTest("needs a company with accounts")
            Shop.warehouse = env["stock.warehouse"].create({"name": "Two tills", "code": "TWO"})
            tills = [Shop._till(f"Till {number}") for number in (1, 2)]
            self.cashiers = []
            for number in (1, 2):
                shop.cashier = Shop._cashier(f"two_tills_{number}")
                self.cashiers.append(shop.cashier.id)
            phone = Shop._product("Phone of two tills")
            Shop._put(phone, ["SN1", "SN2"])
            self.product_id = phone.id
            self.make_payload = lambda names: [
                shop._paid(shop._line(phone, 1, names), till=till, user_id=user)
                for till, user in zip(tills, self.cashiers, strict=True)
            ]
            self.payloads = {}
            for names in (("SN1",), ("SN2",), ("NEW1",)):
                self.payloads[names] = self.make_payload(names)
            cr.commit()  # pylint: disable=invalid-commit

    # ------------------------------------------------------------------ at the same time

    def _sell_at_once(self, names, meeting):
        """Both tills sell; both reach `meeting` (a method of numbers) before either goes on."""
        Number = self.registry["pos.pack.operation.lot"]
        original = getattr(Number, meeting)
        barrier = threading.Barrier(2, timeout=WAIT)
        met = threading.local()

        def wait_for_the_other(numbers, *args, **kwargs):
            if not getattr(met, "once", False):
                met.once = True  # who has to try again finds nobody there
                barrier.wait()
            return original(numbers, *args, **kwargs)

        errors = []

        def sell(user, payload):
            try:
                with db_connect(self.database).cursor() as cr:
                    env = api.Environment(cr, user, {})
                    retrying(lambda: env["pos.order"].sync_from_ui([dict(payload)]), env)
                    cr.commit()  # pylint: disable=invalid-commit
            except Exception as error:  # noqa: BLE001  it belongs to the test's own thread
                errors.append(error)

        threads = [
            threading.Thread(target=sell, args=pair)
            for pair in zip(self.cashiers, self.payloads[names], strict=True)
        ]
        with (
            patch.object(Number, meeting, wait_for_the_other),
            # Odoo's runner holds it while tests run; browser tests do the same.
            patch.object(Registry, "_lock", DummyRLock()),
            # Who comes second is told so by a unique index.
            mute_logger("odoo.sql_db"),
        ):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(WAIT)
        self.assertFalse([thread for thread in threads if thread.is_alive()], "a till hangs")
        self.assertFalse(errors)

    def _read(self, names):
        """What the database holds now, in a transaction of its own."""
        cr = db_connect(self.database).cursor()
        self.addCleanup(cr.close)
        env = api.Environment(cr, SUPERUSER_ID, {})
        uuids = [payload["uuid"] for payload in self.payloads[names]]
        orders = env["pos.order"].search([("uuid", "in", uuids)])
        self.assertEqual(orders.mapped("state"), ["paid", "paid"], "both sales stand")
        return orders.lines.pack_lot_ids

    def test_one_serial(self):
        """Both sales stand, one has the serial, exactly one is flagged."""
        self._sell_at_once(("SN1",), "_try_hold")
        numbers = self._read(("SN1",))
        duplicates = numbers.filtered(lambda number: "duplicate" in number.flag_ids.mapped("code"))
        self.assertEqual((len(numbers), len(duplicates)), (2, 1))
        self.assertEqual((numbers - duplicates).holds, True)
        self.assertEqual((numbers - duplicates)._get_moved_quantity(), 1)
        self.assertEqual(duplicates._get_moved_quantity(), 0)
        self.assertEqual(duplicates.pos_order_line_id.waiting_number_qty, 1)
        quants = numbers.env["stock.quant"].search([("lot_id", "=", numbers.lot_id.id)])
        where = {quant.location_id.usage: quant.quantity for quant in quants if quant.quantity}
        self.assertEqual(where, {"customer": 1})

    def test_one_new_lot(self):
        """Both enter a number that nobody knows: one lot is made, one sale is flagged."""
        self._sell_at_once(("NEW1",), "_claim_new_lots")
        numbers = self._read(("NEW1",))
        lots = numbers.env["stock.lot"].search(
            [("product_id", "=", self.product_id), ("name", "=", "NEW1")]
        )
        self.assertEqual(len(lots), 1)
        self.assertEqual(numbers.lot_id, lots)
        duplicates = numbers.filtered(lambda number: "duplicate" in number.flag_ids.mapped("code"))
        self.assertEqual(len(duplicates), 1)

    def test_quant_held_by_another(self):
        """Somebody else is at work on the quant: the sale neither waits nor loses a unit."""
        payload = self.payloads[("SN2",)][0]
        holder = db_connect(self.database).cursor()
        self.addCleanup(holder.close)
        holder.execute(
            """
            SELECT quant.id
              FROM stock_quant quant
              JOIN stock_lot lot ON lot.id = quant.lot_id
             WHERE quant.product_id = %s AND lot.name = 'SN2'
               FOR UPDATE OF quant
            """,
            [self.product_id],
        )
        ((held,),) = holder.fetchall()
        with db_connect(self.database).cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '5s'")
            env = api.Environment(cr, self.cashiers[0], {})
            env["pos.order"].sync_from_ui([payload])
            quants = env["stock.quant"].sudo().search([("lot_id.name", "=", "SN2")])
            quants = quants.filtered(lambda quant: quant.product_id.id == self.product_id)
            here = quants.filtered(lambda quant: quant.location_id.usage == "internal")
            self.assertEqual(quants.browse(held).quantity, 1, "it is another's to write")
            self.assertEqual(sum(here.mapped("quantity")), 0)
            self.assertEqual(sum((quants - here).mapped("quantity")), 1)
            cr.rollback()

    # ------------------------------------------------------------------ leave no trace

    def _get_tables(self, cr):
        cr.execute(
            """
            SELECT table_name
              FROM information_schema.columns
              JOIN information_schema.tables USING (table_schema, table_name)
             WHERE table_schema = current_schema
               AND table_type = 'BASE TABLE'
               AND column_name = 'id'
               AND data_type = 'integer'
            """
        )
        return [name for (name,) in cr.fetchall()]

    def _get_highest_ids(self, cr):
        highest = {}
        for table in self._get_tables(cr):
            cr.execute(f'SELECT max(id) FROM "{table}"')
            highest[table] = cr.fetchone()[0] or 0
        return highest

    def _clean_up(self):
        """Delete all rows that were made since, in whatever order their references allow."""
        with db_connect(self.database).cursor() as cr:
            left = dict(self.highest)
            while left:
                done = [table for table in left if self._delete_since(cr, table, left[table])]
                if not done:
                    raise AssertionError(f"rows are left in {sorted(left)}")
                for table in done:
                    del left[table]
            cr.commit()  # pylint: disable=invalid-commit
        self.registry.clear_all_caches()

    def _delete_since(self, cr, table, highest):
        """Delete what was made since, unless something else still refers to it."""
        try:
            with cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                cr.execute(f'DELETE FROM "{table}" WHERE id > %s', [highest])
        except psycopg2.Error:
            return False
        return True
