"""The dialog that assigns: what it shows, what it offers, and how it goes on."""

from datetime import timedelta

from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import Form, tagged

from .common import AssignmentCase


class DialogCase(AssignmentCase):
    def _open(self, line, **context):
        """The dialog's form, as the inventory user opens it."""
        self._fresh()
        action = line.with_user(self.inventory).with_context(**context).action_assign_numbers()
        wizard = self.env["pos.number.assignment"].with_user(self.inventory)
        return Form(wizard.browse(action["res_id"]))

    def _rows(self, form):
        """[(number, state)] of the preview, as they are shown."""
        body = html.fromstring(form.preview)
        return [
            (
                "".join(row.xpath("td[2]/text()")).strip(),
                row.xpath("td[4]/@class")[0].removeprefix("o_pos_number_"),
            )
            for row in body.xpath("//tbody/tr[td[4]]")
        ]

    def _next(self, action):
        """The line of the dialog that an action opens; none when it opens none."""
        following = action["params"]["next"] if "params" in action else action
        wizard = self.env["pos.number.assignment"].browse(following.get("res_id"))
        return wizard.line_id.sudo()


@tagged("post_install", "-at_install")
class TestPreview(DialogCase):
    """Typos are seen: first what is bad, then what is new, then what is known."""

    def test_long_paste(self):
        """150 known numbers hide neither the typo at the end nor the new one before it."""
        names = [f"P{number:03}" for number in range(150)]
        self._put(self.phone, names)
        order = self._sell(self._line(self.phone, 152))
        self._lot(self.milk, "LX")
        form = self._open(order.lines)
        form.text = "\n".join([*names, "NEW1", "LX"])
        rows = self._rows(form)
        self.assertEqual(rows[:3], [("LX", "bad"), ("NEW1", "new"), ("P000", "good")])
        self.assertLess(len(rows), 110)
        kinds = html.fromstring(form.preview).xpath("//*[contains(@class, 'number_kinds')]/span")
        texts = [" ".join(kind.text_content().split()) for kind in kinds]
        self.assertEqual(texts, ["1 cannot be assigned", "1 new", "150 known"])

    def test_all_new_ones_are_shown(self):
        """Each of 130 new numbers has its row: any may be mistyped."""
        order = self._sell(self._line(self.phone, 130))
        form = self._open(order.lines)
        form.text = "NEW001..NEW130"
        self.assertEqual({state for _name, state in self._rows(form)}, {"new"})
        self.assertEqual(len(self._rows(form)), 130)
        self.assertTrue(form.is_valid)
        self.assertFalse(form.is_certain, "somebody looks at new numbers")

    def test_certain(self):
        """Only a complete line of known numbers is certain."""
        order = self._sell(self._line(self.phone, 2))
        form = self._open(order.lines)
        for text, is_certain in {"SN1": False, "SN1\nSN2": True, "SN1\nSN2\nSN3": False}.items():
            form.text = text
            self.assertEqual(form.is_certain, is_certain, text)

    def test_bad_lot_takes_nothing(self):
        """A bad lot row leaves what is open to the good one after it, wherever it stands."""
        order = self._sell(self._line(self.milk, 5))
        self._lot(self.phone, "PX")
        for text in ("PX\nL1", "L1\nPX", "PX;5\nL1", "PX;2\nL1"):
            with self.subTest(text=text):
                form = self._open(order.lines)
                form.text = text
                quantities = {
                    "".join(row.xpath("td[2]/text()")).strip(): row.xpath("string(td[3])")
                    for row in html.fromstring(form.preview).xpath("//tbody/tr")
                }
                self.assertEqual(quantities["L1"], "5")
                self.assertFalse(form.is_valid)

    def test_expired(self):
        """An expired lot is marked in the preview, and the line waits for a person."""
        lot = self._lot(self.milk, "OLD")
        lot.expiration_date = Datetime.now() - timedelta(days=1)
        self._put(self.milk, {"OLD": 2})
        form = self._open(self._sell(self._line(self.milk, 2)).lines)
        form.text = "OLD"
        self.assertEqual(self._rows(form), [("OLD", "warn")])
        self.assertIn("expired on", form.preview)
        self.assertTrue(form.is_valid)
        self.assertFalse(form.is_certain)

    def test_sold_elsewhere_names_the_receipt(self):
        """A serial that is sold names the receipt and its day: orders can be found by these."""
        sold = self._sell(self._line(self.phone, 1, ["SN1"]))
        form = self._open(self._sell(self._line(self.phone, 1)).lines)
        form.text = "SN1"
        self.assertIn(sold.pos_reference, form.preview)
        known = self.till.with_user(self.cashier).check_numbers(self.phone.id, ["SN1"])
        self.assertIn(sold.pos_reference, known["SN1"]["sold_in"])


@tagged("post_install", "-at_install")
class TestCandidates(DialogCase):
    def test_expired_last(self):
        """What has expired comes last and is marked, also where the shop goes by removal date."""
        self.milk.categ_id.removal_strategy_id = self.env.ref("product_expiry.removal_fefo")
        for name, days in {"GONE": -2, "SOON": 1, "LATE": 90}.items():
            lot = self._lot(self.milk, name)
            moment = Datetime.now() + timedelta(days=days)
            alert = Datetime.now() - timedelta(days=1) if days < 90 else moment
            lot.write({"expiration_date": moment, "removal_date": moment, "alert_date": alert})
            self._put(self.milk, {name: 3})
        wizard = self._open(self._sell(self._line(self.milk, 5)).lines).save()
        found = [(c.lot_id.name, c.level) for c in wizard.candidate_ids]
        self.assertEqual(found[-1], ("GONE", "danger"))
        self.assertIn(("SOON", "warning"), found)
        self.assertIn(("LATE", False), found)
        self.assertIn("expired on", wizard.candidate_ids[-1].status)


@tagged("post_install", "-at_install")
class TestRound(DialogCase):
    """The dialog follows the list as it is filtered and sorted."""

    def setUp(self):
        super().setUp()
        self.orders = [self._sell(self._line(self.phone, 1)) for _each in range(4)]
        self.lines = [order.lines for order in self.orders]
        self.shown = {
            "domain": [("id", "in", [line.id for line in self.lines[:3]])],
            "groupBy": [],
            "orderBy": [{"name": "id", "asc": False}],
        }

    def _start(self, line, shown=None):
        return self._open(line, pos_numbers_list=shown or self.shown).save()

    def test_order_and_filter(self):
        """Newest first, without what the filter leaves out, and the end says so."""
        wizard = self._start(self.lines[2])
        self.assertEqual(wizard.progress, "1 of 3")
        action = wizard.action_skip()
        self.assertEqual(self._next(action), self.lines[1])
        wizard = wizard.browse(action["res_id"])
        self.assertEqual(wizard.progress, "2 of 3")
        wizard.text = "SN1"
        action = wizard.action_assign_next()
        self.assertIn("SN1", action["params"]["message"])
        self.assertIn(self.orders[1].pos_reference, action["params"]["message"])
        self.assertEqual(self._next(action), self.lines[0])
        wizard = wizard.browse(action["params"]["next"]["res_id"])
        self.assertEqual(wizard.progress, "3 of 3")
        wizard.text = "SN2"
        action = wizard.action_assign_next()
        self.assertFalse(self._next(action))
        self.assertIn("still wait: 1", action["params"]["message"])
        self.assertEqual(self._names(self.lines[2]), [], "skipped lines stay as they are")

    def test_groups(self):
        """A grouped list is followed group by group."""
        milk = self._sell(self._line(self.milk, 1)).lines
        phone = self._sell(self._line(self.phone, 1)).lines
        (self.phone | milk.product_id).invalidate_recordset()
        ids = [*(line.id for line in self.lines), milk.id, phone.id]
        shown = {"domain": [("id", "in", ids)], "groupBy": ["product_id"], "orderBy": []}
        found = self.env["pos.order.line"].with_user(self.inventory)._read_round(shown)
        products = [line.product_id for line in self.env["pos.order.line"].browse(found)]
        self.assertEqual(sorted(found), sorted(ids))
        self.assertIn(products.index(self.milk), (0, 5), "in a group of its own")
        phones = [i for i in found if i != milk.id]
        self.assertEqual(phones, sorted(phones))

    def test_done_by_somebody_else(self):
        """What a colleague has done or closed meanwhile is passed over."""
        wizard = self._start(self.lines[2])
        self._assign(self.lines[1], "SN5")
        self.assertEqual(self._next(wizard.action_skip()), self.lines[0])

    def test_odd_lists(self):
        """What is no list is none: the shop's lines are followed, oldest first."""
        for shown in ("x", {"domain": "x"}, {"domain": [("nothing", "=", 1)]}, {"orderBy": [1]}):
            with self.subTest(shown=shown):
                wizard = self._start(self.lines[0], shown)
                self.assertEqual(self._next(wizard.action_skip()), self.lines[1])

    def test_foreign_lines_stay_closed(self):
        """Ids that a browser puts into the round open nothing that the user may not see."""
        company = self.env["res.company"].create({"name": "Stranger"})
        wizard = self._start(self.lines[2])
        wizard.sudo().round_ids = [self.lines[2].id, self.lines[3].id]
        self.lines[3].sudo().order_id.company_id = company
        self.lines[3].sudo().company_id = company
        self._fresh()
        self.assertFalse(self._next(wizard.action_skip()))

    def test_cashier(self):
        """A cashier skips nothing: the dialog is not theirs."""
        wizard = self._start(self.lines[2])
        with self.assertRaises(AccessError):
            wizard.with_user(self.cashier).action_skip()
