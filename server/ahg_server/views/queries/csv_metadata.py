"""What describes the CSV of a saved query: made from the columns that the query promises."""

from __future__ import annotations

from typing import Any

from ahg_graph.queries.model import Column
from ahg_server.http import urls
from ahg_server.http.responses import BufferedResponse
from ahg_server.presentation.csv_description import describe_table
from ahg_server.views.queries.request import METADATA, SavedQueryRequest

_DATATYPES = {"iri": "anyURI", "date": "date", "integer": "integer", "boolean": "boolean"}
EVIDENCE = Column("evidence", "text", "The parts of documents that support the row, separated by a semicolon.", False)


def find_metadata(query_request: SavedQueryRequest) -> str:
    """Return the address of what describes the CSV of a request."""
    return urls.answer(query_request.query.name, METADATA, query_request.pairs(), query_request.version)


def describe_csv(query_request: SavedQueryRequest) -> BufferedResponse:
    """Return what describes the CSV of a request."""
    query = query_request.query
    address = urls.answer(query.name, "csv", query_request.pairs(), query_request.version)
    columns = (*query.columns, EVIDENCE) if query_request.evidence else query.columns
    return describe_table(address, query.summary, map(describe_column, columns), query.key)


def describe_column(column: Column) -> dict[str, Any]:
    """Return a column as CSV on the Web has it."""
    shown: dict[str, Any] = {"name": column.name, "titles": column.name, "dc:description": column.meaning}
    return shown | {"datatype": _DATATYPES.get(column.type, "string"), "required": column.required}
