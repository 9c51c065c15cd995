"""A real server on loopback in a thread of the test process, with real worker processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import uvicorn

from ahg_graph.config.paths import DISPLAY_FILE
from ahg_graph.engines import Address
from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.snapshot import Manifest, Snapshot, make_current
from ahg_graph.snapshot.snapshot_store import SMALL, WHOLE, commit, list_files, staging_directory
from ahg_graph.sparql.memory_dataset import hash_quads
from ahg_graph.sparql.store import write_store
from ahg_graph.workers import Limits
from ahg_server.asgi.application import Application, create_app
from ahg_server.asgi.configuration import make_config
from ahg_server.asgi.run import open_socket

EX = "https://example.org/"
COMMAND = (sys.executable, "-c", "from ahg_server.commands import main; main()")
"""The command line in a process of its own."""


def make_snapshot(
    folder: Path, quads: Iterable[Quad], graphs: Iterable[str] = (), most: int = SMALL, display: Path | None = None
) -> Snapshot:
    """Write a store, as a build does, and return a snapshot of it; `graphs` exist even when they are empty.

    With more quads than the `most` it has no file that is read before the first answer. With a `display` file its
    pages are as that says.
    """
    quads, counts = list(quads), dict.fromkeys(graphs, 0)
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            counts[quad.graph_name.value] = counts.get(quad.graph_name.value, 0) + 1
    folder.mkdir(parents=True, exist_ok=True)
    if display:
        shutil.copy(display, folder / DISPLAY_FILE)
    write_store(folder / "store", quads, counts, folder / WHOLE if len(quads) <= most else None)
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


def number_things(count: int = 2000) -> list[Quad]:
    """Return a graph of things that have nothing but a number each."""
    return [Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}n"), Literal(n), NamedNode(f"{EX}graph")) for n in range(count)]


def store_snapshot(snapshots: Path, quads: Iterable[Quad], most: int = SMALL) -> Snapshot:
    """Put a snapshot of quads in a folder, whole and verified, and make it the current one."""
    quads = list(quads)
    with staging_directory(snapshots) as folder:
        manifest = make_snapshot(folder, quads, most=most).manifest
        manifest = replace(manifest, content=hash_quads(quads), files=list_files(folder))
        (folder / "manifest.json").write_text(manifest.identified().to_json(), encoding="utf-8")
        snapshot = commit(folder, snapshots)
    make_current(snapshot, snapshots)
    return snapshot


class Process:
    """A server in a process of its own, as the command line starts it; `log` is what it wrote to standard error."""

    def __init__(self, snapshots: Path, log: Path, environment: Mapping[str, str], **settings: object) -> None:
        self.snapshots, self.log = snapshots, log
        environment = dict(environment) | {f"AHG_GRAPH_{name.upper()}": str(value) for name, value in settings.items()}
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--port", "0", "--snapshots", str(snapshots)],
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **environment},
            )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().decode().split(" ")[0].strip().rstrip("/")
        assert self.url.startswith("http://"), log.read_text()
        self.port = int(self.url.rpartition(":")[2])

    def stop(self) -> int:
        """Ask the process to end, and return its exit status once it has."""
        self.process.terminate()
        status = self.process.wait(30)
        if self.process.stdout:
            self.process.stdout.close()
        return status


@contextmanager
def serve(
    snapshots: Path, log: Path, environment: Mapping[str, str] | None = None, **settings: object
) -> Iterator[Process]:
    """Serve the current snapshot in a process of its own until the end of the block."""
    server = Process(snapshots, log, environment or {}, **settings)
    try:
        yield server
    finally:
        server.stop()


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
def run(
    snapshot: Snapshot,
    limits: Limits | None = None,
    union: bool = True,
    whole: bool = True,
    engine: Address | None = None,
) -> Iterator[Running]:
    """Serve a snapshot on a free port of the loopback address until the end of the block.

    `whole` waits for the framework, which loads beside; where only the query operation is asked there is no need.
    With an `engine`, queries are answered there.
    """
    application = create_app(snapshot, union, limits, engine)
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
            if whole:
                assert running.client.get("/health").status_code == 200
            yield running
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
