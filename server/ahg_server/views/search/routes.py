"""`/search`: the page of a search, and the same as JSON for suggestions and scripts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import Response

from ahg_graph.errors import BadParameter, NotAcceptable
from ahg_graph.queries.name_resolver import NEAR, Match
from ahg_graph.rdf.provenance_vocabulary import EVIDENCED_BY
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.media_types import HTML, JSON
from ahg_graph.sparql.parameter_template import parse_template
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import Question
from ahg_server.context.snapshot_context import Serving
from ahg_server.http import urls
from ahg_server.http.negotiation import choose
from ahg_server.http.requests import Parameters, find_header, parse_parameters
from ahg_server.http.responses import Reply, to_response
from ahg_server.presentation.resource_loader import read_items
from ahg_server.presentation.term_presenter import Display, Shown
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.queries.routes import render
from ahg_server.views.search.statements import MOST_STATEMENTS, find_statements

_MOST = 50
_EVIDENCE = parse_template(f"SELECT ?node ?part WHERE {{ ?_node <{EVIDENCED_BY}> ?part BIND(?_node AS ?node) }}")


def register(framework: FastAPI, serving: Serving) -> None:
    """Add the route of searches."""
    get_service: Callable[[], Awaitable[QueryService[Serving]]] = framework.state.get_service
    get_vocabulary: Callable[[], Awaitable[Vocabulary]] = framework.state.get_vocabulary

    @framework.get(urls.SEARCH)
    async def read_search(request: Request) -> Response:
        parameters = parse_parameters(request.scope["query_string"])
        text = (parameters.find("q") or "").strip()
        limit = _read_limit(parameters)
        media_type = _choose(parameters, find_header(request.scope, b"accept"))
        client = request.client.host if request.client else ""
        names, vocabulary = (await get_service()).names, await get_vocabulary()
        matches = names.search(text, limit)
        things = [_show_match(match, vocabulary) for match in matches]
        if media_type == JSON and parameters.find("in") == "names":
            return to_response(_write(text, things, []))
        found = await find_statements(serving, vocabulary.pages.summary, text, client)
        statements = await _show_statements(serving, vocabulary, found[:MOST_STATEMENTS], client)
        if media_type == JSON:
            return to_response(_write(text, things, statements[:limit]))
        shown: Shown = {
            "text": text,
            "things": things,
            "is_near": bool(matches) and matches[0].rank == NEAR,
            "statements": statements,
            "is_whole": len(found) <= MOST_STATEMENTS,
            "here": "search",
        }
        return to_response(render("search.html", serving, **shown))


def _show_match(match: Match, vocabulary: Vocabulary) -> Shown:
    kinds = vocabulary.list_specific(match.thing.classes)
    return {
        "iri": match.thing.iri,
        "label": match.thing.label,
        "kind": vocabulary.name(kinds[0]) if kinds else "",
        "matchedName": match.name,
        "url": urls.describe_thing(match.thing.iri, "html"),
    }


async def _show_statements(serving: Serving, vocabulary: Vocabulary, nodes: list[str], client: str) -> list[Shown]:
    """Return nodes by their summaries, each with its kind and the parts that it rests on."""
    if not nodes:
        return []
    query = _EVIDENCE.fill({"?_node": [NamedNode(node) for node in nodes]})
    parts: dict[str, list[str]] = {}
    for row in parse_table((await serving.ask(Question(query), client)).body).rows:
        parts.setdefault(row["node"]["value"], []).append(row["part"]["value"])
    named = {*nodes, *(part for found in parts.values() for part in found)}
    items = await read_items(serving, vocabulary, named, client)
    display = Display(items, vocabulary)
    return [
        {
            "iri": node,
            "summary": display.get_item(node).find(vocabulary.pages.summary) or display.name(node),
            "kind": display.name_kind(node),
            "url": urls.describe_thing(node, "html"),
            "evidence": display.show_parts(parts.get(node, ())),
        }
        for node in sorted(nodes, key=lambda node: (display.name_kind(node), display.name(node)))
    ]


def _write(text: str, things: list[Shown], statements: list[Shown]) -> Reply:
    body = orjson.dumps({"query": text, "things": things, "statements": statements}, option=orjson.OPT_APPEND_NEWLINE)
    return Reply(200, ((b"content-type", JSON.encode()), (b"cache-control", b"public, no-cache")), body)


def _read_limit(parameters: Parameters) -> int:
    text = parameters.find("limit") or str(_MOST)
    if not text.isdecimal() or not 1 <= int(text[:6]) <= _MOST:
        raise BadParameter("limit", f"{text!r} is not a whole number from 1 to {_MOST}")
    return int(text)


def _choose(parameters: Parameters, accept: str | None) -> str:
    named = (parameters.find("format") or "").lower()
    if named:
        if named not in ("html", "json"):
            raise BadParameter("format", f"{named!r} is neither html nor json", ("html", "json"))
        return HTML if named == "html" else JSON
    choice = choose(accept, (HTML, JSON))
    if choice is None:
        raise NotAcceptable((HTML, JSON))
    return choice.media_type
