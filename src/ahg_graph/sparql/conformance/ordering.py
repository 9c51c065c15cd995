"""The order of terms by their values (SPARQL 1.1, section 15.1), for MIN and MAX of terms that must keep their form."""

from __future__ import annotations

from decimal import Decimal

from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Term, Triple
from ahg_graph.sparql.conformance.date_arithmetic import find_instant
from ahg_graph.sparql.conformance.numbers import INTEGERS, is_numeric
from ahg_graph.sparql.grammar.terms import STRING, XSD

Key = tuple[object, ...]


def find_sort_key(term: Term | Triple) -> Key:
    """Return what terms are ordered by: blank nodes, IRIs, literals; literals of one kind by value."""
    if isinstance(term, BlankNode):
        return (0, term.value)
    if isinstance(term, NamedNode):
        return (1, term.value)
    if not isinstance(term, Literal):
        return (3, str(term))
    lexical, datatype = term.value, term.datatype.value
    if is_numeric(lexical, datatype):
        is_exact = datatype in INTEGERS or datatype == XSD + "decimal"
        return (2, 0, Decimal(lexical) if is_exact else float(lexical.replace("INF", "inf")))
    if (instant := find_instant(lexical, datatype)) is not None:
        return (2, 1, datatype, instant)
    if datatype == STRING:
        return (2, 2, lexical)
    if datatype == XSD + "boolean":
        return (2, 3, lexical in ("true", "1"))
    return (2, 4, term.language or "", datatype, lexical)
