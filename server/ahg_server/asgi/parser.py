"""The parser of requests, to which an offer of another protocol means nothing (RFC 9110, section 7.8)."""

from __future__ import annotations

from array import array
from typing import Protocol

from httptools import HttpParserUpgrade, HttpRequestParser


class Reader(Protocol):
    """Who gets what is parsed; `url` and `headers` are those of the head that was read last, names in lower case."""

    url: bytes
    headers: list[tuple[bytes, bytes]]

    def is_refused(self) -> bool:
        """Return whether nothing more need be read."""


class UpgradeIgnoringParser(HttpRequestParser):
    """httptools' parser, which takes what follows an offer to upgrade for the other protocol, and so drops a body.

    Only Content-Length and Transfer-Encoding say where a request ends: a head that holds an offer is read a
    second time without the Upgrade header, and what follows it after that. The reader sees both heads; of the first
    one `should_upgrade` is true.
    """

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it
        self._reader = reader

    def feed_data(self, data: bytes | bytearray | memoryview | array[int]) -> None:
        """Parse some more bytes; raises HttpParserError."""
        data = bytes(data)
        while data:
            try:
                super().feed_data(data)
            except HttpParserUpgrade as offer:
                if self._reader.is_refused():
                    return
                data = self._write_head() + data[offer.args[0] :]
            else:
                return

    def _write_head(self) -> bytes:
        line = b"%s %s HTTP/%s\r\n" % (self.get_method(), self._reader.url, self.get_http_version().encode())
        headers = [b"%s: %s\r\n" % header for header in self._reader.headers if header[0] != b"upgrade"]
        return b"".join((line, *headers, b"\r\n"))
