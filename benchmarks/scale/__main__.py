"""Measure a graph of millions of triples on this machine: build (reason and load), open, answer.

    python -m benchmarks.scale                    # 1 and 10 million triples; writes results/
    python -m benchmarks.scale --scales 5000      # 50 million, added to what results/ has
    python -m benchmarks.scale --smoke            # a few thousand, into build/, to see that it runs

The graphs are the invented ones of benchmarks/reasoning, in one file of a home folder with this project's ontology and
saved queries. Each is built by `ahg-graph build --stream`, served by `ahg-graph serve`, and asked over HTTP.
Memory is that of the process and all below it, sampled five times a second: pages that are shared count once for each
process that holds them. Disk is the most that the snapshots took, and what it holds at the end.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.scale import report
from benchmarks.scale.stages import build, make_home, serve

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "benchmarks" / "scale"
RESULTS = Path(__file__).with_name("results")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scales", type=float, nargs="*", default=[100, 1000], help="in 10,000 triples")
    parser.add_argument("--rounds", type=int, default=5, help="how often each question is asked")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder that is written")
    parser.add_argument("--smoke", action="store_true", help="one small graph, results into build/")
    parser.add_argument("--note", default="", help="what else there is to know about the conditions")
    options = parser.parse_args()
    if options.smoke:
        options.scales, options.rounds, options.results = [1], 1, FOLDER / "smoke"
        shutil.rmtree(options.results, ignore_errors=True)
    options.results.mkdir(parents=True, exist_ok=True)
    file = options.results / "results.json"
    runs: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["runs"] if file.exists() else []
    for scale in options.scales:
        run = measure(scale, options.rounds) | {"note": options.note}
        runs = sorted([*(old for old in runs if old["scale"] != scale), run], key=lambda r: float(r["scale"]))
        file.write_text(json.dumps({"runs": runs}, indent=1) + "\n", encoding="utf-8")
        report.write(options.results)
    print((options.results / "results.md").read_text(encoding="utf-8"))


def measure(scale: float, rounds: int) -> dict[str, Any]:
    """Return all that is measured at one scale; the folder it was done in is gone afterwards."""
    home = FOLDER / f"home-{scale:g}"
    try:
        size = make_home(home, scale)
        return {
            "scale": scale,
            "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "versions": {name: version(name) for name in ("ahg-graph", "pyoxigraph", "nemo-python")},
            "turtle": size,
            "load_average_at_start": round(os.getloadavg()[0], 1),
            "build": build(home),
            "serve": serve(home, rounds),
        }
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
