"""How long a plain visitor waits while each attack runs, as a table.

    python -m benchmarks.serving.visitors [--seconds 10] [ATTACK ...]

Serves 2,000 triples with the limits that a public server would have, from a process of its own, on loopback. The bar:
every question answered right, 99 of 100 within 250 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))


import httpx

from ahg_graph.terms import Literal, NamedNode, Quad
from support.attacks import ATTACKS, Target
from support.servers import serve, shelve_snapshot
from support.visitors import visit

EX = "https://example.org/"


async def measure(port: int, url: str, process: int, name: str, seconds: float) -> str:
    """Return the row of one attack."""
    target = Target(port, process, seconds)
    until = asyncio.Event()
    visitor = asyncio.create_task(visit(url, f"{EX}number", until))
    await ATTACKS[name](target)
    until.set()
    found = await visitor
    cuts = quantiles(found.seconds, n=100, method="inclusive") if len(found.seconds) > 1 else [0.0] * 99
    slowest = max(found.seconds, default=0.0)
    late = sum(seconds > 0.25 for seconds in found.seconds)
    statuses = ", ".join(f"{target.statuses.count(s)} x {s}" for s in sorted(set(target.statuses)))
    numbers = f"{cuts[49] * 1000:.1f} | {cuts[98] * 1000:.0f} | {slowest * 1000:.0f} | {late}"
    return f"| {name} | {len(found.seconds)} | {len(found.faults)} | {numbers} | {statuses} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("attacks", nargs="*", default=list(ATTACKS))
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    quads = [
        Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}number"), Literal(n), NamedNode(f"{EX}graph")) for n in range(2000)
    ]
    with tempfile.TemporaryDirectory() as folder:
        shelve_snapshot(Path(folder) / "shelf", quads)
        with serve(Path(folder) / "shelf", Path(folder) / "log", memory=256) as server:
            httpx.get(f"{server.url}/health", timeout=30)  # the pages have loaded: the server has run for a while
            print(
                "| attack | answered | faults | median ms | 99 % ms | slowest ms | over 250 ms | attacker's statuses |"
            )
            print("|---|---|---|---|---|---|---|---|")
            for name in arguments.attacks:
                row = measure(server.port, server.url, server.process.pid, name, arguments.seconds)
                print(asyncio.run(row), flush=True)


if __name__ == "__main__":
    main()
