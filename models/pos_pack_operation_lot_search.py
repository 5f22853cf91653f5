from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from ..number.arguments import is_storable
from ..number.text import strip


class PosPackOperationLot(models.Model):
    """The search for sold numbers: typed or scanned."""

    _inherit = "pos.pack.operation.lot"

    number_wanted = fields.Char(
        string="Number to Find",
        compute="_compute_number_wanted",
        search="_search_number_wanted",
        help="A text that is exactly a known number finds that number only; any other text finds "
        "the numbers that contain it.",
    )

    def _compute_number_wanted(self):
        """Only searched by."""
        self.number_wanted = False

    def _search_number_wanted(self, operator, value):
        """As at the till: exact wins, also of a GS1 code; X1 does not find X10 and SNX1."""
        if operator not in ("ilike", "like", "=", "in", "=ilike"):
            return NotImplemented
        found = Domain.FALSE
        for text in [value] if isinstance(value, str) else value:
            if not isinstance(text, str) or not is_storable(text) or not strip(text):
                continue
            name = strip(text)
            # As superuser: who may review flags need have no rights on lots.
            meant = self.env["pos.number.trace"].sudo()._find_by_text(text, self.env.companies)
            lots = self.env["stock.lot"].union(
                *[each for each in meant if each._name == "stock.lot"]
            )
            exact = (
                Domain("lot_name", "=", name)
                | Domain("corrected_from", "=", name)
                | Domain("lot_id", "in", lots.ids)
            )
            is_known = self.search_count(exact, limit=1)
            found |= exact if is_known else Domain("lot_name", "ilike", escape_psql(name))
        return found
