from odoo import models

# External ids that belong to no module survive: as those of `__export__` and `__import__`.
KEPT = "__pos_lot_traceability__"
MODULE = "pos_lot_traceability"
# Unique values of demo records: what a second installation's records will want again.
UNIQUE_FIELDS = ("login", "barcode")


class PosNumberInstallation(models.AbstractModel):
    """Leaves a database so that stock Odoo works on, and takes up again what was left."""

    _name = "pos.number.installation"
    _description = "Installation of POS Serials and Lots"

    # ------------------------------------------------------------------ it goes

    def _leave_waiting(self):
        """Leave transfers that wait as open transfers of their orders, marked by external ids.

        The mark is all that can stay: columns and models go. It goes with its move.
        """
        pickings = self.env["stock.picking"].search(
            [("pos_numbers_order_id", "!=", False), ("state", "not in", ("done", "cancel"))]
        )
        self.env["ir.model.data"].search([("module", "=", KEPT)]).unlink()
        self.env["ir.model.data"].create(
            [
                {
                    "module": KEPT,
                    "name": f"waits_{move.id}_of_line_{move.pos_numbers_line_id.id or 0}",
                    "model": "stock.move",
                    "res_id": move.id,
                    "noupdate": True,
                }
                for move in pickings.move_ids._waits_for_numbers()
            ]
        )
        for order, waiting in pickings.grouped("pos_numbers_order_id").items():
            waiting.write({"pos_order_id": order.id, "pos_session_id": order.session_id.id})

    def _leave_demo_data(self):
        """Leave demo data to the company that has worked with it, out of the way.

        Sold products, their moves and their shop cannot be deleted, and Odoo would log an error
        for each. They are archived, and give up what must be unique, so that a later installation
        brings its own.
        """
        # Not Odoo's own rows about the add-on, such as the model `pos.number.demo`.
        kept = (
            self.env["ir.model.data"]
            .search([("module", "=", MODULE), ("name", "like", r"\_demo")])
            .filtered(lambda row: not row.model.startswith("ir."))
        )
        ids_by_model = {
            model: rows.mapped("res_id") for model, rows in kept.grouped("model").items()
        }
        kept.unlink()
        # Users first: Odoo archives no contact of an active user.
        for model in sorted(ids_by_model, key=lambda model: model != "res.users"):
            if model not in self.env:
                continue
            ids = ids_by_model[model]
            for record in self.env[model].browse(ids).exists():
                values = {
                    name: f"{record[name]}-{record.id}" if name == "login" else False
                    for name in UNIQUE_FIELDS
                    if name in record._fields and record[name]
                }
                if values:
                    record.write(values)
                if model != "stock.location" and "active" in record._fields:
                    record.active = False

    # -------------------------------------------------------------- it comes back

    def _take_back_waiting(self):
        """Let units wait again that waited at the uninstallation, if they still do."""
        marks = self.env["ir.model.data"].search([("module", "=", KEPT)])
        lines = self.env["pos.order.line"]
        for mark in marks:
            move = self.env["stock.move"].browse(mark.res_id).exists()
            line = lines.browse(int(mark.name.rpartition("_")[2])).exists()
            for left in self._find_left(move):
                self._wait_again(left, line)
                lines |= line
        marks.unlink()
        # Now, and not by the scheduled action: what moved is not to give way to what is assigned.
        ids = lines.pack_lot_ids.ids
        if ids:
            self.env.flush_all()
            history = self.env["pos.number.history"]
            history._link_numbers(ids)
            history._link_moves(ids)
            self.env.invalidate_all()

    def _find_left(self, move):
        """What is open of a move: the move, or what a backorder of its transfer has left of it."""
        pickings = move.picking_id
        while pickings.backorder_ids - pickings:
            pickings |= pickings.backorder_ids
        return pickings.move_ids.filtered(
            lambda left: (
                left.product_id == move.product_id
                and left.state not in ("draft", "done", "cancel")
                and (left == move or move.state == "done")
                and not left.pos_numbers_waiting
            )
        )

    def _wait_again(self, move, line):
        picking = move.picking_id
        order = picking.pos_order_id or line.order_id
        if not order:
            return
        picking.pos_numbers_order_id = order
        move._start_waiting(line)
        if all(other.pos_numbers_waiting for other in picking.move_ids):
            # Those of the order count as delivered, see `pos_numbers_order_id`.
            picking.write({"pos_order_id": False, "pos_session_id": False})
