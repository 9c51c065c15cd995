"""The whole reply to a request for a saved query, and the catalogue as JSON."""

from __future__ import annotations

import re

import orjson

from ahg_graph.service.contract_difference import compare_contract
from ahg_graph.service.no_rows import NO_ROWS_REASONS
from ahg_graph.service.query_answer import QueryAnswer
from ahg_graph.service.query_service import QueryService
from ahg_graph.sparql.media_types import CSV, JSON, TSV, write_content_type
from ahg_server.context.snapshot_context import Serving
from ahg_server.http import urls
from ahg_server.http.responses import Headers, Reply
from ahg_server.views.queries.request import Asked, list_formats

_LONGEST_LINKS = 4096  # more would be refused by what stands between server and client
_DESCRIBED = f'<{urls.VOID}>; rel="describedby", <{urls.OPENAPI}>; rel="service-desc"'


async def reply(service: QueryService[Serving], asked: Asked, client: str) -> Reply:
    """Return the reply in a data format."""
    media_type = asked.formats[asked.ending]
    written = await service.write(asked, media_type, client)
    body = written.body
    if asked.excel and media_type == CSV:
        body = b"\xef\xbb\xbf" + body
    headers = [
        ("content-type", write_content_type(media_type)),
        ("content-disposition", f'{"attachment" if media_type in (CSV, TSV) else "inline"}; filename="{_name(asked)}"'),
        ("cache-control", "public, no-cache"),
    ]
    made = Reply(200, tuple((name.encode(), value.encode()) for name, value in headers), body)
    return made.add_headers(describe_answer(service, asked, written.answer, written.empty))


def describe_answer(
    service: QueryService[Serving], asked: Asked, answered: QueryAnswer | None, empty: str | None
) -> Headers:
    """Return the headers of an answer.

    They lead to its other formats and pages, to the address that binds it to its release and to what changed in it;
    they name the release, say how the question stands to those of that release, and why there are no rows.
    """
    identity = service.identity
    found = ", ".join([_DESCRIBED, *_link(asked, answered, identity)])
    headers = [
        (b"link", (found if len(found) <= _LONGEST_LINKS else _DESCRIBED).encode()),
        (b"release", identity.encode()),
    ]
    standing = compare_contract(asked.query, service.snapshot) if asked.release else None
    if standing is not None:
        made_with = f'; version="{standing.made_with}"' if standing.made_with else ""
        said = f'{standing.code}{made_with}; asked="{asked.query.version}"; reason="{standing.sentence}"'
        headers.append((b"release-contract", said.encode()))
    if empty is not None:
        headers.append((b"empty-answer", f'{empty}; reason="{NO_ROWS_REASONS[empty]}"'.encode()))
    return tuple(headers)


def reply_text(asked: Asked) -> Reply:
    """Return the text of a query, header included, as it stands in its file."""
    headers = (
        (b"content-type", b"application/sparql-query; charset=utf-8"),
        (b"content-disposition", f'inline; filename="{asked.query.name}.rq"'.encode()),
        (b"cache-control", b"public, no-cache"),
    )
    return Reply(200, headers, asked.query.text.encode())


def list_queries(service: QueryService[Serving]) -> Reply:
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
    return Reply(200, headers, orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))


def _link(asked: Asked, answered: QueryAnswer | None, identity: str) -> list[str]:
    name, version = asked.query.name, asked.version
    found = [
        f'<{urls.answer(name, asked.ending, asked.pairs(page=str(page)), version)}>; rel="{relation}"'
        for relation, page in (answered.turns() if answered else ())
    ]
    for ending, media_type in asked.formats.items():
        if ending != asked.ending:
            pairs = asked.pairs()
            address = (
                urls.query(name, pairs, version) if ending == "html" else urls.answer(name, ending, pairs, version)
            )
            found.append(f'<{address}>; rel="alternate"; type="{media_type}"')
    bound = asked.pairs(release=identity)
    if asked.ending == "html":
        found.append(f'<{urls.query(name, bound, asked.query.version)}>; rel="bookmark"')
    else:
        found.append(f'<{urls.answer(name, asked.ending, bound, asked.query.version)}>; rel="bookmark"')
    compared = asked.pairs(page=None, pageSize=None, evidence=None)
    found.append(f'<{urls.changes(name, compared, version)}>; rel="version-history"')
    return found


def _name(asked: Asked) -> str:
    """Return a file name made of the query and its values, in letters that every system takes."""
    values = "-".join(value for _, value in urls.flatten(asked.given) if value)
    words = re.sub(r"[^A-Za-z0-9]+", "-", values).strip("-").lower()[:60]
    page = f"-page-{asked.page}" if asked.page > 1 else ""
    return f"{asked.query.name}{'-' + words if words else ''}{page}.{asked.ending}"
