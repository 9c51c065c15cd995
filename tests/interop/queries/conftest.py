"""The real graph, served, and the names that it knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ahg_graph.queries.name_resolver import Names, open_names
from ahg_graph.snapshot import Snapshot
from support.servers import Running, run


@pytest.fixture(scope="package")
def graph(real_snapshot: Snapshot) -> Iterator[Running]:
    """A server over the real graph."""
    with run(real_snapshot) as running:
        yield running


@pytest.fixture(scope="package")
def names(real_snapshot: Snapshot) -> Names:
    """The names of the real graph."""
    return open_names(real_snapshot.path)
