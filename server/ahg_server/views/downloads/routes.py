"""`/downloads`: every file of every release, what changed between releases, and a feed of them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import UnknownName
from ahg_graph.release import Release
from ahg_graph.release.atom import AtomEntry, write_feed
from ahg_graph.release.changes import HEADINGS, MOVES, TripleChange
from ahg_graph.release.description import name_release
from ahg_graph.release.release_store import CURRENT, Download, get_download, get_release, list_downloads, read_changes
from ahg_graph.sparql.media_types import ATOM, GZIP, HTML, JSON
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.negotiation import require_choice
from ahg_server.http.requests import find_header
from ahg_server.http.responses import STREAMED_FROM, BufferedResponse, matches, redirect, to_response
from ahg_server.presentation.dataset_markup import write_dataset
from ahg_server.presentation.templating import render
from ahg_server.views.application_state import State

_NO_CACHE = (b"cache-control", b"no-cache")
_SIZES = ("bytes", "kB", "MB", "GB")


router = APIRouter()


@router.get(urls.DOWNLOADS)
def list_all(request: Request, state: State) -> Response:
    """Return the releases, as a page or as JSON."""
    choice = require_choice(find_header(request.scope, b"accept"), (HTML, JSON))
    return to_response(_show_list(state.context) if choice.media_type == HTML else _list_as_json(state.context))


@router.get(urls.DOWNLOADS + ".json")
def list_all_as_json(state: State) -> Response:
    """Return the releases as JSON."""
    return to_response(_list_as_json(state.context))


@router.get(urls.DOWNLOADS + ".atom")
def follow() -> Response:
    """Return the feed of releases."""
    return to_response(_make_feed())


@router.get(urls.DOWNLOADS + "/{release}")
def read_release_page(release: str, state: State) -> Response:
    """Return the page of a release."""
    if release == CURRENT:
        return to_response(redirect(307, urls.release(state.context.identity), lasting=False))
    return to_response(_show_release(state.context, get_release(release)))


@router.get(urls.DOWNLOADS + "/{release}/{file}")
def read_file(request: Request, release: str, file: str, state: State) -> Response:
    """Return a file of a release as it is, or the page of what changed in the release."""
    if release == CURRENT:
        return to_response(redirect(307, urls.download(state.context.identity, file), lasting=False))
    if file == "changes":
        return to_response(_show_changes(state.context, get_release(release)))
    return _send_file(request, get_download(release, file))


def _show_list(context: SnapshotContext) -> BufferedResponse:
    releases = [_describe(release) for release in list_downloads()]
    return render("downloads.html", context, public=False, here="downloads", releases=releases)


def _show_release(context: SnapshotContext, release: Release) -> BufferedResponse:
    return render(
        "release.html",
        context,
        public=False,
        here="downloads",
        release=_describe(release),
        dataset=write_dataset(release.identity),
    )


def _show_changes(context: SnapshotContext, release: Release) -> BufferedResponse:
    if not release.since:
        raise UnknownName(f"release {release.identity} was not compared with an earlier one, so it lists no changes")
    facts = read_changes(release)
    groups = []
    for kind in TripleChange:
        changed = [change for change in facts["changes"] if change["kind"] == kind.value]
        things: list[dict[str, Any]] = []
        for (about, subject), found in groupby(changed, key=lambda change: (change["about"], change["subject"])):
            lines = list(found)
            words = [line["words"] + (f" ({MOVES[kind]})" if line["moved"] else "") for line in lines]
            things.append(
                {
                    "about": about,
                    "label": lines[0]["label"],
                    "link": urls.resource(subject) or subject,
                    "words": words,
                }
            )
        groups.append({"heading": HEADINGS[kind], "kind": kind.value, "count": len(changed), "things": things})
    return render(
        "changes.html",
        context,
        public=False,
        here="downloads",
        release=_describe(release),
        groups=groups,
        summary=facts["summary"],
    )


def _describe(release: Release) -> dict[str, Any]:
    """Return a release as the pages and the list show it."""
    return {
        "identity": release.identity,
        "created": release.created,
        "version": release.version,
        "since": release.since,
        "link": urls.release(release.identity),
        "changes": urls.download(release.identity, "changes") if release.since else None,
        "triples": release.parts["all"].triples,
        "parts": [
            {
                "name": p.name,
                "triples": p.triples,
                "quads": p.quads,
                "triplesHash": p.triples_hash,
                "quadsHash": p.quads_hash,
            }
            for p in release.parts.values()
        ],
        "files": [
            {
                "name": file.name,
                "part": file.part or None,
                "link": urls.download(release.identity, file.name),
                "mediaType": file.media_type,
                "gzip": file.gzipped,
                "bytes": file.size,
                "size": _shorten(file.size),
                "sha256": file.sha256,
                "rdfc10": file.content_hash or None,
            }
            for file in release.files
        ],
    }


def _list_as_json(context: SnapshotContext) -> BufferedResponse:
    found = {"current": context.identity, "releases": [_describe(release) for release in list_downloads()]}
    headers = ((b"content-type", JSON.encode()), _NO_CACHE)
    return BufferedResponse(200, headers, orjson.dumps(found, option=orjson.OPT_INDENT_2))


def _make_feed() -> BufferedResponse:
    """Return the feed of releases: one entry each, with the numbers of what changed."""
    releases = list_downloads()
    entries = []
    for release in releases:
        address = name_release(release.identity).value
        text = read_changes(release)["summary"] if release.since else "Compared with no earlier release."
        entries.append(
            AtomEntry(address, f"Release {release.identity} of {release.created[:10]}", text, release.created, address)
        )
    updated = releases[0].created if releases else "1970-01-01T00:00:00Z"
    body = write_feed(f"{get_home().base}downloads", f"{get_home().title}: releases", updated, entries)
    return BufferedResponse(200, ((b"content-type", ATOM.encode()), _NO_CACHE), body)


def _send_file(request: Request, download: Download) -> Response:
    """Return a file as it lies there, so that its SHA-256 is that of the record."""
    file = download.file
    media_type = GZIP if file.gzipped else file.media_type
    headers = {"content-type": media_type, "cache-control": "public, no-cache"}
    if file.size <= STREAMED_FROM:
        return Response(download.path.read_bytes(), headers=headers)
    etag = f'"{file.sha256}"'
    if matches(
        BufferedResponse(200, ((b"etag", etag.encode()),)),
        (find_header(request.scope, b"if-none-match") or "").encode(),
    ):
        return Response(status_code=304, headers={"etag": etag, "cache-control": "public, no-cache"})
    # Parts of a file are not served: a part has no hash to be checked by.
    request.scope["headers"] = [(name, value) for name, value in request.scope["headers"] if name != b"range"]
    return FileResponse(download.path, headers={**headers, "etag": etag, "accept-ranges": "none"})


def _shorten(size: int) -> str:
    number, unit = float(size), 0
    while number >= 1000 and unit < len(_SIZES) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {_SIZES[unit]}" if unit < 2 else f"{number:.1f} {_SIZES[unit]}"
