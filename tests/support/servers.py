"""A real server on loopback in a thread of the test process, with real worker processes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from ahg_graph.snapshot import Manifest, Snapshot
from ahg_graph.store import write_store
from ahg_graph.terms import NamedNode, Quad
from ahg_graph.workers import Limits
from ahg_server.app import Application, create_app
from ahg_server.running import make_config, open_socket


def make_snapshot(folder: Path, quads: Iterable[Quad], graphs: Iterable[str] = ()) -> Snapshot:
    """Write a store and return a snapshot of it; `graphs` exist even when they are empty."""
    quads, counts = list(quads), dict.fromkeys(graphs, 0)
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            counts[quad.graph_name.value] = counts.get(quad.graph_name.value, 0) + 1
    folder.mkdir(parents=True, exist_ok=True)
    write_store(folder / "store", quads, counts)
    manifest = Manifest(
        identity="",
        created="2013-04-02T00:00:00Z",
        content=str(folder),
        versions={},
        sources={},
        graphs=counts,
        classes={},
        asserted=len(quads),
        inferred=0,
        warnings=(),
        files={},
    )
    return Snapshot(folder, manifest.identified())


class Running:
    """A running server: its address, its application, and a client that is as plain as they come."""

    def __init__(self, application: Application, port: int) -> None:
        self.application = application
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.url, headers={"accept": "*/*"}, timeout=60)

    def ask(self, query: str, **headers: str) -> httpx.Response:
        """GET a query."""
        return self.client.get("/sparql", params={"query": query}, headers=headers)


@contextmanager
def run(snapshot: Snapshot, limits: Limits | None = None, union: bool = True) -> Iterator[Running]:
    """Serve a snapshot on a free port of the loopback address until the end of the block."""
    application = create_app(snapshot, union, limits)
    listener = open_socket("127.0.0.1", 0)
    server = uvicorn.Server(make_config(application))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        assert server.started, "the server did not start"
        running = Running(application, listener.getsockname()[1])
        with running.client:
            yield running
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
