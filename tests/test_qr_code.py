"""QR codes that need no web request: the poster's."""

import io

from PIL import Image

from odoo.tests import TransactionCase

from ..number.qr_code import DOTS, QUIET, make_qr_code


class TestQrCode(TransactionCase):
    def _read(self, text):
        """The rows of its modules, True for black, without the white around."""
        image = Image.open(io.BytesIO(make_qr_code(text)))
        modules = range(QUIET * DOTS, image.width - QUIET * DOTS, DOTS)
        for edge in range(QUIET * DOTS):
            self.assertTrue(image.getpixel((edge, edge)), "white around it")
        return [[not image.getpixel((x, y)) for x in modules] for y in modules]

    def test_picture(self):
        """Three corners have the mark by which a phone finds it, in sizes of the standard."""
        mark = [[max(abs(x - 3), abs(y - 3)) in (0, 1, 3) for x in range(7)] for y in range(7)]
        for text, size in (("a", 21), ("https://example.com/recall", 25), ("ü" * 60, 49)):
            with self.subTest(text=text):
                rows = self._read(text)
                self.assertEqual({len(row) for row in rows}, {len(rows)})
                self.assertEqual((len(rows) - 17) % 4, 0)
                self.assertEqual([row[:7] for row in rows[:7]], mark)
                self.assertEqual([row[-7:] for row in rows[:7]], mark)
                self.assertEqual([row[:7] for row in rows[-7:]], mark)
                self.assertLessEqual(len(rows), size)

    def test_too_long(self):
        with self.assertRaises(ValueError):
            make_qr_code("x" * 5000)
