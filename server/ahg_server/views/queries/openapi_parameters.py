"""The parameters that every saved query takes, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ahg_graph.service.label_languages import LANGUAGE
from ahg_graph.sparql.media_types import HTML, RESULT_TYPES, TRIPLE_TYPES, XLSX

EXAMPLE_ROWS = 2
"""Rows (or triples) of the example of an answer: what `pageSize`, by its own example, asks for."""
EXAMPLE_LABELS = "fr,en"
"""Languages of the labels in the example of an answer: what `labels`, by its own example, asks for."""
MEDIA_TYPES = {**{ending: RESULT_TYPES[ending] for ending in ("csv", "tsv", "srj", "srx")}, "xlsx": XLSX, "html": HTML}
"""Ending to media type of the answers with rows, the most wanted first."""

GRAPH_MEDIA_TYPES = {**TRIPLE_TYPES, "html": HTML}
"""The same of those with a graph."""

COMMON_PARAMETERS: Mapping[str, dict[str, Any]] = {
    "format": {
        "name": "format",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Format of the answer; takes precedence over Accept.",
        "schema": {"type": "string", "enum": ["json", *MEDIA_TYPES]},
    },
    "graphFormat": {
        "name": "format",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Format of the answer; takes precedence over Accept.",
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
        "description": "Rows per page (for a graph: triples); all by default.",
        "schema": {"type": "integer", "minimum": 1},
        "example": EXAMPLE_ROWS,
    },
    "evidence": {
        "name": "evidence",
        "in": "query",
        "allowEmptyValue": True,
        "description": "With 1, each row (for a graph: each triple) comes with the paragraphs that support it.",
        "schema": {"type": "string", "enum": ["0", "1"]},
    },
    "labels": {
        "name": "labels",
        "in": "query",
        "allowEmptyValue": True,
        "description": (
            "Languages for labels, the preferred one first, as in Accept-Language. What has no name in the language "
            "keeps its English one. A list of languages in which nothing is named is refused with those there are."
        ),
        "schema": {"type": "string", "default": LANGUAGE},
        "example": EXAMPLE_LABELS,
    },
    "release": {
        "name": "release",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Identity of the release to ask; /downloads.json lists them. By default the current one.",
        "schema": {"type": "string"},
    },
    "excel": {
        "name": "excel",
        "in": "query",
        "allowEmptyValue": True,
        "description": "With 1, CSV begins with a byte-order mark, which Excel needs to read UTF-8.",
        "schema": {"type": "string", "enum": ["0", "1"]},
    },
    "timeout": {
        "name": "timeout",
        "in": "query",
        "allowEmptyValue": True,
        "description": "Time limit in seconds; can only shorten the limit of the server.",
        "schema": {"type": "number", "exclusiveMinimum": 0},
    },
}


def list_names(*, is_graph: bool) -> list[str]:
    """Return the entries of COMMON_PARAMETERS that a query takes which answers with rows or with a graph."""
    left_out = {"format", "excel"} if is_graph else {"graphFormat"}
    return [name for name in COMMON_PARAMETERS if name not in left_out]
