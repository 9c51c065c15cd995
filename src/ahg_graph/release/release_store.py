"""The releases in the folder as the server reads them; it never writes there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ahg_graph.config.paths import find_folder
from ahg_graph.errors import ReleaseError, UnknownName
from ahg_graph.rdf.terms import RdfFormat, Triple, parse
from ahg_graph.release import Release, ReleaseFile, list_releases, read_release
from ahg_graph.release.manifest import NAME, SUMS
from ahg_graph.sparql.media_types import JSON, PLAIN

CURRENT = "current"
_RECORDS = {NAME: JSON, SUMS: f"{PLAIN}; charset=utf-8"}
"""The files that a record does not list: itself, and the sums of the others."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a release: where it lies, and what the record says of it."""

    path: Path
    release: Release
    file: ReleaseFile


def find_release_folder() -> Path:
    """Return the folder of releases that the settings name."""
    return find_folder("releases")


def list_downloads() -> list[Release]:
    """Return every release, the newest first."""
    return list_releases(find_release_folder())


def get_release(identity: str) -> Release:
    """Return the release of an identity; raises UnknownName."""
    if identity.isalnum():
        try:
            return read_release(find_release_folder() / identity)
        except ReleaseError:
            pass
    raise UnknownName(f"there is no release {identity!r}; /downloads lists all releases")


def get_download(identity: str, name: str) -> Download:
    """Return a file of a release; raises UnknownName for what the release's record does not list."""
    release = get_release(identity)
    if name in _RECORDS:
        data = (find_release_folder() / release.identity / name).read_bytes()
        file: ReleaseFile | None = ReleaseFile(name, "", _RECORDS[name], False, len(data), sha256(data).hexdigest(), "")
    else:
        file = release.find_file(name)
    if file is None:
        raise UnknownName(f"the release {identity} has no file {name!r}; it has {', '.join(list_names(release))}")
    return Download(find_release_folder() / release.identity / file.name, release, file)


def list_names(release: Release) -> list[str]:
    """Return the names of a release's files, in the order of its record."""
    return [file.name for file in release.files]


def read_changes(release: Release) -> dict[str, Any]:
    """Return the changes since the release before; raises UnknownName when it lists none."""
    download = get_download(release.identity, "changes.json")
    found: dict[str, Any] = json.loads(download.path.read_bytes())
    return found


def find_description(identity: str) -> tuple[Triple, ...]:
    """Return what the release of a snapshot says of itself, or nothing when the snapshot has no release."""
    try:
        download = get_download(identity, "void.ttl")
    except UnknownName:
        return ()
    return _parse(download.path, download.file.sha256)


@lru_cache(maxsize=4)
def _parse(path: Path, content: str) -> tuple[Triple, ...]:
    """Return the triples of a Turtle file; the hash makes another file of the same name another call."""
    return tuple(quad.triple for quad in parse(path.read_bytes(), RdfFormat.TURTLE))
