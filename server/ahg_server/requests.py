"""One HTTP request, read whole and strictly: what is not well-formed UTF-8 is refused, not repaired."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes

from ahg_graph.errors import BadParameter
from ahg_server.problems import BodyTooLarge, RequestRefused, SlowRequest

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_BAD_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_MOST_PARAMETERS = 1000
_FREQUENT = tuple((b"%%%02X" % code, bytes([code])) for code in b' \n"#(),/:;<=>?{}')
_WORTH_REPLACING = 8


class Disconnected(Exception):
    """The client is gone."""


class Parameters:
    """Names and values in the order in which they came."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)
        self._values: dict[str, list[str]] = {}
        for name, value in self.pairs:
            self._values.setdefault(name, []).append(value)

    def list_values(self, name: str) -> tuple[str, ...]:
        """Return every value of a name."""
        return tuple(self._values.get(name, ()))

    def find(self, name: str) -> str | None:
        """Return the one value of a name, or None; raises RequestRefused when there are several."""
        values = self._values.get(name, ())
        if len(values) > 1:
            raise RequestRefused(f"the parameter {name} is given {len(values)} times")
        return values[0] if values else None

    def __contains__(self, name: str) -> bool:
        return name in self._values


def parse_parameters(data: bytes) -> Parameters:
    """Return the parameters of a query string or a form.

    Raises RequestRefused for bad percent-encoding or bytes, and for more parameters than anyone needs.
    """
    _check_percent(data)
    if data.count(b"&") >= _MOST_PARAMETERS:
        raise RequestRefused(f"there are more than {_MOST_PARAMETERS} parameters")
    pairs = []
    for piece in data.split(b"&"):
        if piece:
            name, _, value = piece.partition(b"=")
            pairs.append((decode(_unquote(name)), decode(_unquote(value))))
    return Parameters(pairs)


def decode_path(data: bytes) -> str:
    """Return the path of a URL without percent-encoding; raises RequestRefused as `parse_parameters` does."""
    _check_percent(data)
    return decode(unquote_to_bytes(data))


def decode_query(data: bytes) -> str:
    """Return one value of a query string, decoded; raises RequestRefused as `parse_parameters` does."""
    _check_percent(data)
    return decode(_unquote(data))


def _unquote(data: bytes) -> bytes:
    """Return bytes without percent-encoding, given that it is well formed; the frequent codes cost next to nothing."""
    data = data.replace(b"+", b" ")
    if data.count(b"%") > _WORTH_REPLACING:
        for code, value in _FREQUENT:
            data = data.replace(code, value)
    # None of the values is a percent sign, so that what is left of these are codes that were there before.
    return unquote_to_bytes(data)


def _check_percent(data: bytes) -> None:
    if _BAD_PERCENT.search(data):
        raise RequestRefused("a percent sign is not followed by two hexadecimal digits")


def decode(data: bytes) -> str:
    """Return the text of UTF-8 bytes; raises RequestRefused for any others."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestRefused(f"not UTF-8: byte 0x{data[error.start]:02X} at offset {error.start}") from None


def find_header(scope: Scope, name: bytes) -> str | None:
    """Return a request header, several joined by commas, or None."""
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ", ".join(values) if values else None


def read_timeout(parameters: Parameters) -> float | None:
    """Return the `timeout` parameter in seconds, or None; raises BadParameter for anything but a positive number."""
    text = parameters.find("timeout")
    if not text:
        return None
    seconds = float(text) if _NUMBER.fullmatch(text) else 0.0
    if not 0 < seconds < math.inf:
        raise BadParameter("timeout", f"{text!r} is not a positive number of seconds")
    return seconds


async def read_body(scope: Scope, receive: Receive, limit: int, seconds: float) -> bytes:
    """Return the whole body; raises BodyTooLarge, SlowRequest and Disconnected."""
    declared = find_header(scope, b"content-length")
    if declared and declared.isdigit() and int(declared) > limit:
        raise BodyTooLarge(f"the body is larger than {limit // 1024} KiB")
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Disconnected
                body += message.get("body", b"")
                if len(body) > limit:
                    raise BodyTooLarge(f"the body is larger than {limit // 1024} KiB")
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise SlowRequest(f"the body did not come within {seconds:g} s", connection="close") from None
