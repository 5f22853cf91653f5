from odoo import models


class PosSession(models.Model):
    _inherit = "pos.session"

    def _create_picking_at_end_of_session(self):
        """As superuser: who may close a register need have no rights on stock."""
        # No default of the caller's context says what of the stock moves.
        session = self.with_env(self.env["pos.order"]._without_defaults().env).sudo()
        session._conclude_orders_at_closing()
        return super(PosSession, session)._create_picking_at_end_of_session()

    def _conclude_orders_at_closing(self):
        """Conclude the numbers of orders for which nobody did it when they were paid.

        Kiosks with a payment terminal mark an order as paid and do nothing else about it
        (pos_self_order_adyen and its likes), and orders may be older than this add-on.
        """
        for order in self._get_closed_orders().sorted("id"):
            lines = order.lines.filtered("is_number_tracked")
            if lines and not order.shipping_date and not any(lines.mapped("numbers_locked")):
                self.env["pos.number.sale"]._conclude(order)
                order.lines.numbers_locked = True

    def get_closing_control_data(self):
        """Also tell how many units of this session have no number yet."""
        data = super().get_closing_control_data()
        data["numbers_to_assign"] = self._get_numbers_to_assign()
        return data

    def _get_numbers_to_assign(self):
        """Units of this session that wait for a number, or will when it closes.

        :return: `{amounts, orders}`: how much of each unit, as text, and in how many orders
        """
        self.ensure_one()
        measured = "missing_number_qty" if self.update_stock_at_closing else "waiting_number_qty"
        lines = self.env["pos.order.line"].sudo()
        domain = [
            ("order_id", "in", self.order_ids.ids),
            ("order_id.state", "not in", ("draft", "cancel")),
            (measured, ">", 0),
        ]
        # Kilograms and pieces have no sum.
        rows = lines._read_group(
            domain, ["product_uom_id"], [f"{measured}:sum"], order="product_uom_id"
        )
        ((orders,),) = lines._read_group(domain, [], ["order_id:count_distinct"])
        amounts = [self.env["pos.order"]._format_units(quantity, uom) for uom, quantity in rows]
        return {"amounts": ", ".join(amounts), "orders": orders}
