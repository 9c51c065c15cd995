"""Measure three reasoners on invented graphs of growing size, on one machine in one run.

    python -m benchmarks.reasoning                         # scales 1, 10, 100, 1000; writes results/
    python -m benchmarks.reasoning --smoke                 # some seconds, to see that it runs; keeps no results
    python -m benchmarks.reasoning --append --scales 1000 --rounds 1   # adds a scale to the results, or replaces it

Every measurement is a fresh process that reads one Turtle file and writes what follows from it; wall time and peak
memory are the process's own. Engines take turns within each round, so that what else the machine does hits all of
them; what is reported are ratios within rounds, and medians of those. An engine that exceeds the time limit at one
scale, or would need more memory at a larger one than the machine has if its need grew in step, is not asked there.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.reasoning import report
from benchmarks.reasoning.engines import ENGINES
from benchmarks.reasoning.generator import write_graph

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "benchmarks" / "reasoning"
RESULTS = Path(__file__).with_name("results")
MEMORY = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 20)
PACKAGES = {"ahg-graph": "ahg-graph", "owlrl": "owlrl", "reasonable": "reasonable"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scales", type=float, nargs="*", default=[1, 10, 100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=900, help="seconds that one measurement may take")
    parser.add_argument("--engines", nargs="*", default=list(ENGINES))
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder that is written")
    parser.add_argument("--append", action="store_true", help="keep the other scales that the results have")
    parser.add_argument("--smoke", action="store_true", help="a tenth of scale 1, once, into a temporary folder")
    options = parser.parse_args()
    if options.smoke:
        with tempfile.TemporaryDirectory() as folder:
            run([0.1], 1, options.limit, options.engines, Path(folder), {})
        return
    known = options.results / "results.json"
    before = json.loads(known.read_text(encoding="utf-8")) if options.append and known.is_file() else {}
    run(options.scales, options.rounds, options.limit, options.engines, options.results, before)


def run(
    scales: Sequence[float], rounds: int, limit: float, engines: Sequence[str], results: Path, before: dict[str, Any]
) -> None:
    """Measure, and write the results together with the other scales of an earlier record."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    record: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {**before.get("versions", {}), **{name: version(PACKAGES[name]) for name in engines}},
        "limit": limit,
        "scales": [found for found in before.get("scales", []) if found["scale"] not in scales],
    }
    beaten: set[str] = set()
    for scale in scales:
        source = FOLDER / f"graph-{scale:g}.ttl"
        triples = write_graph(source, scale)
        found: dict[str, Any] = {"scale": scale, "triples": triples, "runs": {}}
        record["scales"].append(found)
        for turn in range(rounds):
            for name in engines:
                slow = turn and found["runs"].get(name, [{}])[0].get("seconds", 0) > limit / 5
                if name in beaten or slow:
                    continue
                if not turn and (need := estimate_memory(record["scales"], name, scale)) > MEMORY:
                    done = {"fault": f"would need {need:,.0f} MiB", "seconds": 0}
                else:
                    done = measure(name, source, limit)
                found["runs"].setdefault(name, []).append(done)
                print(f"scale {scale:g}, round {turn + 1}: {name} {done}", flush=True)
                if "fault" in done:
                    beaten.add(name)
        source.unlink()
    record["scales"].sort(key=lambda found: found["scale"])
    results.mkdir(parents=True, exist_ok=True)
    (results / "results.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    report.write(results)
    print((results / "results.md").read_text(encoding="utf-8"))


def estimate_memory(scales: Sequence[dict[str, Any]], name: str, scale: float) -> float:
    """Return the mebibytes that an engine would need, in step with what it needed at the largest smaller scale."""
    smaller = [
        (found["scale"], done) for found in scales for done in found["runs"].get(name, ()) if "mebibytes" in done
    ]
    below = [(known, done["mebibytes"]) for known, done in smaller if known < scale]
    known, mebibytes = max(below, default=(scale, 0.0))
    return float(mebibytes * scale / known)


def measure(name: str, source: Path, limit: float) -> dict[str, Any]:
    """Run one engine in a process of its own; return seconds, mebibytes at the peak, and how many triples it wrote."""
    target = FOLDER / "out.nt"
    target.unlink(missing_ok=True)
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.reasoning.engines", name, str(source), str(target)],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    timer = threading.Timer(limit, lambda: os.kill(process.pid, signal.SIGKILL))
    timer.start()
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        fault = f"over {limit:g} s" if seconds >= limit else f"exit code {process.returncode}"
        return {"fault": fault, "seconds": round(seconds, 2)}
    with target.open("rb") as file:
        written = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
    target.unlink()
    return {
        "seconds": round(seconds, 3),
        "processor": round(usage.ru_utime + usage.ru_stime, 3),
        "mebibytes": round(usage.ru_maxrss / 1024, 1),
        "written": written,
    }


if __name__ == "__main__":
    main()
