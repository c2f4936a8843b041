"""Reads the status of an archive: its runs, queue, coverage, fill rates and problems."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import NamedTuple

from sqlite_utils import Database

from crawler.archive.articles.forgotten import UnerasedPart, count_mentions, list_unerased
from crawler.archive.database import list_records, select_count
from crawler.archive.health.holdings import Holdings, read_holdings
from crawler.archive.runs.deviations import Deviation, read_last_alarms
from crawler.archive.runs.summary import RunSummary, list_runs
from crawler.items import Failure, ProblemKind

FILL_RATE_FIELDS = (
    "kicker",
    "lead",
    "byline",
    "dateline",
    "dateline_place",
    "published_on",
    "published_at",
    "modified_at",
    "story",
)
"""Fields that an article may lack; every article has a headline and a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCoverage:
    """The archived articles of one language of one site."""

    site: str
    language: str
    articles: int
    gone: int
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FillRate:
    """The number of articles of a site that have a field."""

    site: str
    field: str
    filled: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """The number of addresses of a kind in a state."""

    site: str
    kind: str
    state: str
    addresses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """One value or page that a person should look at."""

    run_id: int | None
    url: str
    field: str
    value: str | None
    reason: str


class ProblemTotal(NamedTuple):
    """The number of problems with a field."""

    field: str
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Holdings):
    """The holdings, runs, queue, coverage, fill rates, problems, alarms and pending erasures of an archive."""

    runs: list[RunSummary]
    """The last runs, newest first."""
    queue: list[QueueLine]
    coverage: list[SiteCoverage]
    fill_rates: list[FillRate]
    problems_total: int
    problems: list[ProblemLine]
    """The last problems, newest first."""
    doubts: int
    """Pages kept as articles of which it is uncertain that they are any."""
    cut: int
    """Articles whose text is likely not whole."""
    paid: int
    """Articles of which the publisher shows the rest to those who pay."""
    brought_by_script: int
    """Addresses whose page shows nothing until a script has run."""
    unerased: list[UnerasedPart]
    """What of forgotten articles is still to be erased."""
    mentions: int
    """Captures of other pages that print words of forgotten articles, and that nobody asked to erase."""
    alarms: list[Deviation]
    """The alarms of each site's last run that ended with any, however long ago."""


def read_status(db: Database, runs: int, problems: int) -> Status:
    """Return the status of an archive, with its last ``runs`` runs and ``problems`` problems."""
    coverage, fill_rates = read_article_counts(db)
    return Status(
        **asdict(read_holdings(db)),
        runs=list_runs(db, runs),
        queue=read_queue_lines(db),
        coverage=coverage,
        fill_rates=fill_rates,
        problems_total=select_count(db, "SELECT count(*) FROM problems"),
        problems=read_problem_lines(db, problems),
        doubts=_count_urls(db, "doubt"),
        cut=_count_urls(db, "cut"),
        paid=_count_urls(db, "paid"),
        brought_by_script=select_count(
            db, "SELECT count(*) FROM addresses WHERE last_failure = ?", (Failure.SCRIPT.value,)
        ),
        unerased=list_unerased(db),
        mentions=count_mentions(db),
        alarms=read_last_alarms(db),
    )


def _count_urls(db: Database, kind: ProblemKind) -> int:
    """Count the addresses with a problem of a kind."""
    return select_count(db, "SELECT count(DISTINCT url) FROM problems WHERE kind = ?", (kind,))


def read_queue_lines(db: Database) -> list[QueueLine]:
    """Count the addresses by site, kind and state."""
    return list_records(
        db,
        QueueLine,
        "SELECT site, kind, state, count(*) AS addresses FROM addresses GROUP BY site, kind, state"
        " ORDER BY site, kind, state",
    )


def read_problem_lines(db: Database, limit: int) -> list[ProblemLine]:
    """Return the last problems, newest first."""
    return list_records(
        db, ProblemLine, "SELECT run_id, url, field, value, reason FROM problems ORDER BY id DESC LIMIT ?", (limit,)
    )


def count_problems(db: Database, limit: int) -> list[ProblemTotal]:
    """Return the fields with most problems, the most first."""
    return list_records(
        db,
        ProblemTotal,
        "SELECT field, count(*) AS problems FROM problems GROUP BY field ORDER BY problems DESC, field LIMIT ?",
        (limit,),
    )


def read_fill_rates(db: Database) -> list[FillRate]:
    """Count the articles of each site that have a field; reads every row of the articles."""
    return read_article_counts(db)[1]


def read_article_counts(db: Database) -> tuple[list[SiteCoverage], list[FillRate]]:
    """Return the coverage of each language of each site, and the fill rates of each site.

    Status and times stand behind the text in a row, so that every page of the articles is read: once, in the order of
    the file, and not in that of an index.
    """
    counts = ", ".join(f"count({field})" for field in FILL_RATE_FIELDS)
    coverage: list[SiteCoverage] = []
    filled: dict[str, Counter[str]] = {}
    for site, language, articles, gone, first_day, last_day, *numbers in db.execute(
        "SELECT site, language, count(*), sum(status = 'gone'), min(published_on), max(published_on),"
        f" {counts}, sum(id IN (SELECT article_id FROM article_authors))"
        " FROM articles NOT INDEXED GROUP BY site, language ORDER BY site, count(*) DESC, language"
    ):
        coverage.append(
            SiteCoverage(
                site=site, language=language, articles=articles, gone=gone, first_day=first_day, last_day=last_day
            )
        )
        totals = filled.setdefault(site, Counter())
        totals.update(dict(zip((*FILL_RATE_FIELDS, "authors"), numbers, strict=True)))
        totals["articles"] += articles
    return coverage, [
        FillRate(site=site, field=field, filled=totals[field], articles=totals["articles"])
        for site, totals in filled.items()
        for field in (*FILL_RATE_FIELDS, "authors")
    ]
