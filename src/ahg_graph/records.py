"""SPARQL results (JSON) to typed records: every key in every record, null where a variable is unbound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from ahg_graph.terms import Literal, NamedNode

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


def parse_table(body: bytes | memoryview) -> Table:
    """Return the table of a SPARQL 1.1 results document in JSON."""
    document = orjson.loads(body)
    return Table(tuple(document["head"]["vars"]), tuple(document["results"]["bindings"]))


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
    """Return an IRI or a literal as SPARQL and N-Triples write it."""
    if term["type"] == "uri":
        return str(NamedNode(term["value"]))
    datatype = term.get("datatype")
    return str(
        Literal(term["value"], language=term.get("xml:lang"), datatype=NamedNode(datatype) if datatype else None)
    )


def write_records(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return records as a JSON array, keys in the order of the columns."""
    return orjson.dumps([{name: row.get(name) for name in columns} for row in rows], option=orjson.OPT_APPEND_NEWLINE)
