"""The triples of a build, asked in memory while they are checked; and all quads of a store, read back and hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import QuerySolutions, Store

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.terms import DefaultGraph, Quad, Term, Triple


class MemoryDataset:
    """Triples in one graph, asked by SPARQL with nothing on disk."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._store = Store()
        self._store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)

    def select(self, query: str) -> Iterator[Mapping[str, Term | None]]:
        """Yield a mapping of variable names to terms for each solution; raises QuerySyntaxError."""
        try:
            solutions = self._store.query(query)
        except SyntaxError as error:
            raise QuerySyntaxError(str(error.msg), error.lineno or 0, error.offset or 0) from error
        if not isinstance(solutions, QuerySolutions):
            raise QuerySyntaxError("not a SELECT query")
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: solution[name] for name in names}


def read_quads(folder: Path) -> list[Quad]:
    """Return all quads of the engine's files in a folder, in no order; raises OSError when they are damaged."""
    return list(Store.read_only(str(folder)))


def hash_quads(quads: Iterable[Quad]) -> str:
    """Return the SHA-256 of the quads as sorted N-Quads lines: the same quads give the same hash."""
    digest = hashlib.sha256()
    for line in sorted(str(quad) for quad in quads):
        digest.update(line.encode() + b" .\n")
    return digest.hexdigest()
