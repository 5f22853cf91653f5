from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..number.name import fold_name
from ..number.notice import split_serial
from .stock_lot import FOLDED_NAME


class PosNumberRecallLine(models.Model):
    """Which goods a recall is about: lots, a range of serials, a receipt, or a product."""

    _name = "pos.number.recall.line"
    _inherit = ["pos.number.guard"]
    _description = "What is Recalled"

    recall_id = fields.Many2one("pos.number.recall", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="recall_id.company_id")
    kind = fields.Selection(
        [
            ("lots", "Lots or serials"),
            ("range", "Range of serials"),
            ("receipt", "An incoming receipt"),
            ("product", "All of a product"),
        ],
        default="lots",
        required=True,
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        "pos_number_recall_line_lot_rel",
        "line_id",
        "lot_id",
        string="Lots/Serials",
        domain="['|', ('company_id', '=', False), ('company_id', 'child_of', company_id)]",
    )
    product_id = fields.Many2one(
        "product.product", domain="[('tracking', 'in', ('serial', 'lot'))]"
    )
    serial_from = fields.Char(string="From Serial")
    serial_to = fields.Char(string="To Serial")
    picking_id = fields.Many2one(
        "stock.picking",
        string="Incoming Receipt",
        domain="[('company_id', 'child_of', company_id), ('state', '=', 'done'), "
        "('picking_type_code', '=', 'incoming')]",
    )
    date_from = fields.Date(string="Received From")
    date_to = fields.Date(string="Received Until")
    lot_count = fields.Integer(string="Lots Found", compute="_compute_lot_count")

    @api.depends("kind", "lot_ids", "product_id", "serial_from", "serial_to", "picking_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = {
                "lots": ", ".join(line.lot_ids[:5].mapped("name")) or self.env._("No lot"),
                "range": f"{line.serial_from or ''} - {line.serial_to or ''}",
                "receipt": line.picking_id.name or "",
                "product": line.product_id.display_name or "",
            }[line.kind]

    @api.depends("lot_ids", "product_id", "serial_from", "serial_to", "picking_id")
    @api.depends_context("uid")
    def _compute_lot_count(self):
        for line in self:
            line.lot_count = line._count_lots() if line._origin.id else 0

    def _count_lots(self):
        self.env.flush_all()
        ((count,),) = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM stock_lot lot
                 WHERE (lot.company_id IS NULL OR lot.company_id = ANY(%s)) AND %s
                """,
                self.recall_id._get_company_ids(),
                self._get_condition(),
            )
        )
        return count

    def _get_condition(self):
        """Which lots the line stands for: SQL about the table `lot`."""
        self.ensure_one()
        line = self.sudo()
        if line.kind == "lots":
            return SQL("lot.id = ANY(%s)", line.lot_ids.ids)
        if line.kind == "range":
            return line._get_range_condition()
        if line.kind == "receipt":
            return SQL(
                """
                EXISTS (SELECT FROM stock_move_line received
                         WHERE received.lot_id = lot.id AND received.state = 'done'
                           AND received.picking_id = %s)
                """,
                line.picking_id.id,
            )
        condition = SQL("lot.product_id = %s", line.product_id.id)
        if not line.date_from and not line.date_to:
            return condition
        start = fields.Datetime.to_datetime(line.date_from) if line.date_from else None
        end = None
        if line.date_to:
            end = fields.Datetime.to_datetime(line.date_to) + timedelta(days=1)
        return SQL(
            """
            %(condition)s AND EXISTS (
                SELECT FROM stock_move_line received
                  JOIN stock_location source ON source.id = received.location_id
                 WHERE received.lot_id = lot.id AND received.state = 'done'
                   AND source.usage NOT IN ('internal', 'transit', 'customer')
                   AND (%(start)s::timestamp IS NULL OR received.date >= %(start)s)
                   AND (%(end)s::timestamp IS NULL OR received.date < %(end)s))
            """,
            condition=condition,
            start=start,
            end=end,
        )

    def _get_range_condition(self):
        """Serials between two: the same before and after the figures, and these between."""
        first = split_serial(fold_name(self.serial_from or ""))
        last = split_serial(fold_name(self.serial_to or ""))
        if not first or not last:
            return SQL("FALSE")
        prefix, low, suffix = first
        figures = SQL(
            "substr(%(name)s, %(start)s, length(%(name)s) - %(rest)s)",
            name=FOLDED_NAME,
            start=len(prefix) + 1,
            rest=len(prefix) + len(suffix),
        )
        same_length = len(low) == len(last[1])
        return SQL(
            """
            lot.product_id = %(product)s
            AND length(%(name)s) > %(rest)s
            AND starts_with(%(name)s, %(prefix)s) AND right(%(name)s, %(tail)s) = %(suffix)s
            AND CASE WHEN %(figures)s ~ '^[0-9]{1,18}$'
                     THEN %(figures)s::bigint BETWEEN %(low)s AND %(high)s ELSE FALSE END
            AND %(length)s
            """,
            product=self.product_id.id,
            name=FOLDED_NAME,
            rest=len(prefix) + len(suffix),
            prefix=prefix,
            tail=len(suffix),
            suffix=suffix,
            figures=figures,
            low=int(low),
            high=int(last[1]),
            # SN001 is none of SN1 to SN9: figures of one length are written out in full.
            length=SQL("length(%s) = %s", figures, len(low)) if same_length else SQL("TRUE"),
        )

    @api.constrains(
        "kind", "lot_ids", "product_id", "serial_from", "serial_to", "picking_id", "date_from"
    )
    def _check_line(self):
        for line in self.sudo():
            line._check_kind()
            companies = line.recall_id._get_company_ids()
            foreign = line.lot_ids.filtered(
                lambda lot, own=companies: lot.company_id and lot.company_id.id not in own
            )
            if foreign or (line.picking_id and line.picking_id.company_id.id not in companies):
                raise ValidationError(
                    self.env._("A recall is about goods of its own company only.")
                )

    def _check_kind(self):
        if self.kind in ("range", "product") and not self.product_id:
            raise ValidationError(self.env._("Say which product is recalled."))
        if self.kind == "receipt" and not self.picking_id:
            raise ValidationError(self.env._("Say which incoming receipt is recalled."))
        if self.kind == "lots" and not self.lot_ids:
            raise ValidationError(self.env._("Say which lots or serials are recalled."))
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise ValidationError(self.env._("The last day is before the first one."))
        if self.kind != "range":
            return
        first = split_serial(fold_name(self.serial_from or ""))
        last = split_serial(fold_name(self.serial_to or ""))
        if not first or not last:
            raise ValidationError(
                self.env._("A range goes from one serial to another, and both have figures.")
            )
        if (first[0], first[2]) != (last[0], last[2]):
            raise ValidationError(
                self.env._(
                    "%(first)s and %(last)s are no range: they differ in more than their figures.",
                    first=self.serial_from,
                    last=self.serial_to,
                )
            )
        if int(first[1]) > int(last[1]):
            raise ValidationError(self.env._("The last serial is before the first one."))

    # A line is part of its recall: once that has started, it stays.

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_prepared()
        return lines

    def write(self, vals):
        self._check_prepared()
        result = super().write(vals)
        self._check_prepared()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_prepared(self):
        self._check_prepared()

    def _check_prepared(self):
        if any(recall.state != "draft" for recall in self.sudo().recall_id):
            raise UserError(
                self.env._("A recall that has started keeps its lots. Make a second one for more.")
            )
