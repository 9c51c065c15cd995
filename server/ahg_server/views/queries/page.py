"""What the page of a saved query shows: the form, the answer as a table, and the ways to use it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ahg_graph.config.prefixes import shorten
from ahg_graph.errors import BadParameter
from ahg_graph.queries.binding import resolve_value
from ahg_graph.queries.model import Parameter, SavedQuery
from ahg_graph.queries.parameter_schema import list_choices
from ahg_graph.rdf.terms import NamedNode, Statement
from ahg_graph.service.contract_difference import compare_contract
from ahg_graph.service.evidence import Evidence
from ahg_graph.service.no_rows import word_no_rows
from ahg_graph.service.passages import Passages, has_texts
from ahg_graph.service.query_answer import QueryAnswer
from ahg_graph.service.query_service import QueryService
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.presentation.candidates import list_candidates
from ahg_server.presentation.page_model import TYPE
from ahg_server.presentation.table_cells import ShownCell, describe_cell, lay_out, title_column
from ahg_server.presentation.term_presenter import TermPresenter
from ahg_server.presentation.triple_tables import COLUMNS, describe_subject, describe_triple
from ahg_server.views.queries.facets import list_facets
from ahg_server.views.queries.request import SavedQueryRequest
from ahg_server.views.queries.snippets import make_graph_snippets, make_snippets

_MOST_SUGGESTIONS = 300
_ROWS = 500  # on a page, unless the reader asks for more
_QUOTED_ROWS = 25  # with the paragraphs that support them
_FORMAT_NAMES = {"xlsx": "Excel"}
_TAKEN_MOST = ("csv", "xlsx", "json", "ttl", "nt")
"""The formats that stand above an answer."""
_HINTS = {"date": "2011-10-12, 2011-10 or 2011", "text": "words", "thing": "a name, code, slug or IRI"}


def needs_answer(query_request: SavedQueryRequest) -> bool:
    """Return whether a page is to show an answer: there are values, or none are needed."""
    return not query_request.query.needed or any(value.strip() for _, value in urls.to_pairs(query_request.given))


def describe_page(
    service: QueryService[SnapshotContext],
    query_request: SavedQueryRequest,
    answered: QueryAnswer | None,
    problem: BadParameter | None,
    address: str,
    display: TermPresenter | None,
    passages: Passages,
) -> ShownCell:
    """Return what the template shows; `address` is scheme and authority, for the snippets.

    `display` knows what the triples of a graph name, `passages` the texts of the paragraphs that support the rows.
    """
    query = query_request.query
    own = {parameter.name for parameter in query.parameters}
    shown: ShownCell = {
        "here": "query",
        "query": query,
        "predicates": [
            {"name": shorten(p.iri), "required": p.required, "meaning": p.meaning} for p in query.predicates
        ],
        "version": query_request.version,
        "old": service.catalogue.get_query(query.name).version != query.version,
        "fields": [_describe_field(service, query_request, parameter, problem) for parameter in query.parameters],
        "problem": str(problem) if problem and problem.parameter not in own else None,
        "example": _describe_example(query, query_request.version),
        "formats": [
            {
                "name": _FORMAT_NAMES.get(ending, ending.upper()),
                "ending": ending,
                "media_type": media_type,
                "link": urls.answer(query.name, ending, query_request.pairs(), query_request.version),
            }
            for ending, media_type in query_request.formats.items()
            if ending != "html"
        ],
        "taken_most": _TAKEN_MOST,
        "answer": None,
        "is_evident": query_request.evidence,
        "is_quoted": bool(passages),
        "release": query_request.release,
        "standing": None,
        "changes": urls.changes(
            query.name, query_request.pairs(page=None, pageSize=None, evidence=None), query_request.version
        ),
        "bound": urls.query(query.name, query_request.pairs(release=service.identity), query.version),
        "newest": urls.query(query.name, query_request.pairs(release=None), query_request.version),
    }
    if answered is not None:
        shown["answer"] = _describe_answer(
            replace(query_request, page_size=limit_page(query_request)), answered, display, passages
        )
        shown["facets"] = list_facets(query_request, answered, service.names)
        standing = compare_contract(query, service.snapshot) if query_request.release else None
        shown["standing"] = standing.sentence if standing else None
        shown["identity_asked"] = service.identity
        whole = query_request.pairs(page=None, pageSize=None)
        main, other = ("ttl", "nt") if query.is_graph else ("csv", "json")
        first, second = (
            address + urls.answer(query.name, ending, whole, query_request.version) for ending in (main, other)
        )
        shown["snippets"] = (
            make_graph_snippets(first, second) if query.is_graph else make_snippets(first, second, query.columns)
        )
    return shown


def limit_page(query_request: SavedQueryRequest) -> int:
    """Return the number of rows that a page shows; a row takes more room with its evidence, and with the paragraphs."""
    evidence = _QUOTED_ROWS if has_texts() else _ROWS // 2
    return query_request.page_size or (evidence if query_request.evidence else _ROWS)


def _describe_field(
    service: QueryService[SnapshotContext],
    query_request: SavedQueryRequest,
    parameter: Parameter,
    problem: BadParameter | None,
) -> ShownCell:
    wrong = problem if problem is not None and problem.parameter == parameter.name else None
    path = urls.query_path(query_request.query.name, query_request.version)
    choices = list_choices(parameter, service.names)
    suggestions: list[ShownCell] = []
    if parameter.type == "thing" and parameter.classes:
        things = service.names.list_things(parameter.classes, _MOST_SUGGESTIONS) or ()
        suggestions = [{"slug": t.slug, "label": t.label} for t in sorted(things, key=lambda t: (t.label, t.iri))]
    return {
        "name": parameter.name,
        "required": parameter.required and parameter.default is None,
        "description": parameter.description,
        "example": _name_example(service, query_request.query, parameter),
        "given": [value for value in query_request.given.get(parameter.name, ()) if value],
        "choices": choices,
        "multiple": parameter.is_list,
        "suggestions": suggestions,
        "hint": _HINTS.get(parameter.type, ""),
        "problem": wrong.reason if wrong else None,
        "near": list_candidates(wrong, path, urls.to_pairs(query_request.given)) if wrong else [],
    }


def _name_example(service: QueryService[SnapshotContext], query: SavedQuery, parameter: Parameter) -> str:
    """Return the value that the example gives a parameter, a thing by its name; nothing where it gives none."""
    given = query.example.get(parameter.name, ())
    try:
        return ", ".join(resolve_value(parameter, text, service.names).label for text in given)
    except BadParameter:  # another release may not have it
        return ""


def _describe_example(query: SavedQuery, version: int | None) -> ShownCell | None:
    pairs = urls.to_pairs(query.example)
    if not pairs:
        return None
    return {
        "text": ", ".join(f"{name} {value}" for name, value in pairs),
        "link": urls.query(query.name, pairs, version),
    }


def _describe_answer(
    query_request: SavedQueryRequest, answered: QueryAnswer, display: TermPresenter | None, passages: Passages
) -> ShownCell:
    query = query_request.query
    layout = list(lay_out(query.columns))
    found = answered.table.rows
    first = (query_request.page - 1) * (query_request.page_size or 0) + 1
    rows = [
        {
            "number": number,
            "subject": describe_subject(row, found[index - 1] if index else None, display) if display else None,
            "cells": describe_triple(row, display)
            if display
            else [describe_cell(row, column, label) for column, label in layout],
            "evidence": _describe_evidence(answered.evidence[index], passages) if answered.evidence else [],
            "proofs": [
                {
                    "text": _state(explanation.statement),
                    "link": urls.explain(
                        explanation.statement.subject.value,
                        explanation.statement.predicate.value,
                        {"type": "uri", "value": explanation.statement.object.value},
                    ),
                }
                for explanation in (answered.proofs[index] if answered.proofs else ())
                if isinstance(explanation.statement.object, NamedNode) and explanation.statement.predicate.value != TYPE
            ],
        }
        for index, (number, row) in enumerate(enumerate(found, start=first))
    ]
    needed = {p.name for p in query.parameters if p.required}
    return {
        "count": answered.total,
        "page": query_request.page,
        "pages": answered.pages,
        "given": [
            {
                "name": name,
                "label": ", ".join(value.label for value in values),
                "without": None if name in needed else _ask_without(query_request, name),
            }
            for name, values in answered.bound.values.items()
        ],
        "empty": word_no_rows(query, answered.empty) if answered.empty else None,
        "unit": query_request.unit if answered.total != 1 else query_request.unit[:-1],
        "columns": COLUMNS
        if query.is_graph
        else [{"title": title_column(label or column), "meaning": column.meaning} for column, label in layout],
        "rows": rows,
        "turns": [
            {
                "rel": relation,
                "text": {"first": "First", "prev": "Previous", "next": "Next", "last": "Last"}[relation],
                "link": urls.query(query.name, query_request.pairs(page=str(page)), query_request.version),
            }
            for relation, page in answered.turns()
            if page != query_request.page
        ],
        "sparql": answered.bound.text,
        "evidence_link": None
        if query_request.evidence or not query.evidence
        else urls.query(query.name, query_request.pairs(evidence="1"), query_request.version),
    }


def _ask_without(query_request: SavedQueryRequest, name: str) -> str:
    """Return the same question without one of its values."""
    pairs = [pair for pair in query_request.pairs(page=None, pageSize=None) if pair[0] != name]
    return urls.query(query_request.query.name, pairs, query_request.version)


def _describe_evidence(items: Sequence[Evidence], passages: Passages) -> list[ShownCell]:
    """Return the evidence of a row, each statement once with the places that it is made in, and their texts."""
    nodes: dict[str, set[str]] = {}
    for item in items:
        nodes.setdefault(item.part, set()).add(item.node)
    places: dict[str | None, list[ShownCell]] = {}
    for item in items:
        said = f"curator's inference: {item.reason}" if item.reason else item.statement
        place = {"text": f"{item.document}, {item.locator}", "link": urls.resource(item.part)}
        quoted = passages.show(item.part, nodes.pop(item.part)) if item.part in nodes else None  # once in a row
        places.setdefault(said, []).append(place | {"quoted": quoted})
    return [{"statement": said, "places": found} for said, found in places.items()]


def _state(statement: Statement) -> str:
    """Return a statement in short names."""
    return " ".join(shorten(term.value).rpartition("/")[2] for term in statement)
