import logging

from odoo import models
from odoo.exceptions import UserError, ValidationError

from ..number.shop import Shop
from ..number.verdict import get_verdict

_logger = logging.getLogger(__name__)


class PosNumberWaiting(models.AbstractModel):
    """Moves known numbers that wait, once the reason is gone."""

    _name = "pos.number.waiting"
    _description = "Waiting Lot/Serial Numbers"

    def _retry(self, lots):
        """Move what waits of lots that have just come to a place.

        What is a duplicate, or a number of another product, does not move by itself: somebody has
        to say what was really sold.

        :param lots: stock.lot
        """
        if not lots:
            return
        numbers = (
            self.env["pos.pack.operation.lot"]
            .sudo()
            .search(
                [("lot_id", "in", lots.ids), ("pos_order_line_id.waiting_number_qty", ">", 0)],
                order="id",
            )
        )
        for number in numbers:
            self._retry_number(number)

    def _retry_number(self, number):
        correction = self.env["pos.number.correction"].sudo()
        line = number.pos_order_line_id.with_company(number.pos_order_line_id.company_id)
        quantity = min(number.quantity - number._get_moved_quantity(), line._get_waiting_quantity())
        if number._is_refused() or line.product_id.uom_id.compare(quantity, 0) <= 0:
            return
        if line.product_id.tracking == "serial" and quantity < 1:
            return  # the broken unit of 1.5 serials
        stock = correction._read_stock(line, number.lot_id, number)
        ask = correction._get_ask(line, number.lot_id, quantity)
        shop = Shop.of(line.order_id.config_id.picking_type_id)
        verdict = get_verdict(ask, stock, shop)
        if not verdict.moves_by_itself(quantity):
            return
        try:
            with self.env.cr.savepoint():
                correction._take_hold(line, {number: quantity})
                correction._move_waiting(line, {number: quantity})
                number.waits_because = False
                correction._finish(
                    line,
                    self.env._("%s, waiting", number.lot_name),
                    self.env._("The number has moved: nothing holds it back any more"),
                )
        except (UserError, ValidationError) as error:
            _logger.info("%s waits still: %s", number.lot_name, error)
