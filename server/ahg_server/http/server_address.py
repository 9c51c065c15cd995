"""The address of the server as clients see it, and what a Host header may say of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ahg_graph.config.settings import SETTINGS, read_setting
from ahg_graph.errors import SettingError
from ahg_server.http.client_address import is_named_host, is_prefix
from ahg_server.http.problems import RequestRefused
from ahg_server.http.requests import Scope, find_header

_SOUND = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%:\[\]-]*")


def is_sound_host(value: bytes) -> bool:
    """Say whether a Host header has the characters of an authority (RFC 3986, section 3.2); it may be empty."""
    return _SOUND.fullmatch(value) is not None


def read_public_address() -> tuple[str, str]:
    """Return the two parts of the public address that the operator has set: up to the host, and the path.

    Both are empty where it is not set. Raises SettingError for what is no address.
    """
    text = str(read_setting("address"))
    if not text:
        return "", ""
    parts = urlsplit(text)
    prefix = parts.path.rstrip("/")
    if parts.scheme not in {"http", "https"} or not is_named_host(parts.netloc) or parts.query or parts.fragment:
        problem = "begins with http:// or https://, and has a host and perhaps a path"
    elif prefix and not is_prefix(prefix):
        problem = "has a path of letters, digits and -._~ between its slashes"
    else:
        return f"{parts.scheme}://{parts.netloc}", prefix
    setting = SETTINGS["address"]
    raise SettingError(f"{setting.variable}={text!r}: such an address {problem} ({setting.help})")


def is_own_origin(origin: str) -> bool:
    """Say whether an Origin header names this server's public address, or a page of the machine that asks.

    The Host header is not believed: it has whatever name a browser was led here by.
    """
    try:
        host = urlsplit(origin).hostname
    except ValueError:
        return False
    return (origin != "" and origin == read_public_address()[0]) or host in {"localhost", "127.0.0.1", "::1"}


def find_address(scope: Scope) -> str:
    """Return scheme and authority of the server as clients see it; raises RequestRefused for a strange Host header."""
    if address := read_public_address()[0]:
        return address
    host = scope.get("forwarded_host") or find_header(scope, b"host")
    if host is None or not is_named_host(host):
        raise RequestRefused("the Host header names no host")
    return f"{scope['scheme']}://{host}"
