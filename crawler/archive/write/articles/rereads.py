"""Writes new readings of stored captures in one transaction, and undoes the last ones, which it keeps for that.

A rereading is no visit: it fetches nothing, makes no run and no revision of its own, and changes no date of a visit.
A run that meets articles of which today's rules read the former page differently makes one in passing.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawler.archive.articles.readings import FirstReading, Reading, RereadChange, compare_readings, load_reading
from crawler.archive.database import select_rows
from crawler.archive.write.addresses.queue import Queue
from crawler.archive.write.articles.article import Articles
from crawler.archive.write.articles.erase import erase_article
from crawler.archive.write.articles.readings import write_reading
from crawler.items import Problem
from crawler.normalisation.dates.moments import instant

_ROWS_PER_BATCH = 200
"""Articles whose index rows are written together; more would only cost memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """The result of undoing a rereading."""

    reread_id: int
    restored: int
    """Articles that have their former reading again."""
    removed: int
    """Articles that only the rereading had found, and that were deleted."""
    changed_since: int
    """Articles that a crawl has changed since; they are left unchanged."""


def apply_changes(
    articles: Articles,
    queue: Queue,
    changes: Iterable[RereadChange | FirstReading],
    now: datetime,
    summary: Mapping[str, Any],
) -> int:
    """Write new readings inside the caller's transaction; return the number of the rereading.

    ``summary`` holds the columns of ``rereads`` that the caller computes: counts, fields, versions. The rereading
    before this one cannot be undone any more.
    """
    conn = articles.conn
    columns = {"started_at": instant(now), **summary}
    cursor = conn.execute(
        f"INSERT INTO rereads ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", tuple(columns.values())
    )
    reread_id = int(cursor.lastrowid or 0)
    conn.execute("DELETE FROM reread_former")
    articles.index.clear()
    for change in changes:
        if isinstance(change, RereadChange):
            _apply_change(articles, queue, change, reread_id, now)
        else:
            _apply_first_reading(articles, queue, change, reread_id, now)
        if len(articles.index) >= _ROWS_PER_BATCH:
            articles.index.write()
    articles.index.write()
    return reread_id


def undo_last_reread(articles: Articles, now: datetime) -> UndoResult | None:
    """Restore the readings that the last rereading replaced, inside the caller's transaction.

    Returns None when there is no rereading to undo.
    """
    conn = articles.conn
    reread_id = conn.execute("SELECT max(reread_id) FROM reread_former").fetchone()[0]
    if reread_id is None:
        return None
    restored = removed = changed_since = 0
    articles.index.clear()
    query = "SELECT article_id FROM reread_former WHERE reread_id = ? ORDER BY article_id"
    replaced = conn.execute(query, (reread_id,)).fetchall()
    for (article_id,) in replaced:
        query = "SELECT before, after, problems, addresses FROM reread_former WHERE article_id = ?"
        row = select_rows(conn, query, (article_id,)).fetchone()
        present = load_reading(conn, article_id)
        if present is None or present.compute_fingerprint() != row["after"]:
            changed_since += 1
            continue
        problems = [(problem_id,) for problem_id in json.loads(row["problems"])]
        conn.executemany("DELETE FROM problems WHERE id = ?", problems)
        if row["before"] is None:
            erase_article(conn, article_id)
            for state, attempts, last_error, url_key, *last_failure in json.loads(row["addresses"]):
                conn.execute(  # rereadings of earlier versions kept no failure
                    "UPDATE addresses SET state = ?, attempts = ?, last_error = ?, last_failure = ? WHERE url_key = ?",
                    (state, attempts, last_error, last_failure[0] if last_failure else None, url_key),
                )
            removed += 1
            continue
        reading = _keep_later_sightings(Reading.from_json(row["before"]), conn, article_id)
        write_reading(articles, article_id, reading, present)
        restored += 1
        if len(articles.index) >= _ROWS_PER_BATCH:
            articles.index.write()
    articles.index.write()
    conn.execute("DELETE FROM reread_former WHERE reread_id = ?", (reread_id,))
    conn.execute("UPDATE rereads SET undone_at = ? WHERE id = ?", (instant(now), reread_id))
    return UndoResult(reread_id=reread_id, restored=restored, removed=removed, changed_since=changed_since)


def note_reread_of_run(conn: sqlite3.Connection, run_id: int, before: Reading, after: Reading, now: datetime) -> int:
    """Count an article that a run has read again in passing; return the number of the rereading, one for each run.

    The rereading before it can still be undone, after this one.
    """
    query = "SELECT id, fields FROM rereads WHERE run_id = ? AND undone_at IS NULL"
    row = conn.execute(query, (run_id,)).fetchone()
    if row is None:
        cursor = conn.execute(
            "INSERT INTO rereads (started_at, articles, changed, found, lost, fields, versions, run_id)"
            " SELECT ?, 0, 0, 0, 0, '{}', versions, id FROM runs WHERE id = ?",
            (instant(now), run_id),
        )
        row = cursor.lastrowid, "{}"
    reread_id, counts = int(row[0]), Counter(json.loads(row[1]))
    counts.update(name for name, _, _ in compare_readings(before, after))
    conn.execute(
        "UPDATE rereads SET articles = articles + 1, changed = changed + 1, fields = ? WHERE id = ?",
        (json.dumps(counts), reread_id),
    )
    return reread_id


def write_former(
    conn: sqlite3.Connection,
    reread_id: int,
    article_id: int,
    former_reading: Reading | None,
    present: Reading,
    problems: Collection[int] = (),
    addresses: Collection[tuple[Any, ...]] = (),
) -> None:
    """Write what undoing a rereading restores, where the article still reads as ``present``; None erases it."""
    conn.execute(
        "INSERT INTO reread_former (article_id, reread_id, before, after, problems, addresses)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (article_id) DO UPDATE SET reread_id = excluded.reread_id,"
        " before = excluded.before, after = excluded.after, problems = excluded.problems,"
        " addresses = excluded.addresses",
        (
            article_id,
            reread_id,
            former_reading.to_json() if former_reading is not None else None,
            present.compute_fingerprint(),
            json.dumps(list(problems)),
            json.dumps(list(addresses)),
        ),
    )


def _apply_change(articles: Articles, queue: Queue, change: RereadChange, reread_id: int, now: datetime) -> None:
    conn = articles.conn
    reading_before = load_reading(conn, change.article_id)
    assert reading_before is not None, "the lock keeps others from erasing it meanwhile"
    write_reading(articles, change.article_id, change.reading, reading_before)
    queue.enqueue(change.site, change.links, 0, now)
    problems = _record_problems(conn, change.problems)
    write_former(conn, reread_id, change.article_id, reading_before, _load_present(conn, change.article_id), problems)


def _apply_first_reading(articles: Articles, queue: Queue, change: FirstReading, reread_id: int, now: datetime) -> None:
    conn = articles.conn
    article = change.article
    if articles.find_known(article, (change.url_key,)) is not None:
        return
    result = articles.keep(article, (change.url_key,), change.captured_at, change.capture_id)
    queue.enqueue(article.site, change.links, 0, now)
    own_key = f"{article.site}/{article.language}/{article.site_key}"
    states = []
    for url_key in dict.fromkeys((change.url_key, own_key)):
        cursor = conn.execute(
            "SELECT state, attempts, last_error, url_key, last_failure FROM addresses WHERE url_key = ?", (url_key,)
        )
        row = cursor.fetchone()
        if row is None:
            continue
        states.append(row)
        articles.bind(url_key, result.article_id)
        conn.execute(
            "UPDATE addresses SET state = CASE state WHEN 'queued' THEN state ELSE 'done' END, attempts = 0,"
            " last_error = NULL, last_failure = NULL WHERE url_key = ?",
            (url_key,),
        )
    problems = _record_problems(conn, article.problems)
    present = _load_present(conn, result.article_id)
    write_former(conn, reread_id, result.article_id, None, present, problems, states)


def _load_present(conn: sqlite3.Connection, article_id: int) -> Reading:
    present = load_reading(conn, article_id)
    assert present is not None
    return present


def _record_problems(conn: sqlite3.Connection, problems: Iterable[Problem]) -> list[int]:
    """Write the problems that are not in the archive yet; return the ids of their rows."""
    problem_ids = []
    for problem in problems:
        duplicates = conn.execute(
            "SELECT 1 FROM problems WHERE url = ? AND field = ? AND reason = ? AND value IS ?",
            (problem.url, problem.field, problem.reason, problem.value),
        )
        if duplicates.fetchone() is None:
            cursor = conn.execute(
                "INSERT INTO problems (url, field, value, reason, kind) VALUES (?, ?, ?, ?, ?)",
                (problem.url, problem.field, problem.value, problem.reason, problem.kind),
            )
            problem_ids.append(int(cursor.lastrowid or 0))
    return problem_ids


def _keep_later_sightings(reading: Reading, conn: sqlite3.Connection, article_id: int) -> Reading:
    """Return a reading whose See also entries have the later sightings by crawls since the rereading."""
    later = dict(conn.execute("SELECT target_key, last_seen_at FROM see_also WHERE article_id = ?", (article_id,)))
    entries = tuple(
        entry._replace(last_seen_at=max(entry.last_seen_at, later.get(entry.target_key, "")))
        for entry in reading.see_also
    )
    return replace(reading, see_also=entries)
