"""The log of requests, one JSON object a line, and their count. No address of a visitor is written."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import orjson

from ahg_server.metrics import Metrics

_PAUSE = 0.25
_ROUTES = frozenset(
    {"sparql", "queries", "queries.json", "id", "ont", "explain", "search", "downloads", "health", "metrics", "docs"}
    | {"openapi.json", ".well-known", "static"}
)

log = logging.getLogger("ahg_graph.requests")


class Journal:
    """Notes each request at once and writes the notes a moment later, several together."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._notes: list[tuple[float, str, str, str, int, int, float, str, str]] = []

    def note(
        self, method: str, path: str, status: int, size: int, request_id: str, seconds: float, query: str, code: str
    ) -> None:
        """Count a request and, where the log is wanted, keep a line for it; `query` is the digest of its text."""
        root = path[1:].partition("/")[0].partition("?")[0]
        self._metrics.observe("/" + root if not root or root in _ROUTES else "other", status, seconds)
        if not log.isEnabledFor(logging.INFO):
            return
        if not self._notes:
            asyncio.get_running_loop().call_later(_PAUSE, self.write)
        self._notes.append((time.time(), request_id, method, path, status, size, seconds, query, code))

    def write(self) -> None:
        """Write the lines that wait."""
        notes, self._notes = self._notes, []
        if notes:
            log.info("\n".join(orjson.dumps(_describe(*note)).decode() for note in notes))


def _describe(
    moment: float, request: str, method: str, path: str, status: int, size: int, seconds: float, query: str, code: str
) -> dict[str, Any]:
    note = {
        "time": moment,
        "request": request,
        "method": method,
        "path": path.partition("?")[0],
        "status": status,
        "bytes": size,
        "milliseconds": round(seconds * 1000, 3),
    }
    if query:
        note["query"] = query
    if code:
        note["code"] = code
    return note
