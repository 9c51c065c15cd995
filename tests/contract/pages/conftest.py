"""Pages over the real graph, and over one whose every text is an attack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ahg_graph.snapshot import Snapshot
from support.hostile import hostile
from support.servers import Running, run

__all__ = ["hostile"]


@pytest.fixture(scope="session")
def site(real_snapshot: Snapshot) -> Iterator[Running]:
    """The real graph, served."""
    with run(real_snapshot) as running:
        yield running
