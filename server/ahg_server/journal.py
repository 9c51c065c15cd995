"""The log of requests, one JSON object a line, and their count. No address of a visitor is written."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import orjson

from ahg_server.metrics import Metrics
from ahg_server.replies import Reply
from ahg_server.requests import Scope

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
        self._notes: list[dict[str, Any]] = []

    def note(self, scope: Scope, reply: Reply, request_id: str, code: str, seconds: float) -> None:
        """Count a request and, where the log is wanted, keep a line for it."""
        root = scope["path"][1:].partition("/")[0]
        route = "/" + root if not root or root in _ROUTES else "other"
        self._metrics.observe(route, reply.status, seconds)
        if not log.isEnabledFor(logging.INFO):
            return
        if not self._notes:
            asyncio.get_running_loop().call_later(_PAUSE, self.write)
        note = {
            "time": time.time(),
            "request": request_id,
            "method": scope["method"],
            "path": scope["path"],
            "status": reply.status,
            "bytes": len(reply.body),
            "milliseconds": round(seconds * 1000, 3),
        }
        if "ahg_graph.query" in scope:
            note["query"] = scope["ahg_graph.query"]
        if code:
            note["code"] = code
        self._notes.append(note)

    def write(self) -> None:
        """Write the lines that wait."""
        notes, self._notes = self._notes, []
        if notes:
            log.info("\n".join(orjson.dumps(note).decode() for note in notes))
