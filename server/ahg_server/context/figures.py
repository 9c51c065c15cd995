"""The figures of a server, summed over its processes where there are several.

Each process writes its own to a file now and then, and whichever is asked adds those of the others. What a process has
counted remains when it ends, and what it has at the moment does not.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http.metrics import Metrics

ENDED = "workers_ended_"
_SAME = frozenset({"snapshot_triples"})
"""Gauges that are the same in every process."""

Gauge = tuple[str, str, float]


def list_gauges(context: SnapshotContext) -> Iterator[Gauge]:
    """Yield name, help text and value of each gauge of this process."""
    figures = context.pool.measure()
    yield "worker_processes", "Worker processes running.", figures.processes
    yield "workers_ready", "Workers that can take or run a query.", figures.ready
    yield "workers_busy", "Workers running a query.", figures.busy
    yield "workers_slow", "Workers running a slow query.", figures.slow
    yield "queue_length", "Queries waiting for a worker.", figures.waiting
    yield "kept_answers", "Answers in the cache.", len(context.answers)
    yield "kept_answers_bytes", "Bytes of answers in the cache.", context.answers.size
    yield "kept_replies", "Responses in the cache.", len(context.replies)
    yield "kept_replies_bytes", "Bytes of responses in the cache.", context.replies.size
    yield "snapshot_triples", "Triples of the snapshot.", context.snapshot.triples
    for cause, number in sorted(figures.ends.items()):
        yield f"{ENDED}{cause}", f"Workers of this snapshot stopped: {cause}.", number


class FigureFolder:
    """The files of the processes that serve together, and this process's among them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / f"{os.getpid()}.figures"
        self._started = psutil.Process().create_time()

    def write(self, context: SnapshotContext) -> None:
        """Write this process's figures; where that fails, the others have older ones."""
        figures = {
            "process": os.getpid(),
            "started": self._started,
            "counts": context.metrics.dump(),
            "gauges": list(list_gauges(context)),
        }
        fresh = self._own.with_suffix(".fresh")
        with contextlib.suppress(OSError):
            fresh.write_text(json.dumps(figures), encoding="utf-8")
            fresh.replace(self._own)

    def read_others(self) -> Iterator[tuple[dict[str, Any], list[Gauge]]]:
        """Yield the counts of every other process, and the gauges of those that run."""
        for path in sorted(self._folder.glob("*.figures")):
            if path != self._own:
                with contextlib.suppress(OSError, ValueError):
                    found = json.loads(path.read_text(encoding="utf-8"))
                    runs = _is_running(found["process"], found["started"])
                    yield found["counts"], [tuple(gauge) for gauge in found["gauges"]] if runs else []


def join_figures(context: SnapshotContext) -> tuple[Metrics, list[Gauge]]:
    """Return the counts and gauges of all processes of the server."""
    counts, gauges = Metrics(), {name: (text, value) for name, text, value in list_gauges(context)}
    counts.add(context.metrics.dump())
    running = 1
    for others, theirs in context.siblings.read_others() if context.siblings else ():
        counts.add(others)
        running += bool(theirs)
        for name, text, value in theirs:
            known = gauges.get(name, (text, 0))[1]
            gauges[name] = (text, max(known, value) if name in _SAME else known + value)
    gauges["server_processes"] = ("Server processes running.", running)
    return counts, [(name, text, value) for name, (text, value) in gauges.items()]


def sum_figures(context: SnapshotContext) -> dict[str, float]:
    """Return the gauges of all processes of the server by name."""
    return {name: value for name, _, value in join_figures(context)[1]}


def _is_running(process: int, started: float) -> bool:
    try:
        return bool(abs(psutil.Process(process).create_time() - started) < 1)
    except psutil.Error:
        return False
