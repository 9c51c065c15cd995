"""Ways to make an endpoint fail its other visitors; each runs against loopback only, for so many seconds."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import quote

import psutil

Attack = Callable[["Target"], Coroutine[Any, Any, None]]

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
_NUMBERS = itertools.count()


class Target:
    """The server under attack, on loopback; `statuses` are those of its replies."""

    def __init__(self, port: int, process: int, seconds: float) -> None:
        self.port, self.process, self.seconds = port, process, seconds
        self.statuses: list[int] = []

    async def get(self, query: str, patience: float = 60) -> int:
        """GET a query on a connection of its own and return the status, or 0 when the connection broke."""
        head = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
        return await self.send(head.encode(), patience)

    async def post(self, query: str) -> int:
        """POST a query in the same way."""
        body = query.encode()
        head = "POST /sparql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/sparql-query\r\n"
        return await self.send(f"{head}connection: close\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)

    async def send(self, data: bytes, patience: float = 60) -> int:
        """Send bytes, read all that comes, and return the status."""
        status = 0
        try:
            async with asyncio.timeout(patience):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    writer.write(data)
                    await writer.drain()
                    line = await reader.readline()
                    status = int(line.split()[1]) if line else 0
                    while await reader.read(1 << 16):
                        pass
                finally:
                    writer.transport.abort()
        except (OSError, TimeoutError):
            status = 0
        self.statuses.append(status)
        return status

    async def repeat(self, action: Callable[[], Awaitable[object]], clients: int) -> None:
        """Let so many clients do something again and again until the time is over."""
        deadline = asyncio.get_running_loop().time() + self.seconds

        async def client() -> None:
            while asyncio.get_running_loop().time() < deadline:
                await action()
                await asyncio.sleep(0.01)

        tasks = [asyncio.create_task(client()) for _ in range(clients)]
        _, pending = await asyncio.wait(tasks, timeout=self.seconds)
        for task in pending:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _queries(text: str, clients: int = 8) -> Attack:
    """Return the attack of clients that ask one query, made new each time by `{n}`, in a closed loop."""

    async def attack(target: Target) -> None:
        await target.repeat(lambda: target.post(text.replace("{n}", str(next(_NUMBERS)))), clients)

    return attack


async def _new_shapes(target: Target) -> None:
    """Runaway queries of which no two have the same shape."""

    def make() -> str:
        number = next(_NUMBERS)
        filters = " ".join(f"FILTER(?c != {n} || ?f < {n})" for n in range(1 + number % 40))
        return f"SELECT (COUNT(*) AS ?n) {{ {CROSS} {'OPTIONAL {} ' * (number // 40)} {filters} }}"

    await target.repeat(lambda: target.post(make()), 8)


async def _flood(target: Target) -> None:
    """Plain questions, new each time, from many clients without pause."""
    await target.repeat(lambda: target.get(f"ASK {{ ?s ?p {next(_NUMBERS)} }}"), 64)


async def _malformed(target: Target) -> None:
    """Bytes that are no request, no UTF-8, no percent-encoding."""
    noise = random.Random(7)
    heads = (
        b"GET /sparql?query=%ff%fe HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        b"GET /sparql?query=%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        b"GET /%00%ff HTTP/1.1\r\nhost: \xff\xff\r\nconnection: close\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    )

    async def act() -> int:
        return await target.send(noise.choice((*heads, noise.randbytes(300) + b"\r\n\r\n")), patience=0.5)

    await target.repeat(act, 16)


async def _parameters(target: Target) -> None:
    """Forms and URLs of thousands of parameters, and headers of thousands of types."""
    form = b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"
    url = b"GET /search?" + b"a&" * 7000 + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"

    async def act() -> int:
        number = next(_NUMBERS)
        accept = b"accept: text/x%d,%s\r\n" % (number, b"a/b;q=0.1," * 5000)
        asked = b"GET /queries HTTP/1.1\r\nhost: x\r\nconnection: close\r\n%s\r\n" % accept
        bomb = form + b"connection: close\r\ncontent-length: 1000000\r\n\r\n" + b"a&" * 500_000
        return await target.send((asked, bomb, url)[number % 3])

    await target.repeat(act, 8)


async def _endless_heads(target: Target) -> None:
    """Headers that never end, as fast as they are taken."""

    async def write() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", target.port)
        try:
            writer.write(b"GET /sparql HTTP/1.1\r\nhost: x\r\nx-a: ")
            for _ in range(1000):
                writer.write(b"a" * 100_000)
                await writer.drain()
        except OSError:
            target.statuses.append(0)
        finally:
            writer.transport.abort()

    await target.repeat(write, 8)


async def _pipelines(target: Target) -> None:
    """Clients that ask for a cached answer thousands of times in one breath and take none."""
    query = b"GET /sparql?query=SELECT%20*%7B?s%20?p%20?o%7DLIMIT%201000 HTTP/1.1\r\nhost: x\r\n\r\n"

    async def ask() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", target.port, limit=1024)
        try:
            writer.write(query * 5000)
            await asyncio.sleep(target.seconds / 2)
        finally:
            writer.transport.abort()

    await target.repeat(ask, 16)


async def _pages(target: Target) -> None:
    """Pages at addresses that no one has asked for, from many clients without pause."""

    async def ask() -> int:
        number = next(_NUMBERS)
        path = ("/", "/queries", "/ont.html", f"/search?q=zzz{number}", "/queries/meetings?", "/sparql?")[number % 6]
        path += f"{'&' if '?' in path else '?'}n={number}"
        head = f"GET {path} HTTP/1.1\r\nhost: x\r\naccept: text/html\r\nconnection: close\r\n\r\n"
        return await target.send(head.encode())

    await target.repeat(ask, 32)


async def _slow_readers(target: Target) -> None:
    """Clients that ask for a large answer and take none of it."""

    async def read() -> None:
        query = f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {4000 + next(_NUMBERS) % 5}"
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port, limit=1024)
        try:
            writer.write(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
            line = await reader.readline()
            target.statuses.append(int(line.split()[1]) if line else 0)
            await asyncio.sleep(target.seconds)
        finally:
            writer.transport.abort()

    await target.repeat(read, 200)


async def _slow_writers(target: Target) -> None:
    """Clients that send their request a byte at a time and never finish."""

    async def write() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", target.port)
        try:
            for byte in b"POST /sparql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000000\r\n\r\n" + b"x" * 1000:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.05)
        except OSError:
            pass
        finally:
            writer.transport.abort()

    await target.repeat(write, 200)


async def _disconnects(target: Target) -> None:
    """Clients that ask for much and go before the answer."""

    async def ask() -> int:
        query = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(?c != {next(_NUMBERS)}) }}"
        return await target.get(query, patience=0.05)

    await target.repeat(ask, 16)


async def _killed_workers(target: Target) -> None:
    """Something ends the processes that answer, and now and then the one from which they come."""
    count = itertools.count()

    async def kill() -> None:
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            for fork_server in psutil.Process(target.process).children()[-1:]:
                workers = fork_server.children()
                victim = fork_server if next(count) % 5 == 4 or not workers else noise.choice(workers)
                os.kill(victim.pid, signal.SIGKILL)
        await asyncio.sleep(0.2)

    noise = random.Random(7)

    await target.repeat(kill, 1)


_DOUBLING = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(34))

ATTACKS: dict[str, Attack] = {
    "cross products": _queries(f"SELECT (COUNT(*) AS ?n{{n}}) {{ {CROSS} }}"),
    "new shapes of runaway queries": _new_shapes,
    "sorting bombs": _queries("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(?f) ?a LIMIT {n}"),
    "concatenation bombs": _queries(f"SELECT (STRLEN(?v34) AS ?n{{n}}) {{ BIND('xxxx' AS ?v0) {_DOUBLING} }}"),
    "grouping bombs": _queries("SELECT ?a (GROUP_CONCAT(STR(?d)) AS ?x{n}) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a"),
    "property paths": _queries("SELECT (COUNT(*) AS ?n{n}) { ?a (!<x:x>|^!<x:x>)* ?b . ?b (!<x:y>|^!<x:y>)* ?c }"),
    "long paths": _queries("ASK { ?s " + "/".join(["<x:p>"] * 3000) + " {n} }"),
    "regular expressions": _queries(
        "ASK { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?a),STR(?d)), '(a*)*(b*)*{n}z$') }"
    ),
    "large answers": _queries("SELECT * { ?a ?b ?c . ?d ?e ?f } # {n}"),
    "megabyte queries": _queries("ASK { VALUES ?x { " + '"x" ' * 240_000 + "} } # {n}", 4),
    "brackets by the megabyte": _queries("ASK " + "{" * 10_000 + "()" * 400_000 + "{n}", 4),
    "brackets side by side": _queries("ASK { VALUES ?x { " + "() " * 300_000 + "} } # {n}", 4),
    "malformed requests": _malformed,
    "parameters by the thousand": _parameters,
    "heads without end": _endless_heads,
    "pipelines that nobody reads": _pipelines,
    "pages": _pages,
    "slow readers": _slow_readers,
    "slow writers": _slow_writers,
    "a flood": _flood,
    "disconnects": _disconnects,
    "killed workers": _killed_workers,
}
"""Every attack by its name."""
