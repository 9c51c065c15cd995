"""Whole answers compared both ways: tables as multisets (or lists) of rows, graphs up to blank nodes."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from pyoxigraph import QueryBoolean, QueryResultsFormat, parse_query_results

from ahg_graph.rdf.terms import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Term,
    Triple,
    parse,
)

XSD = "http://www.w3.org/2001/XMLSchema#"
Row = tuple[Term | None, ...]
_BASE = "https://example.org/comparison/"


def read_table(data: bytes, syntax: QueryResultsFormat) -> bool | tuple[list[str], list[Row]]:
    """Return the truth value or the columns and rows of a results document."""
    found = parse_query_results(data, syntax)
    if isinstance(found, QueryBoolean):
        return bool(found)
    names = [variable.value for variable in found.variables]
    return names, [tuple(solution[name] for name in names) for solution in found]


def read_csv(data: bytes) -> tuple[list[str], list[Row]]:
    """Return the columns and rows of a CSV document; every value is a string or a blank node."""
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
    return header, [tuple(BlankNode(v[2:]) if v.startswith("_:") else Literal(v) for v in row) for row in rows]


def read_result_set(triples: Iterable[Triple]) -> tuple[list[str], list[Row]]:
    """Return the columns and rows that a graph states in the DAWG result set vocabulary."""
    rs = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
    found: dict[tuple[object, str], list[Term]] = {}
    for triple in triples:
        if isinstance(triple.object, Literal | NamedNode | BlankNode):
            name = triple.predicate.value.removeprefix(rs)
            found.setdefault((triple.subject, name), []).append(triple.object)
    names = sorted(term.value for (_, name), terms in found.items() if name == "resultVariable" for term in terms)
    solutions = [term for (_, name), terms in found.items() if name == "solution" for term in terms]
    rows = []
    for solution in solutions:
        bound = {
            found[binding, "variable"][0].value: found[binding, "value"][0]
            for binding in found.get((solution, "binding"), [])
        }
        rows.append(tuple(bound.get(name) for name in names))
    return names, rows


def is_same_table(
    expected: bool | tuple[list[str], list[Row]], found: bool | tuple[list[str], list[Row]], ordered: bool = False
) -> bool:
    """Return whether two tables are the same up to blank nodes and the order of columns, each row as often as it is."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if sorted(expected[0]) != sorted(found[0]):
        return False
    rows, others = _align(expected), _align(found)
    has_blank = any(isinstance(term, BlankNode) for row in rows for term in row)
    if not has_blank:
        return rows == others if ordered else Counter(rows) == Counter(others)
    return _canonicalize(_to_graph(rows)) == _canonicalize(_to_graph(others))


def normalize(term: Term | None) -> Term | None:
    """Return a number or truth value in one lexical form, any other term as it is: the suites compare values."""
    if not isinstance(term, Literal) or not term.datatype.value.startswith(XSD):
        return term
    kind, text = term.datatype.value.removeprefix(XSD), term.value
    try:
        if kind == "integer":
            text = str(int(text))
        elif kind == "decimal":
            text = format(Decimal(text).normalize(), "f")
        elif kind in {"double", "float"}:
            text = repr(float(text))
        elif kind == "boolean":
            text = {"1": "true", "0": "false"}.get(text, text)
    except (ArithmeticError, ValueError):
        return term
    return Literal(text, datatype=term.datatype)


def is_same_graph(expected: Iterable[Triple], found: Iterable[Triple]) -> bool:
    """Return whether two graphs are isomorphic."""
    return _canonicalize(expected) == _canonicalize(found)


def read_graph(data: bytes, syntax: RdfFormat, base: str | None = None) -> list[Triple]:
    """Return the triples of a document."""
    return [quad.triple for quad in parse(data, syntax, base_iri=base)]


def _align(table: tuple[list[str], list[Row]]) -> list[Row]:
    order = sorted(range(len(table[0])), key=lambda index: table[0][index])
    return [tuple(normalize(row[index]) for index in order) for row in table[1]]


def _to_graph(rows: list[Row]) -> Iterable[Triple]:
    """Return a graph that is isomorphic to another's when the rows are the same up to blank nodes."""
    for number, (row, count) in enumerate(Counter(rows).items()):
        subject = BlankNode(f"row{number}")
        yield Triple(subject, NamedNode(_BASE + "count"), Literal(count))
        for index, term in enumerate(row):
            if term is not None:
                yield Triple(subject, NamedNode(f"{_BASE}{index}"), term)


def _normalize_object(term: Term | Triple) -> Term | Triple:
    return term if isinstance(term, Triple) else normalize(term) or term


def _canonicalize(triples: Iterable[Triple]) -> set[Quad]:
    dataset = Dataset(Quad(t.subject, t.predicate, _normalize_object(t.object)) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)
