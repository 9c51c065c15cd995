"""What the rules need to know of literals, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property

from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.reasoning.closure.datatypes import (
    ANY_LITERAL,
    DATATYPES,
    Value,
    find_datatypes,
    find_value,
    is_supported,
)
from ahg_graph.reasoning.closure.relation_tables import Relation
from ahg_graph.reasoning.closure.term_dictionary import TermDictionary

XSD = "http://www.w3.org/2001/XMLSchema#"


class Values:
    """The values of a graph's literals, worked out once each; `table` methods give what the rules' headers name."""

    def __init__(self, symbols: TermDictionary) -> None:
        self._symbols = symbols
        self._texts: Sequence[bytes] = tuple(symbols.literals)
        self._values: dict[int, Value | None] = {}
        self._equal: bool | None = None

    @cached_property
    def _literals(self) -> Sequence[Literal]:
        return self._symbols.read_literals()

    def _value(self, place: int) -> Value | None:
        if place not in self._values:
            self._values[place] = find_value(self._literals[place])
        return self._values[place]

    def tabulate_literals(self) -> Relation:
        """Return `literal`: the literals whose datatype is supported."""
        places = (place for place, literal in enumerate(self._literals) if is_supported(literal))
        return Relation.of(1, ((-1 - place,) for place in places))

    def tabulate_values(self) -> Relation:
        """Return `value`: literals that have one, and a number for it, which is no term's number."""
        numbers: dict[Value, int] = {}
        table = Relation(2)
        for place in range(len(self._texts)):
            value = self._value(place)
            if value is not None:
                table.cells.extend((-1 - place, numbers.setdefault(value, len(numbers))))
        return table

    def has_equal(self) -> bool:
        """Return whether two literals have one value; quick where a value has one spelling."""
        if self._equal is None:
            self._equal = self._has_equal()
        return self._equal

    def _has_equal(self) -> bool:
        met: set[Value] = set()
        plain: list[int] = []
        for place, text in enumerate(self._texts):
            if not text.endswith(b">"):
                plain.append(place)
                continue
            value = self._value(place)
            if value is not None:
                if value in met:
                    return True
                met.add(value)
        if all(space != "text" for space, _ in met):
            return False
        return any(self._value(place) in met for place in plain)

    def tabulate_datatypes(self, numbers: Iterable[int] | None = None) -> Relation:
        """Return `hasDatatype`, for the datatypes with the numbers given or for all.

        A literal of a datatype whose values are not known has no value; it lies in rdfs:Literal.
        """
        known = {iri: self._symbols.number(NamedNode(iri)) for iri in DATATYPES}
        if numbers is not None:
            wanted = set(numbers)
            known = {iri: number for iri, number in known.items() if number in wanted}
        table = Relation(2)
        for place, literal in enumerate(self._literals):
            value = self._value(place)
            if value is not None:
                for iri in find_datatypes(value, known):
                    table.cells.extend((-1 - place, known[iri]))
            elif not is_supported(literal) and ANY_LITERAL in known:
                table.cells.extend((-1 - place, known[ANY_LITERAL]))
        return table

    def tabulate_supported(self) -> Relation:
        """Return `supported`: the datatypes of OWL 2 RL."""
        return Relation.of(1, ((self._symbols.number(NamedNode(iri)),) for iri in DATATYPES))

    def tabulate_days(self) -> Relation:
        """Return `day`: literals of type xsd:date without a time zone, and the number of the day that each names."""
        table = Relation(2)
        for place, literal in enumerate(self._literals):
            if literal.datatype.value == XSD + "date":
                try:
                    table.cells.extend((-1 - place, date.fromisoformat(literal.value).toordinal()))
                except ValueError:
                    continue
        return table

    def tabulate_counts(self, count: int, numbers: Iterable[int]) -> Relation:
        """Return `zero` or `one`: which of the terms with the numbers given are literals of that value."""
        value = ("real", Fraction(count))
        return Relation.of(1, ((n,) for n in sorted(set(numbers)) if n < 0 and self._value(-1 - n) == value))
