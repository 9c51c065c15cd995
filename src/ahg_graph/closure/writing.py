"""Tables of numbers written as N-Triples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ahg_graph.closure.reading import Reading
from ahg_graph.closure.tables import Table, parse_name
from ahg_graph.terms import NamedNode
from ahg_graph.trivia import TELLING, TYPE, VOCABULARIES, is_trivial

_SOMETHING, _OTHER = NamedNode("urn:x:something"), NamedNode("urn:x:other")
_ECHOES = tuple("<" + vocabulary for vocabulary in VOCABULARIES)
_PIECE = 65536


@dataclass
class Tally:
    """What was written: how many triples, and how many of them name a blank node that has no label in the input."""

    triples: int = 0
    unlabelled: int = 0


class Writer:
    """Writes tables as N-Triples text, and tallies what it has written."""

    def __init__(self, reading: Reading) -> None:
        self._symbols, self._unlabelled, self._labels = reading.graph.symbols, reading.unlabelled, reading.labels
        self._texts: dict[int, str] = {}

    def _text(self, number: int) -> str:
        label = self._labels.get(number)
        text = self._texts[number] = str(self._symbols.term(number)) if label is None else f"_:{label}"
        return text

    def write(self, tables: Mapping[str, Table], tally: Tally, *, all_of_them: bool = False) -> Iterator[str]:
        """Yield the triples of tables in pieces of many lines, but those that RDF does not allow.

        Trivial ones are set aside unless all are wanted.
        """
        for name, table in tables.items():
            kind, number = parse_name(name) or ("", 0)
            term = self._symbols.term(number)
            predicate, value = (TYPE, term) if kind == "c" else (term, _OTHER)
            if not isinstance(predicate, NamedNode) or (not all_of_them and is_trivial(_SOMETHING, predicate, value)):
                continue
            if kind == "c":
                rows: Iterator[tuple[int, int]] = ((subject, number) for subject in table.cells)
            else:
                rows = zip(table.cells[::2], table.cells[1::2], strict=True)
                if predicate in TELLING and not all_of_them:
                    rows = filter(self._tells(predicate), rows)
            yield from self._lines(rows, f" {predicate} ", tally, all_of_them)

    def _tells(self, predicate: NamedNode) -> Callable[[tuple[int, int]], bool]:
        term = self._symbols.term
        return lambda row: not is_trivial(term(row[0]), predicate, term(row[1]))

    def _lines(self, rows: Iterator[tuple[int, int]], predicate: str, tally: Tally, all_of_them: bool) -> Iterator[str]:
        texts, text, unlabelled = self._texts, self._text, self._unlabelled
        piece: list[str] = []
        for subject, value in rows:
            if subject < 0:
                continue
            s = texts.get(subject) or text(subject)
            if not all_of_them and s.startswith(_ECHOES):
                continue
            if unlabelled and (subject in unlabelled or value in unlabelled):
                tally.unlabelled += 1
            piece.append(f"{s}{predicate}{texts.get(value) or text(value)} .\n")
            if len(piece) == _PIECE:
                tally.triples += _PIECE
                yield "".join(piece)
                piece.clear()
        tally.triples += len(piece)
        yield "".join(piece)
