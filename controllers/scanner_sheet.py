import base64

from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.graphics.barcode.ecc200datamatrix import ECC200DataMatrix

from odoo import http
from odoo.http import request

FNC1 = "\x1d"
# FNC1 in the text of a Code 128, for reportlab.
CODE128_FNC1 = "\xf1"
GTIN = "0109506000134352"
# The codes of the sheet; `static/src/scanner_check/scanner_check.js` expects the same texts.
CODE128 = "Ma-09/Qw+Yz.mAZ"
EAN13 = "9506000134352"
GS1_128 = f"{GTIN}10LOT-1{FNC1}21SN-128"
DATAMATRIX = f"{GTIN}10LOT-2000{FNC1}21SN-DATAMATRIX"
LINK = "https://id.gs1.org/01/09506000134352/10/LOT-3/21/SN-3"


class ScannerSheet(http.Controller):
    """The printable sheet of codes for Scanner Check."""

    @http.route(
        "/pos_lot_traceability/scanner_sheet",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def show(self, **_kwargs):
        """A page to print: it holds nothing of the shop."""
        if not request.env.user.has_group("point_of_sale.group_pos_user"):
            raise request.not_found()
        return request.render("pos_lot_traceability.scanner_sheet", {"codes": self._get_codes()})

    def _get_codes(self):
        """:return: list of `{name, text, image}`: what is printed below a code, and its picture"""
        env = request.env
        printed = "(01)09506000134352(10)%s(21)%s"
        return [
            {
                "name": env._("Code 128"),
                "text": CODE128,
                "image": draw("Code128", CODE128, width=700, height=120),
            },
            {
                "name": env._("EAN-13"),
                "text": EAN13,
                "image": draw("EAN13", EAN13, width=400, height=160),
            },
            {
                "name": env._("GS1-128"),
                "text": printed % ("LOT-1", "SN-128"),
                "image": draw(
                    "Code128",
                    CODE128_FNC1 + GS1_128.replace(FNC1, CODE128_FNC1),
                    width=1000,
                    height=120,
                ),
            },
            {
                "name": env._("GS1 DataMatrix"),
                "text": printed % ("LOT-2000", "SN-DATAMATRIX"),
                "image": draw_datamatrix(DATAMATRIX),
            },
            {
                "name": env._("QR code with GS1 Digital Link"),
                "text": LINK,
                "image": draw("QR", LINK, width=300, height=300, barBorder=4),
            },
        ]


def draw(kind, text, **size):
    """A code as an SVG image: unlike Odoo's PNG it needs no other library, and prints sharp.

    :param kind: of reportlab
    :return: address of the image (`data:`)
    """
    drawing = createBarcodeDrawing(kind, value=text, format="svg", quiet=True, **size)
    picture = drawing.asString("svg")
    picture = picture.encode() if isinstance(picture, str) else picture
    return "data:image/svg+xml;base64," + base64.b64encode(picture).decode()


class Gs1DataMatrix(ECC200DataMatrix):
    """Reportlab's DataMatrix, of 44 x 44 modules, with the FNC1 in front that makes it GS1's."""

    def _encode_c40(self, value):
        count = sum(len(self._encode_c40_char(char)) for char in value)
        # Switch to C40, two codewords for three values, switch back; the rest is padding.
        words = super()._encode_c40(value)[: 2 + 2 * -(-count // 3)]
        words = [232, *words, 129]
        while len(words) < self.cw_data:
            padding = 129 + (149 * (len(words) + 1)) % 253 + 1
            words.append(padding if padding <= 254 else padding - 254)
        return words


def draw_datamatrix(text):
    """A GS1 DataMatrix as an SVG image.

    :param str text: element strings with FNC1 between them
    :return: address of the image (`data:`)
    """
    code = Gs1DataMatrix(text)
    code.validate()
    rows = code.encode()[::-1]
    modules = "".join(
        f"M{x + 2},{y + 2}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    size = len(rows) + 4
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'width="{size * 8}" height="{size * 8}" shape-rendering="crispEdges">'
        f'<rect width="100%" height="100%" fill="#fff"/><path d="{modules}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
