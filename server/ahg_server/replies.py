"""A whole reply: what goes out once it is complete, and never before."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus

from ahg_server.negotiation import parse_accept

Headers = tuple[tuple[bytes, bytes], ...]

_WORTH_CODING = 1024
_LONG = 1 << 20  # a longer body is hashed and compressed beside the event loop
_COMPRESSIBLE = (b"text/", b"application/json", b"application/problem+json", b"application/ld+json")


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers (names in lower case) and the complete body."""

    status: int
    headers: Headers
    body: bytes | memoryview = b""

    def find_header(self, name: bytes) -> bytes | None:
        """Return the first value of a header, or None."""
        return next((value for key, value in self.headers if key == name), None)

    def add_headers(self, headers: Iterable[tuple[bytes, bytes]]) -> Reply:
        """Return the reply with those of the headers that it does not have yet."""
        present = {name for name, _ in self.headers}
        return replace(self, headers=(*self.headers, *(h for h in headers if h[0] not in present)))

    @property
    def is_public(self) -> bool:
        """Whether anyone who asks the same gets the same, as long as the snapshot stays."""
        control = self.find_header(b"cache-control")
        return self.status == 200 and control is not None and b"public" in control


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply as it goes over the wire: everything but the date and the number of the request."""

    reply: Reply
    head: bytes
    body: bytes | memoryview
    not_modified: bytes

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.head) * 3 + len(self.body)


def keep(reply: Reply) -> Kept:
    """Return a finished reply in the form in which it is kept."""
    return Kept(reply, _render(reply), reply.body, _render(shorten_to_not_modified(reply)))


def _render(reply: Reply) -> bytes:
    """Return status line and headers of HTTP/1.1, without the empty line that ends them."""
    line = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n".encode()
    return line + b"".join(b"%s: %s\r\n" % header for header in reply.headers)


def accepts_gzip(header: str) -> bool:
    """Say whether an Accept-Encoding header allows gzip."""
    if "gzip" not in header and "*" not in header:
        return False
    weights = {p.subtype: p.quality for p in parse_accept(",".join(f"x/{part.strip()}" for part in header.split(",")))}
    return weights.get("gzip", weights.get("*", 0.0)) > 0


async def finish(reply: Reply, gzipped: bool) -> Reply:
    """Return the reply as it is sent: coded when that pays, with its length, and an ETag made from the bytes sent."""
    if len(reply.body) > _LONG:
        return await asyncio.to_thread(_finish, reply, gzipped)
    return _finish(reply, gzipped)


def matches(reply: Reply, if_none_match: bytes) -> bool:
    """Say whether an If-None-Match header names the reply's ETag (weak comparison)."""
    etag = reply.find_header(b"etag")
    if etag is None:
        return False
    tags = [tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")]
    return b"*" in tags or etag in tags


def shorten_to_not_modified(reply: Reply) -> Reply:
    """Return the 304 that stands for a reply."""
    dropped = (b"content-length", b"content-type", b"content-encoding", b"content-disposition")
    return Reply(304, tuple(header for header in reply.headers if header[0] not in dropped))


def _finish(reply: Reply, gzipped: bool) -> Reply:
    headers = [header for header in reply.headers if header[0] != b"content-length"]
    body = reply.body
    if gzipped and len(body) >= _WORTH_CODING and _is_compressible(reply):
        coded = gzip.compress(body, compresslevel=6 if len(body) < _LONG else 1, mtime=0)
        if len(coded) < len(body):
            body = coded
            headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    if reply.status == 200 and reply.find_header(b"etag") is None:
        headers.append((b"etag", b'"' + hashlib.sha256(body).hexdigest().encode() + b'"'))
    return Reply(reply.status, tuple(headers), body)


def _is_compressible(reply: Reply) -> bool:
    kind = reply.find_header(b"content-type") or b""
    return reply.find_header(b"content-encoding") is None and (
        kind.startswith(_COMPRESSIBLE)
        or b"+json" in kind
        or b"+xml" in kind
        or b"n-triples" in kind
        or b"xml" in kind
        or b"trig" in kind
        or b"n-quads" in kind
        or b"javascript" in kind
    )
