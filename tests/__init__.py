# Odoo's runner finds the modules named here; see each folder for what it holds.
from importlib.util import find_spec

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
from .till import (
    test_accessibility,
    test_assigning,
    test_entry,
    test_loyalty,
    test_number_page as test_number_page_on_screen,
    test_order_loading,
    test_scanning,
    test_tables_and_combos,
    test_trace as test_trace_on_screen,
)
from . import test_accounts
from . import test_arguments
from . import test_assign_dialog
from . import test_assign_limits
from . import test_assignment
from . import test_automatic_lots
from . import test_changes_before_closing
from . import test_closing_without_number
from . import test_code_days
from . import test_concurrency
from . import test_costs
from . import test_coverage
from . import test_dialog_words
from . import test_documents
from . import test_dropshipping
from . import test_exchange
from . import test_exports
from . import test_flag_sentences
from . import test_gs1
from . import test_guard
from . import test_history
from . import test_hoot
from . import test_invoice_before_closing
from . import test_kits
from . import test_label
from . import test_late_orders
from . import test_long_orders
from . import test_lookups
from . import test_moves
from . import test_named_lots
from . import test_names
from . import test_names_not_models
from . import test_nightly_check
from . import test_number_format
from . import test_number_overview
from . import test_number_page
from . import test_number_settings
from . import test_number_text
from . import test_order_answer
from . import test_order_numbers
from . import test_other_company
from . import test_parts_of_numbers
from . import test_payload
from . import test_qr_code
from . import test_recall
from . import test_recall_balance
from . import test_refused_transfer
from . import test_release_before_shipping
from . import test_repairs
from . import test_report_units
from . import test_reservations
from . import test_restaurant_tables
from . import test_return_lookups
from . import test_returns
from . import test_review
from . import test_safety_contact
from . import test_scanner_check
from . import test_scans
from . import test_self_order_numbers
from . import test_sent_again
from . import test_sequences
from . import test_sequences_of_changes
from . import test_sequences_of_returns
from . import test_sequences_over_places
from . import test_server_only_fields
from . import test_settings
from . import test_short_lots
from . import test_stock_without_numbers
from . import test_surplus
from . import test_texts
from . import test_trace
from . import test_trace_demo
from . import test_tracking_changes
from . import test_transfers_to_assign
from . import test_two_companies
from . import test_verdict
from . import test_waiting_transfers
from . import test_warranty
from . import test_worklist
from . import test_worklist_clearing

# Odoo does not need hypothesis: where it is missing, Odoo must still load what is above.
# dev/test has it, and fails without it.
if find_spec("hypothesis"):
    from . import test_properties
