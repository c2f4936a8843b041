"""Writes the sitemaps that the robots.txt of a site names, with the first and the last time that it named each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from crawler.normalisation.dates.moments import instant


def write_sitemaps(
    conn: sqlite3.Connection, robots_url: str, sitemaps: Iterable[str], run_id: int, moment: datetime
) -> None:
    """Write sitemaps of the site of a run; one that is known gets a new time and run of its last mention."""
    conn.executemany(
        "INSERT INTO sitemaps (site, url, robots_url, first_seen_at, last_seen_at, run_id)"
        " SELECT site, ?2, ?3, ?4, ?4, id FROM runs WHERE id = ?1"
        " ON CONFLICT (site, url, robots_url) DO UPDATE SET last_seen_at = max(last_seen_at, excluded.last_seen_at),"
        " run_id = excluded.run_id",
        [(run_id, url[:2000], robots_url, instant(moment)) for url in sitemaps],
    )
