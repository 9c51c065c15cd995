"""The one snapshot of the real sources that the tests share, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.build import build
from ahg_graph.snapshot import Snapshot

HOME = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def home() -> Path:
    """The checkout: ontology/, data/ and queries/ lie in it."""
    return HOME


@pytest.fixture(scope="session")
def real_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot of the real sources, for tests that only read it."""
    return build(HOME, tmp_path_factory.mktemp("shelf"))
