"""What fails once leaves nothing behind: no memory of it, no descriptor, no client without an answer or a clear end."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import psutil
import pytest

from ahg_server.asgi import lazy_app
from support.servers import COMMAND, Process, number_things, serve, store_snapshot


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    snapshots = tmp_path_factory.mktemp("sticks") / "snapshots"
    store_snapshot(snapshots, number_things())
    return snapshots


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Process]:
    with serve(snapshots, snapshots.parent / "log") as server:
        yield server


def test_pages_that_could_not_be_loaded_are_loaded_for_the_next_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[object] = []

    def load(context: object) -> str:
        tries.append(context)
        if len(tries) < 3:
            raise OSError("too many open files")
        return "the application"

    monkeypatch.setattr(lazy_app, "_load_app", load)

    async def go() -> None:
        made = lazy_app.LazyApp(cast(Any, SimpleNamespace()))
        for _ in range(2):
            found = await asyncio.gather(*(made.load() for _ in range(3)), return_exceptions=True)
            assert {type(error) for error in found} == {OSError}
            assert not made.is_loaded
        assert await asyncio.gather(*(made.load() for _ in range(3))) == ["the application"] * 3
        assert made.is_loaded

    asyncio.run(go())
    assert len(tries) == 3


def test_cached_answers_hold_no_descriptor(server: Process) -> None:
    process = psutil.Process(server.process.pid)
    with httpx.Client(base_url=server.url, timeout=30) as client:
        client.get("/sparql", params={"query": "ASK {}"})
        client.get("/health")
        before = process.num_fds()
        for number in range(60):
            query = f"SELECT * {{ ?s ?p ?o . ?s ?q ?v }} LIMIT {1500 + number}"
            for coding in ("identity", "gzip"):
                reply = client.get("/sparql", params={"query": query}, headers={"accept-encoding": coding})
                assert len(reply.content) > 64 * 1024
            assert client.post("/sparql", data={"query": query}).content == reply.content
        lines = client.get("/metrics").text.splitlines()
    kept = [float(line.split()[1]) for line in lines if line.startswith("ahg_graph_kept_answers ")]
    assert kept[0] >= 60
    assert process.num_fds() <= before + 5
    assert sum("memfd" in found.path for found in process.memory_maps(grouped=False)) <= 1


def test_there_are_no_more_connections_than_descriptors(snapshots: Path) -> None:
    with serve(snapshots, snapshots.parent / "few") as server:
        ask_by_too_many(server)


def ask_by_too_many(server: Process) -> None:
    httpx.get(f"{server.url}/health", timeout=30)
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (256, 256))
    most = httpx.get(f"{server.url}/health").json()["limits"]["connections"]
    assert 100 <= most < 200
    ask = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    connections = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(300)]
    statuses = []
    try:
        for connection in connections[: most - 1]:
            connection.sendall(ask)
            statuses.append(connection.recv(1 << 16)[9:12])
        assert set(statuses) == {b"200"}
        assert connections[most + 5].recv(1 << 16).startswith(b"HTTP/1.1 503 ")
        # Whoever has a connection may still ask what needs a worker and descriptors of its own.
        connections[0].sendall(
            b"GET /sparql?query=SELECT%20*%7B?s%20?p%20?o.?s%20?q%20?v%7D HTTP/1.1\r\nHost: x\r\n\r\n"
        )
        assert connections[0].recv(1 << 16).startswith(b"HTTP/1.1 200 ")
    finally:
        for connection in connections:
            connection.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            assert httpx.get(f"{server.url}/sparql", params={"query": "ASK { ?s ?p 1 }"}).status_code == 200
            break
        except (httpx.HTTPError, AssertionError):
            time.sleep(0.2)
    else:
        pytest.fail("nobody is answered afterwards")


def test_a_log_that_nobody_reads_stops_nobody(snapshots: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--snapshots", str(snapshots)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ},
    )
    assert process.stdout is not None and process.stderr is not None
    try:
        url = process.stdout.readline().decode().split()[0].rstrip("/")
        with httpx.Client(base_url=url, timeout=10) as client:
            begun = time.monotonic()
            for number in range(1500):
                reply = client.get("/sparql", params={"query": f"ASK {{ ?s ?p {number} }}", "x": "y" * 200})
                assert reply.status_code == 200
                if number % 100 == 0:
                    time.sleep(0.3)  # the log is written now and then
            assert time.monotonic() - begun < 60
        read: list[bytes] = []
        reader = threading.Thread(target=lambda: read.append(process.stderr.read()))  # type: ignore[union-attr]
        process.terminate()
        assert process.wait(20) in (0, -signal.SIGTERM)
        reader.start()
        reader.join(10)
        lines = read[0].splitlines()
        whole = lines[:-1]  # the pipe may have been full in the middle of one
        assert len(whole) > 100 and all(json.loads(line)["status"] == 200 for line in whole if line.startswith(b"{"))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.parametrize("count", [10, 64, 65, 66, 200, 3000])
@pytest.mark.parametrize("cached", [False, True])
def test_requests_in_one_breath_are_answered_or_end_clearly(server: Process, count: int, cached: bool) -> None:
    """Whole replies in order, the last of which says that it is the last where not all were answered."""
    requests = b"".join(
        b"GET /sparql?query=SELECT%%20(%d%%20AS%%20?n)%%7B%%7D HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
        % (0 if cached else n)
        for n in range(count)
    )
    if cached:
        httpx.get(f"{server.url}/sparql?query=SELECT%20(0%20AS%20?n)%7B%7D", headers={"accept": "text/csv"}, timeout=30)
    received, last = b"", b"Connection: close\r\nAccept"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(requests if count > 64 else last.join(requests.rsplit(b"Accept", 1)))
        while part := connection.recv(1 << 16):
            received += part
    heads, values = [], []
    while received:
        head, end, received = received.partition(b"\r\n\r\n")
        assert end
        heads.append(head.lower())
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        assert len(received) >= length
        values.append(received[:length])
        received = received[length:]
    assert {head.split(b" ")[1] for head in heads} == {b"200"}
    assert values == [b"n\r\n%d\r\n" % (0 if cached else n) for n in range(len(values))]
    assert min(count, 64) <= len(values) <= count
    if len(values) < count:
        assert b"connection: close" in heads[-1]
        assert all(b"connection: close" not in head for head in heads[:-1])


def test_a_body_behind_too_many_requests_is_none_of_them(server: Process) -> None:
    smuggled = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    get = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    post = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    post += b"Content-Length: %d\r\n\r\n%s" % (len(smuggled), smuggled)
    received = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(get * 70 + post + get)
        while part := connection.recv(1 << 16):
            received += part
    assert received.count(b"HTTP/1.1 200 ") >= 64
    assert b'"workers"' not in received
