"""Files of triples read straight into tables of numbers."""

from __future__ import annotations

import gc
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ahg_graph.closure.symbols import Symbols
from ahg_graph.closure.tables import Graph, Table
from ahg_graph.errors import SourceSyntaxError
from ahg_graph.rules.division import TYPE
from ahg_graph.rules.goals import name_number
from ahg_graph.terms import BlankNode, Quad, RdfFormat, Term, Triple, parse

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
}
"""The syntax of a file by its suffix."""

_GENERATED = re.compile(r"[0-9a-f]{24,32}")


@dataclass(frozen=True)
class Reading:
    """A graph read from files; `unlabelled` holds the numbers of blank nodes that have no label in the input.

    `renamed` counts the labels that two files use for different nodes, and that were changed for the later file.
    """

    graph: Graph
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


def read_files(paths: Sequence[Path]) -> Reading:
    """Read Turtle, N-Triples and RDF/XML files into one graph; blank nodes are local to their file.

    Relative IRIs are resolved against the file's own. Raises SourceSyntaxError with file, line and column, and for a
    suffix that is none of FORMATS.
    """
    symbols = Symbols()
    graph = Graph(symbols)
    taken: set[str] = set()
    renamed = 0
    unlabelled: list[int] = []
    with pause_collection():
        for path in paths:
            kind = FORMATS.get(path.suffix.lower())
            if kind is None:
                raise SourceSyntaxError(str(path), 0, 0, f"unknown suffix; known are {', '.join(FORMATS)}")
            nodes = _read_file(path, kind, graph, taken)
            renamed += sum(label != new for label, (new, _) in nodes.items())
            unlabelled += _find_unlabelled(path, nodes)
            taken.update(new for new, _ in nodes.values())
    labels = _label(unlabelled, taken)
    return Reading(graph, frozenset(unlabelled), renamed, labels)


_Nodes = dict[str, tuple[str, int]]
"""The blank nodes of a file: by the label that the parser gave, the label that no other file uses, and the number."""


def _read_file(path: Path, kind: RdfFormat, graph: Graph, taken: set[str]) -> _Nodes:
    """Add a file's triples to a graph and return its blank nodes."""
    symbols = graph.symbols
    nodes: _Nodes = {}

    def meet(term: Term | Triple) -> int:
        if isinstance(term, BlankNode):
            if term.value not in nodes:
                label = term.value
                while label in taken:
                    label += "x"
                nodes[term.value] = (label, symbols.number(BlankNode(label)))
            return nodes[term.value][1]
        if isinstance(term, Triple):
            raise SourceSyntaxError(str(path), 0, 0, "a triple as a term, which RDF 1.1 does not have")
        return symbols.number(term)

    # Blank nodes of a later file must not be looked up by their labels, which an earlier one may have used.
    known = symbols.numbers
    find = known.get if not taken else (lambda term: None if isinstance(term, BlankNode) else known.get(term))
    kind_number = symbols.number(TYPE)
    properties: dict[int, array[int]] = {}
    classes: dict[int, array[int]] = {}
    count = 0
    try:
        for subject, predicate, value, _ in _parse(path, kind):
            count += 1
            if (s := find(subject)) is None:
                s = meet(subject)
            if (p := find(predicate)) is None:
                p = meet(predicate)
            if (o := find(value)) is None:
                o = meet(value)
            if p == kind_number:
                if (members := classes.get(o)) is None:
                    members = classes[o] = array("q")
                members.append(s)
            else:
                if (pairs := properties.get(p)) is None:
                    pairs = properties[p] = array("q")
                pairs.append(s)
                pairs.append(o)
    except SyntaxError as error:
        reason = re.sub(r"^Parser error .*?: ", "", str(error.msg))
        raise SourceSyntaxError(str(path), error.lineno or 0, error.offset or 0, reason) from error
    except OSError as error:
        raise SourceSyntaxError(str(path), 0, 0, error.strerror or str(error)) from error
    graph.count += count
    for number, cells in properties.items():
        graph.tables.setdefault(f"p{name_number(number)}", Table(2)).cells.extend(cells)
    for number, cells in classes.items():
        graph.tables.setdefault(f"c{name_number(number)}", Table(1)).cells.extend(cells)
    return nodes


def _parse(path: Path, kind: RdfFormat) -> Iterable[Quad]:
    return parse(path=str(path), format=kind, base_iri=path.absolute().as_uri(), without_named_graphs=True)


def _find_unlabelled(path: Path, nodes: _Nodes) -> list[int]:
    """Return the numbers of the blank nodes whose label the parser made up, since the file does not contain it."""
    suspects = {label: number for label, (_, number) in nodes.items() if _GENERATED.fullmatch(label)}
    if not suspects:
        return []
    written: set[bytes] = set()
    with path.open("rb") as file:
        for line in file:
            written.update(re.findall(rb"[0-9a-f]{24,32}", line))
    return [number for label, number in suspects.items() if label.encode() not in written]


def _label(unlabelled: Iterable[int], taken: set[str]) -> dict[int, str]:
    """Return labels for blank nodes without one, the same on every reading of the same files."""
    labels: dict[int, str] = {}
    place = 0
    for number in unlabelled:
        while f"genid{place}" in taken:
            place += 1
        labels[number] = f"genid{place}"
        place += 1
    return labels
