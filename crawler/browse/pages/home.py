"""The first page: what the archive holds at a glance, the ways into it, and what it is known to lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from crawler.archive.articles.graph import list_most_named
from crawler.archive.authority.listing import AuthorTotal, list_busiest_authors
from crawler.archive.health.coverage import LanguageCoverage, count_waiting, iter_months, read_coverage
from crawler.archive.health.holdings import count_people, find_day_span
from crawler.archive.runs.summary import find_last_activity
from crawler.archive.saved_searches import list_saved_searches
from crawler.archive.search.facets import FacetValue, condition, tally
from crawler.archive.search.periods import count_by_site_and_period
from crawler.archive.search.ranking import Hit
from crawler.archive.search.ranking import search as search_articles
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import list_snapshots
from crawler.browse.cache import count_once
from crawler.browse.drawing.charts import chart_by_time
from crawler.browse.page import READING_TABLES, PageRequest, PageResponse, page
from crawler.browse.pages.day_of_year import list_ids_of_day_of_year, name_day, read_day_of_year
from crawler.browse.parts.publications import list_publications, make_publication_context, make_series

T = TypeVar("T")

MAX_NEWEST: Final = 6
MAX_ON_THIS_DAY: Final = 3
MAX_NAMED: Final = 5
MAX_VALUES: Final = 10
"""Places and authors."""
MAX_SNAPSHOTS: Final = 20
"""Snapshots listed, the newest first; a table of Datasette has them all."""
MAX_LANGUAGES: Final = 12
MAX_PUBLICATIONS: Final = 30
"""Publications of which the page has a line; the search form has them all."""
OPTIONAL_SECONDS: Final = 0.3
"""Time for each part that the page can do without."""
MAX_AGE_SECONDS: Final = 30.0
"""Age up to which cached counts are shown while a crawl writes."""


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


@page("home", menu="Home", tables=(*READING_TABLES, "runs", "snapshots", "saved_searches"))
def home(request: PageRequest) -> PageResponse:
    """Show what the archive holds."""
    db = request.archive.db
    coverage = _cache(request, "home coverage", lambda: read_coverage(db))
    days = find_day_span(db)
    places = _cache_optional(request, "first places", lambda: _list_places(request)) or ()
    authors = _cache_optional(request, "first authors", lambda: list_busiest_authors(db, MAX_VALUES)) or []
    newest = request.archive.search("", limit=MAX_NEWEST, order="newest")
    return PageResponse(
        template="home.html",
        context={
            **make_publication_context(request),
            "articles": sum(covered.articles for covered in coverage),
            "authors": count_people(db),
            "first_day": days.first,
            "last_day": days.last,
            "last_run": find_last_activity(db),
            "editions": tuple(map(_make_edition, coverage)),
            "bars": _chart_years(request, coverage),
            "shown_languages": MAX_LANGUAGES,
            "shown_publications": MAX_PUBLICATIONS,
            "newest": newest,
            "most_named": _cache_optional(request, "most named", lambda: list_most_named(db, MAX_NAMED)) or [],
            "places": places,
            "busiest": authors,
            "examples": _make_examples(newest, places, authors),
            "waiting": _cache_optional(request, "waiting", lambda: count_waiting(db)),
            "undated": sum(covered.undated for covered in coverage),
            "saved": list_saved_searches(db),
            "snapshots": list_snapshots(db)[::-1][:MAX_SNAPSHOTS],
            **_find_anniversaries(request),
        },
    )


def _cache(request: PageRequest, name: str, count: Callable[[], T]) -> T:
    return count_once(request.file_state, name, count, seconds=MAX_AGE_SECONDS).value


def _cache_optional(request: PageRequest, name: str, count: Callable[[], T]) -> T | None:
    return _cache(request, name, lambda: request.time_limit.try_within(OPTIONAL_SECONDS, count))


def _list_places(request: PageRequest) -> tuple[FacetValue, ...]:
    return tally(request.archive.db, Selection(), ["place"], MAX_VALUES).facets["place"]


def _chart_years(request: PageRequest, coverage: tuple[LanguageCoverage, ...]) -> Any:
    """Return the bars of the articles, by publication where there are several; of a short time by month."""
    months: Counter[str] = Counter()
    for covered in coverage:
        months.update(covered.months)
    publications = list_publications(request)
    counts_of_sites = {}
    if len(publications) > 1:
        counts_of_sites = _cache(
            request, "months of sites", lambda: count_by_site_and_period(request.archive.db.conn, Selection().plan(), 7)
        )
    return chart_by_time(
        months,
        lambda period: request.links.search(since=period, until=period),
        series=make_series(publications, counts_of_sites),
    )


def _make_edition(covered: LanguageCoverage) -> Edition:
    first, last = covered.span if covered.months else (None, None)
    return Edition(
        language=covered.language,
        articles=covered.articles,
        first=first,
        last=last,
        months=len(list(iter_months(first, last))) if first and last else 0,
        empty_months=len(covered.empty_months),
    )


def _find_anniversaries(request: PageRequest) -> dict[str, Any]:
    """Return the articles of this day in former years, as far as they are shown, and how many there are."""
    today = datetime.now(UTC).date()
    day = read_day_of_year(f"{today:%m-%d}")
    ids = list_ids_of_day_of_year(request, day)
    hits = search_articles(request.archive.db, Selection(among=ids), MAX_ON_THIS_DAY, 0, "newest") if ids else []
    return {"today": name_day(day), "anniversaries": hits, "anniversary_total": len(ids)}


def _make_examples(
    newest: Sequence[Hit], places: Sequence[FacetValue], authors: Sequence[AuthorTotal]
) -> tuple[str, ...]:
    """Return queries that find something here: frequent names and a word, written in the query language."""
    words = sorted((newest[0].headline if newest else "").split(), key=len)
    candidates = [word.strip(".,:;!?'’‘\"“”()").lower() for word in words[-1:]]
    examples = [word for word in candidates if word.isalpha()]
    examples += [condition("place", place.value.removeprefix("=")) for place in places[:1]]
    examples += [condition("author", author.name) for author in authors[:1]]
    return tuple(examples)
