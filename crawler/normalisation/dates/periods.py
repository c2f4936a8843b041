"""Reads a year, a month or a day as people write it into its first and last day."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Final

from crawler.errors import BadValue

YEARS: Final = range(1600, 2101)
"""The years of which articles are read: the first newspapers are of the 17th century, and nothing is of a day to come.
Another year is misread."""
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


class NoSuchDay(BadValue):
    """The text has the form of a day, month or year that is not in the calendar."""


def read_period(text: str) -> tuple[date, date]:
    """Return the first and the last day of ``2022``, ``2022-03`` or ``2022-03-11``: of a day, twice the same.

    Spaces around it and a month or day of one digit are allowed. Raises BadValue for anything else, and NoSuchDay for
    what is not in the calendar.

    >>> read_period("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        raise BadValue(f"{text[:40]!r} is no year, month or day: it reads 2022, 2022-03 or 2022-03-11")
    year, month, day = (int(part) if part else None for part in match.groups(default=""))
    assert year is not None
    try:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
        if day is not None:
            return first, first
        return first, date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    except ValueError:
        raise NoSuchDay(f"there is no {text[:40]!r} in the calendar") from None


def is_exact_period(text: str) -> bool:
    """Return True if a text is a year, month or day exactly as archives write it: ``2022-03``, and not ``2022-3``."""
    try:
        first, _ = read_period(text)
    except BadValue:
        return False
    return first.isoformat()[: len(text)] == text


def is_period(text: str) -> bool:
    """Return True if a text is a period exactly as archives write it, of the years from which articles are read."""
    return is_exact_period(text) and int(text[:4]) in YEARS
