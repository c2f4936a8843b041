"""Writes and finds pauses that a site or a mirror of it asked for, with their end and the answer that asked."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from crawler.normalisation.dates.moments import instant

PAUSE_LIMIT = timedelta(days=8)
"""The time from now within which pauses end, for a site is granted a week. One that ends later, and was asked for in
the future, was written while the clock was ahead."""


def write_pause(conn: sqlite3.Connection, run_id: int, url: str, asked_at: datetime, until: datetime) -> None:
    """Write a pause; it holds for crawls of the host that this run fetched from: the site or the same mirror of it."""
    conn.execute(
        "INSERT INTO pauses (site, mirror, until, asked_at, url, run_id)"
        " SELECT site, CASE WHEN json_valid(settings) THEN json_extract(settings, '$.mirror') END, ?, ?, ?, id"
        " FROM runs WHERE id = ?",
        (instant(until), instant(asked_at), url, run_id),
    )


def find_pause(conn: sqlite3.Connection, site: str, mirror: str | None, now: datetime) -> datetime | None:
    """Return the end of the longest pause that lasts now; None when no pause lasts.

    A pause that ends later than :data:`PAUSE_LIMIT` from now does not count if it was asked for later than now.
    """
    (until,) = conn.execute(
        "SELECT max(until) FROM pauses WHERE site = ?1 AND mirror IS ?2 AND until > ?3"
        " AND (until <= ?4 OR coalesce(asked_at, '') <= ?3)",
        (site, mirror, instant(now), instant(now + PAUSE_LIMIT)),
    ).fetchone()
    return None if until is None else datetime.fromisoformat(until)
