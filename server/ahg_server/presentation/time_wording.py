"""The four bounds of a time to words: what is open stays open, what is exact is said shortly."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAY = re.compile(r"(-?\d{4,})-(\d{2})-(\d{2})(?:Z|[+-]\d{2}:\d{2})?")


@dataclass(frozen=True, slots=True)
class Timespan:
    """Bounds of the first and of the last day as ISO dates; None where the sources leave one open."""

    start_not_before: str | None = None
    start_not_after: str | None = None
    end_not_before: str | None = None
    end_not_after: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is any bound."""
        return any(self._bounds)

    @property
    def is_exact(self) -> bool:
        """Whether first and last day are known."""
        return all(self._bounds) and self.start_not_before == self.start_not_after and self.is_end_exact

    @property
    def is_end_exact(self) -> bool:
        """Whether the last day is known."""
        return self.end_not_before is not None and self.end_not_before == self.end_not_after

    @property
    def earliest(self) -> str:
        """The first bound that there is, for sorting; an open time comes last."""
        return next((bound for bound in self._bounds if bound), "9999")

    @property
    def _bounds(self) -> tuple[str | None, ...]:
        return (self.start_not_before, self.start_not_after, self.end_not_before, self.end_not_after)

    def describe_event(self) -> str:
        """Return when something that happens took place: `10–11 May 2011`, `March 2011`, `between ... and ...`."""
        first, by, _, last = self._bounds
        if self.is_exact and first and last:
            return describe_days(first, last)
        if first and last and by == last and self.end_not_before == first and (whole := _name_whole(first, last)):
            return whole
        if first and by and last is None and self.end_not_before is None:
            return describe_days(first, by) if first == by else f"between {show_day(first)} and {show_day(by)}"
        start = _bound(first, by, "began", "no earlier than", "no later than")
        end = _bound(self.end_not_before, last, "ended", "no earlier than", "no later than")
        if (first, by) == (self.end_not_before, last) and first and by:
            return f"between {show_day(first)} and {show_day(by)}"
        return "; ".join(part for part in (start, end) if part)

    def describe_state(self) -> str:
        """Return how long a state of affairs lasted, as far as the sources attest it."""
        start = _bound(self.start_not_before, self.start_not_after, "from", "not before", "at the latest from")
        if self.end_not_after is None:
            end = f"still on {show_day(self.end_not_before)}" if self.end_not_before else ""
        else:
            end = _bound(self.end_not_before, self.end_not_after, "until", "not before", "at the latest until")
        return "; ".join(part for part in (start, end) if part)


def _bound(low: str | None, high: str | None, word: str, after: str, before: str) -> str:
    if low and high:
        if low == high:
            return f"{word} {show_day(low)}"
        return f"{word} {_name_whole(low, high) or f'between {show_day(low)} and {show_day(high)}'}"
    if low:
        return f"{word} {after} {show_day(low)}" if word in ("began", "ended") else f"{after} {show_day(low)}"
    if high:
        return f"{word} {before} {show_day(high)}" if word in ("began", "ended") else f"{before} {show_day(high)}"
    return ""


def show_day(text: str) -> str:
    """Return an ISO date as a reader writes it, `12 October 2011`; any other text comes back unchanged."""
    day = parse_day(text)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else text


def parse_day(text: str) -> date | None:
    """Return the day of an ISO date, or None for any other text."""
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def describe_days(first: str, last: str) -> str:
    """Return a first and a last day in few words: `10–11 May 2011`."""
    one, other = parse_day(first), parse_day(last)
    if one is None or other is None or one == other:
        return show_day(first)
    if (one.year, one.month) == (other.year, other.month):
        return f"{one.day}–{show_day(last)}"
    if one.year == other.year:
        return f"{one.day} {_MONTHS[one.month - 1]} – {show_day(last)}"
    return f"{show_day(first)} – {show_day(last)}"


def _name_whole(first: str, last: str) -> str:
    """Return the month or year that two days are the first and the last of, or nothing."""
    one, other = parse_day(first), parse_day(last)
    if one is None or other is None or one.year != other.year or one.day != 1:
        return ""
    if other.day != monthrange(other.year, other.month)[1]:
        return ""
    if one.month == other.month:
        return f"{_MONTHS[one.month - 1]} {one.year}"
    return str(one.year) if (one.month, other.month) == (1, 12) else ""
