import csv
import re
from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError

from ..number import csv_rows
from ..number.arguments import is_storable
from ..number.format import read_new_number
from ..number.gs1 import CARRIER, read_code
from ..number.label import get_days, get_number_name, get_units
from ..number.name import clean_name, fold_name
from ..number.text import (
    MAX_NUMBERS,
    NumberText,
    join_entries,
    read_cells,
    read_text,
    strip,
)

# The GTIN that a code may begin with; whether there is such a product decides.
FIRST_GTIN = re.compile(r"\D{0,9}?0[12](\d{14})", re.ASCII)
# Of the nomenclature's pattern for FNC1: the part that stands for one text.
LITERAL = re.compile(r"[^\\.^$*+?{}\[\]()|]+")


class Owner(NamedTuple):
    """What a barcode or a GTIN belongs to."""

    product: object  # product.product
    units: float = 1.0  # of the product, in the packaging that has it


class PosNumberText(models.AbstractModel):
    """What a typed, scanned or imported text stands for, see `number.text`: as at the till.

    In this order: a known number, a product's barcode, a GS1 code, a range, a new number.
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
        """Which of these texts are barcodes or GS1 codes: `{text: NumberText}`."""
        codes, owners = self._read_codes(company, texts)
        separators = self._get_separators(company)
        for text, code in codes.items():
            if code.kind == "plain" and FIRST_GTIN.match(text):
                whole = read_code(text, separators)
                if whole.kind == "gs1":
                    codes[text] = whole  # of a product that nobody knows: no number
        entries = {text: self._recognize_one(product, text, codes[text], owners) for text in texts}
        return {text: entry for text, entry in entries.items() if entry}

    def _recognize_one(self, product, text, code, owners):
        """What a text stands for that is no known number: None when it is a plain one.

        :param code: the `gs1.Code` that it is
        :param owners: see `_read_codes`
        """
        owner = owners.get(strip(text)) or owners.get(strip(code.text))
        if owner:
            message = self.env._(
                "This is the barcode of %s, not a Lot/Serial Number.", owner.product.display_name
            )
            return NumberText(text, message=message)
        if code.kind == "gs1":
            return self._take_gs1(product, text, code.meaning, owners)
        if code.reason:
            return NumberText(text, message=self._describe_refusal(code))
        if strip(code.text) != strip(text):
            return NumberText(text, name=clean_name(code.text))  # without its symbology identifier
        return None

    # ------------------------------------------------------------------------ looking up

    def _find_known(self, product, company, texts):
        """The known numbers of the product that texts stand for: `{text: name}`."""
        found = self.env["stock.lot"]._find_by_names(product.ids, texts, company)
        return {text: lot.sudo().name for (_product_id, text), lot in found.items()}

    def _take_prefixes_off(self, text):
        """The names that a text has without a prefix that some number format takes off: a set.

        Only of products whose format reads it so, see `_is_read_as`.
        """
        name = clean_name(text)
        prefixes = {
            prefix
            for model in ("product.template", "product.category")
            for (found,) in self.env[model]
            .sudo()
            ._read_group([("pos_number_prefixes", "!=", False)], ["pos_number_prefixes"])
            for prefix in self.env[model]._split_prefixes(found)
        }
        found = {prefix for prefix in prefixes if name.upper().startswith(prefix.upper())}
        return {clean_name(name[len(prefix) :]) for prefix in found} - {""}

    def _is_read_as(self, product, text, name):
        """Whether a product's number format makes a name of a text, by taking a prefix off."""
        number_format = product.sudo().product_tmpl_id._get_number_format()
        return fold_name(read_new_number(text, number_format)[0]) == fold_name(name)

    def _find_owners(self, company, barcodes, gtins):
        """The products of barcodes and of GTINs of 14 digits, also of their packagings.

        :return: `{barcode or GTIN: Owner}`; a product goes before a packaging
        """
        # A shorter GTIN is filled up with zeros on the left (GS1 General Specifications 3.3.2).
        by_barcode = {
            gtin[zeros:]: gtin
            for gtin in filter(None, gtins)
            for zeros in range(7)
            if gtin.startswith("0" * zeros)
        }
        in_company = ("company_id", "in", (False, company.id))
        wanted = filter(is_storable, barcodes | set(by_barcode))
        domain = [("barcode", "in", list(wanted)), in_company]
        owners = [
            (packaging.barcode, Owner(packaging.product_id, self._count_units(packaging)))
            for packaging in self.env["product.uom"].search(domain)
        ]
        products = self.env["product.product"].search(domain)
        owners += [(product.barcode, Owner(product)) for product in products]
        found = {by_barcode[barcode]: owner for barcode, owner in owners if barcode in by_barcode}
        return found | {barcode: owner for barcode, owner in owners if barcode in barcodes}

    def _count_units(self, packaging):
        """How many units of its product a packaging holds."""
        return packaging.uom_id._compute_quantity(1, packaging.product_id.uom_id)

    # ------------------------------------------------------------------------------ GS1

    def _read_codes(self, company, texts):
        """Texts as GS1 codes, see `gs1.read_code`.

        :return: `{text: gs1.Code}`, and what is known of the barcodes and GTINs in them, see
            `_find_owners`
        """
        barcodes = {strip(text) for text in texts}
        barcodes |= {CARRIER.sub("", text, count=1) for text in barcodes if CARRIER.match(text)}
        found = map(FIRST_GTIN.match, texts)
        gtins = {match[1] for match in found if match}
        owners = self._find_owners(company, barcodes, gtins)
        separators = self._get_separators(company)
        codes = {text: read_code(text, separators, owners.__contains__) for text in texts}
        others = {code.meaning.get("gtin") for code in codes.values()} - gtins - {None}
        if others:
            owners |= self._find_owners(company, set(), others)
        return codes, owners

    def _get_separators(self, company):
        """What scanners send for FNC1: by the company's GS1 nomenclature, else any there is, and by
        its shops."""
        nomenclature = company.nomenclature_id
        if not nomenclature.is_gs1_nomenclature:
            nomenclature = nomenclature.search([("is_gs1_nomenclature", "=", True)], limit=1)
        pattern = (nomenclature.gs1_separator_fnc1 or "").strip("()")
        shops = self.env["pos.config"].sudo()
        shops = shops.search_fetch(
            [("scanner_separator", "!=", False), ("company_id", "=", company.id)],
            ["scanner_separator"],
        )
        named = [part for part in pattern.split("|") if LITERAL.fullmatch(part)]
        return named + shops.mapped("scanner_separator")

    def _take_gs1(self, product, text, meaning, owners):
        """The number of a GS1 code, when it is of the product.

        :param meaning: see `gs1.get_meaning`
        """
        gtin = meaning.get("gtin")
        owner = owners.get(gtin) if gtin else Owner(product)
        if not owner or owner.product != product:
            message = self.env._(
                "This code is of another product (%s).",
                owner.product.display_name if owner else gtin,
            )
            return NumberText(text, message=message)
        name = get_number_name(meaning, product.tracking)
        if not name:
            message = self.env._("This GS1 code holds no Lot/Serial Number.")
            return NumberText(text, message=message)
        quantity = self._count_label(meaning, owner)
        days = tuple(get_days(meaning).items())
        return NumberText(text, name=name, quantity=quantity, days=days)

    def _count_label(self, meaning, owner):
        """How much a GS1 code stands for, in the product's unit; None when it does not say.

        :param meaning: see `gs1.get_meaning`
        """
        uom = owner.product.uom_id
        if "weight" in meaning:
            is_metric = meaning["weight_unit"] == "kg"
            unit = self.env.ref("uom.product_uom_kgm" if is_metric else "uom.product_uom_lb")
            if uom._has_common_reference(unit):
                return unit._compute_quantity(meaning["weight"], uom)
        return get_units(meaning, owner.units)

    def _describe_refusal(self, code):
        """Why a text is no number, in words.

        :param code: a `gs1.Code` with a reason
        """
        reason = code.reason
        if code.kind == "plain":
            return self.env._("This is a web address, not a Lot/Serial Number.")
        params = {name: reason.get(name, "") for name in ("ai", "value", "other")}
        if params["other"].isdigit():
            params["other"] = self.env._("part (%s)", params["other"])
        else:
            params["other"] = self.env._("another part")
        sentences = {
            "empty": lambda: self.env._("it is empty"),
            "many": lambda: self.env._("it has more parts than a label can hold"),
            "unknown": lambda: self.env._(
                "no part of a GS1 code begins with “%(value)s”", **params
            ),
            "short": lambda: self.env._(
                "part (%(ai)s) is cut off: “%(value)s” is too short", **params
            ),
            "long": lambda: self.env._("part (%(ai)s) is too long: “%(value)s”", **params),
            "characters": lambda: self.env._(
                "part (%(ai)s) has characters that do not belong there: “%(value)s”", **params
            ),
            "value": lambda: self.env._("part (%(ai)s) cannot be “%(value)s”", **params),
            "check_digit": lambda: self.env._(
                "the check digit of part (%(ai)s) is wrong: “%(value)s”", **params
            ),
            "date": lambda: self.env._("part (%(ai)s) is no date: “%(value)s”", **params),
            "different": lambda: self.env._(
                "part (%(ai)s) is in it twice, with two values", **params
            ),
            "excluded": lambda: self.env._(
                "part (%(ai)s) may not stand beside %(other)s", **params
            ),
            "missing": lambda: self.env._(
                "part (%(ai)s) means nothing without %(other)s", **params
            ),
            "address": lambda: self.env._("its address is damaged"),
            "misplaced": lambda: self.env._(
                "part (%(ai)s) is in the wrong place of the address", **params
            ),
            "compressed": lambda: self.env._("compressed addresses cannot be read"),
        }
        return self.env._(
            "This is a GS1 code, but it cannot be read: %s. Scan it again.",
            sentences[reason["code"]](),
        )

    # ----------------------------------------------------------------------------- files

    def _read_file(self, product, company, content):
        """The rows of a CSV file as rows of text, for `_read_text`; see `number.csv_rows`.

        :return: (rows, the first row as it is written where it holds the titles of columns)
        :raises UserError: the file cannot be read, holds nothing, or too many rows
        """
        rows = self._read_csv(content, csv_rows.read_rows)
        titles = ""
        if rows and csv_rows.is_header(rows[0]):
            first = strip(rows[0][0])
            if first not in self._find_known(product, company, {first}):
                titles = " · ".join(rows[0])
                rows = rows[1:]
        self._check_row_count(len(rows))
        texts = [csv_rows.write_row(product.tracking, name, quantity) for name, quantity in rows]
        return texts, titles

    def _read_csv(self, content, read):
        """What `read` makes of the text of a CSV file.

        :param bytes content: the file
        :param read: of `number.csv_rows`
        :raises UserError: the file cannot be read
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
            return read(text)
        except csv.Error as error:
            raise UserError(self.env._("This is not a CSV file: %s", error)) from error

    def _check_row_count(self, count):
        """:raises UserError: a file holds nothing, or too many rows"""
        if not count:
            raise UserError(self.env._("There are no numbers in this file."))
        if count > MAX_NUMBERS:
            raise UserError(
                self.env._(
                    "This file has %(count)s rows: at most %(max)s numbers can be assigned at a "
                    "time.",
                    count=count,
                    max=MAX_NUMBERS,
                )
            )
