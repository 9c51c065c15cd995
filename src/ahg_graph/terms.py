"""RDF terms, and reading and writing them: the one place the rest of the project takes them from.

The types are those of the embedded engine: immutable, hashable, and faithful to the text (a literal keeps its lexical
form). `store` and this module are the only ones that know which engine that is.
"""

from __future__ import annotations

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    Variable,
    parse,
    serialize,
)

Term = NamedNode | BlankNode | Literal
"""A term in the object place of an RDF 1.1 triple."""

__all__ = [
    "BlankNode",
    "CanonicalizationAlgorithm",
    "Dataset",
    "DefaultGraph",
    "Literal",
    "NamedNode",
    "Quad",
    "RdfFormat",
    "Term",
    "Triple",
    "Variable",
    "parse",
    "serialize",
]
