"""Runs saved searches, and gives for each the articles that are new since the last time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.archive.articles.identities import format_identity
from crawler.archive.articles.records import ArticleRow
from crawler.archive.articles.rows import read_rows
from crawler.archive.database import translate_errors
from crawler.archive.saved_searches import SavedSearch
from crawler.archive.search.arrivals import ArchiveMoment, find_arrivals, read_moment
from crawler.archive.search.selection import Selection
from crawler.archive.search.units import Unit
from crawler.archive.store import Archive
from crawler.errors import BadQuery
from crawler.normalisation.dates.moments import instant
from crawler.research.alerts.state import make_key


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article that a search had not found before."""

    id: int
    identity: str
    """The permanent identity of its present version."""
    site: str
    language: str
    headline: str
    lead: str | None
    published_on: str | None
    authors: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchNews:
    """What one search found."""

    name: str
    query: str
    filters: dict[str, str]
    unit: Unit
    since: str
    """The last time: when it was run, or saved if it never was."""
    new: int
    """All new articles."""
    articles: tuple[NewArticle, ...]
    """The first of them, the newest day first."""
    problem: str | None = None
    """Why it could not be run: its snapshot was removed, for instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchReport:
    """What saved searches found that is new."""

    ran_at: str
    new: int
    """The sum over all searches: an article that two of them find counts twice."""
    searches: tuple[SearchNews, ...]


def run_searches(
    archive: Archive,
    searches: Sequence[SavedSearch],
    last_times: Mapping[str, ArchiveMoment],
    *,
    now: datetime,
    limit: int,
) -> tuple[SearchReport, dict[str, ArchiveMoment]]:
    """Return what is new, at most ``limit`` articles of each search, and the last times to keep for the next run.

    A search that was never run tells what came after it was saved. All are run on one state of the archive. A search
    that cannot be run has a ``problem``, and keeps its last time.
    """
    kept = dict(last_times)
    results: list[SearchNews] = []
    with translate_errors(archive.path), archive.moment():
        moment = read_moment(archive.db, instant(now))
        for search in searches:
            since = last_times.get(make_key(search), ArchiveMoment(at=search.saved_at))
            result = _run_search(archive, search, since, limit)
            if result.problem is None:
                kept[make_key(search)] = moment
            results.append(result)
    return SearchReport(ran_at=moment.at, new=sum(result.new for result in results), searches=tuple(results)), kept


def _run_search(archive: Archive, search: SavedSearch, since: ArchiveMoment, limit: int) -> SearchNews:
    ids: list[int] = []
    problem = None
    unit: Unit = "article"
    try:
        selection = Selection(query=search.query, **search.filters)  # type: ignore[arg-type]  # names of fields alone
        unit = selection.unit
        ids = find_arrivals(archive.db, selection, since)
    except BadQuery as error:
        problem = str(error)
    return SearchNews(
        name=search.name,
        query=search.query,
        filters=search.filters,
        unit=unit,
        since=since.at,
        new=len(ids),
        articles=tuple(_make_article(row) for row in read_rows(archive.db, ids[:limit])),
        problem=problem,
    )


def _make_article(row: ArticleRow) -> NewArticle:
    return NewArticle(
        id=row.id,
        identity=format_identity(row.site, row.language, row.site_key, row.revisions),
        site=row.site,
        language=row.language,
        headline=row.headline,
        lead=row.lead,
        published_on=row.published_on,
        authors=tuple(author.name for author in row.authors),
        url=row.url,
    )
