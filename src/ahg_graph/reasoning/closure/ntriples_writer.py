"""Tables of numbers written as N-Triples."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat

from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.rdf.trivial_triples import SAME, TELLING, TYPE, VOCABULARIES, is_trivial
from ahg_graph.reasoning.closure.ntriples_reader import LoadedFiles
from ahg_graph.reasoning.closure.relation_tables import Relation, parse_name

_SOMETHING, _OTHER = NamedNode("urn:x:something"), NamedNode("urn:x:other")
_ECHOES = tuple(f"<{vocabulary}".encode() for vocabulary in VOCABULARIES)
_PIECE = 32768


@dataclass
class Tally:
    """What was written: how many triples, and how many of them name a blank node that has no label in the input."""

    triples: int = 0
    unlabelled: int = 0


class Writer:
    """Writes tables as N-Triples text, and tallies what it has written."""

    def __init__(self, reading: LoadedFiles) -> None:
        self._reading, self._symbols, self._unlabelled = reading, reading.graph.symbols, reading.unlabelled
        # Literals stand last and backwards, so that their numbers, which are negative, count from the end.
        self._texts = [*self._symbols.things, *reversed(self._symbols.literals)]
        for number, label in reading.labels.items():
            self._texts[number] = f"_:{label}".encode()
        self._echoes = {n for n, text in enumerate(self._symbols.things) if text.startswith(_ECHOES)}

    def write(self, tables: Mapping[str, Relation], tally: Tally, *, all_of_them: bool = False) -> Iterator[bytes]:
        """Yield the triples of tables in pieces of many lines, but those that RDF does not allow.

        Trivial ones are set aside unless all are wanted.
        """
        for name, table in tables.items():
            kind, number = parse_name(name) or ("", 0)
            term = self._symbols.term(number)
            predicate, value = (TYPE, term) if kind == "c" else (term, _OTHER)
            if not isinstance(predicate, NamedNode) or (not all_of_them and is_trivial(_SOMETHING, predicate, value)):
                continue
            for start in range(0, len(table.cells), _PIECE * table.width):
                cells = table.cells[start : start + _PIECE * table.width]
                subjects = cells[:: table.width]
                values = cells[1::2] if kind == "p" else array("q", [number]) * len(subjects)
                yield self._write_piece(subjects, predicate, values, tally, all_of_them)

    def write_sameness(self, tables: Mapping[str, Relation], tally: Tally) -> Iterator[bytes]:
        """Yield that everything in the input and in some tables is the same as itself, but for literals.

        That is true in any graph, so that no table has it.
        """
        stated = self._reading.graph.tables
        same, found = self._symbols.number(SAME), set[int]()
        for name, table in chain(stated.items(), tables.items()):
            kind, number = parse_name(name) or ("", 0)
            if kind and isinstance(TYPE if kind == "c" else self._symbols.term(number), NamedNode):
                rows = [row for row in table if row[0] >= 0]
                found.update(number for row in rows for number in row if number >= 0)
                found.update((number, self._symbols.number(TYPE)) if kind == "c" and rows else (number,))
        if found:
            found.add(same)
        known = {subject for subject, value in stated.get(f"p{same}", ()) if subject == value}
        numbers = array("q", sorted(n for n in found - known if not isinstance(self._symbols.term(n), Literal)))
        for start in range(0, len(numbers), _PIECE):
            piece = numbers[start : start + _PIECE]
            yield self._write_piece(piece, SAME, piece, tally, all_of_them=True)

    def _write_piece(
        self, subjects: array[int], predicate: NamedNode, values: array[int], tally: Tally, all_of_them: bool
    ) -> bytes:
        telling = not all_of_them and predicate in TELLING
        if telling or min(subjects) < 0 or not (all_of_them or self._echoes.isdisjoint(subjects)):
            term = self._symbols.term
            rows = [
                (s, o)
                for s, o in zip(subjects, values, strict=True)
                if s >= 0
                and (all_of_them or s not in self._echoes)
                and not (telling and is_trivial(term(s), predicate, term(o)))
            ]
            subjects, values = array("q", [s for s, _ in rows]), array("q", [o for _, o in rows])
        tally.triples += len(subjects)
        if self._unlabelled:
            unlabelled = self._unlabelled
            if not (unlabelled.isdisjoint(subjects) and unlabelled.isdisjoint(values)):
                tally.unlabelled += sum(
                    s in unlabelled or o in unlabelled for s, o in zip(subjects, values, strict=True)
                )
        text = self._texts.__getitem__
        middle, end = f" {predicate} ".encode(), b" .\n"
        parts = zip(map(text, subjects), repeat(middle), map(text, values), repeat(end))  # two have no end
        return b"".join(chain.from_iterable(parts))
