"""The calendar: years, months of a year, days of a month, articles of a day; and what is known to be missing.

Days are those of ``published_on``. What is missing is known in two ways: addresses that were met with their day and are
not archived, and, where articles are numbered, numbers given out in a month and never asked for.
"""

from __future__ import annotations

import calendar as gregorian
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from crawler.archive.health.coverage import Covered, coverage, waiting_by_day
from crawler.archive.health.gaps import month_gaps
from crawler.archive.search.query import day_or_month
from crawler.archive.search.ranking import search as find
from crawler.archive.search.selection import Selection, count
from crawler.browse import formatting
from crawler.browse.cache import Figure, remembered
from crawler.browse.page import Answer, Asked, Missing, page
from crawler.browse.pagination import PER_PAGE, turning

GAPS_SECONDS: Final = 2.0
"""So long it is looked for numbers that were never asked for; then the calendar does without them."""
GAPS_MAY_BE_OLD: Final = 600.0
"""Seconds."""
HEATS: Final = 4
"""Shades of a cell, beside its figure."""
Counts = dict[str, Counter[str]]
"""Month or day → language → articles."""
Gaps = Mapping[tuple[str, str], int]
"""Month and language → numbers never asked for."""
_PERIOD: Final = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A month or a day of the calendar."""

    period: str
    label: str
    href: str
    articles: int
    languages: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    """Articles met by address and day, and not archived."""
    never_asked: int | None = None
    """Numbers never asked for; None where nobody can tell."""
    heat: int = 0
    """From 0 for nothing to :data:`HEATS` for the most."""


@page("calendar", menu="Calendar", lane="asking")
def calendar(asked: Asked) -> Answer:
    """Show all years with their months."""
    counted, waiting, gaps = _by_month(asked), _waiting(asked), _gaps(asked)
    known = [month for month in (*counted, *waiting) if re.fullmatch(r"[0-9]{4}-[0-9]{2}", month)]
    years = range(int(min(known)[:4]), int(max(known)[:4]) + 1) if known else range(0)
    cells = {
        year: [_month(asked, f"{year:04}-{month:02}", counted, waiting, gaps.value) for month in range(1, 13)]
        for year in reversed(years)
    }
    most = max((cell.articles for row in cells.values() for cell in row), default=0)
    return Answer(
        template="calendar.html",
        context={
            **_shared(asked, gaps),
            "years": [
                (
                    f"{year:04}",
                    asked.links.calendar(f"{year:04}", language=_language(asked)),
                    [_heated(cell, most) for cell in row],
                    sum(cell.articles for cell in row),
                    sum(cell.waiting for cell in row),
                )
                for year, row in cells.items()
            ],
            "undated": sum(covered.undated for covered in _coverage(asked) if _means(asked, covered.language)),
        },
    )


@page(rf"calendar/(?P<period>{_PERIOD})", lane="asking")
def period(asked: Asked) -> Answer:
    """Show a year, a month or a day."""
    wanted = asked.route["period"]
    if day_or_month(wanted) is None:
        raise Missing(f"There is no {wanted} in the calendar.")
    return {4: _year, 7: _days, 10: _day}[len(wanted)](asked, wanted)


def _year(asked: Asked, year: str) -> Answer:
    counted, waiting, gaps = _by_month(asked), _waiting(asked), _gaps(asked)
    cells = [_month(asked, f"{year}-{month:02}", counted, waiting, gaps.value) for month in range(1, 13)]
    most = max(cell.articles for cell in cells)
    return Answer(
        template="calendar_year.html",
        context={
            **_shared(asked, gaps),
            **_around(asked, year, f"{int(year) - 1:04}", f"{int(year) + 1:04}", []),
            "months": [_heated(cell, most) for cell in cells],
            "languages": sorted({language for cell in cells for language in cell.languages}),
        },
    )


def _days(asked: Asked, month: str) -> Answer:
    year, number = int(month[:4]), int(month[5:])
    counted: Counts = {}
    for day, language, articles in asked.archive.db.execute(
        "SELECT published_on, language, count(*) FROM articles WHERE published_on BETWEEN ? AND ? GROUP BY 1, 2",
        (f"{month}-01", f"{month}-31"),
    ):
        if _means(asked, language):
            counted.setdefault(day, Counter())[language] += articles
    waiting = _waiting(asked, month)
    weeks = gregorian.Calendar().monthdayscalendar(year, number)
    most = max((sum(counts.values()) for counts in counted.values()), default=0)
    first = date(year, number, 1)
    last = date(year, number, gregorian.monthrange(year, number)[1])
    return Answer(
        template="calendar_month.html",
        context={
            **_shared(asked),
            **_around(
                asked,
                month,
                (first - timedelta(days=1)).isoformat()[:7],
                (last + timedelta(days=1)).isoformat()[:7],
                [month[:4]],
            ),
            "weeks": [
                [_heated(_cell(asked, f"{month}-{day:02}", counted, waiting), most) if day else None for day in week]
                for week in weeks
            ],
            "weekdays": gregorian.day_name,
            "total": sum(sum(counts.values()) for counts in counted.values()),
            "waiting_all": sum(waiting.values()),
        },
    )


def _day(asked: Asked, day: str) -> Answer:
    language = _language(asked)
    selection = Selection(since=day, until=day, language=language)
    total = count(asked.archive.db, selection)
    turn = turning(asked.arguments, total, lambda to: asked.links.calendar(day, language=language, page=to))
    here = date.fromisoformat(day)
    waiting = _waiting(asked, day[:7]).get(day, 0)
    return Answer(
        template="calendar_day.html",
        context={
            **_shared(asked),
            **_around(
                asked,
                day,
                (here - timedelta(days=1)).isoformat(),
                (here + timedelta(days=1)).isoformat(),
                [day[:4], day[:7]],
            ),
            "total": total,
            "hits": find(asked.archive.db, selection, PER_PAGE, turn.offset, "newest"),
            "turn": turn,
            "waiting": waiting,
            "search": asked.links.search(since=day, until=day, language=language),
        },
    )


def _shared(asked: Asked, gaps: Figure[Gaps | None] | None = None) -> dict[str, object]:
    """Return what every page of the calendar shows: the languages to choose from, and what is known of gaps."""
    here, chosen = asked.route.get("period", ""), _language(asked)
    languages = [(covered.language, formatting.language(covered.language)) for covered in _coverage(asked)]
    return {
        "choices": [
            (label, asked.links.calendar(here, language=code), code == chosen)
            for code, label in [(None, "All languages"), *languages]
        ],
        "language": chosen,
        "numbers_known": gaps is not None and bool(gaps.value),
        "counted_at": gaps.counted_at if gaps is not None else None,
    }


def _around(asked: Asked, here: str, before: str, after: str, above: list[str]) -> dict[str, object]:
    """Return where one goes from a year, month or day: before, after, and up to the whole."""

    def link(to: str) -> tuple[str, str]:
        return formatting.day(to) if len(to) > 4 else to, asked.links.calendar(to, language=_language(asked))

    return {
        "title": formatting.day(here) if len(here) > 4 else here,
        "before": link(before) if day_or_month(before) else None,
        "after": link(after) if day_or_month(after) else None,
        "above": [("All years", asked.links.calendar(language=_language(asked))), *map(link, above)],
    }


def _coverage(asked: Asked) -> tuple[Covered, ...]:
    return remembered(asked.state, "coverage", lambda: coverage(asked.archive.db)).value


def _by_month(asked: Asked) -> Counts:
    found: Counts = {}
    for covered in _coverage(asked):
        if _means(asked, covered.language):
            for month, articles in covered.months.items():
                found.setdefault(month, Counter())[covered.language] += articles
    return found


def _waiting(asked: Asked, within: str = "") -> Mapping[str, int]:
    """Return what is waiting by month; ``within`` a month, by day."""
    language = _language(asked)
    return remembered(
        asked.state,
        f"waiting {within} {language}",
        lambda: waiting_by_day(asked.archive.db, 10 if within else 7, within, language),
    ).value


def _gaps(asked: Asked) -> Figure[Gaps | None]:
    """Return how many numbers of each month and language were never asked for, of all sites that number articles."""

    def counted() -> Gaps:
        found: Counter[tuple[str, str]] = Counter()
        from crawler.crawl.spider_loader import sites  # Scrapy comes with it

        here = {row[0] for row in asked.archive.db.execute("SELECT DISTINCT site FROM runs")}
        for site in sites():
            for gap in month_gaps(asked.archive.db, site) if site.name in here else ():
                found[gap.month, gap.language] += gap.never_asked
        return found

    return remembered(
        asked.state, "gaps", lambda: asked.patience.optional(GAPS_SECONDS, counted), seconds=GAPS_MAY_BE_OLD
    )


def _month(asked: Asked, month: str, counted: Counts, waiting: Mapping[str, int], gaps: Gaps | None) -> Cell:
    never = None
    if gaps:
        never = sum(number for (at, language), number in gaps.items() if at == month and _means(asked, language))
    return replace(_cell(asked, month, counted, waiting), never_asked=never)


def _cell(asked: Asked, period: str, counted: Counts, waiting: Mapping[str, int]) -> Cell:
    languages = counted.get(period, Counter())
    return Cell(
        period=period,
        label=formatting.day(period),
        href=asked.links.calendar(period, language=_language(asked)),
        articles=sum(languages.values()),
        languages=languages,
        waiting=waiting.get(period, 0),
    )


def _heated(cell: Cell, most: int) -> Cell:
    return replace(cell, heat=-(-HEATS * cell.articles // most) if cell.articles else 0)


def _language(asked: Asked) -> str | None:
    return asked.arguments.get("language")


def _means(asked: Asked, language: str) -> bool:
    return _language(asked) in (None, language)
