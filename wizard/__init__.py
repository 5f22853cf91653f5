from . import pos_number_dialog
from . import pos_number_assignment
from . import pos_number_assignment_round
from . import pos_number_closing
from . import pos_number_import
from . import pos_number_replacement
from . import pos_number_replacement_exchange
from . import pos_number_warranty_change
