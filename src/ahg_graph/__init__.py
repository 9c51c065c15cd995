"""A knowledge graph of an intergovernmental process, and the means to build, check and ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ahg_graph.client import Graph

__version__ = "0.1.0"

__all__ = ["__version__", "open_graph"]


def open_graph(address: str | Path | None = None) -> Graph:
    """Return the graph at a URL, or in a snapshot folder, or without an address the current snapshot on this machine.

    Raises SnapshotError when there is no snapshot; a URL is first asked when a question is.
    """
    from ahg_graph import client

    return client.open_graph(address)
