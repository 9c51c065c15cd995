"""Terms of the engine to terms of rdflib and back."""

from __future__ import annotations

import rdflib

from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Term

_STRING = "http://www.w3.org/2001/XMLSchema#string"


def to_rdflib(term: Term, typed: bool = False) -> rdflib.term.Identifier:
    """Return a term, its lexical form as it is; a string has no datatype, as from rdflib's parsers, unless `typed`."""
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if not typed and term.datatype.value == _STRING else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def from_rdflib(term: rdflib.term.Node) -> Term:
    """Return a term of rdflib as one of the engine's."""
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)
