"""A server over the real graph."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ahg_graph.snapshot import Snapshot
from support.servers import Running, run


@pytest.fixture(scope="session")
def graph(real_snapshot: Snapshot) -> Iterator[Running]:
    """The real graph, served."""
    with run(real_snapshot) as running:
        yield running
