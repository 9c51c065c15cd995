"""The results as tables and a plot.

python -m benchmarks.scale.report       # writes both again from results/results.json
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

Run = dict[str, Any]

FIGURES: dict[str, Callable[[Run], float]] = {
    "seconds to build": lambda run: run["build"]["seconds"],
    "MiB of memory at the build's peak": lambda run: run["build"]["memory"],
    "MiB of disk at the end": lambda run: run["build"]["disk"],
    "MiB of disk at the build's peak": lambda run: run["build"]["disk_peak"],
    "seconds from the start of the server to its first answer": lambda run: run["serve"]["open"],
    "MiB of memory of the server and its workers at the peak": lambda run: run["serve"]["memory"],
}


def write(folder: Path) -> None:
    """Write `results.md` and `results.svg` beside `results.json`."""
    runs: list[Run] = json.loads((folder / "results.json").read_text(encoding="utf-8"))["runs"]
    (folder / "results.md").write_text(write_tables(runs), encoding="utf-8")
    _plot(runs, folder / "results.svg")


def write_tables(runs: list[Run]) -> str:
    """Return the tables as Markdown, one column for each scale."""
    sizes = [run["build"]["asserted"] for run in runs]
    head = ["| | " + " | ".join(f"{size:,}" for size in sizes) + " | growth |", "|---|" + "---:|" * (len(sizes) + 1)]
    lines = ["# Graphs of millions of triples on one machine", ""]
    for run, size in zip(runs, sizes, strict=True):
        versions = ", ".join(f"{name} {number}" for name, number in run["versions"].items())
        conditions = f"load average {run['load_average_at_start']} at the start"
        lines.append(f"- {size:,} asserted triples: {run['date']}, {run['machine']}; {versions}; {conditions}.")
        lines += [f"  {run['note']}"] if run["note"] else []
    lines += [
        "",
        "Columns are by asserted triples. Growth is how many times more than in step with the asserted triples a",
        "figure grows from each scale to the next; 1 is linear, below 1 is less.",
        "",
        *head,
        _row("inferred triples", [run["build"]["inferred"] for run in runs], sizes),
        *(_row(name, [figure(run) for run in runs], sizes) for name, figure in FIGURES.items()),
    ]
    for stage in runs[-1]["build"]["stages"]:
        lines.append(_row(f"seconds: {stage}", [run["build"]["stages"].get(stage, 0) for run in runs], sizes))
    lines += ["", "Milliseconds to an answer over HTTP, the middle one, with no answer kept:", "", *head]
    for name in runs[-1]["serve"]["answers"]:
        answers = [run["serve"]["answers"][name] for run in runs]
        lines.append(_row_of_answers(f"[{name}](../questions/{name}.rq)", answers, sizes))
    lines += ["", "The same for addresses that name things as readers do:", "", *head]
    for name in runs[-1]["serve"].get("named", ()):
        lines.append(_row_of_answers(f"`{name}`", [run["serve"].get("named", {}).get(name) for run in runs], sizes))
    left_out = sorted({sentence for run in runs for sentence in run["build"]["left_out"]})
    lines += ["", "What these builds left out, as their manifests say: " + "; ".join(left_out) + ".", ""]
    return "\n".join(lines)


def _row(name: str, values: list[float], sizes: list[int]) -> str:
    return f"| {name} | {' | '.join(f'{value:,}' for value in values)} | {_grow(values, sizes)} |"


def _row_of_answers(name: str, answers: list[dict[str, Any] | None], sizes: list[int]) -> str:
    cells = [
        "-" if a is None else f"refused: {a['refused']}" if "refused" in a else f"{a['milliseconds']:,}"
        for a in answers
    ]
    known = [a["milliseconds"] if a and "refused" not in a else 0 for a in answers]
    return f"| {name} | {' | '.join(cells)} | {_grow(known, sizes)} |"


def _grow(values: list[float], sizes: list[int]) -> str:
    """Return how a figure grows from scale to scale, relative to the growth of the graph."""
    pairs = pairwise(zip(values, sizes, strict=True))
    return ", ".join(f"{b / a / (m / n):.2f}" if a and b else "-" for (a, n), (b, m) in pairs)


def _plot(runs: list[Run], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "scale"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2))
    sizes = [run["build"]["asserted"] for run in runs]
    groups = {
        "seconds": [name for name in FIGURES if name.startswith("seconds")],
        "MiB": [name for name in FIGURES if name.startswith("MiB")],
    }
    for axis, (unit, names) in zip(axes, groups.items(), strict=False):
        for name in names:
            axis.plot(sizes, [FIGURES[name](run) for run in runs], marker="o", label=name)
        axis.set_title(unit)
    for name in runs[-1]["serve"]["answers"]:
        answers = [(size, run["serve"]["answers"][name]) for size, run in zip(sizes, runs, strict=True)]
        points = [(size, answer["milliseconds"]) for size, answer in answers if "refused" not in answer]
        if points:
            axes[2].plot(*zip(*points, strict=True), marker="o", label=name)
    axes[2].set_title("milliseconds to an answer")
    for axis in axes:
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel("asserted triples")
        axis.grid(True, which="major", alpha=0.3)
        axis.legend(fontsize=6)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    write(Path(__file__).with_name("results"))
