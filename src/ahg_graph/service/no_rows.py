"""Why an answer has no rows: the records looked through hold none, there are no records, or the values match none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ahg_graph.queries.model import SavedQuery

NONE, SILENT, UNMATCHED = "none", "silent", "unmatched"
NO_ROWS_REASONS: Mapping[str, str] = MappingProxyType(
    {
        NONE: "The graph has the records that this question searches; none of them matches.",
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
