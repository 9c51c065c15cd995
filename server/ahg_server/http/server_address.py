"""The address of the server as clients see it, and what a Host header may say of it."""

from __future__ import annotations

import re

from ahg_graph.config.settings import read_setting
from ahg_server.http.problems import RequestRefused
from ahg_server.http.requests import Scope, find_header

_SOUND = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%:\[\]-]*")
_NAMED = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
"""A host of the Internet with or without a port: all that is written into an answer."""


def is_sound_host(value: bytes) -> bool:
    """Say whether a Host header has the characters of an authority (RFC 3986, section 3.2); it may be empty."""
    return _SOUND.fullmatch(value) is not None


def find_address(scope: Scope) -> str:
    """Return scheme and authority of the server as clients see it; raises RequestRefused for a strange Host header."""
    if address := str(read_setting("address")):
        return address.rstrip("/")
    host = find_header(scope, b"host")
    if host is None or not _NAMED.fullmatch(host):
        raise RequestRefused("the Host header names no host")
    return f"{scope['scheme']}://{host}"
