"""`/queries`: the catalogue, each saved query as page and data, and the description of the API."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph import __version__
from ahg_graph.errors import BadParameter
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.service.graph_writer import write_graph
from ahg_graph.service.query_request import QueryRequest
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.media_types import GRAPH_ALIASES, HTML, JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.negotiation import require_choice
from ahg_server.http.requests import find_header, parse_parameters
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.http.server_address import find_address
from ahg_server.presentation.templating import render
from ahg_server.views.application_state import ApplicationState, Client, State
from ahg_server.views.queries.answer_page import show_answer
from ahg_server.views.queries.api_page import describe_common, describe_operations
from ahg_server.views.queries.catalogue_rdf import describe_examples
from ahg_server.views.queries.csv_metadata import describe_csv
from ahg_server.views.queries.openapi import Example, describe_api
from ahg_server.views.queries.openapi_parameters import EXAMPLE_LABELS, EXAMPLE_ROWS
from ahg_server.views.queries.request import METADATA, parse_request
from ahg_server.views.queries.responses import list_queries, reply, reply_text

_GRAPHS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)

router = APIRouter()


@router.get(urls.QUERIES)
async def read_queries(request: Request, state: State) -> Response:
    """Return the catalogue as a page, as JSON or as RDF."""
    choice = require_choice(find_header(request.scope, b"accept"), (HTML, JSON, *_GRAPHS))
    if choice.media_type == JSON:
        return to_response(list_queries(await state.get_service()))
    if choice.media_type != HTML:
        return to_response(describe_examples(await state.get_service(), find_address(request.scope), choice))
    return to_response(_show_catalogue(state.context, state.catalogue))


@router.get(urls.QUERIES_JSON)
async def read_queries_as_json(state: State) -> Response:
    """Return the catalogue as JSON."""
    return to_response(list_queries(await state.get_service()))


@router.get(urls.EXAMPLES)
async def read_examples(request: Request, state: State) -> Response:
    """Return the catalogue as RDF."""
    choice = require_choice(find_header(request.scope, b"accept"), _GRAPHS, GRAPH_ALIASES)
    return to_response(describe_examples(await state.get_service(), find_address(request.scope), choice))


@router.get(urls.OPENAPI)
async def read_description(state: State) -> Response:
    """Return the OpenAPI description of the saved queries."""
    service = await state.get_service()
    body = orjson.dumps(
        describe_api(state.catalogue, service.names, __version__, await _ask_examples(service)),
        option=orjson.OPT_INDENT_2,
    )
    headers = ((b"content-type", JSON.encode()), (b"cache-control", b"public, no-cache"))
    return to_response(BufferedResponse(200, headers, body))


@router.get(urls.DOCS)
async def read_description_as_page(state: State) -> Response:
    """Return the description of the saved queries as a page."""
    document = describe_api(state.catalogue, (await state.get_service()).names, __version__)
    return to_response(
        render(
            "api.html",
            state.context,
            here="docs",
            description=document["info"]["description"],
            topics=describe_operations(document),
            common=describe_common(document),
        )
    )


@router.get(urls.QUERIES + "/{target}")
async def read_saved_query(request: Request, target: str, state: State, client: Client) -> Response:
    """Return the answer of a saved query, its text, or its page."""
    return to_response(await _answer(state, request, target, client))


async def _ask_examples(service: QueryService[SnapshotContext]) -> dict[str, Example]:
    """Return the answer to each query's example, asked with the examples of the common parameters, as it is sent."""
    found: dict[str, Example] = {}
    for query in service.catalogue.current.values():
        asked = QueryRequest(query=query, given=query.example, page_size=EXAMPLE_ROWS, labels=EXAMPLE_LABELS)
        table = (await service.ask(asked)).table
        found[query.name] = write_graph(table, TURTLE).decode() if query.is_graph else table.records()
    return found


async def _answer(state: ApplicationState, request: Request, target: str, client: str) -> BufferedResponse:
    """Return the reply to a request for a saved query: data, its text, or its page."""
    parameters = parse_parameters(request.scope["query_string"])
    accept = find_header(request.scope, b"accept")
    query_request = parse_request(state.catalogue, target, parameters, accept)
    if query_request.since is not None:
        raise BadParameter("since", f"compares two releases; use {urls.changes(query_request.query.name)}")
    if query_request.ending == "rq":
        return reply_text(query_request)
    if query_request.ending == METADATA:
        return describe_csv(query_request)
    async with (await state.get_release_pool()).open(query_request.release) as service:
        if query_request.ending != "html":
            return await reply(service, query_request, client)
        return await show_answer(state, service, query_request, client, find_address(request.scope))


def _show_catalogue(context: SnapshotContext, catalogue: Catalogue) -> BufferedResponse:
    topics: dict[str, list[dict[str, Any]]] = {}
    for query in catalogue.current.values():
        topics.setdefault(query.tags[0], []).append(
            {
                "name": query.name,
                "summary": query.summary,
                "description": query.description,
                "parameters": [parameter.name for parameter in query.parameters],
                "link": urls.query(query.name),
            }
        )
    shown = [{"tag": tag, "queries": queries} for tag, queries in sorted(topics.items())]
    return render("catalogue.html", context, here="queries", topics=shown)
