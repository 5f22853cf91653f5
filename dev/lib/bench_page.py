"""The page of figures: each kind of measurement keeps a section of its own in it."""

import os
import platform
from datetime import datetime, timezone


def write_section(path, title, text, table):
    """Put a section into the page, in place of the one of that title, or behind the others.

    :param pathlib.Path path: of the page
    :param str text: how the figures came about
    :param list table: lines of the table, with its head
    """
    head, _mark, rest = path.read_text().partition(f"\n## {title}\n")
    _old, mark, after = rest.partition("\n## ")
    where = (
        f"{datetime.now(timezone.utc).date()}, {platform.system()}, {os.cpu_count()} processors."
    )
    section = "\n\n".join((f"## {title}", text.strip(), where, "\n".join(table)))
    path.write_text(f"{head.rstrip()}\n\n{section}\n{mark and mark + after}")
