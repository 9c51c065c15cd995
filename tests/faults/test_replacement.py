"""A spare takes the place of a worker that is ended: no process has to start first.

The process from which workers come is stopped meanwhile, so that none can. How long it takes is measured by
`benchmarks/serving/replacements.py`.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from ahg_graph.errors import QueryMemory, QueryTimeout, WorkerLost
from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.sparql.types import SparqlQuery
from ahg_graph.workers import Limits, Pool
from support.servers import make_snapshot, number_things

EX = "https://example.org/"
LIMITS = Limits(workers=1, spares=1, timeout=0.5, memory=64)
RUNAWAY = SparqlQuery("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
BOMB = SparqlQuery("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(?f) ?a")


async def let_time_end(pool: Pool) -> None:
    with pytest.raises(QueryTimeout):
        await pool.ask(RUNAWAY)


async def let_memory_end(pool: Pool) -> None:
    with pytest.raises(QueryMemory):
        await pool.ask(BOMB)


async def kill_idle(pool: Pool) -> None:
    os.kill(pool.list_processes()[-1], signal.SIGKILL)


async def leave(pool: Pool) -> None:
    asked = asyncio.ensure_future(pool.ask(RUNAWAY))
    await asyncio.sleep(0.2)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


@pytest.mark.parametrize("end", [let_time_end, let_memory_end, kill_idle, leave])
@pytest.mark.parametrize("held", [True, False], ids=["in memory", "files"])
def test_a_spare_takes_over_though_no_process_can_start(
    tmp_path: Path, end: Callable[[Pool], Awaitable[None]], held: bool
) -> None:
    snapshot = make_snapshot(tmp_path, number_things())
    store = snapshot.choose_store(5000) if held else snapshot.store
    assert store.is_file() is held

    async def run() -> None:
        pool = Pool(store, True, LIMITS, (f"{EX}graph",))
        await pool.start()
        try:
            await wait_until_full(pool)
            workers = set(pool.list_processes())
            fork_server = psutil.Process(min(workers)).parent()
            assert fork_server is not None and fork_server.pid != os.getpid()
            fork_server.suspend()
            try:
                await end(pool)
                answer = await pool.ask(SparqlQuery(f"SELECT ?x {{ ?x <{EX}n> 77 }}"))
                assert f"{EX}77".encode() in bytes(answer.body)
                (spare,) = pool.list_processes()
                assert spare in workers
            finally:
                fork_server.resume()
            await wait_until_full(pool)
            assert spare in pool.list_processes() and not workers >= set(pool.list_processes())
        finally:
            await pool.close()

    asyncio.run(run())


def test_a_question_whose_worker_is_killed_goes_on_in_the_spare(tmp_path: Path) -> None:
    """Once; with the spare gone as well there is an error, and the next question has to wait for a process."""
    snapshot = make_snapshot(
        tmp_path, [Quad(NamedNode(f"{EX}s"), NamedNode(f"{EX}p"), Literal(n), NamedNode(f"{EX}g")) for n in range(500)]
    )

    async def run() -> None:
        pool = Pool(snapshot.choose_store(5000), True, Limits(workers=1, spares=1, timeout=10), (f"{EX}g",))
        await pool.start()
        try:
            await wait_until_full(pool)
            asked = asyncio.ensure_future(pool.ask(RUNAWAY))
            killed: set[int] = set()
            while not asked.done():
                await asyncio.sleep(0.05)
                if pool.measure().busy and (process := pool.list_processes()[0]) not in killed:
                    os.kill(process, signal.SIGKILL)
                    killed.add(process)
            with pytest.raises(WorkerLost):
                await asked
            assert len(killed) == 2
            assert b"true" in bytes((await pool.ask(SparqlQuery("ASK { ?s ?p 7 }"))).body)
        finally:
            await pool.close()

    asyncio.run(run())


async def wait_until_full(pool: Pool) -> None:
    async with asyncio.timeout(30):
        while pool.measure().ready < 2:
            await asyncio.sleep(0.005)
