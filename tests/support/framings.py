"""Requests in every framing that two readers of HTTP/1.1 might take apart in two ways, and two such readers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import h11
import httptools

from ahg_server.asgi.parser import UpgradeIgnoringParser

Request = tuple[bytes, bytes, bytes]
"""Method, target and body."""

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b'SELECT ("""\r\n' + SMUGGLED + b'""" AS ?x) {}'
LAST = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nConnection: close\r\n\r\n"
_HEAD = b"Host: x\r\nAccept: text/csv\r\nContent-Type: application/sparql-query\r\n"
_SIZE = b"%d" % len(BODY)
_CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)

_LENGTHS = {
    "length": b"Content-Length: " + _SIZE,
    "length in small letters": b"content-length: " + _SIZE,
    "length without space": b"Content-Length:" + _SIZE,
    "length with tabs": b"Content-Length:\t" + _SIZE + b"\t",
    "length with zeros": b"Content-Length: 000" + _SIZE,
    "length with a plus": b"Content-Length: +" + _SIZE,
    "length as a fraction": b"Content-Length: " + _SIZE + b".0",
    "length in hexadecimal": b"Content-Length: 0x%x" % len(BODY),
    "length with an underscore": b"Content-Length: " + _SIZE[:1] + b"_" + _SIZE[1:],
    "length of other digits": b"Content-Length: " + "٥".encode(),
    "length in a list": b"Content-Length: " + _SIZE + b", " + _SIZE,
    "length in a list with nothing": b"Content-Length: " + _SIZE + b",",
    "length twice": b"Content-Length: " + _SIZE + b"\r\nContent-Length: " + _SIZE,
    "two lengths": b"Content-Length: 5\r\nContent-Length: " + _SIZE,
    "two lengths the other way": b"Content-Length: " + _SIZE + b"\r\nContent-Length: 5",
    "a length that is empty": b"Content-Length: ",
    "a length and one that is empty": b"Content-Length: " + _SIZE + b"\r\nContent-Length: ",
    "a negative length": b"Content-Length: -1",
    "a huge length": b"Content-Length: 18446744073709551616",
    "a name with a space": b"Content-Length : " + _SIZE,
    "a name with a tab": b"Content-Length\t: " + _SIZE,
    "a line that goes on": b"X-A: b\r\n Content-Length: 5\r\nContent-Length: " + _SIZE,
    "a first line that goes on": b"Content-Length:\r\n " + _SIZE,
    "a bare line feed": b"X-A: b\nContent-Length: " + _SIZE,
    "a bare carriage return": b"X-A: b\rContent-Length: 5\r\nContent-Length: " + _SIZE,
    "a zero byte": b"X-A: b\0\r\nContent-Length: " + _SIZE,
    "a zero byte in a name": b"Content-Length\0: 5\r\nContent-Length: " + _SIZE,
    "a name of another alphabet": "Content-Lengt\u04bb: 5\r\nContent-Length: ".encode() + _SIZE,
    "an offer": b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: " + _SIZE,
    "two offers": b"Upgrade: a, b\r\nConnection: keep-alive, upgrade\r\nUpgrade: c\r\nContent-Length: " + _SIZE,
    "a connection that names the length": b"Connection: Content-Length\r\nContent-Length: " + _SIZE,
}
_CODINGS = {
    "chunked": b"Transfer-Encoding: chunked",
    "chunked in capitals": b"TRANSFER-ENCODING: CHUNKED",
    "chunked without space": b"Transfer-Encoding:chunked",
    "chunked behind a tab": b"Transfer-Encoding:\tchunked",
    "chunked and space": b"Transfer-Encoding: chunked ",
    "chunked behind a control": b"Transfer-Encoding: \x0bchunked",
    "chunked with a parameter": b"Transfer-Encoding: chunked;a=b",
    "chunked in quotes": b'Transfer-Encoding: "chunked"',
    "chunked with a comma": b"Transfer-Encoding: chunked,",
    "chunked behind a comma": b"Transfer-Encoding: , chunked",
    "chunked twice": b"Transfer-Encoding: chunked, chunked",
    "chunked in two lines": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "chunked behind gzip": b"Transfer-Encoding: gzip, chunked",
    "chunked before gzip": b"Transfer-Encoding: chunked, gzip",
    "chunked behind identity": b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "identity behind chunked": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "identity": b"Transfer-Encoding: identity",
    "nothing": b"Transfer-Encoding: ",
    "another word": b"Transfer-Encoding: xchunked",
    "a name with a space": b"Transfer-Encoding : chunked",
    "a coding and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 5",
    "a length and a coding": b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    "a line that goes on": b"Transfer-Encoding:\r\n chunked",
    "an offer": b"Connection: Upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked",
    "a connection that names the coding": b"Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked",
}
_BODIES = {
    "in capitals": b"%X\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "with zeros": b"000%x\r\n%s\r\n000\r\n\r\n" % (len(BODY), BODY),
    "with an extension": b"%x;a=b\r\n%s\r\n0;c\r\n\r\n" % (len(BODY), BODY),
    "with an extension in quotes": b'%x;a="\\"b"\r\n%s\r\n0\r\n\r\n' % (len(BODY), BODY),
    "with space behind the size": b"%x \r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "with 0x": b"0x%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "with a sign": b"+%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "of no size": b"\r\n%s\r\n0\r\n\r\n" % BODY,
    "of a huge size": b"1%016x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "with line feeds": b"%x\n%s\n0\n\n" % (len(BODY), BODY),
    "with a line feed behind the size": b"%x\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "with a line feed in an extension": b"%x;a\nb\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "with a return in an extension": b"%x;a\rb\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "too long": b"%x\r\n%sXX\r\n0\r\n\r\n" % (len(BODY), BODY),
    "too short": b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY) + 2, BODY),
    "in two chunks": b"5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (BODY[:5], len(BODY) - 5, BODY[5:]),
    "with a trailer": b"%x\r\n%s\r\n0\r\nX-A: b\r\n\r\n" % (len(BODY), BODY),
    "with a length behind it": b"%x\r\n%s\r\n0\r\nContent-Length: 5\r\nHost: y\r\n\r\n" % (len(BODY), BODY),
    "with a trailer that goes on": b"%x\r\n%s\r\n0\r\nX-A: b\r\n c\r\n\r\n" % (len(BODY), BODY),
    "with a trailer and a line feed": b"%x\r\n%s\r\n0\r\nX-A: b\n\r\n" % (len(BODY), BODY),
}
_METHODS = (b"GET", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"PATCH")


def list_framings() -> Iterator[tuple[str, bytes]]:
    """Yield a name and the bytes of a request in each framing; whatever its body is, it holds another request."""
    for name, line in _LENGTHS.items():
        yield f"length: {name}", b"POST /sparql HTTP/1.1\r\n" + _HEAD + line + b"\r\n\r\n" + BODY
    for name, line in _CODINGS.items():
        yield f"coding: {name}", b"POST /sparql HTTP/1.1\r\n" + _HEAD + line + b"\r\n\r\n" + _CHUNKS
    for name, body in _BODIES.items():
        yield f"chunks: {name}", b"POST /sparql HTTP/1.1\r\n" + _HEAD + _CODINGS["chunked"] + b"\r\n\r\n" + body
    for method, (line, body) in product(_METHODS, ((_LENGTHS["length"], BODY), (_CODINGS["chunked"], _CHUNKS))):
        yield (
            f"method: {method.decode()}, {line[:7].decode().lower()}",
            method + b" /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + _HEAD + line + b"\r\n\r\n" + body,
        )
    for version, line in product((b"1.0", b"1.2", b"2.0", b"0.9"), (_LENGTHS["length"], _CODINGS["chunked"])):
        body = BODY if line is _LENGTHS["length"] else _CHUNKS
        yield (
            f"version: {version.decode()}, {line[:7].decode().lower()}",
            b"POST /sparql HTTP/%s\r\n" % version + _HEAD + line + b"\r\n\r\n" + body,
        )


def read_by_h11(data: bytes) -> tuple[list[Request], bool]:
    """Return the whole requests that h11 reads before the end or a fault, and whether there was a fault."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    connection.receive_data(data)
    found: list[Request] = []
    method = target = body = b""
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Request):
                method, target, body = event.method, event.target, b""
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                found.append((method, target, body))
                connection.send(h11.Response(status_code=200, headers=[(b"content-length", b"0")]))
                connection.send(h11.EndOfMessage())
                if connection.our_state is h11.MUST_CLOSE:
                    return found, False
                connection.start_next_cycle()
            else:
                return found, False
    except h11.RemoteProtocolError:
        return found, True


class _Reader:
    def __init__(self) -> None:
        self.url, self.headers = b"", list[tuple[bytes, bytes]]()
        self.found: list[Request] = []
        self.parser: httptools.HttpRequestParser
        self._body, self._is_taken = b"", False

    def is_refused(self) -> bool:
        return False

    def on_message_begin(self) -> None:
        self.url, self.headers, self._body, self._is_taken = b"", [], b"", False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._is_taken = not self.parser.should_upgrade()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._is_taken:
            self.found.append((self.parser.get_method(), self.url, self._body))


def read_by_httptools(data: bytes) -> tuple[list[Request], bool]:
    """Return the same as httptools reads it, which takes no offer of another protocol."""
    reader = _Reader()
    reader.parser = UpgradeIgnoringParser(reader)
    try:
        reader.parser.feed_data(data)
    except httptools.HttpParserError:
        return reader.found, True
    return reader.found, False
