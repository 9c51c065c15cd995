"""The outermost layer: answers what is hot or SPARQL itself, hands the rest to the framework, finishes every reply.

A reply to GET that is `public` is kept, as it was sent, by the request that it answered: URL, Accept and
Accept-Encoding. The next such request costs one look-up.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Iterable
from contextlib import nullcontext

from ahg_graph.errors import AhgGraphError, NotAcceptable, Overloaded, RateExceeded
from ahg_graph.results import GRAPH_TYPES
from ahg_graph.settings import read_setting
from ahg_server import links, protocol
from ahg_server.allowances import Outgoing, Rate
from ahg_server.description import describe_data
from ahg_server.heads import ALLOWED, EVERYWHERE, PREFLIGHT, READ_ONLY
from ahg_server.interior import NUMBER, STREAMED, Interior
from ahg_server.journal import Journal
from ahg_server.negotiation import GRAPH_ALIASES, choose
from ahg_server.problems import MethodNotAllowed, ServerFault, UrlTooLong, describe
from ahg_server.replies import (
    Kept,
    Reply,
    accepts_gzip,
    finish,
    finish_at_once,
    keep,
    matches,
    render,
    shorten_to_not_modified,
)
from ahg_server.requests import (
    Disconnected,
    Receive,
    Scope,
    Send,
    find_header,
    read_key_headers,
    stop_when_gone,
)
from ahg_server.serving import Serving

WRITER = "ahg_graph.writer"
"""The key of the scope under which a connection gives a function that writes a whole reply in one piece."""

LEAVER = "ahg_graph.leaver"
"""The key of the scope under which a connection gives a function that ends it at once."""

OUTCOME = "ahg_graph.outcome"
"""The key of the scope under which an exchange leaves what became of its question."""

_CHUNK = 256 * 1024
_LARGE = 1024 * 1024
log = logging.getLogger("ahg_graph.server")


class Front:
    """One generation of the server: a snapshot being served and the framework that knows its routes."""

    def __init__(self, serving: Serving, journal: Journal, rate: Rate, outgoing: Outgoing) -> None:
        self.serving = serving
        self._rate = rate
        self._outgoing = outgoing
        self.interior = Interior(serving)
        self._journal = journal
        self._prefix = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._active = 0
        self.longest_url = int(read_setting("url")) * 1024
        self._patience = float(read_setting("send"))

    def find_kept(self, target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> tuple[Kept, bool] | None:
        """Return the kept reply to a GET and whether the client has it already (If-None-Match), or None."""
        accept, encoding, condition = read_key_headers(headers)
        kept = self.serving.replies.find((target, accept, encoding))
        if kept is None:
            return None
        return kept, bool(condition) and matches(kept.reply, condition)

    def note_kept(self, target: bytes, kept: Kept, is_not_modified: bool) -> bytes:
        """Number and log a request that a kept reply answered; return the number."""
        request_id = self._number()
        self.serving.metrics.count("cache", "reply")
        status, size = (304, 0) if is_not_modified else (kept.reply.status, len(kept.body))
        self._journal.note("GET", target.decode("latin-1"), status, size, request_id, 0.0, "", "")
        return request_id.encode()

    def note_refused(self, status: int, code: str) -> str:
        """Number and log a request that its connection refused before it was read; return the number."""
        request_id = self._number()
        self._journal.note("", "", status, 0, request_id, 0.0, "", code)
        return request_id

    def has_room(self, client: tuple[str, int] | None) -> bool:
        """Count a request of a client and say whether it may go on."""
        try:
            self._rate.take(client[0] if client else "")
        except RateExceeded:
            return False
        return True

    def enter(self) -> None:
        """Count a request that is under way."""
        self._active += 1

    def leave(self) -> None:
        """Count off a request that was under way."""
        self._active -= 1

    def keep(self, key: tuple[bytes, bytes, bytes], reply: Reply, gzipped: bool) -> Kept:
        """Finish a small public reply to a GET and keep it, by its target, Accept and Accept-Encoding."""
        kept = keep(finish_at_once(reply.add_headers(EVERYWHERE), gzipped))
        if self.serving.replies.keeps:
            self.serving.replies.keep(key, kept, kept.size + len(key[0]) + len(key[1]))
        return kept

    def note(self, path: str, size: int, seconds: float, digest: str) -> bytes:
        """Number and log a GET that is answered with 200; return the number."""
        request_id = self._number()
        self._journal.note("GET", path, 200, size, request_id, seconds, digest, "")
        return request_id.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        self.enter()
        try:
            await self._serve(scope, receive, send)
        finally:
            self.leave()

    async def drain(self) -> None:
        """Wait until no request is under way, then end the workers."""
        while self._active:
            await asyncio.sleep(0.05)
        await self.serving.close()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        accept, encoding, condition = read_key_headers(scope["headers"])
        method, query = scope["method"], scope["query_string"]
        request_id = scope[NUMBER] = self._number()
        raw = scope.get("raw_path") or scope["path"].encode()
        key = (raw + b"?" + query if query else raw, accept, encoding)
        kept = self.serving.replies.find(key) if method in {"GET", "HEAD"} else None
        reply = kept.reply if kept else None
        code = ""
        if reply is not None:
            self.serving.metrics.count("cache", "reply")
        else:
            try:
                reply = await self._answer(scope, receive, send)
                if reply is None:
                    self._note_streamed(scope, request_id, started)
                    return
                reply = await finish(reply.add_headers(EVERYWHERE), accepts_gzip(encoding.decode("latin-1")))
                if method == "GET" and self.serving.replies.keeps and reply.is_public:
                    kept = keep(reply)
                    self.serving.replies.keep(key, kept, kept.size + len(key[0]) + len(accept))
            except Disconnected:
                return
            except AhgGraphError as error:
                code = error.code
                reply = await self._refuse(error, request_id, scope)
            except Exception:
                log.exception("fault while answering request %s", request_id)
                code = ServerFault.code
                fault = ServerFault("the server made a mistake; its log has it under the number of the request")
                reply = await self._refuse(fault, request_id, scope)
        if condition and reply.status == 200 and method in {"GET", "HEAD"} and matches(reply, condition):
            reply = shorten_to_not_modified(reply)
        try:
            with self._outgoing.hold(reply.body) if len(reply.body) > _LARGE else nullcontext():
                await self._send(reply, scope, send, request_id)
        except Overloaded as error:
            code = error.code
            reply = await finish(describe(error, request_id).add_headers(EVERYWHERE), gzipped=False)
            await self._send(reply, scope, send, request_id)
        seconds = time.perf_counter() - started
        digest = scope.get("ahg_graph.query", "")
        self._journal.note(method, scope["path"], reply.status, len(reply.body), request_id, seconds, digest, code)

    def _note_streamed(self, scope: Scope, request_id: str, started: float) -> None:
        seconds = time.perf_counter() - started
        self._journal.note(scope["method"], scope["path"], 200, scope[STREAMED], request_id, seconds, "", "")

    async def _refuse(self, error: AhgGraphError, request_id: str, scope: Scope) -> Reply:
        """Return the finished reply that says what went wrong: a page for a browser once pages are loaded."""
        if self.interior.is_loaded:
            from ahg_server.problem_pages import show_problem, wants_page

            if wants_page(scope):
                page = show_problem(self.serving, error, request_id, scope)
                return await finish(page.add_headers(EVERYWHERE), gzipped=False)
        return await finish(describe(error, request_id).add_headers(EVERYWHERE), gzipped=False)

    def _number(self) -> str:
        return f"{self._prefix}{next(self._numbers):08x}"

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> Reply | None:
        """Return the reply, or None when the framework has sent a large one itself."""
        if outcome := scope.get(OUTCOME):
            if isinstance(outcome, AhgGraphError):
                raise outcome
            return outcome  # type: ignore[no-any-return]
        client = scope["client"][0] if scope.get("client") else ""
        self._rate.take(client)
        if len(scope["query_string"]) + len(scope["path"]) > self.longest_url:
            raise UrlTooLong(
                f"the URL is longer than {self.longest_url // 1024} KiB; send the query in the body of a POST instead"
            )
        if scope["method"] == "OPTIONS":
            allowed = ALLOWED if scope["path"] in protocol.PATHS or scope["path"] == "*" else READ_ONLY
            return Reply(204, ((b"allow", allowed), (b"access-control-allow-methods", allowed), *PREFLIGHT))
        if scope["path"] == links.VOID:
            if scope["method"] not in {"GET", "HEAD"}:
                raise MethodNotAllowed(
                    f"{scope['method']} is not one of GET, HEAD, OPTIONS", allow="GET, HEAD, OPTIONS"
                )
            choice = choose(find_header(scope, b"accept"), tuple(GRAPH_TYPES.values()), GRAPH_ALIASES)
            if choice is None:
                raise NotAcceptable(tuple(GRAPH_TYPES.values()))
            return describe_data(scope, self.serving, choice)
        if scope["path"] not in protocol.PATHS:
            return await self.interior.ask(scope, receive, send)
        parameters = await protocol.read_parameters(scope, receive)
        if protocol.wants_page(scope, parameters) and await self.interior.has_editor():
            return await self.interior.ask(scope, receive, send)
        return await stop_when_gone(protocol.answer(scope, parameters, self.serving, client), receive)

    async def _send(self, reply: Reply, scope: Scope, send: Send, request_id: str) -> None:
        """Send a complete reply; a client that takes too long over a part of it is left."""
        bare = scope["method"] == "HEAD"
        write = scope.get(WRITER)
        stays = not bare and reply.find_header(b"connection") is None
        if write and stays and write(scope, render(reply), request_id.encode(), reply.body):
            return
        headers = [*reply.headers, *reply.entity, (b"x-request-id", request_id.encode())]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        view = memoryview(b"" if bare else reply.body)
        try:
            for start in range(0, max(1, len(view)), _CHUNK):
                end = start + _CHUNK
                async with asyncio.timeout(self._patience):
                    await send({"type": "http.response.body", "body": view[start:end], "more_body": end < len(view)})
        except TimeoutError:
            log.info("request %s: the client took nothing for %g s and was left", request_id, self._patience)
            if LEAVER not in scope:
                raise
            scope[LEAVER]()
            await asyncio.sleep(0)
