"""`/ask`: a question in plain words, read as a saved query; the reading is always shown, and doubt is said."""

from __future__ import annotations

from contextlib import suppress

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.errors import BadParameter
from ahg_graph.questions.reader import LONGEST
from ahg_graph.service.plain_questions import PlainAnswer, PlainReading, read_question
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.media_types import JSON
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.negotiation import choose_page_or_json, takes_anything
from ahg_server.http.requests import find_header, parse_parameters
from ahg_server.http.responses import BufferedResponse, redirect, to_response
from ahg_server.http.server_address import find_address
from ahg_server.presentation.table_cells import ShownCell
from ahg_server.presentation.templating import render
from ahg_server.views.application_state import ApplicationState, Client, State
from ahg_server.views.queries.answer_page import PlainPage, show_answer
from ahg_server.views.queries.request import SavedQueryRequest

_EXAMPLES = 5

router = APIRouter()


@router.get(urls.ASK)
async def answer_question(request: Request, state: State, client: Client) -> Response:
    """Return what a question is read as: as JSON, or as a page with the answer."""
    parameters = parse_parameters(request.scope["query_string"])
    text = " ".join((parameters.find("q") or "").split())
    accept, wanted = find_header(request.scope, b"accept"), parameters.find("format")
    is_json = choose_page_or_json(accept, wanted) == JSON
    if len(text) > LONGEST:
        raise BadParameter("q", f"a question has at most {LONGEST} characters")
    if not text:
        if is_json and (wanted or not takes_anything(accept)):
            raise BadParameter("q", "is required: a question in plain words")
        examples = _list_examples(await state.get_service())
        return to_response(render("ask.html", state.context, here="ask", text="", others=[], examples=examples))
    named = (await state.get_service()).names.find_things(text)
    if named and not is_json:  # a name alone is a search
        address = urls.resource_url(named[0].iri, "html") if len(named) == 1 else urls.search(text)
        return to_response(redirect(303, address, lasting=False))
    answer = await read_question(await state.get_service(), await state.get_plain_questions(), text, client)
    if is_json:
        return to_response(_write(text, answer))
    return to_response(await _show(state, text, answer, client, find_address(request.scope)))


def _list_examples(service: QueryService[SnapshotContext]) -> list[str]:
    """Return the questions of the examples of a few saved queries, in words."""
    asked = [query for query in service.catalogue.current.values() if query.question][:_EXAMPLES]
    found: list[str] = []
    for query in asked:
        with suppress(BadParameter):  # the graph may not have what the example names
            values = service.bind(query, query.example).values
            found.append(query.ask_example({name: ", ".join(v.label for v in each) for name, each in values.items()}))
    return found


async def _show(state: ApplicationState, text: str, answer: PlainAnswer, client: str, address: str) -> BufferedResponse:
    others = [_describe(reading) for reading in answer.others]
    if answer.meant is None:
        return render("ask.html", state.context, here="ask", text=text, others=others, examples=[])
    query_request = SavedQueryRequest(
        query=answer.meant.query, given=answer.meant.given, version=None, ending="html", for_reading=True
    )
    page = PlainPage(text, answer.meant.title, others)
    return await show_answer(state, await state.get_service(), query_request, client, address, page)


def _describe(reading: PlainReading) -> ShownCell:
    return {
        "query": reading.query.name,
        "parameters": {name: values[0] if len(values) == 1 else values for name, values in reading.given.items()},
        "url": urls.query(reading.query.name, urls.to_pairs(reading.given)),
        "title": reading.title,
    }


def _write(text: str, answer: PlainAnswer) -> BufferedResponse:
    meant = _describe(answer.meant) if answer.meant else {"query": None, "parameters": {}, "url": None, "title": None}
    record = {"question": text, **meant, "alternatives": [_describe(reading) for reading in answer.others]}
    body = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
    return BufferedResponse(200, ((b"content-type", JSON.encode()), (b"cache-control", b"public, no-cache")), body)
