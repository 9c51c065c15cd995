"""What is known of queries that ran before: whether their like is quick or slow."""

from __future__ import annotations

from collections import OrderedDict
from enum import IntEnum


class Pace(IntEnum):
    """How long queries of one shape take; the order is the order of service."""

    QUICK = 0
    UNKNOWN = 1
    SLOW = 2


class History:
    """The pace of the shapes of query seen last; a shape is the text without its constants."""

    def __init__(self, capacity: int = 10_000) -> None:
        self._paces: OrderedDict[int, Pace] = OrderedDict()
        self._capacity = capacity

    def recall(self, shape: int) -> Pace:
        """Return the pace of a shape as last recorded."""
        return self._paces.get(shape, Pace.UNKNOWN)

    def record(self, shape: int, pace: Pace) -> None:
        """Record a pace; a shape that was slow once is never again called quick, only unknown."""
        before = self._paces.pop(shape, pace)
        self._paces[shape] = pace if before is pace or pace is Pace.SLOW else Pace.UNKNOWN
        if len(self._paces) > self._capacity:
            self._paces.popitem(last=False)
