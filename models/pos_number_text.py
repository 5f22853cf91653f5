import csv
import re

from odoo import models
from odoo.exceptions import UserError, ValidationError

from ..number import csv_rows
from ..number.text import (
    AIM_PREFIX,
    MAX_NUMBERS,
    NumberText,
    join_entries,
    read_cells,
    read_text,
    says_gs1,
    strip,
)

STARTS_WITH_GTIN = re.compile(r"(?:01|02)\d{14}")


class PosNumberText(models.AbstractModel):
    """What a typed, scanned or imported text stands for, see `number.text`: as at the till.

    In this order: a known number, a product's barcode, GS1 element strings, a range, a new number.
    Whether a number can be taken is another question: see `pos.number.correction`.
    """

    _name = "pos.number.text"
    _description = "Reading of Lot/Serial Numbers"

    # ------------------------------------------------------------------------- reading

    def _read_text(self, product, company, text):
        """The numbers of a text of many rows, see `number.text.read_text`. Changes nothing.

        :return: list of `NumberText`, at most one more than `MAX_NUMBERS`
        """
        entries = read_text(text, product.tracking, *self._get_reading(product, company))
        return [self._tell(entry) for entry in entries]

    def _read_name(self, product, company, text):
        """The one number that a text stands for, as `_read_text` reads it; nothing is split.

        :return: `NumberText`
        """
        find, recognize = self._get_reading(product, company)
        entries = read_cells([(0, text or "", None)], find, recognize)
        if len(entries) > 1:
            message = self.env._("One number is wanted here, and these are %s.", len(entries))
            return NumberText(text, message=message)
        return self._tell(join_entries(entries, product.tracking, find)[0])

    def _get_reading(self, product, company):
        """What `read_text` asks of the database: the functions `find` and `recognize`."""
        return (
            lambda texts: self._find_known(product, company, texts),
            lambda texts: self._recognize(product, company, texts),
        )

    def _tell(self, entry):
        """The entry with its problem in words."""
        kind, value = entry.problem or (None, None)
        if kind == "quantity":
            message = self.env._("“%s” is not a quantity.", value)
        elif kind == "many":
            message = self.env._(
                "%(count)s numbers are too many: at most %(max)s at a time.",
                count=value,
                max=MAX_NUMBERS,
            )
        elif kind == "twice":
            message = self.env._("This serial number is entered twice.")
        else:
            return entry
        return entry._replace(message=message)

    def _recognize(self, product, company, texts):
        """Which of these texts are barcodes or GS1 element strings: `{text: NumberText}`."""
        nomenclature = self._get_gs1_nomenclature(company)
        codes = {text: self._read_gs1(text, nomenclature) for text in texts}
        owners = self._find_products(
            company,
            {strip(text) for text in texts},
            {code["gtin"] for code in codes.values() if code},
        )
        entries = {text: self._recognize_one(product, text, codes[text], owners) for text in texts}
        return {text: entry for text, entry in entries.items() if entry}

    def _recognize_one(self, product, text, code, owners):
        """What a text stands for that is no known number: None when it is a plain one.

        :param code: what it holds as GS1 element strings, None when it does not parse
        :param owners: `{barcode or GTIN: product}`
        """
        name = strip(text)
        if name in owners:
            message = self.env._(
                "This is the barcode of %s, not a Lot/Serial Number.", owners[name].display_name
            )
            return NumberText(text, message=message)
        if code and (says_gs1(text) or code["gtin"] in owners):
            return self._take_gs1(product, text, code, owners)
        if says_gs1(text):
            message = self.env._("This is a GS1 code, but it cannot be read. Scan it again.")
            return NumberText(text, message=message)
        return None

    # ------------------------------------------------------------------------ looking up

    def _find_known(self, product, company, texts):
        """The known numbers of the product that texts stand for: `{text: name}`."""
        found = self.env["stock.lot"]._find_by_names(product.ids, texts, company)
        return {text: lot.sudo().name for (_product_id, text), lot in found.items()}

    def _find_products(self, company, barcodes, gtins):
        """The products of barcodes, also of packagings, and of GTINs of 14 digits.

        :return: `{barcode or GTIN: product.product}`
        """
        # A shorter GTIN is filled up with zeros on the left (GS1 General Specifications 3.3.2).
        by_barcode = {
            gtin[zeros:]: gtin
            for gtin in filter(None, gtins)
            for zeros in range(7)
            if gtin.startswith("0" * zeros)
        }
        in_company = ("company_id", "in", (False, company.id))
        products = self.env["product.product"].search(
            [("barcode", "in", list(barcodes | set(by_barcode))), in_company]
        )
        found = {product.barcode: product for product in products if product.barcode in barcodes}
        found |= {
            by_barcode[product.barcode]: product
            for product in products
            if product.barcode in by_barcode
        }
        packagings = self.env["product.uom"].search([("barcode", "in", list(barcodes)), in_company])
        return found | {packaging.barcode: packaging.product_id for packaging in packagings}

    # ------------------------------------------------------------------------------ GS1

    def _get_gs1_nomenclature(self, company):
        """Odoo's own rules of reading GS1 codes: those of the company, else any there are."""
        nomenclature = company.nomenclature_id
        if nomenclature.is_gs1_nomenclature:
            return nomenclature
        return nomenclature.search([("is_gs1_nomenclature", "=", True)], limit=1)

    def _read_gs1(self, text, nomenclature):
        """Read GS1 element strings.

        :return: `{gtin, serial, lot, quantity}`; None when the text does not look like it, or does
            not parse completely: a wrong check digit, an impossible date, an unknown part
        """
        looks_like_it = says_gs1(text) or STARTS_WITH_GTIN.match(strip(text))
        if not nomenclature or not looks_like_it:
            return None
        try:
            # Odoo's parser does not know each of these prefixes.
            elements = nomenclature.gs1_decompose_extended(AIM_PREFIX.sub("", text, count=1))
        except (ValidationError, ValueError):
            return None  # it lets an impossible month through as it comes
        values = {}
        for element in elements or []:
            values.setdefault(element["ai"], element)
        if not values:
            return None

        def get(*identifiers):
            found = (values[each]["string_value"] for each in identifiers if each in values)
            return next(found, "")

        quantity = float(get("30", "37") or 0)
        return {
            "gtin": get("01", "02"),
            "serial": get("21"),
            "lot": get("10"),
            "quantity": quantity or None,
        }

    def _take_gs1(self, product, text, code, owners):
        """The number of GS1 element strings, when they are of the product."""
        owner = owners.get(code["gtin"]) if code["gtin"] else product
        if owner != product:
            message = self.env._(
                "This code is of another product (%s).",
                owner.display_name if owner else code["gtin"],
            )
            return NumberText(text, message=message)
        names = [code["serial"], code["lot"]]
        name = next(filter(None, names if product.tracking == "serial" else names[::-1]), "")
        if not name:
            message = self.env._("This GS1 code holds no Lot/Serial Number.")
            return NumberText(text, message=message)
        return NumberText(text, name=name, quantity=code["quantity"])

    # ----------------------------------------------------------------------------- files

    def _read_file(self, product, company, content):
        """The rows of a CSV file as rows of text, for `_read_text`; see `number.csv_rows`.

        :return: (rows, the first row as it is written where it holds the titles of columns)
        :raises UserError: the file cannot be read, holds nothing, or too many rows
        """
        text = csv_rows.decode(content)
        if text is None:
            raise UserError(
                self.env._(
                    "This is not a CSV file, or its characters cannot be read: save it as CSV "
                    "(UTF-8) and import it again."
                )
            )
        try:
            rows = csv_rows.read_rows(text)
        except csv.Error as error:
            raise UserError(self.env._("This is not a CSV file: %s", error)) from error
        titles = ""
        if rows and csv_rows.is_header(rows[0]):
            first = strip(rows[0][0])
            if first not in self._find_known(product, company, {first}):
                titles = " · ".join(rows[0])
                rows = rows[1:]
        if not rows:
            raise UserError(self.env._("There are no numbers in this file."))
        if len(rows) > MAX_NUMBERS:
            raise UserError(
                self.env._(
                    "This file has %(count)s rows: at most %(max)s numbers can be assigned at a "
                    "time.",
                    count=len(rows),
                    max=MAX_NUMBERS,
                )
            )
        texts = [csv_rows.write_row(product.tracking, name, quantity) for name, quantity in rows]
        return texts, titles
