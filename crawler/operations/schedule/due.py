"""Whether it is time: a scheduler may ask more often than a crawl is wanted, and a missed slot is made up for once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.lock import inspect_lock
from crawler.archive.runs.summary import read_last_run
from crawler.normalisation.dates import instant
from crawler.operations.schedule.every import format_interval

INTERRUPTED_OUTCOMES = (None, "interrupted")
"""Outcomes after which a crawl goes on at once: it was killed, or the machine was shut down."""


def find_reason_to_wait(archive: Path, site: str, every: timedelta, now: datetime) -> str | None:
    """Return the reason for not crawling a site now, or None when it is time.

    It is time when the last run began at least ``every`` ago, give or take a tenth of it or five minutes, because
    schedulers are not exact; and when it was broken off. It is not while one is going on.
    """
    if inspect_lock(archive, site)[0]:
        return f"a crawl of {site} is going on"
    if not archive.is_file() or not archive.stat().st_size:
        return None
    with Archive(archive, "create") as opened:  # for writing: an older schema must not stop a schedule
        last = read_last_run(opened.db, site, only_crawls=True)
    if last is None or last.outcome in INTERRUPTED_OUTCOMES:
        return None
    latest = instant(now - every + min(every / 10, timedelta(minutes=5)))
    # A run of the future says that the clock was off, not that it is early.
    if latest < last.started_at <= instant(now):
        return f"the last crawl of {site} began at {last.started_at}, less than {format_interval(every)} ago"
    return None
