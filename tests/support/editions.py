"""Snapshots that can be told apart by every answer, and clients that ask while a server moves between them."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from pathlib import Path

import httpx

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.snapshot import Snapshot
from support.servers import COMMAND, Process, store_snapshot

EX = "https://example.org/"
SIZE = 3000


def make(snapshots: Path, edition: int, most: int = SIZE) -> Snapshot:
    """Every thing of an edition bears its number, so that an answer from two editions shows."""
    return store_snapshot(
        snapshots,
        (
            Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}edition"), Literal(edition), NamedNode(f"{EX}graph"))
            for n in range(SIZE)
        ),
        most,
    )


def call_swap(snapshots: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "swap", "--snapshots", str(snapshots)], capture_output=True, text=True, timeout=120
    )


def find_identity(server: Process) -> str:
    return str(httpx.get(f"{server.url}/health", timeout=30).json()["snapshot"]["identity"])


class Load:
    """Clients that ask without pause; every answer must be whole and of one edition."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.editions: list[int] = []
        self.faults: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(6)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        count = 0
        with httpx.Client(base_url=self.url, timeout=60) as client:
            while not self._stop.is_set():
                count += 1
                # Some questions are new each time and some are kept; some answers are large.
                fresh = f"# {number} {count}\n" if number % 2 else ""
                query = f"{fresh}SELECT ?e {{ ?s <{EX}edition> ?e }} LIMIT {SIZE + (count if number % 2 else 0)}"
                response = client.get("/sparql", params={"query": query}, headers={"accept-encoding": "identity"})
                if response.status_code != 200:
                    self.faults.append(response.text)
                    continue
                etag = f'"{hashlib.sha256(response.content).hexdigest()}"'
                values = [int(row["e"]["value"]) for row in response.json()["results"]["bindings"]]
                if len(values) != SIZE or len(set(values)) != 1 or response.headers["etag"] != etag:
                    self.faults.append(f"mixed or not whole: {len(values)} rows of {set(values)}")
                self.editions.append(values[0])
