"""The server of the Model Context Protocol over one snapshot: its tools, resources and prompts, by stdio or HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import MutableMapping
from typing import Any

from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from ahg_graph import __version__
from ahg_graph.config.prefixes import get_home
from ahg_graph.snapshot import Snapshot
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http.requests import Message, Scope
from ahg_server.http.responses import BufferedResponse, Headers
from ahg_server.views.application_state import ApplicationState
from ahg_server.views.mcp.prompts import complete_argument, complete_slug, get_prompt, list_prompts
from ahg_server.views.mcp.resources import list_resources, list_templates, read_resource
from ahg_server.views.mcp.tools import Tools

logging.getLogger("mcp").setLevel(logging.WARNING)  # each request by HTTP would log its start and its end

Context = ServerRequestContext[Any]
Page = types.PaginatedRequestParams | None


def make_server(tools: Tools) -> Server[Any]:
    """Return the server of one client."""

    async def on_list_tools(context: Context, request: Page) -> types.ListToolsResult:
        return types.ListToolsResult(tools=await tools.list_all())

    async def on_call_tool(context: Context, request: types.CallToolRequestParams) -> types.CallToolResult:
        return await tools.call(request.name, request.arguments or {})

    async def on_list_resources(context: Context, request: Page) -> types.ListResourcesResult:
        return await list_resources(tools, request.cursor if request else None)

    async def on_list_templates(context: Context, request: Page) -> types.ListResourceTemplatesResult:
        return list_templates()

    async def on_read_resource(context: Context, request: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        return await read_resource(tools, str(request.uri))

    async def on_list_prompts(context: Context, request: Page) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=list_prompts(tools.state.catalogue))

    async def on_get_prompt(context: Context, request: types.GetPromptRequestParams) -> types.GetPromptResult:
        return get_prompt(tools.state.catalogue, request.name, request.arguments or {})

    async def on_completion(context: Context, request: types.CompleteRequestParams) -> types.CompleteResult:
        names = (await tools.state.get_service()).names
        argument = request.argument
        if isinstance(request.ref, types.PromptReference):
            found = complete_argument(tools.state.catalogue, names, request.ref.name, argument.name, argument.value)
        else:
            found = complete_slug(names, argument.value) if argument.name == "slug" else []
        return types.CompleteResult(completion=types.Completion(values=found))

    home = get_home()
    documents = "; ".join(document.label for document in home.documents)
    return Server(
        "ahg-graph",
        version=__version__,
        instructions=(
            f"Questions about {home.name}, answered from {home.counted_documents}: {documents}. Try `ask` with the "
            "question in plain words first. `evidence` lists the places that support a row; an answer with "
            "`nextCursor` goes on when the tool is called again with it as `cursor`."
        ),
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
        on_list_resources=on_list_resources,
        on_list_resource_templates=on_list_templates,
        on_read_resource=on_read_resource,
        on_list_prompts=on_list_prompts,
        on_get_prompt=on_get_prompt,
        on_completion=on_completion,
    )


async def run_stdio_server(snapshot: Snapshot) -> None:
    """Answer on standard input and output until the input ends."""
    context = SnapshotContext(snapshot)
    await context.pool.start()
    try:
        server = make_server(Tools(ApplicationState(context), "mcp"))
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())
    finally:
        await context.pool.close()


async def answer_post(tools: Tools, scope: Scope, body: bytes) -> BufferedResponse:
    """Return the reply to one message by HTTP, whole: without a session, and in JSON."""
    status, parts = 500, bytearray()
    headers: Headers = ()
    waiting = [body]

    async def receive() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        await asyncio.Event().wait()  # whether the client is gone is looked for elsewhere
        raise AssertionError

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], _read_headers(message)
        else:
            parts.extend(message.get("body", b""))

    manager = StreamableHTTPSessionManager(make_server(tools), stateless=True, json_response=True)
    async with manager.run():
        await manager.handle_request(scope, receive, send)
    return BufferedResponse(status, (*headers, (b"cache-control", b"no-store")), bytes(parts))


def _read_headers(message: MutableMapping[str, Any]) -> Headers:
    left_out = (b"content-length", b"cache-control")
    return tuple((name, value) for name, value in message.get("headers", ()) if name.lower() not in left_out)
