"""The heads of requests: a GET as nearly everyone sends it, read without the parser, and what is wrong with others.

Clients send the same headers with each request, so that what they mean is read once. Only what no reader of HTTP/1.1
could take for anything else (RFC 9112) is read here: one whole head in strict form, nothing before or after it, and no
header that changes what becomes of the request. Everything else is the parser's, and looked over here afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from httptools import HttpParserInvalidURLError, parse_url

from ahg_server.problems import RequestRefused
from ahg_server.requests import decode_path

HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%:\[\]-]*")
"""What a Host header may hold."""

_REQUEST = re.compile(rb"GET (/[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*+) HTTP/1\.1\r\n((?:[^\r\n]++\r\n)++)\r\n")
_FIELD = re.compile(rb"([A-Za-z0-9!#$%&'*+.^_`|~-]++):[ \t]*+([\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)[ \t]*")
_MOST = 4096
_UNUSUAL = frozenset(
    b"connection content-length expect if-none-match keep-alive proxy-connection te trailer transfer-encoding "
    b"upgrade".split()
)

Fields = tuple[tuple[bytes, bytes], ...]


def read_plain_head(data: bytes) -> tuple[bytes, Fields] | None:
    """Return the target and the headers, their names in lower case, of the one request that the data is, or None."""
    match = _REQUEST.fullmatch(data)
    if match is None:
        return None
    target, block = match.groups()
    fields = _read_fields(block) if len(block) <= _MOST else None
    return None if fields is None else (target, fields)


@lru_cache(maxsize=1024)
def _read_fields(block: bytes) -> Fields | None:
    """Return the headers of a block of lines, or None where one is unusual."""
    fields = []
    for line in block.split(b"\r\n")[:-1]:
        match = _FIELD.fullmatch(line)
        if match is None:
            return None
        fields.append((match[1].lower(), match[2]))
    hosts = [value for name, value in fields if name == b"host"]
    if len(hosts) != 1 or not HOST.fullmatch(hosts[0]) or any(name in _UNUSUAL for name, _ in fields):
        return None
    return tuple(fields)


def find_fault(version: str, hosts: int, headers: Sequence[tuple[bytes, bytes]], url: bytes) -> str:
    """Return what makes a head that the parser took ambiguous or malformed (RFC 9112, 3.2 and 6.1), or nothing.

    `hosts` is the number of Host headers, more where one is none.
    """
    if version not in {"1.1", "1.0"}:
        return "what came is not HTTP/1.1"
    if hosts > 1 or (not hosts and version == "1.1"):
        return "a request has one Host header, with the name of a host"
    codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
    if codings and codings != [b"chunked"]:
        return "the only transfer coding is chunked"
    if url != b"*":
        try:
            path = parse_url(url).path
        except HttpParserInvalidURLError:
            path = None
        if not path:
            return "the request is for no path"
        try:
            decode_path(path)
        except RequestRefused as error:
            return str(error)
    return ""
