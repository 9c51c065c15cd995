"""What a snapshot says of itself: `manifest.json`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ahg_graph.config.home_file import Home, parse_home
from ahg_graph.errors import SnapshotError

FORMAT = 1
"""Raised when a snapshot's layout changes so that older code cannot read it."""

NAME = "manifest.json"
BY_FILES = "files:"
"""What the hash of a content starts with when it is of the files that were loaded."""


@dataclass(frozen=True, slots=True)
class File:
    """Size in bytes and SHA-256 of a file of the snapshot."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The facts about a snapshot; all but `created` and `files` are part of its identity.

    `content` is the SHA-256 of the quads as sorted N-Quads; `created` is in UTC; `sources` maps paths to SHA-256;
    `graphs` maps graph IRIs to numbers of triples, `classes` class IRIs to numbers of instances; `files` maps paths
    within the snapshot to what they must be; `questions` maps the saved queries that it was checked with, as
    `name@version`, to the SHA-256 of their texts, and is empty where no one took note of them; `left_out` says what a
    build of a graph too large for it did not do. Such a build's `content` starts with `files:` and is the hash of the
    files that were loaded. `draft` is None for what a build has checked; else the sources are being written, and it
    lists what is wrong with them. `home` holds the facts about the graph that what shows it states; one that was made
    without them is shown by those of the home folder at hand.
    """

    identity: str
    created: str
    content: str
    versions: Mapping[str, str]
    sources: Mapping[str, str]
    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    asserted: int
    inferred: int
    warnings: tuple[str, ...]
    files: Mapping[str, File]
    questions: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    draft: tuple[str, ...] | None = None
    home: Home | None = None
    format: int = FORMAT

    def identified(self) -> Manifest:
        """Return the manifest with its identity computed from everything but times and the engine's files.

        The engine's files differ from one writing to the next, their content does not.
        """
        facts = self._list_facts()
        for name in ("identity", "created", "files"):
            del facts[name]
        for name in ("questions", "left_out", "home", "draft"):
            if facts[name] is None or (name != "draft" and not facts[name]):
                del facts[name]  # as in the manifests that do not have it
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
        return replace(self, identity=hashlib.sha256(text.encode()).hexdigest()[:16])

    def _list_facts(self) -> dict[str, Any]:
        home = self.home.to_json() if self.home else None
        return {**asdict(replace(self, home=None)), "home": home}

    def to_json(self) -> str:
        """Return the text of `manifest.json`."""
        return json.dumps(self._list_facts(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def parse_manifest(text: str) -> Manifest:
    """Return the manifest that a JSON text states; raises SnapshotError when it states none of this format."""
    try:
        facts = json.loads(text)
        if facts["format"] != FORMAT:
            raise SnapshotError(f"has format {facts['format']}, this version reads format {FORMAT}; build it again")
        facts["files"] = {path: File(**file) for path, file in facts["files"].items()}
        for name in ("warnings", "left_out"):
            facts[name] = tuple(facts.get(name, ()))
        facts["draft"] = tuple(facts["draft"]) if facts.get("draft") is not None else None
        facts["home"] = parse_home(facts["home"]) if facts.get("home") else None
        known = {member.name for member in fields(Manifest)}
        return Manifest(**{name: value for name, value in facts.items() if name in known})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SnapshotError(f"no manifest: {error}") from error


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a snapshot folder; raises SnapshotError when there is none."""
    try:
        return parse_manifest((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{folder}: no snapshot here ({error})") from error
    except SnapshotError as error:
        raise SnapshotError(f"{folder}: {error}") from error
