"""The saved queries as tools over the Model Context Protocol, with `describe` and `explain`; answers carry evidence.

Needs the package `mcp`. A tool's answer is structured: `rows` are typed records, each with its sources and
the proof of what it states; of a graph they are its triples, and `graph` is their N-Triples. `total` and `pages` say
how much there is, so that a page is never taken for the whole.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from ahg_graph import __version__
from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import AhgGraphError, BadParameter, SnapshotError
from ahg_graph.explanation import ProofDatabase, explain
from ahg_graph.explanation.proof_database import NAME
from ahg_graph.explanation.serialization import to_json
from ahg_graph.explanation.term_resolution import resolve_statement
from ahg_graph.queries.catalogue import find_query_folder, load_catalogue
from ahg_graph.queries.model import Parameter, SavedQuery
from ahg_graph.service.graph_writer import write_graph
from ahg_graph.service.no_rows import word_no_rows
from ahg_graph.service.query_request import QueryRequest
from ahg_graph.service.query_service import QueryService, open_query_service
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.media_types import N_TRIPLES
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.views.queries.openapi import describe_parameter_schema, describe_record

PAGE_SIZE = 100
"""Rows in an answer, unless more are asked for."""

_CLIENT = "mcp"
_READS = types.ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_TEXT = {"type": "string", "minLength": 1}
_DESCRIBE = types.Tool(
    name="describe",
    title="What is recorded about this resource?",
    description="The kinds, names and direct statements of a resource, given by IRI, slug, code, acronym or any name.",
    input_schema={"type": "object", "properties": {"entity": _TEXT}, "required": ["entity"]},
    annotations=_READS,
)
_EXPLAIN = types.Tool(
    name="explain",
    title="Why does this statement hold?",
    description=(
        "Where a statement is asserted, or the proof that it follows, down to the paragraphs, and where the "
        "documents disagree about it. Subject, predicate and object are each an IRI, a prefixed name such as "
        "ahg:attended, a slug or a name."
    ),
    input_schema={
        "type": "object",
        "properties": {"subject": _TEXT, "predicate": _TEXT, "object": _TEXT},
        "required": ["subject", "predicate", "object"],
    },
    annotations=_READS,
)
_STATEMENTS = """SELECT ?predicate ?predicateLabel ?value ?valueLabel WHERE {{
  <{iri}> ?predicate ?value .
  OPTIONAL {{ ?predicate <http://www.w3.org/2000/01/rdf-schema#label> ?predicateLabel }}
  OPTIONAL {{ ?value <http://www.w3.org/2004/02/skos/core#prefLabel> ?valueLabel }}
}} ORDER BY ?predicate ?value"""


def list_tools(service: QueryService[SnapshotContext]) -> list[types.Tool]:
    """Return every tool: one for each saved query, then `describe` and `explain`."""
    return [*(_describe_tool(service, query) for query in service.catalogue.current.values()), _DESCRIBE, _EXPLAIN]


async def call_tool(
    service: QueryService[SnapshotContext], name: str, arguments: Mapping[str, Any]
) -> types.CallToolResult:
    """Return the answer of a tool, or what is wrong with the call, as structured content and as JSON text."""
    try:
        if name == _DESCRIBE.name:
            found = await _describe_thing(service, _read_text(arguments, "entity"))
        elif name == _EXPLAIN.name:
            texts = [_read_text(arguments, place) for place in ("subject", "predicate", "object")]
            found = await asyncio.to_thread(_explain, service, texts)
        else:
            found = await _ask(service, service.catalogue.get_query(name), arguments)
    except AhgGraphError as error:
        problem: dict[str, Any] = {"code": error.code, "detail": str(error)}
        if isinstance(error, BadParameter):
            problem |= {"parameter": error.parameter, "candidates": list(error.candidates)}
        return _reply(problem, is_error=True)
    return _reply(found)


async def run_stdio_server(snapshot: Snapshot) -> None:
    """Answer on standard input and output until the input ends."""
    serving = SnapshotContext(snapshot)
    await serving.pool.start()
    try:
        service = await open_query_service(serving, snapshot, load_catalogue(find_query_folder()))

        async def on_list(
            context: ServerRequestContext[Any], request: types.PaginatedRequestParams | None
        ) -> types.ListToolsResult:
            return types.ListToolsResult(tools=list_tools(service))

        async def on_call(
            context: ServerRequestContext[Any], request: types.CallToolRequestParams
        ) -> types.CallToolResult:
            return await call_tool(service, request.name, request.arguments or {})

        home = get_home()
        names = "; ".join(document.label for document in home.documents)
        server: Server[Any] = Server(
            "ahg-graph",
            version=__version__,
            instructions=f"Questions about {home.name}, answered from {home.counted_documents}: {names}.",
            on_list_tools=on_list,
            on_call_tool=on_call,
        )
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())
    finally:
        await serving.pool.close()


def _describe_tool(service: QueryService[SnapshotContext], query: SavedQuery) -> types.Tool:
    properties = {p.name: _describe_input(p, query, service) for p in query.parameters}
    properties["page"] = {"type": "integer", "minimum": 1, "default": 1}
    properties["pageSize"] = {"type": "integer", "minimum": 1, "default": PAGE_SIZE}
    record = describe_record(query)
    graph = {"graph": {"type": "string", "description": "The triples of this page in N-Triples."}}
    record["properties"]["evidence"] = {"type": "array", "description": "Places in the documents."}
    record["properties"]["proofs"] = {"type": "array", "description": "Proofs of what the row states."}
    return types.Tool(
        name=query.name,
        title=query.summary,
        description=query.description,
        input_schema={
            "type": "object",
            "properties": properties,
            "required": [p.name for p in query.parameters if p.required and p.default is None],
            "additionalProperties": False,
        },
        output_schema={
            "type": "object",
            "properties": {
                "rows": {"type": "array", "items": record},
                "total": {"type": "integer", "description": "Rows of the whole answer."},
                "page": {"type": "integer"},
                "pages": {"type": "integer"},
                "empty": {"type": ["string", "null"], "description": "Why there are no rows."},
                "release": {"type": "string", "description": "Identity of the snapshot that answered."},
                **(graph if query.is_graph else {}),
            },
            "required": [
                *("rows", "total", "page", "pages", "empty", "release"),
                *(graph if query.is_graph else ()),
            ],
        },
        annotations=_READS,
    )


def _describe_input(parameter: Parameter, query: SavedQuery, service: QueryService[SnapshotContext]) -> dict[str, Any]:
    schema = describe_parameter_schema(parameter, service.names)
    schema["description"] = parameter.description
    if example := query.example.get(parameter.name):
        schema["examples"] = [list(example) if parameter.is_list else example[0]]
    return schema


async def _ask(
    service: QueryService[SnapshotContext], query: SavedQuery, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    given = {name: _list_texts(name, value) for name, value in arguments.items() if name not in ("page", "pageSize")}
    request = QueryRequest(
        query=query,
        given=given,
        page=_read_number(arguments, "page", 1),
        page_size=_read_number(arguments, "pageSize", PAGE_SIZE),
        evidence=True,
    )
    answer = await service.ask(request, _CLIENT)
    graph = {"graph": write_graph(answer.table, N_TRIPLES).decode()} if query.is_graph else {}
    return {
        "rows": answer.records(),
        "total": answer.total,
        "page": request.page,
        "pages": answer.pages,
        "empty": word_no_rows(request.query, answer.empty) if answer.empty else None,
        "release": service.identity,
        **graph,
    }


async def _describe_thing(service: QueryService[SnapshotContext], text: str) -> dict[str, Any]:
    thing = service.names.resolve("entity", text)
    table = await service.select(_STATEMENTS.format(iri=thing.iri), _CLIENT)
    return {
        "iri": thing.iri,
        "label": thing.label,
        "names": list(thing.names),
        "classes": sorted(thing.classes),
        "statements": table.records(),
        "release": service.identity,
    }


def _explain(service: QueryService[SnapshotContext], texts: Sequence[str]) -> dict[str, Any]:
    path = service.snapshot.path / NAME
    if not path.exists():
        raise SnapshotError("this snapshot has no proofs; build it with `ahg-graph build`")
    with ProofDatabase(path) as database:
        return to_json(explain(database, resolve_statement(database, service.names, *texts)))


def _read_text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadParameter(name, "is required, as a text")
    return value


def _list_texts(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if not isinstance(value, str):
        raise BadParameter(name, "must be a text, or a list of texts")
    return (value,)


def _read_number(arguments: Mapping[str, Any], name: str, default: int) -> int:
    value = arguments.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadParameter(name, "must be a whole number from 1")
    return value


def _reply(found: dict[str, Any], *, is_error: bool = False) -> types.CallToolResult:
    text = json.dumps(found, ensure_ascii=False)
    content: list[types.ContentBlock] = [types.TextContent(type="text", text=text)]
    return types.CallToolResult(content=content, structured_content=found, is_error=is_error)
