from odoo import models


class PosSession(models.Model):
    _inherit = "pos.session"

    def _create_picking_at_end_of_session(self):
        """As superuser: who may close a register need have no rights on stock."""
        return super(PosSession, self.sudo())._create_picking_at_end_of_session()

    def get_closing_control_data(self):
        """Also tell how many units of this session have no number yet."""
        data = super().get_closing_control_data()
        data["numbers_to_assign"] = self._get_numbers_to_assign()
        return data

    def _get_numbers_to_assign(self):
        """Units of this session that wait for a number, or will when it closes.

        :return: `{quantity, orders}`, quantity in the products' units
        """
        self.ensure_one()
        measured = "missing_number_qty" if self.update_stock_at_closing else "waiting_number_qty"
        ((quantity, orders),) = (
            self.env["pos.order.line"]
            .sudo()
            ._read_group(
                [
                    ("order_id", "in", self.order_ids.ids),
                    ("order_id.state", "not in", ("draft", "cancel")),
                    (measured, ">", 0),
                ],
                [],
                [f"{measured}:sum", "order_id:count_distinct"],
            )
        )
        return {"quantity": quantity or 0.0, "orders": orders}
