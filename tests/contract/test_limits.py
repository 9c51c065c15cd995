"""Limits of the server that `test_refusals` does not reach: connections, heads, waiting, rate, outgoing answers."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from support.servers import Process, serve, store_snapshot

EX = "https://example.org/"
SETTINGS = {"connections": 20, "receive": 1, "send": 8, "url": 2, "rate": 0, "outgoing": 12, "answer": 32, "cache": 0}


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    snapshots = tmp_path_factory.mktemp("limits") / "snapshots"
    store_snapshot(
        snapshots,
        (Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}n"), Literal(n), NamedNode(f"{EX}graph")) for n in range(1000)),
    )
    return snapshots


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Process]:
    with serve(snapshots, snapshots.parent / "log", **SETTINGS) as server:
        yield server


@pytest.fixture(autouse=True)
def answers_afterwards(server: Process) -> Iterator[None]:
    yield
    deadline = time.monotonic() + 10
    while True:
        with contextlib.suppress(httpx.HTTPError):
            response = httpx.get(f"{server.url}/sparql", params={"query": "ASK { ?s ?p 999 }"}, timeout=10)
            if response.status_code == 200 or time.monotonic() > deadline:
                break
        time.sleep(0.05)
    assert response.json()["boolean"] is True


def connect(server: Process) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def read_problem(connection: socket.socket) -> tuple[int, dict[str, str], dict[str, object]]:
    """Read to the end of the connection, which is closed, and return status, headers and problem document."""
    data = b""
    while part := connection.recv(1 << 16):
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert headers["content-type"] == "application/problem+json"
    problem = json.loads(body)
    status = int(line.split()[1])
    assert problem["status"] == status
    return status, headers, problem


def test_a_head_that_does_not_come_is_a_408(server: Process) -> None:
    with connect(server) as connection:
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nhost: x\r\n")
        status, _, problem = read_problem(connection)
    assert (status, problem["code"]) == (408, "request-timeout")


def test_a_connection_that_says_nothing_is_closed(server: Process) -> None:
    with connect(server) as connection:
        assert read_problem(connection)[0] == 408


def test_a_body_that_does_not_come_is_a_408(server: Process) -> None:
    with connect(server) as connection:
        head = (
            b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-type: application/sparql-query\r\ncontent-length: 10\r\n\r\n"
        )
        connection.sendall(head + b"ASK")
        status, _, problem = read_problem(connection)
    assert (status, problem["code"]) == (408, "request-timeout")


def test_a_head_that_is_too_large_is_a_431(server: Process) -> None:
    with connect(server) as connection:
        lines = b"".join(b"x-%d: %s\r\n" % (n, b"y" * 1000) for n in range(100))
        connection.sendall(b"GET /sparql HTTP/1.1\r\nhost: x\r\n" + lines + b"\r\n")
        status, _, problem = read_problem(connection)
    assert (status, problem["code"]) == (431, "headers-too-large")


def test_a_url_without_end_is_a_414(server: Process) -> None:
    with connect(server) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"GET /sparql?query=" + b"a" * 20_000)
        status, _, problem = read_problem(connection)
    assert (status, problem["code"]) == (414, "url-too-long")


def test_a_url_over_the_limit_is_a_414(server: Process) -> None:
    response = httpx.get(f"{server.url}/sparql", params={"query": f"ASK {{}} # {'x' * 3000}"})
    assert (response.status_code, response.json()["code"]) == (414, "url-too-long")


def test_one_connection_too_many_is_a_503_with_retry_after(server: Process) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(SETTINGS["connections"]):
            stack.enter_context(connect(server)).sendall(b"GET /sparql HTTP/1.1\r\n")
        time.sleep(0.2)
        status, headers, problem = read_problem(stack.enter_context(connect(server)))
    assert (status, problem["code"]) == (503, "overloaded")
    assert int(headers["retry-after"]) > 0


def test_large_answers_on_their_way_out_are_bounded_and_who_does_not_take_one_is_left(server: Process) -> None:
    query = "SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {}"
    plain = {"accept-encoding": "identity"}
    with connect(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        target = httpx.URL(f"{server.url}/sparql", params={"query": query.format(25_000)}).raw_path
        connection.sendall(b"GET %s HTTP/1.1\r\nhost: x\r\n\r\n" % target)
        assert connection.recv(12) == b"HTTP/1.1 200"
        another = {"query": query.format(24_999)}
        refused = httpx.get(f"{server.url}/sparql", params=another, headers=plain, timeout=30)
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert int(refused.headers["retry-after"]) > 0
        # Nothing is taken for the time that the setting gives: the server leaves, and there is room again.
        deadline = time.monotonic() + 60
        while refused.status_code != 200 and time.monotonic() < deadline:
            refused = httpx.get(f"{server.url}/sparql", params=another, headers=plain, timeout=30)
        assert len(refused.json()["results"]["bindings"]) == 24_999


def test_one_client_that_asks_too_often_gets_429_with_retry_after(snapshots: Path) -> None:
    with serve(snapshots, snapshots.parent / "log-rate", rate=5) as server, httpx.Client(base_url=server.url) as client:
        replies = [client.get("/sparql", params={"query": f"ASK {{ ?s ?p {n} }}"}) for n in range(30)]
        refused = [reply for reply in replies if reply.status_code != 200]
        assert 10 <= len(refused) <= 20
        for reply in refused:
            assert (reply.status_code, reply.json()["code"]) == (429, "rate-exceeded")
            assert int(reply.headers["retry-after"]) > 0
        time.sleep(1.1)
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
