"""A whole reply: what goes out once it is complete, and never before."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ahg_graph.sparql.media_types import CSV, JSON, JSON_LD, PROBLEM, TSV, XLSX
from ahg_server.http.negotiation import parse_accept

if TYPE_CHECKING:
    from starlette.responses import Response

Headers = tuple[tuple[bytes, bytes], ...]

_WORTH_CODING = 1024  # bytes from which a body is compressed for those who accept it
STREAMED_FROM = 4 * 1024 * 1024
"""Bytes beyond which a file that has an ETag goes out as it lies there, and not through `finalize`."""
_LONG = 1 << 20  # a longer body is hashed and compressed beside the event loop
_COMPRESSIBLE = (b"text/", JSON.encode(), PROBLEM.encode(), JSON_LD.encode())


class BufferedResponse(NamedTuple):
    """Status, headers (names in lower case), the complete body, and the headers that follow from the body."""

    status: int
    headers: Headers
    body: bytes | memoryview = b""
    entity: Headers = ()

    def find_header(self, name: bytes) -> bytes | None:
        """Return the first value of a header, or None."""
        for key, value in self.headers + self.entity:
            if key == name:
                return value
        return None

    def add_headers(self, headers: Headers) -> BufferedResponse:
        """Return the reply with those of the headers that it does not have yet."""
        return BufferedResponse(self.status, _merge(self.headers, headers), self.body, self.entity)

    def detach(self) -> BufferedResponse:
        """Return the reply with a body of its own, to be kept: one that is mapped holds a file open."""
        if isinstance(self.body, bytes):
            return self
        return BufferedResponse(self.status, self.headers, bytes(self.body), self.entity)

    @property
    def is_public(self) -> bool:
        """Whether anyone who asks the same gets the same, as long as the snapshot stays."""
        return self.status == 200 and _is_public(self.headers)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.body) + _measure(self.headers) + sum([len(name) + len(value) for name, value in self.entity])


@lru_cache(maxsize=256)
def accepts_gzip(header: str) -> bool:
    """Return whether an Accept-Encoding header allows gzip."""
    header = header.lower()
    if "gzip" not in header and "*" not in header:
        return False
    weights = {p.subtype: p.quality for p in parse_accept(",".join(f"x/{part.strip()}" for part in header.split(",")))}
    return weights.get("gzip", weights.get("*", 0.0)) > 0


async def finalize(reply: BufferedResponse, gzipped: bool) -> BufferedResponse:
    """Return the reply as it is sent: coded when that pays, with its length, and an ETag made from the bytes sent."""
    if len(reply.body) > _LONG:
        return await asyncio.to_thread(finalize_at_once, reply, gzipped)
    return finalize_at_once(reply, gzipped)


def matches(reply: BufferedResponse, if_none_match: bytes) -> bool:
    """Return whether an If-None-Match header names the reply's ETag (weak comparison)."""
    etag = reply.find_header(b"etag")
    if etag is None:
        return False
    tags = [tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")]
    return b"*" in tags or etag in tags


def shorten_to_not_modified(reply: BufferedResponse) -> BufferedResponse:
    """Return the 304 that stands for a reply."""
    dropped = (b"content-length", b"content-type", b"content-encoding", b"content-disposition")
    return BufferedResponse(304, tuple(header for header in reply.headers + reply.entity if header[0] not in dropped))


def finalize_at_once(reply: BufferedResponse, gzipped: bool) -> BufferedResponse:
    """Do what `finalize` does; for bodies that take no time to speak of."""
    entity: list[tuple[bytes, bytes]] = []
    body = reply.body
    if gzipped and len(body) >= _WORTH_CODING and _is_compressible(reply):
        coded = gzip.compress(body, compresslevel=6 if len(body) < _LONG else 1, mtime=0)
        if len(coded) < len(body):
            body = coded
            entity.append((b"content-encoding", b"gzip"))
    entity.append((b"content-length", b"%d" % len(body)))
    if reply.status == 200 and reply.find_header(b"etag") is None:
        entity.append((b"etag", _make_etag(body)))
    return BufferedResponse(reply.status, _drop_length(reply.headers), body, tuple(entity))


def _make_etag(body: bytes | memoryview) -> bytes:
    return b'"%s"' % hashlib.sha256(body).hexdigest().encode()


@lru_cache(maxsize=1024)
def _merge(headers: Headers, others: Headers) -> Headers:
    present = {name for name, _ in headers}
    return (*headers, *(header for header in others if header[0] not in present))


@lru_cache(maxsize=1024)
def _is_public(headers: Headers) -> bool:
    return b"public" in next((value for name, value in headers if name == b"cache-control"), b"")


@lru_cache(maxsize=1024)
def _measure(headers: Headers) -> int:
    return sum(len(name) + len(value) for name, value in headers)


@lru_cache(maxsize=1024)
def _drop_length(headers: Headers) -> Headers:
    return tuple(header for header in headers if header[0] != b"content-length")


def _is_compressible(reply: BufferedResponse) -> bool:
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


def answer_as_file(body: bytes, media_type: str, name: str, excel: bool = False) -> tuple[bytes, Headers]:
    """Return the body and the header of an answer with a name: a table is saved, everything else is shown.

    `excel` lets CSV begin with a byte-order mark, without which Excel does not read it as UTF-8.
    """
    if excel and media_type == CSV:
        body = b"\xef\xbb\xbf" + body
    kind = "attachment" if media_type in (CSV, TSV, XLSX) else "inline"
    return body, ((b"content-disposition", f'{kind}; filename="{name}"'.encode()),)


def redirect(status: int, address: str, lasting: bool = True) -> BufferedResponse:
    """Return a redirection; one that is `lasting` may be cached."""
    control = b"public, no-cache" if lasting else b"no-cache"
    return BufferedResponse(status, ((b"location", address.encode()), (b"cache-control", control)))


def to_response(reply: BufferedResponse) -> Response:
    """Return a Starlette response with exactly the headers of a reply, which are completed by `finalize` later."""
    from starlette.responses import Response

    response = Response(bytes(reply.body), reply.status)
    response.raw_headers = [*response.raw_headers, *reply.headers]
    return response
