"""What a request costs on its way through two checkouts of the server, measured in turns.

    python -m benchmarks.serving.ways BEFORE AFTER

Each is the program `ahg-graph` of a checkout; both serve the current snapshot of this one. Printed is a table of
answers a second and of the processor time of one answer, the server and its processes together, which other work on
the machine disturbs less.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from urllib.parse import quote

import psutil
import uvloop

from ahg_graph.config.paths import find_folder

SECONDS = 0.3
ROUNDS = 15
CLIENTS = (1, 16)
_THING = "https://w3id.org/ahg-graph/id/body/ahg"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Request:
    """A kind of request: NUMBER in the query is another each time; `header` makes BEFORE go its usual way."""

    name: str
    query: str
    method: str = "GET"
    header: str = ""

    def write(self) -> bytes:
        """Return the bytes of one request."""
        target = "/sparql?query=" + quote(self.query.replace("NUMBER", str(next(_NUMBERS))))
        return f"{self.method} {target} HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n{self.header}\r\n".encode()


_TABLE = "SELECT ?sNUMBER { ?sNUMBER a <https://w3id.org/ahg-graph/ont#Meeting> } LIMIT 5"
_LOOKUP = f"SELECT ?oNUMBER {{ <{_THING}> a ?oNUMBER }}"
_USUAL = 'If-None-Match: "none"\r\n'
REQUESTS = (
    Request("new query of a worker", _TABLE),
    Request("new query of a worker, If-None-Match", _TABLE, header=_USUAL),
    Request("new look-up", _LOOKUP),
    Request("new look-up, If-None-Match", _LOOKUP, header=_USUAL),
    Request("cached answer", _TABLE.replace("NUMBER", "")),
    Request("cached answer, HEAD", _TABLE.replace("NUMBER", ""), "HEAD"),
)


@contextmanager
def serve(program: str) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the snapshot in force; yield the port and the process."""
    call = [program, "serve", "--port", "0", "--snapshots", str(find_folder("snapshots"))]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        line = process.stdout.readline().decode().split(" ")[0]
        time.sleep(3)  # what is loaded beside the first answers
        try:
            yield int(line.rstrip("/\n").rpartition(":")[2]), psutil.Process(process.pid)
        finally:
            process.terminate()


async def press(port: int, request: Request, clients: int) -> int:
    """Return how many whole answers so many clients got in the time of a slot."""
    until = time.perf_counter() + SECONDS

    async def ask() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.perf_counter() < until:
            writer.write(request.write())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if not head.startswith(b"http/1.1 200 "):
                raise ValueError(head)
            if request.method == "GET":
                await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            count += 1
        writer.close()
        return count

    return sum(await asyncio.gather(*(ask() for _ in range(clients))))


def measure(port: int, process: psutil.Process, request: Request, clients: int) -> tuple[float, float]:
    """Return answers a second and microseconds of processor time an answer."""
    before, begun = _read_cpu(process), time.perf_counter()
    count = uvloop.run(press(port, request, clients))
    passed = time.perf_counter() - begun
    return count / passed, (_read_cpu(process) - before) / count * 1e6


def _read_cpu(process: psutil.Process) -> float:
    total = 0.0
    for found in (process, *process.children(recursive=True)):
        times = found.cpu_times()
        total += times.user + times.system
    return total


def main(before: str, after: str) -> None:
    """Measure in turns and print the table."""
    found: defaultdict[tuple[str, int, str], list[tuple[float, float]]] = defaultdict(list)
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serve(program)) for name, program in (("b", before), ("a", after))}
        for round_, request, clients in itertools.product(range(ROUNDS), REQUESTS, CLIENTS):
            for name in ("ba", "ab")[round_ % 2]:
                found[request.name, clients, name].append(measure(*servers[name], request, clients))
    lines = [
        "| request | clients | before, 1/s | after, 1/s | ratio | before, µs CPU | after, µs CPU | ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for request, clients in itertools.product(REQUESTS, CLIENTS):
        old, new = (found[request.name, clients, name] for name in "ba")
        rates, costs = ([[pair[n] for pair in pairs] for pairs in (old, new)] for n in (0, 1))
        ratios = [median(n / o for o, n in zip(*pairs, strict=True)) for pairs in (rates, costs)]
        lines.append(
            f"| {request.name} | {clients} | {median(rates[0]):.0f} | {median(rates[1]):.0f} | {ratios[0]:.2f} "
            f"| {median(costs[0]):.0f} | {median(costs[1]):.0f} | {ratios[1]:.2f} |"
        )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
