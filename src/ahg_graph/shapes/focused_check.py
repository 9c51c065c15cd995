"""The shapes of some things only, over data that stays in memory and changes by a few triples at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ahg_graph.rdf.terms import NamedNode, Term, Triple
from ahg_graph.shapes import Shapes
from ahg_graph.shapes.pyshacl_runner import check_core
from ahg_graph.shapes.rdflib_conversion import change_graph, list_values, to_graph
from ahg_graph.shapes.sparql_constraints import check_constraints, take_constraints
from ahg_graph.shapes.violations import Violation
from ahg_graph.sources.turtle import Sources
from ahg_graph.sparql.memory_dataset import MemoryDataset


class FocusedCheck:
    """Shapes and data, made ready once; then each check costs by what it looks at."""

    def __init__(self, shapes: Shapes, triples: Iterable[Triple]) -> None:
        data = list(triples)
        self._shapes = to_graph(shapes.triples)
        self._constraints = tuple(take_constraints(self._shapes))
        self._graph = to_graph(data)
        self._store = MemoryDataset(data)

    def change(self, removed: Collection[Triple], added: Collection[Triple]) -> None:
        """Take triples from the data and add others."""
        change_graph(self._graph, removed, added)
        self._store.change(removed, added)

    def check(self, focus: Collection[Term], sources: Sources) -> set[Violation]:
        """Return what is wrong with some things; raises ShapeError for a shape that cannot be run."""
        things = sorted({term for term in focus if isinstance(term, NamedNode)}, key=str)
        if not things:
            return set()
        looked_at = [thing.value for thing in things]
        core = check_core(self._shapes, self._graph, sources, [*looked_at, *list_values(self._graph, looked_at)])
        wanted = frozenset(things)
        return {
            *(one for one in core if one.subject in wanted),
            *check_constraints(self._constraints, self._store, sources, things),
        }
