import csv
import io
import re
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

MAX_NUMBERS = 1000
# Control characters are no part of a plain number: scanners send them around it.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")
# Not `splitlines`: for that, the FNC1 of a GS1 code ends a line.
LINE_BREAK = re.compile(r"\r\n|\r|\n")
# A quoted text, or anything up to a separator.
CELL = re.compile(r' *"((?:[^"]|"")*)" *|([^,;\t"][^,;\t]*)')
SEPARATORS = re.compile('[,;\t"\r\n]')
LOT_AND_QUANTITY = re.compile(r"\s*([^,;\t\"]+)[;\t]\s*(-?\d+(?:[.,]\d+)?)\s*")
RANGE = re.compile(r"(.*?)(\d{1,15})\.\.(.*?)(\d{1,15})")
FNC1 = "\x1d"
# Symbology identifiers of the carriers of GS1 element strings (GS1 General Specifications,
# figure 5.1.2-2): GS1-128, DataBar, DataMatrix, QR Code, DotCode.
AIM_PREFIX = re.compile(r"\](?:C1|e[0-2]|d2|Q3|J1)")
STARTS_WITH_GTIN = re.compile(r"(?:01|02)\d{14}")
# Words of a header, in the languages of this add-on: of numbers, what may stand around these, of
# quantities.
NUMBER_WORD = re.compile(
    "lots?|serials?|numbers?|sn|imei|lotes?|s[eé]ries?|lott[oi]|matricola|los|charge|partij"
    "|(?:los|serien|serie|chargen|partij)nummer"
)
OTHER_WORD = re.compile("no|nr|n|name|id|di|de|du|da|n[uú]mero|numéro|nummer")
QUANTITY_WORD = re.compile(
    "quantity|qty|quantit[eéaà]|qté|cantidad|quantidade|qtd|menge|anzahl|hoeveelheid|aantal"
)


class NumberText(NamedTuple):
    """What one typed, scanned or imported text stands for."""

    text: str
    row: int = 0  # of what was typed, from 1; 0: of no row
    name: str = ""
    quantity: float | None = None  # in the product's unit; None: not said
    message: str | None = None  # why it stands for no number


class PosNumberText(models.AbstractModel):
    """What a typed, scanned or imported text stands for, with the rules of the till.

    In this order: a known number, a product's barcode, GS1 element strings, a range, a new number.
    Whether a number can be taken is another question: see `pos.number.correction`.
    """

    _name = "pos.number.text"
    _description = "Reading of Lot/Serial Numbers"

    # ------------------------------------------------------------------------- reading

    def _read_text(self, product, company, text):
        """The numbers of a text of many rows. Changes nothing.

        A row holds one number, several between commas, semicolons or tabs, or a lot and its
        quantity (`LOT1;3`). Quotes keep a name with separators together.

        :return: list of `NumberText`, at most one more than `MAX_NUMBERS`
        """
        rows = [
            (number, row.strip(" "))
            for number, row in enumerate(LINE_BREAK.split(text or ""), start=1)
            if self._clean(row)
        ][: MAX_NUMBERS + 1]
        known = self._find_known(product, company, [row for _number, row in rows])
        cells = []
        for number, row in rows:
            if self._clean(row) in known:
                parts = [(row, None)]
            else:
                parts = self._split_row(row, product.tracking)
            cells += [(number, cell, quantity) for cell, quantity in parts]
        return self._read_cells(product, company, cells[: MAX_NUMBERS + 1])

    def _read_name(self, product, company, text):
        """The one number that a text stands for, as `_read_text` reads it; nothing is split.

        :return: `NumberText`
        """
        entries = self._read_cells(product, company, [(0, text, None)])
        if len(entries) > 1:
            message = self.env._("One number is wanted here, and these are %s.", len(entries))
            return NumberText(text, message=message)
        return entries[0]

    def _split_row(self, row, tracking):
        """:return: list of (text, quantity as written or None)"""
        lot = LOT_AND_QUANTITY.fullmatch(row) if tracking == "lot" else None
        if lot:
            return [lot.groups()]
        if self._says_gs1(row) and not row.startswith('"'):
            return [(row, None)]  # commas may be part of it
        cells = list(CELL.finditer(row))
        texts = [
            cell[2] if cell[1] is None else cell[1].replace('""', '"')
            for cell in cells
            if cell[1] is not None or self._clean(cell[2])
        ]
        # A quoted name and something that is not: how an imported row with a quantity is written.
        if len(texts) == 2 and cells[0][1] is not None and cells[1][1] is None:
            return [tuple(texts)]
        return [(text, None) for text in texts]

    def _read_cells(self, product, company, cells):
        """:param cells: list of (row, text, quantity as written or None)"""
        names = {self._clean(text) for _row, text, _quantity in cells}
        known = self._find_known(product, company, names)
        nomenclature = self._get_gs1_nomenclature(company)
        codes = {
            text: self._read_gs1(text, nomenclature)
            for _row, text, _quantity in cells
            if self._clean(text) not in known
        }
        owners = self._find_products(
            company, names - known, {code["gtin"] for code in codes.values() if code}
        )
        result = []
        for row, text, written in cells:
            quantity = self._parse_quantity(written) if written is not None else None
            if written is not None and quantity is None:
                message = self.env._("“%s” is not a quantity.", written.strip())
                entries = [NumberText(text, name=self._clean(text), message=message)]
            elif self._clean(text) in known:
                entries = [NumberText(text, name=self._clean(text))]
            else:
                entries = self._read_unknown(product, text, codes[text], owners)
            for entry in entries:
                said = entry.quantity if quantity is None else quantity
                result.append(entry._replace(row=row, quantity=said))
            if len(result) > MAX_NUMBERS:
                break
        return result

    def _read_unknown(self, product, text, code, owners):
        """What a text stands for that is no known number: see the class.

        :param code: what it holds as GS1 element strings, None when it does not parse
        :param owners: `{barcode or GTIN: product}`
        """
        name = self._clean(text)
        if name in owners:
            message = self.env._(
                "This is the barcode of %s, not a Lot/Serial Number.", owners[name].display_name
            )
            return [NumberText(text, message=message)]
        if code and (self._says_gs1(text) or code["gtin"] in owners):
            return [self._take_gs1(product, text, code, owners)]
        if self._says_gs1(text):
            message = self.env._("This is a GS1 code, but it cannot be read. Scan it again.")
            return [NumberText(text, message=message)]
        names, count = self._expand_range(name)
        if count > MAX_NUMBERS:
            message = self.env._(
                "%(count)s numbers are too many: at most %(max)s at a time.",
                count=count,
                max=MAX_NUMBERS,
            )
            return [NumberText(text, message=message)]
        return [NumberText(text, name=each) for each in names or [name]]

    @api.model
    def _clean(self, text):
        """The name a plain text stands for."""
        return CONTROL_CHARACTERS.sub("", text or "").strip()

    @api.model
    def _parse_quantity(self, text):
        """A quantity as people write it, or None."""
        text = text.strip().replace(" ", "")
        if "," in text and "." not in text:
            text = text.replace(",", ".")
        return float(text) if re.fullmatch(r"-?\d{1,12}(\.\d*)?", text) else None

    @api.model
    def _expand_range(self, text):
        """The numbers of a range such as `SN001..SN020`.

        :return: names and how many they are; (None, 0) when it is no range, no names when they
            are too many
        """
        match = RANGE.fullmatch(text)
        if not match or match[1] != match[3]:
            return None, 0
        prefix, first, _prefix, last = match.groups()
        count = int(last) - int(first) + 1
        if count < 1:
            return None, 0
        if count > MAX_NUMBERS:
            return [], count
        numbers = range(int(first), int(last) + 1)
        return [f"{prefix}{number:0{len(first)}}" for number in numbers], count

    # ------------------------------------------------------------------------ looking up

    def _find_known(self, product, company, texts):
        """Which of these texts are known numbers of the product, as `_find_lots` finds them."""
        names = {self._clean(text) for text in texts}
        found = self.env["stock.lot"]._find_by_names([product.id], names, company)
        return {name for _product_id, name in found}

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

    @api.model
    def _says_gs1(self, text):
        """Whether a text says of itself that it is GS1 element strings: then it is no name."""
        return bool(AIM_PREFIX.match(text)) or FNC1 in text

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
        looks_like_it = self._says_gs1(text) or STARTS_WITH_GTIN.match(self._clean(text))
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
        """The rows of a CSV file as rows of text, for `_read_text`.

        Numbers stand in the column whose header says so, else in the first; quantities likewise,
        else in the second.

        :raises UserError: the file cannot be read, holds nothing, or too many rows
        """
        text = self._decode(content)
        # What stands between quotes separates nothing.
        first = re.sub(r'"(?:[^"]|"")*"', "", LINE_BREAK.split(text.lstrip(), maxsplit=1)[0])
        delimiter = max(";\t,", key=first.count)
        try:
            rows = [
                [cell.strip(" \t\r\n") for cell in row]
                for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
                if any(self._clean(cell) for cell in row)
            ]
        except csv.Error as error:
            raise UserError(self.env._("This is not a CSV file: %s", error)) from error
        columns = self._find_columns(product, company, rows[0]) if rows else None
        rows = rows[1:] if columns else rows
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
        name_column, quantity_column = columns or (0, 1)
        return [
            self._write_row(
                product.tracking,
                row[name_column] if name_column < len(row) else "",
                row[quantity_column] if quantity_column < len(row) else "",
            )
            for row in rows
        ]

    def _decode(self, content):
        """:raises UserError: this is no text"""
        is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = None
        for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
            try:
                text = content.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        # An FNC1 is part of a GS1 code; of all others a text has none.
        if text is None or re.search(r"[\x00-\x08\x0e-\x1c\x1e\x1f]", text):
            raise UserError(
                self.env._(
                    "This is not a CSV file, or its characters cannot be read: save it as CSV "
                    "(UTF-8) and import it again."
                )
            )
        return text

    def _find_columns(self, product, company, row):
        """The columns of numbers and quantities, when a row is a header.

        :return: (column, column), the second beyond the row when there is none; None: no header
        """
        if self._find_known(product, company, row):
            return None
        names, quantities = [], []
        for column, cell in enumerate(row):
            words = re.findall(r"[^\W_]+", re.sub(r"\bs/n\b", "sn", cell.lower()))
            numbers = [word for word in words if NUMBER_WORD.fullmatch(word)]
            others = [word for word in words if OTHER_WORD.fullmatch(word)]
            # Nothing but such words: a number may well hold one of them.
            if numbers and len(numbers) + len(others) == len(words):
                names.append(column)
            elif any(QUANTITY_WORD.fullmatch(word) for word in words):
                quantities.append(column)
        if not names:
            return None
        return names[0], quantities[0] if quantities else len(row)

    def _write_row(self, tracking, name, quantity):
        """A row that `_read_text` reads as exactly this name and quantity."""
        parsed = self._parse_quantity(quantity)
        if parsed is not None:
            quantity = f"{parsed:.12g}"
        if tracking == "serial" and parsed == 1:
            quantity = ""
        is_lot_quantity = tracking == "lot" and parsed is not None
        if not name or SEPARATORS.search(name) or (quantity and not is_lot_quantity):
            quoted = LINE_BREAK.sub(" ", name).replace('"', '""')
            name = f'"{quoted}"'
        quantity = SEPARATORS.sub(" ", quantity)
        return f"{name};{quantity}" if quantity else name
