"""Triples to rdflib's graphs, and its terms back to ours."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import rdflib
from rdflib.namespace import RDF, RDFS, XSD
from rdflib.term import Node

from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Term, Triple

_NO_VALUES = frozenset((RDF.type, RDFS.isDefinedBy, RDFS.subClassOf))
"""Properties whose values no shape looks into."""


def to_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return a graph of the triples; literals keep their text."""
    graph = rdflib.Graph()
    change_graph(graph, (), triples)
    return graph


def change_graph(graph: rdflib.Graph, removed: Iterable[Triple], added: Iterable[Triple]) -> None:
    """Take triples from a graph and add others."""
    with quiet():
        for triple in removed:
            graph.remove((to_node(triple.subject), to_node(triple.predicate), to_node(triple.object)))
        for triple in added:
            graph.add((to_node(triple.subject), to_node(triple.predicate), to_node(triple.object)))


def list_values(graph: rdflib.Graph, names: Collection[str]) -> set[str]:
    """Return the things, other than those, that are their values or values of these: shapes may look so far."""
    found: set[str] = set()
    for _ in range(2):
        begun = found or set(names)
        found = found | {
            str(value)
            for name in begun
            for predicate, value in graph.predicate_objects(rdflib.URIRef(name))
            if isinstance(value, rdflib.URIRef) and predicate not in _NO_VALUES
        }
    return found - set(names)


def to_node(term: object) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    """Return the node that stands for a term."""
    match term:
        case NamedNode(value=iri):
            return rdflib.URIRef(iri)
        case BlankNode(value=name):
            return rdflib.BNode(name)
        case Literal(value=text, language=str(language)):
            return rdflib.Literal(text, lang=language)
        case Literal(value=text, datatype=NamedNode(value=datatype)):
            plain = datatype == str(XSD.string)
            return rdflib.Literal(text, datatype=None if plain else rdflib.URIRef(datatype), normalize=False)
    raise TypeError(f"not a term of RDF 1.1: {term!r}")


def from_node(node: Node | None) -> Term:
    """Return the term of one of rdflib's nodes."""
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype or XSD.string)))
    return BlankNode(str(node))


@contextmanager
def quiet() -> Iterator[None]:
    """Keep rdflib from printing a traceback for each ill-typed literal: the shapes report those."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
