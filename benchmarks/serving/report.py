"""The results as tables and plots: ratios of our server to each of the others.

python -m benchmarks.serving.report       # writes tables and plots again from results/results.json
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from statistics import geometric_mean, median
from typing import Any

OURS = "ahg-graph"
Record = dict[str, Any]


def write(folder: Path) -> None:
    """Write tables and plots beside `results.json`."""
    record = json.loads((folder / "results.json").read_text())
    (folder / "results.md").write_text(write_tables(record))
    _plot(record, folder)


def compute_ratios(entry: Record) -> dict[str, float]:
    """Return, by server, the median over the rounds of our rate to theirs in the same round.

    A server that was asked fewer rounds, because it is slow, is compared by the medians.
    """
    ours = entry["rates"].get(OURS, [])
    found = {}
    for name, theirs in entry["rates"].items():
        if name == OURS or not ours:
            continue
        pairs = [(a, b) for a, b in zip(ours, theirs, strict=False) if a and b]
        if pairs:
            found[name] = median(a / b for a, b in pairs)
    return found


def compute_mean(entries: Iterable[Record], name: str) -> tuple[float, int]:
    """Return the geometric mean of the ratios to one server, and over how many questions."""
    values = [ratios[name] for ratios in map(compute_ratios, entries) if name in ratios]
    return (geometric_mean(values) if values else math.nan), len(values)


def list_rivals(found: Record) -> list[str]:
    """Return the other servers of a data set."""
    return [name for name in found["versions"] if name != OURS]


def write_tables(record: Record) -> str:
    """Return all tables as Markdown."""
    lines = [
        f"Measured {record['date']} on {record['machine']}. How many times as many right answers a second our server",
        "gave as the other one, median of the rounds: over 1, ours is faster.",
        "",
        *([record["note"], ""] if "note" in record else []),
    ]
    for found in record["sets"]:
        lines += [f"## {found['title'].capitalize()}, {found['triples']:,} triples", ""]
        lines += [f"{found['rounds']} rounds.", "", "| server | holds the data | version |", "|---|---|---|"]
        holding = found.get("holding", {})
        lines += [f"| {name} | {holding.get(name, '')} | {version} |" for name, version in found["versions"].items()]
        lines.append("")
        lines += [f"- Absent: {name} ({reason})" for name, reason in found["absent"].items()]
        lines += [f"- Left out: {fault}" for fault in found["faults"]]
        rivals = list_rivals(found)
        for clients in sorted({entry["clients"] for entry in found["mix"]}):
            entries = [entry for entry in found["mix"] if entry["clients"] == clients]
            lines += ["", f"### {clients} client{'s' if clients > 1 else ''}, every question new", ""]
            lines += ["| question | ours, ms | " + " | ".join(rivals) + " |", "|---|--:|" + "--:|" * len(rivals)]
            for entry in entries:
                ratios = compute_ratios(entry)
                own = entry["latency"].get(OURS, [])
                cells = [_show(ratios.get(name)) for name in rivals]
                shown = f"{median(own) * 1000:.2f}" if own else "-"
                lines.append(f"| {entry['question']} | {shown} | " + " | ".join(cells) + " |")
            means = [compute_mean(entries, name) for name in rivals]
            cells = [f"**{_show(mean)}** ({count})" for mean, count in means]
            lines.append("| **geometric mean** (of so many) | | " + " | ".join(cells) + " |")
            refused = [
                f"{name} {count} of {entry['question']}"
                for entry in entries
                for name, count in entry["refused"].items()
            ]
            if refused:
                lines += ["", "Refused, failed or cut off, and not counted as answers: " + ", ".join(refused) + "."]
            lines += _write_efforts(entries, rivals)
        if found.get("hot"):
            lines += ["", "### A saved query answered before, to the others' cheapest question", ""]
            lines += ["| clients | " + " | ".join(rivals) + " |", "|--:|" + "--:|" * len(rivals)]
            for entry in found["hot"]:
                ratios = compute_ratios(entry)
                lines.append(f"| {entry['clients']} | " + " | ".join(_show(ratios.get(name)) for name in rivals) + " |")
        lines += ["", "### First answer from a cold start", "", "| server | seconds |", "|---|--:|"]
        lines += [f"| {name} | {median(values):.2f} |" for name, values in found["first"].items()]
        lines.append("")
    return "\n".join(lines)


def _write_efforts(entries: Iterable[Record], rivals: Iterable[str]) -> list[str]:
    """Return the table of processor time, which does not depend on how much of the machine each server got."""
    entries, rivals = [entry for entry in entries if entry["effort"].get(OURS, 0) > 0], list(rivals)
    if not entries:
        return []
    lines = ["", "Processor time that one answer takes, theirs to ours: over 1, ours is cheaper.", ""]
    lines += ["| question | ours, ms | " + " | ".join(rivals) + " |", "|---|--:|" + "--:|" * len(rivals)]
    columns: dict[str, list[float]] = {name: [] for name in rivals}
    for entry in entries:
        effort = entry["effort"]
        ratios = {name: effort[name] / effort[OURS] for name in rivals if effort.get(name, 0) > 0}
        for name, ratio in ratios.items():
            columns[name].append(ratio)
        cells = [_show(ratios.get(name)) for name in rivals]
        lines.append(f"| {entry['question']} | {effort[OURS] * 1000:.2f} | " + " | ".join(cells) + " |")
    means = [_show(geometric_mean(values) if values else None) for values in columns.values()]
    lines.append("| **geometric mean** | | " + " | ".join(f"**{mean}**" for mean in means) + " |")
    return lines


def _show(ratio: float | None) -> str:
    if ratio is None or math.isnan(ratio):
        return "-"
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"


def _plot(record: Record, folder: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "ahg-graph"
    from matplotlib import pyplot

    for number, found in enumerate(record["sets"]):
        rivals = list_rivals(found)
        figure, axes = pyplot.subplots(1, 2, figsize=(12, 6), sharey=True, layout="constrained")
        for axis, clients in zip(axes, sorted({entry["clients"] for entry in found["mix"]}), strict=True):
            entries = [entry for entry in found["mix"] if entry["clients"] == clients]
            names = [entry["question"] for entry in entries] + ["geometric mean"]
            for name, marker in zip(rivals, "osD^vP", strict=False):
                ratios = [compute_ratios(entry).get(name, math.nan) for entry in entries]
                mean, count = compute_mean(entries, name)
                axis.plot([*ratios, mean], names, marker, label=f"{name} ({count})", alpha=0.75)
            axis.axvline(1, color="grey", linewidth=1)
            axis.set_xscale("log")
            axis.grid(axis="y", linewidth=0.3)
            axis.set_title(f"{clients} client{'s' if clients > 1 else ''}")
            axis.set_xlabel("our answers a second to theirs (right of the line: ours is faster)")
            axis.invert_yaxis() if axis is axes[0] else None
        axes[1].legend(title="to (questions)")
        figure.suptitle(f"{found['title'].capitalize()}, {found['triples']:,} triples")
        figure.savefig(folder / f"ratios-{number + 1}.svg", metadata={"Date": None})
        pyplot.close(figure)


if __name__ == "__main__":
    write(Path(__file__).with_name("results"))
