"""The outermost layer: admits every request, answers what is cached or SPARQL itself, passes the rest to FastAPI.

A reply to GET that is `public` is cached by the request that it answered: URL, Accept and Accept-Encoding. Every reply
is finished, sent and logged here.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import time
from contextlib import nullcontext

from ahg_graph.errors import AhgGraphError, Overloaded
from ahg_graph.sparql.media_types import GRAPH_ALIASES, GRAPH_TYPES
from ahg_server.asgi.admission import Admission
from ahg_server.asgi.lazy_app import LazyApp
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.access_log import AccessLog, Note
from ahg_server.http.headers import PREFLIGHT, complete, list_methods
from ahg_server.http.limits import ResponseBudget
from ahg_server.http.negotiation import require_choice
from ahg_server.http.problems import MalformedHead, ServerFault, describe_problem, refuse_method
from ahg_server.http.requests import (
    Disconnected,
    Receive,
    Scope,
    Send,
    find_header,
    read_key_headers,
    stop_when_gone,
)
from ahg_server.http.responses import BufferedResponse, accepts_gzip, finalize, matches, shorten_to_not_modified
from ahg_server.views.sparql import endpoint
from ahg_server.views.sparql.service_description import describe_data

_CHUNK = 256 * 1024
_LARGE = 1024 * 1024
log = logging.getLogger("ahg_graph.server")


class Dispatcher:
    """One generation of the server: a snapshot being served and the FastAPI application with its routes."""

    def __init__(
        self, context: SnapshotContext, access_log: AccessLog, admission: Admission, outgoing: ResponseBudget
    ) -> None:
        self.context = context
        self.lazy_app = LazyApp(context)
        self._access_log = access_log
        self._admission = admission
        self._response_budget = outgoing
        self._prefix = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._active = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, and log it."""
        started = time.perf_counter()
        note = Note(self._number(), scope["method"], scope["path"])
        self._active += 1
        try:
            await self._serve(scope, receive, send, note)
        finally:
            self._active -= 1
        if note.status:
            note.seconds = time.perf_counter() - started
            self._access_log.log(note)

    async def drain(self) -> None:
        """Wait until no request is under way, then end the workers."""
        while self._active:
            await asyncio.sleep(0.05)
        await self.context.close()

    def log_refusal(self, status: int, code: str) -> str:
        """Number and log a request that its connection refused because it could not be read; return the number."""
        note = Note(self._number(), status=status, code=code)
        self._access_log.log(note)
        return note.request_id

    async def _serve(self, scope: Scope, receive: Receive, send: Send, note: Note) -> None:
        """Answer a request; the note is left without a status when the client is gone."""
        try:
            client = self._admission.admit(scope)
            reply = await self._find_reply(scope, receive, send, client, note)
        except Disconnected:
            return
        except AhgGraphError as error:
            reply = await self._refuse(error, scope, note)
        except Exception:
            log.exception("fault while answering request %s", note.request_id)
            reply = await self._refuse(ServerFault(), scope, note)
        if isinstance(reply, int):
            note.status, note.size = 200, reply
            return
        try:
            with self._response_budget.reserve(reply.body) if len(reply.body) > _LARGE else nullcontext():
                await self._send(reply, scope, send, note)
        except Overloaded as error:
            await self._send(await self._refuse(error, scope, note, as_page=False), scope, send, note)

    async def _find_reply(
        self, scope: Scope, receive: Receive, send: Send, client: str, note: Note
    ) -> BufferedResponse | int:
        """Return the finished reply to a request that was admitted, cached or fresh, or the size of one that is out."""
        accept, encoding, condition = read_key_headers(scope["headers"])
        is_read = scope["method"] in {"GET", "HEAD"}
        query = scope["query_string"]
        raw = scope.get("raw_path") or scope["path"].encode()
        key = (raw + b"?" + query if query else raw, accept, encoding, urls.PREFIX.get())
        cached = self.context.replies.find(key) if is_read else None
        if cached is not None:
            self.context.metrics.count("cache", "reply")
            reply = cached
        else:
            answer = await self._answer(scope, receive, send, client, note)
            if isinstance(answer, int):
                return answer
            reply = await finalize(complete(answer), accepts_gzip(encoding.decode("latin-1")))
            if scope["method"] == "GET" and self.context.replies.keeps and reply.is_public:
                self.context.replies.keep(key, reply.detach(), reply.size + len(key[0]) + len(accept))
        if condition and is_read and reply.status == 200 and matches(reply, condition):
            return shorten_to_not_modified(reply)
        return reply

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, client: str, note: Note
    ) -> BufferedResponse | int:
        """Return the reply, or the size of a large one that FastAPI has sent itself."""
        method, path = scope["method"], scope["path"]
        if method == "OPTIONS":
            allowed = list_methods(path).encode()
            return BufferedResponse(204, ((b"allow", allowed), (b"access-control-allow-methods", allowed), *PREFLIGHT))
        if path == urls.VOID:
            if method not in {"GET", "HEAD"}:
                raise refuse_method(method, list_methods(path))
            choice = require_choice(find_header(scope, b"accept"), tuple(GRAPH_TYPES.values()), GRAPH_ALIASES)
            return describe_data(scope, self.context, choice)
        if path not in endpoint.PATHS:
            return await self.lazy_app.ask(scope, receive, send, note.request_id)
        parameters = await endpoint.read_parameters(scope, receive)
        if endpoint.wants_page(scope, parameters):
            return await self.lazy_app.ask(scope, receive, send, note.request_id)
        return await stop_when_gone(endpoint.answer(scope, parameters, self.context, client, note), receive)

    async def _refuse(self, error: AhgGraphError, scope: Scope, note: Note, as_page: bool = True) -> BufferedResponse:
        """Return the finished reply that says what went wrong: a page for a browser once pages are loaded."""
        note.code = error.code
        reply = describe_problem(error, note.request_id)
        # Of a head that is not sound, nothing is put on a page.
        if as_page and self.lazy_app.is_loaded and not isinstance(error, MalformedHead):
            from ahg_server.views.errors import show_problem, wants_page

            if wants_page(scope):
                reply = show_problem(self.context, error, note.request_id, scope)
        return await finalize(complete(reply), gzipped=False)

    def _number(self) -> str:
        return f"{self._prefix}{next(self._numbers):08x}"

    async def _send(self, reply: BufferedResponse, scope: Scope, send: Send, note: Note) -> None:
        """Send a complete reply, a large one in parts as the client takes them."""
        note.status, note.size = reply.status, len(reply.body)
        headers = [*reply.headers, *reply.entity, (b"x-request-id", note.request_id.encode())]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else reply.body
        if len(body) <= _CHUNK:
            await send({"type": "http.response.body", "body": body})
            return
        view = memoryview(body)
        for start in range(0, len(view), _CHUNK):
            end = start + _CHUNK
            await send({"type": "http.response.body", "body": view[start:end], "more_body": end < len(view)})
