"""`/guide`: the documentation as pages, with a search over it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from ahg_server.http import urls
from ahg_server.http.problems import NotFound
from ahg_server.http.requests import parse_parameters
from ahg_server.http.responses import BufferedResponse, redirect, to_response
from ahg_server.presentation.guide_pages import (
    find_guide,
    list_groups,
    list_pictures,
    load_page,
    name_section,
    put_links,
    search_guide,
)
from ahg_server.presentation.templating import render
from ahg_server.views.application_state import State

_LONGEST = 200
_PICTURES = "pictures/"

router = APIRouter()


@router.get(urls.GUIDE)
async def read_contents(request: Request, state: State) -> Response:
    """Return the contents of the guide, or what a search in it finds."""
    text = (parse_parameters(request.scope["query_string"]).find("q") or "").strip()[:_LONGEST]
    hits = [
        {
            "link": link(f"{hit.page.name}#{hit.section.anchor}"),
            "title": name_section(hit.page, hit.section),
            "excerpt": hit.excerpt,
        }
        for hit in search_guide(text)
    ]
    return to_response(
        render("guide.html", state.context, here="guide", text=text, hits=hits, groups=list_groups(link))
    )


@router.get(urls.GUIDE + "/{path:path}")
async def read_page(path: str, state: State) -> Response:
    """Return a page of the guide, or a picture in it."""
    if path.startswith(_PICTURES) and path in list_pictures():
        headers = ((b"content-type", b"image/png"), (b"cache-control", b"public, no-cache"))
        return to_response(BufferedResponse(200, headers, (find_guide() / path).read_bytes()))
    name = path.removesuffix(".md").removesuffix(".html")
    page = load_page(name)
    if page is None:
        raise NotFound(f"page not found: {urls.GUIDE}/{path}")
    if name != path:
        return to_response(redirect(301, link(name)))
    body = Markup(put_links(page.html, link))  # noqa: S704 - made from the project's own files, in which no HTML is read
    return to_response(
        render("guide.html", state.context, here="guide", page=page, body=body, groups=list_groups(link, name))
    )


def link(target: str) -> str:
    """Return the address of a page of the guide, by its name and perhaps an anchor."""
    return urls.address(f"{urls.GUIDE}/{target}")
