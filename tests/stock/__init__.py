from . import test_closing
from . import test_missing_numbers
from . import test_number_to_sale
from . import test_refunds
from . import test_rights
from . import test_sale_orders
from . import test_ship_later
from . import test_wrong_numbers
