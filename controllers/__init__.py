from . import export
from . import number_page
from . import portal
from . import scanner_sheet
