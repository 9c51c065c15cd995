"""Dates in a question: a day, a month or a year, and from when until when a span runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ahg_graph.queries.words import MONTHS, Word
from ahg_graph.rdf.partial_dates import parse_date

_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The days that a question names: `first` and `last`, each a year, a month or a day; either may be open.

    `words` are the places of the words that say so.
    """

    first: str | None
    last: str | None
    words: frozenset[int]

    @property
    def date(self) -> str | None:
        """The one date named, where there is just one."""
        return self.first if self.first == self.last else None


@dataclass(frozen=True, slots=True)
class _Date:
    text: str
    start: int
    end: int


def find_span(words: Sequence[Word]) -> DateSpan | None:
    """Return the days that a question names, or None where it names none or more than a span has ends."""
    dates = _find_dates(words)
    if not dates or len(dates) > 2:
        return None
    used = {place for date in dates for place in range(date.start, date.end)}
    before = words[dates[0].start - 1].folded if dates[0].start else ""
    if len(dates) == 2:
        return DateSpan(dates[0].text, dates[1].text, frozenset(used)) if dates[0].text <= dates[1].text else None
    text = dates[0].text
    if before in ("since", "from", "starting"):
        return DateSpan(text, None, frozenset(used))
    if before in ("until", "till", "through"):
        return DateSpan(None, text, frozenset(used))
    if before in ("after", "before"):
        moved = _move(text, 1 if before == "after" else -1)
        return DateSpan(moved, None, frozenset(used)) if before == "after" else DateSpan(None, moved, frozenset(used))
    return DateSpan(text, text, frozenset(used))


def _move(text: str, step: int) -> str:
    """Return the next or the last year, month or day."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return str(parts[0] + step)
    if len(parts) == 2:
        months = parts[0] * 12 + parts[1] - 1 + step
        return f"{months // 12}-{months % 12 + 1:02d}"
    from datetime import date, timedelta

    return (date(*parts) + timedelta(days=step)).isoformat()


def _find_dates(words: Sequence[Word]) -> list[_Date]:
    found: list[_Date] = []
    place = 0
    while place < len(words):
        date = _read_date(words, place)
        if date is None:
            place += 1
            continue
        found.append(date)
        place = date.end
    return _share_years(words, found)


def _read_date(words: Sequence[Word], at: int) -> _Date | None:
    """Return the longest date that begins at a word; a month without a year is `-MM` or `-MM-DD` for now."""
    texts = [word.folded for word in words[at : at + 4]]
    month = MONTHS.get(texts[0])
    if (month is not None and texts[0] != "may") or (
        month is not None and len(texts) > 1 and _YEAR.fullmatch(texts[1])
    ):
        day = _DAY.fullmatch(texts[1]) if len(texts) > 1 else None
        if day and len(texts) > 2 and _YEAR.fullmatch(texts[2]):
            return _check(f"{texts[2]}-{month:02d}-{int(day[1]):02d}", at, at + 3)
        if len(texts) > 1 and _YEAR.fullmatch(texts[1]):
            return _check(f"{texts[1]}-{month:02d}", at, at + 2)
        return _Date(f"-{month:02d}", at, at + 1)
    day = _DAY.fullmatch(texts[0])
    rest = [text for text in texts[1:] if text != "of"]
    skipped = len(texts[1:]) - len(rest)
    if day and rest and rest[0] in MONTHS:
        month = MONTHS[rest[0]]
        if len(rest) > 1 and _YEAR.fullmatch(rest[1]):
            return _check(f"{rest[1]}-{month:02d}-{int(day[1]):02d}", at, at + 3 + skipped)
        return _Date(f"-{month:02d}-{int(day[1]):02d}", at, at + 2 + skipped)
    if len(texts) > 1 and re.fullmatch(r"0?[1-9]|1[0-2]", texts[0]) and _YEAR.fullmatch(texts[1]):
        return _check(f"{texts[1]}-{int(texts[0]):02d}", at, at + 2)
    if _YEAR.fullmatch(texts[0]):
        for size in (3, 2):
            if len(texts) >= size and all(re.fullmatch(r"\d\d?", text) for text in texts[1:size]):
                date = _check("-".join(text.zfill(2) for text in texts[:size]), at, at + size)
                if date is not None:
                    return date
        return _Date(texts[0], at, at + 1)
    return None


def _check(text: str, start: int, end: int) -> _Date | None:
    try:
        parse_date(text)
    except ValueError:
        return None
    return _Date(text, start, end)


def _share_years(words: Sequence[Word], dates: list[_Date]) -> list[_Date]:
    """Return dates with the year of the next one where they have none; what stays without is no date."""
    shared: list[_Date] = []
    year = ""
    for date in reversed(dates):
        if date.text.startswith("-"):
            if not year:
                continue
            date = _Date(year + date.text, date.start, date.end)
        year = date.text[:4]
        shared.append(date)
    return shared[::-1]
