"""The secret part of the address of a sale's page: 128 random bits of a till or the server."""

import re
import secrets

# Base64 for addresses: a till makes 16 bytes of it, which are 22 characters.
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def make_token():
    """:return: a new one"""
    return secrets.token_urlsafe(16)


def is_token(value):
    """Whether a value of any type has the form of one."""
    return isinstance(value, str) and bool(TOKEN.fullmatch(value))
