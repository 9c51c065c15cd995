"""Terms as numbers: the rule engine sees integers only, so that no literal is normalised and no blank node renamed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahg_graph.terms import Term, Triple

Row = tuple[int, ...]
"""One row of a table of numbers."""


class Symbols:
    """A two-way dictionary of terms and numbers; numbers count from 0 in the order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[Term, int] = {}
        self._terms: list[Term] = []

    def __len__(self) -> int:
        """Return how many terms have a number."""
        return len(self._terms)

    def number(self, term: Term) -> int:
        """Return the number of a term, giving it the next one when it has none."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self._terms)
            self._terms.append(term)
        return found

    def find_number(self, term: Term) -> int | None:
        """Return the number of a term, or None when it has none."""
        return self._numbers.get(term)

    def term(self, number: int) -> Term:
        """Return the term of a number; raises IndexError when there is none."""
        return self._terms[number]

    @property
    def terms(self) -> Sequence[Term]:
        """The terms by number."""
        return self._terms

    def rows(self, triples: Iterable[Triple]) -> list[Row]:
        """Return triples as rows of numbers."""
        number = self.number
        return [(number(s), number(p), number(o)) for s, p, o in triples]
