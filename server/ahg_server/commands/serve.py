"""`ahg-graph serve`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ahg_graph.cli.build import SnapshotsOption, find_snapshot_folder
from ahg_graph.cli.console import errors, fail, fail_with
from ahg_graph.config.paths import find_folder, find_home, find_packaged_home
from ahg_graph.config.settings import SETTINGS, read_setting
from ahg_graph.errors import AhgGraphError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.synchronize import Event


def serve(
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on.", show_default="AHG_GRAPH_HOST")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            "-p",
            min=0,
            max=65535,
            help="Port; 0 for any free one.",
            show_default="AHG_GRAPH_PORT",
        ),
    ] = None,
    snapshots: SnapshotsOption = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", "-w", help="Show what is being written in the home folder, as a draft, as it is saved."
        ),
    ] = False,
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes",
            min=1,
            max=64,
            help="Server processes that listen together.",
            show_default="AHG_GRAPH_PROCESSES",
        ),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine",
            metavar="URL",
            help="SPARQL endpoint that answers the queries instead; the release was published there.",
            show_default="AHG_GRAPH_ENGINE",
        ),
    ] = None,
) -> None:
    """Serve the current snapshot and print the address; if the port is taken, a free one is used.

    In a home folder it builds nothing: make a snapshot first with `ahg-graph build`. Installed, with none around,
    it builds the graph that came with the package the first time, into the user's cache.

    With --watch, pages show what the files of the home folder say, marked as a draft, and follow each saving. Drafts go
    into build/drafts; the current snapshot stays as it is.

    With --engine, queries are answered by the engine that `ahg-graph publish` put this snapshot's release into; the
    value of AHG_GRAPH_ENGINE_AUTHORIZATION goes with every request there as its Authorization header.

    With --processes, so many server processes listen on one socket, each with its part of the limits (workers, queue,
    connections, rate, caches) and a copy of the graph; `swap` moves all of them together or none.

    Example:  ahg-graph serve --port 8080
    """
    from ahg_graph.engines import read_address
    from ahg_graph.snapshot import open_at_hand
    from ahg_graph.snapshot.snapshot_store import CURRENT

    if processes:
        os.environ[SETTINGS["processes"].variable] = str(processes)
    if watch:
        _serve_drafts(host, port)
        return
    folder = find_snapshot_folder(snapshots)
    if snapshots is None and find_home() == find_packaged_home() and not (folder / CURRENT).exists():
        _build(folder)
    snapshot = open_at_hand(folder)
    url = engine or str(read_setting("engine"))
    address = read_address(url) if url else None
    from ahg_server.asgi.run import serve as run

    try:
        run(snapshot.path, host, port, typer.echo, address)
    except OSError as error:
        fail_with("address", f"cannot listen there: {error.strerror or error}")


def _serve_drafts(host: str | None, port: int | None) -> None:
    """Serve drafts of the home folder; a process of its own writes one each time that something is saved."""
    import multiprocessing

    from ahg_graph.snapshot import open_at_hand
    from ahg_server.asgi.run import serve as run

    home = find_home()
    folder = find_folder("snapshots").parent / "drafts"
    fresh = multiprocessing.get_context("spawn")  # the engine's threads do not outlive a fork
    ready = fresh.Event()
    follower = fresh.Process(target=_follow, args=(home, folder, ready), daemon=True)
    follower.start()
    try:
        while not ready.wait(1):
            if not follower.is_alive():
                fail_with("draft", "the first draft cannot be written")
        run(open_at_hand(folder).path, host, port, typer.echo)
    except OSError as error:
        fail_with("address", f"cannot listen there: {error.strerror or error}")
    finally:
        follower.terminate()


def _follow(home: Path, folder: Path, ready: Event) -> None:
    """Write drafts, have the servers of the folder show them, and print where."""
    from ahg_graph.authoring.draft_writer import DraftWriter
    from ahg_graph.config.prefixes import get_home
    from ahg_graph.snapshot.instances import list_servers, request_reload

    def show(things: Sequence[str]) -> None:
        for server in list_servers(folder):
            try:
                request_reload(folder, server, 60)
            except (ProcessLookupError, TimeoutError) as error:
                typer.echo(f"{server.url} {error}", err=True)
                continue
            for thing in things:
                typer.echo(f"{server.url}{thing.removeprefix(get_home().base)} shows it, as a draft")

    try:
        writer = DraftWriter(home, folder)
        writer.write()
    except AhgGraphError as error:
        fail(error)
        return
    ready.set()
    writer.follow(lambda line: typer.echo(line, err=True), show)


def _build(folder: Path) -> None:
    """Build the snapshot and the release of the package's own home folder."""
    from ahg_graph.build.pipeline import build, read_time
    from ahg_graph.release import make_release

    home = find_packaged_home()
    errors().print(f"first start: building the graph into {folder}", markup=False)
    snapshot = build(home, folder)
    make_release(snapshot, find_folder("releases"), read_time(home))
