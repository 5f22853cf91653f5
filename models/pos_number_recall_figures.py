from odoo import api, fields, models

from . import pos_number_recall_impact as impact

FIGURES = (
    *("received", "on_hand", "sold_waiting", "sold", "scrapped", "issued", "difference"),
    *("units_sold", "units_reachable", "units_anonymous", "units_perhaps"),
)


class PosNumberRecall(models.Model):
    """The figures of a recall: as they are now, as they were at its end, or as counted last.

    Those of many lots take seconds: they are counted when lots are found, and every hour while the
    recall runs.
    """

    _inherit = "pos.number.recall"

    figures = fields.Json(
        readonly=True,
        copy=False,
        help="What a drill found, or what a recall had at its end; where a recall has many lots, "
        "what was counted last.",
    )
    counted_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the figures were counted last; those of few lots are always read anew.",
    )
    received = fields.Float(compute="_compute_figures", help="Bought in, produced, or found.")
    on_hand = fields.Float(compute="_compute_figures")
    sold_waiting = fields.Float(
        string="Of Which Sold",
        compute="_compute_figures",
        help="Sold at a till, and not yet moved.",
    )
    sold = fields.Float(string="Delivered, Less Returns", compute="_compute_figures")
    scrapped = fields.Float(compute="_compute_figures")
    issued = fields.Float(
        string="Other Outgoing",
        compute="_compute_figures",
        help="Used in production, back to the supplier, to another company, lost in counting.",
    )
    difference = fields.Float(
        string="Not Explained",
        compute="_compute_figures",
        help="What lies in stock and came by no transfer, or the reverse. 0 is a perfect balance.",
    )
    units_sold = fields.Float(string="At Customers", compute="_compute_figures")
    units_reachable = fields.Float(
        string="Buyer Can Be Reached",
        compute="_compute_figures",
        help="The customer has a mail address or telephone number, or the buyer left one for "
        "product safety.",
    )
    units_anonymous = fields.Float(
        string="Buyer Unknown",
        compute="_compute_figures",
        help="Sold without a customer, and nobody left a contact for product safety.",
    )
    units_perhaps = fields.Float(
        string="Perhaps Affected",
        compute="_compute_figures",
        help="Units of these products that were sold without a number.",
    )
    reachable_share = fields.Float(string="Share Reachable (%)", compute="_compute_figures")

    @api.depends("recalled_lot_ids", "state", "notice_ids.answer", "counted_on")
    def _compute_figures(self):
        six = [name for name, _label in self._get_six_labels() if name != "effectiveness_checks"]
        for recall in self:
            figures = recall._origin.sudo()._get_figures() if recall._origin.id else {}
            for name in (*FIGURES, "reachable_share", *six, "to_notify_count"):
                recall[name] = figures.get(name, 0)

    def _get_figures(self):
        """:return: `{name: figure}` of the fields here, and `tables`, see `_read_tables`"""
        return self.figures or self._count_figures()

    def _count_figures(self):
        """Read `_get_figures` anew."""
        figures = self._get_impact()
        return figures | self._get_six_numbers(figures)

    def _get_tables(self):
        """See `_read_tables`."""
        return (self.figures or {}).get("tables") or self._read_tables()

    def _keep_figures(self):
        """Count now and show that from now on, until they are counted again."""
        self.figures = self._count_figures() | {"tables": self._read_tables()}

    def _keep_figures_of_many(self):
        """Count what is too much to be counted whenever somebody looks at it."""
        for recall in self:
            if recall.lot_count > impact.FEW_LOTS:
                recall._keep_figures()
                recall.counted_on = fields.Datetime.now()
            elif recall.counted_on:
                recall.write({"figures": False, "counted_on": False})
