"""The transport between uvicorn and a socket: it ends a connection so that the client gets the reply."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

HEARD_OUT = 72 * 1024 * 1024
"""Bytes of a request that are read and dropped, so that the client comes to read its reply: 64 MiB in chunks."""

LINGER = 2.0
"""Seconds for which a client that is sending may fall silent before it has taken the reply."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class LingeringTransport(asyncio.Transport):
    """A transport that is closed only once the client has had a chance to take what was written.

    A socket closed with bytes unread is reset, which takes the reply back: while the client `is_sending`, only our side
    is ended, and what comes is read and dropped while it comes, for `hearing` seconds at most. A client that takes
    nothing any more has `patience` seconds. After `close` nothing is written any more. The head of a reply goes out
    with what is written after it, in one packet where it fits.
    """

    def __init__(
        self, inner: asyncio.Transport, is_sending: Callable[[], bool], patience: float, hearing: float
    ) -> None:
        super().__init__()
        self._inner = inner
        self._is_sending = is_sending
        self._patience = patience
        self._hearing = hearing
        self._is_ended = False
        self._heard = self._heard_before = 0
        self._end: asyncio.TimerHandle | None = None
        self._head = b""
        self.has_begun_reply = False

    def write(self, data: Any) -> None:
        """Send bytes, the first of a reply with those that come next; they are on their way from now on."""
        if self._is_ended:
            return
        if self._head:
            self._inner.writelines((self._head, data))
            self._head = b""
        elif self.has_begun_reply or data == _CONTINUE:
            self._inner.write(data)
        else:
            self._head = data
            self.has_begun_reply = True

    def end_reply(self) -> None:
        """Take note that what was written is a whole reply."""
        self.has_begun_reply = False
        if self._head:
            self._inner.write(self._head)
            self._head = b""

    def close(self) -> None:
        """End the connection; the reply that was written last still reaches the client."""
        if self._is_ended:
            return
        self.end_reply()
        self._is_ended = True
        loop = asyncio.get_running_loop()
        if self._is_sending() and not self._inner.is_closing() and self._inner.can_write_eof():
            self._inner.write_eof()
            if not self._inner.is_reading():
                self._inner.resume_reading()
            self._end = loop.call_later(LINGER, self._listen_on, loop.time() + self._hearing)
        else:
            self._inner.close()
            self._end = loop.call_later(self._patience, self._inner.abort)

    def abort(self) -> None:
        """End the connection at once, so that the client sees that what it got is not whole."""
        self._is_ended = True
        self._inner.abort()

    def drop(self, size: int) -> None:
        """Count bytes that came after the end; a client that sends too many is not heard out."""
        self._heard += size
        if self._heard > HEARD_OUT:
            self._inner.abort()

    def _listen_on(self, until: float) -> None:
        """Go on while the client goes on sending."""
        loop = asyncio.get_running_loop()
        if self._heard == self._heard_before or loop.time() >= until:
            self._inner.abort()
            return
        self._heard_before = self._heard
        self._end = loop.call_later(LINGER, self._listen_on, until)

    def lose(self) -> None:
        """Take note that the connection is gone."""
        self._is_ended = True
        if self._end:
            self._end.cancel()

    def is_closing(self) -> bool:
        """Return whether nothing can be written any more."""
        return self._is_ended or self._inner.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the socket's transport says."""
        return self._inner.get_extra_info(name, default)

    def is_reading(self) -> bool:
        """Return whether bytes are taken from the client."""
        return self._inner.is_reading()

    def pause_reading(self) -> None:
        """Take no bytes from the client for now."""
        if not self._is_ended:
            self._inner.pause_reading()

    def resume_reading(self) -> None:
        """Take bytes from the client again."""
        if not self._is_ended:
            self._inner.resume_reading()
