"""The FastAPI application, imported in a background thread: it takes a while, and the first queries need not wait."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http.headers import complete
from ahg_server.http.requests import Message, Receive, Scope, Send
from ahg_server.http.responses import STREAMED_FROM, BufferedResponse, Headers

_COLLECTIONS = (10_000, 20, 50)
"""When garbage is looked for: what a request leaves behind is freed without, and little of it refers to itself."""

if TYPE_CHECKING:
    from fastapi import FastAPI


class LazyApp:
    """The FastAPI application over one snapshot being served."""

    def __init__(self, context: SnapshotContext) -> None:
        self._context = context
        self._app: asyncio.Future[FastAPI] | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether it can be asked without waiting for it."""
        found = self._app
        return bool(found and found.done() and not found.cancelled() and found.exception() is None)

    async def load(self) -> FastAPI:
        """Return the application, loaded in a thread the first time, or once more where that failed before.

        Raises what is wrong with its routes.
        """
        found = self._app
        if found is None or (found.done() and (found.cancelled() or found.exception())):
            found = self._app = asyncio.ensure_future(asyncio.to_thread(_load_app, self._context))
        return await asyncio.shield(found)

    async def ask(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> BufferedResponse | int:
        """Return its reply, or the size of one that was too large to wait for and went out as it came."""
        status, body = 500, bytearray()
        headers: Headers = ()
        streamed = 0

        async def collect(message: Message) -> None:
            nonlocal status, headers, streamed
            if message["type"] == "http.response.start":
                status, headers = message["status"], tuple(message.get("headers", ()))
                length = int(dict(headers).get(b"content-length", b"0"))
                if status == 200 and length > STREAMED_FROM and b"etag" in dict(headers):
                    streamed = length
                    finished = complete(BufferedResponse(status, headers)).headers
                    await send({**message, "headers": [*finished, (b"x-request-id", request_id.encode())]})
            elif streamed:
                await send(message)
            else:
                body.extend(message.get("body", b""))

        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        app = await self.load()
        await app({**scope, "method": method}, receive, collect)
        return streamed or BufferedResponse(status, headers, bytes(body))


def _load_app(context: SnapshotContext) -> FastAPI:
    from ahg_server.asgi.fastapi_app import make_fastapi_app

    app = make_fastapi_app(context)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)
    return app
