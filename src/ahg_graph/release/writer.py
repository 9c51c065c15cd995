"""From a snapshot to a release: files, hashes, description and changes, written beside and put in place in one step."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ahg_graph.build.resource_estimates import RELEASED, check_memory
from ahg_graph.config.paths import CONTEXT_FILE, SHAPES_FILE
from ahg_graph.rdf.terms import Quad, Triple
from ahg_graph.release import changes
from ahg_graph.release import manifest as record
from ahg_graph.release.canonicalization import canonicalize, hash_content
from ahg_graph.release.changes import EarlierRelease
from ahg_graph.release.citation_files import write_citations
from ahg_graph.release.description import count, describe_release
from ahg_graph.release.manifest import Part, Release, ReleaseFile
from ahg_graph.release.parts import divide
from ahg_graph.release.serializers import SYNTAXES, write_turtle
from ahg_graph.release.version_check import check_ontology_versions
from ahg_graph.snapshot import Snapshot
from ahg_graph.snapshot.snapshot_store import staging_directory
from ahg_graph.sparql.json_ld import load_context
from ahg_graph.sparql.media_types import JSON_LD, TURTLE
from ahg_graph.sparql.memory_dataset import read_quads


def make_release(snapshot: Snapshot, snapshots: Path, created: datetime, since: Path | None = None) -> Release:
    """Write the release of a snapshot into a folder of its own in the folder of releases and return it.

    `created` is the time that the release bears, in UTC; `since` the folder of the release that it is compared with.
    The same snapshot, time and predecessor give the same bytes. Raises BuildMemory before anything is read when the
    graph is too large for it, ReleaseError when the predecessor cannot be read or the ontology has changed without its
    version, SnapshotError or OSError when the snapshot cannot, and StorageError when there is no room for the release.
    """
    check_memory(RELEASED, snapshot.triples, "a release", "for an engine: ahg-graph export --for-engine")
    earlier = None if since is None else changes.read_earlier_release(since, snapshot.manifest.identity)
    quads = canonicalize(read_quads(snapshot.store))
    check_ontology_versions(snapshot, quads, earlier)
    parts = divide(quads)
    with staging_directory(snapshots) as folder:
        release = _write(folder, snapshot, parts, created, earlier)
        _replace(folder, snapshots / release.identity)
    return release


def _write(
    folder: Path,
    snapshot: Snapshot,
    parts: Mapping[str, Sequence[Quad]],
    created: datetime,
    earlier: EarlierRelease | None,
) -> Release:
    manifest, context = snapshot.manifest, load_context(snapshot.path)
    described: dict[str, Part] = {}
    files: list[ReleaseFile] = []
    for name, quads in parts.items():
        triples = {Quad(*quad.triple) for quad in quads}
        part = described[name] = Part(name, len(triples), len(set(quads)), hash_content(triples), hash_content(quads))
        for syntax in SYNTAXES:
            data = syntax.write(quads, context)
            content = part.quads_hash if syntax.named else part.triples_hash
            file = _file(f"{name}.{syntax.suffix}", data, syntax.media_type, name, syntax.gzipped, content)
            (folder / file.name).write_bytes(data)
            files.append(file)
    release = Release(
        identity=manifest.identity,
        created=created.isoformat().replace("+00:00", "Z"),
        version=manifest.versions.get("ontology", ""),
        versions=manifest.versions,
        graphs=manifest.graphs,
        parts=described,
        files=tuple(files),
        questions=manifest.questions,
    )
    if earlier is not None:
        found = changes.compare(earlier.quads, parts["all"])
        release = replace(release, since=earlier.release.identity)
        for name, data, media_type in changes.write(found, release, earlier.release):
            release = _add(folder, release, name, data, media_type)
    for name, media_type in ((SHAPES_FILE, TURTLE), (CONTEXT_FILE, JSON_LD)):
        if (snapshot.path / name).is_file():
            release = _add(folder, release, name, (snapshot.path / name).read_bytes(), media_type)
    for name, data, media_type in write_citations(release):
        release = _add(folder, release, name, data, media_type)
    release = _add(folder, release, "void.ttl", _write_description(describe_release(release, count(parts["all"]))))
    (folder / record.NAME).write_text(release.to_json(), encoding="utf-8")
    sums = sorted((file.name, file.sha256) for file in release.files)
    (folder / record.SUMS).write_text("".join(f"{sha256}  {name}\n" for name, sha256 in sums), encoding="utf-8")
    return release


def _add(folder: Path, release: Release, name: str, data: bytes, media_type: str = TURTLE) -> Release:
    (folder / name).write_bytes(data)
    return replace(release, files=(*release.files, _file(name, data, media_type)))


def _file(
    name: str, data: bytes, media_type: str, part: str = "", gzipped: bool = False, content: str = ""
) -> ReleaseFile:
    return ReleaseFile(name, part, media_type, gzipped, len(data), hashlib.sha256(data).hexdigest(), content)


def _write_description(triples: Sequence[Triple]) -> bytes:
    return write_turtle(Quad(*triple) for triple in triples)


def _replace(folder: Path, place: Path) -> None:
    """Put a draft in its place; what was there before is gone afterwards."""
    if place.exists():
        old = place.with_name(f".old-{secrets.token_hex(4)}")
        place.rename(old)
        try:
            folder.rename(place)
        except OSError:
            old.rename(place)
            raise
        shutil.rmtree(old)
    else:
        folder.rename(place)
