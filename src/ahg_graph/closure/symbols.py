"""Terms as numbers: the rule engine sees integers only, so that no literal is normalised and no blank node renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ahg_graph.terms import BlankNode, Literal, NamedNode, Term, Triple

Row = tuple[int, ...]
"""One row of a table of numbers."""


class Symbols:
    """A two-way dictionary of terms and numbers, in the order of first use.

    Numbers from 0 upwards stand for IRIs and blank nodes, from -1 downwards for literals.
    """

    def __init__(self) -> None:
        self._numbers: dict[Term, int] = {}
        self._things: list[NamedNode | BlankNode] = []
        self._literals: list[Literal] = []

    def number(self, term: Term) -> int:
        """Return the number of a term, giving it the next one when it has none."""
        found = self._numbers.get(term)
        if found is None:
            if isinstance(term, Literal):
                self._literals.append(term)
                found = -len(self._literals)
            else:
                found = len(self._things)
                self._things.append(term)
            self._numbers[term] = found
        return found

    @property
    def numbers(self) -> Mapping[Term, int]:
        """The numbers by term."""
        return self._numbers

    def term(self, number: int) -> Term:
        """Return the term of a number; raises IndexError when there is none."""
        return self._things[number] if number >= 0 else self._literals[-number - 1]

    @property
    def literals(self) -> Sequence[Literal]:
        """The literals: the one at place n has the number -1 - n."""
        return self._literals

    def rows(self, triples: Iterable[Triple]) -> list[Row]:
        """Return triples as rows of numbers."""
        number = self.number
        return [(number(s), number(p), number(o)) for s, p, o in triples]
