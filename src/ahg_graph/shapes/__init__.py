"""SHACL over the asserted data and the class hierarchy, as violation records.

Never over the closure: inference of ranges would type a misspelt body as a body and hide the error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ahg_graph.errors import SourceSyntaxError
from ahg_graph.rdf.terms import Triple
from ahg_graph.shapes.pyshacl_runner import check_core
from ahg_graph.shapes.rdflib_conversion import to_graph
from ahg_graph.shapes.sparql_constraints import check_constraints, take_constraints
from ahg_graph.shapes.violations import ShapeError, Violation, format_term
from ahg_graph.sources.turtle import Sources, parse_turtle
from ahg_graph.sparql.memory_dataset import MemoryDataset

__all__ = ["ShapeError", "Shapes", "Violation", "check_shapes", "format_term", "load_shapes", "sort_violations"]


@dataclass(frozen=True)
class Shapes:
    """The shape files of a home folder, merged; `errors` are their syntax errors."""

    paths: tuple[str, ...]
    triples: tuple[Triple, ...]
    errors: tuple[SourceSyntaxError, ...]


def load_shapes(home: Path) -> Shapes:
    """Read every `ontology/shapes/*.ttl`; syntax errors are returned in the record."""
    paths: list[str] = []
    merged: list[Triple] = []
    errors: list[SourceSyntaxError] = []
    for path in sorted((home / "ontology" / "shapes").glob("*.ttl")):
        name = path.relative_to(home).as_posix()
        triples, _, found = parse_turtle(path.read_bytes(), name)
        paths.append(name)
        merged.extend(triples)
        errors.extend(found)
    return Shapes(tuple(paths), tuple(merged), tuple(errors))


def check_shapes(shapes: Shapes, sources: Sources) -> tuple[Violation, ...]:
    """Return all that breaks a shape, violations before warnings, then by place, subject and path.

    Raises ShapeError for a shape that cannot be run.
    """
    data = [*sources.triples("ontology", "register", "record", "words", "texts")]
    graph = to_graph(shapes.triples)
    constraints = tuple(take_constraints(graph))
    found = {
        *check_core(graph, to_graph(data), sources),
        *check_constraints(constraints, MemoryDataset(data), sources),
    }
    return sort_violations(found)


def sort_violations(found: Iterable[Violation]) -> tuple[Violation, ...]:
    """Return violations before warnings, then by place, subject and path."""
    order = ("violation", "warning", "info")
    return tuple(
        sorted(
            found,
            key=lambda v: (
                order.index(v.severity),
                (v.place.path, v.place.line) if v.place else ("", 0),
                *(str(part) for part in (v.subject, v.path, v.value, v.shape, v.sentence)),
            ),
        )
    )
