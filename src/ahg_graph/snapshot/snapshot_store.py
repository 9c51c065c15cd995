"""The folder of snapshots and its link `current`: opening, verifying, adding, swapping.

A snapshot never changes once it has its name. The link is replaced in one step, so that a reader finds the old
snapshot or the new one and nothing between.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ahg_graph.config.prefixes import activate_home
from ahg_graph.errors import SnapshotError, StorageError
from ahg_graph.rdf.terms import RdfFormat, parse
from ahg_graph.snapshot.manifest import BY_FILES, NAME, File, Manifest, read_manifest
from ahg_graph.sparql.conformance.lexical_forms import restore_quad
from ahg_graph.sparql.memory_dataset import count_graphs, hash_quads, read_quads

CURRENT = "current"
STORE = "store"
WHOLE = "store.trig"
"""All quads in one file, in a snapshot that is read into memory before its first answer."""
SMALL = 250_000
"""Quads up to which it is: they take less than a second, the time that a first answer may take."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot on disk; `path` is its own folder, with no link in it, `content` what holds its quads there."""

    path: Path
    manifest: Manifest
    content: str = STORE

    @property
    def store(self) -> Path:
        """The folder of the engine's files, or one file of TriG."""
        return self.path / self.content

    @property
    def triples(self) -> int:
        """The number of triples, asserted and inferred."""
        return self.manifest.asserted + self.manifest.inferred

    def choose_store(self, held: int) -> Path:
        """Return what workers read at first: a file of TriG if there is one, of up to so many triples; else `store`."""
        whole = self.path / WHOLE
        return whole if self.triples <= held and whole.is_file() else self.store


def open_snapshot(path: Path) -> Snapshot:
    """Return the snapshot in a folder, links followed; reads the manifest only, see `verify` for the rest.

    Raises SnapshotError when there is no readable snapshot.
    """
    folder = path.resolve()
    return Snapshot(folder, read_manifest(folder))


def open_current(snapshots: Path) -> Snapshot:
    """Return the current snapshot; raises SnapshotError that says how to make one when there is none."""
    link = snapshots / CURRENT
    if not link.exists():
        raise SnapshotError(f"no snapshot in {snapshots}; make one with: ahg-graph build")
    return open_snapshot(link)


def activate(snapshot: Snapshot) -> Snapshot:
    """Work with the home that a snapshot is of from now on, if its manifest states one; returns the snapshot."""
    if snapshot.manifest.home:
        activate_home(snapshot.manifest.home)
    return snapshot


def open_at_hand(snapshots: Path) -> Snapshot:
    """Return the current snapshot, whose home this process works with from now on; raises as `open_current` does."""
    return activate(open_current(snapshots))


def verify(snapshot: Snapshot, *, content: bool = True) -> None:
    """Raise SnapshotError unless every file is as the manifest says and, with `content`, so are the quads read back.

    All that is wrong with the files is said at once. Of a graph whose content is hashed by its files the quads are only
    counted.
    """
    wrong: list[str] = []
    expected = dict(snapshot.manifest.files)
    for name, found in list_files(snapshot.path).items():
        if name not in expected:
            wrong.append(f"{name} is not in the manifest")
        elif (file := expected.pop(name)) != found:
            wrong.append(f"{name} has {found.size} bytes and is damaged (expected {file.size} bytes)")
    wrong.extend(f"{name} is missing" for name in expected)
    if wrong:
        raise SnapshotError(f"{snapshot.path}: " + "; ".join(sorted(wrong)))
    if snapshot.manifest.identified().identity != snapshot.manifest.identity:
        raise SnapshotError(f"{snapshot.path}: the manifest was changed after the snapshot was made")
    if content and snapshot.manifest.content.startswith(BY_FILES):
        try:
            graphs = count_graphs(snapshot.store)
        except (OSError, RuntimeError, ValueError) as error:
            raise SnapshotError(f"{snapshot.path}: the store cannot be read ({error})") from error
        if graphs != dict(snapshot.manifest.graphs):
            raise SnapshotError(f"{snapshot.path}: the store does not hold as many triples as the manifest says")
    elif content:
        try:
            found_hash = hash_quads(read_quads(snapshot.store))
        except (OSError, RuntimeError, ValueError) as error:
            raise SnapshotError(f"{snapshot.path}: the store cannot be read ({error})") from error
        if found_hash != snapshot.manifest.content:
            raise SnapshotError(f"{snapshot.path}: the store does not hold what the manifest says")
        whole = snapshot.path / WHOLE
        if (
            whole.exists()
            and hash_quads(map(restore_quad, parse(path=str(whole), format=RdfFormat.TRIG))) != found_hash
        ):
            raise SnapshotError(f"{whole} does not hold what the store does")


def list_files(folder: Path) -> dict[str, File]:
    """Return size and hash of every file of a snapshot but its manifest, by path within it."""
    found: dict[str, File] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name != NAME and path.name != "LOCK":
            with path.open("rb") as stream:
                found[name] = File(path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())
    return found


@contextmanager
def staging_directory(snapshots: Path) -> Iterator[Path]:
    """Give an empty folder for what is being made; it is removed afterwards unless it was put in its place.

    Raises StorageError in place of any OSError, within the block too: the disk is full, or not ours to write to.
    """
    folder = snapshots / f".draft-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        yield folder
    except OSError as error:
        raise StorageError(f"{snapshots} cannot be written to ({error}); its contents are unchanged") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def commit(folder: Path, snapshots: Path, *, verified: bool = False) -> Snapshot:
    """Rename a draft to its identity and return it; an intact snapshot of that name is kept instead.

    The files are on disk before the name is. Raises SnapshotError when the draft is not as its manifest says, unless
    the manifest was just `verified`, which takes minutes for a large one.
    """
    snapshot = open_snapshot(folder)
    if not verified:
        verify(snapshot)
    _flush(folder)
    path = snapshots.resolve() / snapshot.manifest.identity
    if path.exists():
        try:
            present = open_snapshot(path)
            verify(present)
        except SnapshotError:
            path.rename(snapshots / f".damaged-{snapshot.manifest.identity}-{secrets.token_hex(4)}")
        else:
            return present
    folder.rename(path)
    _flush_folder(snapshots)
    return open_snapshot(path)


def make_current(snapshot: Snapshot, snapshots: Path) -> None:
    """Make a snapshot the current one of its folder, in one step; raises StorageError and changes nothing otherwise."""
    fresh = snapshots / f".current-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        fresh.symlink_to(snapshot.path.name, target_is_directory=True)
        fresh.replace(snapshots / CURRENT)
        _flush_folder(snapshots)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StorageError(f"{snapshots} cannot be written to ({error}); the current snapshot is unchanged") from error


def _flush(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
        else:
            _flush_folder(path)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
