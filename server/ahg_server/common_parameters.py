"""The parameters that every saved query takes, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ahg_server.languages import LANGUAGES

EXAMPLE_ROWS = 2
"""Rows (or triples) of the example of an answer: what `pageSize`, by its own example, asks for."""
MEDIA_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml",
    "html": "text/html",
}

GRAPH_MEDIA_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "html": "text/html",
}

COMMON_PARAMETERS: Mapping[str, dict[str, Any]] = {
    "format": {
        "name": "format",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Format of the answer; beats Accept.",
        "schema": {"type": "string", "enum": ["json", *MEDIA_TYPES]},
    },
    "graphFormat": {
        "name": "format",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Format of the answer; beats Accept.",
        "schema": {"type": "string", "enum": [*GRAPH_MEDIA_TYPES]},
    },
    "page": {
        "name": "page",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Number of the page, from 1.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "pageSize": {
        "name": "pageSize",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Rows (or triples, of a graph) on a page; all when left out.",
        "schema": {"type": "integer", "minimum": 1},
        "example": EXAMPLE_ROWS,
    },
    "evidence": {
        "name": "evidence",
        "in": "query",
        "allowEmptyValue": True,
        "description": "With 1, each row (or triple, of a graph) carries the places in the documents that it rests on.",
        "schema": {"type": "string", "enum": ["0", "1"]},
    },
    "labels": {
        "name": "labels",
        "in": "query",
        "allowEmptyValue": True,
        "description": (
            "Languages that names are wanted in, the best first, as in Accept-Language. Names are recorded in "
            f"{', '.join(LANGUAGES)}; a list that takes none of these is refused."
        ),
        "schema": {"type": "string", "default": LANGUAGES[0]},
        "example": "fr,en",
    },
    "release": {
        "name": "release",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Identity of the release to answer from; /downloads.json lists them. Else what is served now.",
        "schema": {"type": "string"},
    },
    "excel": {
        "name": "excel",
        "in": "query",
        "allowEmptyValue": True,
        "description": "With 1, CSV begins with a byte-order mark, by which Excel tells UTF-8.",
        "schema": {"type": "string", "enum": ["0", "1"]},
    },
    "timeout": {
        "name": "timeout",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Seconds that the answer may take; can only shorten the limit of the server.",
        "schema": {"type": "number", "exclusiveMinimum": 0},
    },
}


def list_names(*, is_graph: bool) -> list[str]:
    """Return the entries of COMMON_PARAMETERS that a query takes which answers with rows or with a graph."""
    left_out = {"format", "excel"} if is_graph else {"graphFormat"}
    return [name for name in COMMON_PARAMETERS if name not in left_out]
