"""The whole reply to a request for a saved query, and the catalogue as JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import orjson

from ahg_graph.binding import BoundQuery
from ahg_graph.errors import BadParameter
from ahg_graph.explanation import Explanation
from ahg_graph.records import Table, parse_table, write_records
from ahg_graph.results import Question
from ahg_graph.sparql.media_types import CSV, JSON, RESULTS_JSON, TSV, write_content_type
from ahg_server import links
from ahg_server.archive import find_standing
from ahg_server.desk import EMPTINESS, Desk, Evidence
from ahg_server.graphs import order_for_reading, write_graph
from ahg_server.inquiries import Asked, list_formats
from ahg_server.proofs import describe_proofs, find_proofs
from ahg_server.replies import Headers, Reply
from ahg_server.tables import write_table

_LONGEST_LINKS = 4096  # more would be refused by what stands between server and client
_DESCRIBED = f'<{links.VOID}>; rel="describedby", <{links.OPENAPI}>; rel="service-desc"'


@dataclass(frozen=True)
class Answered:
    """The part of an answer that was asked for; `total` counts the rows of the whole."""

    asked: Asked
    bound: BoundQuery
    table: Table
    total: int
    evidence: tuple[tuple[Evidence, ...], ...] = ()
    proofs: tuple[tuple[Explanation, ...], ...] = ()
    empty: str | None = None

    @property
    def pages(self) -> int:
        """How many pages the whole has."""
        size = self.asked.page_size
        return max(1, -(-self.total // size)) if size else 1

    def turns(self) -> list[tuple[str, int]]:
        """Return relation and number of the pages that this one leads to."""
        page, last = self.asked.page, self.pages
        found = [("first", 1), ("prev", page - 1), ("next", page + 1), ("last", last)]
        return [(rel, n) for rel, n in found if 1 <= n <= last] if self.asked.page_size else []


async def fetch(desk: Desk, asked: Asked, client: str) -> Answered:
    """Return the rows asked for, with what they rest on when that is asked for too."""
    bound = desk.bind(asked.query, asked.given)
    whole = await desk.answer(bound, client, asked.timeout)
    if asked.query.is_graph and asked.ending == "html":
        whole = order_for_reading(whole, bound)
    total = len(whole.rows)
    answered = Answered(asked, bound, whole, total)
    if not total:
        return replace(answered, empty=await desk.explain_emptiness(bound, client))
    if asked.page > answered.pages:
        raise BadParameter("page", f"there are {answered.pages} pages of {asked.page_size} {asked.unit}")
    if asked.page_size:
        first = (asked.page - 1) * asked.page_size
        answered = replace(answered, table=Table(whole.columns, whole.rows[first : first + asked.page_size]))
    if asked.evidence:
        found = await desk.find_evidence(bound, answered.table, client)
        proofs = await find_proofs(desk.serving.snapshot.path, bound, answered.table.rows)
        answered = replace(answered, evidence=tuple(found), proofs=tuple(proofs))
    return answered


async def reply(desk: Desk, asked: Asked, client: str) -> Reply:
    """Return the reply in a data format: the engine's own bytes for a whole table, else what is written here."""
    media_type = asked.formats[asked.ending]
    if media_type == JSON or asked.query.is_graph or asked.page_size or asked.evidence:
        answered = await fetch(desk, asked, client)
        body, empty = _write(answered, media_type), answered.empty
    else:
        answered = None
        bound = desk.bind(asked.query, asked.given)
        found = await desk.serving.ask(Question(bound.text, results_type=media_type, timeout=asked.timeout), client)
        body = bytes(found.body)
        empty = await desk.explain_emptiness(bound, client) if _is_empty(body, media_type) else None
    if asked.excel and media_type == CSV:
        body = b"\xef\xbb\xbf" + body
    headers = [
        ("content-type", write_content_type(media_type)),
        ("content-disposition", f'{"attachment" if media_type in (CSV, TSV) else "inline"}; filename="{_name(asked)}"'),
        ("cache-control", "public, no-cache"),
    ]
    made = Reply(200, tuple((name.encode(), value.encode()) for name, value in headers), body)
    return made.add_headers(describe_answer(desk, asked, answered, empty))


def describe_answer(desk: Desk, asked: Asked, answered: Answered | None, empty: str | None) -> Headers:
    """Return the headers of an answer.

    They lead to its other formats and pages, to the address that binds it to its release and to what changed in it;
    they name the release, say how the question stands to those of that release, and why there are no rows.
    """
    identity = desk.serving.identity
    found = ", ".join([_DESCRIBED, *_link(asked, answered, identity)])
    headers = [
        (b"link", (found if len(found) <= _LONGEST_LINKS else _DESCRIBED).encode()),
        (b"release", identity.encode()),
    ]
    standing = find_standing(asked.query, desk.serving.snapshot) if asked.release else None
    if standing is not None:
        made_with = f'; version="{standing.made_with}"' if standing.made_with else ""
        said = f'{standing.code}{made_with}; asked="{asked.query.version}"; reason="{standing.sentence}"'
        headers.append((b"release-contract", said.encode()))
    if empty is not None:
        headers.append((b"empty-answer", f'{empty}; reason="{EMPTINESS[empty]}"'.encode()))
    return tuple(headers)


def reply_text(asked: Asked) -> Reply:
    """Return the text of a query, header included, as it stands in its file."""
    headers = (
        (b"content-type", b"application/sparql-query; charset=utf-8"),
        (b"content-disposition", f'inline; filename="{asked.query.name}.rq"'.encode()),
        (b"cache-control", b"public, no-cache"),
    )
    return Reply(200, headers, asked.query.text.encode())


def list_queries(desk: Desk) -> Reply:
    """Return the catalogue as JSON: every query with its parameters, columns and addresses."""
    versions: dict[str, list[int]] = {}
    for name, version in sorted(desk.catalogue.versions):
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
                    "values": list(desk.names.codes.get(p.scheme or "", p.values)),
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
            "url": links.query(query.name),
            "answers": {ending: links.answer(query.name, ending) for ending in (*list_formats(query), "rq")},
        }
        for query in desk.catalogue.current.values()
    ]
    headers = ((b"content-type", JSON.encode()), (b"cache-control", b"public, no-cache"))
    return Reply(200, headers, orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))


def list_rows(answered: Answered) -> list[dict[str, object]]:
    """Return the records of an answer, each with its evidence and proofs when these were asked for."""
    rows: list[dict[str, object]] = [dict(record) for record in answered.table.records()]
    if answered.asked.evidence:
        for row, found, proofs in zip(rows, answered.evidence, answered.proofs, strict=True):
            row["evidence"] = [
                {
                    "part": item.part,
                    "document": item.document,
                    "locator": item.locator,
                    "node": item.node,
                    "statement": item.statement,
                    "reason": item.reason,
                }
                for item in found
            ]
            row["proofs"] = describe_proofs(proofs)
    return rows


def _write(answered: Answered, media_type: str) -> bytes:
    table = answered.table
    if answered.asked.query.is_graph:
        return write_graph(table, media_type, answered.evidence, answered.proofs)
    if media_type == JSON:
        extra = ("evidence", "proofs") if answered.asked.evidence else ()
        return write_records((*table.columns, *extra), list_rows(answered))
    if answered.asked.evidence:
        texts = ("; ".join(dict.fromkeys(item.part for item in found)) for found in answered.evidence)
        table = Table(
            (*table.columns, "evidence"),
            tuple({**r, "evidence": {"type": "literal", "value": t}} for r, t in zip(table.rows, texts, strict=True)),
        )
    return write_table(table, media_type)


def _is_empty(body: bytes, media_type: str) -> bool:
    """Say whether a results document has no rows."""
    if media_type in (CSV, TSV):
        return body.count(b"\n") == 1
    return not parse_table(body).rows if media_type == RESULTS_JSON else b"<result>" not in body


def _link(asked: Asked, answered: Answered | None, identity: str) -> list[str]:
    name, version = asked.query.name, asked.version
    found = [
        f'<{links.answer(name, asked.ending, asked.pairs(page=str(page)), version)}>; rel="{relation}"'
        for relation, page in (answered.turns() if answered else ())
    ]
    for ending, media_type in asked.formats.items():
        if ending != asked.ending:
            pairs = asked.pairs()
            address = (
                links.query(name, pairs, version) if ending == "html" else links.answer(name, ending, pairs, version)
            )
            found.append(f'<{address}>; rel="alternate"; type="{media_type}"')
    bound = asked.pairs(release=identity)
    if asked.ending == "html":
        found.append(f'<{links.query(name, bound, asked.query.version)}>; rel="bookmark"')
    else:
        found.append(f'<{links.answer(name, asked.ending, bound, asked.query.version)}>; rel="bookmark"')
    compared = asked.pairs(page=None, pageSize=None, evidence=None)
    found.append(f'<{links.changes(name, compared, version)}>; rel="version-history"')
    return found


def _name(asked: Asked) -> str:
    """Return a file name made of the query and its values, in letters that every system takes."""
    values = "-".join(value for _, value in links.flatten(asked.given) if value)
    words = re.sub(r"[^A-Za-z0-9]+", "-", values).strip("-").lower()[:60]
    page = f"-page-{asked.page}" if asked.page > 1 else ""
    return f"{asked.query.name}{'-' + words if words else ''}{page}.{asked.ending}"
