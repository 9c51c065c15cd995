"""Immutable snapshots of the graph: built, verified, opened, and swapped in one step."""

from ahg_graph.snapshot.manifest import File, Manifest, read_manifest
from ahg_graph.snapshot.snapshot_store import (
    Snapshot,
    activate,
    make_current,
    open_at_hand,
    open_current,
    open_snapshot,
    verify,
)

__all__ = [
    "File",
    "Manifest",
    "Snapshot",
    "activate",
    "make_current",
    "open_at_hand",
    "open_current",
    "open_snapshot",
    "read_manifest",
    "verify",
]
