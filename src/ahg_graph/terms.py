"""RDF terms, and reading and writing them: the one place the rest of the project takes them from.

The types are those of the embedded engine: immutable, hashable, and faithful to the text (a literal keeps its lexical
form). `store` and this module are the only ones that know which engine that is.
"""

from __future__ import annotations

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
    RdfFormat,
    Triple,
    Variable,
    parse,
    parse_query_results,
    serialize,
)

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
    "RdfFormat",
    "Statement",
    "Term",
    "Triple",
    "Variable",
    "parse",
    "parse_query_results",
    "serialize",
]
