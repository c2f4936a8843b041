"""Writes runs: one row for each crawl or ingest, with a count for each fate; they add up to the pages fetched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from crawler.items import Fate, Problem, RunKind
from crawler.normalisation.dates.moments import instant


def make_crawl_condition(kind: str = "kind") -> str:
    """Return SQL for a row of ``runs`` that fetched from a site; the others took pages from files.

    ``kind`` is SQL for the kind of the run: an archive that is not up to date has no column of that name.
    """
    return f"{kind} <> 'ingest'"


IS_CRAWL_CONDITION = make_crawl_condition()
RESUME_WITHIN = timedelta(days=1)
"""Time for which a killed run is resumed. After a day its entry points are outdated and are fetched again."""


def begin_run(
    db: Database,
    site: str,
    now: datetime,
    versions: Mapping[str, Any] | None,
    settings: Mapping[str, Any] | None,
    kind: RunKind,
) -> int:
    """Write the row of a new run and return its id; it continues the unfinished runs just before it."""
    first = _find_first_unfinished(db, site, now)
    cursor = db.execute(
        "INSERT INTO runs (site, started_at, resumed_from, versions, settings, kind) VALUES (?, ?, ?, ?, ?, ?)",
        (site, instant(now), first, _to_json(versions), _to_json(settings), kind),
    )
    return int(cursor.lastrowid or 0)


def count_reread(db: Database, run_id: int) -> int:
    """Count the articles whose stored pages a run has read again in passing, and differently."""
    query = "SELECT coalesce(sum(changed), 0) FROM rereads WHERE run_id = ? AND undone_at IS NULL"
    return int(db.execute(query, (run_id,)).fetchone()[0])


def find_first_run_of_chain(db: Database, run_id: int) -> int:
    """Return the first run of the chain that this run belongs to; the run itself when it continues none."""
    row = db.execute("SELECT resumed_from FROM runs WHERE id = ?", (run_id,)).fetchone()
    return run_id if row is None or row[0] is None else int(row[0])


def find_start(db: Database, run_id: int) -> datetime:
    """Return when a run began."""
    (started_at,) = db.execute("SELECT started_at FROM runs WHERE id = ?", (run_id,)).fetchone()
    return datetime.fromisoformat(started_at)


def count_runs_by_kind(db: Database) -> Counter[str]:
    """Count the runs of each kind that brought pages."""
    return Counter(dict(db.execute("SELECT kind, count(*) FROM runs WHERE fetched > 0 GROUP BY kind")))


def finish_run(db: Database, run_id: int, outcome: str, now: datetime) -> None:
    """Write the end and the outcome of a run; a run does not end before it began, whatever the clock says."""
    db.execute(
        "UPDATE runs SET finished_at = max(?, started_at), outcome = ? WHERE id = ?", (instant(now), outcome, run_id)
    )


def count_answers(db: Database, site: str, since: datetime) -> int:
    """Count the captures of all runs of a site since an instant; those of a clock that was days ahead do not count."""
    row = db.execute(
        "SELECT count(*) FROM captures c JOIN runs r ON r.id = c.run_id"
        " WHERE r.site = ? AND c.fetched_at >= ? AND c.fetched_at < ?",
        (site, instant(since), instant(since + timedelta(days=2))),
    ).fetchone()
    return int(row[0])


def note_problem(db: Database, run_id: int, problem: Problem) -> None:
    """Write a problem that belongs to no visit."""
    db.execute(
        "INSERT INTO problems (run_id, url, field, value, reason, kind) VALUES (?, ?, ?, ?, ?, ?)",
        (run_id, problem.url, problem.field, problem.value, problem.reason, problem.kind),
    )


def count_pages(db: Database, run_id: int, pages: int) -> None:
    """Add the pages of a batch to its run; as the first statement of a transaction this also takes the write lock.

    A transaction that reads first and writes later fails at once when another program has written in between; one that
    begins with a write waits.
    """
    db.execute("UPDATE runs SET fetched = fetched + ? WHERE id = ?", (pages, run_id))


def add_fates(db: Database, run_id: int, fates: list[Fate]) -> None:
    """Add a batch's fates to the run's counts."""
    counts = Counter(fates)
    if counts:
        changes = ", ".join(f'"{fate}" = "{fate}" + {number:d}' for fate, number in counts.items())
        db.execute(f"UPDATE runs SET {changes} WHERE id = ?", (run_id,))


def _find_first_unfinished(db: Database, site: str, now: datetime) -> int | None:
    first_id = None
    oldest = instant(now - RESUME_WITHIN)
    for run_id, started_at, finished_at in db.execute(
        # An ingest in between does not belong to a chain of crawls, and does not end it.
        f"SELECT id, started_at, finished_at FROM runs WHERE site = ? AND {IS_CRAWL_CONDITION} ORDER BY id DESC",
        (site,),
    ):
        if finished_at is not None or started_at < oldest:
            break
        first_id = int(run_id)
    return first_id


def _to_json(values: Mapping[str, Any] | None) -> str:
    return json.dumps(dict(values or {}), ensure_ascii=False, sort_keys=True, default=str)
