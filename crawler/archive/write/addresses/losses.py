"""Writes which captures are lost: noted for fetching again, replaced by a later capture, or accepted by a person.

A row of ``losses`` stands for a capture whose bytes cannot be read back. It is open until one of the last two happens.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from crawler.archive.articles.parts import IS_FIRST
from crawler.archive.write.addresses.claim_filter import PRIORITY_NAMED
from crawler.normalisation.dates.moments import instant

_OPEN = "accepted_at IS NULL AND replaced_by IS NULL"


def note_losses(db: Database, capture_ids: Iterable[int], now: datetime) -> int:
    """Note captures as lost; return how many of them are."""
    ids = set(capture_ids)
    db.conn.executemany(
        "INSERT INTO losses (capture_id, found_at) VALUES (?, ?) ON CONFLICT (capture_id) DO NOTHING",
        ((capture_id, instant(now)) for capture_id in sorted(ids)),
    )
    return len(ids)


def accept_losses(db: Database, capture_ids: Iterable[int], why: str, now: datetime) -> int:
    """Accept captures as lost for good, for a reason; return how many were not settled before.

    Acceptances of captures that can be read again are taken back.
    """
    ids = set(capture_ids)
    note_losses(db, ids, now)
    marks = [(instant(now), why, capture_id) for capture_id in sorted(ids)]
    cursor = db.conn.executemany(f"UPDATE losses SET accepted_at = ?, why = ? WHERE capture_id = ? AND {_OPEN}", marks)
    accepted = max(cursor.rowcount, 0)
    others = [(row[0],) for row in db.execute("SELECT capture_id FROM losses").fetchall() if row[0] not in ids]
    db.conn.executemany("DELETE FROM losses WHERE capture_id = ?", others)
    return accepted


def requeue_lost(db: Database, site: str) -> int:
    """Queue the pages of a site whose newest whole answer is an open loss, to be fetched without conditions.

    An article is on its further pages, too: where one beside the newest first page is lost, all are fetched.

    Addresses that are gone, or were no page of their own, have nothing to fetch. Returns how many are queued.
    """
    lost = f"(SELECT capture_id FROM losses WHERE {_OPEN})"
    cursor = db.execute(
        f"UPDATE addresses SET state = 'queued', priority = {PRIORITY_NAMED}, etag = NULL, last_modified = NULL"
        " WHERE site = ? AND state NOT IN ('gone', 'hole') AND (SELECT c.id FROM captures c"
        f" WHERE c.url_key = addresses.url_key AND c.status = 200 AND c.url NOT LIKE '%/robots.txt' AND {IS_FIRST}"
        " ORDER BY c.fetched_at DESC, c.id DESC LIMIT 1) IN"
        f" (SELECT capture_id FROM losses WHERE {_OPEN}"
        f" UNION SELECT first_capture_id FROM article_parts WHERE capture_id IN {lost})",
        (site,),
    )
    return max(cursor.rowcount, 0)


def drop_validators(db: Database, url_keys: Iterable[str]) -> None:
    """Forget what a server said of its pages' versions, so that they are fetched without conditions."""
    db.conn.executemany(
        "UPDATE addresses SET etag = NULL, last_modified = NULL WHERE url_key = ?", ((key,) for key in url_keys)
    )


def has_open_losses(db: Database) -> bool:
    """Return True if a capture is lost, and neither replaced nor accepted."""
    return db.execute(f"SELECT 1 FROM losses WHERE {_OPEN} LIMIT 1").fetchone() is not None


def replace_losses(db: Database, url_key: str | None, url: str, capture_id: int, *, is_part: bool = False) -> None:
    """Mark the open losses of an address, or of an address outside the queue (robots.txt), as fetched again.

    With ``is_part`` those of a further page of an article, else those of first pages alone.
    """
    if not has_open_losses(db):
        return
    own = (
        "url_key = :url_key AND url NOT LIKE '%/robots.txt' AND "
        + (f"url = :url AND NOT {IS_FIRST}" if is_part else IS_FIRST)
        if url_key is not None
        else "url_key IS NULL AND url = :url"
    )
    if url.endswith("/robots.txt"):
        own = f"id IN (SELECT capture_id FROM losses WHERE {_OPEN}) AND url = :url"
    db.execute(
        f"UPDATE losses SET replaced_by = :capture_id WHERE {_OPEN} AND capture_id <> :capture_id"
        f" AND capture_id IN (SELECT id FROM captures c WHERE {own})",
        {"capture_id": capture_id, "url_key": url_key, "url": url},
    )
