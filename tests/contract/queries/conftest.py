"""A server over the real graph."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ahg_graph.snapshot import Snapshot
from support.servers import Running, run
from support.tools import Talk, open_tools


@pytest.fixture(scope="session")
def graph(real_snapshot: Snapshot) -> Iterator[Running]:
    """The real graph, served."""
    with run(real_snapshot) as running:
        yield running


@pytest.fixture(scope="session")
def talk(real_snapshot: Snapshot) -> Iterator[Talk]:
    """The tools over the real graph, in one conversation."""
    with open_tools(real_snapshot) as talk:
        yield talk
