"""Whether the head of a request is sound: what a second reader of HTTP/1.1 (RFC 9112) could take for something else.

Everything is checked where a request is admitted. While a head comes in, its connection asks here only what it must
know before the head is whole: how much of it there may be, and whether its target has a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from httptools import HttpParserInvalidURLError, parse_url

from ahg_graph.config.settings import read_setting
from ahg_server.http.problems import HeadTooLarge, MalformedHead, RequestRefused, UrlTooLong
from ahg_server.http.requests import Scope, decode_path
from ahg_server.http.server_address import is_sound_host

LARGEST = 64 * 1024
"""Bytes that the headers may have, as `measure_header` counts them."""

_PER_HEADER = 32  # bytes that a header costs beside its name and value, roughly
_LENGTH = re.compile(rb"[0-9]+")
_VERSIONS = frozenset({"1.1", "1.0"})


def measure_header(name: bytes, value: bytes) -> int:
    """Return the bytes that a header counts for."""
    return len(name) + len(value) + _PER_HEADER


def read_longest_url() -> int:
    """Return the bytes that a URL may have."""
    return int(read_setting("url")) * 1024


def describe_parser_error(error: BaseException | None) -> MalformedHead:
    """Return what is said of bytes that the parser refused with an error."""
    if isinstance(error, HttpParserInvalidURLError) or "Expected HTTP/" in str(error):
        return MalformedHead(
            "the URL has a character that must be percent-encoded as UTF-8: write é as %C3%A9, and a space as %20"
        )
    return MalformedHead("what came is not HTTP/1.1")


def check_target(target: bytes) -> bytes:
    """Return the authority that a request target names, empty where it is a path alone.

    Raises MalformedHead for a target that has no path, such as that of CONNECT.
    """
    if target == b"*":
        return b""
    try:
        path = parse_url(target).path
    except HttpParserInvalidURLError:
        path = None
    if not path or not path.isascii():
        raise MalformedHead("the request is for no path")
    return b"" if target.startswith(b"/") else target.partition(b"//")[2].partition(b"/")[0]


def replace_host(headers: Iterable[tuple[bytes, bytes]], authority: bytes) -> list[tuple[bytes, bytes]]:
    """Return headers with the authority of the target in the place of each Host (RFC 9112, section 3.2.2)."""
    return [(name, authority if name == b"host" else value) for name, value in headers]


def check_head(scope: Scope, longest_url: int) -> None:
    """Raise MalformedHead, HeadTooLarge or UrlTooLong for a head that is ambiguous, malformed or too large."""
    version = scope["http_version"]
    if version not in _VERSIONS:
        raise MalformedHead("what came is not HTTP/1.1")
    size, hosts, codings, lengths = 0, [], [], []
    for name, value in scope["headers"]:
        size += measure_header(name, value)
        if name == b"host":
            hosts.append(value)
        elif name == b"transfer-encoding":
            codings.append(value.strip().lower())
        elif name == b"content-length":
            lengths.append(value)
    if size > LARGEST:
        raise HeadTooLarge("the headers are too large")
    if len(hosts) > 1 or (not hosts and version == "1.1") or not all(map(is_sound_host, hosts)):
        raise MalformedHead("a request has one Host header, with the name of a host")
    if codings and codings != [b"chunked"]:
        raise MalformedHead("the only transfer coding is chunked")
    if len(lengths) + len(codings) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
        raise MalformedHead("give the length of the body once: either Content-Length or Transfer-Encoding")
    raw = scope.get("raw_path") or scope["path"].encode()
    if b"%" in raw:
        try:
            decode_path(raw)
        except RequestRefused as error:
            raise MalformedHead(str(error)) from None
    query = scope["query_string"]
    if len(raw) + len(query) + bool(query) > longest_url:
        raise UrlTooLong(
            f"the URL is longer than {longest_url // 1024} KiB; send the query in the body of a POST instead"
        )
