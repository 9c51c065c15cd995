"""The measurement of the server beside others refuses what it does not know, and runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from ahg_graph.snapshot import Snapshot

HOME = Path(__file__).parents[2]


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    call = [sys.executable, "-m", "benchmarks.serving", "--smoke", *words]
    return subprocess.run(call, cwd=HOME, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--peers", "Ours", "Blazegraph"], "no such server: Blazegraph; there are Ours, Oxigraph, "),
        (["--peers", "ours"], "no such server: ours; "),
        (["--questions", "ask", "nothing"], "in no name of a question: nothing; they are 01-ask, "),
        (["--peers"], "at least one server"),
    ],
)
def test_names_that_are_not_known_are_refused(words: list[str], said: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not done.stdout


def test_the_server_is_measured_beside_oxigraph_in_memory(real_snapshot: Snapshot) -> None:
    snapshots = str(real_snapshot.path.parent)
    done = run("--peers", "Ours", "Oxigraph", "--questions", "01", "10", "--snapshots", snapshots)
    if "Oxigraph, memory (" in done.stdout:
        pytest.skip(next(line for line in done.stdout.splitlines() if "Oxigraph, memory (" in line))
    assert done.returncode == 0, done.stderr
    assert "| Oxigraph, memory | in memory |" in done.stdout
    rows = [line.split("|") for line in done.stdout.splitlines() if line.startswith("| 01-ask ")]
    assert len(rows) == 4  # answers a second and processor time, by one client and by sixteen
    assert all(float(row[3]) > 0 for row in rows)
