"""Triples to rdflib's graphs, and its terms back to ours."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import rdflib
from rdflib.namespace import XSD
from rdflib.term import Node

from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Term, Triple


def to_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return a graph of the triples; literals keep their text."""
    graph = rdflib.Graph()
    with quiet():
        for triple in triples:
            graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    return graph


def _node(term: object) -> rdflib.term.IdentifiedNode | rdflib.Literal:
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
