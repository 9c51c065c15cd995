"""Which quads each part of a release has: each can be opened by itself, in what reads RDF and in what reads OWL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.rdf.terms import NamedNode, Quad, Term

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_LABEL = NamedNode(PREFIXES["rdfs"] + "label")
_KINDS = frozenset(
    NamedNode(PREFIXES["owl"] + name) for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)


def divide(quads: Sequence[Quad]) -> Mapping[str, Sequence[Quad]]:
    """Return the quads of each part of a release.

    `all` is the ontology with what is asserted and inferred. `linked`, the same in the terms of other vocabularies, is
    apart, since one file may have one ontology header; without alignments there is no such part. Every part but the
    ontology declares the terms that it uses, in the graph of the ontology: OWL takes a statement for the assertion that
    it is only where its property is declared. The ontology has labels for its codes, which tools look for.
    """
    home = get_home()
    ontology, inferred = NamedNode(home.ontology_graph), NamedNode(home.inferred_graph)
    linked = {NamedNode(name) for name in home.linked_graphs}
    of_ontology = [quad for quad in quads if quad.graph_name == ontology]
    apart = {ontology, inferred, *linked}
    parts = {
        "asserted": [quad for quad in quads if quad.graph_name not in apart],
        "inferred": [quad for quad in quads if quad.graph_name == inferred],
        "linked": [quad for quad in quads if quad.graph_name in linked],
    }
    if not parts["linked"]:
        del parts["linked"]
    return {
        "ontology": [*of_ontology, *_label(of_ontology, parts.get("linked", ()))],
        **{name: [*part, *_declare(part, of_ontology)] for name, part in parts.items()},
        "all": [quad for quad in quads if quad.graph_name not in linked],
    }


def _label(ontology: Iterable[Quad], linked: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the labels that follow for what the ontology describes."""
    described, followed = {quad.subject for quad in ontology}, NamedNode(get_home().aligned_graph)
    return (q for q in linked if q.predicate == _LABEL and q.subject in described and q.graph_name == followed)


def _declare(part: Iterable[Quad], ontology: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the ontology's declarations of the terms that a part names."""
    named: set[Term] = {term for quad in part for term in quad.triple}
    return (q for q in ontology if q.predicate == _TYPE and q.object in _KINDS and q.subject in named)
