"""What is known of queries that ran before: whether their like is quick or slow."""

from __future__ import annotations

from collections import OrderedDict
from enum import IntEnum


class QueryClass(IntEnum):
    """How long queries of one fingerprint take; the order is the order of service."""

    QUICK = 0
    UNKNOWN = 1
    SLOW = 2


class RuntimeHistory:
    """The pace of the shapes of query seen last; a fingerprint is the text without its constants."""

    def __init__(self, capacity: int = 10_000) -> None:
        self._paces: OrderedDict[int, QueryClass] = OrderedDict()
        self._capacity = capacity

    def recall(self, fingerprint: int) -> QueryClass:
        """Return the pace of a fingerprint as last recorded."""
        return self._paces.get(fingerprint, QueryClass.UNKNOWN)

    def record(self, fingerprint: int, pace: QueryClass) -> None:
        """Record a pace; a fingerprint that was slow once is never again called quick, only unknown."""
        before = self._paces.pop(fingerprint, pace)
        self._paces[fingerprint] = pace if before is pace or pace is QueryClass.SLOW else QueryClass.UNKNOWN
        if len(self._paces) > self._capacity:
            self._paces.popitem(last=False)
