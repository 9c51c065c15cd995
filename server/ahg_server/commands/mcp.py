"""`ahg-graph mcp`."""

from __future__ import annotations

import asyncio

from ahg_graph.cli.build import SnapshotsOption, find_snapshot_folder


def mcp(snapshots: SnapshotsOption = None) -> None:
    """Offer the saved queries as tools over the Model Context Protocol, on standard input and output.

    Each query is a tool, and so are `ask`, `describe`, `explain` and `sparql`; every row comes with its evidence. A
    server offers the same at `/mcp`.

    Example:  ahg-graph mcp
    """
    from ahg_graph.snapshot import open_at_hand
    from ahg_server.views.mcp.server import run_stdio_server

    asyncio.run(run_stdio_server(open_at_hand(find_snapshot_folder(snapshots))))
