"""`/reconcile`: the endpoint of the Reconciliation Service API 0.2, and what its manifest leads to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.errors import BadParameter, UnknownName
from ahg_graph.queries.candidates import find_candidates
from ahg_graph.queries.named_entity import NamedEntity
from ahg_graph.sparql.media_types import FORM, JAVASCRIPT, JSON, write_content_type
from ahg_server.http import urls
from ahg_server.http.content_security import make_content_security_policy
from ahg_server.http.problems import RequestRefused, UnknownThing
from ahg_server.http.requests import Parameters, parse_parameters, read_typed_body
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.http.server_address import find_address
from ahg_server.presentation.templating import render
from ahg_server.views.application_state import ApplicationState, Client, State
from ahg_server.views.reconciliation import batch
from ahg_server.views.reconciliation.manifest import KINDS, describe_service
from ahg_server.views.reconciliation.schema import Schema, list_used_properties, load_schema
from ahg_server.views.reconciliation.values import extend, find_having

_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LONGEST_CALLBACK = 100
_SUGGESTED, _MOST = 20, 100
_PUBLIC, _PRIVATE = b"public, no-cache", b"private, no-cache"

router = APIRouter()


@router.api_route(urls.RECONCILE, methods=["GET", "POST"])
async def answer_queries(request: Request, state: State, client: Client) -> Response:
    """Return the manifest, or the answer to queries given in the address or in a form."""
    given = parse_parameters(request.scope["query_string"])
    if request.method == "POST":
        _, body = await read_typed_body(request.scope, request.receive, (FORM,))
        given = Parameters((*given.pairs, *parse_parameters(body).pairs))
    return await _answer(request, state, client, given)


@router.get(urls.RECONCILE + "/suggest/{kind}")
async def suggest(request: Request, kind: str, state: State, client: Client) -> Response:
    """Return the entities, types or properties whose name holds what a reader has typed."""
    parameters, schema = parse_parameters(request.scope["query_string"]), await _load_schema(state)
    text, skipped = parameters.find("prefix") or "", _read_number(parameters, "cursor", 0)
    if kind == "entity":
        types = [schema.resolve_type(name) for name in parameters.list_values("type") if name]
        found = find_candidates((await state.get_service()).names, text, types) if text.strip() else []
        shown: Sequence[dict[str, Any]] = [
            {
                "id": batch.write_id(c.thing.iri),
                "name": c.thing.label,
                "description": "" if c.name == c.thing.label else c.name,
                "notable": schema.list_types(c.thing.classes),
            }
            for c in found
        ]
    elif kind == "type":
        shown = [schema.describe_type(iri) for iri in schema.search(schema.types, text)]
    elif kind == "property":
        used = await list_used_properties(state.context, schema, (), client)
        shown = [schema.describe_property(iri) for iri in schema.search(used, text)]
    else:
        raise UnknownName(f"suggested are {', '.join(KINDS)}, not {kind!r}")
    return _reply({"result": shown[skipped : skipped + _SUGGESTED]}, parameters)


@router.get(urls.RECONCILE + "/flyout/{kind}")
async def read_flyout(request: Request, kind: str, state: State) -> Response:
    """Return a few words about an entity, a type or a property, as HTML within JSON."""
    parameters, schema = parse_parameters(request.scope["query_string"]), await _load_schema(state)
    identifier = parameters.find("id") or ""
    if kind == "entity":
        shown = _describe(await _find_thing(state, identifier), schema)
    elif kind in KINDS:
        iri = schema.resolve_type(identifier) if kind == "type" else schema.resolve_property(identifier, "id")
        shown = {"label": schema.vocabulary.name(iri), "kinds": [kind], "names": [schema.vocabulary.define(iri)]}
    else:
        raise UnknownName(f"described are {', '.join(KINDS)}, not {kind!r}")
    html = render("flyout.html", state.context, **shown).body
    return _reply({"id": identifier, "html": bytes(html).decode()}, parameters)


@router.get(urls.RECONCILE + "/properties")
async def propose_properties(request: Request, state: State, client: Client) -> Response:
    """Return the properties that things of a type have, the most used first."""
    parameters, schema = parse_parameters(request.scope["query_string"]), await _load_schema(state)
    name = parameters.find("type")
    types = [schema.resolve_type(name)] if name else []
    limit = _read_number(parameters, "limit", _MOST)
    used = await list_used_properties(state.context, schema, types, client)
    found: dict[str, Any] = {"properties": [schema.describe_property(iri) for iri in used[:limit]]}
    if name:
        found["type"] = name
    return _reply({**found, "limit": limit}, parameters)


@router.get(urls.PREVIEW)
async def read_preview(request: Request, state: State) -> Response:
    """Return a small page about a thing, which other pages may frame."""
    identifier = parse_parameters(request.scope["query_string"]).find("id") or ""
    thing = await _find_thing(state, identifier)
    shown = {**_describe(thing, await _load_schema(state)), "iri": thing.iri, "link": urls.resource(thing.iri)}
    page = render("preview.html", state.context, **shown)
    policy = (b"content-security-policy", make_content_security_policy(framed=True))
    return to_response(BufferedResponse(page.status, (*page.headers, policy), page.body))


async def _answer(request: Request, state: ApplicationState, client: str, parameters: Parameters) -> Response:
    schema = await _load_schema(state)
    queries, query, extension = (parameters.find(name) for name in ("queries", "query", "extend"))
    if sum(value is not None for value in (queries, query, extension)) > 1:
        raise RequestRefused("give one of queries, query and extend")
    if queries is not None:
        found = batch.parse_batch(queries, schema)
        answers = {key: {"result": await _reconcile(state, schema, item, client)} for key, item in found.items()}
        return _reply(answers, parameters)
    if query is not None:
        item = batch.parse_single(query, schema)
        return _reply({"result": await _reconcile(state, schema, item, client)}, parameters)
    if extension is not None:
        return _reply(await extend(state.context, schema, extension, client), parameters)
    if request.method == "POST":
        raise RequestRefused("there is no query: send it as queries, query or extend")
    return _reply(describe_service(find_address(request.scope), schema), parameters, _PRIVATE)


async def _reconcile(
    state: ApplicationState, schema: Schema, query: batch.ReconciliationQuery, client: str
) -> list[dict[str, Any]]:
    names = (await state.get_service()).names
    having = {c.iri: await find_having(state.context, names, c, client) for c in query.conditions}
    if query.text:
        candidates = batch.list_named(names, query)
    else:
        candidates = batch.list_unnamed(names, query, set.intersection(*having.values()))
    return batch.show_candidates(candidates, query, having, schema)


async def _load_schema(state: ApplicationState) -> Schema:
    return load_schema(state.context, await state.get_vocabulary())


async def _find_thing(state: ApplicationState, identifier: str) -> NamedEntity:
    """Return the thing of an identifier; raises UnknownThing with what is near."""
    names = (await state.get_service()).names
    thing = names.get_thing(batch.read_id(identifier))
    if thing is None:
        near = [batch.write_id(found.iri) for found in names.find_near(identifier)]
        raise UnknownThing(f"nothing has the identifier {identifier!r}", near)
    return thing


def _describe(thing: NamedEntity, schema: Schema) -> dict[str, Any]:
    kinds = [kind["name"] for kind in schema.list_types(thing.classes)]
    return {"label": thing.label, "kinds": kinds, "names": [name for name in thing.names if name != thing.label]}


def _read_number(parameters: Parameters, name: str, usual: int) -> int:
    text = parameters.find(name) or str(usual)
    if not text.isdecimal() or len(text) > 6:
        raise BadParameter(name, f"{text!r} is not a whole number")
    return int(text)


def _reply(found: dict[str, Any], parameters: Parameters, control: bytes = _PUBLIC) -> Response:
    """Return an answer as JSON, or as a call of the function that `callback` names."""
    body, media_type = orjson.dumps(found), JSON
    callback = parameters.find("callback")
    if callback is not None:
        if not _CALLBACK.fullmatch(callback) or len(callback) > _LONGEST_CALLBACK:
            raise BadParameter("callback", f"{callback!r} is not the name of a function")
        # The comment keeps what follows from being read as anything but a script; JSON's line ends are none of one's.
        body = b"/**/" + callback.encode() + b"(" + body.replace(b"\xe2\x80\xa8", b"\\u2028") + b");"
        body, media_type = body.replace(b"\xe2\x80\xa9", b"\\u2029"), JAVASCRIPT
    headers = ((b"content-type", write_content_type(media_type).encode()), (b"cache-control", control))
    return to_response(BufferedResponse(200, headers, body))
