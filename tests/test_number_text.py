"""What a typed, scanned or imported text stands for in the back office."""

import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import NumberTextCase, WizardCase

GTIN = "01" + "05901234123457"
OTHER_GTIN = "01" + "05901234123464"
FNC1 = "\x1d"


@tagged("post_install", "-at_install")
class TestPlainText(NumberTextCase):
    def test_rows_and_separators(self):
        """Rows of all systems, and what separates numbers in a row."""
        self.assertEqual(self._names("A\r\nB\rC\nD,E;F\tG\n\n"), list("ABCDEFG"))

    def test_quotes_keep_a_name_together(self):
        self.assertEqual(self._names('"A,B", "C ""x"""'), ["A,B", 'C "x"'])

    def test_control_characters(self):
        """What scanners send around a number is no part of it."""
        self.assertEqual(self._names("\x02SN1\x03\n\x00 SN2\x7f"), ["SN1", "SN2"])

    def test_known_number_wins(self):
        """Whatever it looks like: a list, a range, a barcode, a GS1 code."""
        for name in ("A,B", "X1..X3", self.milk.barcode, GTIN + "21ABC", "9;5"):
            with self.subTest(name=name):
                self._put(self.phone, [name])
                self.assertEqual(self._names(name), [name])

    def test_range(self):
        self.assertEqual(self._names("SN008..SN011"), ["SN008", "SN009", "SN010", "SN011"])
        self.assertEqual(self._names("SN9..SN10"), ["SN9", "SN10"])

    def test_what_is_no_range(self):
        """Backwards, of two kinds, or without numbers: a name as any other."""
        for text in ("SN3..SN1", "A1..B3", "A..B", "SN1..", "SN1...SN3"):
            with self.subTest(text=text):
                self.assertEqual(self._names(text), [text])

    def test_largest_range(self):
        self.assertEqual(len(self._names("SN1..SN1000")), 1000)
        self.assertRefused("SN1..SN1001", "1001 numbers are too many: at most 1000")

    def test_reading_ends(self):
        """A text that stands for millions is not written out."""
        self.assertLess(len(self._names("A1..A1000\n" * 1000)), 3000)

    def test_quantities(self):
        """After a lot, with a point or a comma; a serial has none."""
        self.assertEqual(
            self._read("L1;2\nL2\t1,5\nL3", self.milk), [("L1", 2), ("L2", 1.5), ("L3", None)]
        )
        self.assertEqual(self._names("SN1;2"), ["SN1", "2"])

    def test_product_barcodes(self):
        """Of this product, of another, of a packaging: named, and not taken."""
        self.env["product.uom"].create(
            {
                "product_id": self.milk.id,
                "uom_id": self.env.ref("uom.product_uom_dozen").id,
                "barcode": "PACK12",
            }
        )
        self.assertRefused(self.phone.barcode, "barcode of Phone")
        self.assertRefused(self.milk.barcode, "barcode of Milk")
        self.assertRefused("PACK12", "barcode of Milk")


@tagged("post_install", "-at_install")
class TestGs1Text(NumberTextCase):
    def test_serial_before_lot(self):
        code = GTIN + "10LOT9" + FNC1 + "21ABC"
        self.assertEqual(self._names(code), ["ABC"])
        self.assertEqual(self._names(GTIN + "10LOT9"), ["LOT9"])

    def test_lot_before_serial(self):
        code = OTHER_GTIN + "21ABC" + FNC1 + "10LOT9"
        self.assertEqual(self._names(code, self.milk), ["LOT9"])

    def test_quantity(self):
        """(30), and (37) of what is inside, count; what is written behind goes first."""
        content = "02" + OTHER_GTIN[2:] + "10LOT9" + FNC1 + "374"
        for code in (OTHER_GTIN + "10LOT9" + FNC1 + "304", content):
            self.assertEqual(self._read(code, self.milk), [("LOT9", 4)])
            self.assertEqual(self._read(code + ";2", self.milk), [("LOT9", 2)])

    def test_prefixes(self):
        """Symbology identifiers and a leading FNC1 are no part of the code."""
        for prefix in ("]C1", "]d2", "]Q3", "]e0", "]e1", "]C1" + FNC1, FNC1):
            with self.subTest(prefix=prefix):
                self.assertEqual(self._names(prefix + GTIN + "21ABC"), ["ABC"])
                self.assertEqual(self._names(prefix + "21ABC"), ["ABC"])

    def test_several_rows(self):
        """The FNC1 in a code ends no row; a comma in it separates nothing."""
        rows = [GTIN + "10L" + FNC1 + "21A1", GTIN + "10L" + FNC1 + "21A,2"]
        self.assertEqual(self._names("\n".join(rows)), ["A1", "A,2"])

    def test_substitute_of_fnc1(self):
        """What the nomenclature takes for an FNC1, and what scanners make of it."""
        for sent in ("#", "Alt029", "^]", "<GS>", "{FNC1}", "|", "~1"):
            with self.subTest(sent=sent):
                self.assertEqual(self._names(GTIN + "10LOT9" + sent + "21ABC"), ["ABC"])

    def test_printed_and_address(self):
        """As printed below a code, and as a Digital Link; commas in it separate nothing."""
        digits = GTIN[2:]
        for text in (
            f"(01){digits}(10)LOT,9(21)ABC",
            f"https://id.example.com/01/{digits}/10/LOT9/21/ABC?17=271231",
            f"https://example.com/shop/01/{digits}/21/ABC",
        ):
            with self.subTest(text=text):
                self.assertEqual(self._names(text), ["ABC"])

    def test_parts_that_the_nomenclature_does_not_know(self):
        """(11), (240), (7003), (91): of medicines and medical devices."""
        code = "]d2" + GTIN + "1114123117150707" + "10A213B1" + FNC1 + "240X" + FNC1 + "21ABC"
        self.assertEqual(self._names(code), ["ABC"])
        self.assertEqual(self._names("]d2" + GTIN + "21ABC" + FNC1 + "91XYZ"), ["ABC"])

    def test_carton(self):
        """A packaging's GTIN, or (02) and (37), brings its units of the lot."""
        self.env["product.uom"].create(
            {
                "product_id": self.milk.id,
                "uom_id": self.env.ref("uom.product_uom_dozen").id,
                "barcode": "15901234123461",
            }
        )
        carton = "0115901234123461" + "10LOT9"
        self.assertEqual(self._read(carton, self.milk), [("LOT9", 12)])
        self.assertEqual(self._read(carton + FNC1 + "302", self.milk), [("LOT9", 24)])
        content = "02" + OTHER_GTIN[2:] + "3740" + FNC1 + "10LOT9"
        self.assertEqual(self._read(content, self.milk), [("LOT9", 40)])

    def test_weight(self):
        """Of a product that is sold by weight, in its unit; else it is passed over."""
        code = OTHER_GTIN + "3103001250" + "10LOT9"
        self.assertEqual(self._read(code, self.milk), [("LOT9", None)])
        self.milk.uom_id = self.env.ref("uom.product_uom_gram")
        self.assertEqual(self._read(code, self.milk), [("LOT9", 1250)])

    def test_refused(self):
        """What begins like GS1 and is none is never a number; which part, and why."""
        for text, reason in (
            ("]C1" + "01" + "05901234123450" + "21ABC", "check digit of part (01) is wrong"),
            ("]C1" + GTIN + "17260231" + "21ABC", "part (17) is no date: “260231”"),
            ("]C1" + GTIN + "171300" + "0021ABC", "part (17) is no date"),
            ("]C1HELLO", "no part of a GS1 code begins with “HELL”"),
            ("XY" + FNC1 + "1", "no part of a GS1 code begins with “XY"),
            (FNC1 + "9912" + FNC1 + "21", "part (21) is cut off"),
            ("]d2", "it is empty"),
            (GTIN + "ZZ", "no part of a GS1 code begins with “ZZ”"),
            ("]C1" + GTIN + "10A" + FNC1 + "10B", "(10) is in it twice, with two values"),
            ("]C1" + GTIN + "10" + "X" * 21, "part (10) is too long"),
            ("]C1" + GTIN + "10Ä", "part (10) has characters that do not belong there"),
            ("]C1" + OTHER_GTIN + "02" + GTIN[2:] + "371", "part (01) may not stand beside"),
            ("(02)" + GTIN[2:] + "(10)A", "part (02) means nothing without part (37)"),
            ("https://example.com/01/05901234123450/21/A", "check digit of part (01)"),
        ):
            with self.subTest(text=text):
                self.assertRefused(text, "cannot be read")
                self.assertRefused(text, reason)

    def test_other_carriers(self):
        """A symbology identifier that says it is no GS1 is no part of the number."""
        self.assertEqual(self._names("]A0SN1"), ["SN1"])
        self.assertRefused("]E0" + self.phone.barcode, "barcode of Phone")

    def test_address(self):
        self.assertRefused("https://example.com/manual", "web address")

    def test_other_product(self):
        self.assertRefused("]C1" + OTHER_GTIN + "21ABC", "of another product (Milk)")
        self.assertRefused("]C1" + "01" + "00000012345670" + "21A", "(00000012345670)")
        self.assertRefused(OTHER_GTIN + "21ABC", "of another product (Milk)")

    def test_without_number(self):
        self.assertRefused("]C1" + GTIN + "17261231", "holds no Lot/Serial Number")

    def test_unknown_product(self):
        """A code that parses to its end is no number, though nobody knows its product."""
        text = "01" + "00000012345670" + "21A"
        self.assertRefused(text, "of another product (00000012345670)")
        self.assertRefused("02" + text[2:16] + "3712", "of another product (00000012345670)")

    def test_merely_begins_like_it(self):
        """A wrong check digit, or of an unknown product and not to its end: a plain number."""
        gtin = "00000012345670"
        for text in (f"01{gtin}XX", f"02{gtin}", "01" + gtin[:-1] + "121A", "10120000515"):
            with self.subTest(text=text):
                self.assertEqual(self._names(text), [text])

    def test_without_nomenclature(self):
        """Reading needs none."""
        self.env["barcode.nomenclature"].search([]).is_gs1_nomenclature = False
        self.assertEqual(self._names("]C1" + GTIN + "21ABC"), ["ABC"])


@tagged("post_install", "-at_install")
class TestFile(NumberTextCase):
    def _file(self, content, product=None):
        """The file as the reading of its rows."""
        content = content if isinstance(content, bytes) else content.encode()
        product = product or self.milk
        rows, _titles = self.env["pos.number.text"]._read_file(product, self.env.company, content)
        return self._read("\n".join(rows), product)

    def assertNoFile(self, content, reason):
        with self.assertRaises(UserError) as caught:
            self._file(content)
        self.assertIn(reason, str(caught.exception))

    def test_separators(self):
        expected = [("L1", 2), ("L2", 1.5)]
        for content in ("L1;2\nL2;1,5", "L1,2\r\nL2,1.5", "L1\t2\rL2\t1.5", '"L1","2"\nL2,"1,5"'):
            with self.subTest(content=content):
                self.assertEqual(self._file(content), expected)

    def test_separator_in_the_first_name(self):
        self.assertEqual(self._file('"A,B,C";2\n"D;E";3'), [("A,B,C", 2), ("D;E", 3)])

    def test_headers(self):
        """In any language: the quantity of a header is no number."""
        for header in ("Lot/Serial Number;Quantity", "Los-/Seriennummer;Menge", "批号;数量"):
            with self.subTest(header=header):
                self.assertEqual(self._file(header + "\nL1;2"), [("L1", 2)])

    def test_no_header(self):
        """A first row with a quantity, without any, or with a known number is no header."""
        self.assertEqual(self._file("LOT-A;2\nLOT-B;1"), [("LOT-A", 2), ("LOT-B", 1)])
        self.assertEqual(self._file("Lot\nL1"), [("Lot", None), ("L1", None)])
        self._put(self.milk, {"Lot": 3})
        self.assertEqual(self._file("Lot;x"), [("“x” is not a quantity.", None)])

    def test_bad_rows(self):
        """A row without name or with a bad quantity stays a row, and says what is wrong."""
        rows = self._file("Lot;Qty\nL1;x\n;3\nL2;1;y\n", self.milk)
        self.assertEqual(rows, [("“x” is not a quantity.", None), ("", 3), ("L2", 1)])

    def test_serial_with_a_quantity(self):
        """One is no news; another is not taken for a number."""
        self.assertEqual(self._file("SN1;1\nSN2;3", self.phone), [("SN1", None), ("SN2", 3)])

    def test_gs1(self):
        code, other = (OTHER_GTIN + lot + FNC1 + "21A,B" for lot in ("10LOT8", "10LOT9"))
        self.assertEqual(self._file(f'"{code}";2\n"{other}"'), [("LOT8", 2), ("LOT9", None)])

    def test_encodings(self):
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            with self.subTest(encoding=encoding):
                self.assertEqual(self._file("Größe-1;2".encode(encoding)), [("Größe-1", 2)])

    def test_no_file(self):
        self.assertNoFile("", "no numbers")
        self.assertNoFile("\r\n ;; \n", "no numbers")
        self.assertNoFile("Lot,Quantity\n", "no numbers")
        self.assertNoFile(b"PK\x03\x04\x14\x00\x06\x00", "not a CSV file")
        self.assertNoFile(b"\x81\x8d", "cannot be read")
        self.assertNoFile(b"\xff\xfeA", "cannot be read")
        self.assertNoFile("L1\n" * 1001, "1001 rows: at most 1000")


@tagged("post_install", "-at_install")
class TestNumberTextInDialogs(WizardCase, NumberTextCase):
    """Both dialogs show what a text stands for, and store nothing else."""

    def test_gs1_assigned(self):
        form = self._open(self.order.lines)
        form.text = "]C1" + GTIN + "21SN1\n" + GTIN + "10X" + FNC1 + "21SN2"
        self.assertTrue(form.is_valid)
        self.assertIn("SN1", form.preview)
        form.save().action_assign()
        self.assertEqual(self._gone(self.phone), {"SN1": 1, "SN2": 1})
        self.assertEqual(self.order.lines.pack_lot_ids.mapped("lot_name"), ["SN1", "SN2"])

    def test_range_assigned(self):
        form = self._open(self.order.lines)
        form.text = "SN2..SN4"
        self.assertIn("3 of 3", form.preview)
        form.save().action_assign()
        self.assertEqual(self._gone(self.phone), {"SN2": 1, "SN3": 1, "SN4": 1})

    def test_unreadable_is_told_and_stops_all(self):
        form = self._open(self.order.lines)
        form.text = "SN1\n]C1NONSENSE\nSN2"
        self.assertFalse(form.is_valid)
        self.assertIn("cannot be read", form.preview)
        self.assertIn("1 of 3 cannot be assigned", form.preview)
        wizard = form.save()
        with self.assertRaises(UserError) as caught:
            wizard.action_assign()
        self.assertIn("]C1NONSENSE: This is a GS1 code", str(caught.exception))
        self._fresh()
        self.assertEqual(self._gone(self.phone), {})
        self.assertFalse(self.order.lines.pack_lot_ids)

    def test_too_many(self):
        """Told in the dialog, where the text stays."""
        form = self._open(self.order.lines)
        form.text = "A1..A600\nB1..B600"
        self.assertFalse(form.is_valid)
        self.assertIn("At most 1000", form.preview)
        with self.assertRaises(UserError):
            form.save().action_assign()

    def test_rows_are_told(self):
        """The bad row comes first, with its place in the text."""
        order = self._sell(self._line(self.phone, 150))
        names = [f"N{number}" for number in range(150)]
        self._put(self.phone, names)
        form = self._open(order.lines)
        names[119] = "L1"
        form.text = "\n".join(names)
        first_row = form.preview.split("<tr>")[2]
        self.assertIn(">120<", first_row)
        self.assertIn("another product", first_row)
        self.assertIn("and 49 more", form.preview)

    def test_correction(self):
        number = self._sell(self._line(self.phone, 1, ["SN1"])).lines.pack_lot_ids
        form = self._open_correction(number)
        for text, message in (
            ("]C1NONSENSE", "cannot be read"),
            (self.milk.barcode, "barcode of Milk"),
            ("SN1..SN3", "One number is wanted"),
            ("L1", "another product"),
        ):
            with self.subTest(text=text):
                form.new_name = text
                self.assertFalse(form.is_valid)
                self.assertIn(message, form.message)
        with self.assertRaises(UserError):
            form.save().action_correct()
        form = self._open_correction(number)
        form.new_name = "]C1" + GTIN + "21SN4"
        self.assertEqual(form.message, "SN4 can be taken.")
        form.save().action_correct()
        self._fresh()
        self.assertEqual(number.lot_name, "SN4")
        self.assertEqual(self._gone(self.phone), {"SN4": 1})

    def test_queries_of_a_thousand_rows(self):
        """A large file asks the database as often as a short one, not once a row."""
        radio = self._product("Radio", barcode="4006381333931")
        self.env["stock.lot"].create(
            [{"product_id": radio.id, "name": f"R{number:04}"} for number in range(1000)]
        )
        order = self._sell(self._line(radio, 1000))
        form = self._open(order.lines)
        content = "".join(f"010400638133393121R{number:04}\n" for number in range(1000))
        form.file = base64.b64encode(b"R0000\n")
        with self.assertQueryCount(60):
            form.file = base64.b64encode(content[content.index("\n") + 1 :].encode())
        self.assertTrue(form.is_valid)
        self.assertIn("1000 of 1000 units", form.preview)
