"""Functions that the embedded engine is given, so that it has the values of SPARQL 1.1.

The engine calls each for a solution, and takes no value for an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from ahg_graph.rdf.terms import Literal, NamedNode, Term, Triple
from ahg_graph.sparql.conformance.date_arithmetic import combine
from ahg_graph.sparql.conformance.lexical_forms import hide, is_computable, restore
from ahg_graph.sparql.conformance.numbers import is_numeric, is_well_typed
from ahg_graph.sparql.conformance.ordering import find_sort_key
from ahg_graph.sparql.conformance.regular_expressions import (
    PatternRefused,
    PatternUnknown,
    check_flags,
    translate_pattern,
    translate_replacement,
)
from ahg_graph.sparql.grammar.terms import STRING, XSD

_NAMESPACE = "urn:x-ahg-graph:function:"
ADD, SUBTRACT = _NAMESPACE + "add", _NAMESPACE + "subtract"
IS_NUMERIC = _NAMESPACE + "is-numeric"
PATTERN, FLAGS, REPLACEMENT = _NAMESPACE + "pattern", _NAMESPACE + "flags", _NAMESPACE + "replacement"
VALUE, DATATYPE, TYPED = _NAMESPACE + "value", _NAMESPACE + "datatype", _NAMESPACE + "typed"
LEAST, GREATEST = _NAMESPACE + "least", _NAMESPACE + "greatest"
CONCATENATE = _NAMESPACE + "concatenate-"
_BOOLEAN = NamedNode(XSD + "boolean")

Function = Callable[..., Term | Triple | None]


class Accumulator(Protocol):
    """Takes the terms of a group and gives one for all."""

    def accumulate(self, element: Term | Triple) -> None:
        """Take a term."""

    def finish(self) -> Term | Triple | None:
        """Return the term for all."""


def make_functions(names: Iterable[str], faults: list[str]) -> dict[NamedNode, Function]:
    """Return the functions of these names; what the engine cannot do is added to `faults` as it comes up.

    What is no regular expression of XPath has no value, as the specification has it.
    """

    def read_pattern(pattern: Term, flags: Term | None = None) -> Term | None:
        if not _is_plain(pattern) or (flags is not None and not _is_plain(flags)):
            return None
        try:
            return Literal(translate_pattern(_read(pattern), _read(flags) if flags else ""))
        except PatternUnknown as error:
            faults.append(f"a regular expression among the data cannot be evaluated: {error}")
            return None
        except PatternRefused:
            return None

    def read_flags(flags: Term) -> Term | None:
        try:
            return Literal(check_flags(_read(flags))) if _is_plain(flags) else None
        except PatternRefused:
            return None

    def read_replacement(text: Term) -> Term | None:
        try:
            return Literal(translate_replacement(_read(text))) if _is_plain(text) else None
        except PatternRefused:
            return None

    def read_value(term: Term) -> Term | None:
        found = restore(term)
        if not isinstance(found, Literal) or found is term:
            return term
        if not is_computable(found.value, found.datatype.value):
            faults.append(f"the number {found.value[:40]} is larger or finer than the engine computes with")
        return found if is_well_typed(found.value, found.datatype.value) else term

    known: dict[str, Function] = {
        ADD: lambda left, right: _combine(left, right, "+"),
        SUBTRACT: lambda left, right: _combine(left, right, "-"),
        IS_NUMERIC: _state_numeric,
        VALUE: read_value,
        DATATYPE: _find_datatype,
        TYPED: _make_typed,
        PATTERN: read_pattern,
        FLAGS: read_flags,
        REPLACEMENT: read_replacement,
    }
    return {NamedNode(name): known[name] for name in names if name in known}


def make_aggregates(names: Iterable[str], separators: Sequence[str]) -> dict[NamedNode, Callable[[], Accumulator]]:
    """Return the aggregates of these names, and for each separator GROUP_CONCAT(DISTINCT ...) of any terms."""

    def make(separator: str) -> Callable[[], Accumulator]:
        return lambda: _Concatenation(separator)

    known: dict[str, Callable[[], Accumulator]] = {LEAST: lambda: _Extreme(min), GREATEST: lambda: _Extreme(max)}
    found = {NamedNode(name): known[name] for name in names if name in known}
    return found | {NamedNode(f"{CONCATENATE}{number}"): make(text) for number, text in enumerate(separators)}


class _Extreme:
    """Finds the least or the greatest term of a group, in its own form."""

    def __init__(self, choose: Callable[..., Term | Triple]) -> None:
        self._choose = choose
        self._found: Term | Triple | None = None

    def accumulate(self, element: Term | Triple) -> None:
        terms = [element] if self._found is None else [self._found, element]
        self._found = self._choose(terms, key=lambda term: find_sort_key(restore(term)))

    def finish(self) -> Term | Triple | None:
        return self._found


class _Concatenation:
    """Joins the strings of the different terms of a group; a blank node has none, and then there is no value."""

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self._terms: dict[Term | Triple, None] = {}

    def accumulate(self, element: Term | Triple) -> None:
        self._terms[element] = None

    def finish(self) -> Term | None:
        texts = [term.value if isinstance(term, NamedNode | Literal) else None for term in self._terms]
        if None in texts:
            return None
        return Literal(self._separator.join(text for text in texts if text is not None))


def _combine(left: Term, right: Term, sign: str) -> Term | None:
    if not isinstance(left, Literal) or not isinstance(right, Literal):
        return None
    found = combine((left.value, left.datatype.value), (right.value, right.datatype.value), sign)
    return Literal(found[0], datatype=NamedNode(found[1])) if found else None


def _find_datatype(term: Term) -> Term | None:
    found = restore(term)
    return found.datatype if isinstance(found, Literal) else None


def _make_typed(text: Term, datatype: Term) -> Term | None:
    if not _is_plain(text) or not isinstance(datatype, NamedNode):
        return None
    return hide(Literal(_read(text), datatype=datatype))


def _state_numeric(term: Term) -> Term:
    found = restore(term)
    is_number = isinstance(found, Literal) and is_numeric(found.value, found.datatype.value)
    return Literal("true" if is_number else "false", datatype=_BOOLEAN)


def _read(term: Term) -> str:
    return term.value if isinstance(term, Literal) else ""


def _is_plain(term: Term) -> bool:
    return isinstance(term, Literal) and term.datatype.value == STRING
