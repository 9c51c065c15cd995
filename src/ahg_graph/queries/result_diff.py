"""What differs between two answers to one question: rows added, removed and changed, distinguished by its key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from ahg_graph.sparql.result_tables import ResultTable

Term = Mapping[str, str]
Row = Mapping[str, Term]
Key = tuple[tuple[tuple[str, str], ...], ...]


class RowChange(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that differs, as it was and as it is; `columns` are those whose values differ in a changed row."""

    kind: RowChange
    before: Row | None
    after: Row | None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Differences:
    """The rows that differ: in the order of the later answer, then those removed in that of the earlier."""

    found: tuple[Difference, ...]
    unchanged: int

    def count(self) -> dict[str, int]:
        """Return the number of rows of each kind, the unchanged ones included."""
        kinds = {kind.value: sum(difference.kind is kind for difference in self.found) for kind in RowChange}
        return {**kinds, "unchanged": self.unchanged}


def compare_tables(earlier: ResultTable, later: ResultTable, key: Sequence[str]) -> Differences:
    """Return what differs between two tables of the same columns; a row is the same row when its key is.

    Where several rows have a key, equal rows are paired first and the others in their order.
    """
    before, after = _group(earlier, key), _group(later, key)
    found: list[Difference] = []
    unchanged = 0
    for identity, rows in after.items():
        for old, new in _pair(before.get(identity, []), rows):
            if old is not None and new is not None:
                columns = tuple(name for name in later.columns if old.get(name) != new.get(name))
                if columns:
                    found.append(Difference(RowChange.CHANGED, old, new, columns))
                else:
                    unchanged += 1
            elif new is not None:
                found.append(Difference(RowChange.ADDED, None, new))
            else:
                found.append(Difference(RowChange.REMOVED, old, None))
    for identity, rows in before.items():
        if identity not in after:
            found.extend(Difference(RowChange.REMOVED, row, None) for row in rows)
    found.sort(key=lambda difference: difference.kind is RowChange.REMOVED)
    return Differences(tuple(found), unchanged)


def _group(table: ResultTable, key: Sequence[str]) -> dict[Key, list[Row]]:
    groups: dict[Key, list[Row]] = {}
    for row in table.rows:
        groups.setdefault(tuple(tuple(sorted(row.get(name, {}).items())) for name in key), []).append(row)
    return groups


def _pair(before: Sequence[Row], after: Sequence[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield the rows of one key in pairs, equal ones together."""
    rest, fresh = list(before), []
    for row in after:
        if row in rest:
            rest.remove(row)
            yield row, row
        else:
            fresh.append(row)
    yield from zip_longest(rest, fresh)
