"""Dates as documents write them: days, spans of days and months."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_M = r"(?:" + "|".join(sorted({*_MONTHS, *_SHORT_MONTHS}, key=len, reverse=True)) + r")\b\.?"
_D = r"\d{1,2}(?:st|nd|rd|th)?"
_TO = r"\s*(?:-|–|—|/|&|to|and|until|through)\s*"
_FORMS = (
    rf"(?P<d1>{_D})\s*(?:of\s+)?(?P<m1>{_M})(?:,?\s+(?P<y1>\d{{4}}))?{_TO}(?P<d2>{_D})\s*(?:of\s+)?(?P<m2>{_M}),?\s+(?P<y2>\d{{4}})",
    rf"(?P<d1>{_D})(?:,\s*{_D})*,?{_TO}(?P<d2>{_D})\s+(?:of\s+)?(?P<m2>{_M}),?\s+(?P<y2>\d{{4}})",
    rf"(?P<d2>{_D})\s*(?:of\s+)?(?P<m2>{_M}),?\s+(?P<y2>\d{{4}})",
    rf"(?P<m1>{_M})\s+(?P<d1>{_D}){_TO}(?P<m2>{_M})\s+(?P<d2>{_D}),?\s+(?P<y2>\d{{4}})",
    rf"(?P<m2>{_M})\s+(?P<d1>{_D}){_TO}(?P<d2>{_D}),?\s+(?P<y2>\d{{4}})",
    rf"(?P<m2>{_M})\s+(?P<d2>{_D}),?\s+(?P<y2>\d{{4}})",
    r"(?P<y2>\d{4})-(?P<n2>\d{2})-(?P<d2>\d{2})",
    rf"(?P<m2>{_M}),?\s+(?:of\s+)?(?P<y2>\d{{4}})",
)
_DATES = [re.compile(r"(?<![\w/-])" + form + r"(?!\w)", re.IGNORECASE) for form in _FORMS]


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date in a text: as written, its first and last day, and where it stands."""

    text: str
    start: date
    end: date
    offset: int

    @property
    def is_day(self) -> bool:
        """Return whether days are written, and not only a month."""
        return bool(re.match(r"\D*\d{1,2}\D", self.text)) or self.text[:4].isdecimal()


def find_dates(text: str) -> Iterator[DateSpan]:
    """Yield the dates of a text in the order of reading; what is no day of the calendar is passed over."""
    at = 0
    while at < len(text):
        matches = [match for form in _DATES if (match := form.search(text, at))]
        if not matches:
            return
        match = min(matches, key=lambda found: (found.start(), -found.end()))
        span = _read(match)
        if span:
            yield span
        at = match.end()


def read_leading_date(text: str) -> DateSpan | None:
    """Return the date of days that a text begins with."""
    found = next(find_dates(text[:80]), None)
    return found if found and found.offset == 0 and found.is_day else None


def _read(match: re.Match[str]) -> DateSpan | None:
    found = {"d1": None, "m1": None, "y1": None, "d2": None, "n2": None, "m2": None} | match.groupdict()
    last_month = _read_month(found["m2"]) if found["m2"] else int(found["n2"] or 0)
    year = int(found["y2"] or 0)
    first_month = _read_month(found["m1"]) if found["m1"] else last_month
    try:
        if found["d2"] is None:
            days = calendar.monthrange(year, last_month)[1]
            return DateSpan(match[0], date(year, last_month, 1), date(year, last_month, days), match.start())
        end = date(year, last_month, _read_day(found["d2"]))
        first = _read_day(found["d1"]) if found["d1"] else end.day
        start = date(int(found["y1"] or (year - (first_month > last_month))), first_month, first)
    except ValueError:
        return None
    return DateSpan(match[0], start, end, match.start()) if start <= end else None


def _read_month(name: str) -> int:
    key = name.lower().rstrip(".")
    return _MONTHS.get(key) or _SHORT_MONTHS[key]


def _read_day(text: str) -> int:
    return int(re.sub(r"\D", "", text))
