"""Methods of the add-on, called over HTTP by those who may not, and with odd arguments."""

from attacker import AttackCase

from odoo.tests import tagged

REFUSED = ("AccessError", "UserError", "MissingError", "ValidationError", "SessionExpiredException")


@tagged("post_install", "-at_install")
class TestCallers(AttackCase):
    """Each public method, as the weakest users who could try."""

    def assertRefused(self, role, model, method, *args, **kwargs):
        answer = self._call(role, model, method, *args, **kwargs)
        with self.subTest(role=role, method=f"{model}.{method}", message=answer.message):
            self.assertTrue(answer.error, "nobody refused it")
            self.assertTrue(answer.error.endswith(REFUSED), answer.error)

    def test_look_ups(self):
        """Shops are for those who may read them."""
        product = self.phone.id
        for role in ("inventory", "salesman", "portal", "stranger", "public"):
            for method, args in {
                "search_numbers": [product],
                "check_numbers": [product, ["SN1"]],
                "propose_numbers_for": [product, 1],
                "get_refundable_numbers": [self.sold_line.ids],
                "get_sale_order_numbers": [1],
                "open_ui": [],
            }.items():
                self.assertRefused(role, "pos.config", method, self.till.ids, *args)
            args = [self.company.id, self.till.id, product]
            self.assertRefused(role, "pos.order.line", "get_existing_lots", *args)
            session = self.till.current_session_id.ids
            self.assertRefused(role, "pos.session", "load_data", session, [])
            self.assertRefused(role, "pos.session", "get_closing_control_data", session)

    def test_clerks_methods(self):
        """Numbers of paid orders are for clerks of the company."""
        lines, numbers = self.sold_line.ids, self.sold_number.ids
        for role in ("cashier", "salesman", "portal", "stranger", "public"):
            for method in (
                "action_assign_numbers",
                "action_close_without_number",
                "action_reopen_numbers",
            ):
                self.assertRefused(role, "pos.order.line", method, lines)
            for method in ("action_review", "action_take_from_elsewhere"):
                self.assertRefused(role, "pos.pack.operation.lot", method, numbers)
            values = {"line_ids": [[6, 0, lines]], "reason": "because"}
            self.assertRefused(role, "pos.number.closing", "create", [values])
            if role != "stranger":  # a clerk of another company, who has a list of its own
                self.assertRefused(role, "pos.order.line", "action_assign_scanned", "SN1")
        answer = self._call("stranger", "pos.order.line", "action_assign_scanned", "SN1")
        self.assertIn("Nobody knows SN1", str(answer.result))
        self.assertUntouched()

    def test_findings(self):
        """What the nightly check found is dealt with by clerks of the company."""
        finding = self.env["pos.number.finding"].create(
            {
                "kind": "line_figure",
                "res_id": self.sold_line.id,
                "order_id": self.sold_line.order_id.id,
                "line_id": self.sold_line.id,
                "product_id": self.phone.id,
                "company_id": self.company.id,
                "expected": 1,
                "found": 2,
            }
        )
        for role in ("cashier", "salesman", "portal", "stranger", "public"):
            for method in ("action_mend", "action_open_document", "action_take_into_session"):
                self.assertRefused(role, "pos.number.finding", method, finding.ids)
        finding.invalidate_recordset()
        self.assertFalse(finding.closed_on)
        answer = self._call("inventory", "pos.number.finding", "action_mend", finding.ids)
        self.assertFalse(answer.error, answer.message)

    def test_flags(self):
        """A manager of any company changes no flag."""
        flag = self.env.ref("pos_lot_traceability.flag_duplicate")
        for role in ("cashier", "pos_manager", "inventory_manager", "stranger", "public"):
            self._call(role, "pos.number.flag", "write", flag.ids, {"code": "x"})
            flag.invalidate_recordset()
            self.assertEqual(flag.code, "duplicate")
            self.assertRefused(role, "pos.number.flag", "write", flag.ids, {"color": 5})
            self.assertRefused(role, "pos.number.flag", "unlink", flag.ids)
            self.assertRefused(role, "pos.number.flag", "create", [{"name": "x", "code": "x"}])

    def test_what_lines_cost(self):
        """An inventory user reads no cost, by whatever method."""
        domain = [["id", "=", self.sold_line.id]]
        for role in ("inventory", "stranger", "portal", "public"):
            if role == "inventory":
                names = ["total_cost", "margin", "price_unit"]
            else:
                names = ["qty"]
                if role == "stranger":  # a manager elsewhere: nothing of this company is found
                    answer = self._call(role, "pos.order.line", "search_read", domain, names)
                    self.assertEqual(answer.result, [])
                    continue
            for name in names:
                call = (role, "pos.order.line")
                self.assertRefused(*call, "read", self.sold_line.ids, [name])
                self.assertRefused(*call, "web_read", self.sold_line.ids, {name: {}})
                self.assertRefused(*call, "search_read", domain, [name])
        for name in ("total_cost", "price_unit"):
            call = ("inventory", "pos.order.line")
            self.assertRefused(*call, "search", [[name, ">", 0]])
            self.assertRefused(*call, "formatted_read_group", domain, [], [f"{name}:sum"])

    def test_odd_arguments(self):
        """They end in words, and the server has no fault."""
        shop, product = self.till.ids, self.phone.id
        for value in (True, 1.5, 10**30, -1, None, "1", {}, []):
            for method, args in {
                "search_numbers": [value],
                "check_numbers": [value, ["SN1"]],
                "propose_numbers_for": [value, 1],
                "get_refundable_numbers": [[value]],
                "get_sale_order_numbers": [value],
            }.items():
                self.assertRefused("cashier", "pos.config", method, shop, *args)
            self.assertRefused("cashier", "pos.config", "check_numbers", shop, product, value or 5)
            args = [self.company.id, self.till.id, value]
            self.assertRefused("cashier", "pos.order.line", "get_existing_lots", *args)
        names = ["\x00", "\ud800", "A\x00B"]
        answer = self._call("cashier", "pos.config", "check_numbers", shop, product, names)
        self.assertEqual((answer.error, answer.result), ("", {}))
        answer = self._call(
            "cashier", "pos.config", "search_numbers", shop, product, "\ud800", 20, names
        )
        self.assertFalse(answer.error, answer.message)
