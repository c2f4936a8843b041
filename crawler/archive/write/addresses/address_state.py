"""Writes what a visit came to into the rows of addresses: state, validators, failures, and the next visit."""

from __future__ import annotations

import sqlite3
from typing import Final

from crawler.archive.database import select_rows
from crawler.archive.write.addresses.claim_filter import PRIORITY_FOUND
from crawler.archive.write.addresses.revisits import REVISIT_INTERVALS, compute_next_visit
from crawler.archive.write.addresses.sitemaps import is_read_whole
from crawler.archive.write.addresses.visited_address import ARTICLE_FATES, VisitResult
from crawler.items import Fate
from crawler.normalisation.dates.moments import instant

_STATE_OF_FATE: Final = {Fate.GONE: "gone", Fate.REFUSED: "refused", Fate.FAILED: "failed", Fate.UNREADABLE: "failed"}


def update_address(conn: sqlite3.Connection, result: VisitResult, run_id: int) -> list[sqlite3.Row]:
    """Write the state of an address after its visit, and the instant of the next one.

    Returns the addresses of the article that it leads to, as :func:`list_addresses` does; none where it leads to none.
    """
    visit = result.visit
    next_visit_at = compute_next_visit(result)
    conn.execute(
        "UPDATE addresses SET state = ?1, article_id = coalesce(?2, article_id), next_visit_at = ?3, attempts = ?4,"
        " last_status = ?5, last_error = ?6, last_failure = ?16,"
        " etag = CASE WHEN ?7 THEN coalesce(?8, CASE WHEN ?15 THEN etag END) END,"
        " last_modified = CASE WHEN ?7 THEN coalesce(?9, CASE WHEN ?15 THEN last_modified END) END,"
        " last_run = ?10, visits = visits + 1, unchanged_visits = ?11, priority = ?12, depth = min(depth, ?13)"
        " WHERE url_key = ?14",
        (
            _name_state(result),
            result.written_id,
            next_visit_at,
            result.attempts,
            visit.status,
            visit.error,
            _may_ask_for_changes(result),
            visit.etag,
            visit.last_modified,
            run_id,
            result.unchanged_visits,
            PRIORITY_FOUND,
            visit.depth,
            visit.address.url_key,
            result.written_id is None,  # a "not modified" need not repeat the validators of the request
            visit.failure,
        ),
    )
    if result.article_id is None:
        return []
    addresses = list_addresses(conn, result.article_id)
    if result.fate in ARTICLE_FATES:
        _schedule_article(conn, result, result.article_id, next_visit_at, has_others=len(addresses) > 1)
    elif result.fate in (Fate.GONE, Fate.NOT_AN_ARTICLE):
        _try_other_address(conn, result, result.article_id)
    return addresses


def list_addresses(conn: sqlite3.Connection, article_id: int) -> list[sqlite3.Row]:
    """Return ``url_key``, ``url``, ``kind`` and ``depth`` of all addresses of an article."""
    query = "SELECT url_key, url, kind, depth FROM addresses WHERE article_id = ?"
    return select_rows(conn, query, (article_id,)).fetchall()


def _name_state(result: VisitResult) -> str:
    if result.fate is Fate.NOT_AN_ARTICLE and result.visit.address.kind == "article":
        return "hole"
    return _STATE_OF_FATE.get(result.fate, "done")


def _may_ask_for_changes(result: VisitResult) -> bool:
    """Return True if an answer of "not modified" to the next request would tell of all that is archived."""
    if result.fate is Fate.NOT_AN_ARTICLE:
        return is_read_whole(result.visit)
    # Of an article on several pages it would tell of the first one alone.
    is_on_one_page = result.visit.article is None or not result.visit.article.further_pages
    return result.fate in ARTICLE_FATES and result.is_complete and is_on_one_page


def _schedule_article(
    conn: sqlite3.Connection, result: VisitResult, article_id: int, next_visit_at: str | None, *, has_others: bool
) -> None:
    """Schedule the next visit of an article at the address that answered last, and at none of its other ones."""
    visit = result.visit
    final_address = visit.landed if visit.landed is not None else visit.address
    revisited_key = final_address.url_key
    if final_address.kind != "article":  # a home page that was an article once: use the article's own address
        next_visit_at = instant(result.captured_at + REVISIT_INTERVALS[0])
        revisited_key = conn.execute(
            "SELECT url_key FROM addresses WHERE article_id = ? AND kind = 'article'"
            " ORDER BY visits DESC, url_key LIMIT 1",
            (article_id,),
        ).fetchone()[0]
    if revisited_key != visit.address.url_key:
        conn.execute(
            "UPDATE addresses SET next_visit_at = ?, etag = ?, last_modified = ?, unchanged_visits = ?"
            " WHERE url_key = ? AND article_id = ?",
            (next_visit_at, visit.etag, visit.last_modified, result.unchanged_visits, revisited_key, article_id),
        )
    if has_others:
        conn.execute(
            "UPDATE addresses SET next_visit_at = NULL WHERE article_id = ? AND url_key <> ?",
            (article_id, revisited_key),
        )


def _try_other_address(conn: sqlite3.Connection, result: VisitResult, article_id: int) -> None:
    """Have another address of an article visited that this one no longer leads to; without one it may be gone."""
    other_address = conn.execute(
        "SELECT url_key FROM addresses WHERE article_id = ? AND url_key <> ? AND state IN ('done', 'queued')"
        " ORDER BY visits DESC, url_key LIMIT 1",
        (article_id, result.visit.address.url_key),
    ).fetchone()
    if other_address is not None:  # gone here: visit the other one before the article counts as gone
        conn.execute(
            "UPDATE addresses SET next_visit_at = ? WHERE url_key = ?", (instant(result.captured_at), other_address[0])
        )
    elif result.fate is Fate.GONE:
        conn.execute("UPDATE articles SET status = 'gone' WHERE id = ?", (article_id,))
