"""The triples of a build, asked in memory while they are checked; a store's quads, loaded, read back, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import QuerySolutions, QueryTriples, Store

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.terms import DefaultGraph, NamedNode, Quad, Term, Triple


class MemoryDataset:
    """Triples in one graph, asked by SPARQL with nothing on disk."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._store = Store()
        self._store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)

    def select(self, query: str) -> Iterator[Mapping[str, Term | None]]:
        """Yield a mapping of variable names to terms for each solution; raises QuerySyntaxError.

        The triples of a CONSTRUCT are solutions too, each once, under `subject`, `predicate` and `object`.
        """
        try:
            solutions = self._store.query(query)
        except SyntaxError as error:
            raise QuerySyntaxError(str(error.msg), error.lineno or 0, error.offset or 0) from error
        if isinstance(solutions, QueryTriples):
            for triple in dict.fromkeys(solutions):
                yield {"subject": triple.subject, "predicate": triple.predicate, "object": triple.object}
            return
        if not isinstance(solutions, QuerySolutions):
            raise QuerySyntaxError("neither a SELECT nor a CONSTRUCT query")
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: solution[name] for name in names}


def read_quads(folder: Path) -> list[Quad]:
    """Return all quads of the engine's files in a folder, in no order; raises OSError when they are damaged."""
    return list(Store.read_only(str(folder)))


def load_files(folder: Path, files: Iterable[tuple[Path, str]], quads: Iterable[Quad], graphs: Iterable[str]) -> None:
    """Write a new folder of the engine's files from files, each into the graph of a name, and from quads beside them.

    The files are streamed, so that memory does not grow with them; `graphs` exist even when they are empty. Raises
    SyntaxError for a file that is not well-formed, which its suffix says what to take for.
    """
    store = Store(str(folder))
    store.bulk_extend(quads)
    for path, graph in files:
        store.bulk_load(path=str(path), to_graph=NamedNode(graph))
    for name in graphs:
        store.add_graph(NamedNode(name))
    store.flush()


def count_graphs(folder: Path) -> dict[str, int]:
    """Return how many triples each graph of the engine's files has, by its name, in order."""
    return _count(folder, "SELECT ?key (COUNT(*) AS ?number) WHERE { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key")


def count_classes(folder: Path) -> dict[str, int]:
    """Return how many triples of the engine's files type something, by the class, in order."""
    return _count(folder, "SELECT ?key (COUNT(*) AS ?number) WHERE { GRAPH ?g { ?s a ?key } } GROUP BY ?key")


def _count(folder: Path, query: str) -> dict[str, int]:
    solutions = Store.read_only(str(folder)).query(query)
    if not isinstance(solutions, QuerySolutions):
        raise TypeError("a SELECT query has solutions")
    found = ((row["key"], row["number"]) for row in solutions)
    return dict(sorted((k.value, int(n.value)) for k, n in found if isinstance(k, NamedNode) and n is not None))


def hash_quads(quads: Iterable[Quad]) -> str:
    """Return the SHA-256 of the quads as sorted N-Quads lines: the same quads give the same hash."""
    digest = hashlib.sha256()
    for line in sorted(str(quad) for quad in quads):
        digest.update(line.encode() + b" .\n")
    return digest.hexdigest()
