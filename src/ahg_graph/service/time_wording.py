"""The four bounds of a time to words: one phrase an interval, the owner of all wording of dates."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
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

    @classmethod
    def read(cls, list_values: Callable[[str], Sequence[str]], bounds: Sequence[str]) -> Timespan:
        """Return the bounds that a thing has by the properties that give them, the closest before the others."""
        return cls(*(next((v for bound in bounds[place::4] for v in list_values(bound)), None) for place in range(4)))

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
        first, by, until, last = self._bounds
        if self.is_exact and first and last:
            return describe_days(first, last)
        if first and by and ((first, by) == (until, last) or until is last is None):
            return show_day(first) if first == by else _name_whole(first, by) or _between(first, by)
        return self._describe()

    def describe_state(self) -> str:
        """Return how long something lasted: `from ... until ...`, `recorded on ...; start and end not recorded`."""
        first, last = self.start_not_before, self.end_not_after
        if self.is_exact and first and last:
            return f"on {show_day(first)}" if first == last else f"from {show_day(first)} until {show_day(last)}"
        return self._describe()

    def describe_briefly(self, is_event: bool = False) -> str:
        """Return when something was, as a part of a sentence: `by 5 March 2013`, `from ... until ...`, `in 2002`."""
        first, by, until, last = self._bounds
        if self.is_exact and first and last:
            return (
                f"on {describe_days(first, last)}"
                if is_event or first == last
                else f"from {show_day(first)} until {show_day(last)}"
            )
        if is_event and first and by:
            whole = _name_whole(first, by)
            return f"on {show_day(by)}" if first == by else f"in {whole}" if whole else _between(first, by)
        if by and until and by > until:
            return f"at some time {_between(until, by)}"
        if first and by:
            begin = f"from {show_day(by)}" if first == by else f"from some day {_between(first, by)}"
        else:
            begin = f"by {show_day(by)}" if by else f"no earlier than {show_day(first)}" if first else ""
        end = f"until {show_day(last)}" if last and self.is_end_exact else f"ended by {show_day(last)}" if last else ""
        return ", ".join(part for part in (begin, end) if part)

    def _describe(self) -> str:
        """Return the bounds of a time whose first and last day are not both known."""
        first, by, until, last = self._bounds
        if first is last is None and by and until:
            return f"recorded {_name_recorded(by, until)}; start and end not recorded"
        if by and first == by and until and last is None:
            return f"from {show_day(by)}" + (f" until {show_day(until)} or later" if until > by else "")
        if by and by == last and first is until is None:
            return f"on or before {show_day(by)}"
        lasted = by and until and last is None and until >= by
        end = f"still recorded on {show_day(until)}" if lasted and until else _bound("ended", until, last)
        return "; ".join(part for part in (_bound("began", first, by), end) if part)


def _name_recorded(by: str, until: str) -> str:
    """Return when something was the case that began by one day and lasted until another, or longer."""
    if by == until:
        return f"on {show_day(by)}"
    if by < until:
        return f"from {show_day(by)} until {show_day(until)}"
    return f"some time between {show_day(until)} and {show_day(by)}"


def _bound(word: str, low: str | None, high: str | None) -> str:
    if low and high:
        if low == high:
            return f"{word} on {show_day(low)}"
        whole = _name_whole(low, high)
        return f"{word} in {whole}" if whole else f"{word} {_between(low, high)}"
    if low:
        return f"{word} on or after {show_day(low)}"
    return f"{word} on or before {show_day(high)}" if high else ""


def _between(low: str, high: str) -> str:
    return f"between {show_day(low)} and {show_day(high)}"


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
