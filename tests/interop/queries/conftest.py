"""The real graph, served, and the names that it knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ahg_graph.contracts import read_index
from ahg_graph.names import NameIndex
from ahg_graph.records import parse_table
from ahg_graph.results import Question
from ahg_graph.snapshot import Snapshot
from ahg_graph.store import open_store
from ahg_graph.terms import Literal, Term
from support.servers import Running, run


@pytest.fixture(scope="package")
def graph(real_snapshot: Snapshot) -> Iterator[Running]:
    """A server over the real graph."""
    with run(real_snapshot) as running:
        yield running


@pytest.fixture(scope="package")
def names(real_snapshot: Snapshot) -> NameIndex:
    """The name index of the real graph."""
    store = open_store(real_snapshot.store)

    def select(text: str) -> Iterator[dict[str, Term | None]]:
        table = parse_table(store.answer(Question(text)).body)
        for row in table.rows:
            yield {name: Literal(row[name]["value"]) if name in row else None for name in table.columns}

    return read_index(select)
