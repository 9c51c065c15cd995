"""Two releases, the later one served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ahg_graph.rdf.terms import Quad
from ahg_graph.release import Release, make_release
from support.servers import Running, make_snapshot, run


@contextmanager
def serve_pair(folder: Path, old: Iterable[Quad], new: Iterable[Quad]) -> Iterator[tuple[Running, Release, Release]]:
    """Release two graphs, a day apart, and serve the later one; yields the server and both releases."""
    releases = folder / "releases"
    before = make_release(make_snapshot(folder / "1", old), releases, datetime(2013, 4, 1, tzinfo=UTC))
    snapshot = make_snapshot(folder / "2", new)
    after = make_release(snapshot, releases, datetime(2013, 4, 2, tzinfo=UTC), releases / before.identity)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AHG_GRAPH_RELEASES", str(releases))
        with run(snapshot) as running:
            yield running, before, after
