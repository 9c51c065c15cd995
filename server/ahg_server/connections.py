"""HTTP connections: what is hot is answered at once, and no connection takes more than its share.

A request whose reply is kept is answered from the bytes that were sent the last time, before any task, scope or
middleware is made for it. All others go the usual way. Besides, there are at most so many connections, a request that
is too large or too slow in coming ends its connection, and what is not plainly HTTP/1.1 (RFC 9112) is refused, so that
no proxy in front can take for two requests what is one here.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from typing import Any

from httptools import HttpParserCallbackError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ahg_graph.settings import read_setting
from ahg_server.exchanges import begin_exchange
from ahg_server.front import LEAVER, WRITER
from ahg_server.request_heads import HOST, find_fault, read_plain_head

_HEAD = 64 * 1024
_PER_HEADER = 32  # bytes that a header costs beside its name and value, roughly
_EXTRA = 8 * 1024  # of a URL beyond its limit, so that the application can say so in its own words
_CHUNK = 256 * 1024  # a larger body goes out in parts, as the client takes them, by the usual way
_DISCARDED = 16  # times the limit on a body: as much is read after a reply, so that the client comes to read it
_LINGER = 2.0  # seconds in which a client that was refused may take the reason
_HEARD_OUT = 1024 * 1024  # bytes that are read from it meanwhile
_PIPELINED = 64  # requests that may wait behind the one that is being answered
_REFUSALS = 50  # connections that may do so

log = logging.getLogger("ahg_graph.server")


class Connection(HttpToolsProtocol):
    """A connection of uvicorn's with the additions that the module speaks of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._size = self._hosts = 0
        self._is_open = self.is_answered = self._is_refused = False
        self._has_head = True
        self._begun = self._unfinished = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._most = int(read_setting("connections"))
        self._seconds = float(read_setting("receive"))
        self._longest_url = int(read_setting("url")) * 1024 + _EXTRA
        self._longest_body = int(read_setting("body")) * 1024 * _DISCARDED

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request; refuse the connection when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._most:
            self._refuse(503, "Service Unavailable", "overloaded", "too many connections", "retry-after: 5\r\n")
        else:
            self._begin_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; a request that does not come whole has its time and its number of bytes."""
        if self._is_refused:
            self._unfinished += len(data)
            if self._unfinished > _HEARD_OUT:
                self.transport.abort()
            return
        if not self._is_open and self._answer_plainly(data):
            return
        begun, was_open = self._begun, self._is_open
        super().data_received(data)
        if self._is_open:
            if was_open and begun == self._begun:
                self._unfinished += len(data)
                self._check_size()
        elif self.timeout_keep_alive_task is not None or self._is_busy():
            return
        if self._deadline is None and not self._is_refused:
            self._begin_waiting()

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        super().on_message_begin()
        self.scope[WRITER] = self._write_reply  # type: ignore[literal-required]
        self.scope[LEAVER] = self.transport.abort  # type: ignore[literal-required]
        self._size = self._hosts = self._unfinished = 0
        self._begun += 1
        self._is_open = True
        self.is_answered = self._has_head = False

    def on_url(self, url: bytes) -> None:
        """Take a part of the URL."""
        super().on_url(url)
        if len(self.url) > self._longest_url:
            self._refuse(414, "URI Too Long", "url-too-long", "the URL is too long; send the query by POST")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        name = name.lower()
        if name == b"host":
            self._hosts += 1 if HOST.fullmatch(value) else 2
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))
        self._size += len(name) + len(value) + _PER_HEADER
        if self._size > _HEAD:
            self._refuse_head()

    def on_headers_complete(self) -> None:
        """Answer what is hot; hand any other request to the application."""
        self._has_head = True
        if len(self.pipeline) >= _PIPELINED:
            self.transport.abort()
        if self._is_refused or self.transport.is_closing():
            self.is_answered = True
        elif not (
            self._is_plain_get()
            and (self._answer_hot(self.url, self.headers) or begin_exchange(self, self.url, self.headers))
        ):
            version = self.parser.get_http_version()
            reason = find_fault(version, self._hosts, self.headers, self.url)
            if reason:
                self._refuse(400, "Bad Request", "bad-request", reason)
                self.is_answered = True
            else:
                super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, unless the answer is out."""
        if not self.is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the end of a request, unless the answer is out."""
        self._is_open = False
        self._stop_waiting()
        if not self.is_answered:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser cannot read; a fault of the server on the way is none of the client's."""
        error = sys.exc_info()[1]
        if isinstance(error, HttpParserCallbackError):
            log.error("fault while a request was read", exc_info=error)
            detail = "the server made a mistake; its log has it under the number of the request"
            self._refuse(500, "Internal Server Error", "internal-error", detail)
        else:
            self._refuse(400, "Bad Request", "bad-request", "what came is not HTTP/1.1")

    def timeout_keep_alive_handler(self) -> None:
        """End a connection that is idle, though the client has not taken all that it asked for."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def _answer_plainly(self, data: bytes) -> bool:
        """Answer a request that is all of the data, and plain, or begin to; False for any other."""
        plain = None if self._is_busy() or self.flow.write_paused else read_plain_head(data)
        if plain is None or self.transport.is_closing():
            return False
        target, headers = plain
        if not (self._answer_hot(target, headers) or begin_exchange(self, target, headers)):
            return False
        self._stop_waiting()
        return True

    def _answer_hot(self, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bool:
        """Write a kept reply, if there is one and no other reply is still on its way."""
        front = self.config.app.front  # type: ignore[union-attr]
        found = front.find_kept(target, headers)
        if found is None:
            return False
        kept, is_not_modified = found
        head, body = (kept.not_modified, b"") if is_not_modified else (kept.head, kept.body)
        if len(body) > _CHUNK:
            return False
        self.write_whole(head, front.note_kept(target, kept, is_not_modified), body)
        self.server_state.total_requests += 1
        self.is_answered = True
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        return True

    def _is_plain_get(self) -> bool:
        """Say whether the reply to the request at hand may be written at once and in one piece."""
        return not (
            self._is_busy()
            or self.flow.write_paused
            or self._hosts != 1
            or self.parser.get_method() != b"GET"
            or not self.parser.should_keep_alive()
            or self.parser.get_http_version() != "1.1"
        )

    def _write_reply(self, scope: Any, head: bytes, number: bytes, body: bytes | memoryview) -> bool:
        """Write a whole reply in one piece and return True, or nothing and False where that cannot be done."""
        cycle = self.cycle
        if (
            cycle.scope is not scope
            or cycle.response_started
            or cycle.disconnected
            or not cycle.keep_alive
            or self.flow.write_paused
            or len(body) > _CHUNK
        ):
            return False
        self.write_whole(head, number, body)
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True

    def take_head(self, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Begin a request whose head the parser has not seen; nothing happens where it has."""
        if self.headers is not headers:
            self.on_message_begin()
            self.url = target
            self.headers += headers
            self._is_open, self._has_head = False, True

    def write_whole(self, head: bytes, number: bytes, body: bytes | memoryview) -> None:
        """Write a reply in one piece: its rendered head, the number of the request, and the body."""
        date = b"".join(b"%s: %s\r\n" % header for header in self.server_state.default_headers)
        self.transport.write(b"".join((head, date, b"x-request-id: ", number, b"\r\n\r\n", body)))

    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _is_late(self) -> bool:
        """Say whether a reply is on its way or out, so that another would be taken for it or for a part of it."""
        if self.is_answered:
            return True
        if self.cycle is not None and self.cycle.scope is self.scope:
            return self.cycle.response_started or bool(self.pipeline)
        return self._is_busy()

    def _check_size(self) -> None:
        if not self._has_head and self._unfinished > _HEAD + self._longest_url:
            self._refuse_head()
        elif self._unfinished > self._longest_body:
            self.transport.abort()

    def _begin_waiting(self) -> None:
        self._deadline = self.loop.call_later(self._seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._refuse(408, "Request Timeout", "request-timeout", f"no request came within {self._seconds:g} s")

    def _refuse_head(self) -> None:
        self._refuse(431, "Request Header Fields Too Large", "headers-too-large", "the headers are too large")

    def _refuse(self, status: int, phrase: str, code: str, detail: str, header: str = "") -> None:
        """Send a problem document in one piece and close.

        Where the reply to this request or to one before it is on its way or out, nothing can be said any more: the
        connection ends, and the client sees that what it got is not whole.
        """
        self._stop_waiting()
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        if self._is_late():
            self.transport.abort()
            return
        front = self.config.app.front  # type: ignore[union-attr]
        number = front.note_refused(status, code)
        problem = {"type": "about:blank", "title": phrase, "status": status, "detail": detail, "code": code}
        body = json.dumps({**problem, "request": number})
        head = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/problem+json\r\n{header}"
        head += "cache-control: no-store\r\naccess-control-allow-origin: *\r\nconnection: close\r\n"
        head += f"x-content-type-options: nosniff\r\nx-request-id: {number}\r\n"
        self.transport.write(f"{head}content-length: {len(body)}\r\n\r\n{body}".encode())
        if len(self.connections) > self._most + _REFUSALS:
            self.transport.close()
        else:
            # A connection closed with bytes unread is reset, which takes the reply back: for a while they are read.
            self.transport.write_eof()
            self.loop.call_later(_LINGER, self.transport.abort)
