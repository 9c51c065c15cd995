"""Quads to bytes in the standard syntaxes, the same bytes for the same quads."""

from __future__ import annotations

from collections.abc import Iterable

from ahg_graph.namespaces import PREFIXES
from ahg_graph.terms import Quad, RdfFormat, serialize

FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
"""File suffix to syntax."""


def write(quads: Iterable[Quad], suffix: str) -> bytes:
    """Return quads in the syntax of a file suffix, sorted, with sorted prefixes; graph names go where none fit."""
    syntax = FORMATS[suffix]
    prefixes = dict(sorted(PREFIXES.items()))
    if syntax.supports_datasets:
        ordered = sorted(set(quads), key=lambda quad: (str(quad.graph_name), str(quad)))
        return serialize(ordered, format=syntax, prefixes=prefixes) or b""
    return serialize(sorted({quad.triple for quad in quads}, key=str), format=syntax, prefixes=prefixes) or b""
