"""A release opened to be asked: its own snapshot where that is available, else its file of all graphs."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import ReleaseError, SnapshotError
from ahg_graph.release.manifest import read_release
from ahg_graph.snapshot import Manifest, Snapshot, open_snapshot, verify

CONTENT = "all.trig"
MOST_TRIPLES = 2_000_000
"""Triples up to which a release is asked from its file, which every worker reads into memory."""


def open_release(releases: Path, snapshots: Path, identity: str) -> Snapshot:
    """Return what answers for a release: the snapshot of its identity, or its content alone, without proofs.

    Either is what its record says, byte for byte. Raises ReleaseError when there is no such release, or when it is
    damaged or too large to be asked from its file.
    """
    release = read_release(releases / identity)
    if release.identity != identity:
        raise ReleaseError(f"{releases / identity}: its record is that of {release.identity}")
    try:
        snapshot = open_snapshot(snapshots / identity)
        verify(snapshot, content=False)
    except SnapshotError:
        pass
    else:
        return snapshot
    if release.parts["all"].triples > MOST_TRIPLES:
        raise ReleaseError(f"{identity} is too large to be queried without its snapshot, which is gone")
    file = release.find_file(CONTENT)
    try:
        with (releases / identity / CONTENT).open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ReleaseError(f"{identity}: {CONTENT} cannot be read") from error
    if file is None or found != file.sha256:
        raise ReleaseError(f"{identity}: {CONTENT} is damaged")
    manifest = Manifest(
        identity=identity,
        created=release.created,
        content="",
        versions=release.versions,
        sources={},
        graphs=release.graphs,
        classes={},
        asserted=sum(get_home().select_own(release.graphs).values()) - release.graphs.get(get_home().inferred_graph, 0),
        inferred=release.graphs.get(get_home().inferred_graph, 0),
        warnings=(),
        files={},
        questions=release.questions,
    )
    return Snapshot(releases / identity, manifest, CONTENT)
