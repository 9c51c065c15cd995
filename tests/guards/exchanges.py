"""Requests as bytes on a connection of their own, and the replies to them."""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import zlib
from dataclasses import dataclass, replace

HOST = "graph.example"
"""The Host of every request, so that two servers on different ports write the same addresses."""

OWN_TAG = "<etag>"
"""What stands in a request for the ETag that the server itself gave for the same address before."""

_PATIENCE = 60.0
_SILENCE = 0.8  # seconds after which nothing more is thought to come


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `raw` is sent as it is where it is given, else the request is put together from the other members.

    `times` is how often it is sent, each time on a connection of its own: what is kept is to be what was made.
    """

    target: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    body: bytes = b""
    raw: bytes = b""
    times: int = 1

    @property
    def name(self) -> str:
        """What the request is called in a report."""
        if self.raw:
            return f"raw {self.raw[:90]!r}"
        said = "".join(f" [{name}: {value[:60]}]" for name, value in self.headers)
        return f"{self.method} {self.target[:300]}{said}{f' {self.body[:80]!r}' if self.body else ''}"

    def render(self) -> bytes:
        """Return the bytes to send."""
        if self.raw:
            return self.raw
        lines = [f"{self.method} {self.target} HTTP/1.1", f"host: {HOST}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body or self.method in {"POST", "PUT", "PATCH"}:
            lines.append(f"content-length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it came; `status` is 0 where the connection ended without one. Names of headers are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def find(self, name: str) -> str:
        """Return the value of a header, or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def content(self) -> bytes:
        """The body without its content coding."""
        if self.find("content-encoding") == "gzip" and self.body:
            try:
                return gzip.decompress(self.body)
            except (OSError, EOFError, zlib.error):
                return b"<no gzip> " + self.body
        return self.body


def send(port: int, request: Request) -> Reply:
    """Send a request to a port of the loopback address and return what comes back."""
    if any(OWN_TAG in value for _, value in request.headers):
        return _send_with_tag(port, request)
    data = request.render()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
            with contextlib.suppress(ConnectionError):  # refused while it was being sent: the reason is there to read
                connection.sendall(data)
            reply, come = _read(connection, data.startswith(b"HEAD "))
            return _read_on(connection, reply, come) if request.raw else reply
    except ConnectionError:
        return Reply(0)
    except TimeoutError:
        return Reply(0, body=b"<no reply in time>")


def _send_with_tag(port: int, request: Request) -> Reply:
    """Send a request with the server's own ETag, and return the reply with that put out of sight."""
    bare = replace(request, method="GET", headers=tuple(p for p in request.headers if OWN_TAG not in p[1]))
    tag = send(port, bare).find("etag") or '"none"'
    named = replace(request, headers=tuple((name, value.replace(OWN_TAG, tag)) for name, value in request.headers))
    reply = send(port, named)
    return replace(reply, headers=tuple((name, value.replace(tag, OWN_TAG)) for name, value in reply.headers))


def parse_reply(data: bytes, is_bare: bool = False, is_whole: bool = False) -> Reply | None:
    """Return the reply that bytes begin with, or None where some are missing; `is_whole` says that no more come."""
    head, end, rest = data.partition(b"\r\n\r\n")
    if end and head.startswith(b"HTTP/1.1 100"):
        return parse_reply(rest, is_bare, is_whole)
    if not end:
        return Reply(0, body=data) if is_whole else None
    line, *lines = head.decode("latin-1").split("\r\n")
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in (text.partition(":") for text in lines))
    found = dict(headers)
    parts = line.split(" ")
    if not line.startswith("HTTP/") or len(parts) < 2 or not parts[1].isdigit():
        return Reply(0, body=data)
    status = int(parts[1])
    if is_bare or status in {204, 304}:
        return Reply(status, headers)
    if found.get("transfer-encoding") == "chunked":
        body = _join_chunks(rest)
        if body is None:
            return Reply(status, headers, b"<cut off> " + rest) if is_whole else None
        return Reply(status, headers, body)
    length = int(found["content-length"]) if found.get("content-length", "").isdigit() else None
    if length is None:
        return Reply(status, headers, rest) if is_whole else None
    if len(rest) < length:
        return Reply(status, headers, b"<cut off> " + rest) if is_whole else None
    return Reply(status, headers, rest[:length])


def _read(connection: socket.socket, is_bare: bool) -> tuple[Reply, bytes]:
    """Return the first reply, and all that has come so far."""
    data, enough = bytearray(), 0
    while True:
        try:
            part = connection.recv(1 << 18)
        except ConnectionError:
            part = b""
        data += part
        if part and len(data) < enough:
            continue
        reply = parse_reply(bytes(data), is_bare, is_whole=not part)
        if reply is not None:
            return reply, bytes(data)
        if not enough and (length := re.search(rb"\r\ncontent-length: ([0-9]+)\r\n", data)):
            enough = data.find(b"\r\n\r\n", length.start()) + 4 + int(length[1])


def _read_on(connection: socket.socket, reply: Reply, come: bytes) -> Reply:
    """Return a reply with what comes after it as a header: the statuses of further replies, and whether all ends."""
    connection.settimeout(_SILENCE)
    end = "open"
    try:
        while part := connection.recv(1 << 18):
            come += part
        end = "closed"
    except TimeoutError:
        pass
    except ConnectionError:
        end = "closed"
    further = [status.decode() for status in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", come)][1:]
    return replace(reply, headers=(*reply.headers, ("(afterwards)", " ".join([*further, end]))))


def _join_chunks(data: bytes) -> bytes | None:
    """Return the content of chunks, or None where the last is missing."""
    body, place = b"", 0
    while True:
        end = data.find(b"\r\n", place)
        if end < 0:
            return None
        size = int(data[place:end].split(b";")[0], 16)
        place = end + 2
        if not size:
            return body
        if len(data) < place + size + 2:
            return None
        body += data[place : place + size]
        place += size + 2
