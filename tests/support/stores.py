"""Stores in memory."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Store as Engine

from ahg_graph.rdf.terms import NamedNode, Quad
from ahg_graph.sparql.conformance.lexical_forms import hide
from ahg_graph.sparql.store import Store


def make_store(quads: Iterable[Quad], graphs: Iterable[str] = (), union: bool = True) -> Store:
    """Make a store in memory from quads; `graphs` exist even when they are empty."""
    engine = Engine()
    given = list(quads)
    hidden = [Quad(q.subject, q.predicate, hide(q.object), q.graph_name) for q in given]
    engine.extend(hidden)
    for name in graphs:
        engine.add_graph(NamedNode(name))
    return Store(engine, union, has_forms=hidden != given)
