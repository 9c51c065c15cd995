"""The log of requests, one JSON object a line, and their count. No address of a visitor is written."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from ahg_server.http.metrics import Metrics
from ahg_server.http.urls import ROOTS

_PAUSE = 0.25

log = logging.getLogger("ahg_graph.requests")


@dataclass(slots=True)
class Note:
    """What the log says of a request; `query` is the digest of its text, `size` the bytes of the reply's body."""

    request_id: str
    method: str = ""
    path: str = ""
    status: int = 0
    size: int = 0
    seconds: float = 0.0
    query: str = ""
    code: str = ""
    moment: float = 0.0


@lru_cache(maxsize=1024)
def name_route(path: str) -> str:
    """Return the route that a request counts for: the first part of its path without its extension, or `other`."""
    root = path[1:].partition("?")[0].partition("/")[0]
    known = next((name for name in (root, root.rpartition(".")[0]) if name in ROOTS), None)
    return f"/{known or ''}" if known or not root else "other"


class AccessLog:
    """Notes each request at once and writes the notes a moment later, several together."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._notes: list[Note] = []

    def log(self, note: Note) -> None:
        """Count a request that is over and, where the log is wanted, keep a line for it."""
        self._metrics.observe(name_route(note.path), note.status, note.seconds)
        if not log.isEnabledFor(logging.INFO):
            return
        if not self._notes:
            asyncio.get_running_loop().call_later(_PAUSE, self.write)
        note.moment = time.time()
        self._notes.append(note)

    def write(self) -> None:
        """Write the lines that wait."""
        notes, self._notes = self._notes, []
        if notes:
            log.info("\n".join(orjson.dumps(_describe(note)).decode() for note in notes))


def _describe(note: Note) -> dict[str, Any]:
    line = {
        "time": note.moment,
        "request": note.request_id,
        "method": note.method,
        "path": note.path.partition("?")[0],
        "status": note.status,
        "bytes": note.size,
        "milliseconds": round(note.seconds * 1000, 3),
    }
    if note.query:
        line["query"] = note.query
    if note.code:
        line["code"] = note.code
    return line
