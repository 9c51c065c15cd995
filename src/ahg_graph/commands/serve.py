"""`ahg-graph serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from ahg_graph.commands.build import Shelf, find_shelf
from ahg_graph.commands.console import fail_with
from ahg_graph.settings import read_setting


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
            help="Port; 0 is any free one.",
            show_default="AHG_GRAPH_PORT",
        ),
    ] = None,
    snapshots: Shelf = None,
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
    """Serve the snapshot in force and print the address; where the port is taken, a free one is used.

    Builds nothing: make a snapshot first with `ahg-graph build`.

    With --engine, queries are answered by the engine that `ahg-graph publish` put this snapshot's release into; the
    value of AHG_GRAPH_ENGINE_AUTHORIZATION goes with every request there as its Authorization header.

    Example:  ahg-graph serve --port 8080
    """
    from ahg_graph.remote import read_address
    from ahg_graph.snapshot import open_current

    snapshot = open_current(find_shelf(snapshots))
    url = engine or str(read_setting("engine"))
    address = read_address(url) if url else None
    from ahg_server.running import serve as run

    try:
        run(snapshot.path, host, port, typer.echo, address)
    except OSError as error:
        fail_with("address", f"cannot listen there: {error.strerror or error}")
