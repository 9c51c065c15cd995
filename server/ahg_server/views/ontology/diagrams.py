"""Diagrams of the ontology: the classes of a topic, what is stated of them, and the same as rows of a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahg_graph.config.prefixes import ALIGNED_GRAPH, INFERRED_GRAPH, ONT, ONTOLOGY_GRAPH, is_term
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.presentation.term_presenter import TemplateContext
from ahg_server.views.ontology.model import Ontology

STATED_QUERY = f"""SELECT DISTINCT ?property WHERE {{
  GRAPH ?graph {{ ?s ?property ?o }}
  FILTER(?graph NOT IN (<{ONTOLOGY_GRAPH}>, <{INFERRED_GRAPH}>, <{ALIGNED_GRAPH}>)
    && (STRSTARTS(STR(?property), "{ONT}") || STRSTARTS(STR(?property), STR(<ont#>))))
}}"""
"""The properties that sources state, and no rule alone."""

_ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Edge:
    """One line of a diagram: a property with the classes of its subjects and values, or the step to a wider class."""

    start: str
    property: str | None
    end: str | None


async def load_stated(context: SnapshotContext) -> frozenset[str]:
    """Ask a snapshot which of the project's properties its sources state."""
    table = parse_table((await context.ask(SparqlQuery(STATED_QUERY))).body)
    return frozenset(row["property"]["value"] for row in table.rows)


def draw_classes(
    ontology: Ontology, classes: Sequence[str], stated: Collection[str], values: Collection[str] = ()
) -> TemplateContext | None:
    """Return the diagram of some classes, as data for the script that draws and as rows; None without any arrow.

    A property is drawn at the widest class that has it: one below another that is shown is left out. What has `values`
    for its range is written into the box of its class, where an arrow to each would hide the rest.
    """
    edges = list(_list_edges(ontology, classes, stated))
    arrows = [e for e in edges if e.end not in values and e.end != e.start and not _is_plain(ontology, e)]
    ends = [edge.end or _ANYTHING for edge in arrows]
    boxes = list(dict.fromkeys([*classes, *ends]))
    if not arrows:
        return None
    below: dict[str, list[str]] = {}
    for edge in edges:
        if edge not in arrows and edge.property:
            own = f" → {ontology.name(edge.start)}" if edge.end == edge.start else ""
            below.setdefault(edge.start, []).append(ontology.name(edge.property) + own)
    labels: dict[tuple[str, str, bool], list[str]] = {}
    for edge in arrows:
        named = labels.setdefault((edge.start, edge.end or _ANYTHING, edge.property is None), [])
        named += [ontology.name(edge.property)] if edge.property else []
    return {
        "data": {
            "nodes": [_draw_box(ontology, iri, iri in classes, below.get(iri, ())) for iri in boxes],
            "edges": [
                {"from": start, "to": end, "label": "\n".join(names), "isKind": is_kind}
                for (start, end, is_kind), names in labels.items()
            ],
            "direction": "LR",
        },
        "rows": [[_link(ontology, edge.start), _word(ontology, edge), _end(ontology, edge)] for edge in edges],
    }


def _list_edges(ontology: Ontology, classes: Sequence[str], stated: Collection[str]) -> Iterator[Edge]:
    for iri in classes:
        for above in ontology.list_linked(iri, "rdfs:subClassOf"):
            if is_term(above):
                yield Edge(iri, None, above)
        for prop in ontology.list_linking(iri, "rdfs:domain"):
            if _is_stated(ontology, prop, stated) and not _has_wider(ontology, prop, stated):
                ranges = [found for found in ontology.list_linked(prop, "rdfs:range") if is_term(found)]
                yield Edge(iri, prop, ranges[0] if ranges else None)


def _is_stated(ontology: Ontology, prop: str, stated: Collection[str]) -> bool:
    """Return whether sources state a property or one below it."""
    return prop in stated or any(below in stated for below in ontology.list_linking(prop, "rdfs:subPropertyOf"))


def _has_wider(ontology: Ontology, prop: str, stated: Collection[str]) -> bool:
    """Return whether a property lies below another that a diagram shows."""
    return any(
        is_term(above) and ontology.list_linked(above, "rdfs:domain") and _is_stated(ontology, above, stated)
        for above in ontology.list_linked(prop, "rdfs:subPropertyOf")
    )


def _is_plain(ontology: Ontology, edge: Edge) -> bool:
    """Return whether the values of an edge are literals."""
    return edge.property is not None and ontology.find_kind(edge.property) == "data property"


def _draw_box(ontology: Ontology, iri: str, is_own: bool, below: Sequence[str]) -> Mapping[str, object]:
    return {
        "id": iri,
        "label": iri if iri == _ANYTHING else ontology.name(iri),
        "link": None if iri == _ANYTHING else f"#{iri.rpartition('#')[2]}",
        "kind": "" if is_own else "near",
        "below": list(below),
    }


def _link(ontology: Ontology, iri: str) -> TemplateContext:
    return {"text": ontology.name(iri), "link": f"#{iri.rpartition('#')[2]}"}


def _word(ontology: Ontology, edge: Edge) -> TemplateContext:
    return _link(ontology, edge.property) if edge.property else {"text": "is a kind of", "link": None}


def _end(ontology: Ontology, edge: Edge) -> TemplateContext:
    if edge.end:
        return _link(ontology, edge.end)
    return {"text": "a literal" if _is_plain(ontology, edge) else _ANYTHING, "link": None}
