"""Questions and answers."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ahg_graph.sparql.media_types import RESULTS_JSON, TURTLE


class QueryForm(StrEnum):
    """What kind of answer a query has: a table, a truth value or a graph (CONSTRUCT and DESCRIBE)."""

    SELECT = "select"
    ASK = "ask"
    GRAPH = "graph"


class SparqlQuery(NamedTuple):
    """One query to be answered, with everything its answer depends on.

    `default_graphs` and `named_graphs` are the protocol's data set and replace that of the text. `results_type` serves
    SELECT and ASK, `graph_type` CONSTRUCT and DESCRIBE; None says that the asker accepts none. `timeout` in seconds
    can only shorten the limit of the server.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    results_type: str | None = RESULTS_JSON
    graph_type: str | None = TURTLE
    timeout: float | None = None


class SparqlResult(NamedTuple):
    """A complete answer: its bytes, their media type, and the form of the query.

    `body` is bytes, or a read-only memory map of a large answer. `extensions` name what the query has that SPARQL 1.1
    has not.
    """

    body: bytes | memoryview
    media_type: str
    form: QueryForm
    extensions: tuple[str, ...] = ()
