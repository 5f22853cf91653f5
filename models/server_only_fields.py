"""Which fields of this add-on browsers may write. All others are the server's own.

`pos.number.guard` keeps them so. A field that is added without a word here is the server's own;
a test asks for the word all the same.
"""

MODULE = "pos_lot_traceability"

# Fields of this add-on that a browser may write: why nothing depends on their being true.
WRITABLE = {
    "pos.config": dict.fromkeys(
        ("number_creation", "missing_number_policy", "expired_number_policy", "propose_numbers"),
        "a setting of the shop, for managers: see pos.config.write",
    ),
    "pos.number.assignment": {
        "line_id": "checked whenever the dialog is used: see pos.number.dialog",
        "file": "read into the text",
        "file_name": "told beside the file",
        "text": "judged when it is assigned",
        "candidate_ids": "each has a guard of its own",
    },
    "pos.number.assignment.candidate": {
        "assignment_id": "checked whenever the dialog is used: see pos.number.dialog",
        "is_taken": "one's own choice",
        "quantity": "one's own choice, judged when it is assigned",
    },
    "pos.number.closing": {
        "line_ids": "checked whenever the dialog is used: see pos.number.dialog",
        "quantity": "judged when the units are closed",
        "reason": "told as the user's words",
    },
    "pos.number.flag": dict.fromkeys(
        ("name", "explanation", "sequence", "color"), "wording, for who has the right to it"
    ),
    "pos.number.recall": {
        **dict.fromkeys(
            ("name", "is_drill", "company_id"), "a choice, that stays once the recall has started"
        ),
        **dict.fromkeys(
            (
                *("reason", "description", "image", "hazard", "what_to_do", "remedy_repair"),
                *("remedy_replacement", "remedy_refund", "single_remedy_reason", "contact"),
                *("link", "follow_up_days", "effectiveness_checks"),
            ),
            "wording and settings of who has the right to the recall",
        ),
        "quarantine_location_id": "a choice; the transfer is Odoo's own",
        "line_ids": "each has a guard of its own",
    },
    "pos.number.recall.line": dict.fromkeys(
        (
            *("recall_id", "kind", "lot_ids", "product_id", "serial_from", "serial_to"),
            *("picking_id", "date_from", "date_to"),
        ),
        "a choice, that stays once the recall has started",
    ),
    "pos.number.recall.notice": dict.fromkeys(("answer", "note"), "what the customer answered"),
    "pos.number.replacement": {
        "number_id": "checked whenever the dialog is used: see pos.number.dialog",
        "new_name": "judged when it is corrected",
    },
    # What a till sends of a number. Once its line is locked, nothing of it.
    "pos.pack.operation.lot": dict.fromkeys(
        ("uuid", "quantity", "origin"), "the till's own until the order is paid"
    ),
    "product.template": {"number_tracking": "stands for Odoo's own field of who edits the product"},
    "res.config.settings": dict.fromkeys(
        (
            "pos_number_creation",
            "pos_missing_number_policy",
            "pos_expired_number_policy",
            "pos_propose_numbers",
        ),
        "settings, for administrators",
    ),
    "sale.order.line": {"lot_ids": "a salesperson's choice, see _check_lot_ids"},
}
# Fields of this add-on that the server writes, and that are stored.
SERVER_ONLY = {
    "pos.number.assignment.candidate": {"lot_id", "available", "reserved_for", "expiration_date"},
    "pos.number.flag": {"code"},
    "pos.number.recall": {
        *("state", "started_on", "started_by_id", "closed_on", "closed_by_id", "seconds"),
        *("figures", "quarantine_picking_ids"),
    },
    "pos.number.recall.lot": {
        *("recall_id", "lot_id", "lot_name", "product_id", "company_id", "is_running"),
    },
    "pos.number.recall.notice": {
        *("recall_id", "company_id", "partner_id", "email", "quantity", "mail_id", "notified_on"),
        *("followed_up_on", "answered_on", "answered_by_id"),
    },
    "pos.order": {"waiting_number_qty"},
    "pos.order.line": {
        "closed_number_qty",
        "cost_estimates",
        "missing_number_qty",
        "numbers_changed_on",
        "numbers_locked",
        "numbers_paid_at",
        "stock_done",
        "waiting_number_qty",
    },
    "pos.pack.operation.lot": {
        "awaits_linking",
        "corrected_from",
        "flag_ids",
        "holds",
        "lot_id",
        "needs_review",
        "new_lot_key",
        "reviewed_by_id",
        "reviewed_on",
        "waits_because",
    },
    "sale.order.line": {"lot_order"},
    "stock.lot": {"pos_folded_name"},
    "stock.move": {
        "pos_cost_line_id",
        "pos_numbers_back_qty",
        "pos_numbers_closed",
        "pos_numbers_line_id",
        "pos_numbers_waiting",
    },
    "stock.move.line": {"pos_cost_share", "pos_number_id"},
    "stock.picking": {"pos_numbers_order_id"},
}
# Fields of Odoo that link sales to stock documents, or follow from others: the server's own too.
CORE_SERVER_ONLY = {
    "pos.order": {"picking_ids", "stock_reference_ids"},
    "pos.order.line": {"company_id"},
    "stock.picking": {"pos_order_id", "pos_session_id"},
}
# Fields of Odoo that stay as they are once numbers were sold with them, see `_filter_sold`.
SOLD = {
    "pos.order": {"company_id", "config_id", "session_id", "shipping_date", "uuid"},
    "pos.order.line": {
        "combo_parent_id",
        "order_id",
        "product_id",
        "qty",
        "refunded_orderline_id",
        "sale_order_line_id",
        "sale_order_origin_id",
        "uuid",
    },
    "stock.move.line": {
        "company_id",
        "location_dest_id",
        "location_id",
        "lot_id",
        "lot_name",
        "move_id",
        "owner_id",
        "picking_id",
        "product_id",
        "product_uom_id",
        "quantity",
        "state",
    },
}


def get_server_only(model):
    """The names of a model's fields that no browser writes; computed ones are among them.

    :param model: a recordset
    :return: frozenset
    """
    return frozenset(CORE_SERVER_ONLY.get(model._name, ())) | frozenset(
        name
        for name, field in model._fields.items()
        if field._modules[:1] == (MODULE,) and name not in WRITABLE.get(model._name, ())
    )
