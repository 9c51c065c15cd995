"""Files of triples read straight into tables of numbers."""

from __future__ import annotations

import gc
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ahg_graph.errors import SourceSyntaxError
from ahg_graph.rdf.ntriples_files import END, read_lines
from ahg_graph.reasoning.closure.relation_tables import PredicateIndex
from ahg_graph.reasoning.closure.term_dictionary import TermDictionary
from ahg_graph.reasoning.rules.static_analysis import TYPE

_GENERATED = re.compile(rb"_:[0-9a-f]{24,32}")


@dataclass(frozen=True)
class LoadedFiles:
    """A graph read from files; `unlabelled` holds the numbers of blank nodes that have no label in the input.

    `renamed` counts the labels that two files use for different nodes, and that were changed for the later file.
    """

    graph: PredicateIndex
    unlabelled: frozenset[int] = frozenset()
    renamed: int = 0
    labels: dict[int, str] = field(default_factory=dict)


@contextmanager
def pause_collection() -> Iterator[None]:
    """Keep the cyclic garbage collector from running: it finds nothing here, and passes over every object met."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def read_files(paths: Sequence[Path]) -> LoadedFiles:
    """Read Turtle, N-Triples and RDF/XML files into one graph; blank nodes are local to their file.

    Relative IRIs are resolved against the file's own. Raises SourceSyntaxError with file, line and column, and for a
    suffix of no known syntax.
    """
    symbols = TermDictionary()
    graph = PredicateIndex(symbols)
    taken: dict[bytes, int] = {}
    renamed = 0
    unlabelled: list[int] = []
    with pause_collection():
        for path in paths:
            start = len(symbols.things)
            _read_file(path, graph)
            # A later file's blank nodes are others, whatever their labels: they are not to be found under these.
            nodes = {
                text: number
                for number, text in enumerate(symbols.things[start:], start)
                if text.startswith(b"_:") and symbols.numbers.pop(text) == number
            }
            unlabelled += _find_unlabelled(path, nodes)
            for text, number in nodes.items():
                label = text
                while label in taken:
                    label += b"x"
                taken[label] = number
                if label != text:
                    symbols.things[number] = label
                    renamed += 1
    symbols.numbers.update(taken)
    return LoadedFiles(graph, frozenset(unlabelled), renamed, _label(unlabelled, taken))


def _read_file(path: Path, graph: PredicateIndex) -> None:
    """Add a file's triples to a graph."""
    numbers, add = graph.symbols.numbers, graph.symbols.add
    find = numbers.get
    graph.symbols.number(TYPE)
    kind = str(TYPE).encode()
    properties: dict[bytes, array[int]] = {}
    classes: dict[int, array[int]] = {}
    count = 0
    last, s = b"", -1
    for lines in read_lines(path):
        statements = lines.split(END)
        statements.pop()
        count += len(statements)
        for statement in statements:
            subject, predicate, value = statement.split(b" ", 2)
            # Most triples have the subject of the one before them.
            if subject != last:
                last = subject
                if (found := find(subject)) is None:
                    found = add(subject)
                s = found
            if (o := find(value)) is None:
                if value.startswith(b"<<"):
                    raise SourceSyntaxError(str(path), 0, 0, "a triple as a term, which RDF 1.1 does not have")
                o = add(value)
            if (pairs := properties.get(predicate)) is not None:
                pairs.append(s)
                pairs.append(o)
            elif predicate == kind:
                if (members := classes.get(o)) is None:
                    members = classes[o] = array("q")
                members.append(s)
            else:
                if find(predicate) is None:
                    add(predicate)
                properties[predicate] = array("q", (s, o))
    graph.extend(count, {numbers[predicate]: cells for predicate, cells in properties.items()}, classes)


def _find_unlabelled(path: Path, nodes: dict[bytes, int]) -> list[int]:
    """Return the numbers of the blank nodes whose label the parser made up, since the file does not contain it."""
    suspects = {text[2:]: number for text, number in nodes.items() if _GENERATED.fullmatch(text)}
    if not suspects:
        return []
    written: set[bytes] = set()
    with path.open("rb") as file:
        for line in file:
            written.update(re.findall(rb"[0-9a-f]{24,32}", line))
    return [number for label, number in suspects.items() if label not in written]


def _label(unlabelled: Iterable[int], taken: dict[bytes, int]) -> dict[int, str]:
    """Return labels for blank nodes without one, the same on every reading of the same files."""
    labels: dict[int, str] = {}
    place = 0
    for number in unlabelled:
        while f"_:genid{place}".encode() in taken:
            place += 1
        labels[number] = f"genid{place}"
        place += 1
    return labels
