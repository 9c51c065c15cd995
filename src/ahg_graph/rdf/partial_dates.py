"""Dates as readers write them: a day, a month or a year, as the first and the last day it may mean."""

from __future__ import annotations

import calendar
import re
from datetime import date

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def parse_date(text: str) -> tuple[str, str]:
    """Return the first and the last day of `2011-10-12`, `2011-10` or `2011`, as ISO 8601 days.

    Raises ValueError for anything else and for a day that no calendar has.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError("expected a day (2011-10-12), a month (2011-10) or a year (2011)")
    year, month = int(match[1]), int(match[2] or 1)
    try:
        if match[3]:
            found = date(year, month, int(match[3])).isoformat()
            return found, found
        if match[2]:
            if not 1 <= month <= 12:
                raise ValueError
            return date(year, month, 1).isoformat(), date(year, month, calendar.monthrange(year, month)[1]).isoformat()
        return date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
    except ValueError as error:
        raise ValueError(f"there is no such day: {text.strip()}") from error
