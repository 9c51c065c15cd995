"""What is asked of a saved query: which query, with which values, and which part of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ahg_graph.queries.model import SavedQuery


@dataclass(frozen=True, kw_only=True)
class QueryRequest:
    """A saved query with values as texts, one or more for each parameter.

    `page` counts from 1; without `page_size` the whole answer is meant. `timeout` is in seconds. `for_reading` puts the
    triples of a graph into the order in which people read them, in place of that of their lines. `labels` lists the
    languages that labels are to be in, the preferred one first.
    """

    query: SavedQuery
    given: Mapping[str, Sequence[str]]
    page: int = 1
    page_size: int | None = None
    evidence: bool = False
    timeout: float | None = None
    for_reading: bool = False
    labels: str = ""

    @property
    def unit(self) -> str:
        """What the answer is counted in."""
        return self.query.unit
