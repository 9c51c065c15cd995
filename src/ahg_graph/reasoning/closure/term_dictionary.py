"""Terms as numbers: the rule engine sees integers only, so that no literal is normalised and no blank node renamed.

A term is kept as the bytes that N-Triples writes for it, which is what files are read to and written from; it becomes
a term of its own when one is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, RdfFormat, Term, Triple, parse

Row = tuple[int, ...]
"""One row of a table of numbers."""


class Symbols:
    """A two-way dictionary of terms and numbers, in the order of first use.

    Numbers from 0 upwards stand for IRIs and blank nodes, from -1 downwards for literals.
    """

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}
        self.things: list[bytes] = []
        self.literals: list[bytes] = []
        self._terms: dict[int, Term] = {}

    def number(self, term: Term) -> int:
        """Return the number of a term, giving it the next one when it has none."""
        text = str(term).encode()
        found = self.numbers.get(text)
        if found is None:
            found = self.add(text)
            self._terms[found] = term
        return found

    def add(self, text: bytes) -> int:
        """Return a number for a text that has none yet."""
        if text.startswith(b'"'):
            self.literals.append(text)
            found = -len(self.literals)
        else:
            found = len(self.things)
            self.things.append(text)
        self.numbers[text] = found
        return found

    def find(self, term: Term) -> int | None:
        """Return the number of a term that has one."""
        return self.numbers.get(str(term).encode())

    def term(self, number: int) -> Term:
        """Return the term of a number; raises IndexError when there is none."""
        term = self._terms.get(number)
        if term is None:
            text = self.things[number] if number >= 0 else self.literals[-number - 1]
            term = self._terms[number] = _parse(text)
        return term

    def read_literals(self) -> Sequence[Literal]:
        """Return the literals: the one at place n has the number -1 - n."""
        line = b"<a:a> <a:a> %b .\n"
        data = b"".join([line % text for text in self.literals])
        return [
            quad.object for quad in parse(input=data, format=RdfFormat.N_TRIPLES) if isinstance(quad.object, Literal)
        ]

    def rows(self, triples: Iterable[Triple]) -> list[Row]:
        """Return triples as rows of numbers."""
        number = self.number
        return [(number(s), number(p), number(o)) for s, p, o in triples]


def _parse(text: bytes) -> Term:
    if text.startswith(b"<"):
        return NamedNode(text[1:-1].decode())
    if text.startswith(b"_"):
        return BlankNode(text[2:].decode())
    (quad,) = parse(input=b"<a:a> <a:a> %b ." % text, format=RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, Literal)  # noqa: S101  # what begins with a quotation mark
    return quad.object
