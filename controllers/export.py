import json

from werkzeug.datastructures import FileStorage

from odoo import http

from odoo.addons.web.controllers import export, pivot

from ..number.spreadsheet import quote_for_csv, quote_for_xlsx

# Core quotes these itself.
QUOTED_BY_CORE = ("=", "-", "+")


class CSVExport(export.CSVExport):
    """Numbers leave with lots, sales and stock, so this holds for each model."""

    def from_data(self, fields, columns_headers, rows):
        """Quote what core leaves: a leading `@`, tab, line break, full width sign."""
        return super().from_data(
            fields, columns_headers, [[self._quote(cell) for cell in row] for row in rows]
        )

    @staticmethod
    def _quote(cell):
        if isinstance(cell, bytes):
            cell = cell.decode(errors="replace")
        is_quoted = isinstance(cell, str) and cell.startswith(QUOTED_BY_CORE)
        return cell if is_quoted else quote_for_csv(cell)


class ExcelExport(export.ExcelExport):
    """A cell is text: the writer of XLSX files makes a formula of one that begins like it."""

    def from_data(self, fields, columns_headers, rows):
        return super().from_data(fields, columns_headers, _quote_rows(rows))

    def from_group_data(self, fields, columns_headers, groups):
        _quote_group(groups)
        return super().from_group_data(fields, columns_headers, groups)


class TableExporter(pivot.TableExporter):
    """The same for pivot tables, whose titles are names of lots as well."""

    @http.route()
    def export_xlsx(self, data, **kw):
        text = data.read() if isinstance(data, FileStorage) else data
        return super().export_xlsx(json.dumps(_quote_all(json.loads(text))), **kw)


def _quote_rows(rows):
    return [[quote_for_xlsx(_decode(cell)) for cell in row] for row in rows]


def _decode(cell):
    """The writer decodes bytes; what it cannot decode it refuses itself."""
    try:
        return cell.decode() if isinstance(cell, bytes) else cell
    except UnicodeDecodeError:
        return cell


def _quote_group(group):
    group.data = _quote_rows(group.data)
    for child in group.children.values():
        _quote_group(child)
    children = [(_quote_key(key), child) for key, child in group.children.items()]
    group.children.clear()
    group.children.update(children)


def _quote_key(key):
    """What a group is of: a value, or the id and the name of a record."""
    return tuple(map(quote_for_xlsx, key)) if isinstance(key, tuple) else quote_for_xlsx(key)


def _quote_all(value):
    """Each text of a JSON value, at whatever depth."""
    if isinstance(value, dict):
        return {name: _quote_all(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_quote_all(each) for each in value]
    return quote_for_xlsx(value)
