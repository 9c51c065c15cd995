"""The measurement of copies and of a remote engine runs: every way is asked, and a copy can be lost."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
FIGURES = {"requests", "seconds", "wrong", "median", "slowest"}


@pytest.mark.network
def test_copies_behind_a_balancer_and_a_remote_engine_are_asked() -> None:
    missing = [name for name in ("wrk", "haproxy") if not (shutil.which(name) or shutil.which(name, path="/usr/sbin"))]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed")
    call = [sys.executable, "-m", "benchmarks.scale.beyond", "--smoke"]
    done = subprocess.run(call, cwd=HOME, capture_output=True, text=True, timeout=300)
    if "could not fetch it" in done.stderr:
        pytest.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, done.stderr
    results = HOME / "build" / "benchmarks" / "scale" / "smoke-beyond"
    record = json.loads((results / "beyond.json").read_text(encoding="utf-8"))
    assert record["runs"].keys() == {"02-label", "06-decisions", "15-co-attendance"}
    ways = {"one server", "one behind the balancer", "two behind the balancer", "remote engine"}
    assert all(places.keys() == ways for places in record["runs"].values())
    runs = [run for places in record["runs"].values() for runs in places.values() for run in runs]
    assert {frozenset(run) for run in runs} == {frozenset(FIGURES)}
    assert min(run["requests"] for run in runs) > 0
    assert {run["wrong"] for run in runs} == {0}
    assert record["lost_copy"] == {"status 200": 200}
    assert (results / "beyond.md").read_text(encoding="utf-8") in done.stdout
