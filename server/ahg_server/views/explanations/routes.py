"""`/explain`: why one triple holds, as a page, as JSON, and as RDF."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import BadParameter, ReleaseGone
from ahg_graph.explanation import Explanation, Proof
from ahg_graph.explanation.serialization import to_json, to_rdf
from ahg_graph.explanation.term_resolution import PLACES
from ahg_graph.rdf.terms import NamedNode, Statement
from ahg_graph.rdf.vocabulary import PROV
from ahg_graph.service.explaining import explain_texts
from ahg_graph.service.passages import has_texts, load_passages
from ahg_graph.sparql.media_types import GRAPH_ALIASES, GRAPH_FORMATS, HTML, JSON, TRIPLE_TYPES
from ahg_graph.sparql.results_writer import write_triples
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.negotiation import Choice, find_ending, require_choice, takes_anything
from ahg_server.http.problems import NotFound
from ahg_server.http.requests import Parameters, find_header, parse_parameters
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.presentation.candidates import list_candidates
from ahg_server.presentation.resource_loader import load_summaries
from ahg_server.presentation.templating import render
from ahg_server.presentation.term_presenter import TemplateContext, TermPresenter
from ahg_server.views.application_state import Client, State
from ahg_server.views.explanations.page import describe_explanation, list_cited

FORMATS: Mapping[str, str] = MappingProxyType({"html": HTML, "json": JSON, **TRIPLE_TYPES})
"""Value of `format` to media type."""


router = APIRouter()


@router.get(urls.EXPLAIN)
async def read_explanation(request: Request, state: State, client: Client) -> Response:
    """Return why a statement holds."""
    parameters = parse_parameters(request.scope["query_string"])
    accept = find_header(request.scope, b"accept")
    choice = _choose(parameters, accept)
    given = {place: (parameters.find(place) or "").strip() for place in PLACES}
    asks_nothing = not any(given.values()) and not parameters.find("format")
    is_page = choice.media_type == HTML or (asks_nothing and takes_anything(accept))
    if is_page and not all(given.values()):
        return to_response(
            render("explain.html", state.context, given=given, problem=None, near=[], explanation=None, formats=[])
        )
    names = (await state.get_service()).names
    try:
        explanation = await asyncio.to_thread(explain_texts, state.context.snapshot.path, names, given)
    except ReleaseGone:
        raise NotFound("this snapshot has no proofs; build it again to get them") from None
    except BadParameter as error:
        if not is_page:
            raise
        return to_response(_render(state.context, given, error))
    if not is_page:
        return to_response(_write(explanation, choice))
    vocabulary = await state.get_vocabulary()
    items = await load_summaries(state.context, vocabulary, set(list_names(explanation)), client)
    cited = list_cited(explanation.proof)
    about = {iri for found in cited.values() for iri in found}
    passages = await load_passages(state.context, asyncio.to_thread, cited, about, client)
    shown = describe_explanation(explanation, TermPresenter(items, vocabulary), passages)
    return to_response(_render(state.context, given, explanation=shown))


def _render(
    context: SnapshotContext,
    given: Mapping[str, str],
    error: BadParameter | None = None,
    explanation: TemplateContext | None = None,
) -> BufferedResponse:
    return render(
        "explain.html",
        context,
        422 if error else 200,
        public=not has_texts(),
        given=given,
        problem=str(error) if error else None,
        near=list_candidates(error, urls.EXPLAIN, given.items()) if error else [],
        explanation=explanation,
        formats=_list_formats(given) if explanation else [],
    )


def list_names(explanation: Explanation) -> Iterator[str]:
    """Yield the IRI of everything that the page of an explanation names."""
    yield from _list_terms(explanation.statement)
    waiting = [explanation.proof] if explanation.proof else []
    while waiting:
        proof: Proof = waiting.pop()
        waiting.extend(proof.premises)
        yield from _list_terms(proof.statement)
        yield from (citation.part for citation in proof.citations)
        yield from (t.value for absence in proof.absences for t in absence.terms if isinstance(t, NamedNode))
    for dispute in explanation.disputes:
        yield from (citation.part for reading in dispute.readings for citation in reading.citations)


def _list_terms(statement: Statement) -> Iterator[str]:
    return (term.value for term in statement if isinstance(term, NamedNode))


def _choose(parameters: Parameters, accept: str | None) -> Choice:
    named = parameters.find("format")
    if named:
        ending = find_ending(FORMATS, GRAPH_FORMATS, named)
        if ending is None:
            raise BadParameter("format", f"{named!r} is none of {', '.join(FORMATS)}", tuple(FORMATS))
        return Choice(FORMATS[ending], FORMATS[ending])
    # Plain JSON is the record here, JSON-LD is for those who name it.
    aliases = {name: media_type for name, media_type in GRAPH_ALIASES.items() if name != JSON}
    return require_choice(accept, tuple(FORMATS.values()), aliases)


def _write(explanation: Explanation, choice: Choice) -> BufferedResponse:
    if choice.media_type == JSON:
        body = orjson.dumps(to_json(explanation), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    else:
        prefixes = {name: get_home().prefixes[name] for name in ("ahg", "id", "dcterms", "rdf", "rdfs", "owl")} | {
            "prov": PROV
        }
        body = write_triples(to_rdf(explanation), choice.media_type, prefixes)
    headers = ((b"content-type", choice.content_type.encode()), (b"cache-control", b"public, no-cache"))
    return BufferedResponse(200, headers, body)


def _list_formats(given: Mapping[str, str]) -> list[dict[str, str]]:
    names = {"json": "JSON"} | {known.ending: known.label for known in GRAPH_FORMATS if not known.quads}
    return [
        {
            "name": name,
            "media_type": FORMATS[ending],
            "link": urls.address(urls.EXPLAIN, [*given.items(), ("format", ending)]),
        }
        for ending, name in names.items()
    ]
