"""The triples of a build, asked in memory while they are checked; a store's quads, loaded, read back, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from io import BufferedIOBase
from pathlib import Path

from pyoxigraph import QuerySolutions, QueryTriples, RdfFormat, Store

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import QuerySyntaxError
from ahg_graph.rdf.terms import DefaultGraph, NamedNode, Quad, Term, Triple
from ahg_graph.sparql.conformance.adaptation import AdaptedQuery, adapt_query
from ahg_graph.sparql.conformance.functions import make_aggregates, make_functions
from ahg_graph.sparql.conformance.lexical_forms import has_hidden, restore_quad
from ahg_graph.sparql.query_checks import matches_empty

_PIECE, _BLOCK = 1 << 32, 1 << 18


class MemoryDataset:
    """Triples in one graph, asked by SPARQL with nothing on disk."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._triples = tuple(triples)
        self._store = Store()
        self._store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in self._triples)

    def change(self, removed: Iterable[Triple], added: Iterable[Triple]) -> None:
        """Take triples from the data and add others."""
        for triple in removed:
            self._store.remove(Quad(triple.subject, triple.predicate, triple.object, DefaultGraph()))
        self._store.extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in added)

    def widen(self, triples: Collection[Triple], graph: str) -> MemoryDataset:
        """Return the same with some triples more, which stand in a named graph too."""
        wider = MemoryDataset([*self._triples, *triples])
        wider._store.bulk_extend(Quad(t.subject, t.predicate, t.object, NamedNode(graph)) for t in triples)
        return wider

    def select(self, query: str) -> Iterator[Mapping[str, Term | None]]:
        """Yield a mapping of variable names to terms for each solution; raises QuerySyntaxError.

        The triples of a CONSTRUCT are solutions too, each once, under `subject`, `predicate` and `object`. What
        a server refuses is refused here as well.
        """
        adapted = _adapt(query, get_home().base)
        if adapted.fault:
            raise adapted.fault
        faults: list[str] = []
        try:
            solutions = self._store.query(
                adapted.text,
                base_iri=get_home().base,
                custom_functions=make_functions(adapted.functions, faults) if adapted.functions else None,
                custom_aggregate_functions=make_aggregates(adapted.functions, adapted.separators) or None,
            )
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
            yield dict(zip(names, solution, strict=True))
        if faults:
            raise QuerySyntaxError(faults[0])


@lru_cache(maxsize=256)
def _adapt(query: str, base: str) -> AdaptedQuery:
    """Return what the engine is asked; a check puts most queries to two data sets, neither with named graphs."""
    return adapt_query(query, base, matches_empty, tuple)


def read_quads(folder: Path, graphs: Iterable[str] = ()) -> list[Quad]:
    """Return all quads of the engine's files in a folder, or those of some graphs, in no order.

    Raises OSError when they are damaged.
    """
    store = Store.read_only(str(folder))
    wanted = [NamedNode(name) for name in graphs]
    found = (q for name in wanted for q in store.quads_for_pattern(None, None, None, name)) if wanted else store
    return list(map(restore_quad, found)) if has_hidden(folder) else list(found)


class Loader:
    """Fills a new folder of the engine's files.

    What is loaded is streamed, so that memory does not grow with it.
    """

    def __init__(self, folder: Path, quads: Iterable[Quad] = ()) -> None:
        self._store = Store(str(folder))
        self._store.bulk_extend(quads)

    def load_file(self, path: Path, graph: str) -> None:
        """Load a file, whose suffix says its syntax; raises SyntaxError when it is not well-formed."""
        self._store.bulk_load(path=str(path), to_graph=NamedNode(graph))

    def load_lines(self, stream: BufferedIOBase, graph: str, piece: int = _PIECE) -> str:
        """Load N-Triples in pieces of so many bytes, and return the SHA-256 of the whole.

        At the end of a load the engine holds it twice on disk: pieces bound that.
        """
        digest = hashlib.sha256()
        while (part := _Piece(stream, piece, digest.update)).begins():
            self._store.bulk_load(part, RdfFormat.N_TRIPLES, to_graph=NamedNode(graph))  # type: ignore[arg-type]
        return digest.hexdigest()

    def finish(self, graphs: Iterable[str] = ()) -> None:
        """Write what is still in memory; `graphs` exist even when they are empty.

        The files are left as they were loaded: to merge them takes as long again, and more disk at a million triples.
        """
        for name in graphs:
            self._store.add_graph(NamedNode(name))
        self._store.flush()


class _Piece:
    """Reads on in a stream of lines up to the end of the line in which a number of bytes is reached."""

    def __init__(self, stream: BufferedIOBase, size: int, note: Callable[[bytes], None]) -> None:
        self._stream, self._left, self._note = stream, size, note
        self._block, self._start = b"", 0

    def begins(self) -> bool:
        """Return whether there is anything to read."""
        self._fill()
        return bool(self._block)

    def read(self, size: int = -1) -> bytes:
        if self._start == len(self._block):
            self._fill()
        end = len(self._block) if size < 0 else self._start + size
        data = self._block[self._start : end]
        self._start += len(data)
        return data

    def _fill(self) -> None:
        block = self._stream.read(min(self._left, _BLOCK))
        self._left -= len(block)
        if block and not self._left:
            block += self._stream.readline()
        self._note(block)
        self._block, self._start = block, 0


class Reader:
    """Reads a folder of the engine's files, all graphs as one."""

    def __init__(self, folder: Path) -> None:
        self._store = Store.read_only(str(folder))

    def stream(self, query: str) -> Iterator[tuple[str, ...]]:
        """Yield the texts of each solution's values; unbound is empty. Memory does not grow with the solutions."""
        solutions = self._store.query(query, base_iri=get_home().base, use_default_graph_as_union=True)
        if not isinstance(solutions, QuerySolutions):
            raise TypeError("a SELECT query has solutions")
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield tuple(getattr(solution[name], "value", "") for name in names)


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
