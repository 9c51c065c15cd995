"""Literals whose lexical form the engine does not keep: it holds numbers, dates, durations and truth values as values.

Such a literal is given to the engine under a datatype of our own, whose IRI ends in that of its own. So it remains the
term that it is where terms are compared, joined and shown; where its value is asked for, `functions` give the engine
the literal itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from ahg_graph.rdf.terms import Literal, NamedNode, Quad, Triple
from ahg_graph.sparql.conformance.date_arithmetic import write_canonical_duration
from ahg_graph.sparql.conformance.numbers import INTEGERS, is_numeric
from ahg_graph.sparql.grammar.terms import XSD

NAMESPACE = "urn:x-ahg-graph:lexical:"
"""What the IRI of a datatype of our own begins with."""
_MARKER = "lexical-forms"
"""The file beside a store that holds such literals."""
_HIDDEN = re.compile(rb'(?<!\\)"\^\^<' + NAMESPACE.encode())
_ZONE = r"(?:Z|[+-](?!00:00)\d\d:\d\d)?"
_TIME = r"(?!24)\d\d:\d\d:\d\d(?:\.\d{0,17}[1-9])?"
_DATE = r"\d{4}-\d\d-\d\d"
_INTEGER = r"(?:0|-?[1-9]\d{0,17})"
_KEPT = {
    XSD + name: re.compile(pattern)
    for name, pattern in {
        "boolean": "true|false",
        "integer": _INTEGER,
        "decimal": rf"{_INTEGER}|-?(?:0|[1-9]\d{{0,17}})\.\d{{0,17}}[1-9]",
        "double": r"-?(?=[\d.]{1,15}\Z)(?:0|[1-9]\d*)(?:\.\d*[1-9])?|-?INF|NaN",
        "float": r"-?(?=[\d.]{1,6}\Z)(?:0|[1-9]\d*)(?:\.\d*[1-9])?|-?INF|NaN",
        "date": _DATE + _ZONE,
        "time": _TIME + _ZONE,
        "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
        "gYear": rf"\d{{4}}{_ZONE}",
        "gYearMonth": rf"\d{{4}}-\d\d{_ZONE}",
        "gMonth": rf"--\d\d{_ZONE}",
        "gMonthDay": rf"--\d\d-\d\d{_ZONE}",
        "gDay": rf"---\d\d{_ZONE}",
    }.items()
}
"""The forms that the engine certainly keeps, by datatype."""
_DURATIONS = frozenset(XSD + name for name in ("duration", "dayTimeDuration", "yearMonthDuration"))
_HELD_AS_VALUES = frozenset({*_KEPT, *_DURATIONS, *INTEGERS, XSD + "dateTimeStamp"})
_NUMBERS = frozenset({*INTEGERS, XSD + "decimal"})

AnyTerm = TypeVar("AnyTerm")


def is_kept(lexical: str, datatype: str) -> bool:
    """Return whether the engine keeps a literal's form; where that is uncertain, it is said not to."""
    if datatype not in _HELD_AS_VALUES:
        return True
    if datatype in _DURATIONS:
        return write_canonical_duration(lexical, datatype) in (lexical, None)
    pattern = _KEPT.get(datatype)
    return pattern is not None and pattern.fullmatch(lexical) is not None


def is_computable(lexical: str, datatype: str) -> bool:
    """Return whether the engine computes with a number; an integer has 64 bits there, a decimal 18 digits each side."""
    if datatype not in _NUMBERS or not is_numeric(lexical, datatype):
        return True
    whole, _, fraction = lexical.lstrip("+-").partition(".")
    return len(whole.lstrip("0")) <= 18 and len(fraction.rstrip("0")) <= 18


def hide(term: AnyTerm) -> AnyTerm | Literal:
    """Return a literal as the engine is given it; any other term is returned as it is."""
    if isinstance(term, Literal) and not is_kept(term.value, term.datatype.value):
        return Literal(term.value, datatype=NamedNode(NAMESPACE + term.datatype.value))
    return term


def restore(term: AnyTerm) -> AnyTerm | Literal:
    """Return the literal that `hide` was given; any other term is returned as it is."""
    if isinstance(term, Literal) and term.datatype.value.startswith(NAMESPACE):
        return Literal(term.value, datatype=NamedNode(term.datatype.value.removeprefix(NAMESPACE)))
    return term


def hide_quads(quads: Iterable[Quad], store: Path) -> Iterator[Quad]:
    """Yield quads as a new store is given them, and mark the store if there are such literals."""
    marker = store.parent / _MARKER
    for quad in quads:
        value = quad.object  # another object for each time that it is asked for
        hidden = hide(value)
        if hidden is value:
            yield quad
            continue
        if not marker.exists():
            marker.write_text("This store holds literals under datatypes of its own.\n", encoding="utf-8")
        yield Quad(quad.subject, quad.predicate, hidden, quad.graph_name)


def restore_quad(quad: Quad) -> Quad:
    """Return the quad that a store was given."""
    value = quad.object
    found = restore(value)
    return quad if found is value else Quad(quad.subject, quad.predicate, found, quad.graph_name)


def restore_triple(triple: Triple) -> Triple:
    """Return a triple of an answer with the literals of the graph."""
    value = triple.object
    found = restore(value)
    return triple if found is value else Triple(triple.subject, triple.predicate, found)


def restore_lines(lines: bytes) -> bytes:
    """Return lines of N-Quads of a store with the literals that it was given."""
    return _HIDDEN.sub(b'"^^<', lines)


def has_hidden(store: Path) -> bool:
    """Return whether a store holds such literals."""
    return (store.parent / _MARKER).exists()
