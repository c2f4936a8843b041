"""Decides whether a scheduled crawl is due: schedulers ask more often than that, to catch up missed crawls."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.lock import inspect_lock
from crawler.archive.runs.summary import read_last_run
from crawler.normalisation.dates.moments import instant
from crawler.operations.schedule.interval import format_interval

LONGEST_SET_BACK = timedelta(days=1)
"""How far the clock may have been set back since the last crawl for that to count as recent."""
INTERRUPTED_OUTCOMES = (None, "interrupted")
"""Outcomes after which a crawl is due at once: it was killed, or the machine was shut down."""


def find_reason_to_wait(archive: Path, site: str, every: timedelta, now: datetime) -> str | None:
    """Return the reason for not crawling a site now, or None when a crawl is due.

    A crawl is due when the last run began at least ``every`` ago, less a tolerance of a tenth of it, at most five
    minutes, because schedulers are not exact; and when the last run was broken off. It is not due while one is running.
    """
    if inspect_lock(archive, site)[0]:
        return f"a crawl of {site} is going on"
    if not archive.is_file() or not archive.stat().st_size:
        return None
    with Archive(archive, "create") as database:  # for writing: an older schema must not stop a schedule
        last = read_last_run(database.db, site, only_crawls=True)
    if last is None or last.outcome in INTERRUPTED_OUTCOMES:
        return None
    latest = instant(now - every + min(every / 10, timedelta(minutes=5)))
    # A run that began long from now shows that the clock was wrong, and is ignored; one that began soon was not long
    # ago: the clock has been set back a little since.
    if latest < last.started_at <= instant(now + min(every, LONGEST_SET_BACK)):
        return f"the last crawl of {site} began at {last.started_at}, less than {format_interval(every)} ago"
    return None
