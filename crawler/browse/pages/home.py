"""The first page: what the archive holds, the newest of it, and ways to ask."""

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
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import list_snapshots
from crawler.browse.cache import cached
from crawler.browse.charts import Bars, chart_by_time, make_bars
from crawler.browse.page import READING_TABLES, PageRequest, PageResponse, page

T = TypeVar("T")

MAX_NEWEST = 8
MAX_SNAPSHOTS = 20
"""So many are listed, the newest first; a table of Datasette has them all."""
MAX_MONTHS_DRAWN = 400
"""On the first page a bar for each month, of thirty years and more."""
OPTIONAL_SECONDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is held of one language."""

    language: str
    articles: int
    first: str | None
    last: str | None
    months: int
    """From the first to the last."""
    empty_months: int
    bars: Bars | None


@page("home", menu="Home", tables=(*READING_TABLES, "runs", "snapshots", "saved_searches"))
def home(asked: PageRequest) -> PageResponse:
    """Show what the archive holds."""
    db = asked.archive.db
    held = cached(asked.state, "coverage", lambda: read_coverage(db)).value
    months: Counter[str] = Counter()
    for covered in held:
        months.update(covered.months)
    days = find_day_span(db)
    span = _list_years(held)
    return PageResponse(
        template="home.html",
        context={
            "articles": sum(covered.articles for covered in held),
            "authors": count_people(db),
            "first_day": days.first,
            "last_day": days.last,
            "last_run": find_last_activity(db),
            "editions": _make_editions(asked, held, span),
            "years": [(year, [covered.years.get(year, 0) for covered in held]) for year in reversed(span)],
            "months": chart_by_time(
                months, lambda period: asked.links.search(since=period, until=period), few=MAX_MONTHS_DRAWN
            ),
            "newest": asked.archive.search("", limit=MAX_NEWEST, order="newest"),
            "examples": _cache_optional(asked, "examples", lambda: _make_examples(asked)) or (),
            "waiting": _cache_optional(asked, "waiting", lambda: count_waiting(db)),
            "saved": list_saved_searches(db),
            "snapshots": list_snapshots(db)[::-1][:MAX_SNAPSHOTS],
        },
    )


def _cache_optional(asked: PageRequest, name: str, count: Callable[[], T]) -> T | None:
    return cached(asked.state, name, lambda: asked.time_limit.optional(OPTIONAL_SECONDS, count)).value


def _list_years(held: tuple[LanguageCoverage, ...]) -> list[str]:
    """Return all years from the first to the last of any language."""
    years = sorted({year for covered in held for year in covered.years})
    return [f"{year:04}" for year in range(int(years[0]), int(years[-1]) + 1)] if years else []


def _make_editions(asked: PageRequest, held: tuple[LanguageCoverage, ...], span: list[str]) -> tuple[Edition, ...]:
    """Return the languages, with bars over the same years so that they can be compared."""
    made = []
    for covered in held:
        counts = covered.years
        first, last = covered.span if covered.months else (None, None)

        def link(year: str, language: str = covered.language) -> str:
            return asked.links.search(language=language, since=year, until=year)

        made.append(
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
    return tuple(made)


def _make_examples(asked: PageRequest) -> tuple[str, ...]:
    """Return queries that find something here: names that are frequent, in the words of the query language."""
    found = tally(asked.archive.db, Selection(), ["place", "author", "kicker"], 1).facets
    named = [condition(name, value.value.removeprefix("=")) for name, values in found.items() for value in values]
    newest = asked.archive.search("", limit=1, order="newest")
    words = sorted((newest[0].headline if newest else "").split(), key=len)
    phrase = [word.strip(".,:;!?'’‘\"“”()").lower() for word in words[-1:]]
    return (*(f"headline:{word}" for word in phrase if word.isalpha()), *named)
