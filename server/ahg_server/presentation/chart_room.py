"""The room that a chart will take, so that a page keeps it free and nothing moves once the chart is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SPAN_ROWS = 18  # of one piece of a chart of spans
_MOST = 3000


def measure_room(form: str, data: Mapping[str, Any]) -> tuple[int, int]:
    """Return about how many pixels high a chart is drawn on a wide screen, and on a narrow one."""
    if form == "matrix":
        head = max((len(name) for name in data["meetings"]), default=0)
        rows = 26 * len(data["agents"])
        return _limit(rows + int(min(head, 58) * 4.7) + 100), _limit(rows + int(min(head, 40) * 6.4) + 130)
    if form == "spans":
        lanes = {span["lane"] for span in data["spans"] if span["lane"]}
        rows = len(lanes) + len({(s["lane"], s["row"], "" if s["held"] else s["state"]) for s in data["spans"]})
        axes = 32 * (rows // _SPAN_ROWS + 2)
        return _limit(rows * 24 + axes), _limit(rows * 40 + axes)
    steps = 60 + 48 * len(data["nodes"])
    return min(steps, 600), min(steps, 500)


def _limit(height: int) -> int:
    return min(height, _MOST)
