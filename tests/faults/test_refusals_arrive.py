"""A refusal reaches a client that is still sending, whatever the status, the framing and the size of the body."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from support.servers import Process, number_things, serve, store_snapshot

MEBI = 1024 * 1024
QUERY = b"Content-Type: application/sparql-query\r\n"
HEADS = {
    "two hosts": (400, b"POST /sparql HTTP/1.1\r\nHost: x\r\nHost: y\r\n" + QUERY),
    "no percent-encoding": (400, b"POST /sparql?a=%%zz HTTP/1.1\r\nHost: x\r\n" + QUERY),
    "no header": (400, b"POST /sparql HTTP/1.1\r\nHost: x\r\nX-A : b\r\n" + QUERY),
    "an update": (403, b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-update\r\n"),
    "no such page": (404, b"POST /nothing HTTP/1.1\r\nHost: x\r\n" + QUERY),
    "no such method of the endpoint": (405, b"PUT /sparql HTTP/1.1\r\nHost: x\r\n" + QUERY),
    "no such method of a page": (405, b"POST /queries HTTP/1.1\r\nHost: x\r\n" + QUERY),
    "a long body": (413, b"POST /sparql HTTP/1.1\r\nHost: x\r\n" + QUERY),
    "a long address": (414, b"POST /sparql?a=%s HTTP/1.1\r\nHost: x\r\n" % (b"a" * 17_000) + QUERY),
    "an endless address": (414, b"POST /sparql?a=%s HTTP/1.1\r\nHost: x\r\n" % (b"a" * 90_000) + QUERY),
    "another type": (415, b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"),
    "large headers": (431, b"POST /sparql HTTP/1.1\r\nHost: x\r\nX-A: %s\r\n" % (b"a" * 70_000) + QUERY),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("refused")
    store_snapshot(folder / "snapshots", number_things(10))
    with serve(folder / "snapshots", folder / "log") as server:
        assert httpx.get(f"{server.url}/health", timeout=30).status_code == 200
        yield server


def send(server: Process, head: bytes, size: int, chunked: bool, pause: float) -> bytes:
    """Send all of a request before anything of the reply is read, and return the beginning of the reply."""
    block = b"x" * 65536
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head)
        time.sleep(pause)
        for _ in range(size // len(block)):
            connection.sendall(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
        if chunked:
            connection.sendall(b"0\r\n\r\n")
        return connection.recv(65536)


@pytest.mark.parametrize("closing", [False, True], ids=["keep-alive", "close"])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("name", HEADS)
def test_a_client_that_sends_all_of_its_body_first_gets_the_refusal(
    server: Process, name: str, chunked: bool, closing: bool
) -> None:
    status, head = HEADS[name]
    head += b"Connection: close\r\n" if closing else b""
    for size, pause in ((2 * MEBI, 0.0), (64 * MEBI, 0.2)):
        framing = b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"Content-Length: %d\r\n\r\n" % size
        assert send(server, head + framing, size, chunked, pause).startswith(b"HTTP/1.1 %d " % status), size


def test_a_client_that_sends_slowly_has_its_time(server: Process) -> None:
    """It is heard for longer than it may be silent, as long as it goes on."""
    head = HEADS["two hosts"][1] + b"Content-Length: %d\r\n\r\n" % MEBI
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head)
        for _ in range(16):
            time.sleep(0.25)
            connection.sendall(b"x" * 65536)
        assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")


def test_one_that_falls_silent_does_not_hold_its_place(server: Process) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(HEADS["two hosts"][1] + b"Content-Length: %d\r\n\r\n" % MEBI)
        received = b""
        while part := connection.recv(65536):
            received += part
        assert received.startswith(b"HTTP/1.1 400 ")
        with pytest.raises(OSError):  # reset, once it has been silent for long enough
            while time.monotonic() - begun < 10:
                time.sleep(0.1)
                if connection.recv(1, socket.MSG_PEEK) == b"" and time.monotonic() - begun > 3:
                    connection.sendall(b"x")


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("name", ["no percent-encoding", "no such page", "no such method of a page", "another type"])
def test_the_next_request_on_the_connection_is_answered(server: Process, name: str, chunked: bool) -> None:
    """Where the head was sound enough to say where the body ends."""
    status, head = HEADS[name]
    body = b"x" * (4 * MEBI)
    framing = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    if chunked:
        framing = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    following = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head + framing + following)
        received = b""
        while part := connection.recv(65536):
            received += part
    assert received.startswith(b"HTTP/1.1 %d " % status)
    assert (b"HTTP/1.1 200 " in received) is (b"connection: close" not in received.partition(b"\r\n\r\n")[0].lower())
    assert received.endswith(b'{"head":{},"boolean":true}') is (b"HTTP/1.1 200 " in received)
