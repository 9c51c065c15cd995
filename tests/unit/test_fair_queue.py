"""Who is served when: the line in front of the workers, and what is remembered of queries."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ahg_graph.workers.fair_queue import FairQueue
from ahg_graph.workers.runtime_history import QueryClass, RuntimeHistory


@dataclass(eq=False)
class Item:
    client: str
    pace: QueryClass
    name: str = ""
    fingerprint: int = 0


def drain(line: FairQueue[Item], with_slow: bool = True) -> list[str]:
    found = []
    while (item := line.pop(with_slow)) is not None:
        found.append(item.name)
    return found


def fill(*items: tuple[str, QueryClass, str]) -> FairQueue[Item]:
    line: FairQueue[Item] = FairQueue()
    for client, pace, name in items:
        line.push(Item(client, pace, name))
    return line


def test_quick_goes_before_unknown_and_unknown_before_slow() -> None:
    line = fill(("a", QueryClass.SLOW, "3"), ("a", QueryClass.UNKNOWN, "2"), ("b", QueryClass.QUICK, "1"))
    assert drain(line) == ["1", "2", "3"]


def test_clients_take_turns_and_each_keeps_its_order() -> None:
    line = fill(
        *((client, QueryClass.UNKNOWN, f"{client}{n}") for client in "ab" for n in range(3)),
        ("c", QueryClass.UNKNOWN, "c0"),
    )
    assert drain(line) == ["a0", "b0", "c0", "a1", "b1", "a2", "b2"]


def test_slow_ones_stay_where_there_is_no_room_for_them() -> None:
    line = fill(("a", QueryClass.SLOW, "slow"), ("a", QueryClass.QUICK, "quick"))
    assert drain(line, with_slow=False) == ["quick"]
    assert len(line) == 1
    assert drain(line) == ["slow"]


def test_a_flood_of_quick_ones_does_not_starve_an_unknown() -> None:
    line = fill(*(("a", QueryClass.QUICK, str(n)) for n in range(50)), ("b", QueryClass.UNKNOWN, "unknown"))
    assert drain(line).index("unknown") < 10


def test_one_that_comes_back_goes_first_of_its_pace() -> None:
    line = fill(("a", QueryClass.SLOW, "1"), ("b", QueryClass.SLOW, "2"))
    line.push_back(Item("b", QueryClass.SLOW, "again"))
    assert drain(line) == ["again", "1", "2"]


def test_the_surplus_is_the_newest_of_the_slowest_of_the_busiest() -> None:
    line = fill(
        ("a", QueryClass.SLOW, "a1"), ("b", QueryClass.SLOW, "b1"), ("b", QueryClass.SLOW, "b2"),
        ("c", QueryClass.QUICK, "c1"),
        ("c", QueryClass.QUICK, "c2"), ("c", QueryClass.QUICK, "c3"),
    )  # fmt: skip
    assert [line.evict().name for _ in range(6)] == ["b2", "a1", "b1", "c3", "c2", "c1"]
    with pytest.raises(IndexError):
        line.evict()


def test_one_that_waits_can_leave_once() -> None:
    line: FairQueue[Item] = FairQueue()
    item = Item("a", QueryClass.QUICK)
    line.push(item)
    line.remove(item)
    assert len(line) == 0
    with pytest.raises(ValueError):
        line.remove(item)


def test_the_like_of_a_slow_query_waits_among_the_slow() -> None:
    line: FairQueue[Item] = FairQueue()
    for number, fingerprint in enumerate((1, 2, 1)):
        line.push(Item("a", QueryClass.UNKNOWN, str(number), fingerprint))
    line.demote(1)
    assert drain(line, with_slow=False) == ["1"]
    assert drain(line) == ["0", "2"]


def test_what_was_slow_once_is_never_called_quick() -> None:
    history = RuntimeHistory()
    assert history.recall(1) is QueryClass.UNKNOWN
    history.record(1, QueryClass.QUICK)
    assert history.recall(1) is QueryClass.QUICK
    history.record(1, QueryClass.SLOW)
    assert history.recall(1) is QueryClass.SLOW
    history.record(1, QueryClass.QUICK)
    history.record(1, QueryClass.QUICK)
    assert history.recall(1) is QueryClass.UNKNOWN


def test_the_history_forgets_what_was_seen_longest_ago() -> None:
    history = RuntimeHistory(capacity=2)
    for fingerprint in (1, 2, 3):
        history.record(fingerprint, QueryClass.QUICK)
    assert [history.recall(fingerprint) for fingerprint in (1, 2, 3)] == [
        QueryClass.UNKNOWN,
        QueryClass.QUICK,
        QueryClass.QUICK,
    ]
