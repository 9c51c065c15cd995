"""Questions, answers, and the media types that an answer can have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

RESULTS_JSON = "application/sparql-results+json"
RESULTS_XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"
JSON_LD = "application/ld+json"
RDF_XML = "application/rdf+xml"
TRIG = "application/trig"
N_QUADS = "application/n-quads"


class Form(StrEnum):
    """What kind of answer a query has: a table, a truth value or a graph (CONSTRUCT and DESCRIBE)."""

    SELECT = "select"
    ASK = "ask"
    GRAPH = "graph"


RESULT_TYPES: Mapping[str, str] = MappingProxyType({"srj": RESULTS_JSON, "srx": RESULTS_XML, "csv": CSV, "tsv": TSV})
"""File name extension to media type, for SELECT and ASK; the first is the default."""

GRAPH_TYPES: Mapping[str, str] = MappingProxyType(
    {"ttl": TURTLE, "nt": N_TRIPLES, "jsonld": JSON_LD, "rdf": RDF_XML, "trig": TRIG, "nq": N_QUADS}
)
"""File name extension to media type, for CONSTRUCT and DESCRIBE; the first is the default."""


class Question(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer: its bytes, their media type, and the form of the query.

    `body` is bytes, or a read-only memory map of a large answer.
    """

    body: bytes | memoryview
    media_type: str
    form: Form


def list_media_types(formats: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the media types of the named extensions, or all of them, in order of preference."""
    every = {**RESULT_TYPES, **GRAPH_TYPES}
    return tuple(every[name] for name in formats or every)
