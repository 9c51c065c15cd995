"""Every limit of the table of settings: `/health` shows it as it was set, and it is met on both of its sides.

How a limit is refused, and that others are answered meanwhile, is tested with the contract; here the value counts.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from ahg_graph.config.settings import SETTINGS
from support.servers import Process, number_things, serve, store_snapshot

QUERY = {"content-type": "application/sparql-query"}
LIMITS = {
    "workers": 2, "spares": 2, "slow": 0.2, "queue": 3, "wait": 2.5, "timeout": 1.5, "memory": 96, "answer": 1,
    "depth": 12, "body": 8, "url": 3, "receive": 1.5, "send": 3.0, "connections": 30, "rate": 40, "outgoing": 5,
    "cache": 1,
}  # fmt: skip
"""The settings that bound something, each with a value that is not the default."""
OTHERS = {
    "home",
    "snapshots",
    "releases",
    "engine",
    "host",
    "port",
    "contact",
    "address",
    "trusted_proxies",
    "held",
    "build_memory",
    "texts",
    "processes",
}
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    snapshots = tmp_path_factory.mktemp("limits") / "snapshots"
    store_snapshot(snapshots, number_things())
    return snapshots


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Process]:
    with serve(snapshots, snapshots.parent / "log", **LIMITS) as server:
        yield server


def post(server: Process, query: str) -> httpx.Response:
    return httpx.post(f"{server.url}/sparql", content=query, headers=QUERY, timeout=30)


def check(response: httpx.Response, status: int, code: str, value: str) -> None:
    problem = response.json()
    assert (response.status_code, problem["code"]) == (status, code), problem
    assert value in problem["detail"]


def test_no_limit_is_left_out() -> None:
    assert set(LIMITS) | OTHERS >= set(SETTINGS)
    assert all(value != SETTINGS[name].default for name, value in LIMITS.items())


def test_health_shows_every_limit_as_it_was_set(server: Process) -> None:
    shown = httpx.get(f"{server.url}/health", timeout=30).json()["limits"]
    assert {name: shown[name] for name in LIMITS} == LIMITS


def test_so_many_processes_work_and_stand_by(server: Process) -> None:
    deadline = time.monotonic() + 10
    while (workers := httpx.get(f"{server.url}/health").json()["workers"])["ready"] < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (workers["processes"], workers["ready"]) == (4, 4)


def test_time(server: Process) -> None:
    begun = time.monotonic()
    check(post(server, f"SELECT (COUNT(*) AS ?time) {{ {CROSS} }}"), 504, "query-timeout", "1.5 s")
    assert time.monotonic() - begun >= 1.5


def test_memory(server: Process) -> None:
    check(post(server, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(?f) ?a"), 504, "query-memory", "96 MiB")


def test_size_of_the_answer(server: Process) -> None:
    # Lines of CSV with a text of 1,022 bytes, CRLF included 1,024; a line of three bytes stands before them.
    text = f"SELECT ?x {{ ?s ?p ?o BIND('{'x' * 1022}' AS ?x) }} LIMIT "
    answer = httpx.get(f"{server.url}/sparql", params={"query": text + "1023", "format": "csv"})
    assert (answer.status_code, len(answer.content)) == (200, 3 + 1023 * 1024)
    refused = httpx.get(f"{server.url}/sparql", params={"query": text + "1024", "format": "csv"})
    check(refused, 413, "answer-too-large", "1 MiB")


def test_depth(server: Process) -> None:
    assert post(server, "ASK " + "{" * 12 + "}" * 12).status_code == 200
    check(post(server, "ASK " + "{" * 13 + "}" * 13), 400, "query-too-deep", "12")


def test_size_of_the_body(server: Process) -> None:
    query = "ASK {} #"
    assert post(server, query.ljust(8 * 1024, "x")).status_code == 200
    check(post(server, query.ljust(8 * 1024 + 1, "x")), 413, "body-too-large", "8 KiB")


def test_length_of_the_url(server: Process) -> None:
    start = f"{server.url}/sparql?query=ASK%7B%7D%23"
    most = len(server.url) + 3 * 1024
    assert httpx.get(start.ljust(most, "x")).status_code == 200
    check(httpx.get(start.ljust(most + 2, "x")), 414, "url-too-long", "3 KiB")


def test_time_for_a_request_to_come_in(server: Process) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        begun = time.monotonic()
        connection.sendall(b"GET /sparql HTTP/1.1\r\n")
        data = connection.recv(1 << 16)
        assert time.monotonic() - begun >= 1.4
    assert data.startswith(b"HTTP/1.1 408 ")
    assert b"1.5 s" in data


def test_length_of_the_queue_and_time_in_it(server: Process) -> None:
    """One slow query works, three wait until they are refused, and the fifth finds no place."""

    async def ask() -> list[tuple[float, httpx.Response]]:
        begun = time.monotonic()
        async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:

            async def one(number: int) -> tuple[float, httpx.Response]:
                query = f"SELECT (COUNT(*) AS ?slow) {{ {CROSS} FILTER(?c != {number}) }}"
                response = await client.post("/sparql", content=query, headers=QUERY)
                return time.monotonic() - begun, response

            await one(-1)  # from now on its like are known to be slow
            return await asyncio.gather(*(one(number) for number in range(5)))

    replies = asyncio.run(ask())
    details = sorted(json.loads(response.content)["detail"] for _, response in replies)
    assert details.count("too many queries wait for a worker") == 1
    assert details.count("no worker came free within 2.5 s") >= 1
    assert {response.status_code for _, response in replies} == {503, 504}


def test_connections(server: Process) -> None:
    process = psutil.Process(server.process.pid)

    def count() -> int:
        return sum(found.status == "ESTABLISHED" for found in process.net_connections("tcp"))

    deadline = time.monotonic() + 10
    while count() and time.monotonic() < deadline:
        time.sleep(0.05)
    connections = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(31)]
    try:
        for connection in connections[:30]:
            connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        assert connections[30].recv(1 << 16).startswith(b"HTTP/1.1 503 ")
    finally:
        for connection in connections:
            connection.close()


def test_memory_for_cached_answers(server: Process) -> None:
    with httpx.Client(base_url=server.url) as client:
        for number in range(40):
            client.get("/sparql", params={"query": f"SELECT * {{ ?s ?p ?o }} LIMIT {300 + number}"})
        lines = client.get("/metrics").text.splitlines()
    kept = {name: float(next(line for line in lines if line.startswith(f"ahg_graph_{name} ")).split()[1])
            for name in ("kept_answers_bytes", "kept_replies_bytes")}  # fmt: skip
    assert all(0 < size <= 512 * 1024 for size in kept.values())


def test_rate(server: Process) -> None:
    """A client may ask twice as many in a burst, once what it asked before is forgotten."""
    time.sleep(2)
    with httpx.Client(base_url=server.url) as client:
        begun = time.monotonic()
        statuses = [client.get("/sparql", params={"query": f"ASK {{ ?s ?p {n} }} # r"}).status_code for n in range(200)]
        passed = time.monotonic() - begun
    assert set(statuses) == {200, 429}
    assert 80 <= statuses.count(200) <= 80 + 40 * passed + 1
