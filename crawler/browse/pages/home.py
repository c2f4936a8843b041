"""The first page: counts of what the archive holds, the newest articles, and example queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from crawler.archive.health.coverage import LanguageCoverage, count_waiting, list_months, read_coverage
from crawler.archive.health.holdings import count_people, find_day_span
from crawler.archive.runs.summary import find_last_activity
from crawler.archive.saved_searches import list_saved_searches
from crawler.archive.search.facets import condition, tally
from crawler.archive.search.periods import count_by_site_and_period
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import list_snapshots
from crawler.browse.cache import count_once
from crawler.browse.charts import Bars, chart_by_time, make_bars
from crawler.browse.page import READING_TABLES, PageRequest, PageResponse, page
from crawler.browse.publications import list_publications, make_publication_context, make_series

T = TypeVar("T")

MAX_NEWEST = 8
MAX_SNAPSHOTS = 20
"""Snapshots listed, the newest first; a table of Datasette has them all."""
MAX_MONTHS_DRAWN = 400
"""Months with a bar of their own on the first page: thirty years and more."""
OPTIONAL_SECONDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The holdings of one language."""

    language: str
    articles: int
    first: str | None
    last: str | None
    months: int
    """How many, from the first to the last."""
    empty_months: int
    bars: Bars | None


@page("home", menu="Home", tables=(*READING_TABLES, "runs", "snapshots", "saved_searches"))
def home(request: PageRequest) -> PageResponse:
    """Show what the archive holds."""
    db = request.archive.db
    coverage = count_once(request.file_state, "coverage", lambda: read_coverage(db)).value
    months: Counter[str] = Counter()
    for covered in coverage:
        months.update(covered.months)
    days = find_day_span(db)
    span = _list_years(coverage)
    publications = list_publications(request)
    counts_of_sites = {}
    if len(publications) > 1:
        counts_of_sites = count_once(
            request.file_state, "months of sites", lambda: count_by_site_and_period(db.conn, Selection().plan(), 7)
        ).value
    return PageResponse(
        template="home.html",
        context={
            **make_publication_context(request),
            "articles": sum(covered.articles for covered in coverage),
            "authors": count_people(db),
            "first_day": days.first,
            "last_day": days.last,
            "last_run": find_last_activity(db),
            "editions": _make_editions(request, coverage, span),
            "years": [(year, [covered.years.get(year, 0) for covered in coverage]) for year in reversed(span)],
            "months": chart_by_time(
                months,
                lambda period: request.links.search(since=period, until=period),
                few=MAX_MONTHS_DRAWN,
                series=make_series(publications, counts_of_sites),
            ),
            "newest": request.archive.search("", limit=MAX_NEWEST, order="newest"),
            "examples": _cache_optional(request, "examples", lambda: _make_examples(request)) or (),
            "waiting": _cache_optional(request, "waiting", lambda: count_waiting(db)),
            "saved": list_saved_searches(db),
            "snapshots": list_snapshots(db)[::-1][:MAX_SNAPSHOTS],
        },
    )


def _cache_optional(request: PageRequest, name: str, count: Callable[[], T]) -> T | None:
    return count_once(request.file_state, name, lambda: request.time_limit.try_within(OPTIONAL_SECONDS, count)).value


def _list_years(coverage: tuple[LanguageCoverage, ...]) -> list[str]:
    """Return all years from the first to the last of any language."""
    years = sorted({year for covered in coverage for year in covered.years})
    return [f"{year:04}" for year in range(int(years[0]), int(years[-1]) + 1)] if years else []


def _make_editions(
    request: PageRequest, coverage: tuple[LanguageCoverage, ...], span: list[str]
) -> tuple[Edition, ...]:
    """Return the languages, with bars over the same years so that they can be compared."""
    editions = []
    for covered in coverage:
        counts = covered.years
        first, last = covered.span if covered.months else (None, None)

        def link(year: str, language: str = covered.language) -> str:
            return request.links.search(language=language, since=year, until=year)

        editions.append(
            Edition(
                language=covered.language,
                articles=covered.articles,
                first=first,
                last=last,
                months=len(list(list_months(first, last))) if first and last else 0,
                empty_months=len(covered.empty_months),
                bars=make_bars("year", span, [counts.get(year, 0) for year in span], link) if counts else None,
            )
        )
    return tuple(editions)


def _make_examples(request: PageRequest) -> tuple[str, ...]:
    """Return queries that find something here: frequent names, written in the query language."""
    facets = tally(request.archive.db, Selection(), ["place", "author", "kicker"], 1).facets
    conditions = [condition(name, value.value.removeprefix("=")) for name, values in facets.items() for value in values]
    newest = request.archive.search("", limit=1, order="newest")
    words = sorted((newest[0].headline if newest else "").split(), key=len)
    candidates = [word.strip(".,:;!?'’‘\"“”()").lower() for word in words[-1:]]
    return (*(f"headline:{word}" for word in candidates if word.isalpha()), *conditions)
