"""The screens of assigning, used as an inventory user."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import AssignmentCase, WizardCase


@tagged("post_install", "-at_install")
class TestWorklist(AssignmentCase):
    """What waits is listed, counted and found."""

    def setUp(self):
        super().setUp()
        self.order = self._sell(self._line(self.phone, 2, ["SN1"]), self._line(self.milk, 3))
        self._sell(self._line(self.phone, 1, ["SN2"]))
        self._fresh()

    def _action(self, name):
        return self.env["ir.actions.actions"]._for_xml_id(f"pos_lot_traceability.{name}")

    def test_lists_what_waits(self):
        """Lines with units that wait, and no other."""
        action = self.env.ref("pos_lot_traceability.action_numbers_to_assign")
        domain = [("waiting_number_qty", ">", 0), ("order_id.config_id", "=", self.till.id)]
        self.assertEqual(action.domain, str(domain[:1]).replace('"', "'"))
        lines = self.env["pos.order.line"].with_user(self.inventory).search(domain)
        self.assertEqual(lines, self.order.lines)

    def test_read_as_the_list_does(self):
        """An inventory user without any Point of Sale right reads every column and group."""
        lines = self.env["pos.order.line"].with_user(self.inventory)
        view = lines.get_view(
            self.env.ref("pos_lot_traceability.view_numbers_to_assign_list").id, "list"
        )
        names = view["models"]["pos.order.line"]
        spec = {name: {"fields": {"display_name": {}}} for name in names}
        for name in names:
            if not lines._fields[name].relational:
                spec[name] = {}
        rows = lines.web_search_read([("waiting_number_qty", ">", 0)], spec)
        self.assertGreaterEqual(rows["length"], 2)
        for group in ("order_config_id", "order_session_id", "product_id", "order_date:day"):
            with self.subTest(group=group):
                groups = lines.formatted_read_group(
                    [("order_id", "=", self.order.id)], [group], ["__count"]
                )
                self.assertEqual(sum(row["__count"] for row in groups), 2)

    def test_counts(self):
        """The shop's card counts orders, the closing dialog units."""
        self.assertEqual(self.till.with_user(self.cashier).numbers_to_assign_count, 1)
        data = self.till.current_session_id.with_user(self.cashier).get_closing_control_data()
        self.assertEqual(data["numbers_to_assign"], {"amounts": "4 units", "orders": 1})

    def test_filter_orders(self):
        """Orders are found by what waits, and by number."""
        orders = self.env["pos.order"].with_user(self.cashier)
        mine = [("session_id", "=", self.till.current_session_id.id)]
        self.assertEqual(orders.search([*mine, ("waiting_number_qty", ">", 0)]), self.order)
        found = orders.search([*mine, ("lines.pack_lot_ids.lot_name", "ilike", "SN1")])
        self.assertEqual(found, self.order)

    def test_waiting_transfer(self):
        """From the order to the transfer that waits."""
        action = self.order.with_user(self.inventory).action_view_numbers_transfer()
        self.assertEqual(action["res_id"], self._open_moves(self.phone).picking_id.id)

    def test_found_by_number(self):
        """Orders are found by a part of a number, and by an index."""
        order = self._sell(self._line(self.phone, 1, ["SN1"]), self._line(self.milk, 1, ["L1"]))
        self.env.flush_all()
        orders = self.env["pos.order"].with_user(self.inventory)
        self.assertIn(order, orders.search([("lines.pack_lot_ids.lot_name", "ilike", "sn1")]))
        # A handful of rows is quicker read than looked up.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM pos_pack_operation_lot WHERE lot_name ILIKE '%sn12345%'"
        )
        plan = " ".join(row for (row,) in self.env.cr.fetchall())
        self.assertIn("pos_pack_operation_lot_lot_name_idx", plan)

    def test_link_to_an_order(self):
        """A link to an order opens for inventory users what they may see of it."""
        order = self._sell(self._line(self.phone, 1))
        own_form = self.env.ref("pos_lot_traceability.view_pos_order_numbers_form")
        self.assertEqual(order.with_user(self.inventory).get_formview_id(), own_form.id)
        self.assertNotEqual(order.with_user(self.cashier).get_formview_id(), own_form.id)

    def test_order_for_inventory_users(self):
        """They see the order in a form without payments, POS users see the whole one."""
        action = self.order.with_user(self.inventory)._get_numbers_order_action()
        form = self.env.ref("pos_lot_traceability.view_pos_order_numbers_form")
        self.assertEqual(action["views"], [(form.id, "form")])
        Form(self.order.with_user(self.inventory), form)
        self.assertNotIn("views", self.order.with_user(self.cashier)._get_numbers_order_action())

    def test_estimate(self):
        """The cost of what waits is marked as an estimate."""
        self.assertEqual(self.order.lines.mapped("is_cost_estimated"), [True, True])


@tagged("post_install", "-at_install")
class TestWizard(WizardCase):
    """Scan, type, paste, pick or import."""

    def test_paste(self):
        """Pasted numbers, whatever stands between them."""
        form = self._open(self.order.lines)
        self.assertEqual(form.quantity, 3)
        form.text = "SN1\nSN2, SN3\n"
        self.assertTrue(form.is_valid)
        self.assertIn("3 of 3", form.preview)
        form.save().action_assign()
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1, "SN3": 1})

    def test_errors_before_anything_moves(self):
        """What cannot be is told beside the number, and nothing is assigned."""
        form = self._open(self.order.lines)
        form.text = "SN1\nL1\nSN1"
        self.assertFalse(form.is_valid)
        self.assertIn("another product", form.preview)
        self.assertIn("twice", form.preview)
        with self.assertRaises(UserError):
            form.save().action_assign()
        self._fresh()
        self.assertEqual(self._gone(self.phone), {})

    def test_candidates(self):
        """What is on hand is offered in removal order; picked ones are assigned."""
        form = self._open(self.order.lines)
        wizard = form.save()
        names = wizard.candidate_ids.lot_id.mapped("name")
        self.assertEqual(names, ["SN1", "SN2", "SN3", "SN4", "SN5"])
        with form.candidate_ids.edit(1) as candidate:
            candidate.is_taken = True
        self.assertIn("1 of 3", form.preview)
        form.save().action_assign()
        self.assertEqual(self._gone(self.phone), {"SN2": 1})

    def test_candidates_leave_out_the_sold(self):
        """A serial that is sold and not moved is not offered."""
        self._sell(self._line(self.phone, 1, ["SN1"]))
        wizard = self._open(self.order.lines).save()
        self.assertNotIn("SN1", wizard.candidate_ids.lot_id.mapped("name"))

    def test_candidates_of_a_return(self):
        """For a return: what was sold and has not come back."""
        order = self._sell(self._line(self.phone, 2, ["SN1", "SN2"]))
        refund = self._give_back(order, 1)
        wizard = self._open(refund.lines).save()
        self.assertEqual(wizard.candidate_ids.lot_id.mapped("name"), ["SN1", "SN2"])

    def test_lots(self):
        """Lots with and without a quantity: the last one takes the rest."""
        form = self._open(self.milk_order.lines)
        form.text = "L1;2\nL2"
        self.assertIn("5 of 5", form.preview)
        form.save().action_assign()
        self.assertEqual(self._gone(self.milk), {"L1": 2, "L2": 3})

    def test_lot_picked(self):
        """A picked lot takes its quantity."""
        form = self._open(self.milk_order.lines)
        with form.candidate_ids.edit(0) as candidate:
            candidate.quantity = 4
        form.save().action_assign()
        self.assertEqual(self._gone(self.milk), {"L1": 4})

    def _import(self, line, content):
        form = self._open(line)
        form.file = base64.b64encode(content.encode())
        return form

    def test_csv(self):
        """A file with a header, a quantity column and quotes."""
        content = 'Lot,Quantity,Product\r\n"L1",2,Milk\r\nL2,1,M'
        with self.assertLogs("odoo.tests.form.onchange", "WARNING") as told:
            form = self._import(self.milk_order.lines, content)
        self.assertIn("titles of columns: Lot · Quantity", told.output[0])
        self.assertEqual(form.text, "L1;2\nL2;1")
        self.assertIn("3 of 5", form.preview)
        form.save().action_assign()
        self.assertEqual(self._gone(self.milk), {"L1": 2, "L2": 1})

    def test_csv_of_serials(self):
        """A plain list of serials, and one that names a quantity of one."""
        self.assertEqual(self._import(self.order.lines, "SN1\nSN2\n").text, "SN1\nSN2")
        with self.assertLogs("odoo.tests.form.onchange", "WARNING"):
            form = self._import(self.order.lines, "serial;qty\nSN1;1\nSN3;1")
        self.assertEqual(form.text, "SN1\nSN3")

    def test_csv_with_errors(self):
        """Each bad row is named; nothing is assigned."""
        form = self._import(self.order.lines, "SN1\nL1\n")
        self.assertIn("another product", form.preview)
        with self.assertRaises(UserError):
            form.save().action_assign()
        self._fresh()
        self.assertEqual(self._gone(self.phone), {})

    def test_csv_is_text(self):
        """Names with separators stay one name; formulas and markup are text."""
        radio = self._product("Radio")
        self._put(radio, {None: 3})
        order = self._sell(self._line(radio, 3))
        form = self._import(order.lines, '"A,B"\n=1+1\n<i>x</i>\n')
        self.assertIn("&lt;i&gt;x", form.preview)
        form.save().action_assign()
        self.assertEqual(set(self._gone(radio)), {"A,B", "=1+1", "<i>x</i>"})

    def test_next(self):
        """Assign and go on with the next line of the shop, oldest first."""
        self._sell(self._line(self.phone, 1))
        form = self._open(self.order.lines)
        form.text = "SN1\nSN2\nSN3"
        action = form.save().action_assign_next()
        self.assertRegex(action["params"]["message"], r"Numbers assigned to .+: 3\.")
        wizard = self.env["pos.number.assignment"].browse(action["params"]["next"]["res_id"])
        self.assertEqual(wizard.line_id.order_id.config_id, self.till)
        self.assertEqual(wizard.line_id, self.milk_order.lines)

    def test_cashier(self):
        """A cashier opens none of it; a Point of Sale manager does."""
        with self.assertRaises(AccessError):
            self._open(self.order.lines, user=self.cashier)
        manager = new_test_user(
            self.env, login="manager", groups="base.group_user,point_of_sale.group_pos_manager"
        )
        form = self._open(self.order.lines, user=manager)
        form.text = "SN1"
        with form.candidate_ids.edit(2) as candidate:
            candidate.is_taken = True
        form.save().action_assign()
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN3": 1})
