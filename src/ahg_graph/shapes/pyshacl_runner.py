"""The core constraints of SHACL, by pySHACL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyshacl
import rdflib
from pyshacl.errors import ReportableRuntimeError
from rdflib.namespace import SH
from rdflib.term import Node

from ahg_graph.config.prefixes import shorten
from ahg_graph.shapes.rdflib_conversion import from_node, quiet
from ahg_graph.shapes.violations import SEVERITIES, ShapeError, Violation, find_place
from ahg_graph.sources.turtle import Sources


def check_core(
    shapes: rdflib.Graph, data: rdflib.Graph, sources: Sources, nodes: Sequence[str] = ()
) -> Iterator[Violation]:
    """Yield what breaks the core constraints, of some nodes or of all; raises ShapeError for a shape that cannot run.

    What a shape says of a value, on the way to a report about the thing that has it, is no report of its own.
    """
    with quiet():
        try:
            _, report, _ = pyshacl.validate(
                data, shacl_graph=shapes, inference="none", inplace=True, focus_nodes=list(nodes) or None
            )
        except ReportableRuntimeError as error:
            raise ShapeError(f"ontology/shapes: {error.message}") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapeError(f"ontology/shapes: {report}")
    for result in set(report.objects(None, SH.result)) - set(report.objects(None, SH.detail)):
        source = report.value(result, SH.sourceShape)
        path = report.value(result, SH.resultPath)
        focus = report.value(result, SH.focusNode)
        value = report.value(result, SH.value)
        messages = sorted(str(message) for message in report.objects(result, SH.resultMessage))
        subject = from_node(focus)
        predicate = from_node(path) if isinstance(path, rdflib.URIRef) else None
        found = from_node(value) if value is not None else None
        yield Violation(
            severity=SEVERITIES.get(report.value(result, SH.resultSeverity), "violation"),
            shape=name_shape(shapes, source),
            subject=subject,
            path=_format_path(report, path) if path is not None else "",
            value=found,
            sentence=" ".join(messages) or "breaks the shape",
            place=find_place(sources, subject, predicate, found),
        )


def _format_path(graph: rdflib.Graph, path: Node) -> str:
    """Return a SHACL property path as a SPARQL property path in short names."""
    if isinstance(path, rdflib.URIRef):
        return shorten(str(path))
    if (inverse := graph.value(path, SH.inversePath)) is not None:
        return "^" + _format_path(graph, inverse)
    if (choice := graph.value(path, SH.alternativePath)) is not None:
        return "|".join(_format_path(graph, item) for item in graph.items(choice))
    for mark, predicate in (("*", SH.zeroOrMorePath), ("+", SH.oneOrMorePath), ("?", SH.zeroOrOnePath)):
        if (repeated := graph.value(path, predicate)) is not None:
            return f"({_format_path(graph, repeated)}){mark}"
    return "/".join(_format_path(graph, item) for item in graph.items(path))


def name_shape(shapes: rdflib.Graph, shape: Node | None) -> str:
    """Return the short name of a shape, or of the nearest named shape that it is part of."""
    seen: set[Node] = set()
    queue = [shape] if shape is not None else []
    while queue:
        node = queue.pop(0)
        if isinstance(node, rdflib.URIRef):
            return shorten(str(node))
        if node not in seen:
            seen.add(node)
            queue.extend(shapes.subjects(None, node))
    return "shape without a name"
