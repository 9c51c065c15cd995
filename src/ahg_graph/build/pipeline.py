"""From sources to the current snapshot: read, check, close, write, verify, swap."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from ahg_graph import __version__
from ahg_graph.build.display_file import load_display
from ahg_graph.build.ontology_versions import load_versions, write_versions
from ahg_graph.build.proof_export import export_proofs
from ahg_graph.build.resource_estimates import IN_MEMORY, check_capacity
from ahg_graph.build.validation import Report, ValidationReport, validate_home
from ahg_graph.config.home_file import read_home
from ahg_graph.config.paths import CONTEXT_FILE, DISPLAY_FILE, SHAPES_FILE
from ahg_graph.config.prefixes import PREFIXES, activate_home, get_home
from ahg_graph.errors import BuildFailed
from ahg_graph.explanation.proof_database import NAME as PROOFS
from ahg_graph.queries.name_database import NAME as NAMES
from ahg_graph.queries.name_database import write_names
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Quad, Triple
from ahg_graph.reasoning.closure import Closure, close_graph
from ahg_graph.reasoning.closure.ntriples_reader import pause_collection
from ahg_graph.reasoning.contradictions import describe_contradiction
from ahg_graph.reasoning.rules import load_rule_folder
from ahg_graph.shapes import load_shapes
from ahg_graph.snapshot.manifest import NAME, Manifest
from ahg_graph.snapshot.snapshot_store import (
    SMALL,
    STORE,
    WHOLE,
    Snapshot,
    commit,
    list_files,
    make_current,
    staging_directory,
)
from ahg_graph.sources.turtle import Source, Sources, list_sources
from ahg_graph.sparql.json_ld import make_context
from ahg_graph.sparql.media_types import TURTLE
from ahg_graph.sparql.memory_dataset import Reader, hash_quads
from ahg_graph.sparql.results_writer import write_triples
from ahg_graph.sparql.store import write_store

DRAFT_LEAVES_OUT = ("proofs were not kept", "nothing was said in the terms of other vocabularies")
"""What is not done for a draft."""

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_VERSION_INFO = NamedNode(PREFIXES["owl"] + "versionInfo")


@pause_collection()
def build(home: Path, snapshots: Path, report: Report = lambda stage: None) -> Snapshot:
    """Build a home folder's snapshot, put it in the snapshot folder and make it the current one.

    Raises BuildMemory before anything is read when the graph needs more memory than a build may use, and BuildFailed
    with every problem; then, and on any other failure, the current snapshot is unchanged.
    """
    activate_home(read_home(home))
    data = [path for path, role, _ in list_sources(home) if role in ("register", "record")]
    check_capacity(IN_MEMORY, data, "; as a stream it needs less: ahg-graph build --stream")
    examination = validate_home(home, report, prove=True)
    if examination.problems or examination.closure is None:
        raise BuildFailed(examination.problems)
    return _write(home, examination, examination.closure, snapshots, report)


def build_draft(home: Path, snapshots: Path, sources: Sources, problems: Sequence[str]) -> Snapshot:
    """Write what is there as a draft, which says what is wrong with it, and make it the current one of a folder.

    Nothing is checked, and there are no proofs: a draft is there soon after something was saved. Raises BuildFailed
    where the ontology or its rules cannot be read.
    """
    slips = [error for source in sources.select("ontology") for error in source.errors]
    if slips:
        raise BuildFailed(slips)
    rules = load_rule_folder(home / "ontology" / "rules")
    closure = close_graph(sources.triples("ontology", "register", "record"), rules, prove=False)
    found = ValidationReport(sources, closure, (), (), display=load_display(home), versions=load_versions(home))
    told = [*problems, *(str(describe_contradiction(each, sources)) for each in closure.contradictions)]
    return _write(home, found, closure, snapshots, lambda stage: None, draft=tuple(told))


def _write(
    home: Path,
    examination: ValidationReport,
    closure: Closure,
    snapshots: Path,
    report: Report,
    draft: tuple[str, ...] | None = None,
) -> Snapshot:
    """Write what was examined as a snapshot and make it the current one."""
    asserted = [
        Quad(triple.subject, triple.predicate, triple.object, source.graph)
        for source in examination.sources.files
        for triple in source.triples
    ]
    known = {quad.triple for quad in asserted}
    graph, aligned_graph = NamedNode(get_home().inferred_graph), NamedNode(get_home().aligned_graph)
    inferred = [
        Quad(t.subject, t.predicate, t.object, graph)
        for t in closure.inferred
        if t not in known and not _is_anonymous(t)
    ]
    report("writing")
    quads = set(chain(asserted, inferred)).union(
        Quad(t.subject, t.predicate, t.object, aligned_graph) for t in examination.alignment.triples
    )
    with staging_directory(snapshots) as folder:
        small = len(quads) <= SMALL
        write_store(folder / STORE, quads, graphs=(graph.value,), whole=folder / WHOLE if small else None)
        if draft is None:
            export_proofs(folder / PROOFS, examination.sources, {**closure.steps, **examination.alignment.steps})
        write_display(examination.display, folder)
        write_versions(examination.versions, folder)
        write_published(home, examination.sources.triples("ontology"), folder)
        classes = _count_classes(quads)
        write_names(folder / NAMES, Reader(folder / STORE).stream, classes)
        left_out = () if draft is None else DRAFT_LEAVES_OUT
        manifest = replace(
            _describe(home, examination, quads, classes, folder), draft=draft, left_out=left_out
        ).identified()
        (folder / NAME).write_text(manifest.to_json(), encoding="utf-8")
        report("verifying")
        snapshot = commit(folder, snapshots)
    make_current(snapshot, snapshots)
    return snapshot


def _is_anonymous(triple: Triple) -> bool:
    """Return whether a triple speaks of a class expression without a name, which no other file could point to."""
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _count_classes(quads: set[Quad]) -> dict[str, int]:
    apart = {NamedNode(name) for name in get_home().linked_graphs}
    types = (quad for quad in quads if quad.predicate == _TYPE and quad.graph_name not in apart)
    instances = {(quad.subject, quad.object) for quad in types if isinstance(quad.object, NamedNode)}
    return dict(sorted(Counter(kind.value for _, kind in instances).items()))


def _describe(
    home: Path,
    examination: ValidationReport,
    quads: set[Quad],
    classes: dict[str, int],
    folder: Path,
) -> Manifest:
    graphs = Counter(str(quad.graph_name.value) for quad in quads if isinstance(quad.graph_name, NamedNode))
    return Manifest(
        identity="",
        created=read_time(home).isoformat().replace("+00:00", "Z"),
        content=hash_quads(quads),
        versions={
            "ahg-graph": __version__,
            "ontology": find_ontology_version(examination.sources.triples("ontology")),
            **{name: version(name) for name in ("nemo-python", "pyoxigraph", "pyshacl")},
        },
        sources={
            source.path: source.sha256
            for source in (*examination.sources.files, *examination.versions, examination.display)
            if source is not None
        }
        | hash_shapes(home),
        graphs=dict(sorted(graphs.items())),
        classes=classes,
        asserted=sum(get_home().select_own(graphs).values()) - graphs[get_home().inferred_graph],
        inferred=graphs[get_home().inferred_graph],
        warnings=tuple(str(warning) for warning in examination.warnings),
        files=list_files(folder),
        questions=examination.catalogue.list_texts() if examination.catalogue else {},
        home=get_home(),
    )


def write_published(home: Path, ontology: Iterable[Triple], folder: Path) -> None:
    """Put what is published beside the graph into the folder of a snapshot: its shapes and its context of JSON-LD."""
    shapes = load_shapes(home).triples
    prefixes = {name: iri for name, iri in get_home().prefixes.items() if iri.endswith(("/", "#"))}
    if shapes:
        (folder / SHAPES_FILE).write_bytes(write_triples(shapes, TURTLE, prefixes))
    (folder / CONTEXT_FILE).write_bytes(make_context(ontology).to_bytes())


def hash_shapes(home: Path) -> dict[str, str]:
    """Return the hash of each file of shapes, by its path."""
    return {name: hashlib.sha256((home / name).read_bytes()).hexdigest() for name in load_shapes(home).paths}


def write_display(display: Source | None, folder: Path) -> None:
    """Put the display file, if there is one, into the folder of a snapshot."""
    if display is not None:
        (folder / DISPLAY_FILE).write_text(display.text, encoding="utf-8", newline="")


def find_ontology_version(triples: Iterable[Triple]) -> str:
    """Return the version that an ontology says it has, or nothing."""
    found = sorted(t.object.value for t in triples if t.predicate == _VERSION_INFO and isinstance(t.object, Literal))
    return found[0] if found else ""


def read_time(home: Path) -> datetime:
    """Return the time that a build of a home folder carries, in UTC.

    It is SOURCE_DATE_EPOCH (reproducible-builds.org) where set, else the time of the last commit, else now.
    """
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(epoch), UTC)
    try:
        log = subprocess.run(
            ["git", "-C", str(home), "log", "-1", "--format=%ct"], capture_output=True, text=True, check=True
        )
        return datetime.fromtimestamp(int(log.stdout), UTC)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return datetime.fromtimestamp(int(time.time()), UTC)
