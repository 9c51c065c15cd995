"""`ahg-graph build`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.console import errors, progress
from ahg_graph.cli.home_option import Home
from ahg_graph.config.paths import find_folder

Shelf = Annotated[
    Path | None,
    typer.Option("--snapshots", help="Folder that holds the snapshots.", show_default="AHG_GRAPH_SNAPSHOTS"),
]


def find_shelf(snapshots: Path | None) -> Path:
    """Return the folder of snapshots: as called, else as the settings say."""
    return snapshots or find_folder("snapshots")


Stream = Annotated[
    bool,
    typer.Option("--stream", help="For a graph of many millions of triples: stream it, without shapes and proofs."),
]


def build(home: Home = Path(), snapshots: Shelf = None, stream: Stream = False) -> None:
    """Build the snapshot: read, check, reason, write, and make it the current one in one step.

    All problems are reported, not only the first: a syntax error in a Turtle file with line and column, a broken shape
    with what to do, a contradiction with its proof. If there are any, the current snapshot is unchanged. A build that
    needs more memory than AHG_GRAPH_BUILD_MEMORY allows, or as a stream more disk than is free, is refused before it
    starts.

    Example:  ahg-graph build && ahg-graph serve
    """
    if stream:
        from ahg_graph.build.streaming import build_as_stream as build_snapshot
    else:
        from ahg_graph.build.pipeline import build as build_snapshot

    with progress() as report:
        snapshot = build_snapshot(home, find_shelf(snapshots), report)
    manifest = snapshot.manifest
    for sentence in manifest.left_out:
        errors().print(f"left out: {sentence}", markup=False)
    for warning in manifest.warnings:
        errors().print(f"warning: {warning}", markup=False)
    typer.echo(
        f"snapshot {manifest.identity}: {manifest.asserted} asserted and {manifest.inferred} inferred triples "
        f"in {len(manifest.graphs)} graphs"
    )
