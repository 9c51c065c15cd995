"""Two replies, or what two commands wrote, held against each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest

from guards.exchanges import Reply
from guards.masking import Names, mask_body, mask_headers

_MOST_LINES = 12
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """One request or command that is not answered alike: what differs, in lines."""

    name: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"DIFFERS  {self.name}", *(f"    {line}" for line in self.lines)])


def compare_replies(name: str, before: Reply, after: Reply, names: tuple[Names, Names]) -> Difference | None:
    """Return what differs between two replies, masked by each side's names, or None when nothing does."""
    lines: list[str] = []
    if before.status != after.status:
        lines.append(f"status {before.status} -> {after.status}")
    is_same = before.body == after.body
    # A reply to HEAD tells the length of a body that is not there to be masked.
    told = is_same and not (not before.body and before.find("cache-control") == "no-store")
    heads = [mask_headers(reply, own, told) for reply, own in zip((before, after), names, strict=True)]
    lines += diff("\n".join(heads[0]), "\n".join(heads[1]))
    if not is_same:
        bodies = [mask_body(reply, own) for reply, own in zip((before, after), names, strict=True)]
        lines += compare_bodies(*bodies)
    return Difference(name, tuple(lines)) if lines else None


def compare_bodies(before: bytes, after: bytes) -> list[str]:
    """Return a short account of how two bodies differ; nothing when they do not."""
    if before == after:
        return []
    try:
        return diff(before.decode(), after.decode())
    except UnicodeDecodeError:
        place = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
        return [f"bytes from {place} on: {before[place : place + 30]!r} -> {after[place : place + 30]!r}"]


def diff(before: str, after: str) -> list[str]:
    """Return the lines that differ, `-` those before and `+` those after, long ones cut around what differs."""
    if before == after:
        return []
    old, new = before.splitlines(), after.splitlines()
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    if not gone and not come:
        place = next((n for n, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b), 0)
        return [f"the order of lines differs from line {place} on" if place else "the ends of lines differ"]
    lines = [f"-{line}" for line in gone.elements()][:_MOST_LINES]
    added = [f"+{line}" for line in come.elements()][:_MOST_LINES]
    shown = _cut([line for pair in zip_longest(lines, added) for line in pair if line is not None][:_MOST_LINES])
    left = gone.total() + come.total() - len(shown)
    return shown + ([f"... {left} more lines"] if left else [])


def _cut(lines: list[str]) -> list[str]:
    """Return lines that fit; of a pair, long ones begin shortly before the first place where they differ."""
    shown: list[str] = []
    for number, line in enumerate(lines):
        other = lines[number ^ 1] if (number ^ 1) < len(lines) else ""
        pairs = enumerate(zip(line[1:], other[1:], strict=False))
        place = next((n for n, (a, b) in pairs if a != b), min(len(line), len(other)) - 1)
        start = max(0, place - 60) if len(line) > _LONGEST and other[:1] not in ("", line[0]) else 0
        shown.append(f"{line[0]}{'...' if start else ''}{line[1 + start :][:_LONGEST]}{_more(line, start)}")
    return shown


def _more(line: str, start: int) -> str:
    left = len(line) - 1 - start - _LONGEST
    return f"... ({left} more)" if left > 0 else ""
