"""The pages, and the routes of pages and saved queries."""

from __future__ import annotations

import asyncio
import mimetypes
import os
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ahg_graph import __version__
from ahg_graph.config.prefixes import get_home, is_term
from ahg_graph.config.settings import read_setting
from ahg_graph.errors import BadParameter, NotAcceptable
from ahg_graph.queries.catalogue import Catalogue, find_query_folder, load_catalogue
from ahg_graph.service.graph_writer import write_graph
from ahg_graph.service.query_service import QueryService, open_query_service
from ahg_graph.service.release_pool import ReleasePool
from ahg_graph.sparql.media_types import GRAPH_ALIASES, HTML, JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from ahg_graph.sparql.result_tables import Table
from ahg_server.context.snapshot_context import Serving
from ahg_server.http import urls
from ahg_server.http.negotiation import choose
from ahg_server.http.requests import find_header, parse_parameters
from ahg_server.http.responses import Reply, to_response
from ahg_server.presentation.frontend_bundle import has_bundle
from ahg_server.presentation.page_model import PageModel
from ahg_server.presentation.resource_loader import read_items
from ahg_server.presentation.term_presenter import Display
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.queries.catalogue_rdf import describe_examples
from ahg_server.views.queries.openapi import Example, describe_api
from ahg_server.views.queries.openapi_parameters import EXAMPLE_ROWS
from ahg_server.views.queries.page import describe_page, limit_page, needs_answer
from ahg_server.views.queries.request import Asked, parse_target
from ahg_server.views.queries.responses import describe_answer, list_queries, reply, reply_text
from ahg_server.views.sparql.service_description import find_address

_GRAPHS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
_FEW = 8
"""Figures and questions that the home page of a graph has whose display file names none."""

Figures = Sequence[tuple[str, str]]
"""Classes to be counted, each with the name of what is counted."""
GetVocabulary = Callable[[], Awaitable[Vocabulary]]

_CONTROLS = dict.fromkeys((*range(9), 11, *range(14, 32), *range(127, 160), 65534, 65535), "�")
"""Characters that no page may hold (HTML, section 13.2.3.5), and what is shown in their place."""


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("ahg_server"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["links"] = urls
    environment.globals["has_bundle"] = has_bundle
    environment.filters["code"] = _mark_code
    return environment


def _mark_code(text: str) -> Markup:
    """Return a text with what stands between backticks marked as code."""
    pieces = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(pieces))


def render(template: str, serving: Serving, status: int = 200, public: bool = True, **shown: Any) -> Reply:
    """Return a page; `public` says that it depends on the address and the snapshot alone."""
    shown = {
        "here": "",
        "home": get_home(),
        "identity": serving.identity,
        "contact": read_setting("contact") or get_home().contact,
        **shown,
    }
    body = _templates().get_template(template).render(shown).translate(_CONTROLS).encode()
    control = b"public, no-cache" if public and status == 200 else b"no-store"
    return Reply(status, ((b"content-type", b"text/html; charset=utf-8"), (b"cache-control", control)), body)


def register(framework: FastAPI, serving: Serving) -> None:
    """Add the routes: the first page, the catalogue, the saved queries, the API's description, the files of pages."""
    catalogue = load_catalogue(find_query_folder())
    opening = asyncio.Lock()
    opened: list[QueryService[Serving]] = []
    pool: list[ReleasePool[Serving]] = []

    async def get_service() -> QueryService[Serving]:
        async with opening:
            if not opened:
                opened.append(await open_query_service(serving, serving.snapshot, catalogue))
                pool.append(ReleasePool(opened[0], serving.start_beside, serving.end_beside))
        return opened[0]

    async def get_release_pool() -> ReleasePool[Serving]:
        await get_service()
        return pool[0]

    framework.state.get_service = get_service
    framework.state.get_release_pool = get_release_pool

    @framework.get(urls.HOME)
    async def read_home() -> Response:
        pages: PageModel = framework.state.pages
        figures = pages.figures or _list_largest(serving, await framework.state.get_vocabulary())
        return to_response(_show_home(serving, catalogue, figures, pages.highlights))

    @framework.get(urls.QUERIES)
    async def read_queries(request: Request) -> Response:
        choice = choose(find_header(request.scope, b"accept"), (HTML, JSON, *_GRAPHS))
        if choice is None:
            raise NotAcceptable((HTML, JSON, *_GRAPHS))
        if choice.media_type == JSON:
            return to_response(list_queries(await get_service()))
        if choice.media_type != HTML:
            return to_response(describe_examples(await get_service(), find_address(request.scope), choice))
        return to_response(_show_catalogue(serving, catalogue))

    @framework.get(urls.QUERIES_JSON)
    async def read_queries_as_json() -> Response:
        return to_response(list_queries(await get_service()))

    @framework.get(urls.EXAMPLES)
    async def read_examples(request: Request) -> Response:
        choice = choose(find_header(request.scope, b"accept"), _GRAPHS, GRAPH_ALIASES)
        if choice is None:
            raise NotAcceptable(_GRAPHS)
        return to_response(describe_examples(await get_service(), find_address(request.scope), choice))

    @framework.get(urls.OPENAPI)
    async def read_description() -> Response:
        service = await get_service()
        body = orjson.dumps(
            describe_api(catalogue, service.names, __version__, await _ask_examples(service)),
            option=orjson.OPT_INDENT_2,
        )
        return to_response(
            Reply(200, ((b"content-type", JSON.encode()), (b"cache-control", b"public, no-cache")), body)
        )

    @framework.get(urls.QUERIES + "/{target}")
    async def read_saved_query(request: Request, target: str) -> Response:
        get_vocabulary = framework.state.get_vocabulary
        return to_response(
            await _answer(await get_release_pool(), await get_service(), get_vocabulary, request, target)
        )

    framework.mount(urls.STATIC, _WholeFiles(directory=Path(__file__).parents[2] / "static"), name="static")


class _WholeFiles(StaticFiles):
    """Files of a folder, whole: parts and dates say nothing of the bytes that are sent, which may be compressed."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: MutableMapping[str, Any],
        status_code: int = 200,
    ) -> Response:
        """Return a file as any other reply, which the front finishes and keeps."""
        kind = mimetypes.guess_type(full_path)[0] or "application/octet-stream"
        headers = {"cache-control": "public, no-cache"}
        return Response(Path(full_path).read_bytes(), status_code, headers, media_type=kind)


async def _ask_examples(service: QueryService[Serving]) -> dict[str, Example]:
    """Return the first records, or triples, of the answer to each query's example."""
    found: dict[str, Example] = {}
    for query in service.catalogue.current.values():
        table = await service.answer(service.bind(query, query.example), "")
        first = Table(table.columns, table.rows[:EXAMPLE_ROWS])
        found[query.name] = write_graph(first, TURTLE).decode() if query.is_graph else first.records()
    return found


async def _answer(
    pool: ReleasePool[Serving],
    served: QueryService[Serving],
    get_vocabulary: GetVocabulary,
    request: Request,
    target: str,
) -> Reply:
    """Return the reply to a request for a saved query: data, its text, or its page."""
    parameters = parse_parameters(request.scope["query_string"])
    accept = find_header(request.scope, b"accept")
    client = request.client.host if request.client else ""
    asked = parse_target(served.catalogue, target, parameters, accept)
    if asked.since is not None:
        raise BadParameter("since", f"compares two releases; what changed is told at {urls.changes(asked.query.name)}")
    if asked.ending == "rq":
        return reply_text(asked)
    async with pool.open(asked.release) as service:
        if asked.ending != "html":
            return await reply(service, asked, client)
        return await _show(service, served, get_vocabulary, asked, client, find_address(request.scope))


async def _show(
    service: QueryService[Serving],
    served: QueryService[Serving],
    get_vocabulary: GetVocabulary,
    asked: Asked,
    client: str,
    address: str,
) -> Reply:
    answered, problem, display = None, None, None
    if needs_answer(asked):
        try:
            answered = await service.ask(replace(asked, page_size=limit_page(asked)), client)
        except BadParameter as error:
            problem = error
    if answered is not None and asked.query.is_graph:
        iris = {term["value"] for row in answered.table.rows for term in row.values() if term["type"] == "uri"}
        vocabulary = await get_vocabulary()
        display = Display(await read_items(service.engine, vocabulary, iris, client), vocabulary)
    shown = describe_page(service, asked, answered, problem, address, display)
    shown["is_served"] = service is served
    # The snippets hold the address by which this client came, so that a page with an answer is kept for no other.
    page = render("query.html", served.engine, 422 if problem else 200, public=answered is None, **shown)
    if answered is None:
        return page
    turned = answered if asked.page_size or answered.pages > 1 else None
    return page.add_headers(describe_answer(service, asked, turned, answered.empty))


def _list_largest(serving: Serving, vocabulary: Vocabulary) -> Figures:
    """Return the classes that have the most instances, with their names."""
    classes = serving.snapshot.manifest.classes
    own = sorted((iri for iri in classes if is_term(iri)), key=lambda iri: (-classes[iri], iri))
    return [(iri, vocabulary.name(iri)) for iri in own[:_FEW]]


def _show_home(serving: Serving, catalogue: Catalogue, figures: Figures, highlights: Sequence[str]) -> Reply:
    classes = serving.snapshot.manifest.classes
    shown = [name for name in highlights if name in catalogue.current] or list(catalogue.current)[:_FEW]
    return render(
        "home.html",
        serving,
        here="home",
        figures=[{"label": label, "count": classes.get(iri, 0)} for iri, label in figures],
        highlights=[
            {
                "summary": query.summary,
                "link": urls.query(query.name, urls.flatten(query.example)),
                "example": ", ".join(f"{name} {value}" for name, value in urls.flatten(query.example)),
            }
            for query in map(catalogue.get_query, shown)
        ],
        count=len(catalogue.current),
    )


def _show_catalogue(serving: Serving, catalogue: Catalogue) -> Reply:
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
    return render("catalogue.html", serving, here="queries", topics=shown)
