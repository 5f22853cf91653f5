# Odoo's runner finds the modules named here; see each folder for what it holds.
from .stock import test_missing_numbers, test_refunds, test_rights, test_wrong_numbers
from .till import test_entry
