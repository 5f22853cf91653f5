"""QR codes as pictures that need no web request and no drawing library of the system."""

import io

from PIL import Image
from reportlab.graphics.barcode import qrencoder

QUIET = 4  # modules of white around it: what the standard asks for
DOTS = 8  # of each module


def make_qr_code(text):
    """The QR code of a text.

    :param str text: an address, at most some 1,000 characters
    :return: bytes of a PNG; readable where 15 % of it is dirty
    :raises ValueError: the text is too long
    """
    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(qrencoder.QR8bitByte(text))
    try:
        code.make()
    except Exception as error:  # reportlab has no exception of its own
        raise ValueError("This text is too long for a QR code.") from error
    count = code.getModuleCount()
    image = Image.new("1", (count + 2 * QUIET,) * 2, 1)
    for row in range(count):
        for column in range(count):
            if code.isDark(row, column):
                image.putpixel((column + QUIET, row + QUIET), 0)
    image = image.resize((image.width * DOTS,) * 2, Image.Resampling.NEAREST)
    picture = io.BytesIO()
    image.save(picture, "PNG", optimize=True)
    return picture.getvalue()
