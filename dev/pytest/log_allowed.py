"""Log lines at ERROR or WARNING that are no fault of this add-on: one entry each, with the reason.

Used for pytest's run and for the run through Odoo's own runner. Keep it short.
"""

import re

# (logger, pattern in the message, reason)
ALLOWED = (
    (
        "odoo.addons.pos_lot_traceability.models.stock_picking",
        r"cannot move now and wait",
        "what a shop should find in its log when stock refuses a transfer; tests make it refuse",
    ),
    (
        "odoo.addons.point_of_sale.models.pos_order",
        r"was closed but received order|Using open session .* for uuid",
        "core says so of an order that arrives after its session has closed; tests send some",
    ),
    (
        "odoo.http",
        r"^WARNING ",
        "what a server tells a browser that asked for too much; the tour looks at it",
    ),
    (
        "odoo.addons.pos_lot_traceability.tests",
        r"^WARNING .*\.browser: Missing widget: kanban_activity",
        "core's contact form on a phone names a widget that core does not load there",
    ),
)


def allowed_reason(logger, message):
    for name, pattern, reason in ALLOWED:
        if logger.startswith(name) and re.search(pattern, message):
            return reason
    return None
