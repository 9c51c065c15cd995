"""`ahg-graph publish`."""

from __future__ import annotations

from typing import Annotated

import typer

from ahg_graph.cli.build import Shelf, find_shelf
from ahg_graph.cli.console import progress
from ahg_graph.cli.release import Releases, find_release_shelf


def publish(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The engine's graph store (Graph Store Protocol).")],
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="URL", help="Its query endpoint.", show_default="by the ending of --to"),
    ] = None,
    update: Annotated[
        str | None,
        typer.Option("--update", metavar="URL", help="Its update endpoint.", show_default="by the ending of --to"),
    ] = None,
    release: Annotated[
        str | None,
        typer.Option("--release", help="Identity of the release.", show_default="that of the current snapshot"),
    ] = None,
    snapshots: Shelf = None,
    releases: Releases = None,
) -> None:
    """Load a release into another engine, verify it there by count and hash, and switch to it in one update.

    AHG_GRAPH_ENGINE_AUTHORIZATION is sent as the Authorization header of every request.

    Example:  ahg-graph publish --to http://127.0.0.1:3030/ahg/data
    """
    from ahg_graph.engines import read_address
    from ahg_graph.engines.publish import find_target
    from ahg_graph.engines.publish import publish as publish_release
    from ahg_graph.snapshot import open_at_hand

    target = find_target(
        read_address(to), read_address(update) if update else None, read_address(query) if query else None
    )
    identity = release or open_at_hand(find_shelf(snapshots)).manifest.identity
    with progress() as report:
        published = publish_release(find_release_shelf(releases) / identity, target, report)
    triples = published.parts["all"].triples
    typer.echo(f"release {published.identity}: {triples} triples in {len(published.graphs)} graphs at {target.query}")
