"""Wrong numbers, missing numbers and refunds once more, where stock moves at closing.

A class here adds nothing but the mode to the one of the same name. (Modules are imported, not
classes: pytest would collect those here as well.)
"""

from odoo.tests import tagged

from . import test_combos_and_kits as combos_and_kits
from . import test_missing_numbers as missing
from . import test_number_to_sale as number_to_sale
from . import test_refunds as refunds
from . import test_ship_later as ship_later
from . import test_wrong_numbers as wrong
from .common import AtClosing


@tagged("post_install", "-at_install")
class TestSomeNumbersAtClosing(AtClosing, missing.TestSomeNumbers):
    pass


@tagged("post_install", "-at_install")
class TestNoNumberAtClosing(AtClosing, missing.TestNoNumber):
    stock_fails_too = ("test_alone_waits",)


@tagged("post_install", "-at_install")
class TestCostBySerialAtClosing(AtClosing, missing.TestCostBySerial):
    pass


@tagged("post_install", "-at_install")
class TestSentAgainAtClosing(AtClosing, missing.TestSentAgain):
    pass


@tagged("post_install", "-at_install")
class TestUnknownAtClosing(AtClosing, wrong.TestUnknown):
    pass


@tagged("post_install", "-at_install")
class TestCreationForbiddenAtClosing(AtClosing, wrong.TestCreationForbidden):
    pass


@tagged("post_install", "-at_install")
class TestBothSwitchesOffAtClosing(AtClosing, wrong.TestBothSwitchesOff):
    pass


@tagged("post_install", "-at_install")
class TestElsewhereAtClosing(AtClosing, wrong.TestElsewhere):
    pass


@tagged("post_install", "-at_install")
class TestShortAtClosing(AtClosing, wrong.TestShort):
    pass


@tagged("post_install", "-at_install")
class TestSoldTwiceAtClosing(AtClosing, wrong.TestSoldTwice):
    pass


@tagged("post_install", "-at_install")
class TestOtherProductAtClosing(AtClosing, wrong.TestOtherProduct):
    pass


@tagged("post_install", "-at_install")
class TestTooManyAtClosing(AtClosing, wrong.TestTooMany):
    pass


@tagged("post_install", "-at_install")
class TestReservedAtClosing(AtClosing, wrong.TestReserved):
    pass


@tagged("post_install", "-at_install")
class TestSeveralMovesAtClosing(AtClosing, wrong.TestSeveralMoves):
    pass


@tagged("post_install", "-at_install")
class TestComesBackAtClosing(AtClosing, refunds.TestComesBack):
    stock_fails_too = ("test_lot_again_without_number",)


@tagged("post_install", "-at_install")
class TestWrongNumberBackAtClosing(AtClosing, refunds.TestWrongNumberBack):
    pass


@tagged("post_install", "-at_install")
class TestNoNumberBackAtClosing(AtClosing, refunds.TestNoNumberBack):
    pass


@tagged("post_install", "-at_install")
class TestBackOfficeAtClosing(AtClosing, refunds.TestBackOffice):
    pass


@tagged("post_install", "-at_install")
class TestShipLaterAtClosing(AtClosing, ship_later.TestShipLater):
    pass


@tagged("post_install", "-at_install")
class TestNumberAtClosing(AtClosing, number_to_sale.TestNumber):
    stock_fails_too = ("test_customer", "test_waiting_units")


@tagged("post_install", "-at_install")
class TestComboAtClosing(AtClosing, combos_and_kits.TestCombo):
    pass


@tagged("post_install", "-at_install")
class TestKitAtClosing(AtClosing, combos_and_kits.TestKit):
    pass


@tagged("post_install", "-at_install")
class TestSeveralStepsAtClosing(AtClosing, wrong.TestSeveralSteps):
    pass
