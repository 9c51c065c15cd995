"""The queue in front of the workers: quick queries first, and within one pace each client in turn."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, Protocol, TypeVar

from ahg_graph.workers.runtime_history import QueryClass

_TURN = 8  # every so many, an unknown query goes before the quick ones, so that a flood of those cannot starve it


class Waiting(Protocol):
    """What can wait in the queue; its pace is changed by the queue only while it does."""

    client: str
    fingerprint: int
    pace: QueryClass


Item = TypeVar("Item", bound=Waiting)


class FairQueue(Generic[Item]):
    """Items that wait, in one ring of clients for each pace; each client's items keep their order."""

    def __init__(self) -> None:
        self._rings: tuple[OrderedDict[str, deque[Item]], ...] = tuple(OrderedDict() for _ in QueryClass)
        self._count = 0
        self._popped = 0

    def __len__(self) -> int:
        return self._count

    def push(self, item: Item) -> None:
        """Add an item behind the others of its client."""
        self._rings[item.pace].setdefault(item.client, deque()).append(item)
        self._count += 1

    def push_back(self, item: Item) -> None:
        """Put an item that had its turn before all the others of its pace."""
        ring = self._rings[item.pace]
        ring.setdefault(item.client, deque()).appendleft(item)
        ring.move_to_end(item.client, last=False)
        self._count += 1

    def pop(self, with_slow: bool) -> Item | None:
        """Take the next item out, or None when nothing may go; slow ones go only `with_slow`."""
        order = [QueryClass.QUICK, QueryClass.UNKNOWN] + [QueryClass.SLOW] * with_slow
        if self._popped % _TURN == _TURN - 1:
            order[:2] = QueryClass.UNKNOWN, QueryClass.QUICK
        for pace in order:
            ring = self._rings[pace]
            if ring:
                client, items = next(iter(ring.items()))
                item = items.popleft()
                ring.move_to_end(client)
                self._leave(item)
                self._popped += 1
                return item
        return None

    def demote(self, fingerprint: int) -> None:
        """Let everyone who waits with a query of a fingerprint that turned out slow wait among the slow."""
        for pace in (QueryClass.QUICK, QueryClass.UNKNOWN):
            for items in list(self._rings[pace].values()):
                for item in [item for item in items if item.fingerprint == fingerprint]:
                    self.remove(item)
                    item.pace = QueryClass.SLOW
                    self.push(item)

    def remove(self, item: Item) -> None:
        """Take an item out; raises ValueError when it is not in the line."""
        items = self._rings[item.pace].get(item.client)
        if items is None:
            raise ValueError("not in the line")
        items.remove(item)
        self._leave(item)

    def evict(self) -> Item:
        """Take out the item that is to go when there are too many: the newest of the slowest pace and, of that pace,
        of the client with the most. Raises IndexError when the line is empty.
        """
        for pace in reversed(QueryClass):
            ring = self._rings[pace]
            if ring:
                client = max(ring, key=lambda client: len(ring[client]))
                item = ring[client].pop()
                self._leave(item)
                return item
        raise IndexError("nobody waits")

    def _leave(self, item: Item) -> None:
        ring = self._rings[item.pace]
        if not ring[item.client]:
            del ring[item.client]
        self._count -= 1
