"""What every request passes before anything answers it: head, client, rate and turn, for cached answers too."""

from __future__ import annotations

import asyncio
import itertools
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx
import pytest

from support.servers import Process, number_things, serve, store_snapshot

QUERY = "SELECT ?s { ?s ?p 7 }"
BURST = 10
ADDRESSES = (f"198.51.{n // 250}.{n % 250 + 1}" for n in itertools.count())
"""Clients that have asked nothing yet."""
CHAINS = [
    ("x-forwarded-for", "{}"),
    ("x-forwarded-for", "203.0.113.9, {}"),
    ("x-forwarded-for", "{}, 127.0.0.2"),
    ("forwarded", "for={}"),
    ("forwarded", 'for=203.0.113.9, for="{}:80"'),
    ("forwarded", "for={}, for=127.0.0.2"),
]


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    snapshots = tmp_path_factory.mktemp("admission") / "snapshots"
    store_snapshot(snapshots, number_things())
    return snapshots


@pytest.fixture(scope="module")
def limited(snapshots: Path) -> Iterator[httpx.Client]:
    """A server that takes five requests a second, ten in a burst, and has its proxies on the loopback addresses."""
    with (
        serve(snapshots, snapshots.parent / "log", rate=BURST // 2) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        yield client


def ask(client: httpx.Client, cached: bool, headers: Iterable[dict[str, str]]) -> list[int]:
    """Return the statuses of requests with these headers, one after another."""
    numbers = itertools.repeat(0) if cached else itertools.count(time.monotonic_ns())
    queries = (f"{QUERY} LIMIT {number}" for number in numbers)
    return [
        client.get("/sparql", params={"query": query}, headers=found, timeout=30).status_code
        for query, found in zip(queries, headers, strict=False)
    ]


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize(("name", "chain"), CHAINS)
def test_each_client_of_a_proxy_has_its_own_rate(limited: httpx.Client, name: str, chain: str, cached: bool) -> None:
    for address in (first := next(ADDRESSES), next(ADDRESSES)):
        statuses = ask(limited, cached, [{name: chain.format(address)}] * 30)
        assert statuses[:BURST] == [200] * BURST
        assert 429 in statuses[BURST:]
    # What a client puts before the word of its proxy makes it no other client.
    forged = {"x-forwarded-for": f"192.0.2.1, {chain}", "forwarded": f"for=192.0.2.1, {chain}"}[name]
    assert 429 in ask(limited, cached, [{name: forged.format(first)}] * BURST)


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "garbage-{}, PROXY"},
        {"x-forwarded-for": "198.51.100.{}, unknown, PROXY"},
        {"forwarded": "for=198.51.100.{}, for=_hidden, for=PROXY"},
    ],
)
def test_what_is_no_address_is_counted_for_the_proxy_that_says_it(
    limited: httpx.Client, headers: dict[str, str], cached: bool
) -> None:
    proxy = next(ADDRESSES).replace("198.51", "127.1")
    made = ({name: text.format(n).replace("PROXY", proxy) for name, text in headers.items()} for n in range(30))
    statuses = ask(limited, cached, made)
    assert statuses[:BURST] == [200] * BURST
    assert 429 in statuses[BURST:]


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize(
    "headers",
    [
        {"forwarded": "198.51.100.{}"},
        {"forwarded": 'for="198.51.100.{}'},
        {"x-forwarded-for": "198.51.101.{}", "forwarded": "for=198.51.100.{}"},
    ],
)
def test_what_cannot_be_read_is_counted_for_the_peer(
    limited: httpx.Client, headers: dict[str, str], cached: bool
) -> None:
    assert 429 in ask(limited, cached, ({k: text.format(n) for k, text in headers.items()} for n in range(40)))


@pytest.mark.parametrize("trusted", ["", "192.0.2.0/24"])
def test_who_is_no_proxy_of_ours_is_not_believed(snapshots: Path, trusted: str) -> None:
    settings = {"rate": BURST // 2, "trusted_proxies": trusted}
    with serve(snapshots, snapshots.parent / "log", **settings) as server, httpx.Client(base_url=server.url) as client:
        for cached in (True, False):
            for name, chain in CHAINS:
                assert 429 in ask(client, cached, ({name: chain.format(f"198.51.100.{n}")} for n in range(40)))


def test_a_cached_answer_is_refused_with_retry_after(limited: httpx.Client) -> None:
    headers = {"x-forwarded-for": next(ADDRESSES)}
    replies = [limited.get("/sparql", params={"query": QUERY}, headers=headers) for _ in range(40)]
    refused = [reply for reply in replies if reply.status_code != 200]
    assert refused
    for reply in refused:
        assert (reply.status_code, reply.json()["code"]) == (429, "rate-exceeded")
        assert int(reply.headers["retry-after"]) > 0


HEADS = [
    (b"Host: x\r\nHost: y\r\n", 400),
    (b"", 400),
    (b'Host: x/"><script>\r\n', 400),
    (b"Host: x\r\nTransfer-Encoding: gzip, chunked\r\n", 400),
    (b"Host: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 400),
    (b"Host: x\r\nX-A: %s\r\n" % (b"x" * 70_000), 431),
    (b"Host: x\r\n", 200),
]


def send(server: Process, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(data)
        received = b""
        while part := connection.recv(1 << 16):
            received += part
    return received


@pytest.mark.parametrize("target", [b"/sparql?query=ASK%7B%7D", b"/", b"/static/style.css"])
def test_a_head_that_is_not_sound_gets_no_cached_answer(snapshots: Path, target: bytes) -> None:
    with serve(snapshots, snapshots.parent / "log") as server:
        for _ in range(2):
            assert httpx.get(server.url + target.decode(), headers={"accept": "*/*"}, timeout=30).status_code == 200
        for head, status in HEADS:
            data = b"GET %s HTTP/1.1\r\nAccept: */*\r\nConnection: close\r\n%s\r\n" % (target, head)
            assert send(server, data).startswith(b"HTTP/1.1 %d " % status), head
        assert send(server, b"GET %s HTTP/1.1\r\nHost: x\r\n" % target.replace(b"/", b"/%ff", 1) + b"\r\n").startswith(
            b"HTTP/1.1 400 "
        )


def test_a_url_over_the_limit_is_refused_wherever_it_leads(snapshots: Path) -> None:
    with serve(snapshots, snapshots.parent / "log", url=1) as server:
        for path in ("/sparql", "/health", "/nothing"):
            response = httpx.get(f"{server.url}{path}?{'x' * 1024}", timeout=30)
            assert (response.status_code, response.json()["code"]) == (414, "url-too-long")


def test_clients_of_a_proxy_take_turns(snapshots: Path) -> None:
    """One that asks for much does not keep the next one waiting until it has all of it."""
    settings = {"workers": 2, "spares": 0, "slow": 5, "wait": 60, "cache": 0}

    async def run(server: Process, other: dict[str, str]) -> int:
        """Return how many of the many are answered before the one."""
        done: list[str] = []
        async with httpx.AsyncClient(base_url=server.url, timeout=60, limits=httpx.Limits()) as client:

            async def one(who: str, number: int, headers: dict[str, str]) -> None:
                query = f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f FILTER(?c < 120 && ?f != {number}) }}"
                response = await client.get("/sparql", params={"query": query}, headers=headers)
                assert response.status_code == 200, response.text
                done.append(who)

            many = [asyncio.create_task(one("many", n, {"x-forwarded-for": "198.51.100.1"})) for n in range(16)]
            while not done:
                await asyncio.sleep(0.01)
            await asyncio.gather(*many, one("one", -1, other))
        return done.index("one")

    with serve(snapshots, snapshots.parent / "log", **settings) as server:
        httpx.get(f"{server.url}/health", timeout=30)
        for header in ({"x-forwarded-for": "198.51.100.2"}, {"forwarded": "for=198.51.100.2"}):
            assert asyncio.run(run(server, header)) < 12
        assert asyncio.run(run(server, {"x-forwarded-for": "203.0.113.9, 198.51.100.1"})) >= 12
