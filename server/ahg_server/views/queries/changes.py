"""`/queries/{name}/changes`: what changed in an answer from one release to another, as a page, JSON and CSV."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.errors import UnknownName
from ahg_graph.queries.result_diff import Difference, RowChange
from ahg_graph.service.release_pool import ReleasePool
from ahg_graph.sparql.media_types import write_content_type
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.headers import list_descriptions
from ahg_server.http.requests import find_header, parse_parameters
from ahg_server.http.responses import BufferedResponse, answer_as_file, to_response
from ahg_server.presentation.csv_description import describe_table, link_metadata
from ahg_server.presentation.table_cells import describe_cell, lay_out, title_column
from ahg_server.presentation.templating import render
from ahg_server.views.application_state import Client, State
from ahg_server.views.queries.csv_metadata import describe_column
from ahg_server.views.queries.release_comparison import (
    FORMATS,
    ReleaseComparison,
    compare,
    group,
    list_columns,
    write_comparison,
)
from ahg_server.views.queries.request import METADATA, parse_request

_HEADINGS = {RowChange.ADDED: "Added", RowChange.REMOVED: "Removed", RowChange.CHANGED: "Changed"}


router = APIRouter()


@router.get(urls.QUERIES + "/{target}/changes")
@router.get(urls.QUERIES + "/{target}/changes.{ending}")
async def read_changes(request: Request, target: str, state: State, client: Client, ending: str = "") -> Response:
    """Return what changed in an answer from one release to another."""
    service = await state.get_service()
    pool: ReleasePool[SnapshotContext] = await state.get_release_pool()
    if "." in target or (ending and ending not in (*FORMATS, METADATA)):
        raise UnknownName(
            f"changes are available as {', '.join(FORMATS)}, at {urls.QUERIES}/{{name}}/changes.{{format}}"
        )
    parameters = parse_parameters(request.scope["query_string"])
    accept = find_header(request.scope, b"accept")
    query_request = parse_request(
        service.catalogue, f"{target}.{ending}" if ending else target, parameters, accept, FORMATS
    )
    if ending == METADATA:
        query, pairs = query_request.query, query_request.pairs(since=query_request.since)
        title = f"{query.summary} What changed."
        address = urls.changes(query.name, pairs, query_request.version, "csv")
        return to_response(describe_table(address, title, map(describe_column, list_columns(query))))
    found = await compare(pool, query_request, client)
    # What is not named depends on the releases that are available, and these come and go.
    is_named = bool(query_request.release and query_request.since)
    if query_request.ending == "html":
        return to_response(_show(state.context, pool, found, is_named))
    return to_response(_write(found, is_named))


def _write(found: ReleaseComparison, is_named: bool) -> BufferedResponse:
    query_request, media_type = found.query_request, FORMATS[found.query_request.ending]
    body = write_comparison(found, media_type)
    name = f"{query_request.query.name}-changes-{found.since}-{found.release}.{query_request.ending}"
    body, disposition = answer_as_file(body, media_type, name, query_request.excel)
    headers = (
        (b"content-type", write_content_type(media_type).encode()),
        *disposition,
        (b"cache-control", b"public, no-cache" if is_named else b"no-cache"),
        (b"link", ", ".join(_link(found)).encode()),
    )
    return BufferedResponse(200, headers, body)


def _pairs(found: ReleaseComparison, **changed: str | None) -> list[tuple[str, str]]:
    named = {"since": found.since, "release": found.release, **changed}
    return found.query_request.pairs(**named)


def _link(found: ReleaseComparison) -> list[str]:
    name, version = found.query_request.query.name, found.query_request.version
    others = [
        f'<{urls.changes(name, _pairs(found), version, ending)}>; rel="alternate"; type="{media_type}"'
        for ending, media_type in FORMATS.items()
        if ending != found.query_request.ending
    ]
    described: list[str] = []
    if found.query_request.ending == "csv":
        query_request = found.query_request
        pairs = query_request.pairs(since=query_request.since)
        described.append(link_metadata(urls.changes(name, pairs, version, METADATA)))
    old, new = (urls.query(name, _pairs(found, since=None, release=r), version) for r in (found.since, found.release))
    return [
        *described,
        *list_descriptions(),
        *others,
        f'<{old}>; rel="predecessor-version"',
        f'<{new}>; rel="original"',
    ]


def _show(
    context: SnapshotContext, pool: ReleasePool[SnapshotContext], found: ReleaseComparison, is_named: bool
) -> BufferedResponse:
    query_request, query = found.query_request, found.query_request.query
    layout = list(lay_out(query.columns))
    releases = [{"identity": r.identity, "created": r.created[:10]} for r in pool.list_available()]
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
        context,
        public=is_named,
        here="query",
        query=query,
        version=query_request.version,
        since=found.since,
        release=found.release,
        releases=releases,
        notes=found.list_notes(),
        given=query_request.pairs(release=None),
        counts=found.differences.count(),
        columns=[{"title": title_column(label or column), "meaning": column.meaning} for column, label in layout],
        groups=groups,
        formats=[
            {
                "name": e.upper(),
                "media_type": m,
                "link": urls.changes(query.name, _pairs(found), query_request.version, e),
            }
            for e, m in FORMATS.items()
            if e != "html"
        ],
        answers={
            r: urls.query(query.name, _pairs(found, since=None, release=r), query_request.version)
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
