from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class PosNumberFinding(models.Model):
    """Something about numbers that does not fit, found by the nightly check. It repairs nothing."""

    _name = "pos.number.finding"
    _description = "Finding about Lot/Serial Numbers"
    _inherit = ["pos.number.guard", "mail.thread", "mail.activity.mixin"]
    _order = "closed_on desc, id desc"

    kind = fields.Selection(
        [
            ("stranded", "Paid sale in no closing"),
            ("order_figure", "Wrong count of an order"),
            ("line_figure", "Wrong count of a sold line"),
            ("no_line", "Waiting units without their sale"),
            ("hold", "Serial number counts as sold without a sale"),
            ("other_lot", "Another number left stock"),
            ("not_moved", "Sold number never left stock"),
        ],
        required=True,
        readonly=True,
    )
    res_id = fields.Integer("Record", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    order_id = fields.Many2one("pos.order", readonly=True, index="btree_not_null")
    line_id = fields.Many2one("pos.order.line", readonly=True)
    number_id = fields.Many2one(
        "pos.pack.operation.lot", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    move_id = fields.Many2one("stock.move", readonly=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True)
    expected = fields.Float(digits="Product Unit", readonly=True)
    found = fields.Float(digits="Product Unit", readonly=True)
    found_on = fields.Datetime(default=fields.Datetime.now, readonly=True)
    closed_on = fields.Datetime(
        "Gone since", readonly=True, help="A later check did not find it any more."
    )
    explanation = fields.Char(compute="_compute_explanation", string="What It Is")

    _one_open = models.UniqueIndex("(kind, res_id) WHERE closed_on IS NULL")

    @api.depends("kind", "order_id", "product_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for finding in self:
            finding.display_name = labels.get(finding.kind, "")

    @api.depends("kind", "expected", "found", "number_id.lot_name", "order_id.name")
    def _compute_explanation(self):
        for finding in self:
            finding.explanation = finding._get_explanation()

    def _get_explanation(self):
        """What does not fit and what can be done, in sentences that a shop manager understands."""
        # A reader of the finding need have no rights on transfers.
        record = self.sudo()
        number, order = record.number_id, record.order_id
        session = order.session_id
        values = {
            "order": order._get_receipt_title() if order else self.env._("no receipt"),
            "number": number.lot_name or "",
            "product": record.product_id.display_name or "",
            "expected": order._format_units(record.expected, record.product_id.uom_id),
            "found": order._format_units(record.found, record.product_id.uom_id),
            "transfer": record.move_id.picking_id.name or "",
            "session": session.name or "",
            "shop": session.config_id.name or "",
            "moved": ", ".join(
                line.lot_id.display_name or self.env._("no number")
                for line in number.move_line_ids
                if line.state == "done" and line.lot_id != number.lot_id
            ),
        }
        tell = getattr(record, f"_tell_{self.kind}", None)
        return tell(values) if tell else ""

    def _tell_stranded(self, values):
        if self.order_id.session_id.update_stock_at_closing:
            return self.env._(
                "The sale on %(order)s is paid, but session %(session)s was closed without it: "
                "its payment is in no journal entry, and its stock has not moved. A Point of Sale "
                "manager takes it into the open session of %(shop)s.",
                **values,
            )
        return self.env._(
            "The sale on %(order)s is paid, but session %(session)s was closed without it: its "
            "payment is in no journal entry. A Point of Sale manager takes it into the open "
            "session of %(shop)s.",
            **values,
        )

    def _tell_order_figure(self, values):
        return self.env._(
            "The list of orders shows %(found)s to assign for %(order)s, but its lines show "
            "%(expected)s. Count anew: only the figure changes, no stock moves.",
            **values,
        )

    def _tell_line_figure(self, values):
        return self.env._(
            "Lots/Serials to Assign shows %(found)s of %(product)s for %(order)s, but %(expected)s "
            "wait in its transfers. Count anew: only the figure changes, no stock moves.",
            **values,
        )

    def _tell_no_line(self, values):
        if self.way == "sale":
            return self.env._(
                "%(found)s of %(product)s wait for their number in transfer %(transfer)s, but it "
                "does not say any more for which line of %(order)s. Lots/Serials to Assign does "
                "not show them. Give them back to their sale.",
                **values,
            )
        return self.env._(
            "%(found)s of %(product)s wait for their number in transfer %(transfer)s, but no sale "
            "lacks them, so that nobody can assign one. Make it an ordinary transfer; then "
            "validate it if the goods left, or cancel it if they are here.",
            **values,
        )

    def _tell_hold(self, values):
        if self.way == "correct":
            return self.env._(
                "Number %(number)s of %(product)s was sold on %(order)s, but Inventory does not "
                "know it any more: its record was deleted. Correct it to the number on the unit, "
                "which may be the same.",
                **values,
            )
        return self.env._(
            "Serial number %(number)s of %(product)s counts as sold, but no paid sale has it. Its "
            "next sale would be called a duplicate. Make it free.",
            **values,
        )

    def _tell_other_lot(self, values):
        return self.env._(
            "%(number)s of %(product)s stands on %(order)s, but %(moved)s left stock for it. Find "
            "out which one the customer has, and enter that one under Correct: the receipt and "
            "stock follow. If it stands on another receipt, the dialog offers to exchange them.",
            **values,
        )

    def _tell_not_moved(self, values):
        return self.env._(
            "%(number)s of %(product)s stands on %(order)s, but it has not left stock, and nothing "
            "waits for it. If the customer has it, let it move now. If another one was handed "
            "out, let it move first, and correct it then.",
            **values,
        )

    # -------------------------------------------------------------------- the check

    @api.model
    def _note(self, kinds, start, end, rows):
        """Write down what a batch has found, and close what it does not find any more.

        :param set kinds: what the batch looked for, in records with an id above `start` up to `end`
        :param rows: see `pos.number.check`, `_select_orders` and its neighbours
        """
        known = {
            (finding.kind, finding.res_id): finding
            for finding in self.search(
                [
                    ("kind", "in", sorted(kinds)),
                    ("res_id", ">", start),
                    ("res_id", "<=", end),
                    ("closed_on", "=", False),
                ]
            )
        }
        vals_list = []
        for kind, res_id, order_id, line_id, number_id, move_id, expected, found in rows:
            finding = known.pop((kind, res_id), None)
            figures = {"expected": expected, "found": found}
            if finding:
                if any(finding[name] != value for name, value in figures.items()):
                    finding.write(figures)
                continue
            move = self.env["stock.move"].browse(move_id)
            line = self.env["pos.order.line"].browse(line_id)
            order = self.env["pos.order"].browse(order_id)
            lot = self.env["pos.pack.operation.lot"].browse(number_id).lot_id
            vals_list.append(
                {
                    "kind": kind,
                    "res_id": res_id,
                    "order_id": order_id,
                    "line_id": line_id,
                    "number_id": number_id,
                    "move_id": move_id,
                    "product_id": (line.product_id or move.product_id or lot.product_id).id,
                    "company_id": (order.company_id or move.company_id or lot.company_id).id,
                    **figures,
                }
            )
        self.with_context(tracking_disable=True).create(vals_list)
        self.browse().union(*known.values())._close()

    @api.model
    def _remind(self):
        """One activity a company for an inventory manager, as long as there are findings."""
        open_findings = self.search([("closed_on", "=", False)], order="id")
        group = self.env.ref("stock.group_stock_manager")
        for company, findings in open_findings.grouped("company_id").items():
            if findings.activity_ids:
                continue
            managers = group.all_user_ids.filtered(
                lambda user, company=company: (
                    user.active and not user.share and (not company or company in user.company_ids)
                )
            )
            if managers:
                manager = managers.sorted("id")[0]
                translated = self.with_context(lang=manager.lang)
                findings[0].activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=manager.id,
                    summary=translated.env._(
                        "The nightly check of Lot/Serial Numbers found what does not fit "
                        "(%(count)s): see Findings",
                        count=len(findings),
                    ),
                )

    # ---------------------------------------------------------------------- buttons

    def action_open_document(self):
        """Open what the finding is about: the order, its numbers, or the transfer.

        :return: an action
        """
        self.ensure_one()
        self.check_access("read")
        picking = self.sudo().move_id.picking_id
        if picking:
            return {
                "type": "ir.actions.act_window",
                "res_model": "stock.picking",
                "view_mode": "form",
                "res_id": picking.id,
            }
        if not self.order_id:
            raise UserError(self.env._("It has no document any more."))
        if self.number_id:
            return self.order_id.action_view_numbers()
        return self.order_id._get_numbers_order_action()

    def action_take_into_session(self):
        """Put an order that a closed session left behind into its shop's open session.

        As core does with orders that arrive late: it moves and is posted when that session closes.

        :raises AccessError: the user is no Point of Sale manager of the order's company
        :raises UserError: no session is open, or it moves stock at another time
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("point_of_sale.group_pos_manager"):
            raise AccessError(
                self.env._("Only Point of Sale managers take orders into another session.")
            )
        # Checked above: nobody may write the findings, and few the session of a paid order.
        for finding in self.sudo().filtered(lambda f: f.kind == "stranded" and not f.closed_on):
            order = finding.order_id
            if not self.env.su and order.company_id not in self.env.companies:
                raise AccessError(self.env._("This order belongs to another company."))
            if order.state == "paid" and order.session_id.state == "closed":
                finding._move_to_open_session(order)
            finding._close()
        return True

    def _move_to_open_session(self, order):
        session = self.env["pos.session"].search(
            [
                ("config_id", "=", order.session_id.config_id.id),
                ("state", "=", "opened"),
                ("rescue", "=", False),
            ],
            limit=1,
        )
        if not session:
            raise UserError(
                self.env._("Open a session of %s first.", order.session_id.config_id.name)
            )
        old = order.session_id
        if session.update_stock_at_closing != old.update_stock_at_closing:
            raise UserError(
                self.env._(
                    "%(new)s moves its stock at another time than %(old)s did. Set Inventory "
                    "Management in Point of Sale's settings as it was, and open a new session.",
                    new=session.name,
                    old=old.name,
                )
            )
        order.session_id = session
        order.message_post(
            body=self.env._(
                "Taken into %(new)s: %(old)s was closed without this order.",
                new=session.name,
                old=old.name,
            ),
            author_id=self.env.user.partner_id.id,
        )
