"""What may differ between two replies that are the same, put out of sight by stated rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from guards.exchanges import Reply

LEFT_OUT = frozenset({"date", "x-request-id"})
"""Headers that differ each time."""

BY_BODY = frozenset({"etag", "content-length"})
"""Headers that follow from the body: they are compared where the bodies are the same before masking."""

_DURATION = re.compile(rb'("(?:seconds|duration|elapsed|uptime|age)"\s*:\s*)[0-9.eE+-]+')
_BLANK = re.compile(rb'_:[A-Za-z0-9]+|(?<=nodeID=")[A-Za-z0-9]+|(?<="type":"bnode","value":")[^"]+')
_POOL = re.compile(rb'"workers":\{(?:[^{}]|\{[^{}]*\})*\}')

Names = Mapping[bytes, bytes]


def name_places(port: int, folders: Sequence[str], identities: Iterable[str]) -> dict[bytes, bytes]:
    """Return what stands for a server's own address, its folders and its releases, the longest first."""
    names = {f"127.0.0.1:{port}": "<address>"}
    names |= {folder: f"<folder {number}>" for number, folder in enumerate(folders, 1)}
    names |= {identity: f"<release {number}>" for number, identity in enumerate(identities, 1)}
    return {key.encode(): names[key].encode() for key in sorted(names, key=len, reverse=True)}


def mask(data: bytes, names: Names, number: str = "") -> bytes:
    """Return bytes with a server's own names, the number of the request and durations put out of sight."""
    for name, word in names.items():
        data = data.replace(name, word)
    if number:
        data = data.replace(number.encode(), b"<request>")
    return _DURATION.sub(rb"\1<duration>", data)


def mask_body(reply: Reply, names: Names) -> bytes:
    """Return the content of a reply as it is compared: masked, and of metrics what is said of each."""
    data = mask(reply.content, names, reply.find("x-request-id"))
    kind = reply.find("content-type")
    if kind.startswith("text/plain; version="):
        return b"\n".join(
            sorted(line for line in data.splitlines() if line.startswith(b"# ") and b"_ended" not in line)
        )
    data = _POOL.sub(b'"workers":<pool>', data)
    data, count = _BLANK.subn(b"_:<blank>", data)
    if not count:
        return data
    return b"\n".join(sorted(line.strip(b"[],") for line in data.replace(b"},{", b"}\n{").splitlines()))


def mask_headers(reply: Reply, names: Names, with_body: bool) -> list[str]:
    """Return the headers of a reply as they are compared, sorted; `with_body` adds those that follow from the body."""
    out = LEFT_OUT if with_body else LEFT_OUT | BY_BODY
    number = reply.find("x-request-id")
    return sorted(
        f"{name}: {mask(value.encode('latin-1'), names, number).decode('latin-1')}"
        for name, value in reply.headers
        if name not in out
    )
