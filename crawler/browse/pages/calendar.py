"""Pages of the calendar: years, months of a year, days of a month, articles of a day; and what is known to be missing.

Days are those of ``published_on``. Missing articles are known in two ways: addresses that were found with their day and
are not archived, and, where articles are numbered, numbers given out in a month and never asked for.
"""

from __future__ import annotations

import calendar as gregorian
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from crawler.archive.health.coverage import LanguageCoverage, count_by_day, count_waiting_by_day, read_coverage
from crawler.archive.health.gaps import find_month_gaps
from crawler.archive.runs.summary import list_run_sites
from crawler.archive.search.ranking import search as search_articles
from crawler.archive.search.selection import Selection, count
from crawler.browse.cache import CachedValue, count_once
from crawler.browse.drawing import formatting
from crawler.browse.drawing.heat import HeatScale, make_heat_scale
from crawler.browse.page import PageMissing, PageRequest, PageResponse, page
from crawler.browse.parts.coins import make_coins
from crawler.browse.parts.pagination import PER_PAGE, paginate
from crawler.browse.parts.publications import list_publications, make_publication_context
from crawler.normalisation.dates.periods import is_period

GAPS_SECONDS: Final = 2.0
"""Time to count the numbers that were never asked for; a calendar that takes longer does without them."""
GAPS_MAX_AGE_SECONDS: Final = 600.0
"""Age up to which their cached count is shown."""
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
    """Articles found by address and day, and not archived."""
    never_asked: int | None = None
    """Numbers never asked for; None where they are not known."""
    heat: int = 0
    """Its tint, from 0 for nothing to :data:`~crawler.browse.drawing.heat.HEAT_LEVELS` for the most."""


@page("calendar", menu="Calendar", pool="asking")
def calendar(request: PageRequest) -> PageResponse:
    """Show all years with their months."""
    counts, waiting = _count_by_month(request), _get_waiting(request)
    known_months = [month for month in (*counts, *waiting) if re.fullmatch(r"[0-9]{4}-[0-9]{2}", month)]
    years = range(int(min(known_months)[:4]), int(max(known_months)[:4]) + 1) if known_months else range(0)
    cells = {
        year: [_make_cell(request, f"{year:04}-{month:02}", counts, waiting) for month in range(1, 13)]
        for year in reversed(years)
    }
    heat = make_heat_scale(cell.articles for row in cells.values() for cell in row)
    return PageResponse(
        template="calendar.html",
        context={
            **_make_shared_context(request),
            "heat": heat,
            "years": [
                (
                    f"{year:04}",
                    _link_period(request, f"{year:04}"),
                    [_add_heat(cell, heat) for cell in row],
                    sum(cell.articles for cell in row),
                    sum(cell.waiting for cell in row),
                )
                for year, row in cells.items()
            ],
            "undated": sum(
                covered.undated for covered in _get_coverage(request) if _is_meant(request, covered.language)
            ),
        },
    )


@page(rf"calendar/(?P<period>{_PERIOD})", section="calendar", pool="asking")
def period(request: PageRequest) -> PageResponse:
    """Show a year, a month or a day."""
    period_text = request.route["period"]
    if not is_period(period_text):
        raise PageMissing(f"There is no {period_text} in the calendar.")
    return {4: _make_year, 7: _make_month, 10: _make_day}[len(period_text)](request, period_text)


def _make_year(request: PageRequest, year: str) -> PageResponse:
    counts, waiting, gaps = _count_by_month(request), _get_waiting(request), _get_never_asked(request)
    cells = [_make_month_cell(request, f"{year}-{month:02}", counts, waiting, gaps.value) for month in range(1, 13)]
    heat = make_heat_scale(cell.articles for cell in cells)
    return PageResponse(
        template="calendar_year.html",
        context={
            **_make_shared_context(request, gaps),
            **_make_navigation(request, year, f"{int(year) - 1:04}", f"{int(year) + 1:04}", []),
            "heat": heat,
            "months": [_add_heat(cell, heat) for cell in cells],
            "languages": sorted({language for cell in cells for language in cell.languages}),
        },
    )


def _make_month(request: PageRequest, month: str) -> PageResponse:
    year, number = int(month[:4]), int(month[5:])
    day_counts: CountsByLanguage = {}
    for total in count_by_day(request.archive.db, month, _get_site(request)):
        if _is_meant(request, total.language):
            day_counts.setdefault(total.day, Counter())[total.language] += total.articles
    waiting = _get_waiting(request, month)
    weeks = gregorian.Calendar().monthdayscalendar(year, number)
    heat = make_heat_scale(sum(counts.values()) for counts in day_counts.values())
    first = date(year, number, 1)
    last = date(year, number, gregorian.monthrange(year, number)[1])
    return PageResponse(
        template="calendar_month.html",
        context={
            **_make_shared_context(request),
            **_make_navigation(
                request,
                month,
                (first - timedelta(days=1)).isoformat()[:7],
                (last + timedelta(days=1)).isoformat()[:7],
                [month[:4]],
            ),
            "heat": heat,
            "weeks": [
                [
                    _add_heat(_make_cell(request, f"{month}-{day:02}", day_counts, waiting), heat) if day else None
                    for day in week
                ]
                for week in weeks
            ],
            "weekdays": gregorian.day_name,
            "total": sum(sum(counts.values()) for counts in day_counts.values()),
            "waiting_all": sum(waiting.values()),
        },
    )


def _make_day(request: PageRequest, day: str) -> PageResponse:
    selection = Selection(since=day, until=day, language=_get_language(request), site=_get_site(request))
    total = count(request.archive.db, selection)
    pagination = paginate(request.arguments, total, lambda to: _link_period(request, day, page=to))
    calendar_day = date.fromisoformat(day)
    waiting = _get_waiting(request, day[:7]).get(day, 0)
    hits = search_articles(request.archive.db, selection, PER_PAGE, pagination.offset, "newest")
    return PageResponse(
        template="calendar_day.html",
        context={
            **_make_shared_context(request),
            **_make_navigation(
                request,
                day,
                (calendar_day - timedelta(days=1)).isoformat(),
                (calendar_day + timedelta(days=1)).isoformat(),
                [day[:4], day[:7]],
            ),
            "total": total,
            "hits": hits,
            "coins": make_coins(request, hits),
            "turn": pagination,
            "waiting": waiting,
            "search": request.links.search(since=day, until=day, **_get_conditions(request)),
        },
    )


def _make_shared_context(request: PageRequest, gaps: CachedValue[NeverAsked | None] | None = None) -> dict[str, object]:
    """Return the context of every page of the calendar: what to choose from, and what is known of gaps."""
    period, chosen_language = request.route.get("period", ""), _get_language(request)
    languages = [(covered.language, formatting.language(covered.language)) for covered in _get_coverage(request)]
    publications = make_publication_context(request)
    sites = [(publication.site, publication.title) for publication in publications["publications"]]
    chosen_site = _get_site(request)
    return {
        **publications,
        "choices": [
            (label, _link_period(request, period, language=code), code == chosen_language)
            for code, label in [(None, "All languages"), *languages]
        ],
        "site_choices": [
            (label, _link_period(request, period, site=name), name == chosen_site)
            for name, label in ([(None, "All publications"), *sites] if sites else [])
        ],
        "site": request.find_title(chosen_site) if chosen_site else None,
        "language": chosen_language,
        "numbers_known": gaps is not None and bool(gaps.value),
        "counted_at": gaps.counted_at if gaps is not None else None,
    }


def _make_navigation(request: PageRequest, period: str, before: str, after: str, above: list[str]) -> dict[str, object]:
    """Return the links from a year, month or day to the ones before, after and above it."""

    def link(to: str) -> tuple[str, str]:
        return formatting.day(to) if len(to) > 4 else to, _link_period(request, to)

    return {
        "title": formatting.day(period) if len(period) > 4 else period,
        "before": link(before) if is_period(before) else None,
        "after": link(after) if is_period(after) else None,
        "above": [("All years", _link_period(request, "")), *map(link, above)],
    }


def _get_coverage(request: PageRequest) -> tuple[LanguageCoverage, ...]:
    site = _get_site(request)
    name = "coverage" if site is None else f"coverage {site}"
    return count_once(request.file_state, name, lambda: read_coverage(request.archive.db, site)).value


def _count_by_month(request: PageRequest) -> CountsByLanguage:
    counts: CountsByLanguage = {}
    for covered in _get_coverage(request):
        if _is_meant(request, covered.language):
            for month, articles in covered.months.items():
                counts.setdefault(month, Counter())[covered.language] += articles
    return counts


def _get_waiting(request: PageRequest, within: str = "") -> Mapping[str, int]:
    """Return the waiting articles by month; ``within`` a month, by day."""
    language, site = _get_language(request), _get_site(request)
    return count_once(
        request.file_state,
        f"waiting {within} {language} {site}",
        lambda: count_waiting_by_day(request.archive.db, 10 if within else 7, within, language, site),
    ).value


def _get_never_asked(request: PageRequest) -> CachedValue[NeverAsked | None]:
    """Return how many numbers of each month and language were never asked for, of all sites that number articles."""
    chosen_site = _get_site(request)

    def count_never_asked() -> NeverAsked:
        numbers: Counter[tuple[str, str]] = Counter()
        from crawler.sites.registry import load_sites

        archived_sites = set(list_run_sites(request.archive.db))
        for site in load_sites(*request.archive.adopted_sites):
            is_meant = site.name in archived_sites and chosen_site in (None, site.name)
            for gap in find_month_gaps(request.archive.db, site) if is_meant else ():
                numbers[gap.month, gap.language] += gap.never_asked
        return numbers

    return count_once(
        request.file_state,
        "gaps" if chosen_site is None else f"gaps {chosen_site}",
        lambda: request.time_limit.try_within(GAPS_SECONDS, count_never_asked),
        seconds=GAPS_MAX_AGE_SECONDS,
    )


def _make_month_cell(
    request: PageRequest, month: str, counts: CountsByLanguage, waiting: Mapping[str, int], gaps: NeverAsked | None
) -> CalendarCell:
    never_asked = None
    if gaps:
        never_asked = sum(
            number
            for (gap_month, language), number in gaps.items()
            if gap_month == month and _is_meant(request, language)
        )
    return replace(_make_cell(request, month, counts, waiting), never_asked=never_asked)


def _make_cell(request: PageRequest, period: str, counts: CountsByLanguage, waiting: Mapping[str, int]) -> CalendarCell:
    languages = counts.get(period, Counter())
    return CalendarCell(
        period=period,
        label=formatting.day(period),
        href=_link_period(request, period),
        articles=sum(languages.values()),
        languages=languages,
        waiting=waiting.get(period, 0),
    )


def _add_heat(cell: CalendarCell, heat: HeatScale) -> CalendarCell:
    return replace(cell, heat=heat.find_level(cell.articles))


def _get_language(request: PageRequest) -> str | None:
    return request.arguments.get("language")


def _get_site(request: PageRequest) -> str | None:
    """Return the site that the calendar is limited to; raises PageMissing for one that has no articles."""
    site = request.arguments.get("site")
    if site is not None and site not in [publication.site for publication in list_publications(request)]:
        raise PageMissing("There is no article of such a publication in this archive.")
    return site


def _get_conditions(request: PageRequest) -> dict[str, str | None]:
    return {"language": _get_language(request), "site": _get_site(request)}


def _link_period(request: PageRequest, period: str, **changes: Any) -> str:
    """Return the address of a year, month or day, or of all years, under the same conditions but for the changes."""
    return request.links.calendar(period, **{**_get_conditions(request), **changes})


def _is_meant(request: PageRequest, language: str) -> bool:
    return _get_language(request) in (None, language)
