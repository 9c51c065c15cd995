"""Tables of numbers, and a graph as one table for each property and each class."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ahg_graph.rdf.terms import Triple
from ahg_graph.reasoning.closure.term_dictionary import Row, TermDictionary
from ahg_graph.reasoning.rules.clauses import name_number
from ahg_graph.reasoning.rules.static_analysis import TYPE


@dataclass(slots=True)
class Relation:
    """Rows of one width, their cells one after the other."""

    width: int
    cells: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.cells) // self.width

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows."""
        return zip(*(self.cells[place :: self.width] for place in range(self.width)), strict=True)

    def extend(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        self.cells.extend(chain.from_iterable(rows))

    def extend_by(self, other: Relation, shape: Sequence[int]) -> None:
        """Append another table's rows; `shape` gives for each column its place there."""
        cells = array("q", bytes(8 * len(other.cells)))
        for column, place in enumerate(shape):
            cells[column :: self.width] = other.cells[place :: self.width]
        self.cells.extend(cells)

    @classmethod
    def of(cls, width: int, rows: Iterable[Row]) -> Relation:
        """Return a table of rows."""
        return cls(width, array("q", chain.from_iterable(rows)))

    def lines(self) -> Iterator[str]:
        """Yield the rows as lines of comma-separated numbers, many lines at a time."""
        step = 65536 * self.width
        for start in range(0, len(self.cells), step):
            part = self.cells[start : start + step]
            if self.width == 1:
                yield "\n".join(map(str, part)) + "\n"
            elif self.width == 2:
                yield "\n".join([f"{one},{other}" for one, other in zip(part[::2], part[1::2], strict=True)]) + "\n"
            else:
                yield "\n".join([",".join(map(str, row)) for row in Relation(self.width, part)]) + "\n"


class PredicateIndex:
    """A graph by predicate: `tables` maps `p7` to pairs of subject and value, `c9` to the members of class 9."""

    def __init__(self, symbols: TermDictionary) -> None:
        self.symbols = symbols
        self.tables: dict[str, Relation] = {}
        self.count = 0

    def add(self, triples: Iterable[Triple]) -> None:
        """Add triples; one that is added twice counts twice."""
        number = self.symbols.number
        kind = number(TYPE)
        properties: dict[int, array[int]] = {}
        classes: dict[int, array[int]] = {}
        count = 0
        for subject, predicate, value in triples:
            count += 1
            key = number(predicate)
            if key == kind:
                members = classes.get(number(value))
                if members is None:
                    members = classes.setdefault(number(value), array("q"))
                members.append(number(subject))
            else:
                pairs = properties.get(key)
                if pairs is None:
                    pairs = properties.setdefault(key, array("q"))
                pairs.append(number(subject))
                pairs.append(number(value))
        self.extend(count, properties, classes)

    def extend(self, count: int, properties: Mapping[int, array[int]], classes: Mapping[int, array[int]]) -> None:
        """Add so many triples: pairs by the number of their property, one after the other, and members by class."""
        self.count += count
        for key, pairs in properties.items():
            self.tables.setdefault(f"p{name_number(key)}", Relation(2)).cells.extend(pairs)
        for key, members in classes.items():
            self.tables.setdefault(f"c{name_number(key)}", Relation(1)).cells.extend(members)


def parse_name(name: str) -> tuple[str, int] | None:
    """Return the kind (`p` or `c`) and the number of a property's or a class's table, or None for another table."""
    kind, digits = name[0], name[1:].replace("m", "-", 1)
    return (kind, int(digits)) if kind in "pc" and digits.removeprefix("-").isdigit() else None
