"""One HTTP request, read whole and strictly: what is not well-formed UTF-8 is refused, not repaired."""

from __future__ import annotations

import asyncio
import math
import re
from binascii import a2b_qp
from collections.abc import Awaitable, Callable, Coroutine, Iterable, MutableMapping, Sequence
from typing import Any, TypeVar

from ahg_graph.config.settings import read_setting
from ahg_graph.errors import BadParameter
from ahg_server.http.problems import BodyTooLarge, RequestRefused, SlowRequest, UnsupportedMediaType

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_MOST_PARAMETERS = 1000
_TRACKING = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid", "igsh",
    "li_fat_id", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi",
})  # fmt: skip
"""What advertisers and social networks add to an address."""
_WHILE = 0.05

Value = TypeVar("Value")


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

    def list_given(self, *names: str) -> tuple[str, ...]:
        """Return every value of some names that is not empty: an empty one is as good as none."""
        return tuple(value for name in names for value in self._values.get(name, ()) if value)

    def find(self, name: str) -> str | None:
        """Return the one value of a name, or None; raises RequestRefused when there are several."""
        values = self._values.get(name, ())
        if len(values) > 1:
            raise RequestRefused(f"the parameter {name} is given {len(values)} times")
        return values[0] if values else None

    def __contains__(self, name: str) -> bool:
        return name in self._values


def parse_parameters(data: bytes) -> Parameters:
    """Return the parameters of a query string or a form, without those by which others follow a shared link.

    Raises RequestRefused for bad percent-encoding or bytes, and for more parameters than anyone needs.
    """
    if data.count(b"&") >= _MOST_PARAMETERS:
        raise RequestRefused(f"there are more than {_MOST_PARAMETERS} parameters")
    pairs = []
    for piece in data.split(b"&"):
        if piece:
            name, _, value = piece.partition(b"=")
            pairs.append((decode(_unquote_form(name)), decode(_unquote_form(value))))
    return Parameters(pair for pair in pairs if pair[0] not in _TRACKING and not pair[0].startswith("utm_"))


def decode_path(data: bytes) -> str:
    """Return the path of a URL without percent-encoding; raises RequestRefused as `parse_parameters` does."""
    return decode(_unquote(data))


def _unquote_form(data: bytes) -> bytes:
    return _unquote(data.replace(b"+", b" ") if b"+" in data else data)


def _unquote(data: bytes) -> bytes:
    """Return bytes without percent-encoding; raises RequestRefused where that is not well formed.

    They are converted to quoted-printable, which the standard library reads at the speed of C: each sequence that is
    well formed takes two bytes less then, and any other less than two or, before the end of a line, two as well.
    """
    if b"%" not in data:
        return data
    quoted = data.replace(b"=", b"=3D").replace(b"%", b"=")
    found = a2b_qp(quoted)
    if len(quoted) - len(found) != 2 * quoted.count(b"=") or b"%\n" in data or b"%\r" in data:
        raise RequestRefused("a percent sign is not followed by two hexadecimal digits")
    return found


def decode(data: bytes) -> str:
    """Return the text of UTF-8 bytes; raises RequestRefused for any others."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestRefused(f"not UTF-8: byte 0x{data[error.start]:02X} at offset {error.start}") from None


def find_header(scope: Scope, name: bytes) -> str | None:
    """Return a request header, several joined by commas, or None."""
    found: bytes | None = None
    for key, value in scope["headers"]:
        if key == name:
            found = value if found is None else found + b", " + value
    return None if found is None else found.decode("latin-1")


def read_timeout(parameters: Parameters) -> float | None:
    """Return the `timeout` parameter in seconds, or None; raises BadParameter for anything but a positive number."""
    text = parameters.find("timeout")
    if not text:
        return None
    seconds = float(text) if _NUMBER.fullmatch(text) else 0.0
    if not 0 < seconds < math.inf:
        raise BadParameter("timeout", f"{text!r} is not a positive number of seconds")
    return seconds


def find_media_type(scope: Scope) -> str:
    """Return the media type of the body, without its parameters, or nothing."""
    return (find_header(scope, b"content-type") or "").partition(";")[0].strip().lower()


async def read_typed_body(scope: Scope, receive: Receive, kinds: Sequence[str]) -> tuple[str, bytes]:
    """Return the media type of a body, one of `kinds`, and the body, which is in UTF-8 and not compressed.

    Raises UnsupportedMediaType and what `read_body` raises.
    """
    kind, options = find_media_type(scope), (find_header(scope, b"content-type") or "").lower().partition(";")[2]
    if kind not in kinds:
        raise UnsupportedMediaType(f"the body is of type {kind or '(none)'}, and read are {' and '.join(kinds)}")
    charset = next((o.partition("=")[2].strip(' "') for o in options.split(";") if o.strip().startswith("charset")), "")
    if charset and charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f"the body is in {charset}, and only UTF-8 is read")
    coding = (find_header(scope, b"content-encoding") or "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaType(
            f"the body has Content-Encoding {coding}; send it uncompressed", accept_encoding="identity"
        )
    return kind, await read_body(scope, receive, int(read_setting("body")) * 1024, float(read_setting("receive")))


def read_flag(parameters: Parameters, name: str) -> bool:
    """Return whether a parameter is 1; raises BadParameter unless it is that, 0 or nothing."""
    text = parameters.find(name)
    if text not in (None, "", "0", "1"):
        raise BadParameter(name, f"{text!r} is neither 0 nor 1", ("0", "1"))
    return text == "1"


def has_body(scope: Scope) -> bool:
    """Return whether a body may follow the head of a request."""
    return find_header(scope, b"transfer-encoding") is not None or (find_header(scope, b"content-length") or "0") != "0"


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


def read_key_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bytes, bytes]:
    """Return Accept, Accept-Encoding and If-None-Match, each empty where it is absent."""
    accept = encoding = condition = b""
    for name, value in headers:
        if name == b"accept":
            accept = accept + b"," + value if accept else value
        elif name == b"accept-encoding":
            encoding = encoding + b"," + value if encoding else value
        elif name == b"if-none-match":
            condition = condition + b"," + value if condition else value
    return accept, encoding, condition


async def stop_when_gone(work: Coroutine[Any, Any, Value], receive: Receive) -> Value:
    """Return what the work returns; end it when the client goes, which is looked for only after a while."""
    loop = asyncio.get_running_loop()
    worker = asyncio.current_task()
    watch: asyncio.Task[None] | None = None
    gone = False

    async def look() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        if worker:
            worker.cancel()

    def begin() -> None:
        nonlocal watch
        watch = loop.create_task(look())

    timer = loop.call_later(_WHILE, begin)
    try:
        return await work
    except asyncio.CancelledError:
        if gone:
            raise Disconnected from None
        raise
    finally:
        timer.cancel()
        if watch:
            watch.cancel()
