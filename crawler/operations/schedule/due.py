"""Whether it is time: a scheduler may ask more often than a crawl is wanted, and a missed slot is made up for once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.health.status import IS_CRAWL
from crawler.archive.lock import look_at
from crawler.archive.times import instant
from crawler.operations.schedule.every import write_every

BROKEN_OFF = (None, "interrupted")
"""Outcomes after which a crawl goes on at once: it was killed, or the machine was shut down."""


def why_not_due(archive: Path, site: str, every: timedelta, now: datetime) -> str | None:
    """Return the reason for not crawling a site now, or None when it is time.

    It is time when the last run began at least ``every`` ago, give or take a tenth of it or five minutes, because
    schedulers are not exact; and when it was broken off. It is not while one is going on.
    """
    if look_at(archive, site)[0]:
        return f"a crawl of {site} is going on"
    if not archive.is_file() or not archive.stat().st_size:
        return None
    with Archive(archive, "create") as opened:  # for writing: an older schema must not stop a schedule
        row = opened.db.execute(
            f"SELECT started_at, outcome FROM runs WHERE site = ? AND {IS_CRAWL} ORDER BY id DESC LIMIT 1", (site,)
        ).fetchone()
    if row is None or row[1] in BROKEN_OFF:
        return None
    latest = instant(now - every + min(every / 10, timedelta(minutes=5)))
    if latest < row[0] <= instant(now):  # a run of the future says that the clock was off, not that it is early
        return f"the last crawl of {site} began at {row[0]}, less than {write_every(every)} ago"
    return None
