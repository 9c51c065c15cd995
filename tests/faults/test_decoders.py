"""Where one request ends and the next begins: this server, two other readers, and two proxies in front, all agree.

A body holds another request, for `/smuggled`. It is nowhere answered: not by this server, and not by it behind nginx
and HAProxy, which read the same bytes and pass on what they take them for.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.framings import BODY, LAST, SMUGGLED, list_framings, read_by_h11, read_by_httptools
from support.proxies import needs_haproxy, needs_nginx, run_haproxy, run_nginx
from support.servers import Process, number_things, serve, store_snapshot

FRAMINGS = dict(list_framings())
ANSWER = b'x\r\n"\r\n' + SMUGGLED + b'"\r\n'
WAYS = ["direct", pytest.param("nginx", marks=needs_nginx), pytest.param("haproxy", marks=needs_haproxy)]
LOG = "log"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("decoders")
    store_snapshot(folder / "snapshots", number_things(5))
    with serve(folder / "snapshots", folder / LOG, receive=2) as server:
        for _ in range(2):  # the second answer to the query behind each is a cached one
            httpx.get(f"{server.url}/sparql?query=ASK%7B%7D", headers={"accept": "text/csv"}, timeout=30)
        httpx.get(f"{server.url}/health", timeout=30)
        yield server


@pytest.fixture(scope="module", params=WAYS)
def port(request: pytest.FixtureRequest, server: Process, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("proxy")
    if request.param == "nginx":
        connection = "proxy_http_version 1.1; proxy_set_header Connection ''; proxy_request_buffering off;"
        with run_nginx(folder, f"location / {{ proxy_pass http://127.0.0.1:{server.port}; {connection} }}") as port:
            yield port
    elif request.param == "haproxy":
        with run_haproxy(folder, server.port) as port:
            yield port
    else:
        yield server.port


def send(port: int, *parts: bytes) -> list[tuple[int, bytes]]:
    """Return status and body of every reply until the end, which is ours to make where something is still awaited."""
    data = b""
    with socket.create_connection(("127.0.0.1", port), timeout=2.5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):
            for part in parts:
                connection.sendall(part)
                time.sleep(0.002 if len(parts) > 1 else 0)
            while part := connection.recv(1 << 16):
                data += part
    replies = []
    while data.startswith(b"HTTP/1.1 "):
        head, _, data = data.partition(b"\r\n\r\n")
        lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        body, length = data, int(lines.get(b"content-length", b"0"))
        if parts[0].startswith(b"HEAD") and not replies:
            body = b""
        elif lines.get(b"transfer-encoding") == b"chunked":
            body, _, data = data.partition(b"0\r\n\r\n")
        else:
            body, data = data[:length], data[length:]
        status = int(head.split()[1])
        if status != 100:
            replies.append((status, body))
    return replies


def read_log(server: Process) -> str:
    time.sleep(0.4)
    return (Path(server.snapshots).parent / LOG).read_text()


@pytest.mark.parametrize("name", FRAMINGS)
def test_what_is_answered_is_what_others_read(server: Process, name: str) -> None:
    data = FRAMINGS[name]
    replies = send(server.port, data + LAST)
    assert replies, "nothing was said"
    answered = [reply for reply in replies if reply[0] not in (400, 408, 413, 415)]
    for read in (read_by_h11, read_by_httptools):
        requests, _ = read(data + LAST)
        assert len(answered) <= len(requests)
        for (method, _, body), (status, said) in zip(requests, answered, strict=False):
            assert (method == b"POST") is (said == ANSWER)
            assert body in (BODY, b"")
            assert status == (200 if method in (b"GET", b"HEAD", b"POST") else 204 if method == b"OPTIONS" else 405)
    # All is read, or what comes after a refusal is not: it would be read in another way than by the sender.
    both = 1 if b"HTTP/1.0" in data else 2  # of which each request ends its connection
    assert len(answered) in (0, both)
    assert answered[1:] in ([], [(200, b"true")])
    assert len(replies) == (both if answered else 1)


@pytest.mark.parametrize("name", FRAMINGS)
def test_it_is_answered_alike_however_it_is_cut(server: Process, name: str) -> None:
    data = FRAMINGS[name]
    whole = send(server.port, data + LAST)
    end = data.index(b"\r\n\r\n")
    for cut in (20, end + 1, end + 2, end + 4, end + 6, len(data) - len(SMUGGLED), len(data) - 3, len(data)):
        parts = send(server.port, data[:cut], data[cut:] + LAST)
        assert [status for status, _ in parts] == [status for status, _ in whole], cut


def test_nothing_in_a_body_is_a_request_to_anyone_on_the_way(server: Process, port: int) -> None:
    for name, data in FRAMINGS.items():
        for status, said in send(port, data + LAST):
            assert status != 404, name
            assert b"page not found" not in said, name
            if status == 200:
                assert said in (ANSWER, b"true", b""), name
    # The connections that a proxy keeps to the server are as clean as before.
    for _ in range(20):
        assert send(port, LAST) == [(200, b"true")]
    assert "smuggled" not in read_log(server)


def test_what_is_sound_passes_through(port: int) -> None:
    for name in ("length: length", "coding: chunked", "chunks: in two chunks", "chunks: with a trailer"):
        assert send(port, FRAMINGS[name] + LAST) == [(200, ANSWER), (200, b"true")], name
