"""Requests that are no plain HTTP/1.1 (RFC 9112): refused by their shape, or answered once and whole.

Where two readers may differ on where a request ends, a second one can be smuggled past the first: none of these gets
more than the one reply that says so. What comes without end is left early, and who takes nothing is not waited for.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator

import httpx
import psutil
import pytest

from support.servers import Process, number_things, serve, store_snapshot

SECONDS = 1.5
HEAD = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n"
PLAIN = HEAD + b"Host: x\r\n\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("http")
    store_snapshot(folder / "snapshots", number_things())
    with serve(folder / "snapshots", folder / "log", receive=SECONDS, send=SECONDS, body=64, connections=60) as server:
        httpx.get(f"{server.url}/health", timeout=30)
        yield server


@pytest.fixture(autouse=True)
def answers_afterwards(server: Process) -> Iterator[None]:
    yield
    response = httpx.get(f"{server.url}/sparql", params={"query": f"ASK {{ ?s ?p 999 }} # {time.monotonic()}"})
    assert response.json()["boolean"] is True


def connect(server: Process) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def send(server: Process, *parts: bytes, until_closed: bool = True) -> list[tuple[int, dict[str, str], bytes]]:
    """Send bytes and return every reply that comes before the connection ends: status, headers, body."""
    with connect(server) as connection:
        for part in parts:
            connection.sendall(part)
        if not until_closed:
            connection.shutdown(socket.SHUT_WR)
        data = b""
        while part := connection.recv(1 << 16):
            data += part
    return parse(data)


def parse(data: bytes) -> list[tuple[int, dict[str, str], bytes]]:
    replies = []
    while data:
        head, end, data = data.partition(b"\r\n\r\n")
        assert end
        line, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = int(headers.get("content-length", "0"))
        replies.append((int(line.split()[1]), headers, data[:length]))
        data = data[length:]
    return replies


def check_refusal(replies: list[tuple[int, dict[str, str], bytes]], status: int, code: str) -> None:
    ((found, headers, body),) = replies
    assert (found, headers["content-type"], headers["connection"]) == (status, "application/problem+json", "close")
    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request"] == headers["x-request-id"]


@pytest.mark.parametrize(
    "request_",
    [
        POST + b"Content-Length: 5\r\n" + CHUNKED,
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK{}",
        POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nASK{}",
        POST + b"Content-Length: 5, 5\r\n\r\nASK{}",
        POST + b"Content-Length: +5\r\n\r\nASK{}",
        POST + b"Content-Length: 0x5\r\n\r\nASK{}",
        POST + b"Content-Length: -5\r\n\r\nASK{}",
        POST + b"Content-Length : 5\r\n\r\nASK{}",
        POST + CHUNKED.replace(b"chunked", b"xchunked"),
        POST + CHUNKED.replace(b"chunked", b"chunked, identity"),
        POST + CHUNKED.replace(b"chunked", b"gzip, chunked"),
        POST + CHUNKED.replace(b"chunked", b"chunked, chunked"),
        POST + CHUNKED.replace(b"g: ", b"g : "),
        POST + b"Transfer-Encoding: identity\r\n" + CHUNKED,
        POST + CHUNKED.replace(b"\r\n5\r\n", b"\r\n-5\r\n"),
        POST + CHUNKED.replace(b"\r\n5\r\n", b"\r\nfffffffffffffffff\r\n"),
        POST + CHUNKED.replace(b"\r\n5\r\n", b"\r\n0x5\r\n"),
        POST + CHUNKED.replace(b"ASK{}\r\n", b"ASK{}XX\r\n"),
        HEAD + b"Host: x\r\nX-A: b\r\n c\r\n\r\n",
        HEAD + b"Host: x\r\nX-A: b\rX-B: c\r\n\r\n",
        HEAD + b"Host: x\r\nX-A: b\x00c\r\n\r\n",
        HEAD + b"Host: x\r\nX A: b\r\n\r\n",
        PLAIN.replace(b"\r\n", b"\n"),
        HEAD + b"\r\n",
        HEAD + b"Host: x\r\nHost: y\r\n\r\n",
        HEAD + b'Host: x/"><script>\r\n\r\n',
        b"GET /sparql?query=ASK%7B%7D HTTP/0.9\r\nHost: x\r\n\r\n",
        b"GET /sparql?query=ASK%7B%7D\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET http://elsewhere.example?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /id/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /id/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /id/é HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        b"NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_can_be_read_in_two_ways_is_a_400_and_nothing_after_it_is_read(server: Process, request_: bytes) -> None:
    check_refusal(send(server, request_ + PLAIN), 400, "bad-request")


def test_a_cached_answer_does_not_bypass_the_limits(server: Process) -> None:
    assert [status for status, _, _ in send(server, PLAIN, PLAIN, until_closed=False)][:1] == [200]
    check_refusal(send(server, HEAD + b"Host: x\r\nHost: y\r\n\r\n"), 400, "bad-request")


def test_the_name_in_the_target_counts_and_not_that_of_the_host_header(server: Process) -> None:
    """RFC 9112, section 3.2.2."""
    absolute = (
        b"GET http://elsewhere.example/.well-known/void HTTP/1.1\r\nHost: here.example\r\nConnection: close\r\n\r\n"
    )
    ((status, _, body),) = send(server, absolute)
    assert status == 200
    assert b"http://elsewhere.example/sparql" in body
    assert b"here.example" not in body.replace(b"elsewhere.example", b"")
    for wrong in (b"GET http://a@b/health HTTP/1.1\r\n", b'GET http://a"b/health HTTP/1.1\r\n'):
        assert [status for status, _, _ in send(server, wrong + b"Host: x\r\nConnection: close\r\n\r\n")] == [400]
    for hosts in (b"", b"Host: x\r\nHost: y\r\n"):
        assert [status for status, _, _ in send(server, absolute.replace(b"Host: here.example\r\n", hosts))] == [400]


def test_pipelined_requests_are_answered_in_their_order(server: Process) -> None:
    queries = [f"SELECT (%22{n}%22 AS ?x) {{}} # {time.monotonic_ns() if n % 2 else 0}" for n in range(20)]
    requests = [
        f"GET /sparql?query={query.replace(' ', '%20').replace('{', '%7B').replace('}', '%7D').replace('#', '%23')} "
        "HTTP/1.1\r\nHost: x\r\n\r\n"
        for query in queries
    ]
    last = PLAIN.replace(b"Host", b"Connection: close\r\nHost")
    for _ in range(2):  # the second time half of the answers are kept
        replies = send(server, "".join(requests).encode() + last)
        values = [json.loads(body)["results"]["bindings"][0]["x"]["value"] for _, _, body in replies[:-1]]
        assert values == [str(n) for n in range(20)]
        assert {status for status, _, _ in replies} == {200}


def test_a_request_that_cannot_be_read_takes_no_place_among_earlier_replies(server: Process) -> None:
    slow = b"GET /sparql?query=SELECT%20(COUNT(*)%20AS%20?n)%7B?a%20?b%20?c.?d%20?e%20?f%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    for second in (b"NONSENSE\r\n\r\n", POST + b"Content-Length: x\r\n\r\n"):
        # What is refused is not the first, so that no refusal may come in its place.
        with connect(server) as connection:
            connection.sendall(slow + second)
            try:
                data = connection.recv(1 << 16)
            except ConnectionResetError:
                data = b""
        assert [status for status, _, _ in parse(data)] in ([], [200])


def test_a_request_that_is_not_admitted_is_refused_in_its_turn(server: Process) -> None:
    replies = send(server, PLAIN + HEAD + b"\r\n" + PLAIN)
    assert [status for status, _, _ in replies] == [200, 400]
    check_refusal(replies[1:], 400, "bad-request")


def test_an_offer_of_another_protocol_is_passed_over(server: Process) -> None:
    with connect(server) as connection:
        for offer in (b"h2c", b"websocket"):
            connection.sendall(HEAD + b"Host: x\r\nConnection: Upgrade\r\nUpgrade: " + offer + b"\r\n\r\n")
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200 ")


def test_the_server_asks_for_a_body_that_waits_to_be_asked_for(server: Process) -> None:
    with connect(server) as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert connection.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ASK{}")
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 5000000\r\n\r\n")
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413 ")


def test_a_client_of_http_1_0_gets_its_answer_and_the_end(server: Process) -> None:
    for head in (b"", b"Connection: keep-alive\r\n"):
        ((status, headers, body),) = send(server, b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\n" + head + b"\r\n")
        assert (status, headers["connection"]) == (200, "close")
        assert json.loads(body) == {"head": {}, "boolean": True}


def test_a_body_in_a_coding_is_a_415(server: Process) -> None:
    response = httpx.post(
        f"{server.url}/sparql",
        content=b"ASK {}",
        headers={"content-type": "application/sparql-query", "content-encoding": "gzip"},
    )
    assert (response.status_code, response.json()["code"]) == (415, "unsupported-media-type")
    assert response.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("name", [b"x-a", b"x" * 70_000])
def test_a_header_without_end_is_a_431_at_once(server: Process, name: bytes) -> None:
    with connect(server) as connection:
        connection.sendall(HEAD + b"Host: x\r\n" + name + b": ")
        begun = time.monotonic()
        sent = 0
        try:
            while sent < 50_000_000:
                sent += connection.send(b"a" * 1_000_000)
        except OSError:
            pass
        data = b""
        try:
            while part := connection.recv(1 << 16):
                data += part
        except ConnectionResetError:
            pass
        assert time.monotonic() - begun < 5
    if data:
        check_refusal(parse(data), 431, "headers-too-large")
    assert data or sent < 50_000_000


def test_many_small_headers_are_a_431(server: Process) -> None:
    check_refusal(send(server, HEAD + b"Host: x\r\n" + b"a:\r\n" * 3000 + b"\r\n"), 431, "headers-too-large")


@pytest.mark.parametrize("head", [PLAIN, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_a_body_that_nobody_reads_and_that_does_not_come_ends_its_connection(server: Process, head: bytes) -> None:
    assert httpx.get(f"{server.url}/sparql", params={"query": "ASK{}"}).status_code == 200
    with connect(server) as connection:
        begun = time.monotonic()
        connection.sendall(head[:-2] + b"Content-Length: 1000000\r\n\r\n")
        data = b""
        try:
            while time.monotonic() - begun < 4 * SECONDS:
                connection.sendall(b"x")
                connection.settimeout(0.05)
                try:
                    part = connection.recv(1 << 16)
                except TimeoutError:
                    continue
                if not part:
                    break
                data += part
        except OSError:
            pass
        assert time.monotonic() - begun < 3 * SECONDS
    assert [status for status, _, _ in parse(data)] == [200]


def test_a_line_now_and_then_keeps_no_connection(server: Process) -> None:
    with connect(server) as connection:
        connection.sendall(PLAIN)
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        begun = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - begun < 4 * SECONDS:
                connection.sendall(b"\r\n")
                time.sleep(0.1)
        assert time.monotonic() - begun < 3 * SECONDS


def test_who_asks_much_and_takes_nothing_costs_no_memory_and_is_left(server: Process) -> None:
    query = b"GET /sparql?query=SELECT%20*%7B?s%20?p%20?o%7DLIMIT%201000 HTTP/1.1\r\nHost: x\r\n\r\n"
    size = len(send(server, query.replace(b"Host", b"Connection: close\r\nHost"))[0][2])
    assert 150_000 < size < 256 * 1024  # small enough to go out in one piece
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    with connect(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(query * 3000)
        time.sleep(0.5)
        assert process.memory_info().rss - before < 50_000_000
        deadline = time.monotonic() + 20
        while _is_connected(process, connection) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not _is_connected(process, connection)


def _is_connected(process: psutil.Process, connection: socket.socket) -> bool:
    port = connection.getsockname()[1]
    return any(found.raddr and found.raddr.port == port for found in process.net_connections("tcp"))


@pytest.mark.parametrize("path", ["/sparql", "/search", "/queries/attendance.csv"])
def test_more_parameters_than_anyone_needs_are_a_400(server: Process, path: str) -> None:
    response = httpx.get(f"{server.url}{path}?" + "a&" * 7000)
    assert (response.status_code, response.json()["code"]) == (400, "bad-request")
    form = {"content-type": "application/x-www-form-urlencoded"}
    response = httpx.post(f"{server.url}/sparql", content=b"a&" * 30_000, headers=form)
    assert (response.status_code, response.json()["code"]) == (400, "bad-request")


@pytest.mark.parametrize(
    "path",
    [
        "/static/%00", "/static/style.css%00.txt", "/static/../../../../etc/passwd", "/static//etc/passwd",
        "/static/%2e%2e/%2e%2e/app.py", "/static/..%2f..%2fapp.py", "/static/" + "a" * 5000, "/static/..\\..\\app.py",
        "/downloads/../../etc/passwd", "/downloads/current/..%2f..%2f..%2fpyproject.toml", "/downloads/%00/all.ttl",
        "/downloads/..%2f..%2fsnapshots%2fcurrent/manifest.json", "/downloads/%2e%2e/x", "/downloads/.draft-1/x",
        "/id/%00", "/id/../../../etc/passwd", "/queries/..%2fattendance", "/queries/attendance.rq%00.csv",
        "/queries/%2e%2e%2fattendance.rq", "/ont/..%2f..", "/explain/%00", "/.well-known/..%2f..%2fetc",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_served(server: Process, path: str) -> None:
    head = b"GET %s HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nConnection: close\r\n\r\n" % path.encode()
    ((status, headers, body),) = send(server, head)
    assert status in {307, 404}, body
    if status == 404:
        assert headers["content-type"] == "application/problem+json"
        assert json.loads(body)["code"] in {"not-found", "unknown-name"}
    else:
        assert re.fullmatch(r"/downloads/[0-9a-f]{16}/[^/]*", headers["location"])


@pytest.mark.parametrize(
    "path",
    [
        "/", "/queries", "/queries.json", "/queries/attendance", "/queries/documents", "/queries/documents.json",
        "/queries/documents.csv", "/queries/documents.rq", "/sparql", "/sparql?query=ASK%7B%7D", "/search?q=a",
        "/search.json?q=a", "/explain", "/ont", "/ont.html", "/ont.ttl", "/downloads", "/openapi.json", "/nothing",
        "/.well-known/void", "/.well-known/sparql-examples", "/pictures", "/id/agent/iom",
    ],
)  # fmt: skip
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_what_one_client_says_of_the_address_reaches_no_other(server: Process, path: str, accept: str) -> None:
    """Host and its kin go into addresses that a reply may hold; such a reply is kept for nobody else."""
    named = {"accept": accept, "forwarded": "host=elsewhere.example", "x-forwarded-host": "elsewhere.example"}
    with httpx.Client(base_url=server.url, timeout=30) as client:
        for _ in range(2):
            client.get(path, headers={**named, "host": "elsewhere.example"})
        plain = client.get(path, headers={"accept": accept})
    assert "elsewhere.example" not in plain.text
    assert "elsewhere.example" not in str(plain.headers)
