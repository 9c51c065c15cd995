"""What crawlers ask a host for: what to read, which pages there are, and whom to tell of a weakness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import get_home
from ahg_graph.sparql.media_types import PLAIN
from ahg_server.http import urls
from ahg_server.http.problems import NotFound
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.http.server_address import find_address
from ahg_server.presentation.templating import find_contact
from ahg_server.views.application_state import ApplicationState, State

_MOST = 50_000  # addresses in one file (sitemaps.org)
_VALID = timedelta(days=90)
_COMPUTED = (urls.SPARQL, urls.EXPLAIN, urls.SEARCH, urls.GRAPH_STORE, urls.RECONCILE, urls.EMBED)
"""Addresses at which there is no end of answers."""

_XML = "application/xml"

router = APIRouter()


@router.get(urls.ROBOTS)
async def read_robots(request: Request) -> Response:
    """Return what a crawler may read: every page, and no computed answer."""
    lines = ["User-agent: *", *(f"Disallow: {urls.address(path)}" for path in _COMPUTED)]
    lines += ["", f"Sitemap: {find_address(request.scope)}{urls.address(urls.SITEMAP)}", ""]
    return _reply("\n".join(lines), f"{PLAIN}; charset=utf-8")


@router.get(urls.SITEMAP)
async def read_sitemap(request: Request, state: State) -> Response:
    """Return the addresses of all pages; of a graph with more things than a file may name, those without the things."""
    address = find_address(request.scope)
    created = state.context.snapshot.manifest.created
    entries = "".join(
        f"<url><loc>{escape(address + page)}</loc><lastmod>{created}</lastmod></url>\n"
        for page in await _list_pages(state)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return _reply(f"{head}{entries}</urlset>\n", _XML)


@router.get(urls.SECURITY)
async def read_security(request: Request) -> Response:
    """Return whom to tell of a weakness (RFC 9116): the contact of the graph, if it has one."""
    contact = find_contact()
    if not contact:
        raise NotFound("this graph names no contact; set it in graph.toml")
    expires = (datetime.now(UTC) + _VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [f"Contact: {contact}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]
    lines += [f"Preferred-Languages: {get_home().language}", ""]
    return _reply("\n".join(lines), f"{PLAIN}; charset=utf-8")


async def _list_pages(state: ApplicationState) -> Iterable[str]:
    fixed = list(_list_fixed(state))
    things = (await state.get_service()).names.list_things((), _MOST - len(fixed)) or ()
    return [*fixed, *sorted(urls.resource_url(thing.iri, "html") for thing in things)]


def _list_fixed(state: ApplicationState) -> Iterator[str]:
    for path in (urls.HOME, urls.QUERIES, urls.CHARTS, urls.DOWNLOADS):
        yield urls.address(path)
    yield urls.address(f"{urls.ONTOLOGY}.html")
    yield from (urls.query(name) for name in state.catalogue.current)


def _reply(text: str, content_type: str) -> Response:
    # The address comes from the request, so that a cache must not give it to anyone else.
    headers = ((b"content-type", content_type.encode()), (b"cache-control", b"private, no-cache"))
    return to_response(BufferedResponse(200, headers, text.encode()))
