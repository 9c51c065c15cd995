"""How soon a worker that was ended is replaced, as a table.

    python -m benchmarks.serving.replacements [--times 200] [--results FILE]

One worker and one spare over the snapshot in force, held in memory and as the engine's files, which each worker opens
for itself. A worker is ended, again and again: by its time limit, by its memory limit, and by a signal from outside
while it is idle or at work. At that moment a plain question is asked, which nobody but the spare can answer; the clock
stops when its answer is there, or when the question that was lost is at work again, and once more when the pool has two
ready workers. The bar: the spare has taken over within 50 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any

from ahg_graph.config.settings import read_setting
from ahg_graph.errors import QueryMemory, QueryTimeout
from ahg_graph.snapshot import Snapshot, open_current
from ahg_graph.sparql.types import Question
from ahg_graph.workers import Limits, Pool

BAR = 0.05
LIMITS = Limits(workers=1, spares=1, timeout=0.6, memory=64)
COLUMNS = (
    "store", "ended by", "times", "taken over: median ms", "99 % ms", "slowest ms", "over 50 ms",
    "full again: median ms", "99 % ms ", "slowest ms ",
)  # fmt: skip
RUNAWAY = "SELECT (COUNT(*) AS ?n{n}) {{ ?a ?b ?c . ?d ?e ?f }}"
BOMB = "SELECT * {{ ?a ?b ?c . ?d ?e ?f }} ORDER BY DESC(?f) ?a LIMIT {n}"
_NUMBERS = count(1)

Ending = Callable[[Pool], Awaitable[None]]


async def end_by_time(pool: Pool) -> None:
    """Ask what takes longer than the limit, until it is ended."""
    with suppress(QueryTimeout):
        await pool.ask(Question(RUNAWAY.format(n=next(_NUMBERS))))


async def end_by_memory(pool: Pool) -> None:
    """Ask what takes more memory than the limit, until it is ended."""
    with suppress(QueryMemory, QueryTimeout):
        await pool.ask(Question(BOMB.format(n=next(_NUMBERS))))


async def end_idle(pool: Pool) -> None:
    """Kill the process that would get the next question."""
    os.kill(pool.list_processes()[-1], signal.SIGKILL)


ENDINGS: dict[str, Ending] = {
    "time": end_by_time,
    "memory": end_by_memory,
    "SIGKILL while idle": end_idle,
}


async def wait_until_full(pool: Pool) -> None:
    """Wait until every process is ready."""
    while pool.measure().ready < LIMITS.workers + LIMITS.spares:
        await asyncio.sleep(0.0005)


async def measure(pool: Pool, end: Ending) -> tuple[float, float]:
    """End a worker once; return the seconds until a plain question is answered and until the pool is full."""
    await wait_until_full(pool)
    await end(pool)
    begun = time.perf_counter()
    await pool.ask(Question(f"ASK {{ ?s ?p {next(_NUMBERS)} }}"))
    answered = time.perf_counter() - begun
    await wait_until_full(pool)
    return answered, time.perf_counter() - begun


async def measure_at_work(pool: Pool) -> tuple[float, float]:
    """Kill the process that is at work; return the seconds until its question is begun again and the pool is full."""
    await wait_until_full(pool)
    lost = asyncio.ensure_future(pool.ask(Question(RUNAWAY.format(n=next(_NUMBERS)))))
    await asyncio.sleep(0.05)
    victim = pool.list_processes()[0]
    os.kill(victim, signal.SIGKILL)
    begun = time.perf_counter()
    while pool.list_processes()[:1] in ([], [victim]) or not pool.measure().busy:
        await asyncio.sleep(0)
    taken = time.perf_counter() - begun
    await wait_until_full(pool)
    full = time.perf_counter() - begun
    with suppress(QueryTimeout):
        await lost
    return taken, full


WAYS: dict[str, Callable[[Pool], Awaitable[tuple[float, float]]]] = {
    **{name: partial(measure, end=end) for name, end in ENDINGS.items()},
    "SIGKILL at work": measure_at_work,
}
"""Ways to end a worker once."""


async def measure_store(title: str, store: Path, snapshot: Snapshot, times: int) -> list[dict[str, Any]]:
    """Return a row for each way to end a worker."""
    pool = Pool(store, True, LIMITS, tuple(snapshot.manifest.graphs))
    await pool.start()
    rows = []
    try:
        for name, once in WAYS.items():
            await once(pool)
            taken = [await once(pool) for _ in range(times)]
            answered, full = ([seconds[place] for seconds in taken] for place in (0, 1))
            over = sum(seconds > BAR for seconds in answered)
            values = (title, name, times, *summarize(answered), over, *summarize(full))
            rows.append(dict(zip(COLUMNS, values, strict=True)))
            print(write_line(values), flush=True)
    finally:
        await pool.close()
    return rows


def summarize(seconds: list[float]) -> tuple[float, float, float]:
    """Return median, 99 % and maximum in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return round(cuts[49] * 1000, 1), round(cuts[98] * 1000, 1), round(max(seconds) * 1000, 1)


def write_line(cells: Any) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--results", type=Path)
    arguments = parser.parse_args()
    snapshot = open_current(Path(str(read_setting("snapshots"))))
    held = snapshot.choose_store(int(read_setting("held")))
    stores = {"in memory": held, "files": snapshot.store} if held != snapshot.store else {"files": held}
    print("\n".join((write_line(COLUMNS), write_line(["---"] * len(COLUMNS)))))
    rows: list[dict[str, Any]] = []
    for title, store in stores.items():
        rows += asyncio.run(measure_store(title, store, snapshot, arguments.times))
    if arguments.results:
        found: dict[str, Any] = {
            "measured": f"{datetime.now(UTC):%d %B %Y}",
            "triples": sum(snapshot.manifest.graphs.values()),
        }
        found["load"] = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        arguments.results.write_text(json.dumps({**found, "rows": rows}, indent=1) + "\n")
        lines = ["# How soon a worker that was ended is replaced", ""]
        lines += [
            f"{found['measured']}; {found['triples']} triples, one worker and one spare, load {found['load']}.",
            "",
        ]
        lines += [write_line(COLUMNS), write_line(["---"] * len(COLUMNS)), *(write_line(row.values()) for row in rows)]
        arguments.results.with_suffix(".md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
