"""RDF terms, and reading and writing them: the one place the rest of the project takes them from.

The types are those of the embedded engine: immutable, hashable, and faithful to the text (a literal keeps its lexical
form). `store` and this module are the only ones that know which engine that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    Variable,
    parse,
    parse_query_results,
    serialize,
)

_STRING = "http://www.w3.org/2001/XMLSchema#string"

Term = NamedNode | BlankNode | Literal
"""A term in the object place of an RDF 1.1 triple."""


class Statement(NamedTuple):
    """A triple of terms with a literal allowed in any place, as reasoning may need on the way."""

    subject: Term
    predicate: Term
    object: Term

    def __str__(self) -> str:
        """Return the three terms as N-Triples writes them."""
        return f"{self.subject} {self.predicate} {self.object}"


def describe_term(term: Term) -> dict[str, str]:
    """Return a term as SPARQL results in JSON write it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == _STRING:
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def parse_term(term: Mapping[str, str]) -> Term:
    """Return the term that SPARQL results in JSON write so."""
    if term["type"] == "uri":
        return NamedNode(term["value"])
    if term["type"] == "bnode":
        return BlankNode(term["value"])
    datatype = term.get("datatype")
    return Literal(term["value"], language=term.get("xml:lang"), datatype=NamedNode(datatype) if datatype else None)


__all__ = [
    "BlankNode",
    "CanonicalizationAlgorithm",
    "Dataset",
    "DefaultGraph",
    "Literal",
    "NamedNode",
    "Quad",
    "QueryBoolean",
    "QueryResultsFormat",
    "QuerySolutions",
    "QueryTriples",
    "RdfFormat",
    "Statement",
    "Term",
    "Triple",
    "Variable",
    "describe_term",
    "parse",
    "parse_query_results",
    "parse_term",
    "serialize",
]
