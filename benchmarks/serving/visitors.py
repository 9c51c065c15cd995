"""How long a plain visitor waits while each attack runs, and what the server uses afterwards, as a table.

    python -m benchmarks.serving.visitors [--seconds 10] [--cache 128] [--results FILE] [ATTACK ...]

Serves 2,000 triples with the limits that a public server would have, on loopback. The visitor and the attackers have a
process each, so that none waits for another within one, and the attackers the lowest priority, because they would be
on other machines. The bar: every question answered right, 99 of 100 within 250 ms; afterwards the processor is idle
and the memory back, but for the answers kept, which have a budget; with `--cache 0` there are none. With a file of
results the rows are kept there by attack, and the table beside it is renewed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))


import httpx
import psutil

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from support.attacks import ATTACKS, Target
from support.servers import Process, serve, store_snapshot
from support.visitors import Visit, visit

EX = "https://example.org/"
BAR = 0.25
COLUMNS = (
    "attack", "questions", "wrong or unanswered", "median ms", "99 % ms", "slowest ms", "over 250 ms",
    "processor after, % of a core", "memory before, MiB", "after, MiB", "kept answers before, MiB", "kept after, MiB",
    "attacker's statuses",
)  # fmt: skip

Row = dict[str, Any]


def run_attack(name: str, port: int, process: int, seconds: float, statuses: Any) -> None:
    """Attack, in a process of its own, and hand back the statuses of the replies."""
    os.nice(19)
    target = Target(port, process, seconds)
    asyncio.run(ATTACKS[name](target))
    statuses.put(target.statuses)


def run_visitor(url: str, begun: Event, over: Event, found: Any) -> None:
    """Visit, in a process of its own, from when that is ready until told to stop, and hand back what was found."""

    async def stay() -> Visit:
        until = asyncio.Event()
        visitor = asyncio.create_task(visit(url, f"{EX}number", until))
        begun.set()
        while not over.is_set():
            await asyncio.sleep(0.02)
        until.set()
        return await visitor

    found.put(asyncio.run(stay()))


def measure(server: Process, name: str, seconds: float) -> Row:
    """Return the row of one attack."""
    before, kept_before = read_memory(server), read_kept(server)
    context = multiprocessing.get_context("spawn")
    begun, over = context.Event(), context.Event()
    found, statuses = context.Queue(), context.Queue()
    visitor = context.Process(target=run_visitor, args=(server.url, begun, over, found))
    visitor.start()
    begun.wait()
    attacker = context.Process(target=run_attack, args=(name, server.port, server.process.pid, seconds, statuses))
    attacker.start()
    replies = statuses.get()
    over.set()
    visited: Visit = found.get()
    attacker.join()
    visitor.join()
    busy, after = wait_for_rest(server)
    cuts = quantiles(visited.seconds, n=100, method="inclusive") if len(visited.seconds) > 1 else [0.0] * 99
    values = (
        name,
        len(visited.seconds) + len(visited.faults),
        len(visited.faults),
        round(cuts[49] * 1000, 1),
        round(cuts[98] * 1000),
        round(max(visited.seconds, default=0.0) * 1000),
        sum(taken > BAR for taken in visited.seconds),
        round(busy),
        round(before),
        round(after),
        round(kept_before, 1),
        round(read_kept(server), 1),
        ", ".join(f"{replies.count(s)} x {s}" for s in sorted(set(replies))),
    )
    return dict(zip(COLUMNS, values, strict=True))


def list_processes(server: Process) -> list[psutil.Process]:
    """Return the server and the processes that it started."""
    process = psutil.Process(server.process.pid)
    return [process, *process.children(recursive=True)]


def read_memory(server: Process) -> float:
    """Return the mebibytes of the server and its processes, what they share divided among them."""
    return float(sum(process.memory_full_info().pss for process in list_processes(server))) / 2**20


def read_kept(server: Process) -> float:
    """Return the mebibytes of answers that the server keeps for the next who asks, by its own figures."""
    lines = httpx.get(f"{server.url}/metrics", timeout=30).text.splitlines()
    names = ("ahg_graph_kept_answers_bytes ", "ahg_graph_kept_replies_bytes ")
    return sum(float(line.split()[1]) for line in lines if line.startswith(names)) / 2**20


def wait_for_rest(server: Process) -> tuple[float, float]:
    """Return the processor in per cent and the memory in mebibytes, ten seconds after the attack at most."""
    deadline = time.monotonic() + 10
    while True:
        processes = list_processes(server)
        for process in processes:
            process.cpu_percent()
        time.sleep(1)
        busy = sum(process.cpu_percent() for process in processes if process.is_running())
        if busy < 5 or time.monotonic() > deadline:
            return busy, read_memory(server)


def write_results(path: Path, rows: list[Row]) -> None:
    """Renew the rows of these attacks in a file, and the table beside it."""
    kept: dict[str, Row] = json.loads(path.read_text()) if path.exists() else {}
    date = f"{datetime.now(UTC):%d %B %Y}"
    kept |= {row["attack"]: {**row, "measured": date} for row in rows}
    path.write_text(json.dumps({name: kept[name] for name in ATTACKS if name in kept}, indent=1) + "\n")
    lines = [write_line([*COLUMNS, "measured"]), write_line(["---"] * (len(COLUMNS) + 1))]
    lines += [
        write_line(kept[name].get(column, "") for column in (*COLUMNS, "measured")) for name in ATTACKS if name in kept
    ]
    path.with_suffix(".md").write_text("# A plain visitor while others attack\n\n" + "\n".join(lines) + "\n")


def write_line(cells: Any) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("attacks", nargs="*", default=list(ATTACKS))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--cache", type=int, default=128, help="mebibytes of answers kept")
    parser.add_argument("--results", type=Path)
    arguments = parser.parse_args()
    quads = [
        Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}number"), Literal(n), NamedNode(f"{EX}graph")) for n in range(2000)
    ]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        store_snapshot(Path(folder) / "snapshots", quads)
        with serve(Path(folder) / "snapshots", Path(folder) / "log", memory=256, cache=arguments.cache) as server:
            httpx.get(f"{server.url}/health", timeout=30)  # the pages have loaded: the server has run for a while
            wait_for_rest(server)
            print(write_line(COLUMNS))
            print(write_line(["---"] * len(COLUMNS)))
            for name in arguments.attacks:
                rows.append(measure(server, name, arguments.seconds))
                print(write_line(rows[-1].values()), flush=True)
                if arguments.results:
                    write_results(arguments.results, rows)


if __name__ == "__main__":
    main()
