"""`/mcp`: the tools, resources and prompts over HTTP, for clients of the Model Context Protocol (streamable HTTP).

Each request is answered by itself, with one JSON message and without a session. Pages of other sites are refused: they
could else reach a server that listens on this machine alone, through a name that leads there (DNS rebinding).
"""

from __future__ import annotations

import asyncio
from importlib import import_module

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.sparql.media_types import JSON
from ahg_server.http import urls
from ahg_server.http.problems import OriginRefused
from ahg_server.http.requests import Scope, find_header, read_typed_body, stop_when_gone
from ahg_server.http.responses import to_response
from ahg_server.http.server_address import is_own_origin
from ahg_server.views.application_state import Client, State

router = APIRouter()


@router.post(urls.MCP)
async def answer_message(request: Request, state: State, client: Client) -> Response:
    """Return the reply to one message of the protocol."""
    check_origin(request.scope)
    _, body = await read_typed_body(request.scope, request.receive, (JSON,))
    await asyncio.to_thread(import_module, "ahg_server.views.mcp.server")  # takes a while, once
    from ahg_server.views.mcp.server import answer_post
    from ahg_server.views.mcp.tools import Tools

    reply = await stop_when_gone(answer_post(Tools(state, client), request.scope, body), request.receive)
    return to_response(reply)


def check_origin(scope: Scope) -> None:
    """Raise OriginRefused for a request from a page of another site; programs send no Origin."""
    origin = find_header(scope, b"origin")
    if origin is not None and not is_own_origin(origin):
        raise OriginRefused(
            f"pages of {origin[:100] or 'no site'} may not use {urls.MCP}; only programs and pages of this server may"
        )
