"""A small part of the graph, with terms of every kind beside it, to put queries to."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from ahg_graph.rdf.terms import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize

_KINDS = """
@prefix : <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:kinds1 {
  :s1 :p :s2, :s3 ; :q :s2 ; :n 1, 2.5, "a", "abc"@en ; :d "2020-01-31"^^xsd:date .
  :s2 :p :s3 ; :q :s3 ; :n 1, true, "b" .
  :s3 :p :s1 ; :n "z"^^:t, "" .
  _:b1 :p :s1 ; :n -4 .
}
:kinds2 {
  :s2 :p :s4 ; :q :s4 ; :n 7, "a b" .
  :s4 :p :s4 ; :n "A1"@en .
}
"""


_FORMS = """
@prefix : <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:kinds2 { :s2 :n 3e0, 01, 1.10 . :s3 :n "7"^^xsd:byte, "1"^^xsd:boolean . }
"""
"""Literals whose form the engine does not keep."""


def sample(quads: Sequence[Quad], rng: random.Random, things: int = 8, most: int = 60) -> list[Quad]:
    """Return quads about some things of the graph, a graph each, and quads with terms of every kind."""
    subjects = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)})
    chosen = set(rng.sample(subjects, things))
    found = [quad for quad in quads if isinstance(quad.subject, NamedNode) and quad.subject.value in chosen]
    graphs = sorted({quad.graph_name.value for quad in found if isinstance(quad.graph_name, NamedNode)})[:3]
    kept = [q for q in found if isinstance(q.graph_name, NamedNode) and q.graph_name.value in graphs]
    kept = [q for q in kept if not isinstance(q.object, Literal) or len(q.object.value) < 100]
    made = [_KINDS, *([_FORMS] if rng.random() < 0.5 else [])]
    more = [quad for text in made for quad in parse(text.encode(), RdfFormat.TRIG)]
    return [*rng.sample(kept, min(most, len(kept))), *more]


def write_with_union(quads: Iterable[Quad]) -> bytes:
    """Return TriG whose default graph is the union of its graphs, as this endpoint has it."""
    quads = list(quads)
    union = dict.fromkeys(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads)
    found = serialize([*union, *quads], format=RdfFormat.TRIG)
    assert found is not None
    return found
