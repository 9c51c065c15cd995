"""The results as a table and a plot.

python -m benchmarks.reasoning.report       # writes both again from results/results.json
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

OURS = "ahg-graph"
Record = dict[str, Any]


def write(folder: Path) -> None:
    """Write `results.md` and `results.svg` beside `results.json`."""
    record = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    (folder / "results.md").write_text(write_table(record), encoding="utf-8")
    _plot(record, folder / "results.svg")


def _middle(runs: list[Record], key: str) -> float | None:
    values = [run[key] for run in runs if key in run and "fault" not in run]
    return median(values) if values else None


def _ratio(runs: list[Record], ours: list[Record], key: str) -> str:
    """Return how many times what we needed another engine needed, the median over rounds in which both ran."""
    pairs = [(r[key], o[key]) for r, o in zip(runs, ours, strict=False) if key in r and key in o and "fault" not in r]
    return f"{median(a / b for a, b in pairs):.1f}" if pairs else ""


def write_table(record: Record) -> str:
    """Return the table as Markdown."""
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    lines = [
        f"Measured {record['date']} on {record['machine']}: {versions}. Reading one Turtle file and writing what",
        "follows as N-Triples, the start of the process included. Medians of the rounds; times is how many times what",
        f"{OURS} needed.",
        "",
        "| triples | engine | seconds | times | processor seconds | times | MiB at peak | times | triples written |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for found in record["scales"]:
        ours = found["runs"].get(OURS, [])
        for name, runs in found["runs"].items():
            fault = next((run["fault"] for run in runs if "fault" in run), None)
            if fault:
                lines.append(f"| {found['triples']:,} | {name} | {fault} | | | | | | |")
                continue
            cells = [f"{found['triples']:,}", name]
            for key in ("seconds", "processor", "mebibytes"):
                cells += [f"{_middle(runs, key):.4g}", _ratio(runs, ours, key)]
            cells.append(f"{runs[0]['written']:,}")
            lines.append(f"| {' | '.join(cells)} |")
    lines += ["", *_write_growth(record), ""]
    return "\n".join(lines)


def _write_growth(record: Record) -> list[str]:
    """Return by how much more than in step with the graph our time grows from one scale to the next."""
    points = [(f["triples"], _middle(f["runs"].get(OURS, []), "seconds")) for f in record["scales"]]
    known = [(triples, seconds) for triples, seconds in points if seconds]
    lines = []
    for (less, quick), (more, slow) in pairwise(known):
        lines.append(
            f"- from {less:,} to {more:,} triples our time grows {slow / quick / (more / less):.2f} times linear"
        )
    return lines


def _plot(record: Record, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "reasoning"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4.2))
    for axis, key, title in ((axes[0], "seconds", "seconds"), (axes[1], "mebibytes", "MiB at the peak")):
        for name in record["versions"]:
            points = [
                (found["triples"], value)
                for found in record["scales"]
                if (value := _middle(found["runs"].get(name, []), key)) is not None
            ]
            axis.plot(*zip(*points, strict=True), marker="o", label=name)
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel("triples")
        axis.set_title(title)
        axis.grid(True, which="major", alpha=0.3)
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    write(Path(__file__).with_name("results"))
