"""What clients may take of the server at once: requests by the second, and answers on their way out."""

from __future__ import annotations

import resource
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from ahg_graph.config.settings import read_share
from ahg_graph.errors import Overloaded, RateExceeded

_OTHER_FILES = 48  # those of workers, of the log and of the event loop, roughly
_REMEMBERED = 10_000


def read_most_connections() -> int:
    """Return how many connections this process may have: its share, as far as it may have files open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = read_share("connections")
    return wanted if files == resource.RLIM_INFINITY else max(1, min(wanted, files * 3 // 4 - _OTHER_FILES))


class RateLimiter:
    """So many requests a second for each client, with twice as many in a burst; 0 sets no limit."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def acquire(self, client: str) -> None:
        """Count one request of a client; raises RateExceeded when there were too many."""
        if not self._per_second:
            return
        now = time.monotonic()
        most = 2.0 * self._per_second
        left, then = self._buckets.pop(client, (most, now))
        left = min(most, left + (now - then) * self._per_second)
        self._buckets[client] = (max(0.0, left - 1), now)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        if left < 1:
            raise RateExceeded(f"more than {self._per_second} requests a second; try again later")


class ResponseBudget:
    """The large answers that are being sent: each body counts once, however many clients take it."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._takers: dict[int, int] = {}
        self.size = 0

    @contextmanager
    def reserve(self, body: bytes | memoryview) -> Iterator[None]:
        """Count a body for as long as the block runs; raises Overloaded when there is no room for it."""
        key, size = id(body), len(body)
        if key not in self._takers:
            if self.size and self.size + size > self._budget:
                raise Overloaded("too many large responses are being sent; try again later")
            self.size += size
        self._takers[key] = self._takers.get(key, 0) + 1
        try:
            yield
        finally:
            self._takers[key] -= 1
            if not self._takers[key]:
                del self._takers[key]
                self.size -= size
