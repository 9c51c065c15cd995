"""What the columns of a CSV file hold, by CSV on the Web (W3C)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from ahg_graph.config.prefixes import get_home
from ahg_graph.sparql.media_types import CSV_METADATA
from ahg_server.http.responses import BufferedResponse


def link_metadata(address: str) -> str:
    """Return the link by which a CSV file leads to what describes it."""
    return f'<{address}>; rel="describedby"; type="{CSV_METADATA}"'


def describe_table(
    address: str, title: str, columns: Iterable[dict[str, Any]], key: Sequence[str] = ()
) -> BufferedResponse:
    """Return what describes a table of some columns, of which `key` tells its rows apart, in the file of an address."""
    home = get_home()
    schema: dict[str, Any] = {"columns": list(columns)}
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
