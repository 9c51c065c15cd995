"""HTTP connections: no connection takes more than its share, and what is no HTTP/1.1 is refused.

There are at most so many connections, and a request that is too large or too slow in coming ends its connection, as
does a client that takes nothing. What the parser cannot read is answered here, so that no proxy in front can take for
two requests what is one; everything else is the application's to answer.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from http import HTTPStatus
from typing import Any, cast

from httptools import HttpParserCallbackError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ahg_graph.config.settings import read_setting
from ahg_graph.errors import Overloaded
from ahg_server.asgi.application import Application
from ahg_server.asgi.parser import UpgradeIgnoringParser
from ahg_server.asgi.request_heads import (
    LARGEST,
    check_target,
    describe_parser_error,
    measure_header,
    read_longest_url,
    replace_host,
)
from ahg_server.asgi.transport import HEARD_OUT, LingeringTransport
from ahg_server.http.limits import read_most_connections
from ahg_server.http.problems import (
    HeadTooLarge,
    MalformedHead,
    RequestRefused,
    ServerFault,
    SlowRequest,
    UrlTooLong,
    describe_problem,
    find_status,
)

_EXTRA = 8 * 1024  # of a URL beyond its limit, so that the application can say so in its own words
_PIPELINED = 64  # requests that may wait behind the one that is being answered
_REFUSALS = 50  # excess connections that get a reply
_GRACE = 0.25  # seconds in which a client that has sent all that it will may still get the next answer
_HEADERS = b"access-control-allow-origin: *\r\nx-content-type-options: nosniff\r\nconnection: close\r\n"

log = logging.getLogger("ahg_graph.server")


class LimitedHttpProtocol(HttpToolsProtocol):
    """A connection of uvicorn's, given to it by its `http` option, with limits on size, time and number."""

    transport: LingeringTransport

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parser = UpgradeIgnoringParser(self)
        self._application = cast(Application, self.config.loaded_app)
        self._size = self._unfinished = self._begun = 0
        self._pending = 0  # requests that the application has and has not answered
        self._is_open = self._is_handed = False  # a request is coming in; the application has it already
        self._is_refused = False
        self._is_full = False  # more was asked than may wait, and is not read
        self._deadline: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self._most = read_most_connections()
        self._seconds = float(read_setting("receive"))
        self._patience = float(read_setting("send"))
        self._longest_url = read_longest_url() + _EXTRA
        self._longest_body = max(HEARD_OUT, int(read_setting("body")) * 2048)

    def is_refused(self) -> bool:
        """Return whether nothing more of what comes is read."""
        return self.transport.is_closing()

    # ---- What asyncio calls ----

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; refuse the connection when there are too many."""
        super().connection_made(LingeringTransport(transport, self._is_sending, self._patience, self._seconds))
        if len(self.connections) > self._most:
            lingers = len(self.connections) <= self._most + _REFUSALS
            self._refuse(Overloaded("too many connections"), lingers)
        else:
            self._begin_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        self._stop_stall()
        if self._leaving:
            self._leaving.cancel()
        self.transport.lose()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; a request that does not come whole has its time and its number of bytes."""
        if self._is_full or self.transport.is_closing():
            self.transport.drop(len(data))
            return
        begun, was_open = self._begun, self._is_open
        super().data_received(data)
        if self._is_open:
            if was_open and begun == self._begun:
                self._unfinished += len(data)
                self._check_size()
        elif self._pending:
            return
        if self._deadline is None and not self.transport.is_closing():
            self._begin_waiting()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer a client that has ended its side, if that takes no time; whether it is gone is unknown."""
        if not self._pending or self.transport.is_closing():
            return False
        self._leaving = self.loop.call_later(_GRACE, self.transport.abort)
        return True

    def pause_writing(self) -> None:
        """Begin to wait for a client that does not take what it asked for."""
        super().pause_writing()
        self._stall = self.loop.call_later(self._patience, self._leave)

    def resume_writing(self) -> None:
        """Stop waiting for the client to take something."""
        self._stop_stall()
        super().resume_writing()

    # ---- What the parser calls ----

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        super().on_message_begin()
        self._size = self._unfinished = 0
        self._begun += 1
        self._is_open = True
        self._is_handed = False

    def on_url(self, url: bytes) -> None:
        """Take a part of the URL."""
        super().on_url(url)
        if len(self.url) > self._longest_url:
            self._refuse(UrlTooLong("the URL is too long; send the query by POST"))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer is none, and may say nothing of its request."""
        if not self._is_handed:
            super().on_header(name, value)
        self._size += measure_header(name, value)
        if self._size > LARGEST:
            self._refuse_head()

    def on_headers_complete(self) -> None:
        """Hand the request to the application; a head with an offer to upgrade comes once more without it."""
        if self._is_full or self.transport.is_closing():
            return
        if self._pending > _PIPELINED:
            self._is_full = True
            self.cycle.keep_alive = False  # of the request before this one, whose reply is the last
            return
        try:
            authority = check_target(self.url)
            if authority:
                self.headers[:] = replace_host(self.headers, authority)
            if self.parser.should_upgrade():
                if self.parser.get_method() == b"CONNECT":
                    raise MalformedHead("the request is for no path")
                return
        except MalformedHead as error:
            self._refuse(error)
            return
        self._pending += 1
        self._is_handed = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        if self._is_handed:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the end of a request."""
        if self._is_handed:
            self._is_open = False
            self._stop_waiting()
            super().on_message_complete()

    # ---- What uvicorn calls ----

    def on_response_complete(self) -> None:
        """Note that a reply is out."""
        self._pending -= 1
        self.transport.end_reply()
        if self._deadline:
            self._stop_waiting()
            self._begin_waiting()
        super().on_response_complete()
        if self._leaving and not self._pending:
            self.transport.close()
        elif self._leaving:
            self._leaving.cancel()
            self._leaving = self.loop.call_later(_GRACE, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser cannot read; a fault of the server on the way is none of the client's."""
        error = sys.exc_info()[1]
        if isinstance(error, HttpParserCallbackError):
            log.error("fault while a request was read", exc_info=error)
            self._refuse(ServerFault())
        else:
            self._refuse(describe_parser_error(error))

    # ---- Limits ----

    def _is_sending(self) -> bool:
        """Return whether the client may be in the middle of a request, or has sent more that is not answered."""
        return self._is_refused or self._is_full or self._is_open or self._pending > 0

    def _check_size(self) -> None:
        if not self._is_handed and self._unfinished > LARGEST + self._longest_url:
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
        if self._pending > self._is_handed:
            self._begin_waiting()  # nothing is read meanwhile: the answer before it takes its time
        else:
            self._refuse(SlowRequest(f"no request came within {self._seconds:g} s"))

    def _leave(self) -> None:
        log.info("a client took nothing for %g s and was left", self._patience)
        self.transport.abort()

    def _stop_stall(self) -> None:
        if self._stall:
            self._stall.cancel()
            self._stall = None

    # ---- Refusals ----

    def _refuse_head(self) -> None:
        self._refuse(HeadTooLarge("the headers are too large"))

    def _refuse(self, error: RequestRefused | Overloaded, lingers: bool = True) -> None:
        """Send a problem document and close.

        Where the reply to this request or to one before it is on its way or out, nothing can be said any more: the
        connection ends, and the client sees that what it got is not whole.
        """
        self._stop_waiting()
        if self.transport.is_closing():
            return
        if self.transport.has_begun_reply or self._pending != (self._is_open and self._is_handed):
            self.transport.abort()
            return
        status = find_status(error)
        number = self._application.log_refusal(status, error.code)
        reply = describe_problem(error, number)
        headers = b"".join(b"%s: %s\r\n" % header for header in reply.headers if header[0] != b"connection")
        self.transport.write(
            b"HTTP/1.1 %d %s\r\n" % (status, HTTPStatus(status).phrase.encode())
            + (headers + _HEADERS + b"x-request-id: %s\r\n" % number.encode())
            + (b"content-length: %d\r\n\r\n" % len(reply.body) + reply.body)
        )
        self._is_refused = lingers
        self.transport.close()
