"""Decides whether a reading may replace the archived one; if not, that stays, and a problem says why."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Set
from typing import Any

from crawler.archive.articles.parts import IS_FIRST
from crawler.archive.articles.truncation import LOSS_REASON, ArchivedTexts, explain_truncation, find_lost_fields
from crawler.archive.database import select_records
from crawler.items import Article, Problem


def find_refusal(
    conn: sqlite3.Connection,
    archived: Mapping[str, Any],
    article: Article,
    wall: str | None,
    suspect_fields: Set[str] | None,
) -> Problem | None:
    """Return the problem that a reading with another text must not replace the archived one; None when it may.

    ``archived`` is the row of the article; ``wall`` and ``suspect_fields`` are as for
    :meth:`crawler.archive.write.articles.article.Articles.keep`.
    """
    if not article.complete and archived["complete"]:
        reason = "The page breaks off; the whole article archived before is kept."
        return Problem(url=article.url, field="page", value=None, reason=reason)
    article_id = int(archived["id"])
    archived_texts = _load_archived_texts(conn, article_id)
    truncation = explain_truncation(archived_texts, article, wall)
    if truncation is not None:
        return Problem(url=article.url, field="page", value=None, reason=truncation)
    if suspect_fields is None:
        return None
    lost_fields = find_lost_fields(archived_texts, article, suspect_fields)
    value = ", ".join(lost_fields)
    if not lost_fields or (
        suspect_fields.isdisjoint(lost_fields) and _was_missed_before(conn, article_id, article.url, value)
    ):
        return None
    return Problem(url=article.url, field="page", value=value, reason=LOSS_REASON, kind="loss")


def may_come_from_a_cache(conn: sqlite3.Connection, article_id: int, digest: str, capture_id: int | None) -> bool:
    """Return True if a page that went back and forth shows an earlier version's text, for the first time since then.

    An editor who takes an edit back is believed at once. But caches and servers beside one another give former pages
    out for a while, and pages whose headlines are tried on readers alternate: when a text has come back before, a
    second visit in a row has to find the next one. ``capture_id`` is that of this visit. Where an earlier page brought
    anything else that was not kept, the text is believed at once.
    """
    query = "SELECT total(digest = ?2), count(*) - count(DISTINCT digest) FROM revision_rows WHERE article_id = ?1"
    times, returns = conn.execute(query, (article_id, digest)).fetchone()
    if not times or not returns:
        return False
    query = (
        "SELECT 1 FROM addresses d JOIN captures c ON c.url_key = d.url_key WHERE d.article_id = ?1"
        " AND c.status BETWEEN 200 AND 299 AND c.id <> ?2"
        f" AND c.fetched_at > (SELECT last_seen_at FROM articles WHERE id = ?1) AND {IS_FIRST}"
    )
    return conn.execute(query, (article_id, capture_id or 0)).fetchone() is None


def _was_missed_before(conn: sqlite3.Connection, article_id: int, url: str, value: str) -> bool:
    """Return True if a visit has found the same loss since the last one that found the article whole."""
    query = (
        "SELECT 1 FROM problems p JOIN runs r ON r.id = p.run_id WHERE p.url = ? AND p.value = ?"
        " AND p.kind = 'loss' AND r.started_at > (SELECT last_seen_at FROM articles WHERE id = ?)"
    )
    return conn.execute(query, (url, value, article_id)).fetchone() is not None


def _load_archived_texts(conn: sqlite3.Connection, article_id: int) -> ArchivedTexts:
    records = select_records(
        conn,
        ArchivedTexts,
        "SELECT lead, body, byline, dateline, (SELECT count(*) FROM see_also s WHERE s.article_id = a.id"
        " AND s.last_seen_at = a.last_seen_at) AS see_also FROM articles a WHERE a.id = ?",
        (article_id,),
    )
    return next(records)
