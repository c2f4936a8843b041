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

from crawler.archive.health.coverage import LanguageCoverage, count_by_day, count_waiting_by_day, read_coverage
from crawler.archive.health.gaps import find_month_gaps
from crawler.archive.runs.summary import list_run_sites
from crawler.archive.search.ranking import search as find
from crawler.archive.search.selection import Selection, count
from crawler.browse import formatting
from crawler.browse.cache import CachedValue, cached
from crawler.browse.page import PageMissing, PageRequest, PageResponse, page
from crawler.browse.pagination import PER_PAGE, paginate
from crawler.normalisation.periods import is_period

GAPS_SECONDS: Final = 2.0
"""So long it is looked for numbers that were never asked for; then the calendar does without them."""
GAPS_MAX_AGE_SECONDS: Final = 600.0
"""Seconds."""
HEAT_LEVELS: Final = 4
"""Shades of a cell, beside its figure."""
CountsByLanguage = dict[str, Counter[str]]
"""Month or day → language → articles."""
NeverAsked = Mapping[tuple[str, str], int]
"""Month and language → numbers never asked for."""
_PERIOD: Final = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCell:
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
    """From 0 for nothing to :data:`HEAT_LEVELS` for the most."""


@page("calendar", menu="Calendar", pool="asking")
def calendar(asked: PageRequest) -> PageResponse:
    """Show all years with their months."""
    counted, waiting, gaps = _count_by_month(asked), _get_waiting(asked), _get_never_asked(asked)
    known = [month for month in (*counted, *waiting) if re.fullmatch(r"[0-9]{4}-[0-9]{2}", month)]
    years = range(int(min(known)[:4]), int(max(known)[:4]) + 1) if known else range(0)
    cells = {
        year: [_make_month_cell(asked, f"{year:04}-{month:02}", counted, waiting, gaps.value) for month in range(1, 13)]
        for year in reversed(years)
    }
    most = max((cell.articles for row in cells.values() for cell in row), default=0)
    return PageResponse(
        template="calendar.html",
        context={
            **_make_shared_context(asked, gaps),
            "years": [
                (
                    f"{year:04}",
                    asked.links.calendar(f"{year:04}", language=_get_language(asked)),
                    [_add_heat(cell, most) for cell in row],
                    sum(cell.articles for cell in row),
                    sum(cell.waiting for cell in row),
                )
                for year, row in cells.items()
            ],
            "undated": sum(covered.undated for covered in _get_coverage(asked) if _is_meant(asked, covered.language)),
        },
    )


@page(rf"calendar/(?P<period>{_PERIOD})", pool="asking")
def period(asked: PageRequest) -> PageResponse:
    """Show a year, a month or a day."""
    wanted = asked.route["period"]
    if not is_period(wanted):
        raise PageMissing(f"There is no {wanted} in the calendar.")
    return {4: _make_year, 7: _make_month, 10: _make_day}[len(wanted)](asked, wanted)


def _make_year(asked: PageRequest, year: str) -> PageResponse:
    counted, waiting, gaps = _count_by_month(asked), _get_waiting(asked), _get_never_asked(asked)
    cells = [_make_month_cell(asked, f"{year}-{month:02}", counted, waiting, gaps.value) for month in range(1, 13)]
    most = max(cell.articles for cell in cells)
    return PageResponse(
        template="calendar_year.html",
        context={
            **_make_shared_context(asked, gaps),
            **_make_navigation(asked, year, f"{int(year) - 1:04}", f"{int(year) + 1:04}", []),
            "months": [_add_heat(cell, most) for cell in cells],
            "languages": sorted({language for cell in cells for language in cell.languages}),
        },
    )


def _make_month(asked: PageRequest, month: str) -> PageResponse:
    year, number = int(month[:4]), int(month[5:])
    counted: CountsByLanguage = {}
    for total in count_by_day(asked.archive.db, month):
        if _is_meant(asked, total.language):
            counted.setdefault(total.day, Counter())[total.language] += total.articles
    waiting = _get_waiting(asked, month)
    weeks = gregorian.Calendar().monthdayscalendar(year, number)
    most = max((sum(counts.values()) for counts in counted.values()), default=0)
    first = date(year, number, 1)
    last = date(year, number, gregorian.monthrange(year, number)[1])
    return PageResponse(
        template="calendar_month.html",
        context={
            **_make_shared_context(asked),
            **_make_navigation(
                asked,
                month,
                (first - timedelta(days=1)).isoformat()[:7],
                (last + timedelta(days=1)).isoformat()[:7],
                [month[:4]],
            ),
            "weeks": [
                [
                    _add_heat(_make_cell(asked, f"{month}-{day:02}", counted, waiting), most) if day else None
                    for day in week
                ]
                for week in weeks
            ],
            "weekdays": gregorian.day_name,
            "total": sum(sum(counts.values()) for counts in counted.values()),
            "waiting_all": sum(waiting.values()),
        },
    )


def _make_day(asked: PageRequest, day: str) -> PageResponse:
    language = _get_language(asked)
    selection = Selection(since=day, until=day, language=language)
    total = count(asked.archive.db, selection)
    turn = paginate(asked.arguments, total, lambda to: asked.links.calendar(day, language=language, page=to))
    here = date.fromisoformat(day)
    waiting = _get_waiting(asked, day[:7]).get(day, 0)
    return PageResponse(
        template="calendar_day.html",
        context={
            **_make_shared_context(asked),
            **_make_navigation(
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


def _make_shared_context(asked: PageRequest, gaps: CachedValue[NeverAsked | None] | None = None) -> dict[str, object]:
    """Return what every page of the calendar shows: the languages to choose from, and what is known of gaps."""
    here, chosen = asked.route.get("period", ""), _get_language(asked)
    languages = [(covered.language, formatting.language(covered.language)) for covered in _get_coverage(asked)]
    return {
        "choices": [
            (label, asked.links.calendar(here, language=code), code == chosen)
            for code, label in [(None, "All languages"), *languages]
        ],
        "language": chosen,
        "numbers_known": gaps is not None and bool(gaps.value),
        "counted_at": gaps.counted_at if gaps is not None else None,
    }


def _make_navigation(asked: PageRequest, here: str, before: str, after: str, above: list[str]) -> dict[str, object]:
    """Return where one goes from a year, month or day: before, after, and up to the whole."""

    def link(to: str) -> tuple[str, str]:
        return formatting.day(to) if len(to) > 4 else to, asked.links.calendar(to, language=_get_language(asked))

    return {
        "title": formatting.day(here) if len(here) > 4 else here,
        "before": link(before) if is_period(before) else None,
        "after": link(after) if is_period(after) else None,
        "above": [("All years", asked.links.calendar(language=_get_language(asked))), *map(link, above)],
    }


def _get_coverage(asked: PageRequest) -> tuple[LanguageCoverage, ...]:
    return cached(asked.state, "coverage", lambda: read_coverage(asked.archive.db)).value


def _count_by_month(asked: PageRequest) -> CountsByLanguage:
    found: CountsByLanguage = {}
    for covered in _get_coverage(asked):
        if _is_meant(asked, covered.language):
            for month, articles in covered.months.items():
                found.setdefault(month, Counter())[covered.language] += articles
    return found


def _get_waiting(asked: PageRequest, within: str = "") -> Mapping[str, int]:
    """Return what is waiting by month; ``within`` a month, by day."""
    language = _get_language(asked)
    return cached(
        asked.state,
        f"waiting {within} {language}",
        lambda: count_waiting_by_day(asked.archive.db, 10 if within else 7, within, language),
    ).value


def _get_never_asked(asked: PageRequest) -> CachedValue[NeverAsked | None]:
    """Return how many numbers of each month and language were never asked for, of all sites that number articles."""

    def counted() -> NeverAsked:
        found: Counter[tuple[str, str]] = Counter()
        from crawler.sites.registry import load_sites

        here = set(list_run_sites(asked.archive.db))
        for site in load_sites():
            for gap in find_month_gaps(asked.archive.db, site) if site.name in here else ():
                found[gap.month, gap.language] += gap.never_asked
        return found

    return cached(
        asked.state, "gaps", lambda: asked.time_limit.optional(GAPS_SECONDS, counted), seconds=GAPS_MAX_AGE_SECONDS
    )


def _make_month_cell(
    asked: PageRequest, month: str, counted: CountsByLanguage, waiting: Mapping[str, int], gaps: NeverAsked | None
) -> CalendarCell:
    never = None
    if gaps:
        never = sum(number for (at, language), number in gaps.items() if at == month and _is_meant(asked, language))
    return replace(_make_cell(asked, month, counted, waiting), never_asked=never)


def _make_cell(asked: PageRequest, period: str, counted: CountsByLanguage, waiting: Mapping[str, int]) -> CalendarCell:
    languages = counted.get(period, Counter())
    return CalendarCell(
        period=period,
        label=formatting.day(period),
        href=asked.links.calendar(period, language=_get_language(asked)),
        articles=sum(languages.values()),
        languages=languages,
        waiting=waiting.get(period, 0),
    )


def _add_heat(cell: CalendarCell, most: int) -> CalendarCell:
    return replace(cell, heat=-(-HEAT_LEVELS * cell.articles // most) if cell.articles else 0)


def _get_language(asked: PageRequest) -> str | None:
    return asked.arguments.get("language")


def _is_meant(asked: PageRequest, language: str) -> bool:
    return _get_language(asked) in (None, language)
