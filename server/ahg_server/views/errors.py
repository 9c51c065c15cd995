"""What went wrong as a page, for those who read and do not parse; programs get the problem document."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import quote

from ahg_graph.errors import AhgGraphError, BadParameter, ReleaseGone, UnknownRelease
from ahg_graph.sparql.media_types import FORMAT_PARAMETERS
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http.negotiation import prefers_html
from ahg_server.http.problems import UnknownThing, describe_problem, find_status
from ahg_server.http.requests import Scope, find_header, parse_parameters
from ahg_server.http.responses import BufferedResponse
from ahg_server.presentation.candidates import list_candidates
from ahg_server.presentation.templating import render
from ahg_server.presentation.term_presenter import TemplateContext

_TITLES = {
    404: "Not found",
    422: "This cannot be answered as asked",
    429: "Too many requests",
    500: "Internal error",
    503: "The server is busy",
    504: "This takes too long",
}


def wants_page(scope: Scope) -> bool:
    """Return whether who asks reads pages: at the address of one, or a browser where no other format is asked for."""
    name = scope["path"].rpartition("/")[2]
    if scope["method"] not in {"GET", "HEAD"} or ("." in name and not name.endswith(".html")):
        return False
    if name.endswith(".html"):
        return True
    pieces = scope["query_string"].split(b"&")
    if any(piece.startswith(f"{name}=".encode()) for piece in pieces for name in FORMAT_PARAMETERS):
        return False
    return prefers_html(find_header(scope, b"accept"))


def show_problem(context: SnapshotContext, error: AhgGraphError, request_id: str, scope: Scope) -> BufferedResponse:
    """Return the page of an error, with the status and the headers of its problem document."""
    status = find_status(error)
    document = describe_problem(error, request_id)
    page = render(
        "problem.html",
        context,
        status,
        public=False,
        title=_TITLES.get(status, HTTPStatus(status).phrase),
        number=status,
        detail=str(error),
        code=error.code,
        request=request_id,
        near=list(_list_near(error, scope)),
    )
    kept = tuple((name, value) for name, value in document.headers if name not in (b"content-type", b"cache-control"))
    return page.add_headers(kept)


def _list_near(error: AhgGraphError, scope: Scope) -> Iterator[TemplateContext]:
    """Yield what may have been meant; where a value was wrong, with the address that has another in its place."""
    if isinstance(error, BadParameter):
        yield from list_candidates(error, quote(scope["path"]), parse_parameters(scope["query_string"]).pairs)
    elif isinstance(error, UnknownThing):
        links = error.links or [None] * len(error.candidates)
        yield from ({"text": text, "link": link} for text, link in zip(error.candidates, links, strict=True))
    elif isinstance(error, UnknownRelease | ReleaseGone):
        yield from ({"text": text, "link": None} for text in error.candidates)
