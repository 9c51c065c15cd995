"""`ahg-graph mcp`."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec

from ahg_graph.cli.build import Shelf, find_shelf
from ahg_graph.cli.console import fail_with


def mcp(snapshots: Shelf = None) -> None:
    """Offer the saved queries as tools over the Model Context Protocol, on standard input and output.

    Each query is a tool, and so are `describe` and `explain`; every row comes with its evidence. Needs the package
    `mcp`:  pip install 'ahg-graph[mcp]'

    Example:  ahg-graph mcp
    """
    from ahg_graph.snapshot import open_at_hand

    if find_spec("mcp") is None:
        fail_with("mcp", "the package mcp is not installed: pip install 'ahg-graph[mcp]'")
    from ahg_server.mcp.tools import serve_tools

    asyncio.run(serve_tools(open_at_hand(find_shelf(snapshots))))
