"""RDF Dataset Canonicalization (RDFC-1.0): the same content under the same labels, and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ahg_graph.rdf.terms import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad

_ESCAPES = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)},
    **{ord(mark): escape for mark, escape in zip('\b\t\n\f\r"\\', ("\\b", "\\t", "\\n", "\\f", "\\r", '\\"', "\\\\"),
                                                 strict=True)},
}  # fmt: skip
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def canonicalize(quads: Iterable[Quad]) -> list[Quad]:
    """Return the quads with the canonical labels of RDFC-1.0 (`c14n0`, ...) on blank nodes, in no order."""
    quads = set(quads)
    if not any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object, quad.graph_name)):
        return list(quads)
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def hash_content(quads: Iterable[Quad]) -> str:
    """Return the SHA-256 of the canonical N-Quads document, as hexadecimal digits.

    Equal for isomorphic data sets and for no others; any implementation of RDFC-1.0 gives the same.
    """
    digest = hashlib.sha256()
    for line in sorted(map(write_line, canonicalize(quads))):
        digest.update(line.encode())
    return digest.hexdigest()


def write_line(quad: Quad) -> str:
    """Return the quad as a line of canonical N-Quads (RDFC-1.0, section 5), in the default graph of N-Triples."""
    graph = f" {_write(quad.graph_name)}" if isinstance(quad.graph_name, NamedNode | BlankNode) else ""
    return f"{_write(quad.subject)} {_write(quad.predicate)} {_write(quad.object)}{graph} .\n"


def _write(term: object) -> str:
    if isinstance(term, Literal):
        text = f'"{term.value.translate(_ESCAPES)}"'
        if term.language:
            return f"{text}@{term.language}"
        return text if term.datatype.value == _STRING else f"{text}^^<{term.datatype.value}>"
    return str(term)
