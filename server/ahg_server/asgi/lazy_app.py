"""The framework behind the front: loaded once, beside the first answers, for all that the front does not answer."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

from ahg_server.context.snapshot_context import Serving
from ahg_server.http import urls
from ahg_server.http.headers import EVERYWHERE
from ahg_server.http.requests import Message, Receive, Scope, Send
from ahg_server.http.responses import Headers, Reply

if TYPE_CHECKING:
    from fastapi import FastAPI

_LONG = 4 * 1024 * 1024


class Interior:
    """The framework over one snapshot being served."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._framework: asyncio.Future[FastAPI] | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether it can be asked without waiting for it."""
        found = self._framework
        return bool(found and found.done() and not found.cancelled() and found.exception() is None)

    async def load(self) -> FastAPI:
        """Return the framework, loaded in a thread the first time; raises what is wrong with its routes."""
        if self._framework is None:
            self._framework = asyncio.ensure_future(asyncio.to_thread(_load_framework, self._serving))
        return await asyncio.shield(self._framework)

    async def has_editor(self) -> bool:
        """Say whether there is a page to write queries on."""
        routes = (await self.load()).routes
        return any(getattr(route, "path", None) == urls.SPARQL for route in routes)

    async def ask(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> Reply | int:
        """Return its reply, or the size of one that was too large to wait for and went out as it came."""
        status, body = 500, bytearray()
        headers: Headers = ()
        streamed = 0

        async def collect(message: Message) -> None:
            nonlocal status, headers, streamed
            if message["type"] == "http.response.start":
                status, headers = message["status"], tuple(message.get("headers", ()))
                length = int(dict(headers).get(b"content-length", b"0"))
                if status == 200 and length > _LONG:
                    streamed = length
                    complete = Reply(status, headers).add_headers(EVERYWHERE).headers
                    await send({**message, "headers": [*complete, (b"x-request-id", request_id.encode())]})
            elif streamed:
                await send(message)
            else:
                body.extend(message.get("body", b""))

        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        framework = await self.load()
        await framework({**scope, "method": method}, receive, collect)
        return streamed or Reply(status, headers, bytes(body))


def _load_framework(serving: Serving) -> FastAPI:
    from ahg_server.asgi.fastapi_app import make_framework

    framework = make_framework(serving)
    gc.collect()
    gc.freeze()
    return framework
