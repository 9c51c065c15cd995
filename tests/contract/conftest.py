"""A server over a small graph, with limits low enough to be reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.workers import Limits
from support.servers import Running, make_snapshot, run

EX = "https://example.org/"
LIMITS = Limits(workers=3, spares=1, timeout=2.0, memory=128, answer=1, wait=3.0, queue=8)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Two graphs: 2,000 things in one, and one label in the other."""
    things = (
        Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}number"), Literal(n), NamedNode(f"{EX}graph/one"))
        for n in range(2000)
    )
    label = Quad(
        NamedNode(f"{EX}0"), NamedNode(f"{EX}label"), Literal("zéro", language="fr"), NamedNode(f"{EX}graph/two")
    )
    snapshot = make_snapshot(tmp_path_factory.mktemp("small"), [*things, label])
    with run(snapshot, LIMITS) as running:
        yield running
