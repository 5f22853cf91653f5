from odoo import fields, models

from .pos_number_allocation import NumberPlan


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    pos_number_id = fields.Many2one(
        "pos.pack.operation.lot",
        string="Sold Number",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )

    def _action_done(self):
        """Lock at once what the numbers of a plan are taken from; core asks for each serial."""
        plan = NumberPlan.of(self.env)
        if not plan:
            return super()._action_done()
        plan.lock(self.pos_number_id)
        try:
            return super()._action_done()
        finally:
            plan.locked = set()  # a savepoint that is rolled back gives its locks up

    def _exclude_requiring_lot(self):
        """Units that are closed without number move without one, see `pos.number.closure`."""
        return super()._exclude_requiring_lot() or self.move_id.pos_numbers_closed

    def _check_company(self, fnames=None):
        """What the lines of a plan share, for example their product, is checked once."""
        if fnames or not NumberPlan.of(self.env):
            return super()._check_company(fnames)
        for name, field in self._fields.items():
            if field.relational and field.check_company:
                distinct = {(line.company_id, line[name]): line.id for line in self}
                super(StockMoveLine, self.browse(distinct.values()))._check_company([name])
        return None

    def _free_reservation(self, *args, **kwargs):
        """Documents that had reserved what was sold give it up, as core has it.

        That the sale's own move was not reserved is no reason to spare them.
        """
        lines = self
        if self.env.context.get(NumberPlan.KEY):
            lines = self.with_context(**{NumberPlan.KEY: None})
        return super(StockMoveLine, lines)._free_reservation(*args, **kwargs)
