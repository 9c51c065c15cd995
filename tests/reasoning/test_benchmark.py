"""The benchmark of reasoners runs, and its generator makes what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.reasoning.generator import write_graph

from ahg_graph.rdf.terms import RdfFormat, parse

HOME = Path(__file__).parents[2]


def test_a_graph_has_as_many_triples_as_are_asked_for_and_is_the_same_each_time(tmp_path: Path) -> None:
    one, other = tmp_path / "one.ttl", tmp_path / "other.ttl"
    count = write_graph(one, 0.2)
    assert write_graph(other, 0.2) == count
    assert one.read_bytes() == other.read_bytes()
    assert len(list(parse(path=str(one), format=RdfFormat.TURTLE))) == count


def test_a_short_run_measures_and_reports() -> None:
    command = [sys.executable, "-m", "benchmarks.reasoning", "--smoke", "--engines", "ahg-graph", "reasonable"]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=True)
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ") and "triples" not in line]
    assert [row[1] for row in rows] == ["ahg-graph", "reasonable"]
    assert "fault" not in done.stdout
