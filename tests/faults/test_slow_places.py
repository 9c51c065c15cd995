"""Endless queries of one visitor leave those of others a place, and time in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ahg_graph.sparql.lexer import summarize_query
from ahg_graph.sparql.types import SparqlQuery
from ahg_graph.workers.jobs import Job
from ahg_graph.workers.runtime_history import QueryClass
from ahg_graph.workers.slow_places import choose_surplus, choose_yielding
from support.servers import Process, number_things, serve, store_snapshot

ENDLESS = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != -{}) }}"
SLOW = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f FILTER(?c < 300 && ?f != -{}) }}"
WAIT = 8.0
SETTINGS = {"workers": 3, "spares": 1, "slow": 0.1, "timeout": 60, "wait": WAIT, "cache": 0}


def make_job(client: str, started: float) -> Job:
    query = "SELECT * {}"
    job = Job(SparqlQuery(query), summarize_query(query), None, client, 0, QueryClass.SLOW, 60.0)
    job.started = started
    return job


@pytest.mark.parametrize(
    ("running", "client", "at_once", "later"),
    [
        ("aaa", "b", "a3", "a3"),
        ("aab", "c", "a2", "a2"),
        ("aab", "b", None, "a1"),
        ("abc", "d", None, "a1"),
        ("abc", "a", None, None),
        ("aa", "a", None, None),
        ("baa", "c", "a3", "a3"),
        ("a", "b", None, "a1"),
        ("", "b", None, None),
    ],
)
def test_who_yields(running: str, client: str, at_once: str | None, later: str | None) -> None:
    jobs = {f"{name}{number}": make_job(name, number) for number, name in enumerate(running, 1)}
    for begun_before, expected in ((None, at_once), (9.0, later), (0.5, at_once)):
        found = choose_yielding(list(jobs.values()), client, begun_before)
        assert next((name for name, job in jobs.items() if job is found), None) == expected
    if jobs:
        assert choose_surplus(list(jobs.values())).started == max(
            job.started for name, job in jobs.items() if running.count(name[0]) == max(map(running.count, running))
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder: Path = tmp_path_factory.mktemp("places")
    store_snapshot(folder / "snapshots", number_things())
    with serve(folder / "snapshots", folder / "log", **SETTINGS) as server:
        httpx.get(f"{server.url}/health", timeout=30)
        for number in range(2):  # from now on their likes are known to be slow
            assert ask_once(server, SLOW.format(number)) == 200
            ask_once(server, ENDLESS.format(number) + "#", timeout="0.5")
        yield server


def ask_once(server: Process, query: str, **parameters: str) -> int:
    return httpx.get(f"{server.url}/sparql", params={"query": query, **parameters}, timeout=60).status_code


async def ask(client: httpx.AsyncClient, query: str, who: int) -> tuple[int, float]:
    begun = time.monotonic()
    headers = {"x-forwarded-for": f"198.51.100.{who}"}
    response = await client.get("/sparql", params={"query": query}, headers=headers)
    return response.status_code, time.monotonic() - begun


@pytest.mark.parametrize("greedy", [[1] * 8, [1] * 4 + [2] * 4, [1, 2]], ids=["one", "two", "one each"])
def test_a_slow_query_is_answered_beside_endless_ones(server: Process, greedy: list[int]) -> None:
    async def run() -> None:
        async with httpx.AsyncClient(base_url=server.url, timeout=120, limits=httpx.Limits()) as client:
            endless = [asyncio.create_task(ask(client, ENDLESS.format(time.monotonic_ns()), who)) for who in greedy]
            await asyncio.sleep(1.5)
            for number in range(3):
                status, seconds = await ask(client, SLOW.format(time.monotonic_ns()), 100 + number)
                assert status == 200
                assert seconds < WAIT
            for task in endless:
                task.cancel()
            await asyncio.gather(*endless, return_exceptions=True)

    asyncio.run(run())
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        workers = httpx.get(f"{server.url}/health", timeout=30).json()["workers"]
        if (workers["busy"], workers["waiting"]) == (0, 0):
            return
        time.sleep(0.1)
    pytest.fail("something still runs or waits")
