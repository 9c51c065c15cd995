"""`ahg-graph serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.build import SnapshotsOption, find_snapshot_folder
from ahg_graph.cli.console import errors, fail_with
from ahg_graph.config.paths import find_folder, find_home, find_packaged_home
from ahg_graph.config.settings import read_setting


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

    With --engine, queries are answered by the engine that `ahg-graph publish` put this snapshot's release into; the
    value of AHG_GRAPH_ENGINE_AUTHORIZATION goes with every request there as its Authorization header.

    Example:  ahg-graph serve --port 8080
    """
    from ahg_graph.engines import read_address
    from ahg_graph.snapshot import open_at_hand
    from ahg_graph.snapshot.snapshot_store import CURRENT

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


def _build(folder: Path) -> None:
    """Build the snapshot and the release of the package's own home folder."""
    from ahg_graph.build.pipeline import build, read_time
    from ahg_graph.release import make_release

    home = find_packaged_home()
    errors().print(f"first start: building the graph into {folder}", markup=False)
    snapshot = build(home, folder)
    make_release(snapshot, find_folder("releases"), read_time(home))
