"""`/queries/{name}/changes`: what changed in an answer from one release to another, as a page, JSON and CSV."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from ahg_graph.errors import UnknownName
from ahg_graph.queries.result_diff import Difference, Kind
from ahg_graph.service.release_pool import ReleasePool
from ahg_graph.sparql.media_types import CSV, write_content_type
from ahg_server.context.snapshot_context import Serving
from ahg_server.http import urls
from ahg_server.http.requests import find_header, parse_parameters
from ahg_server.http.responses import Reply, to_response
from ahg_server.presentation.table_cells import describe_cell, lay_out, title_column
from ahg_server.views.queries.release_comparison import FORMATS, Comparison, compare, group, write_comparison
from ahg_server.views.queries.request import parse_target
from ahg_server.views.queries.routes import render

_HEADINGS = {Kind.ADDED: "Added", Kind.REMOVED: "Removed", Kind.CHANGED: "Changed"}


def register(framework: FastAPI, serving: Serving) -> None:
    """Add the routes of comparisons."""

    @framework.get(urls.QUERIES + "/{target}/changes")
    @framework.get(urls.QUERIES + "/{target}/changes.{ending}")
    async def read_changes(request: Request, target: str, ending: str = "") -> Response:
        service = await framework.state.get_service()
        pool: ReleasePool[Serving] = await framework.state.get_release_pool()
        if "." in target or (ending and ending not in FORMATS):
            raise UnknownName(
                f"changes are available as {', '.join(FORMATS)}, at {urls.QUERIES}/{{name}}/changes.{{format}}"
            )
        parameters = parse_parameters(request.scope["query_string"])
        accept = find_header(request.scope, b"accept")
        asked = parse_target(service.catalogue, f"{target}.{ending}" if ending else target, parameters, accept, FORMATS)
        client = request.client.host if request.client else ""
        found = await compare(pool, asked, client)
        # What is not named depends on the releases that are kept, and these come and go.
        is_named = bool(asked.release and asked.since)
        if asked.ending == "html":
            return to_response(_show(serving, pool, found, is_named))
        return to_response(_write(found, is_named))


def _write(found: Comparison, is_named: bool) -> Reply:
    asked, media_type = found.asked, FORMATS[found.asked.ending]
    body = write_comparison(found, media_type)
    if asked.excel and media_type == CSV:
        body = b"\xef\xbb\xbf" + body
    kind = "attachment" if media_type == CSV else "inline"
    name = f"{asked.query.name}-changes-{found.since}-{found.release}.{asked.ending}"
    headers = (
        (b"content-type", write_content_type(media_type).encode()),
        (b"content-disposition", f'{kind}; filename="{name}"'.encode()),
        (b"cache-control", b"public, no-cache" if is_named else b"no-cache"),
        (b"link", ", ".join(_link(found)).encode()),
    )
    return Reply(200, headers, body)


def _pairs(found: Comparison, **changed: str | None) -> list[tuple[str, str]]:
    named = {"since": found.since, "release": found.release, **changed}
    return found.asked.pairs(**named)


def _link(found: Comparison) -> list[str]:
    name, version = found.asked.query.name, found.asked.version
    described = [f'<{urls.VOID}>; rel="describedby"', f'<{urls.OPENAPI}>; rel="service-desc"']
    others = [
        f'<{urls.changes(name, _pairs(found), version, ending)}>; rel="alternate"; type="{media_type}"'
        for ending, media_type in FORMATS.items()
        if ending != found.asked.ending
    ]
    old, new = (urls.query(name, _pairs(found, since=None, release=r), version) for r in (found.since, found.release))
    return [*described, *others, f'<{old}>; rel="predecessor-version"', f'<{new}>; rel="original"']


def _show(serving: Serving, pool: ReleasePool[Serving], found: Comparison, is_named: bool) -> Reply:
    asked, query = found.asked, found.asked.query
    layout = list(lay_out(query.columns))
    releases = [{"identity": r.identity, "created": r.created[:10]} for r in pool.list_kept()]
    if all(release["identity"] != pool.served for release in releases):
        releases.insert(0, {"identity": pool.served, "created": "served"})
    groups = [
        {
            "kind": kind.value,
            "heading": _HEADINGS[kind],
            "rows": [_describe_row(difference, layout) for difference in differences],
        }
        for kind, differences in group(found).items()
    ]
    page = render(
        "comparison.html",
        serving,
        public=is_named,
        here="query",
        query=query,
        version=asked.version,
        since=found.since,
        release=found.release,
        releases=releases,
        notes=found.list_notes(),
        given=asked.pairs(release=None),
        counts=found.differences.count(),
        columns=[{"title": title_column(label or column), "meaning": column.meaning} for column, label in layout],
        groups=groups,
        formats=[
            {"name": e.upper(), "media_type": m, "link": urls.changes(query.name, _pairs(found), asked.version, e)}
            for e, m in FORMATS.items()
            if e != "html"
        ],
        answers={
            r: urls.query(query.name, _pairs(found, since=None, release=r), asked.version)
            for r in (found.since, found.release)
        },
    )
    return page.add_headers(((b"link", ", ".join(_link(found)).encode()),))


def _describe_row(difference: Difference, layout: list[Any]) -> dict[str, Any]:
    """Return the cells of a row, each with what it was before where that is another."""
    row = difference.after or difference.before or {}
    cells = []
    for column, label in layout:
        cell = describe_cell(row, column, label)
        names = {column.name, label.name if label else ""}
        was = None
        if difference.before is not None and names & set(difference.columns):
            was = describe_cell(difference.before, column, label)["text"] or "nothing"
        cells.append({**cell, "was": was})
    return {"cells": cells}
