"""`ahg-graph swap`."""

from __future__ import annotations

from typing import Annotated

import typer

from ahg_graph.cli.build import SnapshotsOption, find_snapshot_folder
from ahg_graph.cli.console import fail_with


def swap(
    snapshots: SnapshotsOption = None,
    wait: Annotated[float, typer.Option("--wait", min=1, help="Seconds to wait for each server.")] = 60,
) -> None:
    """Change the running servers over to the current snapshot; no request is lost.

    `ahg-graph build` makes a new snapshot the current one; running servers use the old one until this command. A
    server that finds the new one damaged reports why and continues with the old one.

    Example:  ahg-graph build && ahg-graph swap
    """
    from ahg_graph.snapshot import open_at_hand
    from ahg_graph.snapshot.instances import list_servers, request_reload

    folder = find_snapshot_folder(snapshots)
    identity = open_at_hand(folder).manifest.identity
    servers = list(list_servers(folder))
    if not servers:
        typer.echo(f"no server serves from {folder}")
        return
    refused = False
    for server in servers:
        try:
            now = request_reload(folder, server, wait)
        except (ProcessLookupError, TimeoutError) as error:
            refused = True
            typer.echo(f"{server.url} {error}", err=True)
            continue
        if now.refusal:
            refused = True
            typer.echo(f"{server.url} still serves {now.identity}: {now.refusal}", err=True)
        else:
            typer.echo(f"{server.url} serves {now.identity}")
    if refused:
        fail_with("swap", f"not every server serves {identity}")
