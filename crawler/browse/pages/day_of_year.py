"""The page of a day of the year: what was published on it in every year, the newest first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from crawler.archive.articles.lookup import list_ids_of_days
from crawler.archive.health.holdings import find_day_span
from crawler.archive.search.ranking import search as search_articles
from crawler.archive.search.selection import Selection
from crawler.browse.page import PageMissing, PageRequest, PageResponse, page
from crawler.browse.parts.coins import make_coins
from crawler.browse.parts.pagination import PER_PAGE, paginate
from crawler.browse.parts.publications import make_publication_context
from crawler.normalisation.wording import MONTHS

_LEAP_YEAR: Final = 2000
"""A year that has every day."""


@page("on-this-day", section="calendar", pool="asking")
def on_this_day(request: PageRequest) -> PageResponse:
    """Show the articles of one day of all years."""
    day = read_day_of_year(request.arguments.get("day"))
    ids = list_ids_of_day_of_year(request, day)
    pagination = paginate(request.arguments, len(ids), lambda to: request.links.day_of_year(format_day(day), page=to))
    hits = (
        search_articles(request.archive.db, Selection(among=ids), PER_PAGE, pagination.offset, "newest") if ids else []
    )

    def link(to: date) -> tuple[str, str]:
        return name_day(to), request.links.day_of_year(format_day(to))

    return PageResponse(
        template="day_of_year.html",
        context={
            **make_publication_context(request),
            "title": name_day(day),
            "total": len(ids),
            "hits": hits,
            "coins": make_coins(request, hits),
            "turn": pagination,
            "before": link(_move(day, -1)),
            "after": link(_move(day, 1)),
        },
    )


def read_day_of_year(text: str | None, today: Callable[[], datetime] = lambda: datetime.now(UTC)) -> date:
    """Return the day that ``03-08`` names, in a leap year; today's without text. Raises PageMissing for no day.

    >>> read_day_of_year("02-29").isoformat()
    '2000-02-29'
    """
    if text is None:
        return today().date().replace(year=_LEAP_YEAR)
    if not re.fullmatch(r"[0-9]{2}-[0-9]{2}", text):
        raise PageMissing("A day of the year is a month and a day, such as 03-08.")
    try:
        return date.fromisoformat(f"{_LEAP_YEAR}-{text}")
    except ValueError:
        raise PageMissing(f"No year has a {text}.") from None


def list_ids_of_day_of_year(request: PageRequest, day: date) -> tuple[int, ...]:
    """Return the ids of the articles that were published on a day of any year."""
    span = find_day_span(request.archive.db)
    if span.first is None or span.last is None:
        return ()
    years = range(int(span.first[:4]), int(span.last[:4]) + 1)
    return list_ids_of_days(request.archive.db, [f"{year:04}-{format_day(day)}" for year in years])


def format_day(day: date) -> str:
    """Return a day of the year as addresses have it.

    >>> format_day(date(2000, 3, 8)), name_day(date(2000, 3, 8))
    ('03-08', '8 March')
    """
    return f"{day:%m-%d}"


def name_day(day: date) -> str:
    """Return a day of the year as people write it."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def _move(day: date, days: int) -> date:
    """Return another day of the year; the first one follows the last."""
    return (day + timedelta(days=days)).replace(year=_LEAP_YEAR)
