"""Why an answer has no rows: the documents rule out any, the record has none, or none match the values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ahg_graph.queries.model import SavedQuery

NONE, SILENT, UNMATCHED = "none", "silent", "unmatched"
NO_ROWS_REASONS: Mapping[str, str] = MappingProxyType(
    {
        NONE: "There are none, by what the documents say.",
        SILENT: "The record has none, which does not say that there were none.",
        UNMATCHED: "No rows for these values; leave one out, or give another.",
    }
)
"""Why an answer has no rows, as a code and as a sentence."""


def word_no_rows(query: SavedQuery, code: str) -> str:
    """Return why an answer of a query has no rows, as sentences: the reason, and where else to look."""
    return " ".join(filter(None, (NO_ROWS_REASONS[code], query.elsewhere if code != NONE else "")))


def takes_words(query: SavedQuery) -> bool:
    """Return whether a query needs words to look for, of which any may be found nowhere."""
    return any(parameter.type == "text" and parameter.required for parameter in query.parameters)
