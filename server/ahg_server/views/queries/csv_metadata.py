"""What the columns of a CSV file hold, by CSV on the Web (W3C): made from the columns that a saved query promises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from ahg_graph.config.prefixes import get_home
from ahg_graph.queries.model import Column
from ahg_graph.sparql.media_types import CSV_METADATA
from ahg_server.http import urls
from ahg_server.http.responses import BufferedResponse
from ahg_server.views.queries.request import METADATA, SavedQueryRequest

_DATATYPES = {"iri": "anyURI", "date": "date", "integer": "integer", "boolean": "boolean"}
EVIDENCE = Column("evidence", "text", "The parts of documents that support the row, separated by a semicolon.", False)


def link_metadata(address: str) -> str:
    """Return the link by which a CSV file leads to what describes it."""
    return f'<{address}>; rel="describedby"; type="{CSV_METADATA}"'


def find_metadata(query_request: SavedQueryRequest) -> str:
    """Return the address of what describes the CSV of a request."""
    return urls.answer(query_request.query.name, METADATA, query_request.pairs(), query_request.version)


def describe_csv(query_request: SavedQueryRequest) -> BufferedResponse:
    """Return what describes the CSV of a request."""
    query = query_request.query
    address = urls.answer(query.name, "csv", query_request.pairs(), query_request.version)
    columns = (*query.columns, EVIDENCE) if query_request.evidence else query.columns
    return describe_table(address, query.summary, columns, query.key)


def describe_table(address: str, title: str, columns: Iterable[Column], key: Sequence[str] = ()) -> BufferedResponse:
    """Return what describes a table of some columns, of which `key` tells its rows apart, in the file of an address."""
    home = get_home()
    schema: dict[str, Any] = {"columns": [_describe(column) for column in columns]}
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": address,
        "dc:title": title,
        "dc:license": {"@id": home.licence},
        "dc:source": {"@id": home.base},
        "tableSchema": schema | ({"primaryKey": list(key)} if key else {}),
    }
    headers = ((b"content-type", CSV_METADATA.encode()), (b"cache-control", b"public, no-cache"))
    return BufferedResponse(200, headers, orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _describe(column: Column) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": column.name, "titles": column.name, "dc:description": column.meaning}
    return shown | {"datatype": _DATATYPES.get(column.type, "string"), "required": column.required}
