"""Which fields of this add-on browsers may write. All others are the server's own.

`pos.number.guard` keeps them so. A field that is added without a word here is the server's own;
a test asks for the word all the same.
"""

MODULE = "pos_lot_traceability"

# How numbers are entered, and what new ones look like: see pos.number.settings.
NUMBER_SETTINGS = dict.fromkeys(
    (
        "pos_number_entry",
        "pos_number_kind",
        "pos_number_longest",
        "pos_number_mask",
        "pos_number_prefixes",
        "pos_number_shortest",
        "pos_number_upper",
    ),
    "a setting of the product, for who may edit it",
)
# Fields of this add-on that a browser may write: why nothing depends on their being true.
WRITABLE = {
    "pos.config": dict.fromkeys(
        (
            "number_creation",
            "missing_number_policy",
            "expired_number_policy",
            "propose_numbers",
            "number_page",
            "scanner_separator",
        ),
        "a setting of the shop, for managers: see pos.config.write",
    ),
    "pos.number.assignment": {
        "line_id": "checked whenever the dialog is used: see pos.number.dialog",
        "file": "read into the text",
        "file_name": "told beside the file",
        "text": "judged when it is assigned",
        "candidate_ids": "each has a guard of its own",
        "round_ids": "one's own list: each line is checked when it is opened",
        "is_scanned": "says how the dialog was opened",
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
    "pos.number.import": {
        "file": "each row is judged when it is assigned",
        "file_name": "told beside the file",
    },
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
        "preview_lang": "chooses what the user's own page shows",
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
    "pos.number.warranty.change": {
        "number_id": "checked whenever the dialog is used: see pos.number.dialog",
        "start": "checked when the warranty is changed",
        "end": "checked when the warranty is changed",
        "reason": "told as the user's words",
    },
    "pos.order": {"number_page_token": "of its form, new, and given once: see pos.order.write"},
    "pos.safety.contact.person": {"text": "searched with the caller's rights"},
    # What a till sends of a number. Once its line is locked, nothing of it.
    "pos.pack.operation.lot": dict.fromkeys(
        ("uuid", "quantity", "origin", "code_expiration", "code_best_before"),
        "the till's own until the order is paid",
    ),
    "product.category": {
        "warranty_months": "a setting of who edits categories",
        **NUMBER_SETTINGS,
    },
    "product.product": {
        **dict.fromkeys(
            ("number_tracking", "warranty_policy", "warranty_months", "warranty_period"),
            "as of its template",
        ),
        **NUMBER_SETTINGS,
    },
    "product.template": {
        "number_tracking": "stands for Odoo's own field of who edits the product",
        **dict.fromkeys(
            ("warranty_policy", "warranty_months"), "settings of who edits the product"
        ),
        **NUMBER_SETTINGS,
    },
    "res.company": dict.fromkeys(
        ("warranty_exchange_months", "safety_contact_months"), "a setting, for administrators"
    ),
    "res.config.settings": dict.fromkeys(
        (
            "pos_number_creation",
            "pos_missing_number_policy",
            "pos_expired_number_policy",
            "pos_propose_numbers",
            "pos_scanner_separator",
            "pos_number_page",
            "warranty_exchange_months",
            "safety_contact_months",
        ),
        "settings, for administrators",
    ),
    "sale.order.line": {"lot_ids": "a salesperson's choice, see _check_lot_ids"},
}
# Fields of this add-on that the server writes, and that are stored.
SERVER_ONLY = {
    "pos.number.assignment.candidate": {
        *("lot_id", "available", "reserved_for", "expiration_date", "status", "level"),
    },
    # Written by the nightly check; nobody has the right to write them.
    "pos.number.check": {"started_on", "finished_on", "step", "position"},
    "pos.number.finding": {
        *("kind", "res_id", "company_id", "order_id", "line_id", "number_id", "move_id"),
        *("product_id", "expected", "found", "found_on", "closed_on"),
    },
    "pos.number.flag": {"code", "severity"},
    "pos.number.page.visit": {"key"},
    "pos.number.recall": {
        *("state", "started_on", "started_by_id", "closed_on", "closed_by_id", "seconds"),
        *("figures", "counted_on", "quarantine_picking_ids"),
    },
    "pos.number.recall.lot": {
        *("recall_id", "lot_id", "lot_name", "product_id", "company_id", "is_running"),
    },
    "pos.number.recall.notice": {
        *("recall_id", "company_id", "partner_id", "contact_id", "contact_key", "email"),
        *("quantity", "mail_id", "notified_on", "followed_up_on", "answered_on", "answered_by_id"),
        *("handed_over", "bounced_on"),
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
        "warranty_months",
    },
    "pos.pack.operation.lot": {
        "awaits_linking",
        "corrected_from",
        "flag_facts",
        "flag_ids",
        "holds",
        "lot_id",
        "needs_review",
        "new_lot_key",
        "reviewed_by_id",
        "reviewed_on",
        "sold_on",
        "waits_because",
        "warranty_end",
        "warranty_ended_on",
        "warranty_is_manual",
        "warranty_start",
    },
    "pos.safety.contact": {"company_id", "email", "lang", "order_id", "phone", "source"},
    "pos.safety.contact.person": {"file", "file_name"},
    "sale.order.line": {"lot_order"},
    "stock.lot": {"pos_folded_name"},
    "stock.move": {
        "pos_cost_line_id",
        "pos_numbers_back_qty",
        "pos_numbers_closed",
        "pos_numbers_line_id",
        "pos_numbers_waiting",
    },
    "stock.move.line": {"pos_cost_share", "pos_number_id", "pos_unnumbered_qty"},
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
