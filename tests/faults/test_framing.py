"""Where requests end on a connection: offers to upgrade, trailers, bodies that are not read before the reply."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import pytest

from support.servers import Process, number_things, serve, store_snapshot

SECONDS = 1.5
OFFERS = (b"h2c", b"websocket", b"TLS/1.0, HTTP/2.0")
LAST = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("framing")
    store_snapshot(folder / "snapshots", number_things())
    with serve(folder / "snapshots", folder / "log", receive=SECONDS, body=64) as server:
        yield server


def connect(server: Process) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_all(connection: socket.socket, data: bytes = b"") -> list[tuple[int, bytes]]:
    """Return status and body of every reply until the server closes; some of the first may be there already."""
    while part := connection.recv(1 << 16):
        data += part
    replies = []
    while data:
        head, end, data = data.partition(b"\r\n\r\n")
        assert end
        lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(lines.get(b"content-length", b"0"))
        replies.append((int(head.split()[1]), data[:length]))
        data = data[length:]
    return replies


def post(query: str, offer: bytes, chunked: bool) -> bytes:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nContent-Type: application/sparql-query\r\n"
    head += b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + offer + b"\r\n"
    body = query.encode()
    if chunked:
        return head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    return head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("offer", OFFERS)
def test_a_request_with_an_offer_and_a_body_is_answered_and_so_is_the_next(
    server: Process, offer: bytes, chunked: bool
) -> None:
    smuggled = "\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    requests = [
        post(f'{smuggled[:4]}SELECT ({n} AS ?n) {{ FILTER("""{smuggled}""" != "") }}', offer, chunked) for n in range(3)
    ]
    with connect(server) as connection:
        connection.sendall(b"".join(requests) + LAST)
        replies = read_all(connection)
    assert replies == [(200, b"n\r\n%d\r\n" % n) for n in range(3)] + [(200, b'{"head":{},"boolean":true}')]


@pytest.mark.parametrize("chunked", [False, True])
def test_it_may_come_in_any_two_parts(server: Process, chunked: bool) -> None:
    data = post("SELECT (1 AS ?n) {}", b"h2c", chunked) + LAST
    for place in range(1, len(data)):
        with connect(server) as connection:
            connection.sendall(data[:place])
            time.sleep(0.001)
            connection.sendall(data[place:])
            assert read_all(connection) == [(200, b"n\r\n1\r\n"), (200, b'{"head":{},"boolean":true}')], place


@pytest.mark.parametrize("offer", OFFERS)
def test_two_lengths_are_refused_with_an_offer_as_without(server: Process, offer: bytes) -> None:
    both = post("ASK {}", offer, chunked=True).replace(b"Host: x", b"Host: x\r\nContent-Length: 5")
    with connect(server) as connection:
        connection.sendall(both + LAST)
        ((status, _),) = read_all(connection)
    assert status == 400


def test_a_tunnel_is_refused(server: Process) -> None:
    for target in (b"/sparql", b"x:443"):
        with connect(server) as connection:
            connection.sendall(b"CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n" % target + LAST)
            ((status, _),) = read_all(connection)
        assert status == 400


def test_a_trailer_is_no_header(server: Process) -> None:
    data = post("SELECT (1 AS ?n) {}", b"h2c", chunked=True)
    for offer in (b"Upgrade: h2c", b"X-A: b"):
        request = data.replace(b"Upgrade: h2c", offer)
        request = request[:-2] + b"Host: y\r\nAccept: application/json\r\nContent-Encoding: gzip\r\n\r\n"
        with connect(server) as connection:
            connection.sendall(request + LAST)
            assert [status for status, _ in read_all(connection)] == [200, 200]


def test_a_client_that_ends_its_side_gets_what_it_asked_for(server: Process) -> None:
    for number in range(20):
        requests = [post(f"SELECT ({number + n} AS ?n) {{}}", b"h2c", chunked=False) for n in range(3)]
        with connect(server) as connection:
            connection.sendall(b"".join(requests))
            connection.shutdown(socket.SHUT_WR)
            assert read_all(connection) == [(200, b"n\r\n%d\r\n" % (number + n)) for n in range(3)]


def test_the_options_of_the_server_as_a_whole(server: Process) -> None:
    with connect(server) as connection:
        connection.sendall(b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert [status for status, _ in read_all(connection)] == [204]


@pytest.mark.parametrize(
    "head",
    [
        b"Host: x\r\nHost: y\r\nContent-Length: 900000\r\n",  # admitted by nobody, while the body is on its way
        b"Host: x\r\nContent-Length: y\r\n",  # read by no parser
        b"Host: x\r\nX-A: " + b"y" * 70_000 + b"\r\nContent-Length: 900000\r\n",
    ],
)
def test_a_reply_before_the_body_reaches_a_client_that_sends_on(server: Process, head: bytes) -> None:
    with connect(server) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\n" + head + b"\r\n")
        time.sleep(0.1)
        connection.sendall(b"x" * 900_000)
        ((status, body),) = read_all(connection)
    assert status in {400, 431}
    assert json.loads(body)["status"] == status


def test_who_waits_behind_a_slow_answer_has_the_time_for_a_request_afterwards(server: Process) -> None:
    runaway = post("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", b"h2c", chunked=False)
    slow = runaway.replace(b"/sparql", b"/sparql?timeout=%g" % (SECONDS + 1), 1)
    second = post("SELECT (2 AS ?n) {}".ljust(60_000), b"h2c", chunked=False)
    begun = time.monotonic()
    with connect(server) as connection:
        connection.sendall(slow + second[:300])
        received = connection.recv(1 << 16)
        assert time.monotonic() - begun > SECONDS
        connection.sendall(second[300:] + LAST)
        replies = read_all(connection, received)
    assert [status for status, _ in replies] == [504, 200, 200]
