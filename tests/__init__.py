# Odoo's runner finds the modules named here; see each folder for what it holds.
from .against_core import (
    test_again_at_closing,
    test_closing,
    test_combos_and_kits,
    test_missing_numbers,
    test_number_to_sale,
    test_refunds,
    test_rights,
    test_sale_orders,
    test_ship_later,
    test_till,
    test_two_sessions,
    test_wrong_numbers,
)
from .till import test_assigning, test_entry, test_order_loading, test_tables_and_combos
from . import (
    test_accounts,
    test_assignment,
    test_coverage,
    test_history,
    test_review,
    test_worklist,
    test_faults,
    test_hoot,
    test_order_numbers,
)
from . import test_documents
from . import test_lookups, test_number_text, test_odd_input, test_settings, test_unnumbered
from . import (
    test_assign_limits,
    test_closing_without_number,
    test_exchange,
    test_named_lots,
    test_waiting_transfers,
)
from . import test_concurrency, test_many_numbers, test_properties
