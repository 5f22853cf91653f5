"""What people write as mail address or telephone number for product safety, in one form."""

import re

from odoo.tools import email_normalize

MAX_EMAIL = 254
MAX_PHONE = 40
PHONE = re.compile(r"\+?[0-9 ().\-/]+")


def clean_email(text):
    """:return: the address as it is stored; "" where nothing is written; None: it is none"""
    if not isinstance(text, str) or len(text) > MAX_EMAIL:
        return None if text else ""
    if not text.strip():
        return ""
    # Of several addresses none is meant.
    return email_normalize(text.strip(), strict=True) or None


def clean_phone(text):
    """:return: digits with or without a leading +; "" where nothing is written; None: it is none"""
    if not isinstance(text, str) or len(text) > MAX_PHONE:
        return None if text else ""
    if not text.strip():
        return ""
    if not PHONE.fullmatch(text.strip()):
        return None
    digits = re.sub(r"\D", "", text)
    if not 6 <= len(digits) <= 15:
        return None
    return f"+{digits}" if text.strip().startswith("+") else digits
