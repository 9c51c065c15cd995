"""Dates, times and durations added and taken from each other (XPath Functions and Operators, section 10.8).

SPARQL 1.1 has no such operators and lets engines have them (section 17.3.1); the engine's own give no value where a
month ends in between.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from ahg_graph.sparql.grammar.terms import XSD

_MOMENT = re.compile(r"(?:(-?\d{4,})-(\d\d)-(\d\d))?T?(?:(\d\d):(\d\d):(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:\d\d)?")
_DURATION = re.compile(
    r"(-?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_DAY = 86400
_MOMENTS = {XSD + "date", XSD + "dateTime", XSD + "time"}
_DURATIONS = {XSD + "duration", XSD + "dayTimeDuration", XSD + "yearMonthDuration"}
TEMPORAL = _MOMENTS | _DURATIONS
"""The datatypes that are added here."""

Typed = tuple[str, str]
"""A lexical form and a datatype."""


class _Moment(NamedTuple):
    """A point in time as days and seconds of the calendar, and its time zone as written."""

    days: int
    seconds: Decimal
    zone: str


class _Duration(NamedTuple):
    """Months and seconds."""

    months: int
    seconds: Decimal


def combine(left: Typed, right: Typed, sign: str) -> Typed | None:
    """Return the sum or difference, or None where there is none."""
    if left[1] in _DURATIONS and right[1] in _MOMENTS and sign == "+":
        left, right = right, left
    if left[1] in _MOMENTS and right[1] in _DURATIONS:
        return _shift(left, right, sign)
    if left[1] == right[1] and left[1] in _MOMENTS and sign == "-":
        return _subtract(left, right)
    if left[1] == right[1] and left[1] in _DURATIONS:
        first, second = _read_duration(left[0]), _read_duration(right[0])
        if first is None or second is None:
            return None
        factor = 1 if sign == "+" else -1
        return _write_duration(first.months + factor * second.months, first.seconds + factor * second.seconds, left[1])
    return None


def write_canonical_duration(lexical: str, datatype: str) -> str | None:
    """Return the canonical form of a duration, or None for what is none."""
    found = _read_duration(lexical)
    written = _write_duration(found.months, found.seconds, datatype) if found else None
    return written[0] if written else None


def find_instant(lexical: str, datatype: str) -> Decimal | None:
    """Return the seconds from a fixed moment to a date or time, one without a time zone being taken for UTC."""
    found = _read_moment((lexical, datatype)) if datatype in _MOMENTS else None
    return None if found is None else found.days * _DAY + found.seconds - _read_zone(found.zone)


def _shift(moment: Typed, duration: Typed, sign: str) -> Typed | None:
    start, length = _read_moment(moment), _read_duration(duration[0])
    if start is None or length is None:
        return None
    factor = 1 if sign == "+" else -1
    if moment[1] == XSD + "time":
        if length.months:
            return None
        return _write_moment(_Moment(0, (start.seconds + factor * length.seconds) % _DAY, start.zone), moment[1])
    year, month, day = _to_date(start.days)
    months = year * 12 + month - 1 + factor * length.months
    year, month = months // 12, months % 12 + 1
    days = _to_days(year, month, min(day, _count_days(year, month)))
    more, seconds = divmod(start.seconds + factor * length.seconds, _DAY)
    if seconds < 0:
        more, seconds = more - 1, seconds + _DAY
    return _write_moment(_Moment(days + int(more), seconds, start.zone), moment[1])


def _subtract(left: Typed, right: Typed) -> Typed | None:
    first, second = _read_moment(left), _read_moment(right)
    if first is None or second is None or bool(first.zone) != bool(second.zone):
        return None
    seconds = (first.days - second.days) * _DAY + first.seconds - second.seconds
    return _write_duration(0, seconds - _read_zone(first.zone) + _read_zone(second.zone), XSD + "dayTimeDuration")


def _read_moment(term: Typed) -> _Moment | None:
    match = _MOMENT.fullmatch(term[0])
    if (
        match is None
        or (match[1] is None) != (term[1] == XSD + "time")
        or (match[4] is None) != (term[1] == XSD + "date")
    ):
        return None
    days, seconds = 0, Decimal(0)
    if match[1]:
        year, month, day = int(match[1]), int(match[2]), int(match[3])
        if not 1 <= month <= 12 or not 1 <= day <= _count_days(year, month):
            return None
        days = _to_days(year, month, day)
    if match[4]:
        hours, minutes, seconds = int(match[4]), int(match[5]), Decimal(match[6])
        if hours > 24 or minutes > 59 or seconds >= 60 or (hours == 24 and (minutes or seconds)):
            return None
        seconds += hours * 3600 + minutes * 60
        if hours == 24:
            days, seconds = days + 1, Decimal(0)
    return _Moment(days, seconds, match[7] or "")


def _read_duration(text: str) -> _Duration | None:
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    years, months, days, hours, minutes = (int(match[number] or 0) for number in range(2, 7))
    seconds = Decimal(match[7] or 0) + days * _DAY + hours * 3600 + minutes * 60
    factor = -1 if match[1] else 1
    return _Duration(factor * (years * 12 + months), factor * seconds)


def _write_moment(moment: _Moment, datatype: str) -> Typed:
    hours, rest = divmod(moment.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    time = f"{int(hours):02}:{int(minutes):02}:{int(seconds):02}{_write_fraction(seconds)}"
    if datatype == XSD + "time":
        return time + moment.zone, datatype
    year, month, day = _to_date(moment.days)
    date = f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day:02}"
    return (date if datatype == XSD + "date" else f"{date}T{time}") + moment.zone, datatype


def _write_duration(months: int, seconds: Decimal, datatype: str) -> Typed | None:
    if months * seconds < 0:
        return None  # no lexical form has both signs
    sign = "-" if months < 0 or seconds < 0 else ""
    years, months = divmod(abs(months), 12)
    days, rest = divmod(abs(seconds), _DAY)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    date = "".join(f"{int(number)}{unit}" for number, unit in ((years, "Y"), (months, "M"), (days, "D")) if number)
    time = "".join(f"{int(number)}{unit}" for number, unit in ((hours, "H"), (minutes, "M")) if number)
    if rest:
        time += f"{int(rest)}{_write_fraction(rest)}S"
    nothing = "0M" if datatype == XSD + "yearMonthDuration" else "T0S"
    return f"{sign}P{date + ('T' + time if time else '') or nothing}", datatype


def _write_fraction(seconds: Decimal) -> str:
    fraction = f"{seconds % 1:f}".partition(".")[2].rstrip("0")
    return f".{fraction}" if fraction else ""


def _read_zone(zone: str) -> int:
    if zone in ("", "Z"):
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


def _count_days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _to_days(year: int, month: int, day: int) -> int:
    """Return the days since 1 March of the year 0 of the Gregorian calendar, extended to all years."""
    year, month = (year, month - 3) if month > 2 else (year - 1, month + 9)
    return year * 365 + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 1


def _to_date(days: int) -> tuple[int, int, int]:
    era, rest = divmod(days, 146097)
    of_era = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    of_year = rest - (365 * of_era + of_era // 4 - of_era // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    year = of_era + era * 400
    return (year, month + 3, day) if month < 10 else (year + 1, month - 9, day)
