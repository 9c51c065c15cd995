"""A snapshot of a graph that no process could hold in memory with its proofs: read, reasoned and loaded as a stream.

Its manifest lists what such a build leaves out. The ontology is read whole and checked as always.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from ahg_graph import __version__
from ahg_graph.build.display_file import check_display, load_display
from ahg_graph.build.ontology_versions import check_versions, load_versions, write_versions
from ahg_graph.build.pipeline import find_ontology_version, hash_shapes, read_time, write_display, write_published
from ahg_graph.build.remembered_checks import check_axioms
from ahg_graph.build.resource_estimates import STREAMED, check_capacity, check_disk
from ahg_graph.config.home_file import read_home
from ahg_graph.config.prefixes import activate_home, get_home
from ahg_graph.errors import BuildError, BuildFailed, RuleError
from ahg_graph.queries.catalogue import Catalogue, load_catalogue
from ahg_graph.queries.compatibility import check_compatibility
from ahg_graph.queries.name_database import NAME as NAMES
from ahg_graph.queries.name_database import write_names
from ahg_graph.queries.validation import lint_query
from ahg_graph.rdf.terms import BlankNode, Quad
from ahg_graph.reasoning.rules import load_rule_folder
from ahg_graph.reasoning.subprocess_inference import infer_in_subprocess
from ahg_graph.snapshot.manifest import BY_FILES, NAME, Manifest
from ahg_graph.snapshot.snapshot_store import STORE, Snapshot, commit, list_files, make_current, staging_directory
from ahg_graph.sources.turtle import Source, Sources, list_sources, load_sources
from ahg_graph.sparql.memory_dataset import Loader, Reader, count_classes, count_graphs, hash_quads

Report = Callable[[str], None]
"""Called with the name of each stage as it begins."""

LEFT_OUT = (
    "shapes were not run",
    "proofs were not kept",
    "the answers of the saved queries were not checked against what their headers expect",
    "numbers, dates and truth values are written in one form each, such as 1 for 01",
    "no search was made for triples that stand in two files",
    "nothing was said in the terms of other vocabularies",
)
"""What a build as a stream does not do."""


def build_streaming(home: Path, snapshots: Path, report: Report = lambda stage: None) -> Snapshot:
    """Build a home folder's snapshot as a stream, put it in the snapshot folder and make it current.

    Raises BuildMemory and BuildDisk before anything is read when the graph needs more memory than a build may use or
    more disk than is free, BuildMemory too when the reasoner takes more after all, and BuildFailed with
    every problem; the current snapshot is then unchanged.
    """
    activate_home(read_home(home))
    data = [(path, graph) for path, role, graph in list_sources(home) if role in ("register", "record")]
    allowed, triples = check_capacity(STREAMED, [path for path, _ in data])
    check_disk(triples, snapshots)
    report("checking the ontology")
    sources = load_sources(home, "ontology", "alignments", "words", "texts", "reference")
    display = load_display(home)
    versions = load_versions(home)
    catalogue = _check(home, sources, display, versions)
    rules = home / "ontology" / "rules"
    schema = [home / source.path for source in sources.select("ontology")]
    with staging_directory(snapshots) as folder:
        report("reasoning")
        inferred = folder / "inferred.nt.gz"
        infer_in_subprocess([*schema, *(path for path, _ in data)], rules, inferred, _count_anonymous(sources), allowed)
        report("loading what is asserted")
        quads = [
            Quad(t.subject, t.predicate, t.object, source.graph) for source in sources.files for t in source.triples
        ]
        try:
            loader = Loader(folder / STORE, quads)
            for path, graph in data:
                loader.load_file(path, graph)
        except SyntaxError as error:
            raise BuildFailed([f"{error.filename or 'data'}: {error.msg}"]) from error
        report("loading what is inferred")
        with gzip.open(inferred) as stream:
            followed = loader.load_lines(stream, get_home().inferred_graph)
        inferred.unlink()
        loader.finish((get_home().inferred_graph,))
        del loader  # closes the engine's files
        report("counting")
        hashes = {path.relative_to(home).as_posix(): _hash(path) for path, _ in data}
        hashes |= {source.path: source.sha256 for source in sources.files}
        content = json.dumps([hash_quads(quads), followed, sorted(hashes.items())])
        graphs, classes = count_graphs(folder / STORE), count_classes(folder / STORE)
        if display:
            hashes[display.path] = display.sha256
            write_display(display, folder)
        hashes |= {version.path: version.sha256 for version in versions}
        write_versions(versions, folder)
        hashes |= hash_shapes(home)
        write_published(home, sources.triples("ontology"), folder)
        report("writing names")
        write_names(folder / NAMES, Reader(folder / STORE).stream, classes)
        report("hashing the files")
        manifest = Manifest(
            identity="",
            created=read_time(home).isoformat().replace("+00:00", "Z"),
            content=BY_FILES + hashlib.sha256(content.encode()).hexdigest(),
            versions={
                "ahg-graph": __version__,
                "ontology": find_ontology_version(sources.triples("ontology")),
                **{name: version(name) for name in ("nemo-python", "pyoxigraph")},
            },
            sources=hashes,
            graphs=graphs,
            classes=classes,
            asserted=sum(get_home().select_own(graphs).values()) - graphs.get(get_home().inferred_graph, 0),
            inferred=graphs.get(get_home().inferred_graph, 0),
            warnings=(),
            files=list_files(folder),
            questions=catalogue.list_texts(),
            left_out=LEFT_OUT,
            home=get_home(),
        ).identified()
        report("storing the snapshot")
        (folder / NAME).write_text(manifest.to_json(), encoding="utf-8")
        snapshot = commit(folder, snapshots, verified=True)
    make_current(snapshot, snapshots)
    return snapshot


def _check(home: Path, sources: Sources, display: Source | None, versions: Sequence[Source]) -> Catalogue:
    """Return the saved queries, or raise BuildFailed with all that is wrong with them, the ontology or the rules."""
    problems: list[object] = [*sources.errors, *check_versions(versions, sources)]
    if not sources.select("ontology"):
        problems.append(BuildError(f"{home}/ontology: no Turtle file; is this the project's folder?"))
    elif not problems:
        try:
            rules = load_rule_folder(home / "ontology" / "rules")
            problems.extend(check_axioms(sources, rules))
        except RuleError as error:
            problems.append(error)
    try:
        catalogue = load_catalogue(home / "queries")
    except BuildFailed as error:
        raise BuildFailed([*problems, *error.problems]) from error
    problems += [problem for query in catalogue.versions.values() for problem in lint_query(query)]
    problems += check_compatibility(home / "queries", catalogue)
    problems += check_display(display, sources, catalogue) if display else ()
    if problems:
        raise BuildFailed(problems)
    return catalogue


def _count_anonymous(sources: Sources) -> int:
    terms = (term for triple in sources.triples("ontology") for term in triple)
    return len({term for term in terms if isinstance(term, BlankNode)})


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
