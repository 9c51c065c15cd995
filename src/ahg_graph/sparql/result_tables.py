"""SPARQL results (JSON) to typed records: every key in every record, null where a variable is unbound.

A graph is read as the table of its triples, and written from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from ahg_graph.rdf.terms import Literal, NamedNode, RdfFormat, Statement, Triple, describe_term, parse, parse_term

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(
    _XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
        *("negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
_FLOATS = frozenset((_XSD + "decimal", _XSD + "double", _XSD + "float"))
_SAFE = 2**53  # beyond it a JSON number loses digits in most readers

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a SELECT: names of the columns in order, and rows of terms as the results format gives them."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Mapping[str, str]], ...]

    def records(self) -> list[dict[str, Plain]]:
        """Return one mapping for each row, with plain values under all columns."""
        return [{name: to_plain(row.get(name)) for name in self.columns} for row in self.rows]

    def list_texts(self) -> list[tuple[str, ...]]:
        """Return the text of each row's terms, nothing where one is unbound."""
        return [tuple(row[name]["value"] if name in row else "" for name in self.columns) for row in self.rows]


def parse_table(body: bytes | memoryview) -> Table:
    """Return the table of a SPARQL 1.1 results document in JSON."""
    document = orjson.loads(body)
    return Table(tuple(document["head"]["vars"]), tuple(document["results"]["bindings"]))


def parse_graph(body: bytes | memoryview) -> Table:
    """Return the triples of an N-Triples document as a table, each once, in the order of their lines.

    The order is that of the code points, so that it is the same wherever the graph came from.
    """
    found = {str(triple): triple for triple in parse(input=bytes(body), format=RdfFormat.N_TRIPLES)}
    return tabulate_triples(quad.triple for _, quad in sorted(found.items()))


def tabulate_triples(triples: Iterable[Triple]) -> Table:
    """Return triples as a table, in their order."""
    rows = ({n: describe_term(t) for n, t in zip(Statement._fields, triple, strict=True)} for triple in triples)
    return Table(Statement._fields, tuple(rows))


def list_triples(table: Table) -> list[Triple]:
    """Return the triples that a table of them holds, in order."""
    found = []
    for row in table.rows:
        subject, predicate, value = (parse_term(row[name]) for name in Statement._fields)
        if isinstance(subject, Literal) or not isinstance(predicate, NamedNode):
            raise ValueError(row)
        found.append(Triple(subject, predicate, value))
    return found


def to_plain(term: Mapping[str, str] | None) -> Plain:
    """Return a term as a plain value: integers, decimals and booleans as such, all else as its text.

    A number that JSON cannot carry exactly, or is no number, stays text.
    """
    if term is None:
        return None
    value, datatype = term["value"], term.get("datatype")
    try:
        if datatype in _INTEGERS:
            number = int(value)
            return number if abs(number) <= _SAFE else value
        if datatype in _FLOATS:
            real = float(value)
            return real if abs(real) != float("inf") and real == real else value
    except ValueError:
        return value
    if datatype == _XSD + "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(value, value)
    return value


def write_term(term: Mapping[str, str]) -> str:
    """Return a term as SPARQL and N-Triples write it."""
    return str(parse_term(term))


def write_records(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return records as a JSON array, keys in the order of the columns."""
    return orjson.dumps([{name: row.get(name) for name in columns} for row in rows], option=orjson.OPT_APPEND_NEWLINE)
