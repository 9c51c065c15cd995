"""A table of an answer as an Excel workbook: numbers, days and truth values keep their types, and text stays text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ahg_graph.errors import NotAcceptable
from ahg_graph.sparql.media_types import CSV, TSV
from ahg_graph.sparql.result_tables import ResultTable

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(_XSD + name for name in ("integer", "int", "long", "short", "decimal", "double", "float"))
_MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # so that the same answer is the same file
_EXACT = 15  # digits of a number that a spreadsheet keeps
_WIDEST = 60


def write_workbook(table: ResultTable) -> bytes:
    """Return a workbook with one sheet: the names of the columns, then the rows.

    Raises NotAcceptable for an answer with more rows or longer texts than a sheet holds: none is cut short.
    """
    longest = max((len(term["value"]) for row in table.rows for term in row.values()), default=0)
    if len(table.rows) >= _MOST_ROWS or longest > _MOST_CHARACTERS:
        limit = f"a sheet holds {_MOST_ROWS - 1} rows and {_MOST_CHARACTERS} characters in a cell"
        raise NotAcceptable((CSV, TSV), f"the answer is too large for Excel: {limit}")
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(buffer, options) as workbook:
        workbook.set_properties({"created": _MADE})
        sheet = workbook.add_worksheet("Answer")
        head, day = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "yyyy-mm-dd"})
        widths = [len(name) for name in table.columns]
        for place, name in enumerate(table.columns):
            sheet.write_string(0, place, name, head)
        for number, row in enumerate(table.rows, start=1):
            for place, name in enumerate(table.columns):
                if name in row:
                    widths[place] = max(widths[place], len(row[name]["value"]))
                    _write(sheet, number, place, row[name], day)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(width, _WIDEST) + 2)
        sheet.freeze_panes(1, 0)
        if table.rows and table.columns:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    return buffer.getvalue()


def _write(sheet: Worksheet, row: int, place: int, term: Mapping[str, str], day: Format) -> None:
    """Write a term in its type; what a spreadsheet would change is written as text."""
    text, datatype = term["value"], term.get("datatype", "")
    if datatype == _XSD + "boolean" and text in ("true", "false", "1", "0"):
        sheet.write_boolean(row, place, text in ("true", "1"))
    elif datatype in _NUMBERS and sum(map(str.isdigit, text)) <= _EXACT and math.isfinite(float(text)):
        sheet.write_number(row, place, float(text))
    elif datatype == _XSD + "date" and (found := _read_day(text)):
        sheet.write_datetime(row, place, found, day)
    else:
        sheet.write_string(row, place, text)


def _read_day(text: str) -> date | None:
    """Return a day that a spreadsheet knows: its calendar begins in 1900 and counts a day too many before March."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found >= date(1900, 3, 1) else None
