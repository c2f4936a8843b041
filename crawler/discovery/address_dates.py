"""Reads the dates that addresses hold: the day of an article, the period of a sitemap."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final
from urllib.parse import unquote, urlsplit

YEARS: Final = range(1900, 2100)
"""Years that a number in an address may be."""

_DAY: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:(?P<mark>[/_.-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"|(?P<month2>\d\d)(?P<day2>\d\d))(?!\d)"
)
_MONTH: Final = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:[/_.-](?P<month>\d{1,2})|(?P<month2>\d\d))(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)")


def find_day(url: str) -> str | None:
    """Return the only day that the path of an address names, as ``YYYY-MM-DD``; None without one and with several.

    >>> find_day("https://a.example/2024/03/05/bridge-opens"), find_day("https://a.example/2024/03/bridge-opens")
    ('2024-03-05', None)
    """
    days = {day for match in _DAY.finditer(_spell_path(url)) if (day := _read_day(match)) is not None}
    return days.pop().isoformat() if len(days) == 1 else None


def find_period(url: str) -> tuple[str, str] | None:
    """Return the first and the last day of the day, month or year that an address names; None where it names none.

    >>> find_period("https://a.example/sitemap-2024-02.xml"), find_period("https://a.example/sitemap.xml?yyyy=2023")
    (('2024-02-01', '2024-02-29'), ('2023-01-01', '2023-12-31'))
    """
    text = _spell_whole(url)
    for match in _DAY.finditer(text):
        day = _read_day(match)
        if day is not None:
            return day.isoformat(), day.isoformat()
    for match in _MONTH.finditer(text):
        year, month = int(match["year"]), int(match["month"] or match["month2"])
        if year in YEARS and 1 <= month <= 12:
            return f"{year}-{month:02}-01", f"{year}-{month:02}-{monthrange(year, month)[1]:02}"
    match_of_year = _YEAR.search(text)
    return None if match_of_year is None else (f"{match_of_year['year']}-01-01", f"{match_of_year['year']}-12-31")


def find_month_end(url: str) -> str | None:
    """Return the last day of the month that the path of an article's address names (``/2024/03/``), or None."""
    match = re.search(r"/((?:19|20)\d\d)[/-](\d\d)/", _spell_path(url))
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    return f"{match[1]}-{match[2]}-{monthrange(int(match[1]), int(match[2]))[1]:02}"


def _read_day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"] or match["month2"]), int(match["day"] or match["day2"]))
    except ValueError:
        return None


def _spell_path(url: str) -> str:
    return unquote(urlsplit(url).path)[:2000]


def _spell_whole(url: str) -> str:
    """Return path and query; of several parameters that name year, month and day, one date is made."""
    parts = urlsplit(url)
    query = re.sub(r"[a-z_]*=", "", unquote(parts.query), flags=re.I).replace("&", "-")
    return f"{_spell_path(url)}?{query}"[:2000]
