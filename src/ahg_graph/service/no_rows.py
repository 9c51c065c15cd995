"""Why an answer has no rows: the documents rule out any, no document records any, or none match the values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ahg_graph.queries.model import SavedQuery

NONE, SILENT, UNMATCHED = "none", "silent", "unmatched"
NO_ROWS_REASONS: Mapping[str, str] = MappingProxyType(
    {
        NONE: "There are none, by what the documents say.",
        SILENT: "No document records any.",
        UNMATCHED: "No rows for these filters; remove one and try again.",
    }
)
"""Why an answer has no rows, as a code and as a sentence."""


def list_needed(query: SavedQuery) -> set[str]:
    """Return the parameters that a query cannot be asked without."""
    return {parameter.name for parameter in query.parameters if parameter.required}


def takes_words(query: SavedQuery) -> bool:
    """Return whether a query needs words to look for, of which any may be found nowhere."""
    return any(parameter.type == "text" and parameter.required for parameter in query.parameters)
