"""`ontology/versions/`: the text of each earlier version of the ontology, so that the IRI of a version leads to it.

The file `ontology/versions/ont/0.1.0.ttl` is what the IRI `{base}ont/0.1.0` names. It is no part of the graph: a build
checks it and puts a copy beside the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from ahg_graph.config.paths import VERSIONS
from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.errors import BuildError
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.sources.turtle import Source, Sources, load_source

_VERSION_IRI = NamedNode(PREFIXES["owl"] + "versionIRI")
_PRIOR = NamedNode(PREFIXES["owl"] + "priorVersion")


def load_versions(home: Path) -> tuple[Source, ...]:
    """Return every earlier version that a home folder keeps; the graph of each has the name of the version."""
    folder = home / "ontology" / VERSIONS
    paths = ((path, path.relative_to(folder).with_suffix("").as_posix()) for path in sorted(folder.rglob("*.ttl")))
    return tuple(load_source(home, path, "version", get_home().base + name) for path, name in paths)


def check_versions(versions: Sequence[Source], sources: Sources) -> Iterator[Exception]:
    """Yield what is wrong with them: errors, a text of another version, and a prior version that is not kept."""
    for version in versions:
        yield from version.errors
        stated = {t.object for t in version.triples if t.predicate == _VERSION_IRI}
        if stated != {version.graph}:
            yield BuildError(f"{version.path}: its owl:versionIRI is not {version.graph}; keep it as it was published")
    kept = {version.graph for version in versions}
    for triple in sources.triples("ontology", "alignments"):
        prior = triple.object
        if triple.predicate == _PRIOR and isinstance(prior, NamedNode) and prior not in kept:
            name = PurePosixPath("ontology", VERSIONS, prior.value.removeprefix(get_home().base))
            yield BuildError(
                f"{sources.find_place(*triple)}: the version before, {prior}, has no file; put its text into {name}.ttl"
            )


def write_versions(versions: Sequence[Source], folder: Path) -> None:
    """Put the earlier versions into the folder of a snapshot."""
    for version in versions:
        path = folder / VERSIONS / (version.graph.value.removeprefix(get_home().base) + ".ttl")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(version.text, encoding="utf-8", newline="")
