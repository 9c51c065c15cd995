"""A plain visitor, who asks a plain question again and again and checks every answer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import httpx


@dataclass
class Visit:
    """What became of the questions: seconds of each that was answered right, and every fault."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


async def visit(url: str, number: str, until: asyncio.Event, pause: float = 0.1) -> Visit:
    """Ask by the IRI of `number` which number a thing bears, another thing each time, until stopped."""
    found = Visit()
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        count = 0
        while not until.is_set():
            count += 1
            thing = count % 1000
            begun = time.perf_counter()
            try:
                query = f"SELECT ?n {{ <https://example.org/{thing}> <{number}> ?n }} # {begun}\nLIMIT {1 + count}"
                response = await client.get("/sparql", params={"query": query})
                rows = response.json()["results"]["bindings"] if response.status_code == 200 else response.text
            except (httpx.HTTPError, ValueError) as error:
                rows = repr(error)
            taken = time.perf_counter() - begun
            if isinstance(rows, list) and [row["n"]["value"] for row in rows] == [str(thing)]:
                found.seconds.append(taken)
            else:
                found.faults.append(f"after {taken:.3f} s: {rows}")
            await asyncio.sleep(max(0.0, pause - taken))
    return found
