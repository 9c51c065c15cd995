"""Things and documents as resources, each under its IRI: what `describe` says of it."""

from __future__ import annotations

from urllib.parse import parse_qs

from mcp import MCPError, types

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import AhgGraphError
from ahg_graph.queries.name_resolver import MOST_THINGS
from ahg_graph.sparql.media_types import JSON
from ahg_server.views.mcp.messages import fill, read_cursor, write
from ahg_server.views.mcp.tools import Tools

_MOST = 100
"""Resources in one message of the list."""


async def list_resources(tools: Tools, cursor: str | None) -> types.ListResourcesResult:
    """Return documents and then all other things that have a name, a part of the list at a time."""
    service = await tools.state.get_service()
    try:
        first = read_cursor({"cursor": cursor}, service.identity)
        documents = [document.iri for document in get_home().documents]
        things = service.names.list_things((), MOST_THINGS) or filter(None, map(service.names.get_thing, documents))
        ranks = {iri: rank for rank, iri in enumerate(documents)}
        ordered = sorted(things, key=lambda thing: (ranks.get(thing.iri, len(ranks)), thing.label, thing.iri))
        shown = [{"uri": thing.iri, "name": thing.slug, "title": thing.label, "mimeType": JSON} for thing in ordered]
        part = fill({}, "resources", shown[first : first + _MOST], first, len(shown), service.identity)
    except AhgGraphError as error:
        raise MCPError(types.INVALID_PARAMS, str(error)) from None
    resources = [types.Resource(**each) for each in part["resources"]]
    return types.ListResourcesResult(resources=resources, next_cursor=part.get("nextCursor"))


def list_templates() -> types.ListResourceTemplatesResult:
    """Return the form of the IRIs of things."""
    template = types.ResourceTemplate(
        name="thing",
        title="Anything recorded",
        uri_template=get_home().prefixes["id"] + "{kind}/{slug}",
        description="A state, organisation, body, meeting, decision, document or its part, such as meeting/{slug}.",
        mime_type=JSON,
    )
    return types.ListResourceTemplatesResult(resource_templates=[template])


async def read_resource(tools: Tools, uri: str) -> types.ReadResourceResult:
    """Return what is recorded of the thing with an IRI; of a long record, the message names the IRI that goes on."""
    iri, _, query = uri.partition("?")
    service = await tools.state.get_service()
    try:
        first = read_cursor({"cursor": parse_qs(query).get("cursor", [""])[0]}, service.identity)
        found = await tools.describe(service, {"entity": iri}, first)
    except AhgGraphError as error:
        raise MCPError(types.INVALID_PARAMS, str(error), {"uri": uri}) from None
    if "nextCursor" in found:
        found["nextResource"] = f"{iri}?cursor={found.pop('nextCursor')}"
    return types.ReadResourceResult(contents=[types.TextResourceContents(uri=uri, mime_type=JSON, text=write(found))])
