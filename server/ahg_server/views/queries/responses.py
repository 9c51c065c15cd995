"""The whole reply to a request for a saved query, and the catalogue as JSON."""

from __future__ import annotations

import re

import orjson

from ahg_graph.service.contract_difference import compare_contract
from ahg_graph.service.no_rows import word_no_rows
from ahg_graph.service.query_answer import QueryAnswer
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.media_types import JSON, SPARQL_QUERY, write_content_type
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.headers import list_descriptions
from ahg_server.http.responses import BufferedResponse, Headers, answer_as_file
from ahg_server.presentation.csv_description import link_metadata
from ahg_server.views.queries.csv_metadata import find_metadata
from ahg_server.views.queries.request import SavedQueryRequest, list_formats

_LONGEST_LINKS = 4096  # more would be refused by a proxy between server and client


async def reply(
    service: QueryService[SnapshotContext], query_request: SavedQueryRequest, client: str
) -> BufferedResponse:
    """Return the reply in a data format."""
    media_type = query_request.formats[query_request.ending]
    written = await service.write(query_request, media_type, client)
    body, disposition = answer_as_file(written.body, media_type, _name(query_request), query_request.excel)
    headers = (
        (b"content-type", write_content_type(media_type).encode()),
        *disposition,
        (b"cache-control", b"public, no-cache"),
    )
    made = BufferedResponse(200, headers, body)
    return made.add_headers(describe_answer(service, query_request, written.answer, written.empty))


def describe_answer(
    service: QueryService[SnapshotContext],
    query_request: SavedQueryRequest,
    answered: QueryAnswer | None,
    empty: str | None,
) -> Headers:
    """Return the headers of an answer.

    They lead to its other formats and pages, to the address that binds it to its release and to what changed in it;
    they name the release, say how the question differs from that of the release, and why there are no rows.
    """
    identity = service.identity
    # Readers of CSV look at the first link of this kind alone.
    first = [link_metadata(find_metadata(query_request))] if query_request.ending == "csv" else []
    described = ", ".join([*first, *list_descriptions()])
    found = ", ".join([described, *_link(query_request, answered, identity)])
    headers = [
        (b"link", (found if len(found) <= _LONGEST_LINKS else described).encode()),
        (b"release", identity.encode()),
    ]
    standing = compare_contract(query_request.query, service.snapshot) if query_request.release else None
    if standing is not None:
        made_with = f'; version="{standing.made_with}"' if standing.made_with else ""
        said = f'{standing.code}{made_with}; asked="{query_request.query.version}"; reason="{standing.sentence}"'
        headers.append((b"release-contract", said.encode()))
    if empty is not None:
        headers.append((b"empty-answer", f'{empty}; reason="{word_no_rows(query_request.query, empty)}"'.encode()))
    return tuple(headers)


def reply_text(query_request: SavedQueryRequest) -> BufferedResponse:
    """Return the text of a query, header included, as it is in its file."""
    headers = (
        (b"content-type", f"{SPARQL_QUERY}; charset=utf-8".encode()),
        (b"content-disposition", f'inline; filename="{query_request.query.name}.rq"'.encode()),
        (b"cache-control", b"public, no-cache"),
    )
    return BufferedResponse(200, headers, query_request.query.text.encode())


def list_queries(service: QueryService[SnapshotContext]) -> BufferedResponse:
    """Return the catalogue as JSON: every query with its parameters, columns and addresses."""
    versions: dict[str, list[int]] = {}
    for name, version in sorted(service.catalogue.versions):
        versions.setdefault(name, []).append(version)
    document = [
        {
            "name": query.name,
            "form": query.form,
            "version": query.version,
            "versions": versions[query.name],
            "summary": query.summary,
            "description": query.description,
            "tags": query.tags,
            "parameters": [
                {
                    "name": p.name,
                    "type": p.type,
                    "required": p.required and p.default is None,
                    "list": p.is_list,
                    "description": p.description,
                    "classes": p.classes,
                    "values": list(service.names.codes.get(p.scheme or "", p.values)),
                    "default": p.default,
                }
                for p in query.parameters
            ],
            "columns": [
                {"name": c.name, "type": c.type, "required": c.required, "description": c.meaning}
                for c in query.columns
            ],
            "predicates": [{"iri": p.iri, "required": p.required, "description": p.meaning} for p in query.predicates],
            "key": query.key,
            "example": {name: list(values) for name, values in query.example.items()},
            "url": urls.query(query.name),
            "answers": {ending: urls.answer(query.name, ending) for ending in (*list_formats(query), "rq")},
        }
        for query in service.catalogue.current.values()
    ]
    headers = ((b"content-type", JSON.encode()), (b"cache-control", b"public, no-cache"))
    return BufferedResponse(200, headers, orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))


def _link(query_request: SavedQueryRequest, answered: QueryAnswer | None, identity: str) -> list[str]:
    name, version = query_request.query.name, query_request.version
    found = [
        f'<{urls.answer(name, query_request.ending, query_request.pairs(page=str(page)), version)}>; rel="{relation}"'
        for relation, page in (answered.turns() if answered else ())
    ]
    for ending, media_type in query_request.formats.items():
        if ending != query_request.ending:
            address = urls.answer(name, ending, query_request.pairs(), version)
            found.append(f'<{address}>; rel="alternate"; type="{media_type}"')
    bound = query_request.pairs(release=identity)
    if query_request.ending == "html":
        found.append(f'<{urls.query(name, bound, query_request.query.version)}>; rel="bookmark"')
    else:
        found.append(f'<{urls.answer(name, query_request.ending, bound, query_request.query.version)}>; rel="bookmark"')
    compared = query_request.pairs(page=None, pageSize=None, evidence=None)
    found.append(f'<{urls.changes(name, compared, version)}>; rel="version-history"')
    return found


def _name(query_request: SavedQueryRequest) -> str:
    """Return a file name made of the query and its values, in letters that every system takes."""
    values = "-".join(value for _, value in urls.to_pairs(query_request.given) if value)
    words = re.sub(r"[^A-Za-z0-9]+", "-", values).strip("-").lower()[:60]
    page = f"-page-{query_request.page}" if query_request.page > 1 else ""
    return f"{query_request.query.name}{'-' + words if words else ''}{page}.{query_request.ending}"
