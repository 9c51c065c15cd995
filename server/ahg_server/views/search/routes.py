"""`/search`: the page of a search, and the same as JSON for suggestions and scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.errors import BadParameter
from ahg_graph.queries.name_resolver import NEAR, Match
from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.sparql.media_types import JSON
from ahg_graph.sparql.parameter_template import parse_template
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.negotiation import choose_page_or_json
from ahg_server.http.requests import Parameters, find_header, parse_parameters
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.presentation.resource_loader import load_summaries
from ahg_server.presentation.templating import render
from ahg_server.presentation.term_presenter import TemplateContext, TermPresenter
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.application_state import Client, State
from ahg_server.views.search.statements import MOST_STATEMENTS, find_statements

_MOST = 50
_STANDING = (provenance.CURATORS_REASON, provenance.RANK, provenance.READING_OF, provenance.CLAIM_SUBJECT)
_AROUND = (provenance.EVIDENCED_BY, provenance.DISPUTED_BY, *_STANDING)
_SAID = parse_template(f"""
SELECT ?node ?via ?value WHERE {{
  ?_node ?via ?value FILTER(?via IN ({", ".join(f"<{iri}>" for iri in _AROUND)})) BIND(?_node AS ?node)
}}""")


router = APIRouter()


@router.get(urls.SEARCH)
async def read_search(request: Request, state: State, client: Client) -> Response:
    """Return what is found, as a page or as JSON."""
    parameters = parse_parameters(request.scope["query_string"])
    text = (parameters.find("q") or "").strip()
    limit = _read_limit(parameters)
    media_type = choose_page_or_json(find_header(request.scope, b"accept"), parameters.find("format"))
    names, vocabulary = (await state.get_service()).names, await state.get_vocabulary()
    matches = names.search(text, limit)
    things = [_show_match(match, vocabulary) for match in matches]
    if media_type == JSON and parameters.find("in") == "names":
        return to_response(_write(text, things, []))
    found = await find_statements(state.context, vocabulary.pages.summary, text, client)
    shown_nodes = dict(islice(found.items(), MOST_STATEMENTS))
    statements = await _show_statements(state.context, vocabulary, shown_nodes, client)
    if media_type == JSON:
        return to_response(_write(text, things, statements[:limit]))
    shown: TemplateContext = {
        "text": text,
        "things": things,
        "is_near": bool(matches) and matches[0].rank == NEAR,
        "statements": statements,
        "is_whole": len(found) <= MOST_STATEMENTS,
        "here": "search",
    }
    return to_response(render("search.html", state.context, **shown))


def _show_match(match: Match, vocabulary: Vocabulary) -> TemplateContext:
    kinds = vocabulary.list_specific(match.thing.classes)
    return {
        "iri": match.thing.iri,
        "label": match.thing.label,
        "kind": vocabulary.name(kinds[0]) if kinds else "",
        "matchedName": match.name,
        "url": urls.resource_url(match.thing.iri, "html"),
    }


async def _show_statements(
    context: SnapshotContext, vocabulary: Vocabulary, nodes: Mapping[str, str], client: str
) -> list[TemplateContext]:
    """Return nodes by their summaries, each with its kind, its parts, how firmly it stands and where it was found."""
    if not nodes:
        return []
    query = _SAID.fill({"?_node": [NamedNode(node) for node in nodes]})
    said: dict[tuple[str, str], list[str]] = {}
    for row in parse_table((await context.ask(SparqlQuery(query), client)).body).rows:
        said.setdefault((row["node"]["value"], row["via"]["value"]), []).append(row["value"]["value"])
    linked = {value for (_, via), values in said.items() if via != provenance.CURATORS_REASON for value in values}
    display = TermPresenter(await load_summaries(context, vocabulary, {*nodes, *linked}, client), vocabulary)
    return [
        {
            "iri": node,
            "summary": display.get_item(node).find(vocabulary.pages.summary) or display.name(node),
            "kind": display.name_kind(node),
            "url": urls.resource_url(node, "html"),
            "foundIn": nodes[node],
            "evidence": display.show_parts(said.get((node, provenance.EVIDENCED_BY), ())),
            **_show_standing(display, node, said),
        }
        for node in sorted(nodes, key=lambda node: (nodes[node], display.name_kind(node), display.name(node), node))
    ]


def _show_standing(display: TermPresenter, node: str, said: Mapping[tuple[str, str], Sequence[str]]) -> TemplateContext:
    """Return how firmly a node stands: the reason of its inference, its rank among readings, and what disputes it."""
    reason = " ".join(sorted(said.get((node, provenance.CURATORS_REASON), ())))
    ranks = sorted(display.name(iri) for iri in said.get((node, provenance.RANK), ()))
    is_thing = not display.words.pages.things.isdisjoint(display.get_item(node).classes)
    disputes = () if is_thing else said.get((node, provenance.DISPUTED_BY), ())
    about = said.get((node, provenance.READING_OF), ()) or said.get((node, provenance.CLAIM_SUBJECT), ())
    return {
        "basis": "inferred" if reason else "stated",
        "reason": reason or None,
        "rank": ranks[0] if ranks else None,
        "about": [display.show_link(iri) for iri in sorted(about)],
        "disputed": [display.show_link(iri) for iri in sorted(disputes)],
    }


def _write(text: str, things: list[TemplateContext], statements: list[TemplateContext]) -> BufferedResponse:
    body = orjson.dumps({"query": text, "things": things, "statements": statements}, option=orjson.OPT_APPEND_NEWLINE)
    return BufferedResponse(200, ((b"content-type", JSON.encode()), (b"cache-control", b"public, no-cache")), body)


def _read_limit(parameters: Parameters) -> int:
    text = parameters.find("limit") or str(_MOST)
    if not text.isdecimal() or not 1 <= int(text[:6]) <= _MOST:
        raise BadParameter("limit", f"{text!r} is not a whole number from 1 to {_MOST}")
    return int(text)
