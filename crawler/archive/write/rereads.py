"""Rereads: better readings of stored captures go in, in one transaction; what they replace is kept until the next one.

A rereading is no visit: it fetches nothing, makes no run and no revision of its own, and moves no date of a visit.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawler.archive.articles.readings import FirstReading, Reading, RereadChange, load_reading
from crawler.archive.database import select_rows
from crawler.archive.write.article import Articles, erase_article
from crawler.archive.write.queue import Queue
from crawler.archive.write.readings import write_reading
from crawler.items import Problem
from crawler.normalisation.dates import instant

_ROWS_PER_BATCH = 200
"""Articles whose search index is written together; more would only cost memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """What taking back a rereading came to."""

    reread_id: int
    restored: int
    """Articles that are again as they were."""
    removed: int
    """Articles that only the rereading had found."""
    changed_since: int
    """Articles that a crawl has changed since; they stay as they are."""


def apply_changes(
    articles: Articles,
    queue: Queue,
    changes: Iterable[RereadChange | FirstReading],
    now: datetime,
    summary: Mapping[str, Any],
) -> int:
    """Write better readings inside the caller's transaction; return the number of the rereading.

    ``summary`` holds the columns of ``rereads`` that the caller knows: counts, fields, versions. From here on the
    rereading before this one cannot be taken back.
    """
    conn = articles.conn
    columns = {"started_at": instant(now), **summary}
    cursor = conn.execute(
        f"INSERT INTO rereads ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", tuple(columns.values())
    )
    reread_id = int(cursor.lastrowid or 0)
    conn.execute("DELETE FROM reread_former")
    articles.unindexed.clear()
    for change in changes:
        if isinstance(change, RereadChange):
            _apply_change(articles, queue, change, reread_id, now)
        else:
            _apply_first_reading(articles, queue, change, reread_id, now)
        if len(articles.unindexed) >= _ROWS_PER_BATCH:
            articles.write_index()
    articles.write_index()
    return reread_id


def undo_last_reread(articles: Articles, now: datetime) -> UndoResult | None:
    """Put back what the last rereading replaced, inside the caller's transaction; None when nothing is."""
    conn = articles.conn
    last = conn.execute("SELECT max(reread_id) FROM reread_former").fetchone()[0]
    if last is None:
        return None
    restored = removed = changed_since = 0
    articles.unindexed.clear()
    kept = conn.execute("SELECT article_id FROM reread_former ORDER BY article_id").fetchall()
    for (article_id,) in kept:
        query = "SELECT before, after, problems, addresses FROM reread_former WHERE article_id = ?"
        former = select_rows(conn, query, (article_id,)).fetchone()
        present = load_reading(conn, article_id)
        if present is None or present.fingerprint() != former["after"]:
            changed_since += 1
            continue
        problems = [(problem_id,) for problem_id in json.loads(former["problems"])]
        conn.executemany("DELETE FROM problems WHERE id = ?", problems)
        if former["before"] is None:
            erase_article(conn, article_id)
            for state, attempts, last_error, url_key, *last_failure in json.loads(former["addresses"]):
                conn.execute(  # rereadings of earlier versions kept no failure
                    "UPDATE addresses SET state = ?, attempts = ?, last_error = ?, last_failure = ? WHERE url_key = ?",
                    (state, attempts, last_error, last_failure[0] if last_failure else None, url_key),
                )
            removed += 1
            continue
        reading = _keep_later_sightings(Reading.from_json(former["before"]), conn, article_id)
        write_reading(articles, article_id, reading, present)
        restored += 1
        if len(articles.unindexed) >= _ROWS_PER_BATCH:
            articles.write_index()
    articles.write_index()
    conn.execute("DELETE FROM reread_former")
    conn.execute("UPDATE rereads SET undone_at = ? WHERE id = ?", (instant(now), last))
    return UndoResult(reread_id=last, restored=restored, removed=removed, changed_since=changed_since)


def _apply_change(articles: Articles, queue: Queue, change: RereadChange, reread_id: int, now: datetime) -> None:
    conn = articles.conn
    former = load_reading(conn, change.article_id)
    assert former is not None, "the lock keeps others from erasing it meanwhile"
    write_reading(articles, change.article_id, change.reading, former)
    queue.enqueue(change.site, change.links, 0, now)
    _keep_former(conn, reread_id, change.article_id, former, _record_problems(conn, change.problems))


def _apply_first_reading(articles: Articles, queue: Queue, change: FirstReading, reread_id: int, now: datetime) -> None:
    conn = articles.conn
    article = change.article
    if articles.known(article, (change.url_key,)) is not None:
        return
    kept = articles.keep(article, (change.url_key,), change.captured_at, change.capture_id)
    queue.enqueue(article.site, change.links, 0, now)
    own = f"{article.site}/{article.language}/{article.site_key}"
    states = []
    for url_key in dict.fromkeys((change.url_key, own)):
        found = conn.execute(
            "SELECT state, attempts, last_error, url_key, last_failure FROM addresses WHERE url_key = ?", (url_key,)
        )
        row = found.fetchone()
        if row is None:
            continue
        states.append(row)
        articles.bind(url_key, kept.article_id)
        conn.execute(
            "UPDATE addresses SET state = CASE state WHEN 'queued' THEN state ELSE 'done' END, attempts = 0,"
            " last_error = NULL, last_failure = NULL WHERE url_key = ?",
            (url_key,),
        )
    _keep_former(conn, reread_id, kept.article_id, None, _record_problems(conn, article.problems), states)


def _keep_former(
    conn: sqlite3.Connection,
    reread_id: int,
    article_id: int,
    former: Reading | None,
    problems: list[int],
    addresses: list[tuple[Any, ...]] | None = None,
) -> None:
    present = load_reading(conn, article_id)
    assert present is not None
    conn.execute(
        "INSERT INTO reread_former (article_id, reread_id, before, after, problems, addresses)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            article_id,
            reread_id,
            former.to_json() if former is not None else None,
            present.fingerprint(),
            json.dumps(problems),
            json.dumps(addresses or []),
        ),
    )


def _record_problems(conn: sqlite3.Connection, problems: Iterable[Problem]) -> list[int]:
    """Note what is not known of these pages yet; return the numbers of the rows made."""
    made = []
    for problem in problems:
        known = conn.execute(
            "SELECT 1 FROM problems WHERE url = ? AND field = ? AND reason = ? AND value IS ?",
            (problem.url, problem.field, problem.reason, problem.value),
        )
        if known.fetchone() is None:
            cursor = conn.execute(
                "INSERT INTO problems (url, field, value, reason, kind) VALUES (?, ?, ?, ?, ?)",
                (problem.url, problem.field, problem.value, problem.reason, problem.kind),
            )
            made.append(int(cursor.lastrowid or 0))
    return made


def _keep_later_sightings(reading: Reading, conn: sqlite3.Connection, article_id: int) -> Reading:
    """Let entries that a crawl has seen again since the rereading keep that sighting."""
    later = dict(conn.execute("SELECT target_key, last_seen_at FROM see_also WHERE article_id = ?", (article_id,)))
    entries = tuple(
        entry._replace(last_seen_at=max(entry.last_seen_at, later.get(entry.target_key, "")))
        for entry in reading.see_also
    )
    return replace(reading, see_also=entries)
