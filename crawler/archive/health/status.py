"""Status: an archive goes in; runs, queue, coverage, filled fields and problems at a glance come out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from crawler.archive.runs.deviations import Deviation, read_last_alarms
from crawler.archive.schema.migrations import FATE_VALUES

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
"""Fields that an article may lack; headline and body it always has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run and the fates of its pages."""

    id: int
    site: str
    started_at: str
    finished_at: str | None
    outcome: str | None
    fetched: int
    fates: dict[str, int]
    resumed_from: int | None
    settings: dict[str, Any]
    """What was asked for, where that differs from what happens by itself."""
    versions: dict[str, Any]
    """Of everything that shaped what was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCoverage:
    """What is archived of one language of one site."""

    site: str
    language: str
    articles: int
    gone: int
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FillRate:
    """How many articles of a site have a field."""

    site: str
    field: str
    filled: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """How many addresses of a kind are in a state."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All of it."""

    articles: int
    authors: int
    revisions: int
    see_also: int
    see_also_archived: int
    duplicates: int
    near_copies: int
    captures: int
    runs: list[RunLine]
    """The last ones, newest first."""
    queue: list[QueueLine]
    coverage: list[SiteCoverage]
    fill_rates: list[FillRate]
    problems_total: int
    problems: list[ProblemLine]
    """The last ones, newest first."""
    alarms: list[Deviation]
    """Of each site's last run that ended with an alarm, however long ago."""


def read_status(db: Database, runs: int, problems: int) -> Status:
    """Look at the archive as a whole."""
    coverage = [
        SiteCoverage(site=row[0], language=row[1], articles=row[2], gone=row[3], first_day=row[4], last_day=row[5])
        for row in db.execute(
            "SELECT site, language, count(*), sum(status = 'gone'), min(published_on), max(published_on)"
            " FROM articles GROUP BY site, language ORDER BY site, count(*) DESC, language"
        )
    ]
    return Status(
        articles=_fetch_number(db, "SELECT count(*) FROM articles"),
        authors=_fetch_number(db, "SELECT count(*) FROM authors"),
        revisions=_fetch_number(db, "SELECT count(*) FROM revisions"),
        see_also=_fetch_number(db, "SELECT count(*) FROM see_also"),
        see_also_archived=_fetch_number(db, "SELECT count(target_id) FROM see_also"),
        duplicates=_fetch_number(db, "SELECT count(*) FROM near_copies WHERE kind = 'duplicate'"),
        near_copies=_fetch_number(db, "SELECT count(*) FROM near_copies WHERE kind = 'near'"),
        captures=_fetch_number(db, "SELECT count(*) FROM captures"),
        runs=read_run_lines(db, runs),
        queue=read_queue_lines(db),
        coverage=coverage,
        fill_rates=read_fill_rates(db),
        problems_total=_fetch_number(db, "SELECT count(*) FROM problems"),
        problems=read_problem_lines(db, problems),
        alarms=read_last_alarms(db),
    )


def read_run_lines(db: Database, limit: int) -> list[RunLine]:
    """Return the last runs, newest first."""
    fates = ", ".join(f'"{fate}"' for fate in FATE_VALUES)
    return [
        RunLine(
            id=row[0],
            site=row[1],
            started_at=row[2],
            finished_at=row[3],
            outcome=row[4],
            fetched=row[5],
            resumed_from=row[6],
            settings=parse_json_object(row[7]),
            versions=parse_json_object(row[8]),
            fates=dict(zip(FATE_VALUES, row[9:], strict=True)),
        )
        for row in db.execute(
            f"SELECT id, site, started_at, finished_at, outcome, fetched, resumed_from, settings, versions, {fates}"
            " FROM runs ORDER BY id DESC LIMIT ?",
            (limit,),
        )
    ]


def read_queue_lines(db: Database) -> list[QueueLine]:
    """Count the addresses by site, kind and state."""
    return [
        QueueLine(site=site, kind=kind, state=state, addresses=number)
        for site, kind, state, number in db.execute(
            "SELECT site, kind, state, count(*) FROM addresses GROUP BY site, kind, state ORDER BY site, kind, state"
        )
    ]


def read_problem_lines(db: Database, limit: int) -> list[ProblemLine]:
    """Return the last problems, newest first."""
    return [
        ProblemLine(run_id=row[0], url=row[1], field=row[2], value=row[3], reason=row[4])
        for row in db.execute(
            "SELECT run_id, url, field, value, reason FROM problems ORDER BY id DESC LIMIT ?", (limit,)
        )
    ]


def read_fill_rates(db: Database) -> list[FillRate]:
    """Count the articles of each site that have a field; reads every row of the articles."""
    counts = ", ".join(f"count({field})" for field in FILL_RATE_FIELDS)
    lines: list[FillRate] = []
    for site, total, authored, *filled in db.execute(
        f"SELECT site, count(*), sum(id IN (SELECT article_id FROM article_authors)), {counts}"
        " FROM articles GROUP BY site ORDER BY site"
    ):
        pairs: list[tuple[str, Any]] = [*zip(FILL_RATE_FIELDS, filled, strict=True), ("authors", authored)]
        lines += [FillRate(site=site, field=field, filled=number, articles=total) for field, number in pairs]
    return lines


def _fetch_number(db: Database, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])


def parse_json_object(text: str) -> dict[str, Any]:
    """Read what a run wrote about itself; what is no JSON object, in an archive from elsewhere, is ``unreadable``."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {"unreadable": text}
