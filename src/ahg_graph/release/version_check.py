"""The version of an ontology moves when the ontology does: what a version names never changes once it is released."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahg_graph.config.paths import VERSIONS
from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.errors import ReleaseError
from ahg_graph.rdf.terms import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse
from ahg_graph.release.canonicalization import hash_content
from ahg_graph.release.changes import EarlierRelease
from ahg_graph.snapshot import Snapshot

_LABEL = NamedNode(PREFIXES["rdfs"] + "label")
_VERSION_IRI = NamedNode(PREFIXES["owl"] + "versionIRI")


def check_ontology_versions(snapshot: Snapshot, quads: Sequence[Quad], earlier: EarlierRelease | None) -> None:
    """Raise ReleaseError if an ontology differs from what is already known under the version that it states.

    Known are the earlier versions that the snapshot keeps and the release that this one is compared with. An ontology
    that states no version IRI is not checked.
    """
    for graph in (get_home().ontology_graph, get_home().alignments_graph):
        triples = _select(quads, graph)
        for version in sorted(_list_versions(triples)):
            path = snapshot.path / VERSIONS / f"{version.removeprefix(get_home().base)}.ttl"
            if path.is_file():
                # A text that was kept from a release has the labels of codes too.
                kept = [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)]
                kept = [t for t in kept if t in triples or t.predicate != _LABEL or isinstance(t.subject, BlankNode)]
                _compare(version, triples, kept, f"ontology/{path.relative_to(snapshot.path)}")
            before = _select(earlier.quads, graph) if earlier else []
            if earlier and version in _list_versions(before):
                _compare(version, triples, before, f"release {earlier.release.identity}")


def _compare(version: str, triples: Iterable[Triple], known: Iterable[Triple], place: str) -> None:
    if hash_content(Quad(*triple) for triple in set(triples)) != hash_content(Quad(*triple) for triple in set(known)):
        raise ReleaseError(
            f"the ontology has changed since {place} and still says that it is {version}: raise owl:versionIRI and "
            "owl:versionInfo, and keep the text before as docs/releases.md says"
        )


def _select(quads: Iterable[Quad], graph: str) -> list[Triple]:
    name = NamedNode(graph)
    return [quad.triple for quad in quads if quad.graph_name == name]


def _list_versions(triples: Iterable[Triple]) -> set[str]:
    return {t.object.value for t in triples if t.predicate == _VERSION_IRI and isinstance(t.object, NamedNode)}
