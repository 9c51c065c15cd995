"""HTTP connections: what is hot is answered at once, and no connection takes more than its share.

A request whose reply is kept is answered from the bytes that were sent the last time, before any task, scope or
middleware is made for it. All others go the usual way. Besides, there are at most so many connections, and a head
that is too large or too slow in coming ends its connection.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ahg_graph.settings import read_setting
from ahg_server.front import LEAVER, WRITER

_HEAD = 64 * 1024
_EXTRA = 8 * 1024  # of a URL beyond its limit, so that the application can say so in its own words
_CHUNK = 256 * 1024  # a larger body goes out in parts, as the client takes them, by the usual way


class Connection(HttpToolsProtocol):
    """A connection of uvicorn's with the two additions that the module speaks of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._size = 0
        self._is_answered = False
        self._deadline: asyncio.TimerHandle | None = None
        self._most = int(read_setting("connections"))
        self._seconds = float(read_setting("receive"))
        self._longest_url = int(read_setting("url")) * 1024 + _EXTRA

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

    def on_message_begin(self) -> None:
        """Begin to wait for the head of one more request."""
        super().on_message_begin()
        self.scope[WRITER] = self._write_reply  # type: ignore[literal-required]
        self.scope[LEAVER] = self.transport.abort  # type: ignore[literal-required]
        self._size = 0
        self._is_answered = False
        if self._deadline is None:
            self._begin_waiting()

    def on_url(self, url: bytes) -> None:
        """Take a part of the URL."""
        super().on_url(url)
        if len(self.url) > self._longest_url:
            self._refuse(414, "URI Too Long", "url-too-long", "the URL is too long; send the query by POST")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        super().on_header(name, value)
        self._size += len(name) + len(value)
        if self._size > _HEAD:
            self._refuse(431, "Request Header Fields Too Large", "headers-too-large", "the headers are too large")

    def on_headers_complete(self) -> None:
        """Answer what is hot; hand any other request to the application."""
        self._stop_waiting()
        if self.transport.is_closing():
            self._is_answered = True
        elif not self._answer_hot():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, unless the answer is out."""
        if not self._is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the end of a request, unless the answer is out."""
        if not self._is_answered:
            super().on_message_complete()

    def _answer_hot(self) -> bool:
        """Write a kept reply, if there is one and no other reply is still on its way."""
        is_busy = self.cycle is not None and not self.cycle.response_complete
        if is_busy or self.parser.get_method() != b"GET" or not self.parser.should_keep_alive():
            return False
        front = self.config.app.front  # type: ignore[union-attr]
        found = front.find_kept(self.url, self.headers)
        if found is None:
            return False
        kept, is_not_modified = found
        head, body = (kept.not_modified, b"") if is_not_modified else (kept.head, kept.body)
        if len(body) > _CHUNK:
            return False
        self._write(head, front.note_kept(self.url, kept, is_not_modified), body)
        self.server_state.total_requests += 1
        self._is_answered = True
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        return True

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
        self._write(head, number, body)
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True

    def _write(self, head: bytes, number: bytes, body: bytes | memoryview) -> None:
        date = b"".join(b"%s: %s\r\n" % header for header in self.server_state.default_headers)
        self.transport.write(b"".join((head, date, b"x-request-id: ", number, b"\r\n\r\n", body)))

    def _begin_waiting(self) -> None:
        self._deadline = self.loop.call_later(self._seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._refuse(408, "Request Timeout", "request-timeout", f"no request came within {self._seconds:g} s")

    def _refuse(self, status: int, phrase: str, code: str, detail: str, header: str = "") -> None:
        """Send a problem document in one piece and close."""
        self._stop_waiting()
        if self.transport.is_closing():
            return
        front = self.config.app.front  # type: ignore[union-attr]
        number = front.note_refused(status, code)
        problem = {"type": "about:blank", "title": phrase, "status": status, "detail": detail, "code": code}
        body = json.dumps({**problem, "request": number})
        head = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/problem+json\r\n{header}"
        head += "cache-control: no-store\r\naccess-control-allow-origin: *\r\nconnection: close\r\n"
        head += f"x-request-id: {number}\r\n"
        self.transport.write(f"{head}content-length: {len(body)}\r\n\r\n{body}".encode())
        self.transport.close()
