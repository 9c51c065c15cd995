"""A sample of what `make differential` does: queries made anew each time, put to Jena, rdflib and us."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.memory_dataset import read_quads
from differential.comparing import compare
from interop.provision import Unavailable

pytestmark = [pytest.mark.java, pytest.mark.network]
_SEED = os.environ.get("AHG_GRAPH_SEED", "")


@pytest.mark.slow
def test_answers_are_those_of_other_engines(real_snapshot: Snapshot, tmp_path: Path) -> None:
    seed = int(_SEED) if _SEED else random.SystemRandom().randrange(10**9)
    try:
        report = compare(read_quads(real_snapshot.store), seed, 150, tmp_path)
    except Unavailable as error:
        pytest.skip(str(error))
    assert not report.unexplained, f"AHG_GRAPH_SEED={seed}: " + "\n".join(report.unexplained)
    assert report.outcomes["as Jena"] > 75, report.outcomes
