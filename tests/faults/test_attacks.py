"""While each attack runs, a plain visitor is answered, and right; afterwards all is as before.

How fast the visitor is answered is measured by `benchmarks/serving`, not tested here.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from support.attacks import ATTACKS, Target
from support.servers import Process, serve, store_snapshot
from support.visitors import visit

EX = "https://example.org/"
SECONDS = 2.5
MEBI = 1024 * 1024
MEMORY: dict[str, float] = {}
ALLOWED = 64
"""Mebibytes that the allocator may keep of what a megabyte query or a large reply took; it does not grow from there."""
SETTINGS = {"timeout": 2, "memory": 128, "answer": 4, "receive": 2, "wait": 2}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("attacked")
    quads = (
        Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}number"), Literal(n), NamedNode(f"{EX}graph")) for n in range(2000)
    )
    store_snapshot(folder / "snapshots", quads)
    with serve(folder / "snapshots", folder / "log", **SETTINGS) as server:
        # The visitor is no stranger, and the pages have loaded.
        asyncio.run(ask_for_a_while(server, 0.5))
        httpx.get(f"{server.url}/health", timeout=30)
        MEMORY["before"] = read_memory(server)
        yield server
        status = server.process.poll()
        assert status is None, f"the server ended with {status}"


async def ask_for_a_while(server: Process, seconds: float) -> None:
    until = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, until.set)
    found = await visit(server.url, f"{EX}number", until)
    assert found.faults == []
    assert found.seconds


@pytest.mark.parametrize("name", ATTACKS)
def test_a_plain_visitor_is_answered_while_others_attack(server: Process, name: str) -> None:
    target = Target(server.port, server.process.pid, SECONDS)

    async def run() -> None:
        until = asyncio.Event()
        visitor = asyncio.create_task(visit(server.url, f"{EX}number", until))
        await ATTACKS[name](target)
        until.set()
        found = await visitor
        assert found.faults == []
        assert found.seconds

    asyncio.run(run())
    # Whole or refused: what was answered within its limits, and refusals by their names; never a fault of the server.
    assert set(target.statuses) <= {0, 200, 400, 403, 404, 406, 408, 413, 414, 422, 431, 503, 504}
    assert_all_is_as_before(server)


def assert_all_is_as_before(server: Process) -> None:
    """Nothing runs or waits, every worker is there, the memory of idle processes is back, and the CPU is idle."""
    deadline = time.monotonic() + 20
    while True:
        workers = httpx.get(f"{server.url}/health", timeout=30).json()["workers"]
        if (workers["busy"], workers["waiting"], workers["ready"]) == (0, 0, 5) or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    assert (workers["busy"], workers["waiting"], workers["ready"], workers["processes"]) == (0, 0, 5, 5)
    process = psutil.Process(server.process.pid)
    for child in process.children(recursive=True):
        assert child.memory_full_info().uss < SETTINGS["memory"] / 4 * MEBI + 16 * MEBI
    assert read_memory(server) < MEMORY["before"] + ALLOWED
    while (used := measure_cpu([process, *process.children(recursive=True)])) > 50 and time.monotonic() < deadline:
        pass
    assert used <= 50


def read_memory(server: Process) -> float:
    """Return the mebibytes that are the server's own, less the answers that it keeps for the next who asks."""
    lines = httpx.get(f"{server.url}/metrics", timeout=30).text.splitlines()
    kept = [float(line.split()[1]) for line in lines if re.match(r"ahg_graph_kept_(answers|replies)_bytes ", line)]
    assert len(kept) == 2
    return (psutil.Process(server.process.pid).memory_full_info().uss - sum(kept)) / MEBI


def measure_cpu(processes: list[psutil.Process]) -> float:
    """Return what the processes use of a core at the moment, in per cent; endless when one has ended meanwhile."""
    try:
        for process in processes:
            process.cpu_percent()
        time.sleep(0.3)
        return sum(process.cpu_percent() for process in processes)
    except psutil.NoSuchProcess:
        return math.inf


def test_a_server_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    store_snapshot(tmp_path / "snapshots", [Quad(*(NamedNode(f"{EX}{n}") for n in range(4)))])
    with serve(tmp_path / "snapshots", tmp_path / "log") as server:
        children = psutil.Process(server.process.pid).children(recursive=True)
        assert len(children) >= 2
        server.process.kill()
        _, alive = psutil.wait_procs(children, timeout=10)
        assert alive == []
