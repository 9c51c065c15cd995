"""What a release says of itself, `release.json`, and the folder of releases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ahg_graph.errors import ReleaseError

NAME = "release.json"
SUMS = "SHA256SUMS"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the content: numbers of triples (of all graphs together) and of quads.

    `triples_hash` and `quads_hash` are the RDFC-1.0 hashes of the content without and with the names of graphs.
    """

    name: str
    triples: int
    quads: int
    triples_hash: str
    quads_hash: str


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file; `part` and `content_hash` (RDFC-1.0, SHA-256) are empty for a description."""

    name: str
    part: str
    media_type: str
    gzipped: bool
    size: int
    sha256: str
    content_hash: str


@dataclass(frozen=True)
class Release:
    """A release as its record describes it; `created` is in UTC, `graphs` maps graph IRIs to numbers of triples.

    `identity` is that of the snapshot, `since` that of the release it was compared with, or empty; `questions` are as
    in the manifest of the snapshot.
    """

    identity: str
    created: str
    version: str
    versions: Mapping[str, str]
    graphs: Mapping[str, int]
    parts: Mapping[str, Part]
    files: tuple[ReleaseFile, ...]
    since: str = ""
    questions: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> str:
        """Return the text of `release.json`."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    def find_file(self, name: str) -> ReleaseFile | None:
        """Return a file by its name, or None."""
        return next((file for file in self.files if file.name == name), None)


def parse_release(text: str) -> Release:
    """Return the release that a record describes; raises ReleaseError when it describes none of this format."""
    try:
        facts = json.loads(text)
        if facts["format"] != FORMAT:
            raise ReleaseError(f"has format {facts['format']}, this version reads format {FORMAT}; make it again")
        facts["parts"] = {name: Part(**part) for name, part in facts["parts"].items()}
        facts["files"] = tuple(ReleaseFile(**file) for file in facts["files"])
        return Release(**facts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(f"no record of a release: {error}") from error


def read_release(folder: Path) -> Release:
    """Return the release in a folder; raises ReleaseError when there is none."""
    try:
        return parse_release((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(f"{folder}: no release here; make one with: ahg-graph release") from error
    except ReleaseError as error:
        raise ReleaseError(f"{folder}: {error}") from error


def list_releases(shelf: Path) -> list[Release]:
    """Return the readable releases of a folder of releases, the newest first."""
    found: list[Release] = []
    for path in sorted(shelf.glob(f"[!.]*/{NAME}")):
        try:
            found.append(read_release(path.parent))
        except ReleaseError:
            continue  # of another format; `read_release` on its folder says so
    return sorted(found, key=lambda release: (release.created, release.identity), reverse=True)


def verify_release(folder: Path) -> Release:
    """Return the release in a folder, every file of which is as the record says.

    Raises ReleaseError, which names all files that are missing, damaged or unknown to the record.
    """
    release = read_release(folder)
    wrong = []
    for file in release.files:
        try:
            data = (folder / file.name).read_bytes()
        except OSError:
            wrong.append(f"{file.name} is missing")
            continue
        if hashlib.sha256(data).hexdigest() != file.sha256:
            wrong.append(f"{file.name} is damaged")
    known = {file.name for file in release.files} | {NAME, SUMS}
    wrong += [f"{path.name} is not in the record" for path in sorted(folder.iterdir()) if path.name not in known]
    if wrong:
        raise ReleaseError(f"{folder}: " + "; ".join(wrong))
    return release
