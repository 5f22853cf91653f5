from odoo import fields, models

from ..number.label import DAYS
from ..number.warranty import get_day


class PosPackOperationLot(models.Model):
    """The dates in the GS1 code that a number was read from: (17) or 7003, and (15), else (16).

    They are data, like its name: a lot that is created for the number gets them, see
    `stock.lot._create_with_days`; a lot that is there keeps its own.
    """

    _inherit = "pos.pack.operation.lot"

    code_expiration = fields.Date(
        string="Expires on, by its code",
        copy=False,
        help="The expiration date in the code that was scanned.",
    )
    code_best_before = fields.Date(
        string="Best before, by its code",
        copy=False,
        help="The best-before date in the code that was scanned, else its last day to sell.",
    )

    def _get_days(self):
        """What codes have said of these numbers, the first one counts: `{field: date}`."""
        days = {}
        for number in self:
            for name in DAYS:
                if number[name]:
                    days.setdefault(name, number[name])
        return days

    def _keep_days(self, name, days):
        """Note what the code says that was scanned for the name which this number is given next.

        Without a code, what one said of another name is forgotten.
        """
        if days or self.lot_name != name:
            self.write({**dict.fromkeys(DAYS, False), **(days or {})})

    def _get_new_lot_days(self):
        """What the codes of these numbers say of the one lot that is created for them.

        :return: see `_get_days`, and the time zone that its days are of
        """
        days = self._get_days()
        return days, days and self[:1].order_id._get_shop_zone()

    def _flag_other_days(self):
        """Flag numbers whose code says another day than the lot has.

        :return: those that were not flagged so before
        """
        flagged = self.browse()
        for number in self.filtered("lot_id"):
            days = number._get_days()
            zone = days and number.order_id._get_shop_zone()
            rows = [
                [name, fields.Date.to_string(day), fields.Date.to_string(own)]
                for name, day in days.items()
                if (date := number.lot_id[DAYS[name]]) and (own := get_day(date, zone)) != day
            ]
            if rows:
                if "other_date" not in number._get_flag_codes():
                    flagged |= number
                number._add_flags("other_date", evidence={"other_date": {"days": rows}})
        return flagged
