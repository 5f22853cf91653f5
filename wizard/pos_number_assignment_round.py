from odoo import api, fields, models


class PosNumberAssignment(models.TransientModel):
    """The dialog goes on from line to line, in the order of the list that it was opened from."""

    _inherit = "pos.number.assignment"

    round_ids = fields.Json(readonly=True)  # ids of lines
    is_scanned = fields.Boolean(
        readonly=True, help="Opened by a scanned number: the next scan opens the next line."
    )
    is_in_round = fields.Boolean(compute="_compute_progress")
    progress = fields.Char(compute="_compute_progress")

    @api.model
    def _open(self, line, round_ids=None):
        """:param round_ids: ids of the lines of a list, in its order; none: the shop's, by age"""
        action = super()._open(line)
        self.browse(action["res_id"]).round_ids = round_ids or line._get_shop_round()
        return action

    @api.depends("round_ids", "line_id", "is_scanned")
    def _compute_progress(self):
        for wizard in self:
            ids, line_id = wizard._get_round(), wizard.line_id._origin.id
            wizard.is_in_round = not wizard.is_scanned and len(ids) > 1 and line_id in ids
            wizard.progress = line_id in ids and self.env._(
                "%(place)s of %(count)s", place=ids.index(line_id) + 1, count=len(ids)
            )

    def _get_round(self):
        return [i for i in self.round_ids or [] if isinstance(i, int)]

    def _find_next(self):
        """The next line of the round of which units wait; empty at the end of the round."""
        ids, line_id = self._get_round(), self.line_id.id
        rest = ids[ids.index(line_id) + 1 :] if line_id in ids else ids
        lines = self.env["pos.order.line"]
        # A line may be gone, or somebody else may have done it.
        there = set(lines.search([("id", "in", rest)]).ids) - {line_id}
        for each in rest:
            line = lines.browse(each)
            if each in there and line.sudo()._get_assignable_quantity() > 0:
                return line
        return lines

    def _go_on(self, message=None):
        """Open the next line, and say what was done.

        :return: an action
        """
        lines = self.env["pos.order.line"]
        following = self._find_next()
        if following:
            action = self._open(following, self._get_round())
            return lines._get_notification(message, following=action) if message else action
        left = lines.search([("id", "in", self._get_round())])
        count = sum(line._get_assignable_quantity() > 0 for line in left.sudo())
        end = (
            self.env._("This was the last line of the list. Lines that still wait: %s.", count)
            if count
            else self.env._("This was the last line of the list: all are done.")
        )
        return lines._get_notification(
            " ".join(filter(None, [message, end])), "info" if count else "success"
        )

    def action_assign(self):
        """Assign all of the entries, or none, and say so."""
        message = self._get_success()
        super().action_assign()
        return self.env["pos.order.line"]._get_notification(message)

    def action_assign_next(self):
        """Assign, and go on with the next line of the list as it is filtered and sorted."""
        message = self._get_success()
        self._assign_all()
        self.env.flush_all()
        return self._go_on(message)

    def action_skip(self):
        """Go on with the next line, and leave this one as it is."""
        self.ensure_one()
        self.check_access("write")  # one's own only
        self.env["pos.number.correction"]._check_caller(self.line_id)
        return self._go_on()

    def _get_success(self):
        """In words, what is about to be assigned to which order."""
        self.ensure_one()
        names = [entry.name for entry, _lot in self._judge() if not entry.message]
        order = self.line_id.sudo().order_id
        if len(names) == 1:
            return self.env._(
                "%(number)s is assigned to %(order)s.",
                number=names[0],
                order=order._get_receipt_name(),
            )
        return self.env._(
            "Numbers assigned to %(order)s: %(count)s.",
            count=len(names),
            order=order._get_receipt_name(),
        )
